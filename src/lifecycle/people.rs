//! What leads and admins do for and to people: unblock, disable, enable, end sessions.

use super::{Lifecycle, person, verify};
use crate::accounts::{self, Account};
use crate::audit::{self, Actor, Entry, Origin};
use crate::fault::Fault;
use crate::grants;
use crate::ids::{AccountId, OutboxId, SessionId};
use crate::invitations::{self, Changed};
use crate::login;
use crate::organisations::{self, Member};
use crate::rights::{self, Act, Area, Permit, Place, Role};
use crate::store::Tx;

/// Whom an act is about, and the version of the person that was seen, where that matters.
#[derive(Clone, Copy, Debug)]
pub struct Over<'a> {
    /// Who.
    pub id: AccountId,
    /// What was seen (`version`); a command on the host looks at nobody first.
    pub seen: Option<&'a str>,
}

/// What came of an act on a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acted {
    /// It is so now.
    Done,
    /// It was so already, or cannot be.
    Already,
    /// Somebody changed the person since.
    Stale,
    /// The right does not reach this person, or this role.
    Beyond,
    /// It is the last admin of the installation.
    LastAdmin,
    /// Nobody does this to themselves.
    Yourself,
    /// There is no such person, place, organisation or team.
    Gone,
}

/// A person whom nobody else changes until the write is over.
pub(super) struct Held {
    pub(super) account: Account,
    pub(super) members: Vec<Member>,
}

impl Held {
    /// Reads and locks a person, unless that was changed since it was seen.
    pub(super) async fn take(
        tx: &Tx,
        id: AccountId,
        seen: Option<&str>,
    ) -> Result<Result<Self, Acted>, Fault> {
        let Some(account) = accounts::lock(tx, id).await? else { return Ok(Err(Acted::Gone)) };
        let members = organisations::members_of(tx, id).await?;
        let stale = seen.is_some_and(|seen| person::version(&account, &members) != seen);
        Ok(if stale { Err(Acted::Stale) } else { Ok(Self { account, members }) })
    }

    /// The same for an act whose right has to reach every place of the person.
    async fn reached(
        tx: &Tx,
        id: AccountId,
        seen: Option<&str>,
        act: Act,
    ) -> Result<Result<Self, Acted>, Fault> {
        let held = Self::take(tx, id, seen).await?;
        Ok(held.and_then(
            |held| if rights::reaches(act, &held.places()) { Ok(held) } else { Err(Acted::Beyond) },
        ))
    }

    pub(super) fn places(&self) -> Vec<Place> {
        self.members.iter().map(Member::place).collect()
    }

    /// Whether nobody else could administer the installation without this person.
    pub(super) async fn is_last_admin(&self, tx: &Tx) -> Result<bool, Fault> {
        // Who cannot sign in administers nothing.
        let is_open = self.account.disabled_at.is_none() && self.account.email_verified_at.is_some();
        if !is_open || !self.members.iter().any(|member| member.role == Role::Admin) {
            return Ok(false);
        }
        let others = organisations::lock_admins(tx).await?.into_iter().filter(|id| *id != self.account.id);
        Ok(!accounts::any_open(tx, others).await?)
    }
}

/// An entry about a person, in the organisation that the right was for.
fn entry(act: &'static str, id: AccountId, permit: Act) -> Entry {
    let entry = Entry::done(act, id);
    match permit {
        Act::Change(_, Some(organisation)) | Act::LookAfter { organisation, .. } => {
            entry.organisation(organisation)
        }
        _ => entry,
    }
}

fn is_over_people(permit: Permit) -> Result<Act, Fault> {
    match permit.act() {
        act @ Act::Change(Area::People, _) => Ok(act),
        act => Err(Fault::internal(format!("a permit for {act:?} was used for another act"))),
    }
}

