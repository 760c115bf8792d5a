//! One outbox row: worded by the domain that queued it, handed over, concluded.

use super::Worker;
use crate::audit::{self, Actor, Entry, Origin};
use crate::fault::Fault;
use crate::grants::Told;
use crate::invitations::bulk;
use crate::login::factor;
use crate::messages::Letter;
use crate::messages::delivery::SendError;
use crate::outbox::{self, End, Leased};
use crate::{invitations, lifecycle};

/// The call of an application, which is recorded when it comes to its end (A100).
const CALL: &str = "backchannel_logout";

enum Outcome {
    Ended(End, Option<String>),
    Later(String),
}

impl Worker {
    pub(super) async fn deliver_one(&self, row: Leased) {
        let outcome = self.attempt(&row).await;
        if let Outcome::Later(why) | Outcome::Ended(End::Dead, Some(why)) = &outcome {
            tracing::warn!(kind = row.kind, id = %row.id, attempt = row.attempt, why, "a message was not delivered");
        }
        if let Err(fault) = self.conclude(&row, outcome).await {
            // The lease runs out and the row is tried again: at least once, with the same idempotency key.
            tracing::error!(%fault, id = %row.id, "a delivery could not be noted");
        }
    }

    async fn attempt(&self, row: &Leased) -> Outcome {
        let last = row.attempt >= outbox::TRIES;
        let later =
            |why: String| if last { Outcome::Ended(End::Dead, Some(why)) } else { Outcome::Later(why) };
        match row.kind.as_str() {
            "session_ended" => {
                return match self.grants.queue_logouts(&row.payload).await {
                    Ok(()) => Outcome::Ended(End::Sent, None),
                    Err(fault) => later(fault.to_string()),
                };
            }
            bulk::KIND => {
                return match bulk::deliver(&self.ground, &row.payload).await {
                    Ok(()) => Outcome::Ended(End::Sent, None),
                    Err(fault) => later(fault.to_string()),
                };
            }
            CALL => {
                return match self.grants.call_logout(row.id, &row.payload).await {
                    Ok(Told::Yes) => Outcome::Ended(End::Sent, None),
                    Ok(Told::Nobody) => Outcome::Ended(End::Dropped, None),
                    Ok(Told::No(why)) => later(why),
                    Err(fault) => later(fault.to_string()),
                };
            }
            _ => {}
        }
        let letter = match self.letter(row).await {
            Ok(Some(letter)) => letter,
            Ok(None) => return Outcome::Ended(End::Dropped, None),
            Err(fault) => return later(fault.to_string()),
        };
        match self.desk.send(&row.id.to_string(), &letter, self.ground.clock.now()).await {
            Ok(()) => Outcome::Ended(End::Sent, None),
            Err(SendError::Retry(why)) => later(why),
            Err(SendError::Permanent(why)) => Outcome::Ended(End::Dead, Some(why)),
        }
    }

    /// Words a row; `None` when what it is about died (L12).
    async fn letter(&self, row: &Leased) -> Result<Option<Letter>, Fault> {
        let (ground, desk, payload) = (&self.ground, &self.desk, row.payload.as_str());
        match row.kind.as_str() {
            "invite" => invitations::deliver_invite(ground, desk, payload).await,
            "invite_asked" => invitations::deliver_asked(ground, desk, payload).await,
            "verify_email" | "verify_reminder" | "blocked" | "unblocked" => {
                lifecycle::deliver_verify(ground, desk, &row.kind, payload).await
            }
            "account_closed" => lifecycle::deliver_account_closed(ground, payload).await,
            "reset_code" => lifecycle::deliver_reset_code(ground, payload).await,
            "password_changed" => lifecycle::deliver_password_changed(ground, desk, payload).await,
            "login_code" => factor::deliver_code(ground, payload).await,
            "phone_added" => factor::deliver_phone_added(ground, desk, payload, false).await,
            "phone_added_sms" => factor::deliver_phone_added(ground, desk, payload, true).await,
            other => Err(Fault::internal(format!("nobody delivers `{other}`"))),
        }
    }

    async fn conclude(&self, row: &Leased, outcome: Outcome) -> Result<(), Fault> {
        let (now, id, attempt) = (self.ground.clock.now(), row.id, row.attempt);
        let entry = (row.kind == CALL).then(|| recorded(row, &outcome)).flatten();
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(entry) = entry {
                        audit::append(tx, now, &Origin::of(Actor::Worker), entry).await?;
                    }
                    match outcome {
                        Outcome::Ended(end, why) => outbox::finish(tx, id, now, (end, why.as_deref())).await,
                        Outcome::Later(why) => {
                            outbox::retry_later(tx, id, now.plus(outbox::wait(attempt)), &why).await
                        }
                    }
                })
            })
            .await
    }
}

/// How a call ended, for the trail; tries on the way are in the ledger alone.
fn recorded(row: &Leased, outcome: &Outcome) -> Option<Entry> {
    let act = "client.told_of_logout";
    let entry = match outcome {
        Outcome::Ended(End::Sent, _) => Entry::done(act, row.id),
        Outcome::Ended(End::Dead, why) => Entry::refused(act, row.id, why.as_deref().unwrap_or_default()),
        Outcome::Ended(End::Dropped, _) | Outcome::Later(_) => return None,
    };
    Some(entry.client(&row.about).with("tries", row.attempt))
}
