//! The e-mails that prove an address. Link and code are sealed in the outbox row.

use crate::accounts::proof::{self, Issued};
use crate::accounts::{self, Account, Proof, Status};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, MailProofId, OutboxId};
use crate::messages::{Desk, Letter, Message, To, plain_words};
use crate::outbox;
use crate::random::Secret;
use crate::store::{Ground, Tx};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const SEAL: &str = "mail proof";

#[derive(Serialize, Deserialize)]
struct Payload {
    proof: MailProofId,
    sealed: String,
}

#[derive(Serialize, Deserialize)]
struct ClosedPayload {
    inviter: AccountId,
    email: String,
}

/// A letter about a proof, to be queued with it.
pub(super) struct Prepared {
    id: OutboxId,
    kind: &'static str,
    payload: Payload,
}

impl Prepared {
    pub(super) async fn queue(&self, tx: &Tx, now: Timestamp) -> Result<(), Fault> {
        let about = (self.kind, self.payload.proof.to_string());
        outbox::queue(tx, self.id, now, about, &self.payload).await
    }
}

/// The letter of a new proof: `verify_email`, `verify_reminder`, `blocked`, `unblocked` or `reset_code`.
pub(super) fn prepare(ground: &Ground, kind: &'static str, issued: &Issued) -> Prepared {
    let both = Zeroizing::new(format!("{} {}", issued.token.text(), issued.code));
    let sealed = ground.ring.seal_text(SEAL, &both, &ground.random);
    Prepared { id: OutboxId(ground.new_id()), kind, payload: Payload { proof: issued.row.id, sealed } }
}

/// The live proof of a queued letter, with token and code; `None` when it died.
pub(super) async fn open(ground: &Ground, payload: &str) -> Result<Option<(Proof, Secret, String)>, Fault> {
    let payload: Payload = serde_json::from_str(payload)?;
    let found = accounts::proof_by_id(ground.db.read(), payload.proof).await?;
    let Some(row) = found.filter(|row| proof::is_live(row, ground.clock.now())) else { return Ok(None) };
    let both = ground.ring.open_text(SEAL, &payload.sealed);
    let both = both.ok_or_else(|| Fault::internal("the key ring no longer opens a queued proof"))?;
    let (token, code) = both.split_once(' ').ok_or_else(|| Fault::internal("a queued proof is malformed"))?;
    Ok(Some((row, Secret::presented(token), code.to_owned())))
}

/// Words a letter that proves an address; `None` when it is proved or its link died.
///
/// # Errors
/// When the database is away or the key of the seal is gone.
pub async fn deliver_verify(
    ground: &Ground,
    desk: &Desk,
    kind: &str,
    payload: &str,
) -> Result<Option<Letter>, Fault> {
    let Some((row, token, code)) = open(ground, payload).await? else { return Ok(None) };
    let account = match row.account_id {
        Some(id) => accounts::find(ground.db.read(), id).await?,
        None => None,
    };
    let now = ground.clock.now();
    let open =
        |account: &Account| !matches!(accounts::status(account, now), Status::Verified | Status::Disabled);
    let Some(account) = account.filter(open) else { return Ok(None) };
    let given_name = plain_words(&account.given_name, 80);
    let link = desk.links.verify(&token);
    let deadline_text = desk.times.until(&account.locale, account.verify_by, now);
    let message = match kind {
        "verify_reminder" => Message::VerifyReminder { given_name, link, code, deadline_text },
        "blocked" => Message::Blocked { given_name, link, code },
        "unblocked" => Message::Unblocked { given_name, link, code, deadline_text },
        _ => Message::VerifyEmail { given_name, link, code, deadline_text },
    };
    Ok(Some(Letter { to: To::Email(account.email), language: account.locale, message }))
}

/// Queues the inviter's notice that an account was closed by the owner of its address.
pub(super) async fn queue_closed(
    tx: &Tx,
    id: OutboxId,
    now: Timestamp,
    (inviter, account): (AccountId, &Account),
) -> Result<(), Fault> {
    let payload = ClosedPayload { inviter, email: account.email.clone() };
    outbox::queue(tx, id, now, ("account_closed", account.id.to_string()), &payload).await
}

/// Words that notice.
///
/// # Errors
/// When the database is away.
pub async fn deliver_account_closed(ground: &Ground, payload: &str) -> Result<Option<Letter>, Fault> {
    let ClosedPayload { inviter, email } = serde_json::from_str(payload)?;
    let inviter = accounts::find(ground.db.read(), inviter).await?.filter(|it| it.disabled_at.is_none());
    Ok(inviter.map(|inviter| Letter {
        to: To::Email(inviter.email),
        language: inviter.locale,
        message: Message::AccountClosed { email },
    }))
}
