//! What the OpenID Foundation's plans for providers (Basic, Form Post, Config) look at and no other module here does;
//! `docs/protocol.md` has the whole list, each with the test that shows it.

use crate::support::{APP_CALLBACK, Answer, PHONE, Page, Person, TestApp, parameters};
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use wardgate::protocol::client::Pkce;

const ADA: &str = "ada@example.org";

/// An application whose requests need nothing more than the standard wants, and somebody who is signed in.
async fn start() -> (TestApp, Person, String) {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let secret = app.register("app", |policy| policy.pkce = Pkce::Optional).await;
    (app, ada, secret)
}

async fn tokens(app: &TestApp, secret: &str, back: &Page) -> Answer {
    let answer = app.redeem(("app", secret), back).await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    answer
}

fn id_token(answer: &Answer) -> Value {
    TestApp::claims_of(answer.text("id_token"))
}

#[tokio::test]
async fn a_request_succeeds_without_nonce_with_scopes_in_any_order_and_with_what_means_nothing_here() {
    let (app, mut ada, secret) = start().await;
    let plain = app.link_of("app", "&state=s").replace("&nonce=n", "");
    let answer = tokens(&app, &secret, &ada.browser.open(&plain).await).await;
    assert_eq!(id_token(&answer).get("nonce"), None);
    for more in [
        "&scope=email%20openid",
        "&scope=phone%20profile%20openid%20address%20email",
        "&display=page",
        "&display=popup",
        "&ui_locales=se",
        "&ui_locales=se%20de-AT",
        "&claims_locales=se",
        "&acr_values=1%202",
        "&extra=foobar",
        "&login_hint=bob%40example.org",
    ] {
        let back = ada.browser.open(&app.link_of("app", more)).await;
        let token = id_token(&tokens(&app, &secret, &back).await);
        assert_eq!((&token["sub"], &token["nonce"]), (&json!(ada.id.to_string()), &json!("n")), "{more}");
    }
}

#[tokio::test]
async fn a_missing_response_type_is_an_error_at_the_application() {
    let (app, mut ada, _) = start().await;
    let link = app.link_of("app", "&state=s").replace("response_type=code&", "");
    let back = parameters(&ada.browser.open(&link).await.at);
    assert_eq!((back["error"].as_str(), back["state"].as_str()), ("invalid_request", "s"));
}

#[tokio::test]
async fn user_info_is_asked_by_get_by_post_with_the_header_and_by_post_with_a_form_never_by_a_query() {
    let (app, mut ada, secret) = start().await;
    let back = ada.browser.open(&app.link_of("app", "&scope=openid%20email")).await;
    let answer = tokens(&app, &secret, &back).await;
    let (token, at) = (answer.text("access_token"), format!("{}/userinfo", app.issuer()));
    let requests = [
        app.http().get(&at).bearer_auth(token),
        app.http().post(&at).bearer_auth(token),
        app.http().post(&at).form(&[("access_token", token)]),
    ];
    let expected = json!({ "sub": ada.id.to_string(), "email": ADA, "email_verified": true });
    for request in requests {
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.json::<Value>().await.unwrap(), expected);
    }
    let query = app.http().get(format!("{at}?access_token={token}")).send().await.unwrap();
    assert_eq!(query.status(), StatusCode::UNAUTHORIZED, "RFC 9700 4.3.2");
    let both = app.http().post(&at).bearer_auth(token).form(&[("access_token", token)]);
    assert_eq!(both.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "RFC 6750 2");
}

#[tokio::test]
async fn each_scope_opens_its_claims_and_all_together_open_all() {
    let (app, mut ada, secret) = start().await;
    let (profile, email) = ("name given_name family_name locale updated_at", "email email_verified");
    let phone = "phone_number phone_number_verified";
    for (scope, expected) in [
        ("openid", String::new()),
        ("openid profile", profile.to_owned()),
        ("openid email", email.to_owned()),
        ("openid address", String::new()),
        ("openid phone", phone.to_owned()),
        ("openid profile email phone address", format!("{profile} {email} {phone}")),
    ] {
        let link = app.link_of("app", &format!("&scope={}", scope.replace(' ', "%20")));
        let answer = tokens(&app, &secret, &ada.browser.open(&link).await).await;
        assert_eq!(answer.text("scope"), scope);
        let known = app.userinfo_of(answer.text("access_token")).await;
        let names: BTreeSet<&str> = known.as_object().unwrap().keys().map(String::as_str).collect();
        let expected: BTreeSet<&str> = expected.split_whitespace().chain(["sub"]).collect();
        assert_eq!(names, expected, "{scope}");
        if scope.contains("phone") {
            assert_eq!(known["phone_number"], PHONE);
        }
    }
}

