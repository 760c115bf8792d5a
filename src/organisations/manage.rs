//! Changing what is there. Whoever changes says which version was seen: of two people who edit the same thing the second
//! is told, and overwrites nothing.

use super::{InviteRules, Organisation, store};
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::OrganisationId;
use crate::rights::{Act, Area, Permit};
use crate::seal::{hex, sha256};
use crate::store::Ground;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 80;

/// What is wrong with a name, if anything.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let length = name.trim().chars().count();
    (1..=LONGEST_NAME).contains(&length) && !name.chars().any(char::is_control)
}

/// What an organisation is to become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// Whether clinicians may invite colleagues into their own team.
    pub peers_may_invite: bool,
    /// What holds for inviting into it.
    pub rules: InviteRules,
}

impl Change {
    /// What it is now.
    #[must_use]
    pub fn of(organisation: &Organisation) -> Self {
        let (name, peers_may_invite) = (organisation.name.clone(), organisation.peers_may_invite);
        Self { name, peers_may_invite, rules: InviteRules::of(organisation) }
    }
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edited {
    /// It is so now.
    Done(Organisation),
    /// Somebody else changed it since it was seen.
    Stale,
    /// Another one has this name.
    Taken,
    /// It is not there.
    Gone,
}

/// What was seen of an organisation, as `ETag` and hidden field: it changes with every change.
#[must_use]
pub fn version(organisation: &Organisation) -> String {
    let rules = InviteRules::of(organisation).named();
    let seen = format!("{}\n{}\n{rules:?}", organisation.name, organisation.peers_may_invite);
    hex(&sha256(seen.as_bytes())[..8])
}

/// Changes an organisation that was seen as `seen`.
///
/// # Errors
/// When the database is away, or the permit is for something else.
pub async fn change(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    (id, seen): (OrganisationId, &str),
    change: Change,
) -> Result<Edited, Fault> {
    permit.must_be(&[Act::Change(Area::Organisations, None), Act::Change(Area::Organisations, Some(id))])?;
    let (now, origin, seen) = (ground.clock.now(), origin.clone(), seen.to_owned());
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                let Some(old) = store::lock(tx, id).await? else { return Ok(Edited::Gone) };
                if version(&old) != seen {
                    return Ok(Edited::Stale);
                }
                let namesake = store::by_name(tx, &change.name).await?;
                if namesake.is_some_and(|other| other.id != id) {
                    return Ok(Edited::Taken);
                }
                let (name, peers_may_invite) = (change.name, change.peers_may_invite);
                let new = change.rules.onto(Organisation { name, peers_may_invite, ..old.clone() });
                if new != old {
                    store::update(tx, &new).await?;
                    audit::append(tx, now, &origin, entry(&old, &new)).await?;
                }
                Ok(Edited::Done(new))
            })
        })
        .await
}

fn entry(old: &Organisation, new: &Organisation) -> Entry {
    let mut entry = Entry::done("organisation.changed", new.id).organisation(new.id);
    if old.name != new.name {
        entry = entry.changed("name", &old.name, &new.name);
    }
    if old.peers_may_invite != new.peers_may_invite {
        entry = entry.changed("peers_may_invite", old.peers_may_invite, new.peers_may_invite);
    }
    let differences = InviteRules::of(old).differences(&InviteRules::of(new));
    for (name, before, after) in differences {
        entry = entry.changed(name, before, after);
    }
    entry
}
