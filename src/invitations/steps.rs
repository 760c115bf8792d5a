//! How far an invited person has come. The rule is pure; `directory` reads what it needs.

use super::{Invitation, State, state};
use crate::accounts::{Status, status_by};
use crate::clock::Timestamp;
use crate::outbox::End;

/// The step of an invited person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The e-mail waits to be sent.
    Queued,
    /// The e-mail went out.
    Sent,
    /// The e-mail cannot be delivered.
    Undelivered,
    /// Somebody posted from the link's page.
    Opened,
    /// The account is made; its address is to be proved.
    Account,
    /// The time to prove the address ran out.
    Blocked,
    /// The address is proved; the phone is next.
    Email,
    /// The phone is proved.
    Phone,
    /// An application was reached.
    Reached,
    /// The account was closed.
    Closed,
    /// The link ran out unused.
    Expired,
    /// Somebody took it back.
    Revoked,
    /// A newer link took its place.
    Superseded,
    /// It waits for somebody else to confirm it.
    Frozen,
    /// It waits for somebody to approve it.
    Waiting,
    /// Nobody wanted it.
    Declined,
}

impl Step {
    /// Every one, in the order of the way.
    pub const ALL: [Self; 16] = [
        Self::Queued,
        Self::Sent,
        Self::Undelivered,
        Self::Opened,
        Self::Account,
        Self::Blocked,
        Self::Email,
        Self::Phone,
        Self::Reached,
        Self::Closed,
        Self::Expired,
        Self::Revoked,
        Self::Superseded,
        Self::Frozen,
        Self::Waiting,
        Self::Declined,
    ];

    /// The word in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Undelivered => "undelivered",
            Self::Opened => "opened",
            Self::Account => "account",
            Self::Blocked => "blocked",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Reached => "reached",
            Self::Closed => "closed",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Frozen => "frozen",
            Self::Waiting => "waiting",
            Self::Declined => "declined",
        }
    }

    /// Reads a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    /// Whether the link works and nobody has an account by it yet.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sent | Self::Undelivered | Self::Opened)
    }
}

/// What is known of the account that an invitation became.
#[derive(Clone, Copy, Debug)]
pub(super) struct Progress {
    pub(super) created_at: Timestamp,
    pub(super) email_verified_at: Option<Timestamp>,
    pub(super) verify_by: Timestamp,
    pub(super) disabled_at: Option<Timestamp>,
    pub(super) phone_at: Option<Timestamp>,
    pub(super) used_at: Option<Timestamp>,
}

/// The step, and since when. `mail` is the state of the outbox row, as far as it is still there.
pub(super) fn of(
    invitation: &Invitation,
    mail: Option<&str>,
    person: Option<&Progress>,
    now: Timestamp,
) -> (Step, Timestamp) {
    if let Some(person) = person {
        return of_person(person, now);
    }
    match (state(invitation, now), invitation.opened_at) {
        (State::Revoked, _) => (Step::Revoked, invitation.revoked_at.unwrap_or(now)),
        (State::Superseded, _) => (Step::Superseded, invitation.superseded_at.unwrap_or(now)),
        (State::Frozen, _) => (Step::Frozen, invitation.frozen_at.unwrap_or(now)),
        (State::Waiting, _) => (Step::Waiting, invitation.waiting_at.unwrap_or(now)),
        (State::Declined, _) => (Step::Declined, invitation.declined_at.unwrap_or(now)),
        (State::Expired, _) => (Step::Expired, invitation.expires_at),
        // Its account is not there any more.
        (State::Accepted, _) => (Step::Closed, invitation.accepted_at.unwrap_or(now)),
        (State::Open, Some(at)) => (Step::Opened, at),
        (State::Open, None) if mail == Some(QUEUED) => (Step::Queued, invitation.created_at),
        (State::Open, None) if mail == Some(End::Dead.name()) => (Step::Undelivered, invitation.created_at),
        (State::Open, None) => (Step::Sent, invitation.created_at),
    }
}

/// The outbox's word for what waits.
pub(super) const QUEUED: &str = "queued";

fn of_person(person: &Progress, now: Timestamp) -> (Step, Timestamp) {
    match status_by(person.disabled_at, (person.email_verified_at, person.verify_by), now) {
        Status::Disabled => (Step::Closed, person.disabled_at.unwrap_or(now)),
        Status::Blocked => (Step::Blocked, person.verify_by),
        Status::Unverified(_) => (Step::Account, person.created_at),
        Status::Verified => match (person.used_at, person.phone_at) {
            (Some(at), _) => (Step::Reached, at),
            (None, Some(at)) => (Step::Phone, at),
            (None, None) => (Step::Email, person.email_verified_at.unwrap_or(now)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_person_the_farthest_step_counts_but_a_closed_or_blocked_account_comes_first() {
        let at = |seconds| Some(Timestamp(seconds));
        let table = [
            ((None, None, None, None), Step::Account, 1),
            ((None, None, None, at(9)), Step::Closed, 9),
            ((at(2), None, None, None), Step::Email, 2),
            ((at(2), at(3), None, None), Step::Phone, 3),
            ((at(2), at(3), at(4), None), Step::Reached, 4),
            ((at(2), at(3), at(4), at(9)), Step::Closed, 9),
        ];
        for ((email_verified_at, phone_at, used_at, disabled_at), step, since) in table {
            let person = Progress {
                created_at: Timestamp(1),
                email_verified_at,
                verify_by: Timestamp(100),
                disabled_at,
                phone_at,
                used_at,
            };
            assert_eq!(of_person(&person, Timestamp(50)), (step, Timestamp(since)));
            let late = of_person(&person, Timestamp(101)).0;
            assert_eq!(late, if step == Step::Account { Step::Blocked } else { step });
        }
        assert!(Step::ALL.into_iter().all(|step| Step::parse(step.name()) == Some(step)));
    }
}
