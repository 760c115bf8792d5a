//! What applications that register themselves leave in the audit trail, and what they cannot do to it.

use super::{CALLBACK, open, own, register, send, token};
use crate::statements::Statements;
use crate::support::TestApp;
use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use wardgate::audit::{Actor, Origin};
use wardgate::clients::{NotRegistered, Registrant};

async fn refused_acts(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM audit WHERE outcome = 'refused' AND act LIKE 'client.%'").await
}

/// A try with a wrong token from an address.
async fn try_from(app: &TestApp, address: &str) {
    let origin = Origin { address: address.to_owned(), ..Origin::of(Actor::Visitor) };
    let who = Registrant { origin: &origin, token: "wrong", development: true };
    let refused = app.app.clients.register(who, b"{}").await.unwrap().map(|_| ());
    assert_eq!(refused, Err(NotRegistered::Token));
}

#[tokio::test]
async fn refusals_are_in_the_trail_and_one_address_cannot_fill_it() {
    let app = open().await;
    for _ in 0..25 {
        assert_eq!(register(&app, "wrong", &json!({})).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(refused_acts(&app).await, 20);
    app.advance_hours(1);
    send(&app, Method::DELETE, "/register/dashboard", "wrong", None).await;
    assert_eq!(refused_acts(&app).await, 21);
}

#[tokio::test]
async fn one_ipv6_network_is_one_party_and_writes_nothing_once_it_is_over_its_limit() {
    let app = open().await;
    for at in 0..20 {
        try_from(&app, &format!("2001:db8:1:1:{at:x}::1")).await;
    }
    assert_eq!(refused_acts(&app).await, 20);
    let (statements, _heard) = Statements::hear(&app).await;
    for at in 0..20 {
        try_from(&app, &format!("2001:db8:1:1:{at:x}::2")).await;
    }
    let said = statements.take();
    assert!(said.len() >= 20 && said.iter().all(|text| text.starts_with("SELECT")), "{said:#?}");
    assert_eq!(refused_acts(&app).await, 20);
    try_from(&app, "2001:db8:1:2::1").await;
    assert_eq!(refused_acts(&app).await, 21, "another network");
}

#[tokio::test]
async fn many_networks_together_cannot_fill_the_trail_either() {
    let app = open().await;
    try_from(&app, "2001:db8:1:1::1").await;
    let filled = app.app.ground.db.write(|tx| {
        Box::pin(async move {
            let sql = "UPDATE rates SET count = 499 WHERE subject = 'registration refused'";
            assert_eq!(tx.execute_unprepared(sql).await?.rows_affected(), 1);
            Ok(())
        })
    });
    filled.await.unwrap();
    try_from(&app, "2001:db8:1:2::1").await;
    assert_eq!(refused_acts(&app).await, 2, "the last one of the hour");
    let (statements, _heard) = Statements::hear(&app).await;
    for at in 3..30 {
        try_from(&app, &format!("2001:db8:1:{at:x}::1")).await;
    }
    let said = statements.take();
    assert!(!said.is_empty() && said.iter().all(|text| text.starts_with("SELECT")), "{said:#?}");
    assert_eq!(refused_acts(&app).await, 2);
    app.advance_hours(1);
    try_from(&app, "2001:db8:1:2::1").await;
    assert_eq!(refused_acts(&app).await, 3);
}

#[tokio::test]
async fn a_client_over_its_limit_of_changes_writes_nothing_but_its_refusals() {
    let app = open().await;
    let (_, good) = token(&app, 1, &[]).await;
    let first = register(&app, &good, &json!({ "redirect_uris": [CALLBACK] })).await;
    let (path, mine) = own(&first);
    let body = json!({ "client_id": first.text("client_id"), "redirect_uris": [CALLBACK] }).to_string();
    let put = async || send(&app, Method::PUT, &path, &mine, Some(&body)).await.status;
    for _ in 0..60 {
        assert_eq!(put().await, StatusCode::OK);
    }
    for _ in 0..20 {
        assert_eq!(put().await, StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(refused_acts(&app).await, 20);
    let (statements, _heard) = Statements::hear(&app).await;
    assert_eq!(put().await, StatusCode::TOO_MANY_REQUESTS);
    let said = statements.take();
    assert!(!said.is_empty() && said.iter().all(|text| text.starts_with("SELECT")), "{said:#?}");
}

#[tokio::test]
async fn a_change_is_in_the_trail_by_what_changed_and_without_secrets() {
    let app = open().await;
    let (_, good) = token(&app, 1, &[]).await;
    let given = json!({
        "redirect_uris": [CALLBACK], "client_name": "Old", "token_endpoint_auth_method": "none",
        "client_uri": "https://app.example/",
    });
    let first = register(&app, &good, &given).await;
    let ((path, mine), id) = (own(&first), first.text("client_id"));
    let many: Vec<String> = (0..60).map(|at| format!("https://app.example/{}{at}", "x".repeat(60))).collect();
    let mut secrets = vec![mine.clone()];
    for change in [
        json!({ "client_name": "New", "client_uri": "https://app.example/" }),
        json!({ "redirect_uris": many, "client_name": "New", "token_endpoint_auth_method": "client_secret_post" }),
    ] {
        app.advance(1);
        let mut body = json!({
            "client_id": id, "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "none",
        });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let reply = send(&app, Method::PUT, &path, &mine, Some(&body.to_string())).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
        secrets.push(reply.text("client_secret").to_owned());
    }
    let told = app.texts("SELECT detail FROM audit WHERE act = 'client.changed' ORDER BY id").await;
    let changed: Vec<Value> =
        told.iter().map(|text| serde_json::from_str::<Value>(text).unwrap()["changed"].clone()).collect();
    assert_eq!(changed[0], json!({ "name": { "before": "Old", "after": "New" } }));
    let mut keys: Vec<&String> = changed[1].as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["auth_method", "home_uri", "redirect_uris", "secret", "secrets_until"]);
    assert_eq!(changed[1]["home_uri"], json!({ "before": "https://app.example/", "after": null }));
    assert_eq!(changed[1]["secret"], "changed");
    assert_eq!(changed[1]["redirect_uris"]["before"], json!([CALLBACK]));
    let after = &changed[1]["redirect_uris"]["after"];
    assert_eq!(
        after["sha256"].as_str().map(str::len),
        Some(64),
        "long values do not fill the trail: {after}"
    );
    assert!(secrets.iter().filter(|it| !it.is_empty()).all(|it| told.iter().all(|text| !text.contains(it))));
    assert!(!secrets[2].is_empty());
}
