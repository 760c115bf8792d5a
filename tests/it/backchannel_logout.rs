//! Applications learn that a session ended (OpenID Connect Back-Channel Logout 1.0).

mod receiver;
mod slow;

use crate::keys::{jwks, verifies};
use crate::support::{Answer, PASSWORD, PHONE, Person, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use receiver::{Received, Receiver, SILENCE};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wardgate::audit::{Actor, Origin};
use wardgate::clients::{Added, NewClient};
use wardgate::lifecycle::Over;
use wardgate::outbox::{End, TRIES, wait};
use wardgate::protocol::client::{ClientPolicy, GrantType, Pkce, SigningAlg};
use wardgate::rights::{Act, Area, Guarded};

const ADA: &str = "ada@example.org";
const CALLBACK: &str = "http://localhost:9004/callback";
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// An application that is told at this receiver, if any; gives its secret.
async fn client(
    app: &TestApp,
    id: &str,
    receiver: Option<&Receiver>,
    change: impl FnOnce(&mut ClientPolicy),
) -> String {
    let mut policy = ClientPolicy {
        grant_types: GrantType::ALL.into(),
        ..ClientPolicy::new(id, vec![CALLBACK.to_owned()])
    };
    policy.pkce = Pkce::OrNonce;
    policy.backchannel_logout_uri = receiver.map(|receiver| receiver.uri.clone());
    change(&mut policy);
    let new = NewClient::new(id, policy);
    let right = crate::support::permit(Act::Guarded(Guarded::ClientSecrets, None));
    match app.app.clients.add(right, &Origin::of(Actor::Host), new, true).await.unwrap() {
        Added::Yes(secret) => secret.unwrap().text().to_owned(),
        other => panic!("{other:?}"),
    }
}

/// The person uses an application.
async fn visit(app: &TestApp, who: &mut Person, (id, secret): (&str, &str), scope: &str) -> Answer {
    let link =
        format!("/authorize?response_type=code&client_id={id}&redirect_uri={CALLBACK}&nonce=n&scope={scope}");
    let page = who.browser.open(&link).await;
    let code = crate::support::parameters(&page.at)["code"].clone();
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let answer = app.call_as("/token", (id, secret), &fields).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer
}

async fn sign_out(who: &mut Person) {
    let page = who.browser.open("/sign-out").await;
    who.browser.submit(page.form("/sign-out")).await;
}

async fn disable(app: &TestApp, who: &Person) {
    let over = Over { id: who.id, seen: None };
    let right = crate::support::permit(Act::Change(Area::People, None));
    app.app.lifecycle.disable(right, over, &Origin::of(Actor::Host)).await.unwrap();
}

/// Header and claims of a token.
fn read(token: &str) -> (Value, Value) {
    let part = |at: usize| {
        let bytes = URL_SAFE_NO_PAD.decode(token.split('.').nth(at).unwrap()).unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()
    };
    (part(0), part(1))
}

/// An application that was used once in a session, its receiver and its tokens.
async fn used(app: &TestApp, who: &mut Person, answers: &[&'static str]) -> (Receiver, Answer) {
    let receiver = Receiver::start(answers).await;
    let secret = client(app, "app", Some(&receiver), |_| ()).await;
    let tokens = visit(app, who, ("app", &secret), "openid").await;
    (receiver, tokens)
}

async fn ledger(app: &TestApp, client: &str) -> Vec<(Option<End>, i32, Option<String>)> {
    let all = app.app.grants.logouts(client, 10).await.unwrap();
    all.into_iter().map(|it| (it.end, it.attempts, it.error)).collect()
}

#[tokio::test]
async fn every_application_of_the_session_gets_a_token_that_it_can_check_a100() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let mut told = Vec::new();
    for alg in SigningAlg::ALL {
        let (id, receiver) = (alg.as_str(), Receiver::start(&[]).await);
        let secret = client(&app, id, Some(&receiver), |policy| policy.id_token_alg = alg).await;
        let first = visit(&app, &mut ada, (id, &secret), "openid").await;
        visit(&app, &mut ada, (id, &secret), "openid").await;
        told.push((alg, receiver, first));
    }
    let unused = Receiver::start(&[]).await;
    client(&app, "unused", Some(&unused), |_| ()).await;
    let silent = client(&app, "silent", None, |_| ()).await;
    visit(&app, &mut ada, ("silent", &silent), "openid").await;
    app.advance(60);
    sign_out(&mut ada).await;
    app.deliver().await;
    let set = jwks(&app).await;
    let mut ids = BTreeSet::new();
    for (alg, receiver, tokens) in &told {
        let received = receiver.received();
        let [Received { head, .. }] = received.as_slice() else { panic!("{alg}: {received:?}") };
        assert!(head.starts_with("POST /logged-out?from=wardgate HTTP/1.1\r\n"), "{head}");
        assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
        let token = received[0].token();
        assert!(verifies(&set, token), "{alg}");
        let (header, mut claims) = read(token);
        assert_eq!((&header["typ"], &header["alg"]), (&json!("logout+jwt"), &json!(alg.as_str())));
        ids.insert(claims["jti"].as_str().unwrap().to_owned());
        claims.as_object_mut().unwrap().remove("jti");
        let (_, id_token) = read(tokens.text("id_token"));
        let now = app.app.ground.clock.now().0;
        let expected = json!({
            "iss": app.issuer(), "sub": ada.id.to_string(), "aud": alg.as_str(), "iat": now, "exp": now + 120,
            "events": { EVENT: {} }, "sid": id_token["sid"],
        });
        assert_eq!(claims, expected, "without a nonce and anything else");
        assert_eq!(ledger(&app, alg.as_str()).await, [(Some(End::Sent), 1, None)]);
    }
    assert_eq!(ids.len(), told.len(), "each has an id of its own");
    assert_eq!((unused.received().len(), ledger(&app, "silent").await.len()), (0, 0));
    assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'client.told_of_logout'").await, 4);
}

#[tokio::test]
async fn a_logout_token_is_taken_for_no_other_token_a87_i45() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let receiver = Receiver::start(&[]).await;
    let secret = client(&app, "app", Some(&receiver), |_| ()).await;
    visit(&app, &mut ada, ("app", &secret), "openid").await;
    sign_out(&mut ada).await;
    app.deliver().await;
    let token = receiver.received()[0].token().to_owned();
    let page = ada.browser.open("/sign-in").await;
    app.advance(60);
    let person = ada_again(&ada);
    let page = app.sign_in(&mut ada.browser, &person, page).await;
    assert_ne!(page.title(), "Sign in", "{}", page.at);
    let page = ada.browser.open(&format!("/logout?id_token_hint={token}")).await;
    assert_eq!(page.title(), "Sign out?", "it is no hint");
    let link = format!(
        "/authorize?response_type=code&client_id=app&redirect_uri={CALLBACK}&nonce=n&scope=openid&id_token_hint={token}"
    );
    assert!(ada.browser.open(&link).await.at.contains("error=invalid_request"));
    assert_eq!(app.userinfo_status(&token).await, StatusCode::UNAUTHORIZED);
    let known = app.call_as("/introspect", ("app", &secret), &[("token", &token)]).await;
    assert_eq!(known.json, json!({ "active": false }));
    let refreshed = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
    assert_eq!(app.call_as("/token", ("app", &secret), &refreshed).await.text("error"), "invalid_grant");
}

