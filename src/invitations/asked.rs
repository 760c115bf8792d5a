//! Somebody whose link does not work asks for help.

use super::{Invitation, frozen, letters, store};
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::{AccountId, OutboxId};
use crate::organisations;
use crate::store::{Ground, Tx};

/// How many of those who look after a place are told: enough that one of them is at work.
const TOLD: usize = 5;

/// Tells the inviter that the person of a dead or frozen link asks for help, once for each link. An inviter who may not
/// invite any more is no help: then those who look after the place are told.
///
/// # Errors
/// When the database is away.
pub async fn ask_again(ground: &Ground, origin: &Origin, old: Invitation) -> Result<(), Fault> {
    let (now, origin) = (ground.clock.now(), origin.clone());
    let mails: Vec<OutboxId> = (0..TOLD).map(|_| OutboxId(ground.new_id())).collect();
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !store::mark_asked(tx, old.id, now).await? {
                    return Ok(());
                }
                for (mail, to) in mails.into_iter().zip(helpers(tx, &old).await?) {
                    letters::queue_asked(tx, mail, now, (old.id, to)).await?;
                }
                // Who looks after the place finds it among the frozen ones, whichever way the right was lost.
                frozen::admit(tx, (&origin, now), &old).await?;
                let entry = Entry::done("invitation.asked_again", old.id).organisation(old.organisation_id);
                audit::append(tx, now, &origin, entry).await
            })
        })
        .await
}

async fn helpers(tx: &Tx, row: &Invitation) -> Result<Vec<AccountId>, Fault> {
    match row.inviter_id {
        None => Ok(Vec::new()),
        Some(inviter) if frozen::may_invite(tx, inviter, row).await? => Ok(vec![inviter]),
        Some(_) => organisations::leads(tx, row.organisation_id, row.team_id).await,
    }
}
