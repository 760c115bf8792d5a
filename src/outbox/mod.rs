//! Rows to be delivered: queued in the transaction that causes them, leased by a worker, tried
//! again with growing waits, dead after the last try. It knows kinds, not contents: what a kind
//! means is the domain's, and how it is sent is the worker's.

pub mod directory;
mod store;
mod take;

pub use store::{
    Record, finish, history, queue, queue_all, queue_once, records, retry_later, standing, sweep, was_dropped,
};
pub use take::{due_calls, has_due, lease, lease_calls};

use crate::ids::OutboxId;

/// Tries before a row is dead: with the waits below, a few hours.
pub const TRIES: i32 = 12;

/// Seconds for which a worker has a row; longer than any delivery may take.
pub const LEASE: i64 = 120;

/// Kinds that call an application. They are delivered apart from messages, so that an application that answers slowly
/// never holds up the code that a person waits for.
const CALLS: [&str; 1] = ["backchannel_logout"];

/// A row that a worker holds.
#[derive(Clone, Debug)]
pub struct Leased {
    /// Its id, also the idempotency key for the gateway.
    pub id: OutboxId,
    /// Which message.
    pub kind: String,
    /// The row it is about.
    pub about: String,
    /// Its contents as JSON.
    pub payload: String,
    /// Deliveries begun, this one included.
    pub attempt: i32,
}

/// How a delivery ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The gateway took it.
    Sent,
    /// What it was about is dead, so it was not sent (L12).
    Dropped,
    /// It cannot be delivered.
    Dead,
}

impl End {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
        }
    }
}

/// What can be said of a message to somebody who waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It was sent, or is about to be.
    OnItsWay,
    /// It was tried and will be tried again.
    Late,
    /// It cannot be delivered.
    Undeliverable,
}

/// Seconds until the next try after `attempt` failed ones: 5 s, doubling, three hours at most.
#[must_use]
pub fn wait(attempt: i32) -> i64 {
    let doublings = u32::try_from(attempt.clamp(1, 16) - 1).unwrap_or(0);
    (5_i64 << doublings).min(3 * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_the_last_try_is_hours_later() {
        let waits: Vec<i64> = (1..TRIES).map(wait).collect();
        assert_eq!(&waits[..4], &[5, 10, 20, 40]);
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!((2 * 3600..24 * 3600).contains(&waits.iter().sum::<i64>()));
    }
}
