//! Joiner, mover, leaver: the acts that touch several domains in one transaction. An invitation
//! becomes an account, an address is proved, a password is recovered, a person joins a team, is
//! unblocked or disabled; a file is applied. Queries stay in the domains.

pub mod declared;
mod declared_notices;
mod join;
mod messages;
mod people;
mod person;
mod places;
mod recover;
mod register;
mod reminders;
mod verify;
mod verify_letters;

pub use join::Joined;
pub use people::{Acted, Over};
pub use person::{Dossier, version};
pub use places::NewPlace;
pub use recover::{CodeChecked, Recovery, RecoveryState, deliver_password_changed, deliver_reset_code};
pub use register::{Details, FieldProblem, Registered};
pub use verify::{Finished, LinkView, Resent};
pub use verify_letters::{deliver_account_closed, deliver_verify};

use crate::accounts::Hasher;
use crate::config::{self, Config};
use crate::login::Login;
use crate::store::Ground;

/// The use cases.
#[derive(Clone)]
pub struct Lifecycle {
    ground: Ground,
    hasher: Hasher,
    login: Login,
    settings: Settings,
}

#[derive(Clone)]
struct Settings {
    accounts: config::Accounts,
    invitation_days: i64,
    password_minimum: usize,
}

impl Lifecycle {
    /// With its settings.
    #[must_use]
    pub fn new(ground: Ground, hasher: Hasher, login: Login, config: &Config) -> Self {
        let settings = Settings {
            accounts: config.accounts.clone(),
            invitation_days: config.invitations.days,
            password_minimum: config.passwords.minimum,
        };
        Self { ground, hasher, login, settings }
    }

    /// Fewest characters of a new password.
    #[must_use]
    pub fn password_minimum(&self) -> usize {
        self.settings.password_minimum
    }
}
