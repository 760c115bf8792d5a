//! `[keys]`: when signing keys change.

use super::{Problem, range};
use serde::Deserialize;

/// The life of signing keys.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// Days for which a key signs.
    pub rotate_days: i64,
    /// Minutes for which it is published before.
    pub publish_ahead_minutes: i64,
}

impl Keys {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        range(&mut all, "keys.rotate_days", self.rotate_days, (1, 3650));
        // The key set is kept for five minutes by whoever fetched it; the rest is for clocks and slow look-ups.
        range(&mut all, "keys.publish_ahead_minutes", self.publish_ahead_minutes, (10, 7 * 24 * 60));
        all
    }
}
