use super::*;
use crate::clock::{Clock, Timestamp};
use crate::random::Random;
use crate::seal::KeyRing;
use crate::store::{Db, Ephemeral};
use sea_orm::EntityTrait as _;
use serde_json::json;
use tempfile::TempDir;

/// A ground on a new SQLite file, with a clock that is moved by hand. The folder lives as long as the test holds it.
pub(crate) async fn ground() -> (Ground, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite://{}/test.db", folder.path().display()), 4).await.unwrap();
    let (clock, random) = (Clock::fixed(Timestamp(1_790_000_000)), Random::seeded(1));
    let ring = KeyRing::parse(&KeyRing::generate(&random)).unwrap();
    let ephemeral = Ephemeral::Sql(db.clone(), clock.clone());
    (Ground { clock, random, ring, db, ephemeral }, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_start_at_once_end_with_one_set_of_keys() {
    let (one, _folder) = ground().await;
    let two = one.clone();
    let (one, two) = tokio::join!(
        tokio::spawn(async move { Keys::open(one).await.unwrap() }),
        tokio::spawn(async move { Keys::open(two).await.unwrap() }),
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(one.jwks().await, two.jwks().await);
    let set: Value = serde_json::from_slice(one.jwks().await).unwrap();
    assert_eq!(set["keys"].as_array().unwrap().len(), SigningAlg::ALL.len());
    for alg in SigningAlg::ALL {
        let token = one.sign(alg, jose::ID_TOKEN, &json!({ "sub": "a" })).await.unwrap();
        assert_eq!(two.verify(jose::ID_TOKEN, &token).await.unwrap()["sub"], "a");
        assert!(two.verify("at+jwt", &token).await.is_none(), "a token is for one use");
    }
}

#[tokio::test]
async fn a_first_start_does_not_wait_for_its_keys_but_who_needs_them_does() {
    let (ground, _folder) = ground().await;
    let keys = Keys::open(ground).await.unwrap();
    assert!(keys.0.get().is_none(), "they are made in the background");
    let token = keys.sign(SigningAlg::Rs256, jose::ID_TOKEN, &json!({ "sub": "a" })).await.unwrap();
    assert!(keys.verify(jose::ID_TOKEN, &token).await.is_some());
}

#[tokio::test]
async fn keys_survive_a_restart_sealed_and_are_recorded_once() {
    let (ground, _folder) = ground().await;
    let first = Keys::open(ground.clone()).await.unwrap();
    let published = first.jwks().await;
    ground.clock.advance(60);
    let again = Keys::open(ground.clone()).await.unwrap();
    assert_eq!(again.jwks().await, published);
    let acts = entities::audit::Entity::find().all(ground.db.read()).await.unwrap();
    assert_eq!(acts.iter().filter(|row| row.act == "key.created").count(), SigningAlg::ALL.len());
    for row in store::all(ground.db.read()).await.unwrap() {
        assert!(SigningKey::from_der(SigningAlg::Rs256, &row.sealed).is_err());
        assert!(ground.ring.open("something else", &row.sealed).is_none());
    }
}

#[tokio::test]
async fn keys_that_the_ring_does_not_open_stop_the_start() {
    let (ground, _folder) = ground().await;
    Keys::open(ground.clone()).await.unwrap().jwks().await;
    let ring = KeyRing::parse(&KeyRing::generate(&ground.random)).unwrap();
    assert!(Keys::open(Ground { ring, ..ground }).await.is_err());
}

#[tokio::test]
async fn a_key_of_a_newer_version_is_left_to_it() {
    let (ground, _folder) = ground().await;
    let row = entities::signing_key::Model {
        kid: "new".into(),
        alg: "EdDSA".into(),
        sealed: vec![1],
        created_at: ground.clock.now(),
    };
    ground.db.write(|tx| Box::pin(async move { store::insert(tx, row).await })).await.unwrap();
    let keys = Keys::open(ground).await.unwrap();
    assert!(!String::from_utf8_lossy(keys.jwks().await).contains("\"new\""));
}

#[tokio::test]
async fn a_foreign_or_broken_token_is_not_ours() {
    let (ground, _folder) = ground().await;
    let keys = Keys::open(ground).await.unwrap();
    let stranger = SigningKey::generate(SigningAlg::Es256).unwrap();
    let foreign = stranger.sign(jose::ID_TOKEN, &json!({ "sub": "a" })).unwrap();
    for token in [foreign.as_str(), "", "a.b.c", "é"] {
        assert!(keys.verify(jose::ID_TOKEN, token).await.is_none(), "{token}");
    }
}
