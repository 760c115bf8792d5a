//! From the invitation to the dashboard, and every time after.

use crate::support::TestApp;
use openidconnect::{AuthenticationMethodReference, EndUserEmail};
use wardgate::journey::Need;
use wardgate::protocol::authorize::Prompt;

#[tokio::test]
async fn a_fresh_installation_serves_discovery_keys_and_the_sign_in_page() {
    let app = TestApp::start().await;
    let on_postgres = crate::support::stores::is_on_postgres();
    assert_eq!(app.app.ground.db.is_postgres(), on_postgres, "the test runs on the store it was asked for");
    let mut browser = app.browser();
    let discovery = browser.get("/.well-known/openid-configuration").await;
    let discovery: serde_json::Value = serde_json::from_str(&discovery.html).unwrap();
    assert_eq!(discovery["issuer"], app.issuer());
    let keys: serde_json::Value = serde_json::from_str(&browser.get("/jwks").await.html).unwrap();
    assert_eq!(keys["keys"].as_array().unwrap().len(), 4);
    assert_eq!(browser.open("/").await.at, "/sign-in");
}

#[tokio::test]
async fn an_invited_person_reaches_the_dashboard_and_agrees_to_its_disclaimer_once() {
    let app = TestApp::start().await;
    let mut ada = app.person("ada@example.org").await;
    let dashboard = app.dashboard().await;
    let pending = dashboard.begin(&[]);
    let page = ada.browser.open(pending.url.as_str()).await;
    assert_eq!(page.title(), "Before you start");
    let page = ada.browser.submit(page.form("/notice").with("accept", "yes")).await;
    let signed_in = dashboard.finish(pending, &page.at).await;
    assert_eq!(signed_in.claims.subject().as_str(), ada.id.to_string());
    assert_eq!(signed_in.claims.auth_context_ref().unwrap().as_str(), "urn:wardgate:acr:aal2-restricted");
    let amr = ["pwd", "sms", "mfa"].map(|method| AuthenticationMethodReference::new(method.to_owned()));
    assert_eq!(signed_in.claims.auth_method_refs().unwrap().as_slice(), amr);
    let known = dashboard.userinfo(&signed_in.tokens).await;
    assert_eq!(known["email"], EndUserEmail::new(ada.email.clone()).as_str());
    assert_eq!((&known["given_name"], &known["phone_number"]), (&"Ada".into(), &ada.phone.clone().into()));

    let pending = dashboard.begin(&[]);
    let page = ada.browser.open(pending.url.as_str()).await;
    dashboard.finish(pending, &page.at).await;
}

#[tokio::test]
async fn a_slow_tab_does_not_bring_back_a_flow_that_another_has_finished() {
    let app = TestApp::start().await;
    let journey = &app.app.journey;
    let slow = journey.flow(Need::Home, b"browser", None);
    let id = journey.park(&slow).await.unwrap();
    assert!(journey.take(&id).await.unwrap().is_some());
    journey.answered(&id, slow.clone(), Prompt::Consent).await.unwrap();
    journey.change_need(&id, slow, Need::Team).await.unwrap();
    assert!(journey.parked(&id, b"browser").await.unwrap().is_none());
}
