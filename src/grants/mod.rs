//! What a person let an application do: codes, tokens, who they stand for, and their end. The
//! request itself is judged in `protocol`; who the person is, in `login` and `journey`.

mod authorize;
mod backchannel;
mod bearer;
mod consent;
mod counts;
mod exchange;
mod gate;
mod introspect;
mod issue;
mod ledger;
mod logout;
mod refresh;
mod service;
mod store;
mod userinfo;

pub use backchannel::Told;
pub use bearer::{Presented, PresentedPerson};
pub use consent::Used;
pub use issue::{TokenResponse, TokenType};
pub use ledger::{Ledger, Line};
pub use logout::LogoutPlan;
pub use store::{end_offline, first_use, sweep};

use crate::audit::Origin;
use crate::clients::{Client, Clients};
use crate::config;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::keys::Keys;
use crate::login::Login;
use crate::protocol::error::OAuthError;
use crate::protocol::token::TokenRequest;
use crate::store::Ground;
use exchange::PresentedCode;
use std::sync::Arc;

/// The use cases.
#[derive(Clone)]
pub struct Grants {
    ground: Ground,
    keys: Keys,
    clients: Clients,
    login: Login,
    issuer: String,
    settings: config::Tokens,
    counts: Arc<counts::Counts>,
}

impl Grants {
    /// Wired.
    #[must_use]
    pub fn new(
        ground: Ground,
        keys: Keys,
        (clients, login): (Clients, Login),
        (issuer, settings): (&str, config::Tokens),
    ) -> Self {
        let counts = Arc::default();
        Self { ground, keys, clients, login, issuer: issuer.to_owned(), settings, counts }
    }

    /// Whether an application is for a person: asked at each authorization and each use, live session or not (I40).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn admits(&self, client: Option<&Client>, account: AccountId) -> Result<bool, Fault> {
        match client {
            Some(client) => gate::admits(self.ground.db.read(), client, account).await,
            None => Ok(false),
        }
    }

    /// Answers a token request of a client that has proved itself.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn exchange(
        &self,
        client: &Client,
        request: TokenRequest,
        origin: &Origin,
    ) -> Result<Result<TokenResponse, OAuthError>, Fault> {
        match request {
            TokenRequest::AuthorizationCode { code, redirect_uri, verifier, resources } => {
                let presented = PresentedCode { code, redirect_uri, verifier, resources };
                self.exchange_code(client, presented, origin).await
            }
            TokenRequest::RefreshToken { token, scope, resources } => {
                self.refresh(client, (&token, scope), resources, origin).await
            }
            TokenRequest::ClientCredentials { scope, resources } => {
                self.service_token(client, scope, resources).await
            }
        }
    }
}

#[cfg(test)]
mod tests;
