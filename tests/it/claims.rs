//! The `claims` parameter (OIDC Core 5.5).

use crate::support::{Page, Person, TestApp, parameters};
use serde_json::{Value, json};
use wardgate::protocol::scope::Scope;

const ADA: &str = "ada@example.org";

fn with(claims: &Value) -> String {
    let text = claims.to_string();
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("&claims={text}")
}

async fn ask(app: &TestApp, who: &mut Person, claims: &Value) -> Page {
    who.browser.open(&app.link_of("app", &with(claims))).await
}

#[tokio::test]
async fn claims_by_name_are_told_where_they_were_asked_for_and_stay_with_the_grant() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let secret = app.register("app", |policy| policy.refresh.with_session = true).await;
    let asked = json!({
        "userinfo": { "given_name": { "essential": true }, "roles": null, "nickname": null },
        "id_token": { "email": null, "family_name": { "value": "Byron" }, "name": { "value": "Somebody" } },
    });
    let back = ask(&app, &mut ada, &asked).await;
    let first = app.redeem(("app", &secret), &back).await;
    let fields = [("grant_type", "refresh_token"), ("refresh_token", first.text("refresh_token"))];
    let second = app.call_as("/token", ("app", &secret), &fields).await;
    for tokens in [first, second] {
        let token = TestApp::claims_of(tokens.text("id_token"));
        assert_eq!((&token["email"], &token["family_name"]), (&json!(ADA), &json!("Byron")));
        for absent in ["name", "given_name", "email_verified", "roles"] {
            assert!(token.get(absent).is_none(), "{absent}: {token}");
        }
        let known = app.userinfo_of(tokens.text("access_token")).await;
        let expected = json!({ "sub": ada.id.to_string(), "given_name": "Ada", "roles": ["clinician"] });
        assert_eq!(known, expected);
    }
}

#[tokio::test]
async fn nobody_learns_by_name_what_the_registration_does_not_allow_nor_writes_a_claim_of_ours_i54() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let openid_only = |policy: &mut wardgate::protocol::client::ClientPolicy| {
        policy.scopes = [Scope::Openid].into();
    };
    let secret = app.register("app", openid_only).await;
    let hostile = json!({
        "userinfo": { "email": { "essential": true }, "phone_number": null, "password_hash": null },
        "id_token": { "email": null, "sid": { "value": "mine" }, "aud": { "value": "other" }, "email_verified": { "value": true },
            "exp": { "value": 9_999_999_999_i64 }, "amr": { "values": ["hwk"] }, "iss": { "value": "https://evil.test" },
            "jti": { "value": "mine" }, "iat": { "value": 1 }, "auth_time": { "value": 1 }, "azp": { "value": "x" },
            "acr": { "value": "urn:x" }, "scope": { "value": "admin" }, "cnf": { "value": "x" }, "at_hash": { "value": "x" } },
    });
    let back = ask(&app, &mut ada, &hostile).await;
    let tokens = app.redeem(("app", &secret), &back).await;
    let token = TestApp::claims_of(tokens.text("id_token"));
    assert_eq!((&token["iss"], &token["aud"]), (&json!(app.issuer()), &json!("app")));
    assert_eq!(token["amr"], json!(["pwd", "sms", "mfa"]));
    for absent in ["azp", "scope", "cnf"] {
        assert!(token.get(absent).is_none(), "{absent}: {token}");
    }
    assert!(
        token["jti"] != "mine" && token["iat"] != 1 && token["auth_time"] != 1 && token["at_hash"] != "x"
    );
    assert_eq!(token["acr"], "urn:wardgate:acr:aal2-restricted");
    assert!(token["sid"] != "mine" && token["exp"].as_i64().unwrap() < 9_999_999_999);
    assert!(token.get("email").is_none() && token.get("email_verified").is_none());
    let known = app.userinfo_of(tokens.text("access_token")).await;
    assert_eq!(known, json!({ "sub": ada.id.to_string() }));
}

#[tokio::test]
async fn a_subject_by_value_is_that_person_or_nobody() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    app.register("app", |_| ()).await;
    let named = |sub: &str| json!({ "id_token": { "sub": { "value": sub } } });
    let own = format!("&prompt=none{}", with(&named(&ada.id.to_string())));
    assert!(ada.browser.open(&app.link_of("app", &own)).await.at.contains("code="));
    let other = format!("&prompt=none{}", with(&named("somebody-else")));
    let page = ada.browser.open(&app.link_of("app", &other)).await;
    assert_eq!(parameters(&page.at)["error"], "login_required");
}

#[tokio::test]
async fn what_is_no_claims_request_is_refused_to_the_application() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    app.register("app", |_| ()).await;
    let deep = "[".repeat(3000);
    for broken in
        ["x", "7", "{", "{\"userinfo\":7}", "{\"id_token\":{\"acr\":\"x\"}}", &deep, &"x".repeat(9000)]
    {
        let text: String = url::form_urlencoded::byte_serialize(broken.as_bytes()).collect();
        let page = ada.browser.open(&app.link_of("app", &format!("&claims={text}"))).await;
        assert_eq!(parameters(&page.at)["error"], "invalid_request", "{}", &broken[..broken.len().min(40)]);
    }
}

#[tokio::test]
async fn whoever_else_signs_in_is_not_given_for_the_one_who_was_named_a72() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let ben = app.person_as("ben@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    app.register("app", |_| ()).await;
    app.advance_hours(1);
    let named = json!({ "id_token": { "sub": { "value": ada.id.to_string() } } });
    let mut browser = app.browser();
    let page = browser.open(&app.link_of("app", &with(&named))).await;
    let page = app.sign_in(&mut browser, &ben, page).await;
    assert_eq!(parameters(&page.at)["error"], "login_required");
    let mut browser = app.browser();
    let page = browser.open(&app.link_of("app", &with(&named))).await;
    assert!(app.sign_in(&mut browser, &ada, page).await.at.contains("code="));
}
