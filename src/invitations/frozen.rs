//! Whether an invitation still stands on what it was made on. Its inviter may have left, its place may be gone: both are
//! asked again when somebody accepts it. One whose inviter may not invite any more is frozen, until somebody who looks
//! after the place takes it over. Those that a command on the host made have no inviter and do not freeze.

use super::letters::{self, Prepared};
use super::{Changed, Invitation, State, inviter, renewed, state, store};
use crate::accounts;
use crate::audit::{self, Actor, Entry, Origin};
use crate::clients;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::organisations;
use crate::outbox;
use crate::rights::{self, Act, Permit, Role, Who};
use crate::store::{Conn, Ground, Tx};

/// Where an invitation stands when everything that it was made on is asked again. Reads; changes nothing.
///
/// # Errors
/// When the database is away.
pub async fn stands(conn: &impl Conn, row: &Invitation, now: Timestamp) -> Result<State, Fault> {
    Ok(match state(row, now) {
        State::Open if missing(conn, row).await?.is_some() => State::Revoked,
        State::Open if !still_invited(conn, row).await? => State::Frozen,
        state => state,
    })
}

/// Whether what somebody was invited to is not there any more.
///
/// # Errors
/// When the database is away.
pub async fn is_gone(conn: &impl Conn, row: &Invitation) -> Result<bool, Fault> {
    Ok(missing(conn, row).await?.is_some())
}

/// Asks again, in the write that accepts an invitation, and keeps what it finds: `None` when all is well.
///
/// # Errors
/// When the database is away.
pub async fn admit(
    tx: &Tx,
    (origin, now): (&Origin, Timestamp),
    seen: &Invitation,
) -> Result<Option<State>, Fault> {
    // As it is now: somebody may have taken it over, or back, since its page was read.
    let Some(row) = store::find(tx, seen.id).await? else { return Ok(Some(State::Revoked)) };
    let row = &row;
    if state(row, now) != State::Open {
        return Ok(Some(state(row, now)));
    }
    if let Some(what) = missing(tx, row).await? {
        if store::revoke(tx, row.id, now).await? {
            let entry = Entry::done("invitation.revoked", row.id).organisation(row.organisation_id);
            audit::append(tx, now, origin, entry.with("missing", what)).await?;
        }
        return Ok(Some(State::Revoked));
    }
    if still_invited(tx, row).await? {
        return Ok(None);
    }
    freeze(tx, (origin, now), row).await?;
    Ok(Some(State::Frozen))
}

/// Freezes the open invitations that somebody may not send any more, in the write that closed the account or took the
/// role. Opening the account again thaws none: somebody else decides.
///
/// # Errors
/// When the database is away.
pub async fn freeze_of(
    tx: &Tx,
    (origin, now): (&Origin, Timestamp),
    account: AccountId,
) -> Result<(), Fault> {
    let rows = store::open_of(tx, account, now).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let who = open_person(tx, account).await?;
    for row in rows.iter().filter(|row| !may(who.as_ref(), row)) {
        freeze(tx, (origin, now), row).await?;
    }
    Ok(())
}

/// Takes a frozen invitation over: whoever does is its inviter, and the link works again. Where the e-mail had not gone
/// out when it froze, a new link goes out.
///
/// # Errors
/// When the database is away, or the permits are not both to look after its place and to invite into it.
pub async fn take_over(
    ground: &Ground,
    (look_after, invite): (Permit, Permit),
    origin: &Origin,
    old: Invitation,
) -> Result<Changed, Fault> {
    must_lead((look_after, invite), &old)?;
    let (now, origin) = (ground.clock.now(), origin.clone());
    let fresh = fresh_link(ground, &old, 0);
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                let Some(old) = store::lock(tx, old.id).await? else { return Ok(Changed::No) };
                let unsent = match old.mail_id {
                    Some(mail) => outbox::was_dropped(tx, mail).await?,
                    None => false,
                };
                let (before, mut row) = (old.inviter_id, old);
                row.inviter_id = inviter(&origin);
                if unsent {
                    (row.token_hash, row.mail_id) = (fresh.0.token_hash, fresh.0.mail_id);
                }
                if !store::thaw(tx, &row, now).await? {
                    return Ok(Changed::No);
                }
                if unsent {
                    fresh.1.queue(tx, now).await?;
                }
                let entry = Entry::done("invitation.taken_over", row.id).organisation(row.organisation_id);
                audit::append(tx, now, &origin, entry.changed("inviter", before, row.inviter_id)).await?;
                Ok(Changed::Yes)
            })
        })
        .await
}

