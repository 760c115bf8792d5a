//! What somebody else's application may learn: asked in plain words, remembered, taken back.

use crate::support::{Page, Person, TestApp, parameters};
use reqwest::StatusCode;
use wardgate::rights::{Act, Guarded};

const ADA: &str = "ada@example.org";

/// Somebody else's application and a person who is signed in.
async fn start() -> (TestApp, Person, String) {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let secret = app.register("lab", |policy| policy.third_party = true).await;
    (app, ada, secret)
}

async fn ask(app: &TestApp, who: &mut Person, more: &str) -> Page {
    who.browser.open(&app.link_of("lab", more)).await
}

async fn allow(who: &mut Person, page: &Page) -> Page {
    who.browser.submit(page.form("/consent").with("answer", "allow")).await
}

fn error(page: &Page) -> String {
    parameters(&page.at).remove("error").unwrap_or_else(|| panic!("no error in {}", page.at))
}

#[tokio::test]
async fn somebody_elses_application_asks_once_for_each_set_of_scopes() {
    let (app, mut ada, secret) = start().await;
    let page = ask(&app, &mut ada, "&scope=openid%20email").await;
    assert_eq!(page.title(), "Share your details with lab?");
    for words in ["Ada Byron", "your email address", "http://localhost:9004"] {
        assert!(page.says(words), "{words}: {}", page.html);
    }
    assert!(!page.says("mobile number"));
    let back = allow(&mut ada, &page).await;
    assert_eq!(app.redeem(("lab", &secret), &back).await.text("scope"), "openid email");
    for narrower in ["&scope=openid%20email", "&scope=openid", "&prompt=none&scope=openid"] {
        assert!(ask(&app, &mut ada, narrower).await.at.contains("code="), "{narrower}");
    }
    let page = ask(&app, &mut ada, "&scope=openid%20phone").await;
    assert!(page.says("your mobile number"));
    assert_eq!(error(&ask(&app, &mut ada, "&prompt=none&scope=openid%20phone").await), "consent_required");
    allow(&mut ada, &page).await;
    assert!(
        ask(&app, &mut ada, "&scope=openid%20email%20phone").await.at.contains("code="),
        "both are remembered"
    );
    assert_eq!(app.number("SELECT count(*) FROM consents").await, 1);
}

#[tokio::test]
async fn claims_by_name_are_asked_for_as_their_scopes() {
    let (app, mut ada, secret) = start().await;
    let claims = "&claims=%7B%22userinfo%22%3A%7B%22phone_number%22%3Anull%7D%7D";
    let page = ask(&app, &mut ada, claims).await;
    assert!(page.says("your mobile number"), "{}", page.html);
    let back = allow(&mut ada, &page).await;
    let tokens = app.redeem(("lab", &secret), &back).await;
    let known = app.userinfo_of(tokens.text("access_token")).await;
    assert_eq!(known["phone_number"], crate::support::PHONE);
    assert!(known.get("phone_number_verified").is_none() && known.get("email").is_none(), "{known}");
}

#[tokio::test]
async fn not_now_goes_back_with_access_denied_and_remembers_nothing() {
    let (app, mut ada, _) = start().await;
    let page = ask(&app, &mut ada, "&state=s").await;
    let form = page.form("/consent");
    for answer in ["no", "", "yes"] {
        let page = ask(&app, &mut ada, "&state=s").await;
        let back = ada.browser.submit(page.form("/consent").with("answer", answer)).await;
        assert_eq!((error(&back).as_str(), parameters(&back.at)["state"].as_str()), ("access_denied", "s"));
    }
    assert_eq!(app.number("SELECT count(*) FROM consents").await, 0);
    let back = ada.browser.submit(form.with("answer", "allow")).await;
    assert!(back.at.contains("code="), "the first question is still open");
}

#[tokio::test]
async fn our_own_applications_ask_only_when_they_want_to() {
    let (app, mut ada, _) = start().await;
    app.register("own", |_| ()).await;
    assert!(ada.browser.open(&app.link_of("own", "")).await.at.contains("code="));
    for _ in 0..2 {
        let page = ada.browser.open(&app.link_of("own", "&prompt=consent&scope=openid%20email")).await;
        assert_eq!(page.title(), "Share your details with own?");
        let back = ada.browser.submit(page.form("/consent").with("answer", "allow")).await;
        assert!(back.at.contains("code="), "{}", back.at);
    }
}