/// The same person, to sign in while the browser is borrowed.
fn ada_again(ada: &Person) -> Person {
    Person { email: ada.email.clone(), phone: ada.phone.clone(), id: ada.id, browser: ada.browser.clone() }
}

#[tokio::test]
async fn each_way_in_which_a_session_ends_is_told_a100() {
    for way in [
        "by the application",
        "by the application when idle",
        "a changed password",
        "disabled",
        "another sign-in",
    ] {
        let app = TestApp::start().await;
        let mut ada = app.person(ADA).await;
        let (receiver, tokens) = used(&app, &mut ada, &["204 No Content"]).await;
        let is_used = ["by the application", "another sign-in"].contains(&way);
        app.advance(if is_used { 120 } else { 3600 });
        match way {
            "by the application" | "by the application when idle" => {
                ada.browser.open(&format!("/logout?id_token_hint={}", tokens.text("id_token"))).await;
            }
            "a changed password" => change_password(&app).await,
            "disabled" => disable(&app, &ada).await,
            _ => {
                let rota = app.rota().await;
                let page = ada.browser.open(rota.begin(&[("prompt", "login")]).url.as_str()).await;
                let person = ada_again(&ada);
                let page = app.sign_in(&mut ada.browser, &person, page).await;
                assert!(page.at.starts_with("http://localhost:9002/"), "{}", page.at);
            }
        }
        app.deliver().await;
        let received = receiver.received();
        assert_eq!(received.len(), 1, "{way}");
        let (claims, id_token) = (read(received[0].token()).1, read(tokens.text("id_token")).1);
        assert_eq!((&claims["sid"], &claims["sub"]), (&id_token["sid"], &id_token["sub"]), "{way}");
        assert_eq!(ledger(&app, "app").await, [(Some(End::Sent), 1, None)], "{way}");
        app.round().await;
        assert_eq!(receiver.received().len(), 1, "{way}: once");
    }
}

