//! The one outgoing HTTP client. Nothing else names reqwest, but for relying parties in examples and tests.
//!
//! Owns: where a request may go, its limits, and a cache of documents that applications publish. Does not own: what a
//! document means. An address that an application registered is not to be trusted (I34, A84): it must be https and lead
//! to the public internet, the address that was checked is the one that is connected to, and no redirect is followed.

mod address;
mod http;
#[cfg(test)]
mod tests;

pub use address::Reach;
pub use http::{Answer, FetchError, Http, Request};

use crate::clock::{Clock, Timestamp};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex;

/// For a whole request, the look-up of its name included.
const TIME: Duration = Duration::from_secs(3);
/// A document is used for so many seconds, whatever its server says.
const YOUNGEST: i64 = 300;
/// It is not used for longer, whatever its server says and even when the server is away.
const OLDEST: i64 = 3600;
/// Seconds between two requests for one document, whoever asks for it how often.
const REST: i64 = 30;
/// Documents that are kept; the one that was unused for longest makes room.
const KEPT: usize = 256;

/// A document that an application publishes.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// Its bytes, as they came.
    pub body: Arc<[u8]>,
    /// When they came.
    pub at: Timestamp,
}

/// Fetches from addresses that applications registered, and keeps what came for a while. Cheap to clone.
#[derive(Clone)]
pub struct Fetch {
    http: Http,
    clock: Clock,
    slots: Arc<Lock<HashMap<String, Arc<Slot>>>>,
}

/// What is known of one address. Its lock is held during a request, so that many who ask at once make one.
#[derive(Default)]
struct Slot {
    used: AtomicI64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    held: Option<Fetched>,
    fresh_until: Option<Timestamp>,
    tried_at: Option<Timestamp>,
}

impl Fetch {
    /// With an empty cache.
    #[must_use]
    pub fn new(reach: Reach, clock: Clock) -> Self {
        Self { http: Http::new(reach, TIME), clock, slots: Arc::default() }
    }

    /// What is wrong with an address, as far as it can be told without asking anybody, as the end of a sentence that
    /// begins with it.
    ///
    /// # Errors
    /// If no request would go there.
    pub fn check(&self, url: &str) -> Result<(), &'static str> {
        self.http.reach().check(url).map(|_| ())
    }

    /// Sends one request, under the rules and past the cache.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn send(&self, request: Request) -> Result<Answer, FetchError> {
        self.http.send(request).await
    }

    /// A document, from the cache while it is fresh.
    ///
    /// # Errors
    /// If there is none to be had.
    pub async fn get(&self, url: &str) -> Result<Fetched, FetchError> {
        self.look(url, None).await
    }

    /// A document that is newer than `seen`, which lacks something; `seen` itself when it was asked for less than half
    /// a minute ago, so that nobody makes us ask as often as they like.
    ///
    /// # Errors
    /// If there is none to be had.
    pub async fn newer(&self, url: &str, seen: &Fetched) -> Result<Fetched, FetchError> {
        self.look(url, Some(seen.at)).await
    }

    async fn look(&self, url: &str, than: Option<Timestamp>) -> Result<Fetched, FetchError> {
        let slot = self.slot(url);
        let mut state = slot.state.lock().await;
        let now = self.clock.now();
        let fresh = state.fresh_until.is_some_and(|until| now < until);
        if let Some(held) = state.held.as_ref().filter(|held| fresh && than.is_none_or(|seen| held.at > seen))
        {
            return Ok(held.clone());
        }
        let usable = state.held.clone().filter(|held| now.since(held.at) < OLDEST);
        if state.tried_at.is_some_and(|tried| now.since(tried).abs() < REST) {
            return usable.ok_or(FetchError::Resting);
        }
        state.tried_at = Some(now);
        match self.document(url).await {
            Ok(answer) => {
                let life = answer.max_age().unwrap_or(YOUNGEST).clamp(YOUNGEST, OLDEST);
                let fetched = Fetched { body: answer.body.into(), at: now };
                (state.held, state.fresh_until) = (Some(fetched.clone()), Some(now.plus(life)));
                Ok(fetched)
            }
            Err(error) => usable.ok_or(error),
        }
    }

    async fn document(&self, url: &str) -> Result<Answer, FetchError> {
        let answer = self.send(Request::new("GET", url).map_err(FetchError::Address)?).await?;
        if answer.status == 200 { Ok(answer) } else { Err(FetchError::Status(answer.status)) }
    }

    fn slot(&self, url: &str) -> Arc<Slot> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= KEPT && !slots.contains_key(url) {
            let oldest = slots.iter().min_by_key(|(_, slot)| slot.used.load(Ordering::Relaxed));
            if let Some(oldest) = oldest.map(|(url, _)| url.clone()) {
                slots.remove(&oldest);
            }
        }
        let slot = slots.entry(url.to_owned()).or_default();
        slot.used.store(self.clock.now().0, Ordering::Relaxed);
        Arc::clone(slot)
    }
}
