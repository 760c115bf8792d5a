//! The messages of the text-message factor: queued with the change, worded when they are sent.

use super::phone::masked;
use super::sms::is_live;
use super::sms_store as store;
use crate::accounts::{self, Account};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, AuthenticatorId, ChallengeId, OutboxId};
use crate::messages::{Desk, Letter, Message, To};
use crate::outbox;
use crate::store::{Conn, Ground, Tx};
use entities::challenge;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(super) struct CodePayload {
    pub(super) challenge: ChallengeId,
}

#[derive(Serialize, Deserialize)]
struct PhonePayload {
    authenticator: AuthenticatorId,
}

/// The independent notice of a new factor, to the e-mail address and to the phone (N8, N14).
pub(super) async fn tell_phone_added(
    tx: &Tx,
    code: &challenge::Model,
    [mail, sms]: [OutboxId; 2],
    now: Timestamp,
) -> Result<(), Fault> {
    let payload = PhonePayload { authenticator: code.authenticator_id };
    outbox::queue(tx, mail, now, ("phone_added", code.authenticator_id.to_string()), &payload).await?;
    outbox::queue(tx, sms, now, ("phone_added_sms", code.authenticator_id.to_string()), &payload).await
}

/// Words the text message of a queued code; `None` when the code is dead by now (L12).
///
/// # Errors
/// When the database is away.
pub async fn deliver_code(ground: &Ground, payload: &str) -> Result<Option<Letter>, Fault> {
    let CodePayload { challenge } = serde_json::from_str(payload)?;
    let (conn, now) = (ground.db.read(), ground.clock.now());
    let Some(row) = store::by_id(conn, challenge).await?.filter(|row| is_live(row, now)) else {
        return Ok(None);
    };
    let Some((account, phone)) = owner(conn, row.account_id, row.authenticator_id).await? else {
        return Ok(None);
    };
    let minutes = row.expires_at.since(row.created_at) / 60;
    let message = Message::LoginCode { code: ground.ring.six_digits(&row.salt), minutes };
    Ok(Some(Letter { to: To::Phone(phone), language: account.locale, message }))
}

/// Words the notice of a new phone, to the phone or to the e-mail address.
///
/// # Errors
/// When the database is away.
pub async fn deliver_phone_added(
    ground: &Ground,
    desk: &Desk,
    payload: &str,
    to_phone: bool,
) -> Result<Option<Letter>, Fault> {
    let PhonePayload { authenticator } = serde_json::from_str(payload)?;
    let conn = ground.db.read();
    let Some(row) = store::phone_by_id(conn, authenticator).await? else { return Ok(None) };
    let Some((account, phone)) = owner(conn, row.account_id, row.id).await? else { return Ok(None) };
    let message = Message::PhoneAdded {
        given_name: account.given_name.clone(),
        number_masked: masked(&phone),
        when_text: desk.times.exact(&account.locale, row.verified_at.unwrap_or(row.created_at)),
    };
    let to = if to_phone { To::Phone(phone) } else { To::Email(account.email) };
    Ok(Some(Letter { to, language: account.locale, message }))
}

async fn owner(
    conn: &impl Conn,
    account: AccountId,
    phone: AuthenticatorId,
) -> Result<Option<(Account, String)>, Fault> {
    let account = accounts::find(conn, account).await?.filter(|account| account.disabled_at.is_none());
    let phone = store::phone_by_id(conn, phone).await?.filter(|phone| phone.removed_at.is_none());
    Ok(account.zip(phone.map(|phone| phone.phone)))
}
