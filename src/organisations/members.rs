//! Places of people by name, and their changes inside somebody's write. Whether they may be changed is decided in
//! `lifecycle`, where the person's account is known too.

use super::Membership;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, MembershipId, OrganisationId, TeamId};
use crate::rights::{Place, Role};
use crate::store::{Conn, Tx};
use entities::{membership, organisation, team};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IntoActiveModel as _, JoinType, QueryFilter,
    QueryOrder, QuerySelect as _,
};
use std::collections::HashMap;

/// A place of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its id.
    pub id: MembershipId,
    /// In which organisation, and its name.
    pub organisation: (OrganisationId, String),
    /// In which team, and its name.
    pub team: Option<(TeamId, String)>,
    /// The role there.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
    peers_may_invite: bool,
}

impl Member {
    /// As the table of rights knows it.
    #[must_use]
    pub fn place(&self) -> Place {
        Place {
            organisation: self.organisation.0,
            team: self.team.as_ref().map(|(id, _)| *id),
            role: self.role,
            peers_may_invite: self.peers_may_invite,
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: MembershipId,
    account_id: AccountId,
    organisation_id: OrganisationId,
    organisation_name: String,
    peers_may_invite: bool,
    team_id: Option<TeamId>,
    team_name: Option<String>,
    role: String,
    created_at: Timestamp,
}

/// The places of these people, the oldest first, in one read.
///
/// # Errors
/// When the database is away.
pub async fn members(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, Vec<Member>>, Fault> {
    let organisation = membership::Entity::belongs_to(organisation::Entity)
        .from(membership::Column::OrganisationId)
        .to(organisation::Column::Id);
    let team =
        membership::Entity::belongs_to(team::Entity).from(membership::Column::TeamId).to(team::Column::Id);
    let rows = membership::Entity::find()
        .column_as(organisation::Column::Name, "organisation_name")
        .column_as(organisation::Column::PeersMayInvite, "peers_may_invite")
        .column_as(team::Column::Name, "team_name")
        .join(JoinType::InnerJoin, organisation.into())
        .join(JoinType::LeftJoin, team.into())
        .filter(membership::Column::AccountId.is_in(ids))
        .order_by_asc(membership::Column::Id)
        .into_model::<Row>()
        .all(conn)
        .await?;
    let mut all: HashMap<AccountId, Vec<Member>> = HashMap::new();
    for row in rows {
        let account = row.account_id;
        all.entry(account).or_default().extend(read(row));
    }
    Ok(all)
}

/// The places of one person.
///
/// # Errors
/// When the database is away.
pub async fn members_of(conn: &impl Conn, account: AccountId) -> Result<Vec<Member>, Fault> {
    Ok(members(conn, [account]).await?.remove(&account).unwrap_or_default())
}

fn read(row: Row) -> Option<Member> {
    Some(Member {
        id: row.id,
        organisation: (row.organisation_id, row.organisation_name),
        team: row.team_id.zip(row.team_name),
        role: Role::parse(&row.role)?,
        since: row.created_at,
        peers_may_invite: row.peers_may_invite,
    })
}

/// Everybody who has the role of an admin. Until this write is over nobody else takes the role from one of them, or
/// disables one by a write that asked this too: of two admins who remove each other, the second finds the first gone.
///
/// # Errors
/// When the database is away.
pub async fn lock_admins(tx: &Tx) -> Result<Vec<AccountId>, Fault> {
    let query = membership::Entity::find()
        .filter(membership::Column::Role.eq(Role::Admin.name()))
        .order_by_asc(membership::Column::Id)
        .lock_exclusive();
    Ok(query.all(tx).await?.into_iter().map(|row| row.account_id).collect())
}

/// Who looks after a place: the leads of its team, else the organisation's admins, else those of the installation.
///
/// # Errors
/// When the database is away.
pub async fn leads(
    conn: &impl Conn,
    organisation: OrganisationId,
    team: Option<TeamId>,
) -> Result<Vec<AccountId>, Fault> {
    let here = membership::Column::OrganisationId.eq(organisation);
    let of = |role: Role| Condition::all().add(membership::Column::Role.eq(role.name()));
    let mut asked = vec![of(Role::OrganisationAdmin).add(here.clone()), of(Role::Admin)];
    if let Some(team) = team {
        asked.insert(0, of(Role::TeamLead).add(here).add(membership::Column::TeamId.eq(team)));
    }
    for places in asked {
        let query = membership::Entity::find().filter(places).order_by_asc(membership::Column::Id);
        let found = query.all(conn).await?;
        if !found.is_empty() {
            return Ok(found.into_iter().map(|row| row.account_id).collect());
        }
    }
    Ok(Vec::new())
}

/// Adds a place that the person does not have.
///
/// # Errors
/// When the database is away.
pub async fn add_place(tx: &Tx, row: Membership) -> Result<(), Fault> {
    membership::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Gives a place another role.
///
/// # Errors
/// When the database is away.
pub async fn set_role(tx: &Tx, id: MembershipId, role: Role) -> Result<(), Fault> {
    membership::Entity::update_many()
        .col_expr(membership::Column::Role, Expr::value(role.name()))
        .filter(membership::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes a place away. `false` when it was gone.
///
/// # Errors
/// When the database is away.
pub async fn remove_place(tx: &Tx, id: MembershipId) -> Result<bool, Fault> {
    Ok(membership::Entity::delete_by_id(id).exec(tx).await?.rows_affected == 1)
}
