//! What the protocol must know of a registered client, and what a registration may say (RFC 7591 2).

mod advice;
mod limits;
mod profile;
mod rules;
mod settings;

pub use profile::Profile;
pub use rules::ClientProblem;
pub use settings::{AccessTokens, AssertionAlg, AssertionAudience, Assertions, GrantType, Refresh, Tokens};

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::acr::Acr;
use super::scope::Scope;

/// The rules that one registered client is held to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientPolicy {
    /// The public name (RFC 6749 2.2).
    pub client_id: String,
    /// Where answers may go, byte by byte (RFC 9700 2.1).
    pub redirect_uris: Vec<String>,
    /// Where the browser may go after a logout (RP-Initiated Logout 3.1).
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where the client's code runs.
    #[serde(default)]
    pub application: Application,
    /// The one way in which the client proves itself.
    #[serde(default)]
    pub auth_method: AuthMethod,
    /// Whether a request must carry a code challenge.
    #[serde(default)]
    pub pkce: Pkce,
    /// The scopes that the client may ask for.
    pub scopes: BTreeSet<Scope>,
    /// The signature of its ID tokens.
    #[serde(default)]
    pub id_token_alg: SigningAlg,
    /// What it may exchange at the token endpoint (RFC 7591 2).
    #[serde(default = "GrantType::usual")]
    pub grant_types: BTreeSet<GrantType>,
    /// How it signs its assertions, if it does (RFC 7523).
    #[serde(default)]
    pub assertions: Assertions,
    /// Its access and ID tokens.
    #[serde(default)]
    pub tokens: Tokens,
    /// Its refresh tokens.
    #[serde(default)]
    pub refresh: Refresh,
    /// Whether it belongs to somebody else, so that people are asked before it learns of them.
    #[serde(default)]
    pub third_party: bool,
    /// Its own names for levels of authentication (REQUIREMENTS P7).
    #[serde(default)]
    pub acr_aliases: BTreeMap<String, Acr>,
    /// Where it is told that a session ended (Back-Channel Logout 1.0, 2.2).
    #[serde(default)]
    pub backchannel_logout_uri: Option<String>,
    /// Origins of its pages whose scripts may call the token endpoint (CORS).
    #[serde(default)]
    pub origins: Vec<String>,
    /// Whether it may ask what any token is worth, as a resource server does (RFC 7662).
    #[serde(default)]
    pub introspects: bool,
}

/// Where a client's code runs (RFC 6749 2.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Application {
    /// On a server, which can keep a secret.
    #[default]
    Web,
    /// On the person's device (RFC 8252).
    Native,
    /// In the browser, as script.
    Browser,
}

/// `token_endpoint_auth_method` (OIDC Core 9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AuthMethod {
    /// The secret in the Authorization header (RFC 6749 2.3.1).
    #[default]
    #[serde(rename = "client_secret_basic")]
    SecretBasic,
    /// The secret in the form body (RFC 6749 2.3.1).
    #[serde(rename = "client_secret_post")]
    SecretPost,
    /// A JWT that the client signs (RFC 7523 2.2).
    #[serde(rename = "private_key_jwt")]
    PrivateKeyJwt,
    /// A public client.
    #[serde(rename = "none")]
    None,
}

impl AuthMethod {
    /// Every method, in the order of the metadata.
    pub const ALL: [Self; 4] = [Self::SecretBasic, Self::SecretPost, Self::PrivateKeyJwt, Self::None];

    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SecretBasic => "client_secret_basic",
            Self::SecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }

    /// Whether a secret is shared with the client.
    #[must_use]
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::SecretBasic | Self::SecretPost)
    }
}

/// Whether a client must use PKCE (RFC 9700 2.1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    /// Every request carries a challenge. The rule, and the only choice of public clients.
    #[default]
    Required,
    /// A challenge or a nonce, for confidential clients of OpenID Connect (B6).
    OrNonce,
    /// Neither is demanded, for confidential clients that came before both. A challenge that is sent still counts.
    Optional,
}

