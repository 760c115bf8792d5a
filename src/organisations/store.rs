//! The queries of organisations.

use super::{Membership, Organisation, Team};
use crate::fault::Fault;
use crate::ids::{AccountId, OrganisationId, TeamId};
use crate::rights::{NamedPlace, Place, Role, Who};
use crate::store::Conn;
use entities::{invitation, membership, organisation, team};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel as _, JoinType, PaginatorTrait as _, QueryFilter, QueryOrder,
    QuerySelect as _,
};

/// By id.
///
/// # Errors
/// When the database is away.
pub async fn find(conn: &impl Conn, id: OrganisationId) -> Result<Option<Organisation>, Fault> {
    Ok(organisation::Entity::find_by_id(id).one(conn).await?)
}

/// By its exact name.
///
/// # Errors
/// When the database is away.
pub async fn by_name(conn: &impl Conn, name: &str) -> Result<Option<Organisation>, Fault> {
    Ok(organisation::Entity::find().filter(organisation::Column::Name.eq(name)).one(conn).await?)
}

/// All, by name.
///
/// # Errors
/// When the database is away.
pub async fn all(conn: &impl Conn) -> Result<Vec<Organisation>, Fault> {
    Ok(organisation::Entity::find().order_by_asc(organisation::Column::Name).all(conn).await?)
}

/// A team by id.
///
/// # Errors
/// When the database is away.
pub async fn find_team(conn: &impl Conn, id: TeamId) -> Result<Option<Team>, Fault> {
    Ok(team::Entity::find_by_id(id).one(conn).await?)
}

/// The teams of an organisation, by name.
///
/// # Errors
/// When the database is away.
pub async fn teams(conn: &impl Conn, id: OrganisationId) -> Result<Vec<Team>, Fault> {
    let rows = team::Entity::find()
        .filter(team::Column::OrganisationId.eq(id))
        .order_by_asc(team::Column::Name)
        .all(conn)
        .await?;
    Ok(rows)
}

