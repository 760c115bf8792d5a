//! The token request (RFC 6749 4.1.3, 4.4, 6; OIDC Core 3.1.3.1; RFC 8707 2.2).

use std::collections::BTreeSet;
use std::fmt;

use super::client::{ClientPolicy, GrantType};
use super::error::{ErrorCode, OAuthError};
use super::params::Params;
use super::pkce::CodeVerifier;
use super::resource;
use super::scope::{self, Scope};

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
        /// For which resource servers, of those in the authorization request (RFC 8707 2.2).
        resources: BTreeSet<String>,
    },
    /// RFC 6749 6.
    RefreshToken {
        /// The token as it came.
        token: String,
        /// Fewer scopes than granted.
        scope: Option<BTreeSet<Scope>>,
        /// Fewer resource servers than granted.
        resources: BTreeSet<String>,
    },
    /// RFC 6749 4.4.
    ClientCredentials {
        /// Which of its own scopes.
        scope: Option<BTreeSet<String>>,
        /// For which resource servers.
        resources: BTreeSet<String>,
    },
}

impl TokenRequest {
    /// Reads the form body of a client that has proved itself.
    ///
    /// # Errors
    /// `unsupported_grant_type` for what nobody may use here (B7), `unauthorized_client` for what this client may not;
    /// `invalid_request` for a missing parameter or a verifier that breaks RFC 7636 4.1; `invalid_target`,
    /// `invalid_scope`. Such a request spends nothing.
    pub fn parse(params: &Params, policy: &ClientPolicy) -> Result<Self, OAuthError> {
        let name = required(params, "grant_type")?;
        let Some(grant_type) = GrantType::ALL.into_iter().find(|known| known.as_str() == name) else {
            let text = "grant_type must be authorization_code, refresh_token or client_credentials.";
            return Err(OAuthError::new(ErrorCode::UnsupportedGrantType, text));
        };
        if !policy.grant_types.contains(&grant_type) {
            let text = format!("This client is not registered for grant_type {name}.");
            return Err(OAuthError::new(ErrorCode::UnauthorizedClient, &text));
        }
        let resources = resource::parse(params, &policy.tokens.resources)?;
        Ok(match grant_type {
            GrantType::AuthorizationCode => Self::AuthorizationCode {
                code: required(params, "code")?,
                redirect_uri: required(params, "redirect_uri")?,
                verifier: verifier(params)?,
                resources,
            },
            GrantType::RefreshToken => Self::RefreshToken {
                token: required(params, "refresh_token")?,
                scope: params.get("scope").map(person_scope).transpose()?,
                resources,
            },
            GrantType::ClientCredentials => {
                Self::ClientCredentials { scope: service_scope(params, policy)?, resources }
            }
        })
    }
}

fn person_scope(value: &str) -> Result<BTreeSet<Scope>, OAuthError> {
    let malformed =
        || OAuthError::new(ErrorCode::InvalidScope, "scope has characters that no scope may have.");
    scope::parse(value).ok_or_else(malformed)
}

