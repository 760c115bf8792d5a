//! What goes wrong, in the words of the standards.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An `error` value of OAuth 2 (RFC 6749 4.1.2.1 and 5.2) or OpenID Connect (Core 3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// RFC 6749 4.1.2.1, 5.2: a parameter is missing, repeated or malformed.
    InvalidRequest,
    /// RFC 6749 4.1.2.1, 5.2: this client may not use this grant.
    UnauthorizedClient,
    /// RFC 6749 4.1.2.1: the person or the server said no.
    AccessDenied,
    /// RFC 6749 4.1.2.1: any response type but `code`.
    UnsupportedResponseType,
    /// RFC 6749 4.1.2.1, 5.2: a scope is malformed or not allowed to this client.
    InvalidScope,
    /// RFC 8707 2: a resource is malformed or not allowed to this client.
    InvalidTarget,
    /// RFC 6749 4.1.2.1: a fault of ours.
    ServerError,
    /// RFC 6749 4.1.2.1: overload or maintenance.
    TemporarilyUnavailable,
    /// RFC 6749 5.2: client authentication failed.
    InvalidClient,
    /// RFC 6749 5.2: the code is unknown, used, expired or was issued to somebody else.
    InvalidGrant,
    /// RFC 6749 5.2: a grant type that this server does not know.
    UnsupportedGrantType,
    /// OIDC Core 3.1.2.6: a page would be needed, and `prompt=none` forbids it.
    InteractionRequired,
    /// OIDC Core 3.1.2.6: a login would be needed, and `prompt=none` forbids it.
    LoginRequired,
    /// OIDC Core 3.1.2.6: the person would have to choose a session.
    AccountSelectionRequired,
    /// OIDC Core 3.1.2.6: consent would be needed, and `prompt=none` forbids it.
    ConsentRequired,
    /// OIDC Core 3.1.2.6: the `request_uri` is no good.
    InvalidRequestUri,
    /// OIDC Core 3.1.2.6: the request object is no good.
    InvalidRequestObject,
    /// OIDC Core 3.1.2.6: `request` is not supported.
    RequestNotSupported,
    /// OIDC Core 3.1.2.6: `request_uri` is not supported.
    RequestUriNotSupported,
    /// OIDC Core 3.1.2.6: `registration` is not supported.
    RegistrationNotSupported,
    /// OIDC Unmet Authentication Requirements 1.0, 2: the demanded level cannot be reached.
    UnmetAuthenticationRequirements,
}

impl ErrorCode {
    /// Every code, in the order of the declaration.
    pub const ALL: [Self; 21] = [
        Self::InvalidRequest,
        Self::UnauthorizedClient,
        Self::AccessDenied,
        Self::UnsupportedResponseType,
        Self::InvalidScope,
        Self::InvalidTarget,
        Self::ServerError,
        Self::TemporarilyUnavailable,
        Self::InvalidClient,
        Self::InvalidGrant,
        Self::UnsupportedGrantType,
        Self::InteractionRequired,
        Self::LoginRequired,
        Self::AccountSelectionRequired,
        Self::ConsentRequired,
        Self::InvalidRequestUri,
        Self::InvalidRequestObject,
        Self::RequestNotSupported,
        Self::RequestUriNotSupported,
        Self::RegistrationNotSupported,
        Self::UnmetAuthenticationRequirements,
    ];

    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InteractionRequired => "interaction_required",
            Self::LoginRequired => "login_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::ConsentRequired => "consent_required",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
        }
    }

    /// Whether it is a usual answer to `prompt=none` (OIDC Core 3.1.2.6) and nobody's mistake.
    #[must_use]
    pub const fn is_routine(self) -> bool {
        matches!(
            self,
            Self::LoginRequired
                | Self::InteractionRequired
                | Self::AccountSelectionRequired
                | Self::ConsentRequired
        )
    }

    /// The HTTP status with which the token endpoint answers (RFC 6749 5.2): 401 for `invalid_client`, to which the
    /// caller adds `WWW-Authenticate: Basic`; 500 and 503 for faults of ours; else 400.
    #[must_use]
    pub const fn token_status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The longest description that goes out, in characters.
const DESCRIPTION_CHARS: usize = 300;

/// An error that a client may read. Serialises as the JSON body of RFC 6749 5.2.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OAuthError {
    #[serde(rename = "error")]
    code: ErrorCode,
    #[serde(rename = "error_description", default, skip_serializing_if = "String::is_empty")]
    description: String,
    /// What only whoever looks after the client may know.
    #[serde(skip)]
    reason: Option<String>,
}

/// Two errors are the same when a client cannot tell them apart.
impl PartialEq for OAuthError {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code && self.description == other.description
    }
}

impl Eq for OAuthError {}

impl OAuthError {
    /// An error with a sentence for the developer of the client. RFC 6749 5.2 allows printable ASCII without `"` and
    /// `\`; anything else becomes `?`, so that no value from a request can break a header or a page (A65).
    #[must_use]
    pub fn new(code: ErrorCode, description: &str) -> Self {
        Self { code, description: printable(description), reason: None }
    }

