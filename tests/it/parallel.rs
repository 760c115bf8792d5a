//! One code, many hands: two programs on one database, and short-lived state that forgets or comes back (DESIGN 4).

use crate::support::stores::{self, is_on_postgres};
use crate::support::{Process, TestApp, free_port, parameters, signed_in};
use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use std::path::Path;
use wardgate::app::{self, App, Outside};
use wardgate::config::Config;
use wardgate::random::Secret;
use wardgate::store::ephemeral::Kind;

const CALLBACK: &str = "http://localhost:9001/callback";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The settings of a node; both have one issuer and one store.
fn settings(folder: &Path, stores: &str, port: u16) -> String {
    let place = folder.display();
    format!(
        r#"
        mode = "development"
        [server]
        listen = "127.0.0.1:{port}"
        issuer = "http://localhost:9999"
        [brand]
        support_email = "help@example.org"
        [mail]
        transport = "folder"
        folder = "{place}/mail"
        from = "no-reply@example.org"
        [sms]
        transport = "folder"
        folder = "{place}/sms"
        [[client]]
        id = "app"
        name = "App"
        secret = "{SECRET}"
        redirect_uris = ["{CALLBACK}"]
        {stores}
        "#
    )
}

async fn start(http: &Client, folder: &Path, stores: &str) -> (Process, String) {
    let port = free_port();
    let (file, address) = (folder.join(format!("{port}.toml")), format!("http://127.0.0.1:{port}"));
    std::fs::write(&file, settings(folder, stores, port)).unwrap();
    (Process::serve(&file, &address, http).await, address)
}

/// A code for somebody whose account and session are rows alone.
async fn code(app: &App) -> String {
    let (account, session) = signed_in::signed_in(&app.ground).await;
    let client = app.clients.find("app").await.unwrap().unwrap();
    let request = signed_in::request(&client, &format!("&scope=openid{}", signed_in::BOUND));
    signed_in::code(app.grants.finish(&request, &session, &account).await.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_redeemed_fifty_times_at_once_at_two_programs_is_redeemed_once_a86() {
    let folder = tempfile::tempdir().unwrap();
    let stores = match is_on_postgres() {
        true => {
            let redis = format!("[ephemeral]\nstore = \"redis\"\nredis_url = \"{}\"\n", stores::redis());
            format!("{}{redis}", stores::postgres(&stores::new_postgres().await))
        }
        false => stores::sqlite(folder.path()),
    };
    let config = Config::from_toml(&settings(folder.path(), &stores, 1)).unwrap();
    let app = app::build(config, Outside::system()).await.unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    let one = start(&http, folder.path(), &stores).await;
    let other = start(&http, folder.path(), &stores).await;
    // Until the first key for signing is made, an exchange waits for it.
    app.keys.ready().await;
    let code = code(&app).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", signed_in::VERIFIER),
    ];
    let posts = [&one.1, &other.1].into_iter().cycle().take(50).map(|address| {
        http.post(format!("{address}/token")).basic_auth("app", Some(SECRET)).form(&fields).send()
    });
    let mut statuses: Vec<StatusCode> =
        join_all(posts).await.into_iter().map(|answer| answer.unwrap().status()).collect();
    statuses.sort();
    let mut expected = vec![StatusCode::OK];
    expected.resize(50, StatusCode::BAD_REQUEST);
    assert_eq!(statuses, expected);
    let db = app.ground.db.read();
    assert_eq!(entities::token::Entity::find().count(db).await.unwrap(), 1);
    let grants = entities::grant::Entity::find().all(db).await.unwrap();
    assert_eq!(grants.len(), 1);
    assert!(grants[0].revoked_at.is_some(), "the second use ended what came of the first");
    app.ground.db.close().await;
}

#[tokio::test]
async fn a_redeemed_code_is_dead_though_short_lived_state_forgot_it_or_has_it_again_a86() {
    for comes_back in [false, true] {
        let app = TestApp::start().await;
        let mut ada = app.person("ada@example.org").await;
        let secret = app.register("app", |_| ()).await;
        let back = ada.browser.open(&app.link_of("app", "")).await;
        let handle = Secret::presented(&parameters(&back.at)["code"]).hash();
        let state = &app.app.ground.ephemeral;
        let record: serde_json::Value = state.get(Kind::Code, &handle).await.unwrap().unwrap();
        let first = app.redeem(("app", &secret), &back).await;
        assert_eq!(first.status, StatusCode::OK);
        // A flush; then, perhaps, an old copy of what was there.
        state.forget(Kind::Code, &handle).await.unwrap();
        if comes_back {
            state.put(Kind::Code, &handle, &record, 60).await.unwrap();
        }
        let again = app.redeem(("app", &secret), &back).await;
        assert_eq!((again.status, again.text("error")), (StatusCode::BAD_REQUEST, "invalid_grant"));
        assert_eq!(app.userinfo_status(first.text("access_token")).await, StatusCode::UNAUTHORIZED);
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'code.replayed'").await, 1);
    }
}
