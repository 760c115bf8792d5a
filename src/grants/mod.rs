//! What a person let an application do: codes, tokens, who they stand for, and their end. The
//! request itself is judged in `protocol`; who the person is, in `login` and `journey`.

mod authorize;
mod exchange;
mod gate;
mod logout;
mod store;
mod userinfo;

pub use exchange::TokenResponse;
pub use logout::LogoutPlan;
pub use store::{first_use, sweep};

use crate::clients::Clients;
use crate::keys::Keys;
use crate::login::Login;
use crate::store::Ground;
use std::sync::Arc;

/// The use cases.
#[derive(Clone)]
pub struct Grants {
    ground: Ground,
    keys: Arc<Keys>,
    clients: Clients,
    login: Login,
    issuer: String,
}

impl Grants {
    /// Wired.
    #[must_use]
    pub fn new(ground: Ground, keys: Arc<Keys>, clients: Clients, login: Login, issuer: &str) -> Self {
        Self { ground, keys, clients, login, issuer: issuer.to_owned() }
    }
}

#[cfg(test)]
mod tests;