    /// `invalid_request` (RFC 6749 4.1.2.1, 5.2).
    #[must_use]
    pub fn invalid_request(description: &str) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    /// `invalid_client` (RFC 6749 5.2).
    #[must_use]
    pub fn invalid_client(description: &str) -> Self {
        Self::new(ErrorCode::InvalidClient, description)
    }

    /// `invalid_grant` (RFC 6749 5.2).
    #[must_use]
    pub fn invalid_grant(description: &str) -> Self {
        Self::new(ErrorCode::InvalidGrant, description)
    }

    /// With the true reason, which the client is not told.
    #[must_use]
    pub fn because(self, reason: impl fmt::Display) -> Self {
        Self { reason: Some(reason.to_string()), ..self }
    }

    /// Why, for whoever looks after the client: the true reason, else what the client is told.
    #[must_use]
    pub fn reason(&self) -> &str {
        self.reason.as_deref().unwrap_or(&self.description)
    }

    /// The `error` value.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The `error_description`, possibly empty.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }
}

impl fmt::Display for OAuthError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.description)
    }
}

impl std::error::Error for OAuthError {}

/// A description as it may go out.
pub(super) fn printable(description: &str) -> String {
    let allowed = |c: char| matches!(c, ' ' | '!' | '#'..='[' | ']'..='~');
    description.chars().take(DESCRIPTION_CHARS).map(|c| if allowed(c) { c } else { '?' }).collect()
}

/// Why a request with (or without) a bearer token is refused (RFC 6750 3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BearerError {
    /// No token came: the challenge carries no error code (RFC 6750 3.1, last paragraph).
    Missing,
    /// The request is malformed, for instance two tokens at once. 400.
    InvalidRequest(&'static str),
    /// The token is unknown, expired or revoked. 401.
    InvalidToken,
    /// The token does not cover this scope. 403.
    InsufficientScope(super::scope::Scope),
}

impl BearerError {
    /// The HTTP status (RFC 6750 3.1).
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Missing | Self::InvalidToken => 401,
            Self::InvalidRequest(_) => 400,
            Self::InsufficientScope(_) => 403,
        }
    }

    /// The value of `WWW-Authenticate` (RFC 6750 3). Made of constants only, so nothing can split the header.
    #[must_use]
    pub fn www_authenticate(&self) -> String {
        let error = |code: &str, text: &str| {
            format!("Bearer realm=\"wardgate\", error=\"{code}\", error_description=\"{text}\"")
        };
        match self {
            Self::Missing => "Bearer realm=\"wardgate\"".to_owned(),
            Self::InvalidRequest(text) => error("invalid_request", text),
            Self::InvalidToken => error("invalid_token", "The access token is unknown, expired or revoked."),
            Self::InsufficientScope(scope) => {
                let error = error("insufficient_scope", "The access token does not cover this.");
                format!("{error}, scope=\"{scope}\"")
            }
        }
    }
}

impl fmt::Display for BearerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.www_authenticate())
    }
}

impl std::error::Error for BearerError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::scope::Scope;

    #[test]
    fn every_code_prints_as_it_serialises() {
        for code in ErrorCode::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn the_token_endpoint_answers_401_only_for_a_failed_client() {
        for code in ErrorCode::ALL {
            let expected = match code {
                ErrorCode::InvalidClient => 401,
                ErrorCode::ServerError => 500,
                ErrorCode::TemporarilyUnavailable => 503,
                _ => 400,
            };
            assert_eq!(code.token_status(), expected, "{code}");
        }
    }

    #[test]
    fn a_description_is_bounded_and_inert_a65() {
        let cases = [
            ("Plain words.", "Plain words."),
            ("a\r\nSet-Cookie: x", "a??Set-Cookie: x"),
            ("quote \" and \\", "quote ? and ?"),
            ("é\u{0}", "??"),
        ];
        for (given, expected) in cases {
            assert_eq!(OAuthError::invalid_request(given).description(), expected);
        }
        assert_eq!(OAuthError::invalid_request(&"x".repeat(65_536)).description().len(), DESCRIPTION_CHARS);
    }

    #[test]
    fn an_error_serialises_as_the_body_of_rfc_6749_section_5_2() {
        let error = OAuthError::invalid_grant("Used.");
        let json = serde_json::to_string(&error).unwrap();
        assert_eq!(json, r#"{"error":"invalid_grant","error_description":"Used."}"#);
        assert_eq!(serde_json::from_str::<OAuthError>(&json).unwrap(), error);
        let bare = serde_json::to_string(&OAuthError::invalid_client("")).unwrap();
        assert_eq!(bare, r#"{"error":"invalid_client"}"#);
    }

    #[test]
    fn a_bearer_challenge_follows_rfc_6750() {
        let cases = [
            (BearerError::Missing, 401, "Bearer realm=\"wardgate\""),
            (BearerError::InvalidRequest("Two tokens."), 400, "error=\"invalid_request\""),
            (BearerError::InvalidToken, 401, "error=\"invalid_token\""),
            (BearerError::InsufficientScope(Scope::Openid), 403, "scope=\"openid\""),
        ];
        for (error, status, part) in cases {
            assert_eq!(error.status(), status);
            assert!(error.www_authenticate().contains(part), "{error}");
        }
    }
}
