//! The e-mails of invitations. The link's token is sealed in the outbox row, bound to nothing else,
//! and wiped with the row's contents when it was delivered.

use super::{Invitation, State, state, store};
use crate::accounts;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, InvitationId, OutboxId};
use crate::messages::{Desk, Letter, Message, To, plain_words};
use crate::organisations;
use crate::outbox;
use crate::random::Secret;
use crate::store::{Conn, Ground, Tx};
use serde::{Deserialize, Serialize};

const SEAL: &str = "invite link";

#[derive(Clone, Debug, Serialize, Deserialize)]
struct InvitePayload {
    invitation: InvitationId,
    sealed_token: String,
    #[serde(default)]
    reminds: bool,
}

#[derive(Serialize, Deserialize)]
struct AskedPayload {
    invitation: InvitationId,
    /// Whom to tell; the inviter where a row from before says nothing.
    #[serde(default)]
    to: Option<AccountId>,
}

/// A letter to be queued with the row it is about.
#[derive(Clone, Debug)]
pub struct Prepared {
    id: OutboxId,
    payload: InvitePayload,
}

impl Prepared {
    /// The same as a reminder: it says that the link before it is dead.
    pub(super) fn reminding(mut self) -> Self {
        self.payload.reminds = true;
        self
    }

    /// Queues many letters in one statement.
    pub(super) async fn queue_all(letters: &[Self], tx: &Tx, now: Timestamp) -> Result<(), Fault> {
        let row = |it: &Self| (it.id, it.payload.invitation.to_string(), it.payload.clone());
        outbox::queue_all(tx, now, "invite", letters.iter().map(row)).await
    }

    /// Queues the letter, in the transaction of what it is about.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn queue(&self, tx: &Tx, now: Timestamp) -> Result<(), Fault> {
        let about = self.payload.invitation.to_string();
        outbox::queue(tx, self.id, now, ("invite", about), &self.payload).await
    }
}

pub(super) fn prepare(ground: &Ground, row: &Invitation, token: &Secret) -> Prepared {
    let sealed_token = ground.ring.seal_text(SEAL, token.text(), &ground.random);
    let id = row.mail_id.unwrap_or_else(|| OutboxId(ground.new_id()));
    Prepared { id, payload: InvitePayload { invitation: row.id, sealed_token, reminds: false } }
}

pub(super) async fn queue_asked(
    tx: &Tx,
    id: OutboxId,
    now: Timestamp,
    (invitation, to): (InvitationId, AccountId),
) -> Result<(), Fault> {
    let about = ("invite_asked", invitation.to_string());
    outbox::queue(tx, id, now, about, &AskedPayload { invitation, to: Some(to) }).await
}

/// Words an invitation; `None` when its link is dead by now.
///
/// # Errors
/// When the database is away or the key of the seal is gone.
pub async fn deliver_invite(ground: &Ground, desk: &Desk, payload: &str) -> Result<Option<Letter>, Fault> {
    let payload: InvitePayload = serde_json::from_str(payload)?;
    let (conn, now) = (ground.db.read(), ground.clock.now());
    let Some(row) = store::find(conn, payload.invitation).await? else { return Ok(None) };
    if state(&row, now) != State::Open {
        return Ok(None);
    }
    let token = ground.ring.open_text(SEAL, &payload.sealed_token);
    let token = token.ok_or_else(|| Fault::internal("the key ring no longer opens a queued link"))?;
    let (organisation, team) = place(conn, &row).await?;
    let message = Message::Invite {
        inviter: inviter_name(conn, &row, desk).await?,
        organisation,
        team,
        message: plain_words(row.message.as_deref().unwrap_or_default(), 500),
        link: desk.links.invite(&Secret::presented(&token)),
        expires_text: desk.times.until(&row.locale, row.expires_at, now),
        reminds: payload.reminds,
    };
    Ok(Some(Letter { to: To::Email(row.email), language: row.locale, message }))
}

/// Words the notice that somebody asks for a new link.
///
/// # Errors
/// When the database is away.
pub async fn deliver_asked(ground: &Ground, desk: &Desk, payload: &str) -> Result<Option<Letter>, Fault> {
    let AskedPayload { invitation, to } = serde_json::from_str(payload)?;
    let conn = ground.db.read();
    let Some(row) = store::find(conn, invitation).await? else { return Ok(None) };
    let Some(inviter) = to.or(row.inviter_id) else { return Ok(None) };
    let Some(inviter) = accounts::find(conn, inviter).await?.filter(|it| it.disabled_at.is_none()) else {
        return Ok(None);
    };
    let (organisation, _) = place(conn, &row).await?;
    let message = Message::InviteAsked { email: row.email, organisation, team_link: desk.links.team() };
    Ok(Some(Letter { to: To::Email(inviter.email), language: inviter.locale, message }))
}

async fn place(conn: &impl Conn, row: &Invitation) -> Result<(String, String), Fault> {
    let organisation = organisations::find(conn, row.organisation_id).await?;
    let team = match row.team_id {
        Some(id) => organisations::find_team(conn, id).await?.map(|team| team.name),
        None => None,
    };
    let name = organisation.map(|organisation| organisation.name).unwrap_or_default();
    Ok((plain_words(&name, 80), plain_words(&team.unwrap_or_default(), 80)))
}

async fn inviter_name(conn: &impl Conn, row: &Invitation, desk: &Desk) -> Result<String, Fault> {
    let account = match row.inviter_id {
        Some(id) => accounts::find(conn, id).await?,
        None => None,
    };
    let name = account.map(|account| plain_words(&accounts::full_name(&account), 80));
    Ok(name.filter(|name| !name.is_empty()).unwrap_or_else(|| desk.brand.name.clone()))
}
