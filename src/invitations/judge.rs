//! What stands against a new invitation: the one place where it is asked, for a single address and for hundreds of a
//! list alike. The rule is pure; what it needs to know is read in four statements, however many there are.

use super::{Invitation, rules};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, OrganisationId, TeamId};
use crate::organisations::{self, InviteRules, Organisation};
use crate::rights::Role;
use crate::store::Conn;
use entities::{account, invitation, membership};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QuerySelect as _};
use std::collections::HashSet;

/// Somebody who is to be invited into an organisation.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The address as compared.
    pub email_key: String,
    /// Into which team, if any.
    pub team: Option<TeamId>,
    /// As what.
    pub role: Role,
    /// Who invites; none for the host and for services.
    pub inviter: Option<AccountId>,
}

impl Asked {
    pub(super) fn of(row: &Invitation) -> Result<Self, Fault> {
        let role = Role::parse(&row.role).ok_or_else(|| Fault::internal("an invitation without a role"))?;
        Ok(Self { email_key: row.email_key.clone(), team: row.team_id, role, inviter: row.inviter_id })
    }
}

/// What stands against inviting somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// The organisation has no such team.
    UnknownTeam,
    /// The organisation does not invite addresses of this domain.
    Domain,
    /// The person has this place already.
    AlreadyThere,
    /// An open invitation to the same place is there already.
    AlreadyInvited,
}

/// What is known about an organisation and some addresses.
struct Known {
    rules: InviteRules,
    teams: HashSet<TeamId>,
    there: HashSet<(String, Option<TeamId>)>,
    invited: HashSet<(String, Option<TeamId>)>,
}

/// What stands against inviting each of these. In a write the organisation is locked before, so that of two who invite
/// the same person at once the second is told.
///
/// # Errors
/// When the database is away.
pub async fn judge(
    conn: &impl Conn,
    now: Timestamp,
    organisation: &Organisation,
    asked: &[Asked],
) -> Result<Vec<Option<Against>>, Fault> {
    let keys = || asked.iter().map(|it| it.email_key.as_str());
    let known = Known {
        rules: InviteRules::of(organisation),
        teams: organisations::teams(conn, organisation.id).await?.into_iter().map(|team| team.id).collect(),
        there: there(conn, organisation.id, keys()).await?,
        invited: invited(conn, organisation.id, keys(), now).await?,
    };
    Ok(asked.iter().map(|it| against(it, &known)).collect())
}

fn against(it: &Asked, known: &Known) -> Option<Against> {
    let place = (it.email_key.clone(), it.team);
    match it.team {
        Some(team) if !known.teams.contains(&team) => Some(Against::UnknownTeam),
        _ if !rules::admits(&known.rules, &it.email_key) => Some(Against::Domain),
        _ if known.there.contains(&place) => Some(Against::AlreadyThere),
        _ if known.invited.contains(&place) => Some(Against::AlreadyInvited),
        _ => None,
    }
}

/// The places that people of these addresses have.
async fn there<'a>(
    conn: &impl Conn,
    organisation: OrganisationId,
    keys: impl Iterator<Item = &'a str>,
) -> Result<HashSet<(String, Option<TeamId>)>, Fault> {
    use membership::Column;
    let person = membership::Entity::belongs_to(account::Entity).from(Column::AccountId);
    let rows = membership::Entity::find()
        .select_only()
        .column(account::Column::EmailKey)
        .column(Column::TeamId)
        .join(JoinType::InnerJoin, person.to(account::Column::Id).into())
        .filter(Column::OrganisationId.eq(organisation))
        .filter(account::Column::EmailKey.is_in(keys))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The places that these addresses are invited to.
async fn invited<'a>(
    conn: &impl Conn,
    organisation: OrganisationId,
    keys: impl Iterator<Item = &'a str>,
    now: Timestamp,
) -> Result<HashSet<(String, Option<TeamId>)>, Fault> {
    use invitation::Column;
    let rows = invitation::Entity::find()
        .select_only()
        .column(Column::EmailKey)
        .column(Column::TeamId)
        .filter(Column::OrganisationId.eq(organisation))
        .filter(Column::EmailKey.is_in(keys))
        .filter(super::store::untouched())
        .filter(Column::ExpiresAt.gt(now))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn an_unknown_team_comes_first_then_the_domain_the_place_and_the_open_invitation() {
        let team = |n| Some(TeamId(Uuid::from_u128(n)));
        let invite_domains = vec!["a.org".to_owned()];
        let known = Known {
            rules: InviteRules { invite_domains, ..InviteRules::default() },
            teams: [TeamId(Uuid::from_u128(1))].into(),
            there: [("ada@a.org".to_owned(), team(1)), ("eve@a.org".to_owned(), None)].into(),
            invited: [("ada@a.org".to_owned(), team(1)), ("bob@a.org".to_owned(), None)].into(),
        };
        let table = [
            ("ada@a.org", team(1), Some(Against::AlreadyThere)),
            ("ada@a.org", team(2), Some(Against::UnknownTeam)),
            ("ada@a.org", None, None),
            ("bob@a.org", None, Some(Against::AlreadyInvited)),
            ("bob@a.org", team(1), None),
            ("eve@a.org", None, Some(Against::AlreadyThere)),
            ("new@a.org", team(1), None),
            ("new@b.org", team(1), Some(Against::Domain)),
            ("new@b.org", team(2), Some(Against::UnknownTeam)),
        ];
        for (key, team, expected) in table {
            let asked = Asked { email_key: key.to_owned(), team, role: Role::Clinician, inviter: None };
            assert_eq!(against(&asked, &known), expected, "{key} {team:?}");
        }
    }
}
