//! Which passwords are good enough (N1–N3). Pure; slow on the first call, when the tables of the
//! estimator are built, so it runs where hashes run.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// Longest password in code points: long enough for any passphrase, short enough to bound the work.
pub const LONGEST: usize = 256;

static COMMON: &str = include_str!("blocklist/passwords.txt");
static CONTEXT: &str = include_str!("blocklist/context.txt");

/// A password in NFC, verbatim otherwise; wiped when dropped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl Password {
    /// Brings typed text to NFC, so that two keyboards give one password (N2).
    #[must_use]
    pub fn typed(text: &str) -> Self {
        Self(Zeroizing::new(text.nfc().collect()))
    }

    /// Its bytes, for hashing.
    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Whether it is within bounds at all; a longer one is refused before any work.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        self.0.chars().take(LONGEST + 1).count() <= LONGEST
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a new password is refused; the theme says `error-password-<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordProblem {
    /// Fewer characters than the minimum.
    Short,
    /// More than `LONGEST`.
    Long,
    /// On the list of common passwords, or a word of the place with a number behind it.
    Common,
    /// The person's own name or address.
    Personal,
    /// Guessed quickly by the estimator.
    Weak,
}

/// Judges a new password. `personal` holds the person's names and address.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn judge(password: &Password, minimum: usize, personal: &[&str]) -> Result<(), PasswordProblem> {
    let text = password.0.as_str();
    let length = text.chars().take(LONGEST + 1).count();
    if length > LONGEST {
        return Err(PasswordProblem::Long);
    }
    if length < minimum {
        return Err(PasswordProblem::Short);
    }
    let lower = Zeroizing::new(text.to_lowercase());
    if is_personal(&lower, personal) {
        return Err(PasswordProblem::Personal);
    }
    if is_listed(COMMON, lower.trim()) || is_listed(CONTEXT, stem(&lower)) || is_listed(COMMON, stem(&lower))
    {
        return Err(PasswordProblem::Common);
    }
    if zxcvbn::zxcvbn(text, personal).score() < zxcvbn::Score::Three {
        return Err(PasswordProblem::Weak);
    }
    Ok(())
}

/// 0 to 4, as the hint under the field shows it.
#[must_use]
pub fn strength(password: &Password, minimum: usize, personal: &[&str]) -> u8 {
    match judge(password, minimum, personal) {
        Ok(()) => u8::from(zxcvbn::zxcvbn(&password.0, personal).score()),
        Err(PasswordProblem::Weak | PasswordProblem::Long) => 1,
        Err(_) => 0,
    }
}

/// A word with digits and signs around it is the word: `hospital2026!` is `hospital`.
fn stem(lower: &str) -> &str {
    lower.trim_matches(|c: char| !c.is_alphabetic())
}

fn is_personal(lower: &str, personal: &[&str]) -> bool {
    let squeezed =
        |text: &str| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let password = Zeroizing::new(squeezed(lower));
    let all = squeezed(&personal.join(""));
    personal.iter().any(|own| {
        let own_squeezed = squeezed(own);
        let local = squeezed(own.split('@').next().unwrap_or(own));
        !own_squeezed.is_empty()
            && (*password == own_squeezed || *password == local || stem(&password) == own_squeezed)
    }) || (!all.is_empty() && *password == all)
}

/// Whether a line of a sorted list is `word`.
fn is_listed(list: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let (mut low, mut high) = (0, list.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = list[..middle].rfind('\n').map_or(0, |at| at + 1).max(low);
        let end = list[middle..].find('\n').map_or(list.len(), |at| middle + at);
        match list[start..end].cmp(word) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: [&str; 3] = ["Ada", "Lovelace", "ada.lovelace@example.org"];

    fn verdict(text: &str) -> Result<(), PasswordProblem> {
        judge(&Password::typed(text), 12, &OWN)
    }

    #[test]
    fn the_rules_of_n1_to_n3_hold_a10() {
        let long = "correct horse battery ".repeat(14);
        let table = [
            ("Hospital2026!", Err(PasswordProblem::Common)),
            ("ada.lovelace@example.org", Err(PasswordProblem::Personal)),
            ("Ada.Lovelace", Err(PasswordProblem::Personal)),
            ("Lovelace2026", Err(PasswordProblem::Personal)),
            ("😀😀😀😀😀😀😀", Err(PasswordProblem::Short)),
            ("short", Err(PasswordProblem::Short)),
            (long.as_str(), Err(PasswordProblem::Long)),
            ("aaaaaaaaaaaa", Err(PasswordProblem::Weak)),
            ("password12345", Err(PasswordProblem::Common)),
            ("plum kettle orbit 9", Ok(())),
            ("   plum kettle orbit", Ok(())),
            ("größte müde Eule am Fenster", Ok(())),
        ];
        for (text, expected) in table {
            assert_eq!(verdict(text), expected, "{text:?}");
        }
    }

    #[test]
    fn every_listed_password_is_found_and_no_other() {
        for word in COMMON.lines() {
            assert!(is_listed(COMMON, word), "{word}");
        }
        assert!(COMMON.lines().count() >= 20_000);
        for word in ["", "zzzzzzzzzzzz", "!", "plum kettle orbit 9"] {
            assert!(!is_listed(COMMON, word), "{word}");
        }
    }

    #[test]
    fn nfd_and_nfc_are_one_password_a10() {
        assert_eq!(Password::typed("Zoe\u{308}").bytes(), Password::typed("Zoë").bytes());
    }
}