#[tokio::test]
async fn an_essential_claim_by_name_is_at_user_info() {
    let (app, mut ada, secret) = start().await;
    let claims = "%7B%22userinfo%22%3A%7B%22name%22%3A%7B%22essential%22%3Atrue%7D%7D%7D";
    let back = ada.browser.open(&app.link_of("app", &format!("&claims={claims}"))).await;
    let answer = tokens(&app, &secret, &back).await;
    assert_eq!(app.userinfo_of(answer.text("access_token")).await["name"], "Ada Byron");
}

#[tokio::test]
async fn without_a_page_whoever_is_signed_in_comes_back_the_same_and_nobody_is_an_error_a69() {
    let (app, mut ada, secret) = start().await;
    let nobody = app.browser().open(&app.link_of("app", "&prompt=none&state=s")).await;
    let back = parameters(&nobody.at);
    assert_eq!((back["error"].as_str(), back["state"].as_str()), ("login_required", "s"));
    assert_eq!(back["iss"], app.issuer());
    let first = ada.browser.open(&app.link_of("app", "")).await;
    let first = id_token(&tokens(&app, &secret, &first).await);
    app.advance(60);
    for more in ["&prompt=none", "&max_age=10000", "&prompt=none&max_age=10000"] {
        let again = ada.browser.open(&app.link_of("app", more)).await;
        let again = id_token(&tokens(&app, &secret, &again).await);
        for name in ["sub", "sid", "auth_time"] {
            assert_eq!(again[name], first[name], "{more} {name}");
        }
    }
}

#[tokio::test]
async fn without_a_page_each_thing_that_is_missing_has_its_error_a69() {
    let (app, mut ada, _) = start().await;
    app.register("lab", |policy| policy.third_party = true).await;
    let ask = async |ada: &mut Person, id: &str, more: &str| {
        let page = ada.browser.open(&app.link_of(id, &format!("&prompt=none{more}"))).await;
        let back = parameters(&page.at);
        assert!(!back.contains_key("code"), "{}", page.at);
        back["error"].clone()
    };
    let essential = "&claims=%7B%22id_token%22%3A%7B%22acr%22%3A%7B%22essential%22%3Atrue%2C%22value%22%3A%22x%22%7D%7D%7D";
    assert_eq!(ask(&mut ada, "app", essential).await, "unmet_authentication_requirements");
    assert_eq!(ask(&mut ada, "lab", "").await, "consent_required");
    let db = app.app.ground.db.read();
    for (sql, error) in [
        ("UPDATE authenticators SET removed_at = created_at", "interaction_required"),
        ("UPDATE accounts SET email_verified_at = NULL", "interaction_required"),
        ("UPDATE sessions SET ended_at = auth_time", "login_required"),
    ] {
        sea_orm::ConnectionTrait::execute_unprepared(db, sql).await.unwrap();
        assert_eq!(ask(&mut ada, "app", "").await, error, "{sql}");
    }
}

#[tokio::test]
async fn a_login_hint_fills_in_the_address() {
    let (app, _, _) = start().await;
    let page = app.browser().open(&app.link_of("app", "&login_hint=buffy%40example.org")).await;
    assert_eq!(page.form("/sign-in").value("email"), "buffy@example.org");
}

