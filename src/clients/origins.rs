//! The origins of all clients' pages, for questions that come before the client is known.

use super::Clients;
use crate::clock::Timestamp;
use crate::fault::Fault;
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Seconds for which they are believed: whoever asks how often, the clients are read no more often than that.
const FRESH: i64 = 5;

/// What was read lately. Its lock is held during a read, so that many who ask at once make one.
pub(super) type Origins = Arc<Mutex<Option<(Timestamp, HashSet<String>)>>>;

impl Clients {
    /// Whether any client has registered this origin.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn has_origin(&self, origin: &str) -> Result<bool, Fault> {
        let now = self.ground.clock.now();
        let mut known = self.origins.lock().await;
        if let Some((at, origins)) = known.as_ref()
            && now.since(*at).abs() < FRESH
        {
            return Ok(origins.contains(origin));
        }
        let origins: HashSet<String> =
            self.list().await?.into_iter().flat_map(|client| client.policy.origins).collect();
        let has = origins.contains(origin);
        *known = Some((now, origins));
        Ok(has)
    }
}