#[tokio::test]
async fn what_is_taken_back_is_over_at_once_and_asked_for_again_a88_i22() {
    let (app, mut ada, secret) = start().await;
    let page = ask(&app, &mut ada, "&scope=openid%20email%20offline_access").await;
    let back = allow(&mut ada, &page).await;
    let tokens = app.redeem(("lab", &secret), &back).await;
    let unused = ask(&app, &mut ada, "").await;
    let page = ada.browser.open("/account/apps").await;
    assert!(page.says("lab") && page.says("your email address"), "{}", page.html);
    let page = ada.browser.submit(page.form("/account/apps/remove")).await;
    assert!(
        page.says("The access was removed.") && page.says("No app knows you at the moment."),
        "{}",
        page.html
    );

    let (access, refresh) = (tokens.text("access_token"), tokens.text("refresh_token"));
    assert_eq!(app.userinfo_status(access).await, StatusCode::UNAUTHORIZED);
    for token in [access, refresh] {
        let known = app.call_as("/introspect", ("lab", &secret), &[("token", token)]).await;
        assert_eq!(known.json, serde_json::json!({ "active": false }));
    }
    assert_eq!(app.refresh(("lab", &secret), refresh).await.text("error"), "invalid_grant");
    let late = app.redeem(("lab", &secret), &unused).await;
    assert_eq!(late.text("error"), "invalid_grant", "a code from before is worth nothing either");
    assert_eq!(ask(&app, &mut ada, "&scope=openid").await.title(), "Share your details with lab?");
}

#[tokio::test]
async fn nobody_takes_back_or_allows_for_somebody_else_a57() {
    let (app, mut ada, secret) = start().await;
    let page = ask(&app, &mut ada, "").await;
    let form = page.form("/consent").with("answer", "allow");
    let mut ben = app.person_as("ben@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    let csrf = ben.browser.open("/account/apps").await.form("/sign-out").value("csrf").to_owned();
    ben.browser.submit(form.clone().with("csrf", &csrf)).await;
    assert_eq!(app.number("SELECT count(*) FROM consents").await, 0, "a flow belongs to its browser");
    let back = ada.browser.submit(form).await;
    let tokens = app.redeem(("lab", &secret), &back).await;
    ben.browser.post("/account/apps/remove", &[("csrf", &csrf), ("client_id", "lab")]).await;
    assert_eq!(app.userinfo_status(tokens.text("access_token")).await, StatusCode::OK);
    assert_eq!(app.browser().open("/account/apps").await.title(), "Sign in");
}

#[tokio::test]
async fn an_application_that_takes_an_old_name_is_asked_about_anew() {
    let (app, mut ada, _) = start().await;
    let page = ask(&app, &mut ada, "").await;
    allow(&mut ada, &page).await;
    let right = crate::support::permit(Act::Guarded(Guarded::ClientSecrets, None));
    let host = wardgate::audit::Origin::of(wardgate::audit::Actor::Host);
    assert_eq!(app.app.clients.remove(right, &host, "lab").await.unwrap(), wardgate::clients::Removed::Yes);
    app.advance(2);
    app.register("lab", |policy| policy.third_party = true).await;
    assert_eq!(ask(&app, &mut ada, "").await.title(), "Share your details with lab?");
}

#[tokio::test]
async fn only_what_was_shown_to_this_person_is_allowed() {
    let (app, mut ada, _) = start().await;
    let page = ask(&app, &mut ada, "&scope=openid%20email").await;
    for (field, value) in [("shown", "openid"), ("account", "somebody-else")] {
        let again =
            ada.browser.submit(page.form("/consent").with("answer", "allow").with(field, value)).await;
        assert_eq!(again.title(), "Share your details with lab?", "{field}");
    }
    assert_eq!(app.number("SELECT count(*) FROM consents").await, 0);
    assert!(allow(&mut ada, &page).await.at.contains("code="));
}
