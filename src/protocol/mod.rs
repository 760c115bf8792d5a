//! The rules of OAuth 2 and OpenID Connect, as pure functions and types.
//!
//! Owns: what a request may look like and which error answers one that does not, how redirect URIs match, what a
//! client may register, the shape of ID tokens, UserInfo and metadata. Does not own: clock, randomness, storage,
//! hashing, signatures, HTTP. Those come in as arguments or are done by the neighbours: `keys` signs what
//! `id_token` shapes, `clients` finds the [`client::ClientPolicy`], `grants` spends the code, `web` speaks HTTP.
//!
//! The way of a request: bytes → [`params::Params`] → client → [`redirect::CallbackTarget`] →
//! [`authorize::AuthorizationRequest`]; at the token endpoint [`params::Params`] →
//! [`credentials::ClientCredentials`] → [`token::TokenRequest`] → [`pkce::Proof`].
//!
//! Past these doors there is no optional string for a required value and no `match` on a string.

pub mod access_token;
pub mod acr;
pub mod assertion;
pub mod authorize;
pub mod bearer;
pub mod claims;
pub mod client;
pub mod credentials;
pub mod error;
pub mod id_token;
pub mod introspection;
pub mod logout;
pub mod logout_token;
pub mod metadata;
pub mod params;
pub mod pkce;
pub mod redirect;
pub mod registration;
pub mod resource;
pub mod response;
pub mod scope;
pub mod token;
pub mod uri;
