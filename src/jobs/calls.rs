//! Calls of applications. One that answers slowly, or never, holds up its own calls and nobody else's: a node takes few
//! of its rows at a time, and no more before these are done.

use super::Worker;
use crate::fault::Fault;
use crate::outbox::{self, Leased};
use futures_util::future::BoxFuture;
use futures_util::stream::{self, FuturesUnordered, StreamExt as _};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks at the calls, for which nobody waits at a screen.
const LOOK: Duration = Duration::from_secs(1);
/// Applications that a node calls at a time. It bounds the connections; the price is that so many dead ones would keep
/// others waiting for some seconds.
const APPLICATIONS: usize = 64;
/// Rows of one application that a node takes at a time: with the number below, two rounds of the longest answer, far
/// less than a lease.
const EACH: u64 = 8;
/// Calls of one application at a time.
const AT_ONCE: usize = 4;

/// The applications that are being called.
#[derive(Default)]
pub(super) struct UnderWay<'a> {
    batches: FuturesUnordered<BoxFuture<'a, String>>,
    clients: BTreeSet<String>,
}

impl UnderWay<'_> {
    /// Waits until an application's batch is done. `false` when there is none.
    async fn ended(&mut self) -> bool {
        let Some(client) = self.batches.next().await else { return false };
        self.clients.remove(&client)
    }
}

impl Worker {
    pub(super) async fn call(&self, mut stop: watch::Receiver<bool>) {
        let mut under_way = UnderWay::default();
        while !*stop.borrow() {
            if let Err(fault) = self.begin_calls(&mut under_way).await {
                tracing::error!(%fault, "the calls of applications cannot be read");
            }
            tokio::select! {
                true = under_way.ended() => {}
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
        }
        while under_way.ended().await {}
    }

    /// Makes calls until none is due; gives how many were tried.
    pub(super) async fn call_due(&self) -> Result<usize, Fault> {
        let mut under_way = UnderWay::default();
        let mut tried = 0;
        loop {
            tried += self.begin_calls(&mut under_way).await?;
            if !under_way.ended().await {
                return Ok(tried);
            }
        }
    }

    /// Takes due rows of applications that are not being called, and begins to call them; gives how many rows.
    async fn begin_calls<'a>(&'a self, under_way: &mut UnderWay<'a>) -> Result<usize, Fault> {
        let room = APPLICATIONS.saturating_sub(under_way.clients.len());
        let now = self.ground.clock.now();
        let due = outbox::due_calls(self.ground.db.read(), now, (&under_way.clients, EACH)).await?;
        let ids = first(due, room);
        if ids.is_empty() {
            return Ok(0);
        }
        let lease =
            self.ground.db.write(move |tx| Box::pin(async move { outbox::lease_calls(tx, now, ids).await }));
        let mut batches: BTreeMap<String, Vec<Leased>> = BTreeMap::new();
        let mut taken = 0;
        for row in lease.await? {
            taken += 1;
            batches.entry(row.about.clone()).or_default().push(row);
        }
        for (client, rows) in batches {
            under_way.clients.insert(client.clone());
            under_way.batches.push(Box::pin(async move {
                stream::iter(rows).for_each_concurrent(AT_ONCE, |row| self.deliver_one(row)).await;
                client
            }));
        }
        Ok(taken)
    }
}

/// The rows of the first so many applications.
fn first<T>(due: Vec<(T, String)>, applications: usize) -> Vec<T> {
    let mut chosen = BTreeSet::new();
    let fits = |(id, client): (T, String)| {
        (chosen.contains(&client) || chosen.len() < applications).then(|| {
            chosen.insert(client);
            id
        })
    };
    due.into_iter().filter_map(fits).collect()
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn there_is_room_for_so_many_applications_and_for_all_the_rows_of_each() {
        let due = || {
            [(1, "a"), (2, "b"), (3, "a"), (4, "c"), (5, "b")].map(|(id, it)| (id, it.to_owned())).to_vec()
        };
        for (room, expected) in
            [(0, vec![]), (1, vec![1, 3]), (2, vec![1, 2, 3, 5]), (9, vec![1, 2, 3, 4, 5])]
        {
            assert_eq!(first(due(), room), expected, "{room}");
        }
    }
}
