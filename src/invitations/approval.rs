//! A peer's invitation that waits for somebody who looks after the team. Until it is approved nothing is mailed.

use super::frozen::{fresh_link, heir, must_lead};
use super::{Changed, Invitation, State, rules, state, store};
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::rights::{Act, Permit};
use crate::store::Ground;

/// Approves an invitation: its link is made and mailed now. Where who asked for it may not invite any more, whoever
/// approves is its inviter.
///
/// # Errors
/// When the database is away, or the permits are not both to look after its place and to invite into it.
pub async fn approve(
    ground: &Ground,
    (look_after, invite): (Permit, Permit),
    days: i64,
    origin: &Origin,
    old: Invitation,
) -> Result<Changed, Fault> {
    must_lead((look_after, invite), &old)?;
    let (now, origin) = (ground.clock.now(), origin.clone());
    let (fresh, letter) = fresh_link(ground, &old, days);
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                let Some(old) = store::lock(tx, old.id).await? else { return Ok(Changed::No) };
                if state(&old, now) != State::Waiting {
                    return Ok(Changed::No);
                }
                let Some(heir) = heir(tx, &old, look_after, &origin).await? else { return Ok(Changed::No) };
                let mut row = Invitation { inviter_id: heir, ..fresh };
                if !rules::fit(tx, now, &mut row).await? || !store::approve(tx, &row, now).await? {
                    return Ok(Changed::No);
                }
                letter.queue(tx, now).await?;
                let entry = Entry::done("invitation.approved", row.id).organisation(row.organisation_id);
                audit::append(tx, now, &origin, entry.with("inviter", row.inviter_id)).await?;
                Ok(Changed::Yes)
            })
        })
        .await
}

/// Declines an invitation that waits. Who asked for it sees so.
///
/// # Errors
/// When the database is away, or the permit is not to look after its place.
pub async fn decline(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    old: Invitation,
) -> Result<Changed, Fault> {
    let (organisation, team) = (old.organisation_id, old.team_id);
    permit.must_be(&[Act::LookAfter { organisation, team }])?;
    let (now, origin) = (ground.clock.now(), origin.clone());
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !store::decline(tx, old.id, now).await? {
                    return Ok(Changed::No);
                }
                let entry = Entry::done("invitation.declined", old.id).organisation(organisation);
                audit::append(tx, now, &origin, entry).await?;
                Ok(Changed::Yes)
            })
        })
        .await
}
