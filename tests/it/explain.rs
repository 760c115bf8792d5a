//! Errors that teach: the application learns the standard code, whoever looks after it the reason.

use crate::support::{Page, TestApp};
use reqwest::StatusCode;
use wardgate::protocol::client::AuthMethod;

const CALLBACK: &str = "http://localhost:9004/callback";

/// The reference that an error page shows.
fn reference(page: &Page) -> String {
    let is_reference = |word: &&str| word.len() == 10 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = page.html.split(|c: char| !c.is_ascii_alphanumeric());
    words.into_iter().find(is_reference).unwrap_or_else(|| panic!("no reference on {}", page.html)).to_owned()
}

async fn reason(app: &TestApp, reference: &str) -> String {
    app.app.clients.refusal(reference).await.unwrap().expect("the reference is known").reason
}

/// A refused call of the token endpoint: what the client reads, and the reference.
async fn refused(app: &TestApp, client: (&str, &str), fields: &[(&str, &str)]) -> (String, String) {
    let request = app.http().post(format!("{}/token", app.issuer())).basic_auth(client.0, Some(client.1));
    let response = request.form(fields).send().await.unwrap();
    let reference = response.headers()["wardgate-reference"].to_str().unwrap().to_owned();
    (response.text().await.unwrap(), reference)
}

#[tokio::test]
async fn a_page_that_cannot_go_back_has_a_reference_that_names_the_difference() {
    let app = TestApp::start().await;
    app.register("app", |_| ()).await;
    let table = [
        ("client_id=app".to_owned(), "redirect_uri is missing".to_owned()),
        (
            format!("client_id=app&redirect_uri={CALLBACK}/"),
            format!("redirect_uri differs in the trailing slash: got {CALLBACK}/, registered {CALLBACK}"),
        ),
        ("client_id=nobody".to_owned(), "no client has this id".to_owned()),
        (String::new(), "client_id is missing".to_owned()),
        (
            "client_id=app&redirect_uri=https://evil.test/%0d%0aSet-Cookie:x".to_owned(),
            format!(
                "redirect_uri is none of the registered ones: got https://evil.test/??Set-Cookie:x, registered {CALLBACK}"
            ),
        ),
    ];
    for (query, expected) in table {
        let page = app.browser().open(&format!("/authorize?response_type=code&scope=openid&{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(!page.html.contains("registered http"), "the page tells nobody what is registered");
        assert_eq!(reason(&app, &reference(&page)).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_refused_client_reads_the_same_words_and_its_keeper_the_reason_a82() {
    let app = TestApp::start().await;
    let secret = app.register("app", |_| ()).await;
    app.register("poster", |policy| policy.auth_method = AuthMethod::SecretPost).await;
    let fields = [("grant_type", "authorization_code"), ("code", "c"), ("redirect_uri", CALLBACK)];
    let mut answers = Vec::new();
    for (client, expected) in [
        (("nobody", secret.as_str()), "no client has this id"),
        (("app", "wrong"), "the secret is not one of the client's live ones"),
        (
            ("poster", secret.as_str()),
            "the client is registered for client_secret_post and used client_secret_basic",
        ),
    ] {
        let (answer, reference) = refused(&app, client, &fields).await;
        assert_eq!(reason(&app, &reference).await, expected);
        answers.push(answer);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(app.app.clients.refusals("app", 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_became_of_a_code_is_told_to_the_keeper_alone() {
    let app = TestApp::start().await;
    let mut ada = app.person("ada@example.org").await;
    let secret = app.register("app", |_| ()).await;
    let back = ada.browser.open(&app.link_of("app", "")).await;
    let code = crate::support::parameters(&back.at).remove("code").unwrap();
    let page = ada.browser.open("/sign-out").await;
    ada.browser.submit(page.form("/sign-out")).await;
    let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
    let (answer, reference) = refused(&app, ("app", &secret), &fields).await;
    assert!(answer.contains("The sign-in behind the code is over."), "{answer}");
    assert_eq!(reason(&app, &reference).await, "the session is over");
    let kept = app.texts("SELECT reason FROM refusals").await.join("\n");
    assert!(!kept.contains(&code) && !kept.contains(&secret));
}

#[tokio::test]
async fn usual_answers_are_no_refusals_and_rubbish_fills_nothing() {
    let app = TestApp::start().await;
    app.register("app", |_| ()).await;
    app.browser().open(&app.link_of("app", "&prompt=none")).await;
    assert_eq!(app.number("SELECT count(*) FROM refusals").await, 0, "nobody made a mistake");
    for number in 0..150 {
        app.browser().get(&format!("/authorize?client_id=rubbish{number}")).await;
    }
    assert_eq!(app.number("SELECT count(*) FROM refusals").await, 120);
    app.advance_hours(24 * 9);
    app.round().await;
    assert_eq!(app.number("SELECT count(*) FROM refusals").await, 0, "they are kept for a while");
}
