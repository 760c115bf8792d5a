//! Who was told that a person was signed out, and who is still to be told.

use super::backchannel::call_id;
use super::{Grants, store};
use crate::fault::Fault;
use crate::ids::{AccountId, OutboxId};
use crate::login;
use crate::outbox::{self, Record};
use std::collections::BTreeMap;

/// Ended sessions and their applications that are looked at, the latest first.
const MOST: u64 = 100;

/// What became of the calls that tell applications of a person's ended sessions.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// One call each, the latest first.
    pub lines: Vec<Line>,
    /// Whether a session ended a moment ago, so that more calls are about to be made.
    pub is_preparing: bool,
}

/// One call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The application's id.
    pub client_id: String,
    /// Its name; the id where it is gone.
    pub client: String,
    /// What became of the call.
    pub call: Record,
}

impl Grants {
    /// The ledger of a person. What was answered is kept for a week, what failed for good for thirty days.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn ledger(&self, account: AccountId) -> Result<Ledger, Fault> {
        let conn = self.ground.db.read();
        let ended = store::used_in_ended(conn, account, MOST).await?;
        let clients: BTreeMap<OutboxId, String> = ended
            .into_iter()
            .map(|(session, client)| (OutboxId(call_id(session, &client)), client))
            .collect();
        let mut calls = outbox::records(conn, clients.keys().copied()).await?;
        calls.sort_by_key(|call| (std::cmp::Reverse(call.created_at), call.id));
        let mut lines = Vec::with_capacity(calls.len());
        for call in calls {
            let Some(client_id) = clients.get(&call.id).cloned() else { continue };
            let client = self.clients.find(&client_id).await?;
            let client = client.map_or_else(|| client_id.clone(), |client| client.name.clone());
            lines.push(Line { client_id, client, call });
        }
        let events = outbox::history(conn, (login::ENDED, &account.to_string()), 1).await?;
        let is_preparing = events.first().is_some_and(|event| event.end.is_none());
        Ok(Ledger { lines, is_preparing })
    }
}