#[tokio::test]
async fn a_token_alone_ends_no_session_that_is_in_use_elsewhere_a99() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (receiver, tokens) = used(&app, &mut ada, &[]).await;
    app.advance(120);
    let page = app.browser().open(&format!("/logout?id_token_hint={}", tokens.text("id_token"))).await;
    assert_eq!(page.at, "/signed-out?client_id=app");
    app.deliver().await;
    assert_eq!(receiver.received().len(), 0);
    assert_eq!(app.userinfo_status(tokens.text("access_token")).await, StatusCode::OK);
}

async fn change_password(app: &TestApp) {
    let mut browser = app.browser();
    let page = browser.open("/forgot").await;
    let page = browser.submit(page.form("/forgot").with("email", ADA)).await;
    let code = app.mail_code(ADA).await;
    let page = browser.submit(page.form("/forgot/code").with("code", &code)).await;
    let code = app.sms_code(PHONE).await;
    let page = browser.submit(page.form("/forgot/sms").with("code", &code)).await;
    let new = PASSWORD.replace("teapot", "kettle");
    let page = browser.submit(page.form("/forgot/password").with("password", &new)).await;
    assert!(page.says("Your password is changed."), "{}", page.html);
}

#[tokio::test]
async fn who_acts_while_the_person_is_away_is_told_too_when_the_account_closes() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (online, offline) = (Receiver::start(&[]).await, Receiver::start(&[]).await);
    for (id, receiver, scope) in
        [("online", &online, "openid"), ("offline", &offline, "openid%20offline_access")]
    {
        let secret = client(&app, id, Some(receiver), |_| ()).await;
        visit(&app, &mut ada, (id, &secret), scope).await;
    }
    // The session is over by itself, what it gave to the second application is not.
    app.advance_hours(24);
    disable(&app, &ada).await;
    app.deliver().await;
    assert_eq!((online.received().len(), offline.received().len()), (0, 1));
}

#[tokio::test]
async fn an_application_that_is_away_is_told_later_by_the_same_event_a100() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let elsewhere = Receiver::start(&[]).await;
    let moved = format!("302 Found\r\nlocation: {}", elsewhere.uri).leak();
    let answers = ["503 Service Unavailable", "400 Bad Request", moved, "204 No Content"];
    let (receiver, _) = used(&app, &mut ada, &answers).await;
    sign_out(&mut ada).await;
    let expected = ["the server answered 503", "the server answered 400", "the server answered 302"];
    for (tries, why) in (1..).zip(expected) {
        app.deliver().await;
        assert_eq!(ledger(&app, "app").await, [(None, tries, Some(why.to_owned()))]);
        app.deliver().await;
        assert_eq!(receiver.received().len(), usize::try_from(tries).unwrap(), "not before its time");
        app.advance(wait(tries));
    }
    app.deliver().await;
    assert_eq!(ledger(&app, "app").await, [(Some(End::Sent), 4, None)]);
    let tokens: Vec<Value> = receiver.received().iter().map(|it| read(it.token()).1).collect();
    assert_eq!(tokens.len(), 4);
    assert!(tokens.windows(2).all(|two| two[0]["jti"] == two[1]["jti"]), "one event");
    assert!(tokens.windows(2).all(|two| two[0]["exp"].as_i64() < two[1]["exp"].as_i64()), "signed anew");
    assert_eq!(elsewhere.received().len(), 0, "redirects are not followed");
    let reason = "SELECT outcome FROM audit WHERE act = 'client.told_of_logout'";
    assert_eq!(app.texts(reason).await, ["done"]);
}

