//! How fast one token may call: a window of a minute on this node, told with every answer. It keeps a program that runs
//! wild from slowing down the others; what must be exact and durable is counted in `store::rates`.

use crate::clock::Timestamp;
use crate::seal::sha256;
use poem::http::HeaderName;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Calls in a window.
const CALLS: u32 = 600;
/// Seconds of a window.
const WINDOW: i64 = 60;
/// Tokens that are remembered at once.
const TOKENS: usize = 10_000;

/// The windows that are open, by the hash of what was presented.
#[derive(Default)]
pub(super) struct Pace(Mutex<HashMap<[u8; 32], (Timestamp, u32)>>);

/// Where a token stands in its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    /// Calls that are left.
    pub(super) remaining: u32,
    /// Seconds until the next window.
    pub(super) reset: u32,
    /// Whether this call was one too many.
    pub(super) is_over: bool,
}

impl Pace {
    /// Counts a call.
    pub(super) fn count(&self, presented: &[u8], now: Timestamp) -> Standing {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() >= TOKENS {
            windows.retain(|_, (ends_at, _)| *ends_at > now);
        }
        if windows.len() >= TOKENS {
            windows.clear();
        }
        let window = windows.entry(sha256(presented)).or_insert((now.plus(WINDOW), 0));
        if window.0 <= now {
            *window = (now.plus(WINDOW), 0);
        }
        window.1 = window.1.saturating_add(1);
        Standing {
            remaining: CALLS.saturating_sub(window.1),
            reset: u32::try_from(window.0.since(now)).unwrap_or_default(),
            is_over: window.1 > CALLS,
        }
    }
}

impl Standing {
    /// As the headers of an answer.
    pub(super) fn headers(self) -> [(HeaderName, String); 3] {
        [
            (HeaderName::from_static("ratelimit-limit"), CALLS.to_string()),
            (HeaderName::from_static("ratelimit-remaining"), self.remaining.to_string()),
            (HeaderName::from_static("ratelimit-reset"), self.reset.to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_has_a_window_of_its_own_which_opens_again() {
        let (pace, now) = (Pace::default(), Timestamp(1_800_000_000));
        for left in (0..CALLS).rev() {
            let standing = pace.count(b"a", now);
            assert_eq!((standing.remaining, standing.is_over), (left, false));
        }
        let over = pace.count(b"a", now.plus(20));
        assert_eq!(over, Standing { remaining: 0, reset: 40, is_over: true });
        assert!(!pace.count(b"b", now).is_over, "another token goes on");
        assert!(!pace.count(b"a", now.plus(WINDOW)).is_over);
    }

    #[test]
    fn it_does_not_grow_without_end() {
        let (pace, now) = (Pace::default(), Timestamp(1_800_000_000));
        for number in 0..TOKENS + 10 {
            pace.count(&number.to_be_bytes(), now);
        }
        assert!(pace.0.lock().unwrap().len() <= TOKENS);
    }
}
