//! Signing keys: making, reading, signing, verifying, publishing, rotating.
//!
//! Owns: private keys, sealed in the database and parsed in memory, the public keys of clients, parsed, and everything
//! that touches `josekit`, which no other module may name. Does not own: what is signed (`protocol` shapes the claims, `grants` fills them), nor what
//! the claims of a verified token mean: expiry, issuer and audience are the caller's to check.
//!
//! Which key signs is decided by the times on the rows (`rotation`, pure), on every node alike; each node looks every
//! second whether the rows changed.

pub mod audit_key;
pub mod client_keys;
pub mod jose;
mod rotate;
pub mod rotation;
mod store;

pub use rotate::{Listed, Rotated, Wish, listed};

use crate::fault::Fault;
use crate::protocol::client::SigningAlg;
use crate::store::Ground;
use jose::SigningKey;
use rotation::KeyTimes;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Mutex, watch};

const SEAL: &str = "signing key";
/// Between two tries to make the first keys, while the database is away.
const PAUSE: Duration = Duration::from_secs(1);
/// The order in which first keys are begun: quick ones first, since RSA takes its time.
const FIRST: [SigningAlg; 4] = [SigningAlg::Es256, SigningAlg::EdDsa, SigningAlg::Rs256, SigningAlg::Ps256];

/// The keys. Cheap to clone.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

struct Inner {
    ground: Ground,
    set: watch::Sender<Arc<Set>>,
    /// Whether there was no key at all.
    is_first: bool,
    /// One reads at a time, so that an old answer never takes the place of a newer one.
    reading: Mutex<()>,
    /// Whether missing keys are being made.
    begun: AtomicBool,
}

/// The keys in memory, oldest first.
#[derive(Default)]
struct Set {
    times: Vec<KeyTimes>,
    keys: Vec<Arc<SigningKey>>,
    jwks: Arc<[u8]>,
}

impl Keys {
    /// Reads the keys. Where one of an algorithm is missing, which is at the very first start, it is made once somebody
    /// asks for it or `begin`s: a command that signs nothing makes none.
    ///
    /// # Errors
    /// When the database is away or a key does not open.
    pub async fn open(ground: Ground) -> Result<Self, Fault> {
        let set = Set::load(&ground, &Set::default()).await?;
        let is_first = set.keys.is_empty();
        let set = watch::Sender::new(Arc::new(set));
        let (reading, begun) = (Mutex::default(), AtomicBool::new(false));
        Ok(Self(Arc::new(Inner { ground, set, is_first, reading, begun })))
    }

    /// Makes missing keys in the background, because RSA may take seconds; who needs a key of that algorithm meanwhile
    /// waits, nobody else does.
    pub fn begin(&self) {
        let held = self.held();
        let missing: Vec<SigningAlg> = FIRST.into_iter().filter(|alg| !held.has(*alg)).collect();
        if missing.is_empty() || self.0.begun.swap(true, Ordering::Relaxed) {
            return;
        }
        for alg in missing {
            tokio::spawn(self.clone().complete(alg));
        }
    }

