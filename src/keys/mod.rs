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
use serde_json::{Map, Value};
use std::sync::Arc;

const SEAL: &str = "signing key";

/// The keys in memory, oldest first.
pub struct Keys {
    keys: Vec<Arc<SigningKey>>,
    jwks: Vec<u8>,
}

impl Keys {
    /// Reads the keys; makes one of each algorithm where there is none. Of two nodes that start at once one
    /// stores its key and both read it: a set that only one node publishes would break every client of the other.
    ///
    /// # Errors
    /// When the database is away or a key does not open.
    pub async fn load_or_create(ground: Ground) -> Result<Self, Fault> {
        let mut keys = Self::load(&ground).await?;
        let missing: Vec<SigningAlg> =
            SigningAlg::ALL.into_iter().filter(|alg| keys.iter().all(|key| key.alg() != *alg)).collect();
        for alg in missing {
            Self::create(&ground, alg).await?;
            keys = Self::load(&ground).await?;
        }
        let jwks = jose::jwks(keys.iter().map(AsRef::as_ref));
        Ok(Self { keys, jwks })
    }

    async fn load(ground: &Ground) -> Result<Vec<Arc<SigningKey>>, Fault> {
        let mut keys = Vec::new();
        for row in store::all(ground.db.read()).await? {
            // A newer version's algorithm, seen while nodes are upgraded one by one: that version publishes it.
            let Some(alg) = SigningAlg::parse(&row.alg) else { continue };
            let der = ground.ring.open(SEAL, &row.sealed);
            let der = der.ok_or_else(|| Fault::internal("the key ring does not open the signing keys"))?;
            keys.push(Arc::new(SigningKey::from_der(alg, &der).map_err(Fault::internal)?));
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

    /// Signs claims with the oldest key of an algorithm.
    ///
    /// # Errors
    /// When there is no such key or OpenSSL refuses.
    pub fn sign(&self, alg: SigningAlg, typ: &str, claims: &impl serde::Serialize) -> Result<String, Fault> {
        let key = self.keys.iter().find(|key| key.alg() == alg);
        let key = key.ok_or_else(|| Fault::internal("there is no key of this algorithm"))?;
        key.sign(typ, claims).map_err(Fault::internal)
    }

    /// The claims of a token that one of our keys signed; nothing is said of its expiry.
    #[must_use]
    pub fn verify(&self, typ: &str, token: &str) -> Option<Map<String, Value>> {
        let kid = jose::kid_of(token)?;
        let key = self.keys.iter().find(|key| key.kid() == kid)?;
        key.verify(typ, token).ok()
    }

    /// The key set as it is published (RFC 7517 5).
    #[must_use]
    pub fn jwks(&self) -> &[u8] {
        &self.jwks
    }
}

#[cfg(test)]
pub(crate) mod tests;
