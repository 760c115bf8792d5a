//! The decision: pure, tested as a table.

use super::Need;
use crate::clock::Timestamp;
use crate::ids::AccountId;
use crate::login::Session;
use crate::protocol::acr::Acr;
use crate::protocol::authorize::Prompt;
use crate::protocol::error::ErrorCode;
use std::collections::BTreeSet;

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
    /// Whether the terms in force, or another notice for this person, are still to be agreed to.
    pub terms_due: bool,
    /// Whether the application is for this person.
    pub admitted: bool,
    /// Whether the application may not yet learn what it asks for.
    pub consent_due: bool,
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
    /// How to get an account, which takes an invitation.
    Register,
    /// Choose one of the accounts of this browser, or another.
    SelectAccount,
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
    /// Agree to changed terms, or to another notice.
    Terms,
    /// Join the team of the invitation.
    Join,
    /// Let the application learn what it asks for.
    Consent,
    /// Agree to the application's disclaimer.
    Disclaimer,
    /// The application is not for this person: nothing that a page could ask would change that.
    Refuse,
    /// Everything is there.
    Done,
}

/// Decides what is next. Read aloud: what the application wants shown first, a password, a proved address, a second
/// factor, both given in this browser, the terms, the team to join, what the application may learn, its own text, done.
/// `waits` is what of the request's `prompt` was not answered yet.
#[must_use]
pub fn next_step(need: &Need, waits: &BTreeSet<Prompt>, facts: &Facts) -> Step {
    if waits.contains(&Prompt::Create) {
        return Step::Register;
    }
    if waits.contains(&Prompt::SelectAccount) {
        return Step::SelectAccount;
    }
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
    if !known.admitted {
        return Step::Refuse;
    }
    if known.consent_due || waits.contains(&Prompt::Consent) {
        return Step::Consent;
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
        Step::SelectAccount => Some(ErrorCode::AccountSelectionRequired),
        Step::Consent => Some(ErrorCode::ConsentRequired),
        Step::Refuse => Some(ErrorCode::AccessDenied),
        Step::Register
        | Step::VerifyEmail { .. }
        | Step::SetUpPhone
        | Step::Terms
        | Step::Join
        | Step::Disclaimer => Some(ErrorCode::InteractionRequired),
    }
}

/// Whether a request wants both factors anew although there is a session: `prompt=login`, `max_age` (OIDC Core
/// 3.1.2.1, P10), another person than the one the application expects, or a level that was reached more than
/// `level_seconds` ago (P9).
#[must_use]
pub fn needs_fresh(need: &Need, session: Option<&Session>, now: Timestamp, level_seconds: i64) -> bool {
    let Need::Authorize(request) = need else { return false };
    if request.forces_login() {
        return true;
    }
    let Some(session) = session else { return false };
    let age = now.since(session.auth_time);
    let too_old = request.max_age.is_some_and(|max_age| age > i64::from(max_age));
    let aged = request.acr.least() >= Some(Acr::Aal2Restricted) && age > level_seconds;
    let another = request.expected.as_ref().is_some_and(|sub| *sub != session.account_id.to_string());
    too_old || aged || another
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
        admitted: true,
        consent_due: false,
        disclaimer_due: false,
    };

    #[test]
    fn the_first_thing_missing_is_the_next_step() {
        let everything_due = Known { terms_due: true, consent_due: true, disclaimer_due: true, ..READY };
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
            (Facts::Known(Known { admitted: false, terms_due: true, ..READY }), Step::Terms),
            (Facts::Known(Known { admitted: false, consent_due: true, ..READY }), Step::Refuse),
            (Facts::Known(Known { consent_due: true, disclaimer_due: true, ..READY }), Step::Consent),
            (Facts::Known(Known { disclaimer_due: true, ..READY }), Step::Disclaimer),
            (Facts::Known(READY), Step::Done),
        ];
        for (facts, expected) in table {
            assert_eq!(next_step(&Need::Home, &BTreeSet::new(), &facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn one_factor_never_reaches_done_i7() {
        for phone in [PhoneFact::None, PhoneFact::Waiting, PhoneFact::Proved] {
            for (email_proved, terms_due) in [(true, true), (true, false), (false, true), (false, false)] {
                let known = Known { proved: Proved::Password, phone, email_proved, terms_due, ..READY };
                assert_ne!(
                    next_step(&Need::Home, &BTreeSet::new(), &Facts::Known(known)),
                    Step::Done,
                    "{known:?}"
                );
            }
        }
    }

    #[test]
    fn what_the_application_wants_shown_is_shown_and_weakens_nothing() {
        let one_factor = Known { proved: Proved::Password, ..READY };
        let table = [
            (vec![Prompt::Create, Prompt::SelectAccount], Facts::Nobody, Step::Register),
            (vec![Prompt::SelectAccount, Prompt::Consent], Facts::Known(READY), Step::SelectAccount),
            (vec![Prompt::Consent], Facts::Nobody, Step::Password),
            (vec![Prompt::Consent], Facts::Known(one_factor), Step::Code),
            (vec![Prompt::Consent], Facts::Known(Known { terms_due: true, ..READY }), Step::Terms),
            (vec![Prompt::Consent], Facts::Known(READY), Step::Consent),
            (vec![Prompt::Login], Facts::Known(READY), Step::Done),
        ];
        for (waits, facts, expected) in table {
            let waits: BTreeSet<Prompt> = waits.into_iter().collect();
            assert_eq!(next_step(&Need::Home, &waits, &facts), expected, "{waits:?} {facts:?}");
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
            assert_eq!(next_step(&need, &BTreeSet::new(), &facts), expected, "{facts:?}");
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
            (Step::Register, Some(ErrorCode::InteractionRequired)),
            (Step::SelectAccount, Some(ErrorCode::AccountSelectionRequired)),
            (Step::Consent, Some(ErrorCode::ConsentRequired)),
            (Step::Refuse, Some(ErrorCode::AccessDenied)),
            (Step::Disclaimer, Some(ErrorCode::InteractionRequired)),
            (Step::Done, None),
        ];
        for (step, expected) in table {
            assert_eq!(silent_error(step), expected, "{step:?}");
        }
    }
}
