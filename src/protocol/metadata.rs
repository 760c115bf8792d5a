//! The discovery document (OIDC Discovery 1.0 3, RFC 8414 2): exactly what works.

use serde::Serialize;
use url::Url;

use super::acr::Acr;
use super::authorize::Prompt;
use super::client::{AssertionAlg, AuthMethod, GrantType, SigningAlg};
use super::id_token::IdTokenClaims;
use super::response::ResponseMode;
use super::scope::Scope;

/// Path of the authorization endpoint below the issuer.
pub const AUTHORIZE: &str = "/authorize";
/// Path of the token endpoint below the issuer.
pub const TOKEN: &str = "/token";
/// Path of the introspection endpoint below the issuer.
pub const INTROSPECT: &str = "/introspect";
/// Path of the revocation endpoint below the issuer.
pub const REVOKE: &str = "/revoke";
/// Path of the UserInfo endpoint below the issuer.
pub const USERINFO: &str = "/userinfo";
/// Path of the key set below the issuer.
pub const JWKS: &str = "/jwks";
/// Path of the registration endpoint below the issuer, where applications may register themselves.
pub const REGISTER: &str = "/register";
/// Path of the logout endpoint below the issuer.
pub const LOGOUT: &str = "/logout";

/// The two places of the document on the issuer's host: OpenID Connect appends its well-known name to the issuer's path
/// (OIDC Discovery 4), OAuth inserts its own before it (RFC 8414 3).
#[must_use]
pub fn well_known(issuer: &str) -> [String; 2] {
    let path = Url::parse(issuer).map_or_else(|_| String::new(), |url| url.path().to_owned());
    let path = path.trim_end_matches('/');
    [
        format!("{path}/.well-known/openid-configuration"),
        format!("/.well-known/oauth-authorization-server{path}"),
    ]
}

/// Metadata of the provider. Field names are those of the standards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "each field is named and described by OIDC Discovery 3 or RFC 8414 2")]
pub struct Metadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    /// RFC 7662, RFC 8414 2.
    pub introspection_endpoint: String,
    /// RFC 7009, RFC 8414 2.
    pub revocation_endpoint: String,
    pub userinfo_endpoint: String,
    pub jwks_uri: String,
    /// RFC 7591 3, where it is switched on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registration_endpoint: Option<String>,
    /// RP-Initiated Logout 2.1.
    pub end_session_endpoint: String,
    pub response_types_supported: Vec<&'static str>,
    pub response_modes_supported: Vec<&'static str>,
    pub grant_types_supported: Vec<&'static str>,
    pub subject_types_supported: Vec<&'static str>,
    pub id_token_signing_alg_values_supported: Vec<&'static str>,
    pub scopes_supported: Vec<&'static str>,
    pub claim_types_supported: Vec<&'static str>,
    pub claims_supported: Vec<&'static str>,
    pub token_endpoint_auth_methods_supported: Vec<&'static str>,
    pub introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    pub introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    pub revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    pub revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    pub token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 7636, announced as RFC 9700 2.1.1 asks (B4).
    pub code_challenge_methods_supported: Vec<&'static str>,
    /// RFC 9207 3.
    pub authorization_response_iss_parameter_supported: bool,
    /// Back-Channel Logout 1.0, 2.1.
    pub backchannel_logout_supported: bool,
    pub backchannel_logout_session_supported: bool,
    pub claims_parameter_supported: bool,
    pub request_parameter_supported: bool,
    pub request_uri_parameter_supported: bool,
    /// Initiating User Registration 1.0, 3.
    pub prompt_values_supported: Vec<&'static str>,
    pub acr_values_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ui_locales_supported: Vec<String>,
}

impl Metadata {
    /// The document of an issuer, whose pages speak these languages (BCP 47 tags).
    #[must_use]
    pub fn new(issuer: &str, ui_locales: &[String]) -> Self {
        let at = |path: &str| format!("{}{path}", issuer.trim_end_matches('/'));
        Self {
            issuer: issuer.to_owned(),
            authorization_endpoint: at(AUTHORIZE),
            token_endpoint: at(TOKEN),
            introspection_endpoint: at(INTROSPECT),
            revocation_endpoint: at(REVOKE),
            userinfo_endpoint: at(USERINFO),
            jwks_uri: at(JWKS),
            registration_endpoint: None,
            end_session_endpoint: at(LOGOUT),
            response_types_supported: vec!["code"],
            response_modes_supported: ResponseMode::ALL.map(ResponseMode::as_str).into(),
            grant_types_supported: GrantType::ALL.map(GrantType::as_str).into(),
            subject_types_supported: vec!["public"],
            id_token_signing_alg_values_supported: SigningAlg::ALL.map(SigningAlg::as_str).into(),
            scopes_supported: Scope::ALL.map(Scope::as_str).into(),
            claim_types_supported: vec!["normal"],
            claims_supported: claims(),
            token_endpoint_auth_methods_supported: AuthMethod::ALL.map(AuthMethod::as_str).into(),
            introspection_endpoint_auth_methods_supported: provable().collect(),
            introspection_endpoint_auth_signing_alg_values_supported: assertion_algs(),
            revocation_endpoint_auth_methods_supported: AuthMethod::ALL.map(AuthMethod::as_str).into(),
            revocation_endpoint_auth_signing_alg_values_supported: assertion_algs(),
            token_endpoint_auth_signing_alg_values_supported: assertion_algs(),
            code_challenge_methods_supported: vec!["S256"],
            authorization_response_iss_parameter_supported: true,
            backchannel_logout_supported: true,
            backchannel_logout_session_supported: true,
            claims_parameter_supported: true,
            request_parameter_supported: false,
            request_uri_parameter_supported: false,
            prompt_values_supported: Prompt::ALL.map(Prompt::as_str).into(),
            acr_values_supported: Acr::ALL.map(Acr::as_str).into(),
            ui_locales_supported: ui_locales.to_vec(),
        }
    }
}

