//! A sign-in in progress: what a browser has proved before it has a session. It opens nothing but
//! the next page of the journey (A37).

use super::Login;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::random::Secret;
use crate::store::ephemeral::Kind;
use serde::{Deserialize, Serialize};

/// Seconds until somebody who wandered off types the password again.
const LIFE: i64 = 60 * 60;

/// What is proved so far. Its handle is a secret of its own, made after the password was right.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Progress {
    /// Whose password it was.
    pub account: AccountId,
    /// When it was given.
    pub password_at: Timestamp,
    /// The flow in which it was given, to come back to from a mailed link.
    pub flow: String,
    /// The address of somebody who tried to make a second account with it: there is no account behind
    /// this, only the page that a newcomer would see (A8).
    pub phantom: Option<String>,
}

impl Login {
    /// Notes a right password and makes the handle for the browser.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn begin_progress(&self, account: AccountId, flow: &str) -> Result<Secret, Fault> {
        let password_at = self.ground.clock.now();
        self.keep_progress(&Progress { account, password_at, flow: flow.to_owned(), phantom: None }).await
    }

    /// The same for somebody who has no account here, only an address that has one.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn begin_phantom(&self, address: &str, flow: &str) -> Result<Secret, Fault> {
        let (account, password_at) = (AccountId(self.ground.new_id()), self.ground.clock.now());
        let phantom = Some(address.to_owned());
        self.keep_progress(&Progress { account, password_at, flow: flow.to_owned(), phantom }).await
    }

    async fn keep_progress(&self, progress: &Progress) -> Result<Secret, Fault> {
        let secret = self.ground.random.secret();
        self.ground.ephemeral.put(Kind::SignIn, &secret.hash(), progress, LIFE).await?;
        Ok(secret)
    }

    /// What a browser's handle stands for, if anything.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn progress(&self, handle: &Secret) -> Result<Option<Progress>, Fault> {
        self.ground.ephemeral.get(Kind::SignIn, &handle.hash()).await
    }

    /// Forgets a sign-in in progress.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn forget_progress(&self, handle: &Secret) -> Result<(), Fault> {
        self.ground.ephemeral.forget(Kind::SignIn, &handle.hash()).await
    }
}
