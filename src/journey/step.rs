//! The decision: pure, tested as a table.

use super::Need;
use crate::clock::Timestamp;
use crate::ids::AccountId;
use crate::login::Session;
use crate::protocol::error::ErrorCode;

/// What is known about whoever is at the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Facts {
    /// Nobody has given a password.
    Nobody,
    /// Somebody tried to make a second account with an address that has one: sees what a newcomer sees.
    Phantom,
    /// A person.
    Known(Known),
}

/// What is known about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub account: AccountId,
    /// How far this browser has proved it.
    pub proved: Proved,
    /// Whether the address is proved.
    pub email_proved: bool,
    /// Whether the time to prove the address ran out.
    pub blocked: bool,
    /// The second factor.
    pub phone: PhoneFact,
    /// Whether the terms in force are still to be agreed to.
    pub terms_due: bool,
    /// Whether the application's disclaimer is still to be agreed to.
    pub disclaimer_due: bool,
}

/// What this browser has proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proved {
    /// The password.
    Password,
    /// Both factors.
    Both,
}

/// A person's second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneFact {
    /// None.
    None,
    /// A number that waits for its first code.
    Waiting,
    /// A proved number.
    Proved,
}

/// The next page, or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// E-mail and password.
    Password,
    /// Prove the address; blocked when the time ran out.
    VerifyEmail {
        /// Whether the time ran out.
        blocked: bool,
    },
    /// Enter a mobile number.
    SetUpPhone,
    /// Type the code of the text message.
    Code,
    /// Agree to changed terms.
    Terms,
    /// Join the team of the invitation.
    Join,
    /// Agree to the application's disclaimer.
    Disclaimer,
    /// Everything is there.
    Done,
}

/// Decides what is next. Read aloud: a password, a proved address, a second factor, both given in
/// this browser, the terms, the team to join, the application's own text, done.
#[must_use]
pub fn next_step(need: &Need, facts: &Facts) -> Step {
    let known = match facts {
        Facts::Nobody => return Step::Password,
        Facts::Phantom => return Step::VerifyEmail { blocked: false },
        Facts::Known(known) => known,
    };
    if !known.email_proved {
        return Step::VerifyEmail { blocked: known.blocked };
    }
    match (known.proved, known.phone) {
        (_, PhoneFact::None) => return Step::SetUpPhone,
        (_, PhoneFact::Waiting) | (Proved::Password, PhoneFact::Proved) => return Step::Code,
        (Proved::Both, PhoneFact::Proved) => {}
    }
    if known.terms_due {
        return Step::Terms;
    }
    if matches!(need, Need::Join(_)) {
        return Step::Join;
    }
    if known.disclaimer_due {
        return Step::Disclaimer;
    }
    Step::Done
}

/// The error of `prompt=none` when a step would show a page (OIDC Core 3.1.2.6); none when done.
#[must_use]
pub fn silent_error(step: Step) -> Option<ErrorCode> {
    match step {
        Step::Done => None,
        Step::Password | Step::Code => Some(ErrorCode::LoginRequired),
        Step::VerifyEmail { .. } | Step::SetUpPhone | Step::Terms | Step::Join | Step::Disclaimer => {
            Some(ErrorCode::InteractionRequired)
        }
    }
}

/// Whether a request wants both factors anew although there is a session: `prompt=login`, `max_age` (OIDC Core
/// 3.1.2.1, P10), or another person than the one the application expects.
#[must_use]
pub fn needs_fresh(need: &Need, session: Option<&Session>, now: Timestamp) -> bool {
    let Need::Authorize(request) = need else { return false };
    if request.forces_login() {
        return true;
    }
    let Some(session) = session else { return false };
    let too_old = request.max_age.is_some_and(|max_age| now.since(session.auth_time) > i64::from(max_age));
    let another = request.expected.as_ref().is_some_and(|sub| *sub != session.account_id.to_string());
    too_old || another
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::InvitationId;
    use uuid::Uuid;

    const READY: Known = Known {
        account: AccountId(Uuid::nil()),
        proved: Proved::Both,
        email_proved: true,
        blocked: false,
        phone: PhoneFact::Proved,
        terms_due: false,
        disclaimer_due: false,
    };

    #[test]
    fn the_first_thing_missing_is_the_next_step() {
        let everything_due = Known { terms_due: true, disclaimer_due: true, ..READY };
        let table = [
            (Facts::Nobody, Step::Password),
            (Facts::Phantom, Step::VerifyEmail { blocked: false }),
            (
                Facts::Known(Known { email_proved: false, phone: PhoneFact::None, ..everything_due }),
                Step::VerifyEmail { blocked: false },
            ),
            (
                Facts::Known(Known { email_proved: false, blocked: true, ..READY }),
                Step::VerifyEmail { blocked: true },
            ),
            (Facts::Known(Known { phone: PhoneFact::None, ..everything_due }), Step::SetUpPhone),
            (Facts::Known(Known { phone: PhoneFact::Waiting, ..everything_due }), Step::Code),
            (Facts::Known(Known { proved: Proved::Password, ..everything_due }), Step::Code),
            (Facts::Known(everything_due), Step::Terms),
            (Facts::Known(Known { disclaimer_due: true, ..READY }), Step::Disclaimer),
            (Facts::Known(READY), Step::Done),
        ];
        for (facts, expected) in table {
            assert_eq!(next_step(&Need::Home, &facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn one_factor_never_reaches_done_i7() {
        for phone in [PhoneFact::None, PhoneFact::Waiting, PhoneFact::Proved] {
            for (email_proved, terms_due) in [(true, true), (true, false), (false, true), (false, false)] {
                let known = Known { proved: Proved::Password, phone, email_proved, terms_due, ..READY };
                assert_ne!(next_step(&Need::Home, &Facts::Known(known)), Step::Done, "{known:?}");
            }
        }
    }

    #[test]
    fn joining_comes_after_both_factors_and_the_terms() {
        let need = Need::Join(InvitationId(Uuid::nil()));
        let table = [
            (Facts::Nobody, Step::Password),
            (Facts::Known(Known { proved: Proved::Password, ..READY }), Step::Code),
            (Facts::Known(Known { terms_due: true, ..READY }), Step::Terms),
            (Facts::Known(READY), Step::Join),
        ];
        for (facts, expected) in table {
            assert_eq!(next_step(&need, &facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn a_silent_request_gets_the_standard_error_of_the_step_a69() {
        let table = [
            (Step::Password, Some(ErrorCode::LoginRequired)),
            (Step::Code, Some(ErrorCode::LoginRequired)),
            (Step::VerifyEmail { blocked: true }, Some(ErrorCode::InteractionRequired)),
            (Step::SetUpPhone, Some(ErrorCode::InteractionRequired)),
            (Step::Terms, Some(ErrorCode::InteractionRequired)),
            (Step::Disclaimer, Some(ErrorCode::InteractionRequired)),
            (Step::Done, None),
        ];
        for (step, expected) in table {
            assert_eq!(silent_error(step), expected, "{step:?}");
        }
    }
}
