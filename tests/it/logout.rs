//! RP-Initiated Logout 1.0: who is signed out, who is asked first, and where the browser goes then.

use crate::support::{Page, Person, TestApp};
use openidconnect::TokenResponse as _;
use reqwest::StatusCode;

const ADA: &str = "ada@example.org";
const BACK: &str = "http://localhost:9001/signed-out";

fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("/logout?{}", query.extend_pairs(pairs).finish())
}

/// Signs in at the dashboard; gives its ID token.
async fn id_token(app: &TestApp, who: &mut Person) -> String {
    let dashboard = app.dashboard().await;
    let pending = dashboard.begin(&[]);
    let mut page = who.browser.open(pending.url.as_str()).await;
    if page.has_form("/notice") {
        page = who.browser.submit(page.form("/notice").with("accept", "yes")).await;
    }
    dashboard.finish(pending, &page.at).await.tokens.id_token().unwrap().to_string()
}

async fn is_signed_in(who: &Person) -> bool {
    who.browser.clone().open("/welcome").await.title() == "You are set up"
}

/// Whether the form of a page may lead to the dashboard in the end.
fn may_lead_back(page: &Page) -> bool {
    page.headers["content-security-policy"]
        .to_str()
        .unwrap()
        .contains("form-action 'self' http://localhost:9001")
}

#[tokio::test]
async fn a_token_of_the_live_session_signs_out_at_once_and_leads_back_with_the_state() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let hint = id_token(&app, &mut ada).await;
    app.advance_hours(1);
    let wish =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK), ("state", "a&b"), ("x", "y")];
    let page = ada.browser.clone().post("/logout", &wish).await;
    assert_eq!(page.headers["location"], format!("{BACK}?state=a%26b"), "by POST too");
    assert!(!is_signed_in(&ada).await);
}

#[tokio::test]
async fn without_a_proof_the_person_is_asked_and_still_gets_back_to_the_application_a99() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let wish = query(&[("client_id", "dashboard"), ("post_logout_redirect_uri", BACK), ("state", "s")]);
    let page = ada.browser.open(&wish).await;
    assert_eq!(page.title(), "Sign out?");
    assert!(page.says("You are signed in as Ada Byron.") && may_lead_back(&page));
    assert!(is_signed_in(&ada).await, "nothing has happened yet");
    let page = ada.browser.submit(page.form("/sign-out")).await;
    assert_eq!(page.at, format!("{BACK}?state=s"));
    assert!(!is_signed_in(&ada).await);
}

#[tokio::test]
async fn an_address_that_is_not_registered_is_never_gone_to_a99_b3() {
    let app = TestApp::start().await;
    for uri in ["http://localhost:9001/callback", "https://evil.test/", "//evil.test", "javascript:alert(1)"]
    {
        let mut ada = app.browser();
        ada.cookies = app.person(&format!("ada{}@example.org", uri.len())).await.browser.cookies;
        let page = ada.open(&query(&[("client_id", "dashboard"), ("post_logout_redirect_uri", uri)])).await;
        assert!(!may_lead_back(&page) && page.form("/sign-out").value("post_logout_redirect_uri").is_empty());
        let forged = page.form("/sign-out").with("post_logout_redirect_uri", uri);
        let page = ada.submit(forged).await;
        assert_eq!((page.title().as_str(), page.status), ("You are signed out", StatusCode::OK), "{uri}");
    }
}

