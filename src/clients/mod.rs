//! Registered applications: lookup, registration, client authentication. What a client may do is
//! its `ClientPolicy`; what people let it do is in `grants`.

mod assertion;
mod builtin;
mod colour;
mod configured;
pub mod declared;
pub mod directory;
mod dynamic;
mod dynamic_store;
mod import;
mod kind;
mod manage;
mod metadata;
mod names;
mod origins;
mod refusals;
mod registration;
mod registration_tokens;
mod secrets;
mod store;
mod strict_json;
mod view;
mod written;

pub use builtin::CONSOLE;
pub use colour::Colour;
pub use configured::check_config;
pub use dynamic::{NotRegistered, Registered, Registrant};
pub use import::{Imported, ImportedClient};
pub use kind::ClientKind;
pub use manage::{Edited, Removed};
pub use names::Names;
pub use refusals::Refusal;
pub use registration::{Added, NewClient};
pub use registration_tokens::{NewRegistrationToken, RegistrationToken};
pub use secrets::Rotated;
pub use store::exists;
pub use view::Report;
pub use written::describe;

use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::fetch::Fetch;
use crate::keys::client_keys::subject_of;
use crate::protocol::client::ClientPolicy;
use crate::protocol::credentials::ClientCredentials;
use crate::protocol::error::OAuthError;
use crate::rights::Audience;
use crate::seal::{hex, sha256};
use crate::store::{Conn, Ground};
use assertion::KeySets;
use origins::Origins;
use secrets::Secrets;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Seconds for which a looked-up client is believed: a removed one is out within a second everywhere.
const FRESH: i64 = 1;

/// Seconds for which refusals are kept beyond other dead rows.
const REFUSALS: i64 = 7 * 24 * 3600;

/// The longest `client_id` that is looked up, in bytes.
const LONGEST_ID: usize = 128;

/// One application.
#[derive(Clone, PartialEq, Eq)]
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
    /// The colour of its own dialogs.
    pub colour: Colour,
    /// Who may use it; empty for everybody.
    pub audiences: Vec<Audience>,
    /// `config`, `command`, `console` for one added there or through the API, `dynamic` for one that registered itself, `builtin` for the console.
    pub source: String,
    /// When it was registered. What was granted to an earlier client of this id is none of its business.
    pub created_at: Timestamp,
    secrets: Secrets,
}

/// Without the hashes of its secrets.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("policy", &self.policy)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

type Seen = HashMap<String, (Timestamp, Arc<Client>)>;

/// The use cases, with what was looked up lately.
#[derive(Clone)]
pub struct Clients {
    ground: Ground,
    issuer: String,
    brand: String,
    fetch: Fetch,
    seen: Arc<RwLock<Seen>>,
    key_sets: KeySets,
    refused: refusals::Kept,
    origins: Origins,
}

impl Clients {
    /// Over the stores. Assertions are for this issuer, their keys come through `fetch`; no stranger's application
    /// may be called like the brand.
    #[must_use]
    pub fn new(ground: Ground, (issuer, brand): (&str, &str), fetch: Fetch) -> Self {
        let (seen, key_sets, origins) = (Arc::default(), KeySets::default(), Origins::default());
        let (issuer, brand) = (issuer.to_owned(), brand.to_owned());
        let refused = refusals::Kept::default();
        Self { ground, issuer, brand, fetch, seen, key_sets, refused, origins }
    }

    /// A client by its id.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn find(&self, id: &str) -> Result<Option<Arc<Client>>, Fault> {
        if !is_plausible(id) {
            return Ok(None);
        }
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

    /// What goes to addresses that clients registered.
    #[must_use]
    pub fn fetch(&self) -> &Fetch {
        &self.fetch
    }

    /// All that somebody registered, by name.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self) -> Result<Vec<Client>, Fault> {
        let mut all = store::list(self.ground.db.read()).await?;
        all.retain(|client| client.source != builtin::BUILTIN);
        Ok(all)
    }

    /// What every client is called, to find names that look alike.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn names(&self) -> Result<Names, Fault> {
        Ok(Names::new(&self.brand, store::names(self.ground.db.read()).await?))
    }

    /// Who a client is that proved itself: by the registered method only, every live secret compared
    /// in constant time. An unknown client and a wrong proof get one answer (A82, A83).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn authenticate(
        &self,
        credentials: &ClientCredentials,
    ) -> Result<Result<Arc<Client>, OAuthError>, Fault> {
        let named = match credentials {
            ClientCredentials::Assertion { client_id: None, assertion } => subject_of(assertion.expose()),
            other => other.client_id().map(str::to_owned),
        };
        let client = self.find(named.as_deref().unwrap_or_default()).await?;
        let given = sha256(credentials.secret().map_or("", |secret| secret.expose()).as_bytes());
        let fits = Secrets::fit(client.as_deref(), &given, self.ground.clock.now());
        let proved = match client {
            None => Err("no client has this id".to_owned()),
            Some(client) => match (credentials.suit(&client.policy), credentials) {
                (Err(error), _) => Err(error.reason().to_owned()),
                (Ok(()), ClientCredentials::Assertion { assertion, .. }) => {
                    self.check_assertion(&client, assertion).await?.map(|()| client)
                }
                (Ok(()), ClientCredentials::None { .. }) => Ok(client),
                (Ok(()), _) if fits => Ok(client),
                (Ok(()), _) => Err("the secret is not one of the client's live ones".to_owned()),
            },
        };
        let failed = || OAuthError::invalid_client("Client authentication failed.");
        Ok(proved.map_err(|why| failed().because(why)))
    }

    /// An id for a client that was given none.
    #[must_use]
    pub fn new_id(&self) -> String {
        hex(&self.ground.random.bytes::<16>())
    }

    fn forget(&self) {
        self.seen.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Forgets assertions that were too old before `before`, and a week of refusals before that.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    store::sweep(tx, before).await?;
    refusals::sweep(tx, before.plus(-REFUSALS)).await
}

/// The value of a closed set with this name, as configuration, commands and rows write it.
///
/// # Errors
/// What would be right, as the end of a sentence.
pub fn named<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(name.into()).map_err(|error| {
        let text = error.to_string();
        let names = text.split_once("expected ").map_or("something else", |(_, names)| names);
        format!("must be {names}")
    })
}

/// Whether an id can be registered at all. Others are no question for the database: PostgreSQL fails on a NUL.
fn is_plausible(id: &str) -> bool {
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
pub(crate) mod tests;
