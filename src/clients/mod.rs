//! Registered applications: lookup, registration, client authentication. What a client may do is
//! its `ClientPolicy`; what people let it do is in `grants`.

mod registration;
mod store;

pub use registration::{Added, NewClient, check_config};

use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::protocol::client::ClientPolicy;
use crate::protocol::credentials::ClientCredentials;
use crate::protocol::error::OAuthError;
use crate::seal::{same, sha256};
use crate::store::Ground;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Seconds for which a looked-up client is believed: a removed one is out within a second everywhere.
const FRESH: i64 = 1;

/// One application.
#[derive(Clone, Debug)]
pub struct Client {
    /// `client_id`.
    pub id: String,
    /// Name that people read.
    pub name: String,
    /// What it may do.
    pub policy: ClientPolicy,
    /// Where its sign-in can be started (OIDC Core 4).
    pub initiate_login_uri: Option<String>,
    /// Its front page.
    pub home_uri: Option<String>,
    /// `config` or `command`.
    pub source: String,
    secret_hashes: Vec<Vec<u8>>,
}

type Seen = HashMap<String, (Timestamp, Arc<Client>)>;

/// The use cases, with what was looked up lately.
#[derive(Clone)]
pub struct Clients {
    ground: Ground,
    seen: Arc<RwLock<Seen>>,
}

impl Clients {
    /// Over the stores.
    #[must_use]
    pub fn new(ground: Ground) -> Self {
        Self { ground, seen: Arc::default() }
    }

    /// A client by its id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, Fault> {
        let now = self.ground.clock.now();
        if let Some((at, client)) = self.seen.read().unwrap_or_else(PoisonError::into_inner).get(id)
            && now.since(*at).abs() < FRESH
        {
            return Ok(Some(Arc::clone(client)));
        }
        let found = store::find(self.ground.db.read(), id).await?.map(Arc::new);
        let mut seen = self.seen.write().unwrap_or_else(PoisonError::into_inner);
        match &found {
            Some(client) => seen.insert(id.to_owned(), (now, Arc::clone(client))),
            None => seen.remove(id),
        };
        Ok(found)
    }

    /// All, by name.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self) -> Result<Vec<Client>, Fault> {
        store::list(self.ground.db.read()).await
    }

    /// Who a client is that proved itself: by the registered method only, every live secret compared
    /// in constant time. An unknown client and a wrong secret get one answer (A82).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn authenticate(
        &self,
        credentials: &ClientCredentials,
    ) -> Result<Result<Arc<Client>, OAuthError>, Fault> {
        let refused = || OAuthError::invalid_client("client authentication failed");
        let Some(client) = self.find(credentials.client_id()).await? else { return Ok(Err(refused())) };
        if let Err(error) = credentials.suit(&client.policy) {
            return Ok(Err(error));
        }
        let Some(secret) = credentials.secret() else { return Ok(Ok(client)) };
        let hash = sha256(secret.expose().as_bytes());
        let fits = client.secret_hashes.iter().fold(false, |fits, live| same(live, &hash) | fits);
        Ok(if fits { Ok(client) } else { Err(refused()) })
    }

    fn forget(&self) {
        self.seen.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}
