//! Why a registration is refused (RFC 7591 3.2.2).

use super::error::printable;
use serde::Serialize;

/// The value of `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationErrorCode {
    /// A redirect URI is no good.
    InvalidRedirectUri,
    /// Another member is no good.
    InvalidClientMetadata,
    /// The software statement is no JWT.
    InvalidSoftwareStatement,
    /// The software statement is of somebody who is not known here.
    UnapprovedSoftwareStatement,
}

/// An error that the client may read. Serialises as the JSON body of RFC 7591 3.2.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegistrationError {
    error: RegistrationErrorCode,
    error_description: String,
}

impl RegistrationError {
    /// An error with a sentence for the developer of the client; what RFC 6749 5.2 does not allow in one becomes `?`.
    #[must_use]
    pub fn new(error: RegistrationErrorCode, description: &str) -> Self {
        Self { error, error_description: printable(description) }
    }

    /// `invalid_client_metadata`.
    #[must_use]
    pub fn metadata(description: &str) -> Self {
        Self::new(RegistrationErrorCode::InvalidClientMetadata, description)
    }

    /// The `error` value.
    #[must_use]
    pub const fn code(&self) -> RegistrationErrorCode {
        self.error
    }

    /// Of problems by the name of their member; the first decides.
    #[must_use]
    pub fn of<'a>(problems: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let (mut code, mut lines) = (None, Vec::new());
        for (member, text) in problems {
            code.get_or_insert(match member {
                "redirect_uris" => RegistrationErrorCode::InvalidRedirectUri,
                _ => RegistrationErrorCode::InvalidClientMetadata,
            });
            lines.push(format!("{member}: {text}"));
        }
        Self::new(code.unwrap_or(RegistrationErrorCode::InvalidClientMetadata), &lines.join("; "))
    }

    /// Of a software statement, none of which is trusted: one that is no JWT is invalid, any other unapproved.
    #[must_use]
    pub fn of_statement(statement: &str) -> Self {
        let encoded = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let is_jwt = statement.split('.').count() == 3 && statement.split('.').all(encoded);
        let (code, text) = if is_jwt {
            (
                RegistrationErrorCode::UnapprovedSoftwareStatement,
                "Nobody's software statements are trusted here.",
            )
        } else {
            (RegistrationErrorCode::InvalidSoftwareStatement, "software_statement is no JWT.")
        };
        Self::new(code, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_error_serialises_as_the_standard_has_it() {
        let error = RegistrationError::of([("redirect_uris", "x \"y\""), ("scope", "z")]);
        let expected =
            json!({ "error": "invalid_redirect_uri", "error_description": "redirect_uris: x ?y?; scope: z" });
        assert_eq!(serde_json::to_value(error).unwrap(), expected);
        let error = RegistrationError::of([("scope", "z"), ("redirect_uris", "x")]);
        assert_eq!(error.code(), RegistrationErrorCode::InvalidClientMetadata);
    }

    #[test]
    fn software_statements_are_refused_by_their_form() {
        for (statement, expected) in [
            ("a.b.c", "unapproved_software_statement"),
            ("a.b", "invalid_software_statement"),
            ("a..c", "invalid_software_statement"),
            ("a.b c.d", "invalid_software_statement"),
            ("", "invalid_software_statement"),
        ] {
            let error = serde_json::to_value(RegistrationError::of_statement(statement)).unwrap();
            assert_eq!(error["error"], expected, "{statement}");
        }
    }
}
