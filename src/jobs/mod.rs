//! The worker: delivers the outbox by kind, reminds, rotates keys, sweeps. Any number of nodes may run it: rows
//! are leased, reminders are conditional writes.

mod calls;
mod deliver;
mod rotate;
mod seal;
mod sweep;

use crate::accounts::Hasher;
use crate::clients::Clients;
use crate::fault::Fault;
use crate::grants::Grants;
use crate::keys::Keys;
use crate::lifecycle::Lifecycle;
use crate::messages::Desk;
use crate::outbox;
use crate::store::Ground;
pub use rotate::Rotation;
pub use seal::Sealing;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Between two looks at the outbox: what a person waits for a code beyond the gateway's own time.
const LOOK: Duration = Duration::from_millis(250);
/// Looks between two rounds of reminders and sweeps: half a minute.
const LOOKS_A_ROUND: u32 = 120;
/// Between two looks at signing keys and trail: until then a key of another node is unknown here.
const KEYS_LOOK: Duration = Duration::from_secs(1);
/// Rows taken at a time.
const BATCH: u64 = 20;

/// What the worker works with.
#[derive(Clone)]
pub struct Worker {
    /// Stores, clock, randomness.
    pub ground: Ground,
    /// Words and sends letters.
    pub desk: Arc<Desk>,
    /// Reminders.
    pub lifecycle: Lifecycle,
    /// Gives its memory back when idle.
    pub hasher: Hasher,
    /// Tells applications of sessions that ended.
    pub grants: Grants,
    /// Signing keys.
    pub keys: Keys,
    /// How long their tokens live.
    pub clients: Clients,
    /// When keys change.
    pub rotation: Rotation,
    /// When the audit trail gets its checkpoints.
    pub sealing: Sealing,
}

impl Worker {
    /// Works until told to stop; what it has begun it finishes. A fault is logged and the next look
    /// tries again, so the worker heals by itself.
    pub async fn run(&self, stop: watch::Receiver<bool>) {
        // A delivery that takes long does not keep this node from publishing a key.
        tokio::join!(self.work(stop.clone()), self.call(stop.clone()), self.follow(stop));
    }

    /// Each second, one after the other, so that an idle node keeps one connection for both: what other nodes did with
    /// the signing keys, and the rows of the trail that wait for their seal.
    async fn follow(&self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            tokio::select! {
                () = tokio::time::sleep(KEYS_LOOK) => {}
                _ = stop.changed() => {}
            }
            if let Err(fault) = self.keys.reload().await {
                tracing::error!(%fault, "the signing keys cannot be read");
            }
            if let Err(fault) = self.seal_audit().await {
                tracing::error!(%fault, "the audit trail cannot be sealed");
            }
        }
    }

    async fn work(&self, mut stop: watch::Receiver<bool>) {
        let mut looks = 0_u32;
        while !*stop.borrow() {
            if let Err(fault) = self.deliver().await {
                tracing::error!(%fault, "the outbox cannot be read");
            }
            if looks.is_multiple_of(LOOKS_A_ROUND)
                && let Err(fault) = self.round().await
            {
                tracing::error!(%fault, "a round of the worker failed");
            }
            looks = looks.wrapping_add(1);
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Delivers what is due until nothing is; gives how many rows were tried.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn deliver_due(&self) -> Result<usize, Fault> {
        // Messages first: one of them may be the event that makes calls.
        Ok(self.deliver().await? + self.call_due().await?)
    }

    async fn deliver(&self) -> Result<usize, Fault> {
        let mut tried = 0;
        while outbox::has_due(self.ground.db.read(), self.ground.clock.now()).await? {
            let now = self.ground.clock.now();
            let rows = self
                .ground
                .db
                .write(move |tx| Box::pin(async move { outbox::lease(tx, now, BATCH).await }))
                .await?;
            if rows.is_empty() {
                break;
            }
            tried += rows.len();
            futures_util::future::join_all(rows.into_iter().map(|row| self.deliver_one(row))).await;
        }
        Ok(tried)
    }

    /// Reminders, counts for the trail, signing keys, sweeps.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn round(&self) -> Result<(), Fault> {
        self.lifecycle.remind().await?;
        self.hasher.release();
        self.grants.write_counts(false).await?;
        self.rotate_keys().await?;
        sweep::sweep(&self.ground).await
    }
}
