//! Who is signed in, and what is under way at the provider. In memory: a restart signs everybody out.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use openidconnect::core::CoreIdToken;

use super::cookies::random_id;

/// A session that nobody used for this long ends.
pub(super) const IDLE_LIMIT: Duration = Duration::from_secs(15 * 60);
/// A session ends this long after it began, however busy.
pub(super) const ABSOLUTE_LIMIT: Duration = Duration::from_secs(12 * 60 * 60);
/// How long the provider may keep a person: the first sign-in includes reading a disclaimer.
pub(super) const PARKED_LIMIT: Duration = Duration::from_secs(60 * 60);
/// Anybody can start a sign-in, so the number kept is bounded; the oldest makes room.
pub(super) const MOST_KEPT: usize = 10_000;

/// What the provider said about the person.
#[derive(Clone)]
pub(super) struct Person {
    /// The name to greet them by.
    pub(super) name: String,
    /// Profession and organisation, as far as known.
    pub(super) role: String,
    /// When they last proved who they are (`auth_time`), in seconds since 1970.
    pub(super) authenticated_at: i64,
}

/// One browser in which a person is signed in.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) person: Person,
    /// Kept as the hint for signing out at the provider.
    pub(super) id_token: CoreIdToken,
    /// Must come back with the sign-out form.
    pub(super) csrf: String,
    began: Instant,
    seen: Instant,
}

impl Session {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.seen) >= IDLE_LIMIT
            || now.saturating_duration_since(self.began) >= ABSOLUTE_LIMIT
    }
}

/// The sessions, by id.
#[derive(Default)]
pub(super) struct Sessions(Mutex<HashMap<String, Session>>);

impl Sessions {
    /// Begins a session and returns its new id.
    pub(super) fn begin(&self, person: Person, id_token: CoreIdToken, now: Instant) -> String {
        let id = random_id();
        let session = Session { person, id_token, csrf: random_id(), began: now, seen: now };
        let mut sessions = locked(&self.0);
        sessions.retain(|_, session| !session.is_over(now));
        drop_oldest(&mut sessions, |session| session.seen);
        sessions.insert(id.clone(), session);
        id
    }

    /// The live session under this id; it counts as used now.
    pub(super) fn find(&self, id: &str, now: Instant) -> Option<Session> {
        let mut sessions = locked(&self.0);
        if sessions.get(id)?.is_over(now) {
            sessions.remove(id);
            return None;
        }
        let session = sessions.get_mut(id)?;
        session.seen = now;
        Some(session.clone())
    }

    /// Ends a session, if there is one.
    pub(super) fn end(&self, id: &str) {
        locked(&self.0).remove(id);
    }
}

/// Things under way at the provider: by `state`, each bound to the browser that began it, each taken once.
pub(super) struct Parked<T>(Mutex<HashMap<String, Bound<T>>>);

struct Bound<T> {
    browser: String,
    since: Instant,
    thing: T,
}

impl<T> Default for Parked<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<T> Parked<T> {
    /// Keeps `thing` until `state` comes back in the same browser.
    pub(super) fn park(&self, state: String, browser: String, thing: T, now: Instant) {
        let mut parked = locked(&self.0);
        if parked.len() >= MOST_KEPT {
            parked.retain(|_, bound| now.saturating_duration_since(bound.since) < PARKED_LIMIT);
        }
        drop_oldest(&mut parked, |bound| bound.since);
        parked.insert(state, Bound { browser, since: now, thing });
    }

    /// Takes what was parked, if this is its browser and its time has not run out.
    pub(super) fn take(&self, state: &str, browser: &str, now: Instant) -> Option<T> {
        let mut parked = locked(&self.0);
        let bound = parked.get(state)?;
        if bound.browser != browser || now.saturating_duration_since(bound.since) >= PARKED_LIMIT {
            return None;
        }
        parked.remove(state).map(|bound| bound.thing)
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        locked(&self.0).len()
    }
}

fn drop_oldest<T>(kept: &mut HashMap<String, T>, age: impl Fn(&T) -> Instant) {
    while kept.len() >= MOST_KEPT {
        let Some(oldest) = kept.iter().min_by_key(|(_, thing)| age(thing)).map(|(id, _)| id.clone()) else {
            return;
        };
        kept.remove(&oldest);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
