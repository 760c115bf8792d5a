//! Signing keys: the schedule, and what other nodes changed.

use super::Worker;
use crate::config;
use crate::fault::Fault;
use crate::keys::rotation::Schedule;

/// What the configuration says of the life of keys. Times are seconds.
#[derive(Clone, Copy, Debug)]
pub struct Rotation {
    rotate: i64,
    ahead: i64,
    /// An application may send its ID token back for as long as the session lasts, to sign the person out.
    session: i64,
}

impl Rotation {
    /// As configured.
    #[must_use]
    pub fn new(keys: &config::Keys, sign_in: &config::SignIn) -> Self {
        Self {
            rotate: keys.rotate_days * 24 * 3600,
            ahead: keys.publish_ahead_minutes * 60,
            session: sign_in.session_hours * 3600,
        }
    }
}

impl Worker {
    /// Does what is due, with the longest life that any application's tokens may have now.
    pub(super) async fn rotate_keys(&self) -> Result<(), Fault> {
        let lives = self.clients.list().await?;
        let lives = lives.iter().map(|client| &client.policy.tokens);
        let longest = lives.map(|tokens| i64::from(tokens.access_seconds.max(tokens.id_seconds))).max();
        let Rotation { rotate, ahead, session } = self.rotation;
        self.keys.rotate(Schedule { rotate, ahead, token_life: session.max(longest.unwrap_or(0)) }).await
    }
}
