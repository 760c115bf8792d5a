use super::*;
use crate::audit::{Actor, Origin};
use crate::clock::{Clock, Timestamp};
use crate::random::Random;
use crate::seal::KeyRing;
use crate::store::{Db, Ephemeral};
use futures_util::FutureExt as _;
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
    one.ready().await;
    two.ready().await;
    assert_eq!(one.jwks().await, two.jwks().await);
    let set: Value = serde_json::from_slice(&one.jwks().await).unwrap();
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
    assert!(keys.held().keys.is_empty(), "they are made in the background");
    assert!(keys.jwks().now_or_never().is_none(), "nobody keeps half a set");
    let set: Value = serde_json::from_slice(&keys.jwks().await).unwrap();
    assert_eq!(set["keys"].as_array().unwrap().len(), SigningAlg::ALL.len());
    let token = keys.sign(SigningAlg::Rs256, jose::ID_TOKEN, &json!({ "sub": "a" })).await.unwrap();
    assert!(keys.verify(jose::ID_TOKEN, &token).await.is_some());
}

#[tokio::test]
async fn while_the_key_of_a_new_algorithm_is_made_the_others_go_on() {
    let (ground, _folder) = ground().await;
    rotate::create(&ground, SigningAlg::Es256).await.unwrap();
    let keys = Keys::open(ground).await.unwrap();
    let claims = json!({ "sub": "a" });
    let at_once = keys.sign(SigningAlg::Es256, jose::ID_TOKEN, &claims).now_or_never().unwrap().unwrap();
    assert!(keys.verify(jose::ID_TOKEN, &at_once).now_or_never().unwrap().is_some());
    assert!(keys.jwks().now_or_never().is_some());
    assert!(keys.sign(SigningAlg::Rs256, jose::ID_TOKEN, &claims).now_or_never().is_none());
    keys.sign(SigningAlg::Rs256, jose::ID_TOKEN, &claims).await.unwrap();
}

#[tokio::test]
async fn keys_survive_a_restart_sealed_and_are_recorded_once() {
    let (ground, _folder) = ground().await;
    let first = Keys::open(ground.clone()).await.unwrap();
    first.ready().await;
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
    Keys::open(ground.clone()).await.unwrap().ready().await;
    let ring = KeyRing::parse(&KeyRing::generate(&ground.random)).unwrap();
    assert!(Keys::open(Ground { ring, ..ground }).await.is_err());
}

#[tokio::test]
async fn a_key_of_a_newer_version_is_left_to_it() {
    let (ground, _folder) = ground().await;
    let row = entities::signing_key::Model {
        kid: "new".into(),
        alg: "ML-DSA-44".into(),
        sealed: vec![1],
        created_at: ground.clock.now(),
        active_from: ground.clock.now(),
        token_seconds: 0,
    };
    ground.db.write(|tx| Box::pin(async move { store::insert(tx, row).await })).await.unwrap();
    let keys = Keys::open(ground).await.unwrap();
    assert!(!String::from_utf8_lossy(&keys.jwks().await).contains("\"new\""));
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

const SCHEDULE: rotation::Schedule =
    rotation::Schedule { rotate: 90 * 24 * 3600, ahead: 3600, token_life: 600 };

async fn count(ground: &Ground) -> usize {
    store::times(ground.db.read()).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_rotate_once_and_a_key_signs_only_after_it_was_published_r7() {
    let (ground, _folder) = ground().await;
    let (one, two) = (Keys::open(ground.clone()).await.unwrap(), Keys::open(ground.clone()).await.unwrap());
    one.ready().await;
    two.ready().await;
    let kid = async |keys: &Keys| {
        let token = keys.sign(SigningAlg::Es256, jose::ID_TOKEN, &json!({})).await.unwrap();
        jose::kid_of(&token).unwrap()
    };
    let old = kid(&one).await;
    ground.clock.advance(SCHEDULE.rotate - SCHEDULE.ahead);
    let (first, second) = tokio::join!(one.rotate(SCHEDULE), two.rotate(SCHEDULE));
    first.and(second).unwrap();
    assert_eq!(count(&ground).await, 2 * SigningAlg::ALL.len());
    assert_eq!(one.jwks().await, two.jwks().await);
    ground.clock.advance(SCHEDULE.ahead - 1);
    assert_eq!((kid(&one).await, kid(&two).await), (old.clone(), old.clone()));
    ground.clock.advance(1);
    let new = kid(&one).await;
    assert_eq!(kid(&two).await, new);
    assert_ne!(new, old);
    ground.clock.advance(SCHEDULE.token_life + 600);
    let (first, second) = tokio::join!(one.rotate(SCHEDULE), two.rotate(SCHEDULE));
    first.and(second).unwrap();
    assert_eq!(count(&ground).await, SigningAlg::ALL.len());
    let acts = entities::audit::Entity::find().all(ground.db.read()).await.unwrap();
    let removed = acts.iter().filter(|row| row.act == "key.removed" && row.actor == "worker").count();
    assert_eq!(removed, SigningAlg::ALL.len());
}

#[tokio::test]
async fn a_token_of_a_key_that_another_node_just_made_is_not_refused() {
    let (ground, _folder) = ground().await;
    let (one, two) = (Keys::open(ground.clone()).await.unwrap(), Keys::open(ground.clone()).await.unwrap());
    one.ready().await;
    two.ready().await;
    let permit = crate::rights::may(
        &crate::rights::Who::Host,
        crate::rights::Act::Guarded(crate::rights::Guarded::Keys, None),
    )
    .unwrap();
    let (origin, algs) = (Origin::of(Actor::Host), [SigningAlg::EdDsa]);
    let done = one.rotate_now(permit, &origin, &algs, (Wish::RevokeOld, 3600)).await.unwrap();
    let token = one.sign(SigningAlg::EdDsa, jose::ID_TOKEN, &json!({ "sub": "a" })).await.unwrap();
    assert_eq!(jose::kid_of(&token).as_deref(), Some(done[0].kid.as_str()));
    assert!(two.verify(jose::ID_TOKEN, &token).await.is_some());
}
