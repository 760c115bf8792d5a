//! PKCE for each client as it is registered (RFC 7636, RFC 9700 2.1.1): required, or a nonce instead, or by choice.

use crate::support::{Person, TestApp, parameters};
use reqwest::StatusCode;
use serde_json::Value;

const ADA: &str = "ada@example.org";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const CALLBACK: &str = "http://localhost:9005/callback";
/// The example of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str =
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
const NONCE: &str = "&nonce=n-0S6_WzA2Mj";

async fn app() -> TestApp {
    let clients = ["required", "or_nonce", "optional"].map(|pkce| {
        format!(
            "[[client]]\nid = '{pkce}'\nname = '{pkce}'\nsecret = '{SECRET}'\npkce = '{pkce}'\n\
             redirect_uris = ['{CALLBACK}']\n"
        )
    });
    TestApp::with(&clients.concat()).await
}

/// The code of an authorization request, or its error.
async fn ask(ada: &mut Person, client: &str, more: &str) -> Result<String, String> {
    let query = format!("client_id={client}&redirect_uri={CALLBACK}&response_type=code&scope=openid{more}");
    let back = ada.browser.open(&format!("/authorize?{query}")).await;
    let mut answer = parameters(&back.at);
    answer.remove("code").ok_or_else(|| answer.remove("error").unwrap_or(back.at))
}

async fn redeem(app: &TestApp, client: &str, code: &str, verifier: Option<&str>) -> (StatusCode, String) {
    let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
    form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    let request = app.http().post(format!("{}/token", app.issuer())).basic_auth(client, Some(SECRET));
    let response = request.form(&form).send().await.unwrap();
    let (status, body) = (response.status(), response.json::<Value>().await.unwrap());
    (status, body["error"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn a_request_needs_what_its_client_is_registered_for_a64_b6() {
    let app = app().await;
    let mut ada = app.person(ADA).await;
    let both = format!("{CHALLENGE}{NONCE}");
    let table = [
        ("required", [false, false, true, true]),
        ("or_nonce", [false, true, true, true]),
        ("optional", [true, true, true, true]),
    ];
    for (client, expected) in table {
        for (more, expected) in ["", NONCE, CHALLENGE, &both].into_iter().zip(expected) {
            let answer = ask(&mut ada, client, more).await;
            assert_eq!(answer.is_ok(), expected, "{client} {more}: {answer:?}");
            assert!(answer.is_ok() || answer == Err("invalid_request".to_owned()), "{client}: {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_challenge_counts_where_it_is_no_duty_and_no_downgrade_passes_b5_i17() {
    let app = app().await;
    let mut ada = app.person(ADA).await;
    let good = (StatusCode::OK, "");
    let refused = (StatusCode::BAD_REQUEST, "invalid_grant");
    for client in ["or_nonce", "optional"] {
        let with_challenge = format!("{CHALLENGE}{NONCE}");
        let table = [
            (NONCE, None, good),
            (NONCE, Some(VERIFIER), refused),
            (&with_challenge, Some(VERIFIER), good),
            (&with_challenge, None, refused),
            (&with_challenge, Some("0123456789012345678901234567890123456789012"), refused),
        ];
        for (more, verifier, expected) in table {
            let code = ask(&mut ada, client, more).await.unwrap();
            let (status, error) = redeem(&app, client, &code, verifier).await;
            assert_eq!((status, error.as_str()), expected, "{client} {more} {verifier:?}");
        }
    }
}