#[tokio::test]
async fn a_token_that_proves_nothing_asks_first() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let hint = id_token(&app, &mut ada).await;
    let mut ben = app.person_as("ben@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    let (head, _) = hint.rsplit_once('.').unwrap();
    let foreign = query(&[("id_token_hint", &hint)]);
    assert_eq!(ben.browser.open(&foreign).await.title(), "Sign out?", "somebody else's session");
    for (what, pairs) in [
        ("a broken signature", vec![("id_token_hint", format!("{head}.AAAA"))]),
        ("another application's", vec![("id_token_hint", hint.clone()), ("client_id", "rota".into())]),
        (
            "somebody else is meant",
            vec![("id_token_hint", hint.clone()), ("logout_hint", "ben@example.org".into())],
        ),
        ("no token at all", vec![("id_token_hint", "none".into())]),
    ] {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(ada.browser.open(&query(&pairs)).await.title(), "Sign out?", "{what}");
    }
    assert!(is_signed_in(&ada).await);
    let own = query(&[("id_token_hint", &hint), ("logout_hint", "ADA@example.org")]);
    assert_eq!(ada.browser.open(&own).await.title(), "You are signed out");
}

#[tokio::test]
async fn the_question_speaks_the_language_that_the_application_wishes() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let page = ada.browser.open(&query(&[("ui_locales", "xx de"), ("client_id", "dashboard")])).await;
    assert_eq!(page.title(), "Abmelden?");
}

#[tokio::test]
async fn the_last_page_offers_the_way_back_to_the_application_and_to_nowhere_else() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let page = ada.browser.open(&query(&[("client_id", "dashboard")])).await;
    let page = ada.browser.submit(page.form("/sign-out")).await;
    assert!(page.html.contains("href=\"http://localhost:9001/\""), "{}", page.html);
    let page = app.browser().open("/signed-out?client_id=https://evil.test").await;
    assert!(!page.html.contains("evil"), "{}", page.html);
}

#[tokio::test]
async fn each_part_of_a_logout_request_may_be_missing() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let hint = id_token(&app, &mut ada).await;
    let silent = app.rota().await.begin(&[("prompt", "none")]);
    let table = [
        (vec![("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK)], BACK, ""),
        (vec![("id_token_hint", &hint)], "/signed-out?client_id=dashboard", ""),
        (vec![], "/signed-out", "Sign out?"),
        (vec![("state", "s")], "/signed-out", "Sign out?"),
        (vec![("post_logout_redirect_uri", BACK)], "/signed-out", "Sign out?"),
        (
            vec![
                ("id_token_hint", &hint),
                ("post_logout_redirect_uri", "http://localhost:9001/signed-out?x=1"),
            ],
            "/signed-out?client_id=dashboard",
            "",
        ),
    ];
    for (pairs, expected, question) in table {
        let mut browser = ada.browser.clone();
        if question.is_empty() {
            // The session ends for every copy of the browser: the hint is of a session that is over then.
            let page = browser.get(&query(&pairs)).await;
            assert_eq!(page.headers["location"], expected, "{pairs:?}");
        } else {
            let page = browser.open(&query(&pairs)).await;
            assert_eq!(page.title(), if is_signed_in(&ada).await { question } else { "You are signed out" });
        }
    }
    let back = ada.browser.open(silent.url.as_str()).await;
    assert!(back.at.contains("error=login_required"), "{}", back.at);
}

#[tokio::test]
async fn another_site_signs_nobody_out_without_a_proof_by_a_link_or_by_a_form_a99() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let foreign = || {
        let browser = ada.browser.clone().with_header("sec-fetch-site", "cross-site");
        browser.with_header("origin", "https://evil.test")
    };
    for pairs in [
        vec![],
        vec![("client_id", "dashboard"), ("post_logout_redirect_uri", BACK)],
        vec![("id_token_hint", "forged"), ("client_id", "dashboard"), ("post_logout_redirect_uri", BACK)],
    ] {
        assert_eq!(foreign().open(&query(&pairs)).await.title(), "Sign out?", "{pairs:?}");
        let parked = foreign().post("/logout", &pairs).await;
        let to = parked.headers["location"].to_str().unwrap().to_owned();
        assert_eq!(parked.status, StatusCode::SEE_OTHER);
        assert_eq!(foreign().open(&to).await.title(), "Sign out?", "{pairs:?}");
        assert_eq!(foreign().post("/sign-out", &pairs).await.status, StatusCode::FORBIDDEN, "{pairs:?}");
    }
    assert!(is_signed_in(&ada).await);
}