impl Metadata {
    /// The same for an issuer where applications may register themselves.
    #[must_use]
    pub fn with_registration(self) -> Self {
        let endpoint = format!("{}{REGISTER}", self.issuer.trim_end_matches('/'));
        Self { registration_endpoint: Some(endpoint), ..self }
    }
}

/// The methods by which a client proves who it is.
fn provable() -> impl Iterator<Item = &'static str> {
    AuthMethod::ALL.into_iter().filter(|method| *method != AuthMethod::None).map(AuthMethod::as_str)
}

fn assertion_algs() -> Vec<&'static str> {
    AssertionAlg::ALL.map(AssertionAlg::as_str).into()
}

/// The claims of ID token and UserInfo, each once.
fn claims() -> Vec<&'static str> {
    let opened = Scope::ALL.iter().flat_map(|scope| scope.claims()).filter(|name| **name != "sub");
    IdTokenClaims::NAMES.iter().chain(opened).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_document_announces_exactly_what_works_b4_b16() {
        let document = serde_json::to_value(Metadata::new("https://id.example.com", &["en".into()])).unwrap();
        let expected = json!({
            "issuer": "https://id.example.com",
            "authorization_endpoint": "https://id.example.com/authorize",
            "token_endpoint": "https://id.example.com/token",
            "introspection_endpoint": "https://id.example.com/introspect",
            "revocation_endpoint": "https://id.example.com/revoke",
            "userinfo_endpoint": "https://id.example.com/userinfo",
            "jwks_uri": "https://id.example.com/jwks",
            "end_session_endpoint": "https://id.example.com/logout",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
            "scopes_supported": ["openid", "profile", "email", "phone", "address", "wardgate:staff", "offline_access",
                "wardgate:read", "wardgate:invites", "wardgate:people", "wardgate:organisations", "wardgate:clients",
                "wardgate:notices", "wardgate:operations",
            ],
            "claim_types_supported": ["normal"],
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid", "jti",
                "name", "given_name", "family_name", "locale", "updated_at", "email", "email_verified",
                "phone_number", "phone_number_verified", "profession", "organisation", "teams", "roles",
            ],
            "introspection_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "private_key_jwt",
            ],
            "introspection_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
            "revocation_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
            ],
            "revocation_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
            "token_endpoint_auth_methods_supported": [
                "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
            ],
            "token_endpoint_auth_signing_alg_values_supported": ["RS256", "PS256", "ES256", "EdDSA"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
            "backchannel_logout_supported": true,
            "backchannel_logout_session_supported": true,
            "claims_parameter_supported": true,
            "request_parameter_supported": false,
            "request_uri_parameter_supported": false,
            "prompt_values_supported": ["none", "login", "consent", "select_account", "create"],
            "acr_values_supported": ["urn:wardgate:acr:pwd", "urn:wardgate:acr:aal2-restricted"],
            "ui_locales_supported": ["en"],
        });
        assert_eq!(document, expected);
    }

    #[test]
    fn the_well_known_name_comes_after_the_path_for_openid_and_before_it_for_oauth() {
        let (openid, oauth) =
            ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server");
        for issuer in ["https://a.example", "https://a.example/"] {
            assert_eq!(well_known(issuer), [openid, oauth]);
        }
        for issuer in ["https://a.example/id/x", "https://a.example/id/x/"] {
            assert_eq!(well_known(issuer), [format!("/id/x{openid}"), format!("{oauth}/id/x")]);
        }
    }

    #[test]
    fn registration_is_announced_where_it_is_switched_on_alone() {
        let plain = serde_json::to_value(Metadata::new("https://id.example.com", &[])).unwrap();
        assert_eq!(plain.get("registration_endpoint"), None);
        let open =
            serde_json::to_value(Metadata::new("https://id.example.com", &[]).with_registration()).unwrap();
        assert_eq!(open["registration_endpoint"], "https://id.example.com/register");
    }

    #[test]
    fn an_issuer_with_a_path_or_a_slash_has_sound_endpoints() {
        let cases = [
            ("https://a.example/", "https://a.example/token"),
            ("https://a.example/id", "https://a.example/id/token"),
        ];
        for (issuer, expected) in cases {
            let metadata = Metadata::new(issuer, &[]);
            assert_eq!((metadata.issuer.as_str(), metadata.token_endpoint.as_str()), (issuer, expected));
        }
    }
}
