//! Where data lives. `sql` is the truth; `ephemeral` holds what may be lost with nothing worse
//! than a sign-in to begin again. The queries themselves are in each domain's `store.rs`.

pub mod answers;
pub mod ephemeral;
mod group;
pub mod paging;
pub mod rates;
mod sql;

pub use ephemeral::Ephemeral;
pub use sql::{Conn, Db, Tx, Work};

use crate::clock::Clock;
use crate::random::Random;
use crate::seal::KeyRing;

/// What every use case stands on: time, randomness, keys and stores. Cheap to clone.
#[derive(Clone)]
pub struct Ground {
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The keys from outside the database.
    pub ring: KeyRing,
    /// The SQL database.
    pub db: Db,
    /// Short-lived state.
    pub ephemeral: Ephemeral,
}

impl Ground {
    /// A new id of the present time; wrap it in the type it is for.
    #[must_use]
    pub fn new_id(&self) -> uuid::Uuid {
        crate::ids::new(self.clock.now(), &self.random)
    }
}
