//! The one client that every installation has: its own console, which signs people in like any other application.

use super::registration::NewClient;
use super::secrets::Secrets;
use super::{Client, Colour};
use crate::clock::Timestamp;
use crate::protocol::client::{AccessTokens, AuthMethod, ClientPolicy, GrantType};
use crate::protocol::scope::Scope;

/// The console's `client_id`.
pub const CONSOLE: &str = "wardgate-console";

/// Who looks after the row.
pub(super) const BUILTIN: &str = "builtin";

/// Seconds that a token of the console lives. It is bound to its session, so it ends with that.
const LIFE: u32 = 12 * 3600;

/// The console as a client. Public, since code and verifier never leave this process and the browser: what protects
/// the code is PKCE.
pub(super) fn console(callback: String, api: String, now: Timestamp) -> Client {
    let mut policy = ClientPolicy::new(CONSOLE, vec![callback]);
    policy.auth_method = AuthMethod::None;
    policy.grant_types = [GrantType::AuthorizationCode].into();
    policy.scopes = Scope::ALL.into_iter().filter(|scope| scope.is_api()).chain([Scope::Openid]).collect();
    policy.tokens.resources = vec![api];
    policy.tokens.access_seconds = LIFE;
    policy.tokens.access = AccessTokens::Opaque;
    let new = NewClient { colour: Colour::default(), ..NewClient::new("Console", policy) };
    new.into_client(BUILTIN, Secrets::of([]), now)
}
