//! `[tokens]`: what holds for the tokens of every application.

use super::{Problem, range};
use serde::Deserialize;

/// Tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tokens {
    /// Seconds in which a refresh token that was just used gets the same answer once more.
    pub refresh_retry_seconds: i64,
}

impl Tokens {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        range(&mut all, "tokens.refresh_retry_seconds", self.refresh_retry_seconds, (0, 60));
        all
    }
}
