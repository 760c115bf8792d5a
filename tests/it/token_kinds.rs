//! Each kind of token at each place where another kind belongs.

use crate::support::{APP_CALLBACK, Person, TestApp};
use reqwest::StatusCode;
use serde_json::json;
use std::collections::BTreeMap;
use wardgate::protocol::client::AccessTokens;

const ADA: &str = "ada@example.org";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// One living token of each kind, but for logout tokens, which `backchannel_logout` holds up everywhere; and the
/// secrets of the applications `opaque` and `signed`.
async fn all_kinds(app: &TestApp, ada: &mut Person) -> (BTreeMap<&'static str, String>, String) {
    let with_session = |policy: &mut wardgate::protocol::client::ClientPolicy| {
        policy.refresh.with_session = true;
        policy.tokens.resources = vec!["urn:api".to_owned()];
    };
    let opaque = app.register("opaque", with_session).await;
    let signed = app
        .register("signed", |policy| {
            with_session(policy);
            policy.tokens.access = AccessTokens::Jwt;
            policy.tokens.service_scopes = vec!["api:read".to_owned()];
        })
        .await;
    let first = ada.browser.open(&app.link_of("opaque", "")).await;
    let first = app.redeem(("opaque", &opaque), &first).await;
    let second = ada.browser.open(&app.link_of("signed", "")).await;
    let second = app.redeem(("signed", &signed), &second).await;
    let other = ada.browser.open(&app.link_of("opaque", "&resource=urn%3Aapi")).await;
    let other = app.redeem(("opaque", &opaque), &other).await;
    let unused = ada.browser.open(&app.link_of("opaque", "")).await;
    let own = app.call_as("/token", ("signed", &signed), &[("grant_type", "client_credentials")]).await;
    let kinds = [
        ("access", first.text("access_token").to_owned()),
        ("refresh", first.text("refresh_token").to_owned()),
        ("id", first.text("id_token").to_owned()),
        ("signed access", second.text("access_token").to_owned()),
        ("access for a resource", other.text("access_token").to_owned()),
        ("access of a service", own.text("access_token").to_owned()),
        ("code", crate::support::parameters(&unused.at)["code"].clone()),
        ("client secret", opaque.clone()),
        ("session", ada.browser.cookies["wardgate_session"].clone()),
    ];
    assert!(kinds.iter().all(|(_, token)| !token.is_empty()));
    (kinds.into(), opaque)
}

#[tokio::test]
async fn a_token_works_where_its_kind_belongs_and_nowhere_else_a87_i45() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (kinds, opaque) = all_kinds(&app, &mut ada).await;
    let client = ("opaque", opaque.as_str());
    for (kind, token) in &kinds {
        let userinfo = app.userinfo_status(token).await == StatusCode::OK;
        assert_eq!(userinfo, ["access", "signed access"].contains(kind), "{kind} at user info");
        let known = app.call_as("/introspect", client, &[("token", token)]).await.json;
        let is_known = ["access", "access for a resource", "refresh"].contains(kind);
        assert_eq!(known["active"], json!(is_known), "{kind} at introspection, by another client for some");
        let hint =
            ada.browser.get(&app.link_of("opaque", &format!("&prompt=none&id_token_hint={token}"))).await;
        let to = hint.headers["location"].to_str().unwrap();
        assert_eq!(to.contains("code="), *kind == "id", "{kind} as id_token_hint: {to}");
        if *kind != "id" {
            let page = ada.browser.open(&format!("/logout?id_token_hint={token}")).await;
            assert_eq!(page.title(), "Sign out?", "{kind} as a hint of a logout");
        }
        let assertion = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", token.as_str()),
        ];
        let refused = app.call_openly("/token", &assertion).await;
        assert_eq!(refused.text("error"), "invalid_client", "{kind} as an assertion");
    }
    for (kind, token) in &kinds {
        if *kind != "refresh" {
            let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
            let refused = app.call_as("/token", client, &fields).await;
            assert_eq!(refused.text("error"), "invalid_grant", "{kind} as a refresh token");
        }
        if *kind != "code" {
            let fields = [
                ("grant_type", "authorization_code"),
                ("code", token.as_str()),
                ("redirect_uri", APP_CALLBACK),
            ];
            let refused = app.call_as("/token", client, &fields).await;
            assert_eq!(refused.text("error"), "invalid_grant", "{kind} as a code");
        }
        if *kind != "session" {
            let mut browser = app.browser();
            browser.cookies.insert("wardgate_session".to_owned(), token.clone());
            assert_eq!(browser.open("/welcome").await.title(), "Sign in", "{kind} as a session");
        }
    }
    let fields = [("grant_type", "refresh_token"), ("refresh_token", kinds["refresh"].as_str())];
    assert_eq!(
        app.call_as("/token", client, &fields).await.status,
        StatusCode::OK,
        "none of it ended the grant"
    );
    assert_eq!(app.userinfo_status(&kinds["access"]).await, StatusCode::OK);
}

#[tokio::test]
async fn every_endpoint_for_bearer_tokens_finds_and_refuses_them_alike() {
    let app = TestApp::with("[registration]\ndynamic = true").await;
    let table: [(&[&str], u16, &str); 6] = [
        (&[], 401, "Bearer realm=\"wardgate\""),
        (&["Basic YTpi"], 401, "Bearer realm=\"wardgate\""),
        (&["Bearer "], 401, "Bearer realm=\"wardgate\""),
        (&["Bearer a b"], 401, "invalid_token"),
        (&["bearer unknown"], 401, "invalid_token"),
        (&["Bearer one", "Bearer two"], 400, "invalid_request"),
    ];
    for (headers, status, challenge) in table {
        let mut seen = Vec::new();
        for path in ["/userinfo", "/register/dashboard"] {
            let request = app.http().get(format!("{}{path}", app.issuer()));
            let request =
                headers.iter().fold(request, |request, value| request.header("authorization", *value));
            let response = request.send().await.unwrap();
            let told = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
            seen.push((response.status().as_u16(), told, response.text().await.unwrap()));
        }
        assert_eq!(seen[0], seen[1], "{headers:?}");
        assert!(seen[0].0 == status && seen[0].1.contains(challenge), "{headers:?}: {seen:?}");
    }
}