/// A service asks for scopes of its own registration, or gets them all.
fn service_scope(params: &Params, policy: &ClientPolicy) -> Result<Option<BTreeSet<String>>, OAuthError> {
    let Some(value) = params.get("scope") else { return Ok(None) };
    let words: BTreeSet<String> =
        value.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    match words.iter().find(|word| !policy.tokens.service_scopes.contains(*word)) {
        None => Ok(Some(words)),
        Some(_) => {
            Err(OAuthError::new(ErrorCode::InvalidScope, "This client may not ask for one of the scopes."))
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
            Self::RefreshToken { scope, resources, .. } => f
                .debug_struct("RefreshToken")
                .field("scope", scope)
                .field("resources", resources)
                .finish_non_exhaustive(),
            Self::ClientCredentials { scope, resources } => f
                .debug_struct("ClientCredentials")
                .field("scope", scope)
                .field("resources", resources)
                .finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::client::Tokens;
    use crate::protocol::client::tests::web_client;

    fn parse(body: &str) -> Result<TokenRequest, OAuthError> {
        let policy = ClientPolicy {
            grant_types: GrantType::ALL.into(),
            tokens: Tokens {
                resources: vec!["urn:rota".into()],
                service_scopes: vec!["rota:read".into()],
                ..Tokens::default()
            },
            ..web_client()
        };
        TokenRequest::parse(&Params::parse(body.as_bytes()).unwrap(), &policy)
    }

    #[test]
    fn a_code_request_is_read_with_and_without_a_verifier() {
        let body = "grant_type=authorization_code&code=SplxlOBe&redirect_uri=https%3A%2F%2Fa.example%2Fcb";
        let expected = |verifier: Option<&str>| TokenRequest::AuthorizationCode {
            code: "SplxlOBe".into(),
            redirect_uri: "https://a.example/cb".into(),
            verifier: verifier.and_then(CodeVerifier::parse),
            resources: BTreeSet::new(),
        };
        assert_eq!(parse(body), Ok(expected(None)));
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(parse(&format!("{body}&code_verifier={verifier}")), Ok(expected(Some(verifier))));
    }

    #[test]
    fn an_incomplete_or_foreign_request_is_refused_b7() {
        use ErrorCode::{InvalidRequest, InvalidScope, InvalidTarget, UnsupportedGrantType};
        let cases = [
            ("", InvalidRequest),
            ("grant_type=&code=a&redirect_uri=b", InvalidRequest),
            ("grant_type=authorization_code&redirect_uri=b", InvalidRequest),
            ("grant_type=authorization_code&code=&redirect_uri=b", InvalidRequest),
            ("grant_type=authorization_code&code=a", InvalidRequest),
            ("grant_type=authorization_code&code=a&redirect_uri=b&code_verifier=short", InvalidRequest),
            ("grant_type=password&username=a&password=b", UnsupportedGrantType),
            ("grant_type=refresh_token", InvalidRequest),
            ("grant_type=refresh_token&refresh_token=a&scope=%22", InvalidScope),
            ("grant_type=refresh_token&refresh_token=a&resource=urn:other", InvalidTarget),
            ("grant_type=client_credentials&scope=openid", InvalidScope),
            ("grant_type=Authorization_Code&code=a&redirect_uri=b", UnsupportedGrantType),
            ("grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer", UnsupportedGrantType),
        ];
        for (body, expected) in cases {
            assert_eq!(parse(body).unwrap_err().code(), expected, "{body}");
        }
    }

    #[test]
    fn refreshing_and_services_may_ask_for_less() {
        let refresh =
            parse("grant_type=refresh_token&refresh_token=a&scope=openid%20email&resource=urn:rota").unwrap();
        let scope = Some(BTreeSet::from([Scope::Openid, Scope::Email]));
        let resources = BTreeSet::from(["urn:rota".to_owned()]);
        assert_eq!(refresh, TokenRequest::RefreshToken { token: "a".into(), scope, resources });
        let service = parse("grant_type=client_credentials&scope=rota:read").unwrap();
        let scope = Some(BTreeSet::from(["rota:read".to_owned()]));
        assert_eq!(service, TokenRequest::ClientCredentials { scope, resources: BTreeSet::new() });
    }

    #[test]
    fn a_grant_type_that_the_client_is_not_registered_for_is_refused_a85() {
        let params = Params::parse(b"grant_type=client_credentials").unwrap();
        let error = TokenRequest::parse(&params, &web_client()).unwrap_err();
        assert_eq!(error.code(), ErrorCode::UnauthorizedClient);
    }

    #[test]
    fn a_printed_request_tells_neither_code_nor_verifier() {
        let secret = "hush".repeat(12);
        let body =
            format!("grant_type=authorization_code&code={secret}&redirect_uri=b&code_verifier={secret}");
        assert!(!format!("{:?}", parse(&body).unwrap()).contains("hush"));
    }
}
