//! Cookies, sessions, signing out, forged forms, headers.

use crate::support::{Browser, PASSWORD, PHONE, TestApp};
use reqwest::{Method, StatusCode};
use std::collections::BTreeSet;

const ADA: &str = "ada@example.org";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn planted_cookies_open_nothing_and_each_step_makes_new_ones_a95_i11() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(1);
    let mut browser = app.browser();
    for name in ["wardgate_session", "wardgate_progress", "wardgate_recovery"] {
        browser.cookies.insert(name.to_owned(), "planted".to_owned());
    }
    let page = browser.open("/sign-in").await;
    let page = browser.submit(page.form("/sign-in").with("email", ADA).with("password", PASSWORD)).await;
    let progress = browser.cookies["wardgate_progress"].clone();
    assert_ne!(progress, "planted");
    let code = app.sms_code(PHONE).await;
    browser.submit(page.form("/sign-in/code").with("code", &code)).await;
    assert_ne!(browser.cookies["wardgate_session"], "planted");
    assert!(!browser.cookies.contains_key("wardgate_progress"), "what was in progress is over");
    let mut old = app.browser();
    old.cookies = browser.cookies.clone();
    old.cookies.remove("wardgate_session");
    old.cookies.insert("wardgate_progress".to_owned(), progress);
    assert_eq!(old.open("/continue").await.title(), "Sign in", "the old handle is dead");
    assert_ne!(ada.browser.cookies["wardgate_session"], browser.cookies["wardgate_session"]);
}

#[tokio::test]
async fn at_a_shared_pc_nothing_of_one_person_is_left_for_the_next_a96_i26() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let bob = app.person_as("bob@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    app.advance_hours(1);
    let mut pc = ada.browser.clone();
    let page = app.browser().open("/sign-in").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = pc.open("/sign-in").await;
    let page = app.sign_in(&mut pc, &ada, page).await;
    assert!(page.at.starts_with("http://localhost:9001"), "{}", page.at);
    let before = pc.cookies.clone();
    let page = pc.open("/sign-out").await;
    let page = pc.submit(page.form("/sign-out")).await;
    assert_eq!(page.title(), "You are signed out");
    let left: Vec<&String> = pc.cookies.keys().collect();
    assert_eq!(left, ["wardgate_browser"], "a new one, for the next page");
    let rota = app.rota().await;
    let pending = rota.begin(&[]);
    let page = pc.open(pending.url.as_str()).await;
    let page = app.sign_in(&mut pc, &bob, page).await;
    let signed_in = rota.finish(pending, &page.at).await;
    assert_eq!(signed_in.claims.subject().as_str(), bob.id.to_string());
    for (name, value) in before {
        assert_ne!(pc.cookies.get(&name), Some(&value), "{name}");
        ada.browser.cookies.insert(name, value);
    }
    assert_eq!(ada.browser.open("/welcome").await.title(), "Sign in", "the old cookies are dead");
}

#[tokio::test]
async fn a_pc_that_lost_some_of_its_cookies_gives_the_next_person_nothing_of_the_last_one_a96_i26() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let bob = app.person_as("bob@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    let rota = app.rota().await;
    // Both halves of a sign-in of hers are in the browser: a session, and a form that is open.
    ada.browser.open(rota.begin(&[("prompt", "login")]).url.as_str()).await;
    let names: Vec<String> = ada.browser.cookies.keys().cloned().collect();
    assert!(names.len() > 1, "{names:?}");
    for lost in names {
        app.advance(600);
        let mut pc = ada.browser.clone();
        pc.cookies.remove(&lost);
        let pending = rota.begin(&[("prompt", "login")]);
        let page = pc.open(pending.url.as_str()).await;
        assert!(!page.says("Ada"), "{lost}: {}", page.html);
        let page = app.sign_in(&mut pc, &bob, page).await;
        let signed_in = rota.finish(pending, &page.at).await;
        assert_eq!(signed_in.claims.subject().as_str(), bob.id.to_string(), "{lost}");
        let silent = rota.begin(&[("prompt", "none")]);
        let page = pc.open(silent.url.as_str()).await;
        let again = rota.finish(silent, &page.at).await;
        assert_eq!(again.claims.subject().as_str(), bob.id.to_string(), "{lost}");
        let page = pc.open("/account/apps").await;
        let page = pc.submit(page.form("/sign-out")).await;
        assert!(!page.says("Ada"), "{lost}: {}", page.html);
    }
}

#[tokio::test]
async fn signing_out_clears_storage_and_keeps_no_page_in_the_back_button_a97() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let page = ada.browser.open("/welcome").await;
    assert_eq!(page.headers["cache-control"], "no-store");
    let page = ada.browser.open("/sign-out").await;
    let form = page.form("/sign-out");
    let csrf = form.value("csrf").to_owned();
    let answer = ada.browser.post("/sign-out", &[("csrf", &csrf)]).await;
    assert_eq!(answer.headers["clear-site-data"], "\"storage\"");
}

#[tokio::test]
async fn a_session_ends_idle_or_at_its_overall_time_a98_n10() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    for _ in 0..23 {
        app.advance(29 * 60);
        assert_eq!(ada.browser.open("/welcome").await.status, StatusCode::OK);
        assert_eq!(ada.browser.open("/welcome").await.title(), "You are set up");
    }
    app.advance(53 * 60 + 1);
    assert_eq!(ada.browser.open("/welcome").await.title(), "Sign in", "twelve hours are the most");
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    app.sign_in(&mut browser, &ada, page).await;
    app.advance(30 * 60);
    assert_eq!(browser.open("/welcome").await.title(), "Sign in", "half an hour idle");
}

