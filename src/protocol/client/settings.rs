//! The settings of a registration that have a group of their own, each with its safe default.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a client may exchange for tokens (RFC 7591 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// RFC 6749 4.1.
    AuthorizationCode,
    /// RFC 6749 6.
    RefreshToken,
    /// RFC 6749 4.4.
    ClientCredentials,
}

impl GrantType {
    /// Every grant type, in the order of the metadata.
    pub const ALL: [Self; 3] = [Self::AuthorizationCode, Self::RefreshToken, Self::ClientCredentials];

    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// What a client gets that asks for nothing (RFC 7591 2).
    #[must_use]
    pub fn usual() -> BTreeSet<Self> {
        BTreeSet::from([Self::AuthorizationCode])
    }
}

/// How a client signs assertions (RFC 7523 3). At most one of the two key sources is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Assertions {
    /// Public keys as the JSON text of a JWK set (RFC 7517 5). Text, since the rules of this folder know no JSON.
    pub jwks: Option<String>,
    /// Where the keys are fetched from.
    pub jwks_uri: Option<String>,
    /// The one algorithm; none means the one that each key is for.
    pub alg: Option<AssertionAlg>,
    /// Whom an assertion has to be for.
    pub audience: AssertionAudience,
}

/// A signature algorithm of clients (RFC 7518 3.1, RFC 8037 3.1). Ours are [`super::SigningAlg`]: what we check needs
/// no key of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AssertionAlg {
    /// RSA.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSA with PSS.
    #[serde(rename = "PS256")]
    Ps256,
    /// P-256.
    #[serde(rename = "ES256")]
    Es256,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
}

impl AssertionAlg {
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

    /// The algorithm with this name. `Ed25519` is what RFC 9864 calls EdDSA with that curve, the only one here.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = if name == "Ed25519" { "EdDSA" } else { name };
        Self::ALL.into_iter().find(|alg| alg.as_str() == name)
    }
}

/// Whom an assertion has to be for (REQUIREMENTS P6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssertionAudience {
    /// The issuer, alone: an assertion for one server is of no use at another.
    #[default]
    Issuer,
    /// The issuer or the token endpoint's URL, alone, for libraries that know no better.
    TokenEndpoint,
}

impl AssertionAudience {
    /// The values of `aud` that are accepted.
    #[must_use]
    pub fn accepts(self, audience: &str, issuer: &str, token_endpoint: &str) -> bool {
        audience == issuer || self == Self::TokenEndpoint && audience == token_endpoint
    }
}

/// A client's access and ID tokens. Times are seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tokens {
    /// What its access tokens look like.
    pub access: AccessTokens,
    /// Resource servers that it may ask tokens for (RFC 8707), exact URIs.
    pub resources: Vec<String>,
    /// Scopes that it may have of its own, without a person (RFC 6749 4.4).
    pub service_scopes: Vec<String>,
    /// Life of an access token.
    pub access_seconds: u32,
    /// Life of an ID token.
    pub id_seconds: u32,
    /// Whether the claims of the scopes are in the ID token too, for libraries that never ask the UserInfo endpoint.
    pub claims_in_id_token: bool,
}

impl Default for Tokens {
    fn default() -> Self {
        Self {
            access: AccessTokens::Opaque,
            resources: Vec::new(),
            service_scopes: Vec::new(),
            access_seconds: 600,
            id_seconds: 600,
            claims_in_id_token: false,
        }
    }
}

/// What access tokens look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccessTokens {
    /// A random handle: out within a second when anything behind it ends.
    #[default]
    Opaque,
    /// A signed JWT (RFC 9068): checked without asking, so good until it runs out.
    Jwt,
}

/// A client's refresh tokens. Times are seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Refresh {
    /// Whether it gets one for the length of the session without asking for `offline_access`.
    pub with_session: bool,
    /// Whether each use replaces the token. Always so for public clients (RFC 9700 4.14.2).
    pub rotate: bool,
    /// It dies when it is not used for so long.
    pub idle_seconds: u32,
    /// It dies so long after the person signed in.
    pub absolute_seconds: u32,
}

impl Default for Refresh {
    fn default() -> Self {
        let day = 24 * 3600;
        Self { with_session: false, rotate: true, idle_seconds: 14 * day, absolute_seconds: 90 * day }
    }
}
