//! Organisations, teams, and who has which place in them. Rules about places are in `rights`.

pub mod directory;
mod manage;
mod members;
mod rules;
mod store;

pub use entities::membership::Model as Membership;
pub use entities::organisation::Model as Organisation;
pub use entities::team::Model as Team;
pub use manage::{Change, Edited, LONGEST_NAME, change, is_name, version};
pub use members::{Member, add_place, leads, lock_admins, members, members_of, remove_place, set_role};
pub use rules::InviteRules;
pub use store::{
    all, by_name, find, find_team, insert, insert_team, is_empty, join, lock, named_places, places, remove,
    remove_team, teams, update, who,
};

use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{OrganisationId, TeamId};
use crate::rights::{Act, Area, Permit};
use crate::store::Ground;

/// What came of adding something that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added<Id> {
    /// It is there now.
    New(Id),
    /// The name was taken: this is it.
    Exists(Id),
}

/// Adds an organisation.
///
/// # Errors
/// When the database is away.
pub async fn add(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    (name, peers_may_invite): (&str, bool),
) -> Result<Added<OrganisationId>, Fault> {
    permit.must_be(&[Act::Change(Area::Organisations, None)])?;
    let (now, id, origin) = (ground.clock.now(), OrganisationId(ground.new_id()), origin.clone());
    let row = new_row((id, now), name, peers_may_invite);
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(there) = by_name(tx, &row.name).await? {
                    return Ok(Added::Exists(there.id));
                }
                let entry = Entry::done("organisation.added", id).organisation(id).with("name", &row.name);
                insert(tx, row).await?;
                audit::append(tx, now, &origin, entry).await?;
                Ok(Added::New(id))
            })
        })
        .await
}

/// An organisation without any rules of its own.
#[must_use]
pub fn new_row((id, now): (OrganisationId, Timestamp), name: &str, peers_may_invite: bool) -> Organisation {
    Organisation {
        id,
        name: name.to_owned(),
        peers_may_invite,
        peer_quota: 0,
        peer_approval: false,
        invite_domains: String::new(),
        invite_days: 0,
        default_role: String::new(),
        default_client: String::new(),
        created_at: now,
    }
}

/// Adds a team to an organisation.
///
/// # Errors
/// When the database is away.
pub async fn add_team(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    (organisation_id, name): (OrganisationId, &str),
) -> Result<Added<TeamId>, Fault> {
    let area = Area::Organisations;
    permit.must_be(&[Act::Change(area, None), Act::Change(area, Some(organisation_id))])?;
    let (now, id, origin) = (ground.clock.now(), TeamId(ground.new_id()), origin.clone());
    let row = Team { id, organisation_id, name: name.to_owned(), created_at: now };
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(there) =
                    teams(tx, organisation_id).await?.into_iter().find(|t| t.name == row.name)
                {
                    return Ok(Added::Exists(there.id));
                }
                let entry =
                    Entry::done("team.added", id).organisation(organisation_id).with("name", &row.name);
                insert_team(tx, row).await?;
                audit::append(tx, now, &origin, entry).await?;
                Ok(Added::New(id))
            })
        })
        .await
}
