//! Who is at the browser: the password, the second factor, sessions, and the counters that make
//! guessing hopeless. Every guess is counted in a committed write before it is evaluated. Which page
//! comes next is the business of `journey`.

mod counters;
pub mod factor;
mod password;
mod progress;
mod sessions;
mod throttle;

pub use counters::sweep;
pub use factor::Factor;
pub use factor::sms::{Challenge, Checked, PhoneAdded, Sending};
pub use password::PasswordOutcome;
pub use progress::Progress;
pub use sessions::{ENDED, Ended, Session, end_all, end_session, live_session, open_sessions};

use crate::accounts::{Account, Hasher};
use crate::config;
use crate::store::Ground;
use throttle::Policy;

/// Methods of such a sign-in (RFC 8176).
pub const AMR_PASSWORD_SMS: &str = "pwd sms mfa";

/// The sign-in use cases.
#[derive(Clone)]
pub struct Login {
    ground: Ground,
    hasher: Hasher,
    times: config::SignIn,
    phones: config::Phone,
}

impl Login {
    /// With its settings.
    #[must_use]
    pub fn new(ground: Ground, hasher: Hasher, times: config::SignIn, phones: config::Phone) -> Self {
        Self { ground, hasher, times, phones }
    }

    /// Countries whose numbers are accepted.
    #[must_use]
    pub fn countries(&self) -> &[String] {
        &self.phones.countries
    }
}

/// The browser that asks: its handles as hashes, its language.
#[derive(Clone, Debug)]
pub struct Browser {
    /// Hash of the browser's own cookie.
    pub hash: Vec<u8>,
    /// Language to speak.
    pub language: String,
}

/// Subject of the password counter of an account.
fn password_subject(account: &Account) -> String {
    format!("password:{}", account.id)
}

/// Subject of the text-message counter of an account.
fn sms_subject(account: crate::ids::AccountId) -> String {
    format!("sms:{account}")
}
