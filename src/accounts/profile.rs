//! Names and professions as people type them. Pure.

use unicode_normalization::UnicodeNormalization as _;

/// The closed list of professions; the theme translates `profession-<name>`.
pub const PROFESSIONS: [&str; 10] = [
    "doctor",
    "nurse",
    "midwife",
    "pharmacist",
    "physiotherapist",
    "paramedic",
    "allied",
    "healthcare-assistant",
    "administrator",
    "other",
];

/// Longest name, in characters.
pub const LONGEST_NAME: usize = 80;

/// Why a typed value cannot be kept; the theme says `error-<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileProblem {
    /// Nothing was typed.
    Required,
    /// Longer than `LONGEST_NAME`.
    TooLong,
    /// Holds characters that are no part of a name: control or direction marks.
    Name,
    /// Not on the list.
    Choose,
}

/// A name: NFC, inner blanks made one, ends trimmed. Markup in it is data like any other and is
/// escaped where it is shown (A12).
///
/// # Errors
/// The one thing that is wrong with it.
pub fn name(text: &str) -> Result<String, ProfileProblem> {
    let text: String = text.nfc().collect();
    if text.chars().any(|c| is_hidden(c) && !c.is_whitespace()) {
        return Err(ProfileProblem::Name);
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    let name = words.join(" ");
    match name.chars().count() {
        0 => Err(ProfileProblem::Required),
        1..=LONGEST_NAME => Ok(name),
        _ => Err(ProfileProblem::TooLong),
    }
}

/// A name as compared: upper and lower case are one. What is stored by it is bytes.
#[must_use]
pub fn key(name: &str) -> String {
    // By way of the upper case, in which more letters have one form: `ß` is `ss`.
    name.nfc().collect::<String>().to_uppercase().to_lowercase()
}

/// One of the listed professions.
///
/// # Errors
/// When it is not.
pub fn profession(text: &str) -> Result<&'static str, ProfileProblem> {
    PROFESSIONS.into_iter().find(|known| *known == text).ok_or(ProfileProblem::Choose)
}

/// Control characters, direction marks, and others that take no room on a line.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_hidden_characters_refused() {
        let long = "a".repeat(LONGEST_NAME + 1);
        let table = [
            ("  Ada   Mae ", Ok("Ada Mae".to_owned())),
            ("Zoe\u{308}", Ok("Zoë".to_owned())),
            ("<img src=x>", Ok("<img src=x>".to_owned())),
            ("", Err(ProfileProblem::Required)),
            ("   ", Err(ProfileProblem::Required)),
            ("Ada\u{202e}", Err(ProfileProblem::Name)),
            ("Ada\0", Err(ProfileProblem::Name)),
            (long.as_str(), Err(ProfileProblem::TooLong)),
        ];
        for (text, expected) in table {
            assert_eq!(name(text), expected, "{text:?}");
        }
    }

    #[test]
    fn names_are_compared_without_case() {
        for (name, expected) in
            [("ADA", "ada"), ("Zoe\u{308}", "zoë"), ("Strauß", "strauss"), ("van Dijk", "van dijk")]
        {
            assert_eq!(key(name), expected);
        }
    }

    #[test]
    fn a_profession_is_one_of_the_list() {
        assert_eq!(profession("nurse"), Ok("nurse"));
        assert_eq!(profession("king"), Err(ProfileProblem::Choose));
    }
}
