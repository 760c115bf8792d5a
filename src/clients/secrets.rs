//! The secrets of one client: hashes only, and two of them while it changes from one to the next.

use super::{Client, Clients, store};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::random::Secret;
use crate::rights::{Act, Guarded, Permit};
use crate::seal::same;
use serde::{Deserialize, Serialize};

/// What an unknown client's secret is compared with, so that it costs the work of a known one.
const NOBODY: [u8; 32] = [0; 32];

/// The secrets, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Secrets(Vec<Kept>);

/// A secret's hash, and when it ends, if it does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored")]
struct Kept {
    hash: Vec<u8>,
    until: Option<Timestamp>,
}

/// Rows from before secrets could end hold the hash alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Bare(Vec<u8>),
    Ending { hash: Vec<u8>, until: Option<Timestamp> },
}

impl From<Stored> for Kept {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Bare(hash) => Self { hash, until: None },
            Stored::Ending { hash, until } => Self { hash, until },
        }
    }
}

impl Secrets {
    /// Of these hashes, the one in use first.
    pub(super) fn of(hashes: impl IntoIterator<Item = Vec<u8>>) -> Self {
        Self(hashes.into_iter().map(|hash| Kept { hash, until: None }).collect())
    }

    /// Whether a secret of this hash is kept, live or over: a file that names one that was since rotated away does not
    /// bring it back.
    pub(super) fn knows(&self, hash: &[u8]) -> bool {
        self.0.iter().any(|kept| kept.hash == hash)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// When each of them ends, the one in use first; none is for one that does not.
    pub(super) fn ends(&self) -> Vec<Option<Timestamp>> {
        self.0.iter().map(|kept| kept.until).collect()
    }

    /// How many work and have no end.
    pub(super) fn lasting(&self, now: Timestamp) -> usize {
        self.0.iter().filter(|kept| kept.is_live(now) && kept.until.is_none()).count()
    }

    /// Whether a secret of this hash works. Every live one is compared, in constant time.
    pub(super) fn fit(client: Option<&Client>, given: &[u8; 32], now: Timestamp) -> bool {
        let nobody = Self::of([NOBODY.to_vec()]);
        let secrets = client.map_or(&nobody, |client| &client.secrets);
        let live = secrets.0.iter().filter(|kept| kept.is_live(now));
        live.fold(false, |fits, kept| same(&kept.hash, given) | fits) && client.is_some()
    }

    /// With a new secret in front. The one that was in use works until then; what came before it ends now.
    fn rotated(&self, hash: Vec<u8>, old_until: Timestamp) -> Self {
        let new = Kept { hash, until: None };
        let old = self.0.first().map(|kept| {
            let until = kept.until.map_or(old_until, |until| until.min(old_until));
            Kept { until: Some(until), ..kept.clone() }
        });
        Self(std::iter::once(new).chain(old).collect())
    }
}

impl Kept {
    fn is_live(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// What came of a new secret.
#[derive(Debug)]
pub enum Rotated {
    /// The new one, shown once, and when the old one ends.
    Yes(Secret, Timestamp),
    /// There is no such client.
    Unknown,
    /// The configuration looks after its secret.
    Configured,
    /// It proves itself without a secret.
    NoSecret,
}

impl Clients {
    /// Gives a client a new secret; the old one works for some seconds more.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn rotate_secret(
        &self,
        permit: Permit,
        origin: &Origin,
        id: &str,
        keep_old: i64,
    ) -> Result<Rotated, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::ClientSecrets, None)])?;
        let secret = self.ground.random.secret();
        let (now, origin, id, hash) = (self.ground.clock.now(), origin.clone(), id.to_owned(), secret.hash());
        let until = now.plus(keep_old);
        let refused = self
            .ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let Some(client) = store::lock(tx, &id).await? else { return Ok(Some(Rotated::Unknown)) };
                    if client.source == "config" {
                        return Ok(Some(Rotated::Configured));
                    }
                    if !client.policy.auth_method.has_secret() {
                        return Ok(Some(Rotated::NoSecret));
                    }
                    let client = Client { secrets: client.secrets.rotated(hash, until), ..client };
                    store::put(tx, &client).await?;
                    let entry =
                        Entry::done("client.secret_rotated", &id).client(&id).with("old_until", until);
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(None)
                })
            })
            .await?;
        self.forget();
        Ok(refused.unwrap_or(Rotated::Yes(secret, until)))
    }
}
