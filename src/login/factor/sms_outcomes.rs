//! What the text-message factor answers with: phones, codes on their way, and what came of typed ones.

use crate::clock::Timestamp;
use crate::ids::{AuthenticatorId, ChallengeId};

/// What a code opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A session.
    SignIn,
    /// A new password.
    Recovery,
}

impl Purpose {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Recovery => "recovery",
        }
    }
}

/// A phone of a person.
#[derive(Clone, Debug)]
pub struct Phone {
    /// Its id.
    pub id: AuthenticatorId,
    /// E.164.
    pub number: String,
    /// Whether a code has proved it.
    pub proved: bool,
}

/// What came of entering a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneAdded {
    /// It waits for its code.
    Added,
    /// It belongs to too many people already.
    Shared,
    /// The person has a proved phone: changing it is another act.
    HasOne,
}

/// A code on its way, as the page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Where it goes, all but the last digits hidden.
    pub number_masked: String,
    /// Seconds until it may be sent again.
    pub resend_wait: i64,
    /// How often it may be sent again.
    pub sends_left: i32,
    /// Whether its phone waits to be proved by it.
    pub setting_up: bool,
    /// Its id, to ask whether the message is delayed.
    pub id: ChallengeId,
}

/// What came of asking for a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sending {
    /// A code is on its way; `true` when a message was queued now.
    OnItsWay(Challenge, bool),
    /// Too many messages: none before this time.
    Limit(Timestamp),
    /// There is no phone to send to.
    NoPhone,
}

/// What came of a typed code.
#[derive(Debug)]
pub enum Checked<T> {
    /// Right.
    Right(T),
    /// Wrong, and counted.
    Wrong,
    /// It ran out.
    Expired,
    /// Used, or out of guesses: a new one is needed.
    Spent,
    /// Too many wrong codes in a row: none is compared before this time.
    Wait(Timestamp),
    /// Far too many in a row: the phone has to be bound again.
    Off,
}

impl<T> Checked<T> {
    /// The same refusal where a right answer would be of another type.
    ///
    /// # Panics
    /// On `Right`, which callers take out first.
    #[must_use]
    pub fn map_never<U>(self) -> Checked<U> {
        match self {
            Self::Right(_) => unreachable!("a right code is taken out by the caller"),
            Self::Wrong => Checked::Wrong,
            Self::Expired => Checked::Expired,
            Self::Spent => Checked::Spent,
            Self::Wait(until) => Checked::Wait(until),
            Self::Off => Checked::Off,
        }
    }
}
