//! Signing keys: the algorithms, the published set, and rotation on a schedule and by command.

use crate::support::TestApp;
use futures_util::future::join_all;
use openidconnect::JsonWebKey as _;
use openidconnect::core::{CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use reqwest::StatusCode;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use wardgate::app::{self, App, Outside};
use wardgate::audit::{Actor, Origin};
use wardgate::keys::rotation::Standing;
use wardgate::keys::{Wish, jose};
use wardgate::protocol::client::SigningAlg;
use wardgate::rights::{Act, Guarded};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// The quickest schedule that a configuration allows.
const DAILY: &str = "[keys]\nrotate_days = 1\npublish_ahead_minutes = 10\n";

pub(crate) async fn jwks(app: &TestApp) -> Value {
    app.http().get(format!("{}/jwks", app.issuer())).send().await.unwrap().json().await.unwrap()
}

fn kids(set: &Value) -> BTreeSet<String> {
    let keys = set["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

/// A token that the provider signs now.
async fn token(app: &TestApp, alg: SigningAlg) -> String {
    let claims = serde_json::json!({ "iss": app.issuer(), "sub": "somebody" });
    app.app.keys.sign(alg, jose::ID_TOKEN, &claims).await.unwrap()
}

/// Whether an independent library finds the token's key in the set, and its signature right.
pub(crate) fn verifies(set: &Value, token: &str) -> bool {
    use base64::Engine as _;
    let set: CoreJsonWebKeySet = serde_json::from_value(set.clone()).unwrap();
    let decode = |part: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let header: Value = serde_json::from_slice(&decode(signed.split('.').next().unwrap())).unwrap();
    let alg: CoreJwsSigningAlgorithm = serde_json::from_value(header["alg"].clone()).unwrap();
    let key = set
        .keys()
        .iter()
        .find(|key| key.key_id().is_some_and(|kid| Some(kid.as_str()) == header["kid"].as_str()));
    key.is_some_and(|key| key.verify_signature(&alg, signed.as_bytes(), &decode(signature)).is_ok())
}

/// Another node: the same settings, stores and clock.
async fn node(app: &TestApp) -> Arc<App> {
    let clock = app.app.ground.clock.clone();
    app::build(app.app.config.clone(), Outside { clock, ..Outside::system() }).await.unwrap()
}

fn origin() -> Origin {
    Origin::of(Actor::Host)
}

#[tokio::test]
async fn an_independent_client_checks_the_id_token_of_every_algorithm() {
    for alg in SigningAlg::ALL {
        let app = TestApp::with(&format!(
            "[[client]]\nid = 'legacy'\nname = 'Legacy'\nsecret = '{SECRET}'\nid_token_alg = '{alg}'\n\
             redirect_uris = ['http://localhost:9005/callback']\n"
        ))
        .await;
        let mut ada = app.person("ada@example.org").await;
        let legacy = app.legacy().await;
        let pending = legacy.begin(&[]);
        let back = ada.browser.open(pending.url.as_str()).await;
        // Its at_hash too is compared in there.
        let it = legacy.finish(pending, &back.at).await;
        assert_eq!(it.claims.subject().as_str(), ada.id.to_string(), "{alg}");
        let hint = serde_json::to_value(&it.tokens).unwrap()["id_token"].as_str().unwrap().to_owned();
        let page = ada.browser.open(&format!("/logout?id_token_hint={hint}")).await;
        assert_eq!(page.title(), "You are signed out", "{alg}");
    }
}

#[tokio::test]
async fn the_published_set_has_stable_names_cache_headers_and_no_private_member_r7() {
    let app = TestApp::start().await;
    let response = app.http().get(format!("{}/jwks", app.issuer())).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "public, max-age=300");
    let tag = response.headers()["etag"].clone();
    let set: Value = response.json().await.unwrap();
    let algs: BTreeSet<&str> =
        set["keys"].as_array().unwrap().iter().map(|key| key["alg"].as_str().unwrap()).collect();
    assert_eq!(algs, BTreeSet::from(["RS256", "PS256", "ES256", "EdDSA"]));
    for key in set["keys"].as_array().unwrap() {
        let public = ["alg", "crv", "e", "kid", "kty", "n", "use", "x", "y"];
        assert!(key.as_object().unwrap().keys().all(|name| public.contains(&name.as_str())), "{key}");
    }
    assert_eq!(jwks(&app).await, set);
    let again = app.http().get(format!("{}/jwks", app.issuer())).header("if-none-match", tag);
    assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn through_rotations_the_set_has_the_key_of_every_live_token_and_of_the_next_one_r7() {
    const LIFE: i64 = 12 * 3600;
    let app = TestApp::with(DAILY).await;
    let (mut live, mut signers) = (Vec::new(), BTreeMap::<SigningAlg, BTreeSet<String>>::new());
    let (mut kept, mut most) = (jwks(&app).await, 0);
    // Three days and a half: every hour an application fetches the set, which it uses for five minutes.
    for step in 1..=2 * 84 {
        app.advance(if step % 2 == 0 { 300 } else { 3300 });
        app.round().await;
        if step % 2 == 1 {
            kept = jwks(&app).await;
        }
        let now = app.app.ground.clock.now();
        for alg in [SigningAlg::Es256, SigningAlg::EdDsa] {
            let token = token(&app, alg).await;
            assert!(verifies(&kept, &token), "an application that looked five minutes ago knows the key");
            signers.entry(alg).or_default().insert(jose::kid_of(&token).unwrap());
            live.push((now, token));
        }
        let published = kids(&jwks(&app).await);
        most = most.max(published.len());
        live.retain(|(at, _)| now.since(*at) <= LIFE);
        for (_, token) in &live {
            assert!(published.contains(&jose::kid_of(token).unwrap()), "the key of a live token is gone");
        }
    }
    let last = jwks(&app).await;
    assert!(live.iter().all(|(_, token)| verifies(&last, token)));
    assert_eq!(signers[&SigningAlg::Es256].len(), 4, "each day but the first begins with a new key");
    assert_eq!(signers[&SigningAlg::EdDsa].len(), 4);
    assert_eq!(most, 2 * SigningAlg::ALL.len(), "old keys do not pile up");
    let removed = app.number("SELECT COUNT(*) FROM audit WHERE act = 'key.removed'").await;
    assert_eq!(removed, 2 * 4, "the first and the second of each algorithm");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_nodes_rotate_once_and_publish_the_same_r7() {
    let app = TestApp::with(DAILY).await;
    let nodes = [node(&app).await, node(&app).await];
    let all = || [&app.app, &nodes[0], &nodes[1]];
    app.advance_hours(24);
    for done in join_all(all().map(|node| async { node.worker().round().await })).await {
        done.unwrap();
    }
    assert_eq!(app.number("SELECT COUNT(*) FROM signing_keys").await, 8);
    assert_eq!(app.number("SELECT COUNT(*) FROM audit WHERE act = 'key.created'").await, 8);
    let token = token(&app, SigningAlg::Es256).await;
    for node in all() {
        node.keys.reload().await.unwrap();
        assert_eq!(node.keys.jwks().await, app.app.keys.jwks().await);
        assert!(node.keys.verify(jose::ID_TOKEN, &token).await.is_some());
    }
}

#[tokio::test]
async fn a_running_worker_publishes_what_another_node_made() {
    let app = TestApp::start().await;
    let other = node(&app).await;
    let permit = crate::support::permit(Act::Guarded(Guarded::Keys, None));
    let wish = (Wish::Planned, 3600);
    let made = other.keys.rotate_now(permit, &origin(), &SigningAlg::ALL, wish).await.unwrap();
    assert!(!kids(&jwks(&app).await).contains(&made[0].kid));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let worker = app.app.worker();
    let running = tokio::spawn(async move { worker.run(stopped).await });
    while !kids(&jwks(&app).await).contains(&made[0].kid) {
        tokio::task::yield_now().await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
}

#[tokio::test]
async fn by_command_a_key_is_published_first_or_signs_at_once_or_ends_the_others_r7() {
    let app = TestApp::start().await;
    let keys = &app.app.keys;
    let rotate = async |wish| {
        let permit = crate::support::permit(Act::Guarded(Guarded::Keys, None));
        keys.rotate_now(permit, &origin(), &[SigningAlg::Es256], (wish, 3600)).await.unwrap().remove(0)
    };
    let first = token(&app, SigningAlg::Es256).await;
    let planned = rotate(Wish::Planned).await;
    assert_eq!((planned.was_there, planned.from.since(app.app.ground.clock.now())), (false, 3600));
    assert_eq!(rotate(Wish::Planned).await.kid, planned.kid, "once is enough");
    assert_eq!(jose::kid_of(&token(&app, SigningAlg::Es256).await), jose::kid_of(&first));

    let now = rotate(Wish::Now).await;
    assert_eq!((&now.kid, now.was_there), (&planned.kid, true), "the one that applications know by now");
    app.advance(5);
    let second = token(&app, SigningAlg::Es256).await;
    assert_eq!(jose::kid_of(&second).unwrap(), now.kid);
    assert!(verifies(&jwks(&app).await, &first), "old tokens go on being good");

    let last = rotate(Wish::RevokeOld).await;
    assert_eq!(last.removed.len(), 2);
    let set = jwks(&app).await;
    let third = token(&app, SigningAlg::Es256).await;
    assert!(verifies(&set, &third) && !verifies(&set, &second) && !verifies(&set, &first));
    for old in [&first, &second] {
        assert!(keys.verify(jose::ID_TOKEN, old).await.is_none());
    }
    let listed = keys.list().await.unwrap();
    assert_eq!(listed.len(), 4);
    assert!(listed.iter().all(|it| matches!(it.standing, Standing::Active(_))), "{listed:?}");
    let acts = app.texts("SELECT act FROM audit WHERE act LIKE 'key.%' AND actor = 'host' ORDER BY id").await;
    let expected = ["key.created", "key.brought_forward", "key.created", "key.removed", "key.removed"];
    assert_eq!(acts[4..], expected);
}
