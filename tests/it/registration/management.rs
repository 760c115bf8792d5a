//! How an application manages its registration (RFC 7592).

use super::{CALLBACK, SECRET, open, own, register, send, token};
use crate::support::{Person, TestApp, permit};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wardgate::audit::{Actor, Origin};
use wardgate::protocol::client::{GrantType, Profile};
use wardgate::protocol::scope::Scope;
use wardgate::rights::{Act, Guarded};

#[tokio::test]
async fn a_registration_is_managed_by_its_own_token_alone() {
    let app = open().await;
    let (_, good) = token(&app, 2, &[]).await;
    let sound = json!({ "redirect_uris": [CALLBACK] });
    let (first, second) = (register(&app, &good, &sound).await, register(&app, &good, &sound).await);
    let ((path, mine), (_, other)) = (own(&first), own(&second));
    let read = send(&app, Method::GET, &path, &mine, None).await;
    let mut expected = first.json.clone();
    for shown_once in ["client_secret", "client_secret_expires_at"] {
        expected.as_object_mut().unwrap().remove(shown_once);
    }
    assert_eq!((read.status, &read.json), (StatusCode::OK, &expected));
    assert_eq!(read.headers["cache-control"], "no-store");

    let mut seen = Vec::new();
    let put = json!({ "client_id": first.text("client_id"), "redirect_uris": ["https://evil.example/"] })
        .to_string();
    for (path, token) in [
        (path.as_str(), other.as_str()),
        (&path, &good),
        (&path, "wrong"),
        ("/register/nobody", &mine),
        ("/register/dashboard", &mine),
        ("/register/a%00b", &mine),
        ("/register/%F0%9F%92%A9", &mine),
    ] {
        for (method, body) in [(Method::GET, None), (Method::PUT, Some(put.as_str())), (Method::DELETE, None)]
        {
            seen.push(send(&app, method, path, token, body).await.seen());
        }
    }
    assert_eq!(seen[0].0, StatusCode::UNAUTHORIZED);
    assert!(
        seen.iter().all(|one| *one == seen[0]),
        "unknown client and wrong token are one answer: {seen:?}"
    );
    assert_eq!(send(&app, Method::GET, &path, &mine, None).await.json, expected, "nothing changed");
    assert_eq!(send(&app, Method::GET, &path, "", None).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_put_replaces_all_metadata_and_keeps_what_is_not_the_clients_to_change() {
    let app = open().await;
    let (_, good) = token(&app, 1, &[]).await;
    let given =
        json!({ "redirect_uris": [CALLBACK], "client_uri": "https://app.example/", "client_name": "Old" });
    let first = register(&app, &good, &given).await;
    let ((path, mine), id) = (own(&first), first.text("client_id"));
    let put = async |change: Value| {
        let mut body = json!({ "client_id": id, "redirect_uris": ["https://app.example/new"] });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        send(&app, Method::PUT, &path, &mine, Some(&body.to_string())).await
    };
    for (change, error) in [
        (json!({ "client_id": null }), "invalid_client_metadata"),
        (json!({ "client_id": "dashboard" }), "invalid_client_metadata"),
        (json!({ "client_secret": SECRET }), "invalid_client_metadata"),
        (json!({ "client_secret": 7 }), "invalid_client_metadata"),
        (json!({ "registration_access_token": mine }), "invalid_client_metadata"),
        (json!({ "registration_client_uri": path }), "invalid_client_metadata"),
        (json!({ "client_secret_expires_at": 0 }), "invalid_client_metadata"),
        (json!({ "client_id_issued_at": 0 }), "invalid_client_metadata"),
        (json!({ "redirect_uris": ["http://app.example/new"] }), "invalid_redirect_uri"),
        (json!({ "grant_types": ["client_credentials"] }), "invalid_client_metadata"),
        (json!({ "software_statement": "a.b.c" }), "unapproved_software_statement"),
    ] {
        assert_eq!(put(change.clone()).await.error(), (400, error), "{change}");
    }
    app.advance(60);
    let secret = first.text("client_secret");
    let changed =
        put(json!({ "client_secret": secret, "scope": "openid phone", "client_name": "New" })).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);
    assert_eq!(changed.json["redirect_uris"], json!(["https://app.example/new"]));
    assert_eq!(
        (changed.text("client_name"), changed.json.get("client_uri")),
        ("New", None),
        "all is replaced"
    );
    assert_eq!(changed.text("scope"), "openid", "within what its token allowed");
    assert_eq!(changed.json["client_id_issued_at"], first.json["client_id_issued_at"]);
    assert_eq!(changed.json.get("client_secret"), None, "it keeps its secret");
    let client = app.app.clients.find(id).await.unwrap().unwrap();
    assert!(client.policy.third_party);
    let fields = [("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", CALLBACK)];
    assert_eq!(app.call_as("/token", (id, secret), &fields).await.text("error"), "invalid_grant");

    let public = put(json!({ "token_endpoint_auth_method": "none" })).await;
    assert_eq!((public.status, public.json.get("client_secret")), (StatusCode::OK, None));
    let again = put(json!({})).await;
    let new_secret = again.text("client_secret");
    assert!(new_secret.len() == 43 && new_secret != secret, "the old one was over");
    assert_eq!(app.call_as("/token", (id, secret), &fields).await.text("error"), "invalid_client");
    assert_eq!(app.call_as("/token", (id, new_secret), &fields).await.text("error"), "invalid_grant");
    assert_eq!(
        app.number("SELECT count(*) FROM audit WHERE act = 'client.changed' AND outcome = 'done'").await,
        3
    );
}

#[tokio::test]
async fn a_client_that_changes_itself_all_the_time_has_to_wait() {
    let app = open().await;
    let (_, good) = token(&app, 1, &[]).await;
    let first = register(&app, &good, &json!({ "redirect_uris": [CALLBACK] })).await;
    let (path, mine) = own(&first);
    let body = json!({ "client_id": first.text("client_id"), "redirect_uris": [CALLBACK] }).to_string();
    let mut last = first;
    for _ in 0..61 {
        last = send(&app, Method::PUT, &path, &mine, Some(&body)).await;
    }
    assert_eq!(
        (last.status, &last.headers["retry-after"]),
        (StatusCode::TOO_MANY_REQUESTS, &"3600".parse().unwrap())
    );
    assert_eq!(send(&app, Method::GET, &path, &mine, None).await.status, StatusCode::OK);
    app.advance_hours(1);
    assert_eq!(send(&app, Method::PUT, &path, &mine, Some(&body)).await.status, StatusCode::OK);
}

/// The tokens of a person for a client that registered itself.
async fn sign_in(app: &TestApp, who: &mut Person, (id, secret): (&str, &str)) -> crate::support::Answer {
    let callback: String = url::form_urlencoded::byte_serialize(CALLBACK.as_bytes()).collect();
    let link = format!(
        "/authorize?response_type=code&client_id={id}&redirect_uri={callback}&scope=openid%20offline_access\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    let asked = who.browser.open(&link).await;
    // Nobody vouches for an application that registered itself, so people are asked.
    let page = who.browser.submit(asked.form("/consent").with("answer", "allow")).await;
    let code = page.at.split("code=").nth(1).unwrap_or_else(|| panic!("no code in {}", page.at));
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.split('&').next().unwrap()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    app.call_as("/token", (id, secret), &fields).await
}

#[tokio::test]
async fn an_application_that_removes_itself_is_out_with_everything_it_had() {
    let app = open().await;
    let mut ada = app.person("ada@example.org").await;
    let (_, good) = token(&app, 1, &[Scope::OfflineAccess]).await;
    let given = json!({ "redirect_uris": [CALLBACK], "grant_types": GrantType::ALL[..2] });
    let registered = register(&app, &good, &given).await;
    let client = (registered.text("client_id"), registered.text("client_secret"));
    let tokens = sign_in(&app, &mut ada, client).await;
    let refresh = async |token: &str| {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        app.call_as("/token", client, &fields).await
    };
    let second = refresh(tokens.text("refresh_token")).await;
    assert_eq!(second.status, StatusCode::OK, "{second:?}");
    assert_eq!(app.userinfo_status(second.text("access_token")).await, StatusCode::OK);

    let (path, mine) = own(&registered);
    let gone = send(&app, Method::DELETE, &path, &mine, None).await;
    assert_eq!((gone.status, gone.text.as_str()), (StatusCode::NO_CONTENT, ""));
    assert_eq!(refresh(second.text("refresh_token")).await.text("error"), "invalid_client");
    assert_eq!(app.userinfo_status(second.text("access_token")).await, StatusCode::UNAUTHORIZED);
    for method in [Method::GET, Method::DELETE] {
        assert_eq!(send(&app, method, &path, &mine, None).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(app.number("SELECT count(*) FROM client_registrations").await, 0);
    assert_eq!(
        app.number("SELECT count(*) FROM audit WHERE act = 'client.removed' AND outcome = 'done'").await,
        1
    );
}

#[tokio::test]
async fn an_operator_who_removes_it_ends_its_registration_too() {
    let app = open().await;
    let (_, good) = token(&app, 1, &[]).await;
    let registered = register(&app, &good, &json!({ "redirect_uris": [CALLBACK] })).await;
    let (path, mine) = own(&registered);
    let id = registered.text("client_id");
    let host = Origin::of(Actor::Host);
    assert_eq!(
        app.app.clients.remove(permit(Act::Guarded(Guarded::ClientSecrets, None)), &host, id).await.unwrap(),
        wardgate::clients::Removed::Yes
    );
    assert_eq!(send(&app, Method::GET, &path, &mine, None).await.status, StatusCode::UNAUTHORIZED);
    let text = json!({ "client_id": id, "redirect_uris": [CALLBACK] }).to_string();
    let import = (Profile::Default, true);
    app.app
        .clients
        .import(permit(Act::Guarded(Guarded::ClientSecrets, None)), &host, text.as_bytes(), import)
        .await
        .unwrap();
    for (method, body) in [(Method::GET, None), (Method::PUT, Some(text.as_str())), (Method::DELETE, None)] {
        let status = send(&app, method, &path, &mine, body).await.status;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "another client of the same id is none of its business");
    }
}