#[tokio::test]
async fn a_request_object_is_refused_unread_and_its_address_is_never_fetched_a67_i34() {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    let (app, mut ada, _) = start().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let object = |header: &str| {
        let inside =
            json!({ "redirect_uri": "https://evil.test/", "client_id": "app", "response_type": "code" });
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.x", part(header), part(&inside.to_string()))
    };
    for (more, error) in [
        (format!("&request={}", object(r#"{"alg":"none"}"#)), "request_not_supported"),
        (format!("&request={}", object(r#"{"alg":"RS256","kid":"other"}"#)), "request_not_supported"),
        ("&request=rubbish".to_owned(), "request_not_supported"),
        (format!("&request_uri=http%3A%2F%2F127.0.0.1%3A{port}%2Fr"), "request_uri_not_supported"),
        ("&request_uri=http%3A%2F%2F169.254.169.254%2F".to_owned(), "request_uri_not_supported"),
        (
            "&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Ax".to_owned(),
            "request_uri_not_supported",
        ),
    ] {
        let page = ada.browser.open(&app.link_of("app", &format!("&state=s{more}"))).await;
        assert!(page.at.starts_with(APP_CALLBACK), "{}", page.at);
        let back = parameters(&page.at);
        assert_eq!((back["error"].as_str(), back["state"].as_str()), (error, "s"), "{more}");
    }
    let nobody = listener.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock, "no packet went out");
}

#[tokio::test]
async fn by_form_post_the_whole_sign_in_works_and_errors_come_as_forms_too() {
    let (app, mut ada, secret) = start().await;
    let page = ada.browser.open(&app.link_of("app", "&response_mode=form_post&state=a%20b")).await;
    let form = page.form(APP_CALLBACK);
    assert_eq!((form.value("state"), form.value("iss")), ("a b", app.issuer()));
    let fields =
        [("grant_type", "authorization_code"), ("code", form.value("code")), ("redirect_uri", APP_CALLBACK)];
    let answer = app.call_as("/token", ("app", &secret), &fields).await;
    assert_eq!(id_token(&answer)["sub"], ada.id.to_string());
    for (mut who, more, error) in [
        (app.browser(), "&prompt=none", "login_required"),
        (ada.browser.clone(), "&request=x", "request_not_supported"),
        (ada.browser.clone(), "&scope=profile", "invalid_scope"),
        (ada.browser.clone(), "&max_age=abc", "invalid_request"),
    ] {
        let page = who.open(&app.link_of("app", &format!("&response_mode=form_post&state=s{more}"))).await;
        let form = page.form(APP_CALLBACK);
        assert_eq!((form.value("error"), form.value("state")), (error, "s"), "{more}");
        assert!(form.value("code").is_empty());
    }
    let link = app.link_of("app", "&response_mode=form_post").replace("response_type=code&", "");
    assert_eq!(ada.browser.open(&link).await.form(APP_CALLBACK).value("error"), "invalid_request");
}

#[tokio::test]
async fn the_discovery_document_names_this_issuer_and_endpoints_that_are_there_and_nothing_unsigned() {
    let app = TestApp::start().await;
    let at = format!("{}/.well-known/openid-configuration", app.issuer());
    let document: Value = app.http().get(at).send().await.unwrap().json().await.unwrap();
    assert_eq!(document["issuer"], app.issuer());
    let members = document.as_object().unwrap();
    let is_address = |name: &&String| name.ends_with("_endpoint") || name.as_str() == "jwks_uri";
    let addresses: Vec<&String> = members.keys().filter(is_address).collect();
    assert_eq!(addresses.len(), 7);
    for name in addresses {
        let address = members[name].as_str().unwrap();
        assert!(address.starts_with(app.issuer()), "{name}");
        let status = app.http().get(address).send().await.unwrap().status();
        assert_ne!(status, StatusCode::NOT_FOUND, "{name}");
    }
    for (name, values) in members.iter().filter(|(name, _)| name.contains("alg_values")) {
        let unsafe_ones = ["none", "HS256"].map(Value::from);
        assert!(!values.as_array().unwrap().iter().any(|value| unsafe_ones.contains(value)), "{name}");
    }
    let answers = |name: &str, value: &str| document[name].as_array().unwrap().contains(&json!(value));
    assert!(answers("scopes_supported", "openid") && answers("response_types_supported", "code"));
    assert!(answers("subject_types_supported", "public"));
    assert!(answers("id_token_signing_alg_values_supported", "RS256"));
}