impl Lifecycle {
    /// Gives a person whose time ran out a new deadline and a new link. It never proves the address.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn unblock(&self, permit: Permit, account: Account, origin: &Origin) -> Result<Changed, Fault> {
        let act = permit.act();
        if !matches!(act, Act::LookAfter { .. } | Act::Invite { .. } | Act::Change(Area::People, _)) {
            return Err(Fault::internal("a permit for another act"));
        }
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let hours = self.settings.accounts.verify_hours;
        // Bound to no browser: whoever lifts the block is not the one who may press the button.
        let proof = self.new_proof(&account, self.ground.random.bytes::<32>().to_vec(), "unblocked");
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if account.disabled_at.is_some()
                        || !verify::give_time(tx, now, (account.id, hours), proof).await?
                    {
                        return Ok(Changed::No);
                    }
                    audit::append(tx, now, &origin, entry("account.unblocked", account.id, act)).await?;
                    Ok(Changed::Yes)
                })
            })
            .await
    }

    /// Closes an account: out everywhere at once, since every gate asks for it. What was let go on without a session
    /// is over too, so that opening the account again brings none of it back.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn disable(&self, permit: Permit, over: Over<'_>, origin: &Origin) -> Result<Acted, Fault> {
        let act = is_over_people(permit)?;
        let (now, id, origin) = (self.ground.clock.now(), over.id, origin.clone());
        let (event, seen) = (OutboxId(self.ground.new_id()), over.seen.map(str::to_owned));
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let held = match Held::reached(tx, id, seen.as_deref(), act).await? {
                        Ok(held) => held,
                        Err(acted) => return Ok(acted),
                    };
                    if origin.actor == Actor::Account(id) {
                        return Ok(Acted::Yourself);
                    }
                    if held.is_last_admin(tx).await? {
                        return Ok(Acted::LastAdmin);
                    }
                    if !accounts::mark_disabled(tx, id, now).await? {
                        return Ok(Acted::Already);
                    }
                    let sessions = login::end_all(tx, id, (now, event)).await?;
                    grants::end_offline(tx, id, now).await?;
                    invitations::freeze_of(tx, (&origin, now), id).await?;
                    let entry = entry("account.disabled", id, act).with("sessions_ended", sessions);
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(Acted::Done)
                })
            })
            .await
    }

    /// Opens a closed account again. Its person signs in anew. One that its owner closed stays closed.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn enable(&self, permit: Permit, over: Over<'_>, origin: &Origin) -> Result<Acted, Fault> {
        let act = is_over_people(permit)?;
        let (now, id, origin) = (self.ground.clock.now(), over.id, origin.clone());
        let seen = over.seen.map(str::to_owned);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if let Err(acted) = Held::reached(tx, id, seen.as_deref(), act).await? {
                        return Ok(acted);
                    }
                    if !accounts::mark_enabled(tx, id).await? {
                        return Ok(Acted::Already);
                    }
                    audit::append(tx, now, &origin, entry("account.enabled", id, act)).await?;
                    Ok(Acted::Done)
                })
            })
            .await
    }

    /// Ends one session of a person; without one all, and what applications may do without a session.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn end_sessions(
        &self,
        permit: Permit,
        id: AccountId,
        one: Option<SessionId>,
        origin: &Origin,
    ) -> Result<Acted, Fault> {
        let act = is_over_people(permit)?;
        let (now, origin, event) = (self.ground.clock.now(), origin.clone(), OutboxId(self.ground.new_id()));
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if let Err(acted) = Held::reached(tx, id, None, act).await? {
                        return Ok(acted);
                    }
                    let entry = entry("sessions.ended", id, act);
                    let entry = match one {
                        None => {
                            let sessions = login::end_all(tx, id, (now, event)).await?;
                            let grants = grants::end_offline(tx, id, now).await?;
                            if sessions + grants == 0 {
                                return Ok(Acted::Already);
                            }
                            entry.with("sessions_ended", sessions)
                        }
                        Some(session) => {
                            let own = login::live_session(tx, session, now).await?;
                            if own.is_none_or(|own| own.account_id != id) {
                                return Ok(Acted::Gone);
                            }
                            login::end_session(tx, session, (now, event)).await?;
                            entry.with("session", session)
                        }
                    };
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(Acted::Done)
                })
            })
            .await
    }
}
