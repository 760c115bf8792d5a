//! The app as a whole starts from a configuration and serves its first pages.

use crate::stores;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wardgate::app::{self, App, Outside};
use wardgate::config::Config;

async fn start(folder: &std::path::Path) -> (Arc<App>, String, watch::Sender<bool>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let text = format!(
        r#"
        mode = "development"
        [server]
        issuer = "http://localhost:{port}"
        {stores}
        [brand]
        support_email = "help@example.org"
        [mail]
        transport = "memory"
        from = "no-reply@example.org"
        [sms]
        transport = "memory"
        "#,
        stores = stores::settings(folder).await
    );
    let app = app::build(Config::from_toml(&text).unwrap(), Outside::system()).await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let serving = Arc::clone(&app);
    tokio::spawn(async move { wardgate::web::serve(listener, &serving, stopped).await });
    (app, format!("http://127.0.0.1:{port}"), stop)
}

#[tokio::test]
async fn a_fresh_installation_serves_discovery_keys_and_the_sign_in_page() {
    let folder = tempfile::tempdir().unwrap();
    let (app, base, _stop) = start(folder.path()).await;
    let get = |path: &str| reqwest::get(format!("{base}{path}"));
    let discovery = get("/.well-known/openid-configuration").await.unwrap();
    let discovery: serde_json::Value = discovery.json().await.unwrap();
    assert_eq!(discovery["issuer"], app.links.issuer());
    let keys: serde_json::Value = get("/jwks").await.unwrap().json().await.unwrap();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 2);
    let on_postgres = std::env::var("WARDGATE_TEST_STORE").is_ok();
    assert_eq!(app.ground.db.is_postgres(), on_postgres, "the test runs on the store it was asked for");
    let page = get("/sign-in").await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(page.headers()["cache-control"], "no-store");
    assert!(page.text().await.unwrap().contains("name=\"password\""));
}

#[tokio::test]
async fn sign_up_without_an_invite_is_a_page_that_does_not_exist_a1() {
    let folder = tempfile::tempdir().unwrap();
    let (_app, base, _stop) = start(folder.path()).await;
    let page = reqwest::get(format!("{base}/invite/unknown")).await.unwrap();
    assert_eq!(page.status(), 404);
}