/// Whether these are the permits of somebody who leads the place of an invitation.
pub(super) fn must_lead((look_after, invite): (Permit, Permit), old: &Invitation) -> Result<(), Fault> {
    let (organisation, team) = (old.organisation_id, old.team_id);
    look_after.must_be(&[Act::LookAfter { organisation, team }])?;
    invite.must_be(act(old).as_slice())
}

/// A new link for a row that stays.
pub(super) fn fresh_link(ground: &Ground, old: &Invitation, days: i64) -> (Invitation, Prepared) {
    let (mut row, token) = renewed(ground, old, days);
    row.id = old.id;
    let letter = letters::prepare(ground, &row, &token);
    (row, letter)
}

/// Who is the inviter of a link that takes the place of another: the one there was, while that person may invite; else
/// whoever sends it, when that person may. The inner `None` is the host or a service.
pub(super) async fn heir(
    tx: &Tx,
    old: &Invitation,
    permit: Permit,
    origin: &Origin,
) -> Result<Option<Option<AccountId>>, Fault> {
    let frozen = old.frozen_at.is_some();
    if frozen && !matches!(permit.act(), Act::LookAfter { .. }) {
        return Ok(None);
    }
    if !frozen && still_invited(tx, old).await? {
        return Ok(Some(old.inviter_id));
    }
    match origin.actor {
        Actor::Account(id) if may_invite(tx, id, old).await? => Ok(Some(Some(id))),
        Actor::Account(_) => Ok(None),
        _ => Ok(Some(None)),
    }
}

async fn freeze(tx: &Tx, (origin, now): (&Origin, Timestamp), row: &Invitation) -> Result<(), Fault> {
    if store::freeze(tx, row.id, now).await? {
        let entry = Entry::done("invitation.frozen", row.id).organisation(row.organisation_id);
        audit::append(tx, now, origin, entry.with("inviter", row.inviter_id)).await?;
    }
    Ok(())
}

/// What an invitation names and is not there, if anything.
async fn missing(conn: &impl Conn, row: &Invitation) -> Result<Option<&'static str>, Fault> {
    if Role::parse(&row.role).is_none() {
        return Ok(Some("role"));
    }
    if organisations::find(conn, row.organisation_id).await?.is_none() {
        return Ok(Some("organisation"));
    }
    if let Some(team) = row.team_id {
        let found = organisations::find_team(conn, team).await?;
        if found.is_none_or(|team| team.organisation_id != row.organisation_id) {
            return Ok(Some("team"));
        }
    }
    match &row.client_id {
        Some(client) if !clients::exists(conn, client).await? => Ok(Some("client")),
        _ => Ok(None),
    }
}

async fn still_invited(conn: &impl Conn, row: &Invitation) -> Result<bool, Fault> {
    match row.inviter_id {
        None => Ok(true),
        Some(inviter) => may_invite(conn, inviter, row).await,
    }
}

/// Whether a person may, with the places of now, send this invitation.
pub(super) async fn may_invite(
    conn: &impl Conn,
    account: AccountId,
    row: &Invitation,
) -> Result<bool, Fault> {
    Ok(may(open_person(conn, account).await?.as_ref(), row))
}

/// A person whose account is open.
async fn open_person(conn: &impl Conn, account: AccountId) -> Result<Option<Who>, Fault> {
    let found = accounts::find(conn, account).await?;
    if found.is_none_or(|account| account.disabled_at.is_some()) {
        return Ok(None);
    }
    Ok(Some(organisations::who(conn, account).await?))
}

fn may(who: Option<&Who>, row: &Invitation) -> bool {
    who.zip(act(row)).is_some_and(|(who, act)| rights::may(who, act).is_some())
}

pub(super) fn act(row: &Invitation) -> Option<Act> {
    let (organisation, team) = (row.organisation_id, row.team_id);
    Role::parse(&row.role).map(|role| Act::Invite { organisation, team, role })
}
