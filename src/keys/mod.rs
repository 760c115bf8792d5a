//! Signing keys: making, reading, signing, verifying, publishing.
//!
//! Owns: private keys, sealed in the database and parsed in memory, the public keys of clients, parsed, and everything
//! that touches `josekit`, which no other module may name. Does not own: what is signed (`protocol` shapes the claims, `grants` fills them), nor what
//! the claims of a verified token mean: expiry, issuer and audience are the caller's to check.

pub mod client_keys;
pub mod jose;
mod store;

use crate::audit::{self, Actor, Entry, Origin};
use crate::fault::Fault;
use crate::protocol::client::SigningAlg;
use crate::store::Ground;
use jose::SigningKey;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::SetOnce;

const SEAL: &str = "signing key";
/// Between two tries to make the first keys, while the database is away.
const PAUSE: Duration = Duration::from_secs(1);

/// The keys. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<SetOnce<Set>>);

/// The keys in memory, oldest first.
struct Set {
    keys: Vec<SigningKey>,
    jwks: Vec<u8>,
}

impl Keys {
    /// Reads the keys. Where one of an algorithm is missing, which is at the very first start, it is made in the
    /// background, because RSA may take seconds; who needs keys meanwhile waits.
    ///
    /// # Errors
    /// When the database is away or a key does not open.
    pub async fn open(ground: Ground) -> Result<Self, Fault> {
        let keys = Self(Arc::default());
        let found = load(&ground).await?;
        if missing(&found).is_empty() {
            let _ = keys.0.set(Set::of(found));
        } else {
            tokio::spawn(keys.clone().complete(ground));
        }
        Ok(keys)
    }

    async fn complete(self, ground: Ground) {
        loop {
            match load_or_create(&ground).await {
                Ok(found) => return drop(self.0.set(Set::of(found))),
                Err(fault) => tracing::error!(%fault, "the signing keys cannot be made"),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Signs claims with the oldest key of an algorithm.
    ///
    /// # Errors
    /// When there is no such key or OpenSSL refuses.
    pub async fn sign(&self, alg: SigningAlg, typ: &str, claims: &impl Serialize) -> Result<String, Fault> {
        let key = self.0.wait().await.keys.iter().find(|key| key.alg() == alg);
        let key = key.ok_or_else(|| Fault::internal("there is no key of this algorithm"))?;
        key.sign(typ, claims).map_err(Fault::internal)
    }

    /// The claims of a token that one of our keys signed; nothing is said of its expiry.
    pub async fn verify(&self, typ: &str, token: &str) -> Option<Map<String, Value>> {
        let kid = jose::kid_of(token)?;
        let key = self.0.wait().await.keys.iter().find(|key| key.kid() == kid)?;
        key.verify(typ, token).ok()
    }

    /// The key set as it is published (RFC 7517 5).
    pub async fn jwks(&self) -> &[u8] {
        &self.0.wait().await.jwks
    }
}

impl Set {
    fn of(keys: Vec<SigningKey>) -> Self {
        let jwks = jose::jwks(&keys);
        Self { keys, jwks }
    }
}

/// Makes one key of each algorithm where there is none. Of two nodes that start at once one stores its key and both
/// read it: a set that only one node publishes would break every client of the other.
async fn load_or_create(ground: &Ground) -> Result<Vec<SigningKey>, Fault> {
    let mut found = load(ground).await?;
    for alg in missing(&found) {
        create(ground, alg).await?;
        found = load(ground).await?;
    }
    Ok(found)
}

fn missing(found: &[SigningKey]) -> Vec<SigningAlg> {
    SigningAlg::ALL.into_iter().filter(|alg| found.iter().all(|key| key.alg() != *alg)).collect()
}

async fn load(ground: &Ground) -> Result<Vec<SigningKey>, Fault> {
    let mut keys = Vec::new();
    for row in store::all(ground.db.read()).await? {
        // A newer version's algorithm, seen while nodes are upgraded one by one: that version publishes it.
        let Some(alg) = SigningAlg::parse(&row.alg) else { continue };
        let der = ground.ring.open(SEAL, &row.sealed);
        let der = der.ok_or_else(|| Fault::internal("the key ring does not open the signing keys"))?;
        keys.push(SigningKey::from_der(alg, &der).map_err(Fault::internal)?);
    }
    Ok(keys)
}

async fn create(ground: &Ground, alg: SigningAlg) -> Result<(), Fault> {
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(alg)).await;
    let (now, key) = (ground.clock.now(), made.map_err(Fault::internal)?.map_err(Fault::internal)?);
    let row = entities::signing_key::Model {
        kid: key.kid().to_owned(),
        alg: alg.as_str().to_owned(),
        sealed: ground.ring.seal(SEAL, &key.to_der(), &ground.random),
        created_at: now,
    };
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::lock(tx).await?;
                if store::has(tx, &row.alg).await? {
                    return Ok(());
                }
                let entry = Entry::done("key.created", &row.kid).with("alg", &row.alg);
                store::insert(tx, row).await?;
                audit::append(tx, now, &Origin::of(Actor::Host), entry).await
            })
        })
        .await
}

#[cfg(test)]
pub(crate) mod tests;
