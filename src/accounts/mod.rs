//! People: profile, address, password, status. It does not know how they sign in (`login`) or how they
//! came (`invitations`); acts that touch several domains are in `lifecycle`.

pub mod address;
pub mod directory;
pub mod hasher;
pub mod password;
pub mod profile;
pub mod proof;
mod store;

pub use address::{Address, email_domain};
pub use entities::account::Model as Account;
pub use hasher::{Hasher, Stored, Verdict};
pub use password::{Password, PasswordProblem};
pub use proof::{Proof, Purpose};
pub use store::{
    any_open, by_address, close, due_for_reminder, find, insert, insert_proof, kill_proofs, list, lock,
    mark_disabled, mark_enabled, mark_verified, new_deadline, newest_proof, proof_by_id, proof_by_token,
    set_password, set_reminders, spend_proof, sweep_proofs,
};

use crate::clock::Timestamp;

/// Where an account stands. Follows from its times alone, so no job has to be on time for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// The address is proved.
    Verified,
    /// The address is to be proved until the given time.
    Unverified(Timestamp),
    /// The time to prove the address ran out; proving it opens the account again.
    Blocked,
    /// An administrator closed it.
    Disabled,
}

/// The status of an account at a time.
#[must_use]
pub fn status(account: &Account, now: Timestamp) -> Status {
    status_by(account.disabled_at, (account.email_verified_at, account.verify_by), now)
}

/// The status that follows from an account's times: when it was closed, when the address was proved and by when it is to be.
#[must_use]
pub fn status_by(
    disabled_at: Option<Timestamp>,
    (email_verified_at, verify_by): (Option<Timestamp>, Timestamp),
    now: Timestamp,
) -> Status {
    if disabled_at.is_some() {
        Status::Disabled
    } else if email_verified_at.is_some() {
        Status::Verified
    } else if now > verify_by {
        Status::Blocked
    } else {
        Status::Unverified(verify_by)
    }
}

/// Full name as shown.
#[must_use]
pub fn full_name(account: &Account) -> String {
    format!("{} {}", account.given_name, account.family_name)
}
