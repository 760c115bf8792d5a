//! What may still change before an invitation is accepted: its address, who it is from; and a reminder.

use super::judge::{Against, Asked, judge};
use super::{Changed, Invitation, frozen, letters, looking_after, renewed, rules, store};
use crate::accounts::{Account, Address};
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::InvitationId;
use crate::organisations;
use crate::rights::Permit;
use crate::store::{Conn, Ground};

/// What came of changing an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readdressed {
    /// The new invitation; the old link is dead.
    Yes(InvitationId),
    /// It is accepted, revoked or superseded: nothing to change.
    No,
    /// The new address cannot be invited there.
    Against(Against),
}

/// Sends the invitation to another address. The link that went to the old one dies, whoever has it.
///
/// # Errors
/// When the database is away, or the permit is for something else.
pub async fn readdress(
    ground: &Ground,
    permit: Permit,
    days: i64,
    origin: &Origin,
    (old, address): (Invitation, Address),
) -> Result<Readdressed, Fault> {
    permit.must_be(&looking_after(&old))?;
    let (now, origin) = (ground.clock.now(), origin.clone());
    let (row, token) = renewed(ground, &old, days);
    let (email, email_key) = (address.shown().to_owned(), address.key().to_owned());
    let mut row = Invitation { email, email_key, ..row };
    let letter = letters::prepare(ground, &row, &token);
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                // In the order of whoever accepts, or the two would wait for each other.
                let Some(old) = store::lock(tx, old.id).await? else { return Ok(Readdressed::No) };
                let Some(heir) = frozen::heir(tx, &old, permit, &origin).await? else {
                    return Ok(Readdressed::No);
                };
                row.inviter_id = heir;
                let place = organisations::lock(tx, row.organisation_id).await?;
                let place = place.ok_or_else(|| Fault::internal("an invitation into no organisation"))?;
                // Another spelling of the same address meets only the invitation itself.
                if row.email_key != old.email_key {
                    let judged = judge(tx, now, &place, &[Asked::of(&row)?]).await?;
                    if let Some(against) = judged.into_iter().flatten().next() {
                        return Ok(Readdressed::Against(against));
                    }
                }
                if !rules::fit(tx, now, &mut row).await? {
                    return Ok(Readdressed::Against(Against::Domain));
                }
                if !store::supersede(tx, old.id, now).await? {
                    return Ok(Readdressed::No);
                }
                let entry = Entry::done("invitation.address_changed", row.id)
                    .organisation(row.organisation_id)
                    .changed("email", &old.email, &row.email)
                    .with("replaces", old.id);
                let id = row.id;
                store::insert(tx, row).await?;
                letter.queue(tx, now).await?;
                audit::append(tx, now, &origin, entry).await?;
                Ok(Readdressed::Yes(id))
            })
        })
        .await
}

/// What came of handing an invitation over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HandedOver {
    /// It is the other person's now.
    Yes,
    /// It is the other person's already, waits for somebody, or is accepted, revoked, superseded.
    No,
    /// The other person may not invite there.
    NotAllowed,
}

/// Makes another person the inviter: somebody who could have invited there.
///
/// # Errors
/// When the database is away, or the permit is for something else.
pub async fn hand_over(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    (invitation, to): (Invitation, &Account),
) -> Result<HandedOver, Fault> {
    permit.must_be(&looking_after(&invitation))?;
    let (now, origin, id) = (ground.clock.now(), origin.clone(), to.id);
    let has_proved = to.email_verified_at.is_some();
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !has_proved || !frozen::may_invite(tx, id, &invitation).await? {
                    return Ok(HandedOver::NotAllowed);
                }
                if invitation.inviter_id == Some(id) || !store::hand_over(tx, &invitation, id).await? {
                    return Ok(HandedOver::No);
                }
                let entry = Entry::done("invitation.handed_over", invitation.id)
                    .organisation(invitation.organisation_id)
                    .changed("inviter", invitation.inviter_id, id);
                audit::append(tx, now, &origin, entry).await?;
                Ok(HandedOver::Yes)
            })
        })
        .await
}

/// Reminds a person who was invited: a new link, since the one before is kept by nobody, and an e-mail that says so.
///
/// # Errors
/// When the database is away, or the permit is for something else.
pub async fn remind(
    ground: &Ground,
    permit: Permit,
    days: i64,
    origin: &Origin,
    old: Invitation,
) -> Result<Changed, Fault> {
    send_again(ground, permit, days, origin, (old, true)).await
}

/// Sends a new link in place of the old one, which dies. Where its inviter may not invite any more, whoever sends it
/// again is its inviter from now on; a frozen one is let go by those who look after the place alone.
///
/// # Errors
/// When the database is away.
pub async fn resend(
    ground: &Ground,
    permit: Permit,
    days: i64,
    origin: &Origin,
    old: Invitation,
) -> Result<Changed, Fault> {
    send_again(ground, permit, days, origin, (old, false)).await
}

/// A new link in place of the old one; as a reminder its e-mail says that it is one.
async fn send_again(
    ground: &Ground,
    permit: Permit,
    days: i64,
    origin: &Origin,
    (old, is_reminder): (Invitation, bool),
) -> Result<Changed, Fault> {
    permit.must_be(&looking_after(&old))?;
    let (now, origin) = (ground.clock.now(), origin.clone());
    let (mut row, token) = renewed(ground, &old, days);
    let letter = letters::prepare(ground, &row, &token);
    let letter = if is_reminder { letter.reminding() } else { letter };
    let act = if is_reminder { "invitation.reminded" } else { "invitation.resent" };
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                let Some(old) = store::lock(tx, old.id).await? else { return Ok(Changed::No) };
                let Some(heir) = frozen::heir(tx, &old, permit, &origin).await? else {
                    return Ok(Changed::No);
                };
                row.inviter_id = heir;
                if !rules::fit(tx, now, &mut row).await? || !store::supersede(tx, old.id, now).await? {
                    return Ok(Changed::No);
                }
                let entry = Entry::done(act, row.id).organisation(row.organisation_id);
                store::insert(tx, row).await?;
                letter.queue(tx, now).await?;
                audit::append(tx, now, &origin, entry.with("replaces", old.id)).await?;
                Ok(Changed::Yes)
            })
        })
        .await
}

/// The invitation that took the place of one that was sent again, while it is open.
///
/// # Errors
/// When the database is away.
pub async fn successor(conn: &impl Conn, old: &Invitation) -> Result<Option<InvitationId>, Fault> {
    store::open_to(conn, old).await
}