#[tokio::test]
async fn one_that_is_never_there_is_given_up_recorded_and_forgotten_in_the_end_a100() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let secret = client(&app, "app", None, |policy| {
        // Nobody listens there.
        policy.backchannel_logout_uri = Some("http://127.0.0.1:1/".to_owned());
    })
    .await;
    visit(&app, &mut ada, ("app", &secret), "openid").await;
    sign_out(&mut ada).await;
    for attempt in 1..=TRIES {
        app.deliver().await;
        app.advance(wait(attempt));
    }
    let why = "the server cannot be reached";
    assert_eq!(ledger(&app, "app").await, [(Some(End::Dead), TRIES, Some(why.to_owned()))]);
    let reason = "SELECT reason FROM audit WHERE act = 'client.told_of_logout' AND client_id = 'app'";
    assert_eq!(app.texts(reason).await, [why]);
    app.advance_hours(29 * 24);
    app.round().await;
    assert_eq!(ledger(&app, "app").await.len(), 1);
    app.advance_hours(48);
    app.round().await;
    assert_eq!(ledger(&app, "app").await.len(), 0);
}

#[tokio::test]
async fn nobody_is_told_who_was_removed_or_changed_its_mind() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (receiver, _) = used(&app, &mut ada, &["503 Service Unavailable"]).await;
    sign_out(&mut ada).await;
    app.deliver().await;
    let right = || crate::support::permit(Act::Guarded(Guarded::ClientSecrets, None));
    assert_eq!(
        app.app.clients.remove(right(), &Origin::of(Actor::Host), "app").await.unwrap(),
        wardgate::clients::Removed::Yes
    );
    app.advance(60);
    // Another application of the same name is not the one that was used.
    client(&app, "app", Some(&receiver), |_| ()).await;
    app.deliver().await;
    assert_eq!(receiver.received().len(), 1);
    assert_eq!(ledger(&app, "app").await[0].0, Some(End::Dropped));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_that_does_not_answer_holds_up_no_code() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (receiver, _) = used(&app, &mut ada, &[SILENCE]).await;
    app.advance(60);
    sign_out(&mut ada).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let worker = app.app.worker();
    let running = tokio::spawn(async move { worker.run(stopped).await });
    while receiver.received().is_empty() {
        tokio::task::yield_now().await;
    }
    let before = app.mailbox.newest_first().len();
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let page = browser.submit(page.form("/sign-in").with("email", ADA).with("password", PASSWORD)).await;
    assert_eq!(page.title(), "2-step verification");
    while app.mailbox.newest_first().len() == before {
        tokio::task::yield_now().await;
    }
    let waits = "SELECT count(*) FROM outbox WHERE kind = 'backchannel_logout' AND state = 'queued' AND error IS NULL";
    assert_eq!(app.number(waits).await, 1, "the call is still under way");
    stop.send(true).unwrap();
    running.await.unwrap();
    assert_eq!(ledger(&app, "app").await[0].2.as_deref(), Some("the server did not answer in time"));
}

#[tokio::test]
async fn a_persons_ledger_says_who_knows_and_who_is_still_to_be_told() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (good, away) = (Receiver::start(&[]).await, Receiver::start(&["503 Service Unavailable"; 20]).await);
    for (id, receiver) in [("good", &good), ("away", &away)] {
        let secret = client(&app, id, Some(receiver), |_| ()).await;
        visit(&app, &mut ada, (id, &secret), "openid").await;
    }
    let ledger = async || {
        let ledger = app.app.grants.ledger(ada.id).await.unwrap();
        let mut lines: Vec<_> = ledger.lines.into_iter().map(|it| (it.client_id, it.call.end)).collect();
        lines.sort_by(|one, other| one.0.cmp(&other.0));
        (ledger.is_preparing, lines)
    };
    assert_eq!(ledger().await, (false, vec![]));
    disable(&app, &ada).await;
    assert_eq!(ledger().await, (true, vec![]), "before the worker came");
    app.deliver().await;
    let told = vec![("away".to_owned(), None), ("good".to_owned(), Some(End::Sent))];
    assert_eq!(ledger().await, (false, told));
    let other = app.person_as("eve@example.org", "+447400123461", wardgate::rights::Role::Clinician).await;
    assert_eq!(app.app.grants.ledger(other.id).await.unwrap().lines.len(), 0, "of nobody else");
}