#[tokio::test]
async fn a_form_that_is_not_ours_is_refused_on_every_post_a101_i43() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let own = ada.browser.clone().open("/sign-out").await.form("/sign-out").value("csrf").to_owned();
    let others = app.browser().open("/sign-in").await.form("/sign-in").value("csrf").to_owned();
    let posts = [
        "/sign-in",
        "/sign-in/code",
        "/sign-in/code/resend",
        "/sign-in/restart",
        "/set-up/phone",
        "/notice",
        "/join",
        "/invite/x",
        "/invite/x/ask",
        "/invite/x/sign-in",
        "/verify-email",
        "/verify-email/resend",
        "/verify/x",
        "/verify/x/not-me",
        "/sign-out",
        "/password-strength",
        "/forgot",
        "/forgot/code",
        "/forgot/resend",
        "/forgot/sms",
        "/forgot/sms/resend",
        "/forgot/password",
        "/team/invite",
        "/team/invitations/x/resend",
        "/team/invitations/x/revoke",
        "/team/people/x/unblock",
    ];
    let issuer = app.issuer().to_owned();
    let with = |name: &'static str, value: &str| ada.browser.clone().with_header(name, value);
    for path in posts {
        let body = format!("csrf={own}").into_bytes();
        let refused: [(&str, Browser, String); 7] = [
            ("no token", ada.browser.clone(), String::new()),
            ("another's token", ada.browser.clone(), others.clone()),
            ("a longer token", ada.browser.clone(), format!("{own}0")),
            ("a foreign origin", with("origin", "https://evil.test"), own.clone()),
            ("origin null", with("origin", "null"), own.clone()),
            ("cross-site", with("sec-fetch-site", "cross-site").with_header("origin", &issuer), own.clone()),
            ("same-site", with("sec-fetch-site", "same-site").with_header("origin", "null"), own.clone()),
        ];
        for (why, browser, token) in refused {
            let page = browser.raw(Method::POST, path, (FORM, format!("csrf={token}").into_bytes())).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}: {why}");
        }
        if path != "/sign-out" {
            let fine = with("origin", "null").with_header("sec-fetch-site", "same-origin");
            let page = fine.raw(Method::POST, path, (FORM, body)).await;
            assert_ne!(page.status, StatusCode::FORBIDDEN, "{path}: our own page's form");
        }
    }
    assert_eq!(ada.browser.clone().open("/welcome").await.title(), "You are set up", "nobody was signed out");
}

/// Every route with a method, to ask for its headers.
const ROUTES: [(&str, &str); 34] = [
    ("GET", "/"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/continue"),
    ("GET", "/sign-in/code"),
    ("GET", "/set-up/phone"),
    ("GET", "/notice"),
    ("GET", "/join"),
    ("GET", "/invite/x"),
    ("POST", "/invite/x"),
    ("GET", "/verify-email"),
    ("GET", "/verify/x"),
    ("GET", "/welcome"),
    ("GET", "/terms"),
    ("GET", "/access"),
    ("GET", "/sign-out"),
    ("GET", "/signed-out"),
    ("GET", "/forgot"),
    ("GET", "/forgot/code"),
    ("GET", "/team"),
    ("GET", "/authorize"),
    ("POST", "/authorize"),
    ("POST", "/token"),
    ("POST", "/introspect"),
    ("POST", "/revoke"),
    ("GET", "/userinfo"),
    ("GET", "/logout"),
    ("GET", "/.well-known/openid-configuration"),
    ("GET", "/.well-known/oauth-authorization-server"),
    ("GET", "/jwks"),
    ("GET", "/health"),
    ("GET", "/nowhere"),
    ("PUT", "/sign-in"),
    ("GET", "/assets/none.css"),
];

#[tokio::test]
async fn every_route_has_the_security_headers_a102_b12() {
    let app = TestApp::start().await;
    let csp = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
               form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    for (method, path) in ROUTES {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let page = app.browser().raw(method.clone(), path, (FORM, Vec::new())).await;
        let header = |name: &str| page.headers.get(name).map_or("", |value| value.to_str().unwrap());
        assert_eq!(header("content-security-policy"), csp, "{method} {path}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
        ] {
            assert_eq!(header(name), value, "{method} {path}");
        }
        let kept = path.starts_with("/.well-known/") || path == "/jwks";
        assert_eq!(
            header("cache-control"),
            if kept { "public, max-age=300" } else { "no-store" },
            "{method} {path}"
        );
        assert_eq!(header("strict-transport-security"), "", "only where the issuer is https");
        let names: BTreeSet<&str> = page.headers.keys().map(reqwest::header::HeaderName::as_str).collect();
        assert!(!names.contains("server") && !names.contains("x-powered-by"), "{method} {path}: {names:?}");
        assert_ne!(page.status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {path}");
    }
}

#[tokio::test]
async fn cookies_are_out_of_reach_of_scripts_and_other_sites() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = browser.get("/sign-in").await;
    let set = page.headers["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("wardgate_browser=") && !set.contains("Domain"), "{set}");
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
}

#[tokio::test]
async fn a_page_speaks_the_language_that_was_asked_for_then_chosen_then_the_browsers() {
    let app = TestApp::start().await;
    let mut browser = app.browser().with_header("accept-language", "fr;q=0.9, de-AT, en;q=0.5");
    assert_eq!(browser.open("/sign-in").await.title(), "Anmelden");
    assert_eq!(browser.open("/sign-in?ui_locales=en").await.title(), "Sign in");
    assert_eq!(browser.open("/sign-in").await.title(), "Sign in", "the choice is kept");
    assert_eq!(browser.open("/sign-in?ui_locales=xx+de").await.title(), "Anmelden");
    assert_eq!(app.browser().open("/sign-in?ui_locales=zz").await.title(), "Sign in");
}