/// Adds an organisation.
///
/// # Errors
/// When the database is away or the name is taken.
pub async fn insert(tx: &impl Conn, row: Organisation) -> Result<(), Fault> {
    organisation::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// An organisation that nobody else changes until this write is over.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &impl Conn, id: OrganisationId) -> Result<Option<Organisation>, Fault> {
    Ok(organisation::Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// Whether nobody has or is invited to a place in an organisation, or in one team of it.
///
/// # Errors
/// When the database is away.
pub async fn is_empty(conn: &impl Conn, id: OrganisationId, team: Option<TeamId>) -> Result<bool, Fault> {
    let mut places = membership::Entity::find().filter(membership::Column::OrganisationId.eq(id));
    let mut invited = invitation::Entity::find().filter(invitation::Column::OrganisationId.eq(id));
    if let Some(team) = team {
        places = places.filter(membership::Column::TeamId.eq(team));
        invited = invited.filter(invitation::Column::TeamId.eq(team));
    }
    Ok(places.limit(1).count(conn).await? + invited.limit(1).count(conn).await? == 0)
}

/// Removes an organisation that is empty, with its teams.
///
/// # Errors
/// When the database is away, or somebody came in meanwhile.
pub async fn remove(tx: &impl Conn, id: OrganisationId) -> Result<(), Fault> {
    team::Entity::delete_many().filter(team::Column::OrganisationId.eq(id)).exec(tx).await?;
    organisation::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Removes a team that is empty.
///
/// # Errors
/// As `remove`.
pub async fn remove_team(tx: &impl Conn, id: TeamId) -> Result<(), Fault> {
    team::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Changes an organisation.
///
/// # Errors
/// When the database is away or the name is taken.
pub async fn update(tx: &impl Conn, row: &Organisation) -> Result<(), Fault> {
    organisation::Entity::update_many()
        .col_expr(organisation::Column::Name, Expr::value(row.name.clone()))
        .col_expr(organisation::Column::PeersMayInvite, Expr::value(row.peers_may_invite))
        .col_expr(organisation::Column::PeerQuota, Expr::value(row.peer_quota))
        .col_expr(organisation::Column::PeerApproval, Expr::value(row.peer_approval))
        .col_expr(organisation::Column::InviteDomains, Expr::value(row.invite_domains.clone()))
        .col_expr(organisation::Column::InviteDays, Expr::value(row.invite_days))
        .col_expr(organisation::Column::DefaultRole, Expr::value(row.default_role.clone()))
        .col_expr(organisation::Column::DefaultClient, Expr::value(row.default_client.clone()))
        .filter(organisation::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds a team.
///
/// # Errors
/// When the database is away or the name is taken.
pub async fn insert_team(tx: &impl Conn, row: Team) -> Result<(), Fault> {
    team::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Gives a person a place. Who has it already keeps it, with the farther reaching of both roles.
///
/// # Errors
/// When the database is away.
pub async fn join(tx: &impl Conn, row: Membership) -> Result<(), Fault> {
    let there = in_organisation(tx, row.account_id, row.organisation_id).await?;
    let Some(place) = there.into_iter().find(|place| place.team_id == row.team_id) else {
        membership::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
        return Ok(());
    };
    let (had, gets) = (Role::parse(&place.role), Role::parse(&row.role));
    if had.zip(gets).is_some_and(|(had, gets)| gets != had && gets.covers(had)) {
        membership::Entity::update_many()
            .col_expr(membership::Column::Role, Expr::value(row.role))
            .filter(membership::Column::Id.eq(place.id))
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn in_organisation(
    conn: &impl Conn,
    account: AccountId,
    organisation: OrganisationId,
) -> Result<Vec<Membership>, Fault> {
    let rows = membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account))
        .filter(membership::Column::OrganisationId.eq(organisation))
        .all(conn)
        .await?;
    Ok(rows)
}

/// All places of a person, in one read.
///
/// # Errors
/// When the database is away.
pub async fn places(conn: &impl Conn, account: AccountId) -> Result<Vec<Place>, Fault> {
    let organisation = membership::Entity::belongs_to(organisation::Entity)
        .from(membership::Column::OrganisationId)
        .to(organisation::Column::Id);
    let rows = membership::Entity::find()
        .join(JoinType::InnerJoin, organisation.into())
        .select_also(organisation::Entity)
        .filter(membership::Column::AccountId.eq(account))
        .all(conn)
        .await?;
    let place = |(row, organisation): (Membership, Option<Organisation>)| {
        let (organisation, role) = (organisation?, Role::parse(&row.role)?);
        let peers_may_invite = organisation.peers_may_invite;
        Some(Place { organisation: organisation.id, team: row.team_id, role, peers_may_invite })
    };
    Ok(rows.into_iter().filter_map(place).collect())
}

/// A person's places by name, the oldest first, in one read.
///
/// # Errors
/// When the database is away.
pub async fn named_places(conn: &impl Conn, account: AccountId) -> Result<Vec<NamedPlace>, Fault> {
    let organisation = membership::Entity::belongs_to(organisation::Entity)
        .from(membership::Column::OrganisationId)
        .to(organisation::Column::Id);
    let team =
        membership::Entity::belongs_to(team::Entity).from(membership::Column::TeamId).to(team::Column::Id);
    let rows: Vec<(String, String, Option<String>)> = membership::Entity::find()
        .select_only()
        .column(membership::Column::Role)
        .column_as(organisation::Column::Name, "organisation_name")
        .column_as(team::Column::Name, "team_name")
        .join(JoinType::InnerJoin, organisation.into())
        .join(JoinType::LeftJoin, team.into())
        .filter(membership::Column::AccountId.eq(account))
        .order_by_asc(membership::Column::Id)
        .into_tuple()
        .all(conn)
        .await?;
    let place = |(role, organisation, team): (String, String, Option<String>)| {
        Some(NamedPlace { organisation, team, role: Role::parse(&role)? })
    };
    Ok(rows.into_iter().filter_map(place).collect())
}

/// A person with all places, to ask `rights::may`.
///
/// # Errors
/// When the database is away.
pub async fn who(conn: &impl Conn, account: AccountId) -> Result<Who, Fault> {
    Ok(Who::Person(account, places(conn, account).await?))
}
