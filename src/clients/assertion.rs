//! Clients that prove themselves by a signed assertion (RFC 7523 2.2): the signature, then the claims, then its one use.

use super::{Client, Clients, store};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::fetch::Fetched;
use crate::keys::client_keys::{BadAssertion, KeySet};
use crate::protocol::assertion::{AssertionClaims, Recipient};
use crate::protocol::client::Assertions;
use crate::protocol::credentials::ClientAssertion;
use crate::protocol::metadata;
use crate::seal::sha256;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Key sets that are kept parsed.
const KEPT: usize = 256;

/// Parsed key sets by the hash of their text: whoever changes a set gets a new entry.
#[derive(Clone, Default)]
pub(super) struct KeySets(Arc<RwLock<HashMap<[u8; 32], Arc<KeySet>>>>);

impl KeySets {
    /// A set, parsed now or before.
    fn of(&self, json: &[u8]) -> Result<Arc<KeySet>, String> {
        let hash = sha256(json);
        if let Some(known) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&hash) {
            return Ok(Arc::clone(known));
        }
        let set = KeySet::parse(json).map_err(|error| format!("the key set {error}"))?;
        let set = Arc::new(set);
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(hash, Arc::clone(&set));
        Ok(set)
    }
}

impl Clients {
    /// Whether an assertion proves the client, here and now and for the first time; else why not, which the client is
    /// not told.
    pub(super) async fn check_assertion(
        &self,
        client: &Client,
        given: &ClientAssertion,
    ) -> Result<Result<(), String>, Fault> {
        match self.sound(client, given).await {
            Ok((hash, until)) => self.spend(hash, until).await,
            Err(why) => Ok(Err(why)),
        }
    }

    /// What has to be remembered of a sound assertion, and until when.
    async fn sound(&self, client: &Client, given: &ClientAssertion) -> Result<(Vec<u8>, Timestamp), String> {
        let settings = &client.policy.assertions;
        let claims = self.signed(settings, given.expose()).await?;
        let claims: AssertionClaims =
            serde_json::from_value(Value::Object(claims)).map_err(|error| format!("the claims: {error}"))?;
        let token_endpoint = format!("{}{}", self.issuer, metadata::TOKEN);
        let recipient =
            Recipient { audience: settings.audience, issuer: &self.issuer, token_endpoint: &token_endpoint };
        let sound = claims.check(&client.id, recipient, self.ground.clock.now().0)?;
        // No client id has a blank, so no two pairs run together to one.
        let hash = sha256(format!("{} {}", client.id, sound.jti).as_bytes());
        Ok((hash.to_vec(), Timestamp(sound.until)))
    }

    /// The claims of an assertion that one of the client's keys signed. A key that is not in a fetched set makes it
    /// be fetched again, as `Fetch` allows: the client may have a new one.
    async fn signed(&self, settings: &Assertions, assertion: &str) -> Result<Map<String, Value>, String> {
        if let Some(keys) = &settings.jwks {
            return verify(&*self.key_sets.of(keys.as_bytes())?, settings, assertion).map_err(told);
        }
        let uri = settings.jwks_uri.as_deref().ok_or("the client has no keys")?;
        let fetched = self.fetch.get(uri).await.map_err(|error| format!("jwks_uri: {error}"))?;
        let with = |fetched: &Fetched| {
            let keys = self.key_sets.of(&fetched.body)?;
            Ok::<_, String>(verify(&keys, settings, assertion))
        };
        match with(&fetched)? {
            Err(BadAssertion::UnknownKey) => {
                let newer = self.fetch.newer(uri, &fetched).await;
                with(&newer.map_err(|error| format!("jwks_uri: {error}"))?)?.map_err(told)
            }
            other => other.map_err(told),
        }
    }

    /// Durable, so that an assertion is of no use again after a restart either, and on every node.
    async fn spend(&self, hash: Vec<u8>, until: Timestamp) -> Result<Result<(), String>, Fault> {
        let write =
            self.ground.db.write(move |tx| Box::pin(async move { store::spend(tx, hash, until).await }));
        Ok(if write.await? { Ok(()) } else { Err("the assertion was used before".to_owned()) })
    }
}

fn verify(keys: &KeySet, settings: &Assertions, assertion: &str) -> Result<Map<String, Value>, BadAssertion> {
    keys.verify(assertion, settings.alg)
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
fn told(error: BadAssertion) -> String {
    error.to_string()
}
