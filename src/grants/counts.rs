//! How many tokens services got: a row in the trail for each client and minute instead of one for each token, which
//! would cost a synced write where nothing else is written. The price: a node that dies loses the counts of its last
//! minute or so, not the tokens; and no row tells one token from another. A token's own id is in it, and in the trail
//! once it is revoked.

use super::Grants;
use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Seconds for which tokens are counted before a row says so.
const LENGTH: i64 = 60;

/// The counts of this node that are in no row yet, by client.
#[derive(Default)]
pub(super) struct Counts(Mutex<BTreeMap<String, Count>>);

#[derive(Clone, Copy)]
struct Count {
    since: Timestamp,
    tokens: u64,
}

impl Counts {
    pub(super) fn add(&self, client_id: &str, now: Timestamp) {
        let mut counts = self.lock();
        match counts.get_mut(client_id) {
            Some(count) => count.tokens += 1,
            None => {
                counts.insert(client_id.to_owned(), Count { since: now, tokens: 1 });
            }
        }
    }

    /// Takes out what has been counted since then or before.
    fn take(&self, before: Timestamp) -> BTreeMap<String, Count> {
        let mut counts = self.lock();
        let (due, young) = std::mem::take(&mut *counts).into_iter().partition(|(_, it)| it.since <= before);
        *counts = young;
        due
    }

    fn give_back(&self, due: BTreeMap<String, Count>) {
        let mut counts = self.lock();
        for (client, old) in due {
            let more = counts.get(&client).map_or(0, |count| count.tokens);
            counts.insert(client, Count { since: old.since, tokens: old.tokens + more });
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Grants {
    /// Writes the counts that are a minute old, or all when the program ends. What cannot be written is kept.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn write_counts(&self, ends: bool) -> Result<(), Fault> {
        let now = self.ground.clock.now();
        let due = self.counts.take(if ends { Timestamp(i64::MAX) } else { now.plus(-LENGTH) });
        if due.is_empty() {
            return Ok(());
        }
        let rows = due.clone();
        let written = self.ground.db.write(move |tx| {
            Box::pin(async move {
                for (client, Count { since, tokens }) in rows {
                    let entry = Entry::done("service_tokens.issued", &client).client(&client);
                    let entry = entry.with("count", tokens).with("since", since);
                    audit::append(tx, now, &Origin::of(Actor::Worker), entry).await?;
                }
                Ok(())
            })
        });
        written.await.inspect_err(|_| self.counts.give_back(due))
    }
}
