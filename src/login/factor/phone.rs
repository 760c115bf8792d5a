//! Phone numbers: from what a person types to E.164 (M6, M8). Pure but for the metadata, which the
//! library loads at first use.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType, Region};

/// Why a number cannot be used; the theme says `error-phone-<name>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneProblem {
    /// No number of the chosen country.
    Invalid,
    /// A number of a country that is not served.
    Country,
    /// A number that is no mobile phone: landline, premium, satellite, pager …
    Kind,
}

/// Parses what was typed, with the chosen country for numbers without `+`. `allowed` are the served
/// countries. Letters and extensions are refused: the library would guess.
///
/// # Errors
/// The one thing that is wrong with it.
pub fn parse(typed: &str, country: &str, allowed: &[String]) -> Result<String, PhoneProblem> {
    let typed: String = typed.trim().chars().map(ascii_digit).collect();
    let plain = |c: char| c.is_ascii_digit() || " +-()./\u{a0}".contains(c);
    if typed.is_empty() || typed.len() > 40 || !typed.chars().all(plain) {
        return Err(PhoneProblem::Invalid);
    }
    let region: Region = country.parse().map_err(|_| PhoneProblem::Country)?;
    if !allowed.iter().any(|code| code == country) {
        return Err(PhoneProblem::Country);
    }
    let number = PHONE_NUMBER_UTIL.parse(&typed, Some(region)).map_err(|_| PhoneProblem::Invalid)?;
    let of = PHONE_NUMBER_UTIL.get_region_for_number(&number);
    let served =
        of.is_some_and(|of| allowed.iter().any(|code| code.parse().is_ok_and(|region: Region| region == of)));
    if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
        return Err(PhoneProblem::Invalid);
    }
    if !served {
        return Err(PhoneProblem::Country);
    }
    match PHONE_NUMBER_UTIL.get_number_type(&number) {
        PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile => {
            Ok(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
        }
        _ => Err(PhoneProblem::Kind),
    }
}

/// The calling code of a country, for the list next to the field.
#[must_use]
pub fn calling_code(country: &str) -> Option<i32> {
    country.parse().ok().and_then(|region: Region| PHONE_NUMBER_UTIL.get_country_code_for_region(region))
}

/// A number with all but its last two digits hidden (M8).
#[must_use]
pub fn masked(e164: &str) -> String {
    let last = e164.get(e164.len().saturating_sub(2)..).unwrap_or_default();
    format!("•••• {last}")
}

/// Six digits out of what was typed for a code: blanks gone, other scripts' digits read (M2).
#[must_use]
pub fn tidy_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(ascii_digit).collect();
    (code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some(code)
}

/// Full-width, Arabic-Indic and Persian digits as ASCII ones.
fn ascii_digit(c: char) -> char {
    let zero = match c {
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        _ => return c,
    };
    char::from_digit(c as u32 - zero, 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mobile_numbers_of_served_countries_pass_a39() {
        let allowed = ["GB".to_owned(), "DE".to_owned()];
        let table = [
            ("07400 123456", "GB", Ok("+447400123456".to_owned())),
            ("+44 7400 123456", "DE", Ok("+447400123456".to_owned())),
            ("٠٧٤٠٠١٢٣٤٥٦", "GB", Ok("+447400123456".to_owned())),
            ("01512 3456789", "DE", Ok("+4915123456789".to_owned())),
            ("020 7946 0018", "GB", Err(PhoneProblem::Kind)),
            ("0909 8790000", "GB", Err(PhoneProblem::Kind)),
            ("07400 123456 ext 5", "GB", Err(PhoneProblem::Invalid)),
            ("07400 CALLME", "GB", Err(PhoneProblem::Invalid)),
            ("12", "GB", Err(PhoneProblem::Invalid)),
            ("", "GB", Err(PhoneProblem::Invalid)),
            ("+1 202 555 0123", "GB", Err(PhoneProblem::Country)),
            ("07400 123456", "FR", Err(PhoneProblem::Country)),
            ("07400 123456", "XX", Err(PhoneProblem::Country)),
        ];
        for (typed, country, expected) in table {
            assert_eq!(parse(typed, country, &allowed), expected, "{typed} {country}");
        }
        for satellite in ["+881 6 22 33 44 55", "+870 773 111 632"] {
            assert!(parse(satellite, "GB", &allowed).is_err(), "{satellite}");
        }
    }

    #[test]
    fn a_code_may_be_pasted_with_a_blank_m2() {
        assert_eq!(tidy_code(" 482 915 "), Some("482915".to_owned()));
        assert_eq!(tidy_code("٤٨٢٩١٥"), Some("482915".to_owned()));
        for text in ["", "48291", "4829155", "48291a"] {
            assert_eq!(tidy_code(text), None, "{text}");
        }
    }
}