    async fn complete(self, alg: SigningAlg) {
        while let Err(fault) = self.first(alg).await {
            tracing::error!(%fault, %alg, "a signing key cannot be made");
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn first(&self, alg: SigningAlg) -> Result<(), Fault> {
        rotate::create(&self.0.ground, alg).await?;
        self.reload().await
    }

    /// Looks whether the rows changed, and reads them again if so. Of the keys only new ones are parsed.
    ///
    /// # Errors
    /// When the database is away or a key does not open; what was known goes on being used.
    pub async fn reload(&self) -> Result<(), Fault> {
        let _turn = self.0.reading.lock().await;
        let held = self.held();
        let rows = rotate::known(store::times(self.0.ground.db.read()).await?);
        if rows == held.times {
            return Ok(());
        }
        let set = Set::load(&self.0.ground, &held).await?;
        self.0.set.send_replace(Arc::new(set));
        Ok(())
    }

    fn held(&self) -> Arc<Set> {
        Arc::clone(&self.0.set.borrow())
    }

    /// The set, once it satisfies a condition.
    async fn once(&self, good: impl Fn(&Set) -> bool) -> Arc<Set> {
        let held = self.held();
        if good(&held) {
            return held;
        }
        self.begin();
        let mut changes = self.0.set.subscribe();
        // It fails when the sender is gone, which is held here.
        let set = changes.wait_for(|set| good(set)).await.map(|set| Arc::clone(&set));
        set.unwrap_or(held)
    }

    /// Signs claims with the key of an algorithm that is active now.
    ///
    /// # Errors
    /// When OpenSSL refuses.
    pub async fn sign(&self, alg: SigningAlg, typ: &str, claims: &impl Serialize) -> Result<String, Fault> {
        let set = self.once(|set| set.has(alg)).await;
        let times = rotation::active(&set.times, alg, self.0.ground.clock.now());
        let key = times.and_then(|times| set.key(&times.kid));
        let key = key.ok_or_else(|| Fault::internal("there is no key of this algorithm"))?;
        key.sign(typ, claims).map_err(Fault::internal)
    }

    /// The claims of a token that one of our published keys signed; nothing is said of its expiry. A key that is not
    /// known may be one that another node made this second, so the rows are looked at before it is refused.
    pub async fn verify(&self, typ: &str, token: &str) -> Option<Map<String, Value>> {
        let kid = jose::kid_of(token)?;
        if self.held().key(&kid).is_none()
            && let Err(fault) = self.reload().await
        {
            tracing::warn!(%fault, "the signing keys cannot be read");
        }
        self.held().key(&kid)?.verify(typ, token).ok()
    }

    /// The key set as it is published (RFC 7517 5). At the very first start it waits for every key to be made: who
    /// fetches a set keeps it for minutes. An installation that lacks the key of a new algorithm waits for none.
    pub async fn jwks(&self) -> Arc<[u8]> {
        let is_first = self.0.is_first;
        Arc::clone(&self.once(|set| !is_first || set.is_complete()).await.jwks)
    }

    /// Waits until there is a key of every algorithm.
    pub async fn ready(&self) {
        self.once(Set::is_complete).await;
    }
}

/// Whether every signing key opens with the ring and can be read. Makes none.
///
/// # Errors
/// When the database is away or a key does not open.
pub async fn check(ground: &Ground) -> Result<(), Fault> {
    Set::load(ground, &Set::default()).await.map(drop)
}

impl Set {
    /// Every row of an algorithm that this version knows. Keys that are held already are not parsed again.
    async fn load(ground: &Ground, held: &Self) -> Result<Self, Fault> {
        let (mut times, mut keys) = (Vec::new(), Vec::new());
        for row in store::all(ground.db.read()).await? {
            // A newer version's algorithm, seen while nodes are upgraded one by one: that version publishes it.
            let Some(alg) = SigningAlg::parse(&row.alg) else { continue };
            let key = match held.key(&row.kid) {
                Some(key) => Arc::clone(key),
                None => {
                    let der = ground.ring.open(SEAL, &row.sealed);
                    let der =
                        der.ok_or_else(|| Fault::internal("the key ring does not open the signing keys"))?;
                    Arc::new(SigningKey::from_der(alg, &der).map_err(Fault::internal)?)
                }
            };
            let entities::signing_key::Model { kid, created_at, active_from, token_seconds, .. } = row;
            times.push(KeyTimes { kid, alg, created_at, active_from, token_seconds });
            keys.push(key);
        }
        let jwks = jose::jwks(keys.iter().map(|key| &**key)).into();
        Ok(Self { times, keys, jwks })
    }

    fn has(&self, alg: SigningAlg) -> bool {
        self.times.iter().any(|times| times.alg == alg)
    }

    fn is_complete(&self) -> bool {
        SigningAlg::ALL.into_iter().all(|alg| self.has(alg))
    }

    fn key(&self, kid: &str) -> Option<&Arc<SigningKey>> {
        self.keys.iter().find(|key| key.kid() == kid)
    }
}

#[cfg(test)]
pub(crate) mod tests;