/// A signature algorithm (RFC 7518 3.1, RFC 8037 3.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SigningAlg {
    /// RSA, which every client library can check (OIDC Core 15.1).
    #[default]
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA with PSS, as strict profiles want it.
    #[serde(rename = "PS256")]
    Ps256,
    /// P-256, ten times cheaper to make.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519, the cheapest.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl SigningAlg {
    /// Every algorithm, in the order of the metadata.
    pub const ALL: [Self; 4] = [Self::Rs256, Self::Ps256, Self::Es256, Self::EdDsa];

    /// The value of `alg`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|alg| alg.as_str() == name)
    }
}

impl fmt::Display for SigningAlg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ClientPolicy {
    /// A confidential web client with the safe defaults.
    #[must_use]
    pub fn new(client_id: &str, redirect_uris: Vec<String>) -> Self {
        Self {
            client_id: client_id.to_owned(),
            redirect_uris,
            post_logout_redirect_uris: Vec::new(),
            application: Application::Web,
            auth_method: AuthMethod::SecretBasic,
            pkce: Pkce::Required,
            scopes: Scope::usual().collect(),
            id_token_alg: SigningAlg::Rs256,
            grant_types: GrantType::usual(),
            assertions: Assertions::default(),
            tokens: Tokens::default(),
            refresh: Refresh::default(),
            third_party: false,
            acr_aliases: BTreeMap::new(),
            backchannel_logout_uri: None,
            origins: Vec::new(),
            introspects: false,
        }
    }

    /// Whether each use of a refresh token replaces it: who can keep no secret has no other way to notice a thief
    /// (RFC 9700 4.14.2).
    #[must_use]
    pub fn rotates(&self) -> bool {
        self.refresh.rotate || self.auth_method == AuthMethod::None
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A confidential web client that the tests of this folder share.
    pub(in crate::protocol) fn web_client() -> ClientPolicy {
        ClientPolicy {
            post_logout_redirect_uris: vec!["https://app.example.com/bye".into()],
            scopes: BTreeSet::from([Scope::Openid, Scope::Profile, Scope::Email]),
            ..ClientPolicy::new("dashboard", vec!["https://app.example.com/cb".into()])
        }
    }

    /// A native client with loopback and private-scheme redirects.
    pub(in crate::protocol) fn native_client() -> ClientPolicy {
        ClientPolicy {
            client_id: "desktop".into(),
            redirect_uris: [
                "http://127.0.0.1/cb",
                "http://[::1]/cb?x=1",
                "http://localhost/cb",
                "com.example.app:/cb",
            ]
            .map(String::from)
            .into(),
            application: Application::Native,
            auth_method: AuthMethod::None,
            ..web_client()
        }
    }

    #[test]
    fn a_short_registration_gets_the_safe_defaults() {
        let json = r#"{"client_id":"a","redirect_uris":["https://a.example/cb"],"scopes":["openid"]}"#;
        let client: ClientPolicy = serde_json::from_str(json).unwrap();
        assert_eq!((client.application, client.pkce), (Application::Web, Pkce::Required));
        assert_eq!((client.auth_method, client.id_token_alg), (AuthMethod::SecretBasic, SigningAlg::Rs256));
        let again = serde_json::from_value(serde_json::to_value(&client).unwrap()).unwrap();
        assert_eq!(client, again);
    }

    #[test]
    fn names_print_as_they_serialise() {
        for method in AuthMethod::ALL {
            assert_eq!(serde_json::to_value(method).unwrap(), method.as_str());
        }
        for alg in SigningAlg::ALL {
            assert_eq!(serde_json::to_value(alg).unwrap(), alg.as_str());
            assert_eq!(SigningAlg::parse(alg.as_str()), Some(alg));
        }
        assert_eq!(SigningAlg::parse("none"), None);
        for alg in AssertionAlg::ALL {
            assert_eq!(serde_json::to_value(alg).unwrap(), alg.as_str());
            assert_eq!(AssertionAlg::parse(alg.as_str()), Some(alg));
        }
        assert_eq!(AssertionAlg::parse("Ed25519"), Some(AssertionAlg::EdDsa));
        for name in ["none", "HS256", "RS384", "rs256", ""] {
            assert_eq!(AssertionAlg::parse(name), None, "{name}");
        }
    }
}
