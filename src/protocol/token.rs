//! The token request (RFC 6749 4.1.3, OIDC Core 3.1.3.1).

use std::fmt;

use super::error::{ErrorCode, OAuthError};
use super::params::Params;
use super::pkce::CodeVerifier;

/// A well-formed token request. Printed without code and verifier.
#[derive(Clone, PartialEq, Eq)]
pub enum TokenRequest {
    /// RFC 6749 4.1.3.
    AuthorizationCode {
        /// The code as it came; to be hashed and looked up.
        code: String,
        /// Must be the same as in the authorization request, which always has one (OIDC Core 3.1.3.2).
        redirect_uri: String,
        /// To be weighed by [`super::pkce::Proof`]; whether one is needed depends on the stored challenge.
        verifier: Option<CodeVerifier>,
    },
}

impl TokenRequest {
    /// Reads the form body.
    ///
    /// # Errors
    /// `unsupported_grant_type` for any grant type but `authorization_code` (B7); `invalid_request` for a missing
    /// parameter or a verifier that breaks RFC 7636 4.1. Such a request spends no code.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        match required(params, "grant_type")?.as_str() {
            "authorization_code" => Ok(Self::AuthorizationCode {
                code: required(params, "code")?,
                redirect_uri: required(params, "redirect_uri")?,
                verifier: verifier(params)?,
            }),
            _ => {
                let text = "The only grant_type here is authorization_code.";
                Err(OAuthError::new(ErrorCode::UnsupportedGrantType, text))
            }
        }
    }
}

fn required(params: &Params, name: &str) -> Result<String, OAuthError> {
    let missing = || OAuthError::invalid_request(&format!("{name} is missing."));
    params.get(name).map(str::to_owned).ok_or_else(missing)
}

fn verifier(params: &Params) -> Result<Option<CodeVerifier>, OAuthError> {
    let malformed =
        || OAuthError::invalid_request("code_verifier must have 43 to 128 unreserved characters.");
    params.get("code_verifier").map(|value| CodeVerifier::parse(value).ok_or_else(malformed)).transpose()
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AuthorizationCode { redirect_uri, .. } => f
                .debug_struct("AuthorizationCode")
                .field("redirect_uri", redirect_uri)
                .finish_non_exhaustive(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<TokenRequest, OAuthError> {
        TokenRequest::parse(&Params::parse(body.as_bytes()).unwrap())
    }

    #[test]
    fn a_code_request_is_read_with_and_without_a_verifier() {
        let body = "grant_type=authorization_code&code=SplxlOBe&redirect_uri=https%3A%2F%2Fa.example%2Fcb";
        let expected = |verifier: Option<&str>| TokenRequest::AuthorizationCode {
            code: "SplxlOBe".into(),
            redirect_uri: "https://a.example/cb".into(),
            verifier: verifier.and_then(CodeVerifier::parse),
        };
        assert_eq!(parse(body), Ok(expected(None)));
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(parse(&format!("{body}&code_verifier={verifier}")), Ok(expected(Some(verifier))));
    }

    #[test]
    fn an_incomplete_or_foreign_request_is_refused_b7() {
        use ErrorCode::{InvalidRequest, UnsupportedGrantType};
        let cases = [
            ("", InvalidRequest),
            ("grant_type=&code=a&redirect_uri=b", InvalidRequest),
            ("grant_type=authorization_code&redirect_uri=b", InvalidRequest),
            ("grant_type=authorization_code&code=&redirect_uri=b", InvalidRequest),
            ("grant_type=authorization_code&code=a", InvalidRequest),
            ("grant_type=authorization_code&code=a&redirect_uri=b&code_verifier=short", InvalidRequest),
            ("grant_type=password&username=a&password=b", UnsupportedGrantType),
            ("grant_type=refresh_token&refresh_token=a", UnsupportedGrantType),
            ("grant_type=client_credentials", UnsupportedGrantType),
            ("grant_type=Authorization_Code&code=a&redirect_uri=b", UnsupportedGrantType),
            ("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer", UnsupportedGrantType),
        ];
        for (body, expected) in cases {
            assert_eq!(parse(body).unwrap_err().code(), expected, "{body}");
        }
    }

    #[test]
    fn a_printed_request_tells_neither_code_nor_verifier() {
        let secret = "hush".repeat(12);
        let body =
            format!("grant_type=authorization_code&code={secret}&redirect_uri=b&code_verifier={secret}");
        assert!(!format!("{:?}", parse(&body).unwrap()).contains("hush"));
    }
}
