//! Access tokens that a resource server checks by itself (RFC 9068).

use serde::{Deserialize, Serialize};

use super::acr::Amr;

/// The claims of a signed access token (RFC 9068 2.2). Times are whole seconds since 1970 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The person; the client itself where none is behind it.
    pub sub: String,
    /// The resource servers it is for.
    pub aud: Vec<String>,
    /// Who got it.
    pub client_id: String,
    /// When it ends.
    pub exp: i64,
    /// When it was made.
    pub iat: i64,
    /// Unique to each token, so that one can be revoked.
    pub jti: String,
    /// What it opens.
    pub scope: String,
    /// When the person signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How strongly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// By which means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<Amr>>,
}
