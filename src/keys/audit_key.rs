//! The key that signs checkpoints of the audit trail. It is apart from the keys of tokens, because it does not rotate:
//! who kept its public half can verify a trail of years.

use super::jose::SigningKey;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::protocol::client::SigningAlg;
use crate::store::Ground;
use entities::audit_key::{Column, Entity, Model};
use josekit::jwk::Jwk;
use josekit::jws::{self, EdDSA};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

/// `typ` of a checkpoint, so that it is taken for no token (A87).
const CHECKPOINT: &str = "wardgate-audit+jwt";
const SEAL: &str = "audit key";
/// There is one key.
const SLOT: i32 = 1;

/// The key. Cheap to clone.
#[derive(Clone)]
pub struct AuditKey(Arc<SigningKey>);

impl AuditKey {
    /// The key of this installation; made where there is none yet.
    ///
    /// # Errors
    /// When the database is away or the key does not open.
    pub async fn open(ground: &Ground) -> Result<Self, Fault> {
        let row = match find(ground).await? {
            Some(row) => row,
            None => {
                make(ground).await?;
                find(ground).await?.ok_or_else(|| Fault::internal("the audit key vanished"))?
            }
        };
        let der = ground.ring.open(SEAL, &row.sealed);
        let der = der.ok_or_else(|| Fault::internal("the audit key does not open with this key ring"))?;
        Ok(Self(Arc::new(SigningKey::from_der(SigningAlg::EdDsa, &der).map_err(Fault::internal)?)))
    }

    /// Signs a checkpoint.
    ///
    /// # Errors
    /// When OpenSSL refuses.
    pub fn sign(&self, statement: &impl Serialize) -> Result<String, Fault> {
        self.0.sign(CHECKPOINT, statement).map_err(Fault::internal)
    }

    /// The public half as a JWK.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        self.0.public_jwk()
    }
}

/// The public half, for whoever verifies.
pub struct AuditVerifier(Box<dyn jws::JwsVerifier>);

impl AuditVerifier {
    /// Of a public JWK, as [`AuditKey::public_jwk`] gave it. `None` for anything but an Ed25519 key.
    #[must_use]
    pub fn of(jwk: &Value) -> Option<Self> {
        let members = ["kty", "crv", "x"].map(|name| Some((name.to_owned(), jwk.get(name)?.clone())));
        let members: Option<Map<String, Value>> = members.into_iter().collect();
        let jwk = Jwk::from_map(members?).ok()?;
        Some(Self(Box::new(EdDSA.verifier_from_jwk(&jwk).ok()?)))
    }

    /// What a checkpoint states, if this key signed it.
    #[must_use]
    pub fn read(&self, checkpoint: &str) -> Option<Value> {
        let (statement, _) = jws::deserialize_compact_with_selector(checkpoint, |header| {
            let is_checkpoint = header.token_type() == Some(CHECKPOINT) && header.claim("crit").is_none();
            Ok(is_checkpoint.then_some(&*self.0))
        })
        .ok()?;
        serde_json::from_slice(&statement).ok()
    }
}

/// Signs a statement with the installation's key: the worker's part.
///
/// # Errors
/// As [`AuditKey::open`].
pub async fn seal_statement(ground: &Ground, statement: &impl Serialize) -> Result<String, Fault> {
    AuditKey::open(ground).await?.sign(statement)
}

async fn find(ground: &Ground) -> Result<Option<Model>, Fault> {
    Ok(Entity::find_by_id(SLOT).one(ground.db.read()).await?)
}

/// Of several nodes that make one, the first one's counts.
async fn make(ground: &Ground) -> Result<(), Fault> {
    let key = SigningKey::generate(SigningAlg::EdDsa).map_err(Fault::internal)?;
    let created_at: Timestamp = ground.clock.now();
    let sealed = ground.ring.seal(SEAL, &key.to_der(), &ground.random);
    let row = Model { slot: SLOT, kid: key.kid().to_owned(), sealed, created_at };
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                Entity::insert(row.into_active_model())
                    .on_conflict(OnConflict::column(Column::Slot).do_nothing().to_owned())
                    .exec_without_returning(tx)
                    .await?;
                Ok(())
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::ground;
    use serde_json::json;

    #[tokio::test]
    async fn a_checkpoint_is_read_with_the_public_half_alone_and_no_token_is_one() {
        let (ground, _folder) = ground().await;
        let key = AuditKey::open(&ground).await.unwrap();
        let again = AuditKey::open(&ground).await.unwrap();
        assert_eq!(key.public_jwk(), again.public_jwk(), "there is one");
        let verifier = AuditVerifier::of(&key.public_jwk()).unwrap();
        let signed = again.sign(&json!({ "place": 7 })).unwrap();
        assert_eq!(verifier.read(&signed), Some(json!({ "place": 7 })));
        let other = SigningKey::generate(SigningAlg::EdDsa).unwrap();
        let (head, _) = signed.rsplit_once('.').unwrap();
        for wrong in [
            other.sign(CHECKPOINT, &json!({ "place": 7 })).unwrap(),
            key.0.sign("JWT", &json!({ "place": 7 })).unwrap(),
            format!("{head}.AAAA"),
            String::new(),
        ] {
            assert_eq!(verifier.read(&wrong), None, "{wrong}");
        }
        assert!(AuditVerifier::of(&json!({ "kty": "RSA" })).is_none());
        assert!(key.public_jwk().get("d").is_none());
    }
}
