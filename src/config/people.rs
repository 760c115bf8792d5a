//! `[invitations]`, `[accounts]`, `[passwords]`, `[sign_in]` and `[phone]`: limits and times.

use super::{Problem, range};
use serde::Deserialize;

/// Invitations.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitations {
    /// Days until a link dies.
    pub days: i64,
    /// Addresses one person may invite in a day.
    pub per_day: i32,
}

impl Invitations {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        range(&mut all, "invitations.days", self.days, (1, 60));
        range(&mut all, "invitations.per_day", self.per_day, (1, 100_000));
        all
    }
}

/// Accounts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Hours to prove the address.
    pub verify_hours: i64,
    /// Hours after creation for the two reminders.
    pub reminder_hours: [i64; 2],
}

impl Accounts {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        range(&mut all, "accounts.verify_hours", self.verify_hours, (1, 24 * 14));
        let [first, second] = self.reminder_hours;
        if !(0 < first && first < second && second < self.verify_hours) {
            all.push(Problem::new("accounts.reminder_hours", "must rise and end before verify_hours"));
        }
        all
    }
}

/// Password rules and cost.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passwords {
    /// Fewest characters.
    pub minimum: usize,
    /// Argon2id memory in KiB.
    pub memory_kib: u32,
    /// Argon2id passes.
    pub passes: u32,
    /// Hashes at a time; 0 for one a core.
    pub workers: usize,
    /// How many may wait.
    pub queue: usize,
}

impl Passwords {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        range(&mut all, "passwords.minimum", self.minimum, (8, 64));
        range(&mut all, "passwords.memory_kib", self.memory_kib, (64, 1_048_576));
        range(&mut all, "passwords.passes", self.passes, (1, 100));
        range(&mut all, "passwords.workers", self.workers, (0, 256));
        range(&mut all, "passwords.queue", self.queue, (1, 100_000));
        all
    }
}

/// Sessions and codes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Longest session.
    pub session_hours: i64,
    /// Longest idle time.
    pub idle_minutes: i64,
    /// Life of a text-message code.
    pub code_minutes: i64,
    /// How long a sign-in counts for an application that asks for its level.
    pub level_minutes: i64,
}

impl SignIn {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        range(&mut all, "sign_in.session_hours", self.session_hours, (1, 24));
        range(&mut all, "sign_in.idle_minutes", self.idle_minutes, (1, 60));
        range(&mut all, "sign_in.code_minutes", self.code_minutes, (1, 10));
        range(&mut all, "sign_in.level_minutes", self.level_minutes, (1, 24 * 60));
        all
    }
}

/// Phone numbers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phone {
    /// ISO codes of accepted countries, the first preselected.
    pub countries: Vec<String>,
    /// Accounts that may share a number.
    pub accounts_per_number: u64,
    /// Text messages to a number in a day.
    pub per_number_and_day: i32,
}

impl Phone {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        let code = |code: &String| code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if self.countries.is_empty() || !self.countries.iter().all(code) {
            all.push(Problem::new("phone.countries", "must be two-letter codes, e.g. [\"GB\"]"));
        }
        range(&mut all, "phone.accounts_per_number", self.accounts_per_number, (1, 10_000));
        range(&mut all, "phone.per_number_and_day", self.per_number_and_day, (3, 10_000));
        all
    }
}
