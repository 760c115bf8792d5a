//! Telling applications that a session ended (OpenID Connect Back-Channel Logout 1.0).
//!
//! Whoever ends a session queues the event in the same write (`login`). The worker turns it into one call for each
//! application that was used in the session and wants to know, and makes the calls: the token is signed when it is
//! sent, since it is good for two minutes and a call may be tried for hours. The ledger is what the outbox knows of
//! the calls.

use super::{Grants, store};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::fetch::{FetchError, Request};
use crate::ids::{AccountId, OutboxId, SessionId};
use crate::keys::jose;
use crate::login::Ended;
use crate::outbox::{self, Record};
use crate::protocol::logout_token::{Events, LIFE, LogoutTokenClaims};
use crate::seal::sha256;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The outbox kind of one call. Its rows are about the client.
const CALL: &str = "backchannel_logout";

/// One application that is to be told of one session.
#[derive(Serialize, Deserialize)]
struct Call {
    client: String,
    session: SessionId,
    account: AccountId,
    at: Timestamp,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// The application knows.
    Yes,
    /// There is nobody to tell any more.
    Nobody,
    /// It was not reached, or does not accept it.
    No(String),
}

impl Grants {
    /// Queues the calls of sessions that ended; done twice it queues them once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn queue_logouts(&self, payload: &str) -> Result<(), Fault> {
        let ended: Ended = serde_json::from_str(payload)?;
        let mut calls = BTreeMap::new();
        for used in store::used_in(self.ground.db.read(), ended).await? {
            let client = self.clients.find(&used.client_id).await?;
            if client.is_some_and(|client| wants_to_know(&client, &used, ended.at)) {
                let (session, account) = (used.session_id, used.account_id);
                let call = Call { client: used.client_id, session, account, at: ended.at };
                calls.insert(call.id(), call);
            }
        }
        if calls.is_empty() {
            return Ok(());
        }
        let now = self.ground.clock.now();
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for (id, call) in calls {
                        outbox::queue_once(tx, OutboxId(id), now, (CALL, call.client.clone()), &call).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// Makes one call.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn call_logout(&self, id: OutboxId, payload: &str) -> Result<Told, Fault> {
        let call: Call = serde_json::from_str(payload)?;
        let client = self.clients.find(&call.client).await?.filter(|client| client.created_at <= call.at);
        let Some(client) = client else { return Ok(Told::Nobody) };
        let Some(uri) = &client.policy.backchannel_logout_uri else { return Ok(Told::Nobody) };
        let now = self.ground.clock.now();
        let claims = LogoutTokenClaims {
            iss: self.issuer.clone(),
            sub: call.account.to_string(),
            aud: client.id.clone(),
            iat: now.0,
            exp: now.plus(LIFE).0,
            jti: id.to_string(),
            events: Events::default(),
            sid: call.session.to_string(),
        };
        let token = self.keys.sign(client.policy.id_token_alg, jose::LOGOUT_TOKEN, &claims).await?;
        Ok(match self.post(uri, &token).await {
            Ok(200 | 204) => Told::Yes,
            Ok(status) => Told::No(FetchError::Status(status).to_string()),
            Err(error) => Told::No(error.to_string()),
        })
    }

    /// The status of the answer (Back-Channel Logout 2.5).
    async fn post(&self, uri: &str, token: &str) -> Result<u16, FetchError> {
        let form = Request::new("POST", uri)
            .and_then(|request| request.header("content-type", "application/x-www-form-urlencoded"));
        // A JWT has no character that a form would escape.
        let form = form.map_err(FetchError::Address)?.body(format!("logout_token={token}"));
        match self.clients.fetch().send(form).await {
            Ok(answer) => Ok(answer.status),
            // What it says beside the status is of no interest, however long.
            Err(FetchError::TooLong(status)) => Ok(status),
            Err(error) => Err(error),
        }
    }

    /// What became of the latest calls to an application, newest first. Those that were answered are kept for a week,
    /// those that failed for good for thirty days.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn logouts(&self, client: &str, limit: u64) -> Result<Vec<Record>, Fault> {
        outbox::history(self.ground.db.read(), (CALL, client), limit).await
    }
}

impl Call {
    fn id(&self) -> Uuid {
        call_id(self.session, &self.client)
    }
}

/// Made of the session and the application: one event has one id, in the outbox and as `jti`.
pub(super) fn call_id(session: SessionId, client: &str) -> Uuid {
    let hash = sha256(format!("{CALL}\n{session}\n{client}").as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_bytes(bytes).with_variant(uuid::Variant::RFC4122).into_uuid()
}

/// Whether the application of a grant is the one that got it, asked to be told, and the grant was worth something.
fn wants_to_know(client: &Client, used: &store::Used, at: Timestamp) -> bool {
    let absolute = i64::from(client.policy.refresh.absolute_seconds);
    let alive = used.expires_at > at || used.offline && used.auth_time.plus(absolute) > at;
    alive && client.created_at <= used.created_at && client.policy.backchannel_logout_uri.is_some()
}
