//! Refresh (RFC 6749 6, RFC 9700 4.14), services (4.4), introspection (RFC 7662), revocation (RFC 7009), resources
//! (RFC 8707) and signed access tokens (RFC 9068).

use crate::support::{APP_CALLBACK as CALLBACK, Answer, Person, TestApp};
use futures_util::future::join_all;
use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use std::collections::BTreeSet;
use wardgate::audit::{Actor, Origin};
use wardgate::lifecycle::Over;
use wardgate::protocol::client::{AccessTokens, ClientPolicy, GrantType};
use wardgate::rights::{Act, Area};

const ADA: &str = "ada@example.org";
const FHIR: &str = "https://fhir.example/r4";

/// An application with every grant, changed as a test needs it; gives its secret.
async fn client(app: &TestApp, id: &str, change: impl FnOnce(&mut ClientPolicy)) -> String {
    let usual = |policy: &mut ClientPolicy| {
        policy.tokens.resources = vec![FHIR.to_owned(), "urn:rota".to_owned()];
        policy.tokens.service_scopes = vec!["rota:read".to_owned(), "rota:write".to_owned()];
        change(policy);
        if !policy.grant_types.contains(&GrantType::ClientCredentials) {
            policy.tokens.service_scopes.clear();
        }
    };
    app.register(id, usual).await
}

/// Tokens of a person for a client, by the code flow.
async fn tokens(app: &TestApp, who: &mut Person, (id, secret): (&str, &str), more: &str) -> Answer {
    let scope = if more.contains("scope=") { "" } else { "&scope=openid%20email%20offline_access" };
    let page = who.browser.open(&app.link_of(id, &format!("{scope}{more}"))).await;
    app.redeem((id, secret), &page).await
}

/// An application `app` and a person's first tokens for it.
async fn start(settings: &str, change: impl FnOnce(&mut ClientPolicy)) -> (TestApp, Person, String, Answer) {
    let app = TestApp::with(settings).await;
    let mut ada = app.person(ADA).await;
    let secret = client(&app, "app", change).await;
    let first = tokens(&app, &mut ada, ("app", &secret), "").await;
    assert_eq!(first.status, StatusCode::OK, "{first:?}");
    (app, ada, secret, first)
}

async fn refresh(app: &TestApp, secret: &str, token: &str, more: &[(&str, &str)]) -> Answer {
    let fields = [&[("grant_type", "refresh_token"), ("refresh_token", token)], more].concat();
    app.call_as("/token", ("app", secret), &fields).await
}

#[tokio::test]
async fn a_refresh_gives_new_tokens_for_the_same_sign_in() {
    let (app, ada, secret, first) = start("", |_| ()).await;
    assert_eq!(first.text("scope"), "openid email offline_access");
    app.advance(60);
    let second = refresh(&app, &secret, first.text("refresh_token"), &[]).await;
    assert_eq!(second.status, StatusCode::OK, "{second:?}");
    for name in ["access_token", "refresh_token", "id_token"] {
        assert_ne!(second.text(name), first.text(name), "{name}");
    }
    let known =
        app.call_as("/introspect", ("app", &secret), &[("token", second.text("access_token"))]).await.json;
    assert_eq!(
        (known["active"].as_bool(), known["sub"].as_str()),
        (Some(true), Some(ada.id.to_string().as_str()))
    );
    let (iat, auth_time) = (known["iat"].as_i64().unwrap(), known["auth_time"].as_i64().unwrap());
    assert_eq!(iat - auth_time, 60, "auth_time does not move");
    assert_eq!(app.userinfo_status(second.text("access_token")).await, StatusCode::OK);
}

#[tokio::test]
async fn there_is_a_refresh_token_only_with_the_grant_and_offline_access_or_by_the_clients_setting() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let plain = client(&app, "plain", |policy| policy.grant_types = GrantType::usual()).await;
    let without = tokens(&app, &mut ada, ("plain", &plain), "").await;
    assert_eq!((without.text("refresh_token"), without.text("scope")), ("", "openid email"));
    let asking = client(&app, "asking", |_| ()).await;
    assert_eq!(tokens(&app, &mut ada, ("asking", &asking), "&scope=openid").await.text("refresh_token"), "");
    let session = client(&app, "session", |policy| policy.refresh.with_session = true).await;
    assert_ne!(
        tokens(&app, &mut ada, ("session", &session), "&scope=openid").await.text("refresh_token"),
        ""
    );
}

#[tokio::test]
async fn signing_out_ends_what_is_bound_to_the_session_and_offline_access_survives() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let secret = client(&app, "app", |policy| policy.refresh.with_session = true).await;
    let bound = tokens(&app, &mut ada, ("app", &secret), "&scope=openid").await;
    let offline = tokens(&app, &mut ada, ("app", &secret), "").await;
    let page = ada.browser.open("/sign-out").await;
    ada.browser.submit(page.form("/sign-out")).await;
    let dead = refresh(&app, &secret, bound.text("refresh_token"), &[]).await;
    assert_eq!((dead.status, dead.text("error")), (StatusCode::BAD_REQUEST, "invalid_grant"));
    assert_eq!(app.userinfo_status(bound.text("access_token")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(refresh(&app, &secret, offline.text("refresh_token"), &[]).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_refreshes_at_once_mint_one_successor_and_get_one_answer_a86_i24() {
    let (app, _ada, secret, first) = start("", |_| ()).await;
    let token = first.text("refresh_token");
    let answers = join_all((0..50).map(|_| refresh(&app, &secret, token, &[]))).await;
    assert!(answers.iter().all(|answer| answer == &answers[0]), "{:?}", answers[0]);
    assert_eq!(answers[0].status, StatusCode::OK);
    assert_eq!(app.number("SELECT count(*) FROM tokens WHERE is_refresh").await, 2);
    assert_eq!(app.number("SELECT count(*) FROM tokens WHERE NOT is_refresh").await, 2);
}

#[tokio::test]
async fn a_closed_gate_uses_up_no_token_and_gives_no_lost_answer_again_i28() {
    let (app, _ada, secret, first) = start("", |_| ()).await;
    let close = async |at: &str| {
        let sql = format!("UPDATE accounts SET disabled_at = {at}");
        app.app.ground.db.read().execute_unprepared(&sql).await.unwrap();
    };
    let token = first.text("refresh_token");
    close("1").await;
    assert_eq!(refresh(&app, &secret, token, &[]).await.text("error"), "invalid_grant");
    close("NULL").await;
    let answer = refresh(&app, &secret, token, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "nothing came of the first use");
    close("1").await;
    assert_eq!(refresh(&app, &secret, token, &[]).await.text("error"), "invalid_grant");
    close("NULL").await;
    assert_eq!(refresh(&app, &secret, token, &[]).await, answer);
    assert_eq!(app.number("SELECT count(*) FROM tokens WHERE is_refresh").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_retry_window_one_of_fifty_wins_and_the_family_dies_a86() {
    let (app, _ada, secret, first) = start("[tokens]\nrefresh_retry_seconds = 0", |_| ()).await;
    let token = first.text("refresh_token");
    let answers = join_all((0..50).map(|_| refresh(&app, &secret, token, &[]))).await;
    let won: Vec<&Answer> = answers.iter().filter(|answer| answer.status == StatusCode::OK).collect();
    assert_eq!(won.len(), 1);
    assert_eq!(
        refresh(&app, &secret, won[0].text("refresh_token"), &[]).await.text("error"),
        "invalid_grant"
    );
    assert_eq!(app.userinfo_status(won[0].text("access_token")).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_second_use_that_is_no_lost_answer_ends_the_family_a86_i25() {
    type Case = (&'static str, i64, &'static [(&'static str, &'static str)], bool);
    let cases: [Case; 3] = [
        ("too late", 10, &[], false),
        ("other parameters", 0, &[("scope", "openid")], false),
        ("the successor was used", 0, &[], true),
    ];
    for (why, seconds, more, use_successor) in cases {
        let (app, _ada, secret, first) = start("", |_| ()).await;
        let second = refresh(&app, &secret, first.text("refresh_token"), &[]).await;
        let newest = match use_successor {
            true => refresh(&app, &secret, second.text("refresh_token"), &[]).await,
            false => second,
        };
        app.advance(seconds);
        let again = refresh(&app, &secret, first.text("refresh_token"), more).await;
        assert_eq!((again.status, again.text("error")), (StatusCode::BAD_REQUEST, "invalid_grant"), "{why}");
        assert_eq!(
            refresh(&app, &secret, newest.text("refresh_token"), &[]).await.text("error"),
            "invalid_grant"
        );
        assert_eq!(app.userinfo_status(newest.text("access_token")).await, StatusCode::UNAUTHORIZED, "{why}");
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'refresh.replayed'").await, 1, "{why}");
    }
}

#[tokio::test]
async fn a_replay_is_known_after_a_restart_too_and_what_was_revoked_stays_so_a86_i25() {
    let (app, _ada, secret, first) = start("", |_| ()).await;
    let second = refresh(&app, &secret, first.text("refresh_token"), &[]).await;
    app.advance(60);
    let restarted = app.restarted().await;
    let replayed = refresh(&restarted, &secret, first.text("refresh_token"), &[]).await;
    assert_eq!(replayed.text("error"), "invalid_grant");
    for app in [restarted, app.restarted().await, app] {
        let newest = refresh(&app, &secret, second.text("refresh_token"), &[]).await;
        assert_eq!(newest.text("error"), "invalid_grant", "the family is over");
    }
}

#[tokio::test]
async fn another_client_that_presents_a_refresh_token_ends_it_i44_a86() {
    let (app, _ada, secret, first) = start("", |_| ()).await;
    let rival = client(&app, "rival", |_| ()).await;
    let token = first.text("refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
    assert_eq!(app.call_as("/token", ("rival", &rival), &fields).await.text("error"), "invalid_grant");
    assert_eq!(refresh(&app, &secret, token, &[]).await.text("error"), "invalid_grant");
}

#[tokio::test]
async fn a_refresh_may_ask_for_less_and_never_for_more_a86_s11() {
    let (app, _ada, secret, first) = start("", |policy| policy.refresh.rotate = false).await;
    let token = first.text("refresh_token");
    let less = refresh(&app, &secret, token, &[("scope", "openid")]).await;
    assert_eq!(less.text("scope"), "openid");
    let more = refresh(&app, &secret, token, &[("scope", "openid phone")]).await;
    assert_eq!(more.text("error"), "invalid_scope");
    let target = refresh(&app, &secret, token, &[("resource", FHIR)]).await;
    assert_eq!(target.text("error"), "invalid_target", "it was not part of the grant");
    let again = refresh(&app, &secret, token, &[]).await;
    assert_eq!(again.text("scope"), "openid email offline_access", "asking for too much spent nothing");
}

#[tokio::test]
async fn a_refresh_token_dies_idle_and_at_its_absolute_end() {
    let day = 24 * 3600;
    let (app, _ada, secret, first) = start("", |policy| policy.refresh.rotate = false).await;
    let token = first.text("refresh_token");
    for _ in 0..6 {
        app.advance(14 * day - 1);
        assert_eq!(refresh(&app, &secret, token, &[]).await.status, StatusCode::OK);
    }
    app.advance(6 * day + 7);
    assert_eq!(refresh(&app, &secret, token, &[]).await.text("error"), "invalid_grant", "after 90 days");
    let (app, _ada, secret, first) = start("", |_| ()).await;
    app.advance(14 * day);
    assert_eq!(refresh(&app, &secret, first.text("refresh_token"), &[]).await.text("error"), "invalid_grant");
}

#[tokio::test]
async fn what_ends_a_person_or_a_client_ends_refreshing_at_once_a88_i22() {
    let (app, ada, secret, first) = start("", |_| ()).await;
    let over = Over { id: ada.id, seen: None };
    let right = crate::support::permit(Act::Change(Area::People, None));
    app.app.lifecycle.disable(right, over, &Origin::of(Actor::Host)).await.unwrap();
    assert_eq!(refresh(&app, &secret, first.text("refresh_token"), &[]).await.text("error"), "invalid_grant");
    for token in ["access_token", "refresh_token"] {
        let known = app.call_as("/introspect", ("app", &secret), &[("token", first.text(token))]).await.json;
        assert_eq!(known, serde_json::json!({ "active": false }), "{token}");
    }
}

#[tokio::test]
async fn a_token_for_a_resource_server_is_signed_for_it_alone_and_refused_at_userinfo() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let secret = client(&app, "app", |policy| policy.tokens.access = AccessTokens::Jwt).await;
    let resource = "&resource=https%3A%2F%2Ffhir.example%2Fr4&resource=urn%3Arota";
    let both = tokens(&app, &mut ada, ("app", &secret), resource).await;
    let claims = claims(both.text("access_token"));
    assert_eq!(claims["aud"], serde_json::json!([FHIR, "urn:rota"]));
    assert_eq!((&claims["client_id"], &claims["sub"]), (&"app".into(), &ada.id.to_string().into()));
    assert_eq!(app.userinfo_status(both.text("access_token")).await, StatusCode::UNAUTHORIZED);
    let one = refresh(&app, &secret, both.text("refresh_token"), &[("resource", FHIR)]).await;
    assert_eq!(self::claims(one.text("access_token"))["aud"], serde_json::json!([FHIR]));
    let page = ada.browser.open(&format!("/authorize?response_type=code&client_id=app&redirect_uri={CALLBACK}&nonce=n&scope=openid&resource=urn:other")).await;
    assert!(page.at.contains("error=invalid_target"), "{}", page.at);
}

fn claims(token: &str) -> serde_json::Value {
    use base64::Engine as _;
    let body = token.split('.').nth(1).unwrap_or_else(|| panic!("{token} is not signed"));
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

#[tokio::test]
async fn a_service_gets_a_token_of_its_own_that_can_be_taken_back() {
    let app = TestApp::start().await;
    let secret = client(&app, "app", |_| ()).await;
    let ask = async |more: &[(&str, &str)]| {
        let fields = [&[("grant_type", "client_credentials")], more].concat();
        app.call_as("/token", ("app", &secret), &fields).await
    };
    let answer = ask(&[("scope", "rota:read"), ("resource", "urn:rota")]).await;
    let token = answer.text("access_token");
    let it = claims(token);
    assert_eq!(
        (&it["sub"], &it["aud"], &it["scope"]),
        (&"app".into(), &serde_json::json!(["urn:rota"]), &"rota:read".into())
    );
    assert_eq!((answer.text("refresh_token"), answer.text("id_token")), ("", ""));
    assert_ne!(ask(&[]).await.text("access_token"), token, "every token has an id of its own");
    assert_eq!(ask(&[("scope", "openid")]).await.text("error"), "invalid_scope");
    assert_eq!(app.userinfo_status(token).await, StatusCode::UNAUTHORIZED, "no person is behind it");
    let known = async || {
        app.call_as("/introspect", ("app", &secret), &[("token", token)]).await.json["active"].clone()
    };
    assert_eq!(known().await, true);
    app.call_as("/revoke", ("app", &secret), &[("token", token)]).await;
    assert_eq!(known().await, false);
}

#[tokio::test]
async fn introspection_answers_who_may_ask_and_tells_nobody_else_anything_a89() {
    let (app, _ada, secret, first) = start("", |_| ()).await;
    let token = first.text("access_token");
    let server = client(&app, "fhir", |policy| policy.introspects = true).await;
    let rival = client(&app, "rival", |_| ()).await;
    let ask = async |id: &str, secret: &str, token: &str| {
        app.call_as("/introspect", (id, secret), &[("token", token)]).await
    };
    let full = ask("fhir", &server, token).await.json;
    let names: BTreeSet<&str> = full.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "active",
        "scope",
        "client_id",
        "token_type",
        "exp",
        "iat",
        "sub",
        "aud",
        "iss",
        "auth_time",
        "acr",
        "amr",
        "sid",
    ];
    assert_eq!(names, expected.into());
    assert_eq!(full, ask("app", &secret, token).await.json);
    let nothing = serde_json::json!({ "active": false });
    for (id, secret, token) in [
        ("rival", &rival, token),
        ("rival", &rival, first.text("refresh_token")),
        ("fhir", &server, first.text("refresh_token")),
        ("fhir", &server, first.text("id_token")),
        ("fhir", &server, "garbage"),
    ] {
        assert_eq!(ask(id, secret, token).await.json, nothing, "{id}");
    }
    let nobody = app.call_openly("/introspect", &[("token", token)]).await;
    assert_eq!((nobody.status, nobody.text("error")), (StatusCode::UNAUTHORIZED, "invalid_client"));
    let public = app.call_openly("/introspect", &[("token", token), ("client_id", "phone-app")]).await;
    assert_eq!(public.status, StatusCode::UNAUTHORIZED);
    let missing = app.call_as("/introspect", ("app", &secret), &[]).await;
    assert_eq!((missing.status, missing.text("error")), (StatusCode::BAD_REQUEST, "invalid_request"));
}

#[tokio::test]
async fn revoking_takes_back_ones_own_tokens_and_says_yes_to_everything() {
    let (app, _ada, secret, first) = start("", |_| ()).await;
    let rival = client(&app, "rival", |_| ()).await;
    let revoke = async |id: &str, secret: &str, token: &str| {
        assert_eq!(app.call_as("/revoke", (id, secret), &[("token", token)]).await.status, StatusCode::OK);
    };
    let (access, refresh_token) = (first.text("access_token"), first.text("refresh_token"));
    for token in [access, refresh_token, "garbage"] {
        revoke("rival", &rival, token).await;
    }
    assert_eq!(app.userinfo_status(access).await, StatusCode::OK);
    revoke("app", &secret, access).await;
    assert_eq!(app.userinfo_status(access).await, StatusCode::UNAUTHORIZED);
    let second = refresh(&app, &secret, refresh_token, &[]).await;
    revoke("app", &secret, second.text("refresh_token")).await;
    assert_eq!(
        refresh(&app, &secret, second.text("refresh_token"), &[]).await.text("error"),
        "invalid_grant"
    );
    assert_eq!(app.userinfo_status(second.text("access_token")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        refresh(&app, &secret, refresh_token, &[]).await.text("error"),
        "invalid_grant",
        "after revocation, never"
    );
}

#[tokio::test]
async fn one_kind_of_token_is_never_taken_for_another_a87_i45() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let secret = client(&app, "app", |policy| policy.tokens.access = AccessTokens::Jwt).await;
    let it = tokens(&app, &mut ada, ("app", &secret), "").await;
    for wrong in [it.text("access_token"), it.text("id_token")] {
        assert_eq!(refresh(&app, &secret, wrong, &[]).await.text("error"), "invalid_grant");
    }
    for wrong in [it.text("refresh_token"), it.text("id_token")] {
        assert_eq!(app.userinfo_status(wrong).await, StatusCode::UNAUTHORIZED);
    }
    let hint = format!("/logout?id_token_hint={}", it.text("access_token"));
    assert_eq!(ada.browser.open(&hint).await.title(), "Sign out?", "an access token is no ID token");
}
