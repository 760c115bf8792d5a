//! The authorization endpoint (RFC 6749 4.1, OIDC Core 3.1.2): what it refuses, where, and how its answers travel.

use crate::support::{Page, Person, TestApp};
use reqwest::{Method, StatusCode};
use wardgate::rights::{Act, Guarded};

const ADA: &str = "ada@example.org";
const CALLBACK: &str = "http%3A%2F%2Flocalhost%3A9002%2Fcallback";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A sound request of the rota with more parameters.
fn request(more: &str) -> String {
    format!(
        "/authorize?response_type=code&client_id=rota&redirect_uri={CALLBACK}&scope=openid&state=s1&nonce=n\
         &code_challenge={CHALLENGE}&code_challenge_method=S256{more}"
    )
}

async fn ask(who: &mut Person, more: &str) -> Page {
    who.browser.open(&request(more)).await
}

#[tokio::test]
async fn without_a_proven_callback_every_error_is_a_page_of_ours_a60_a61() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let good = format!("client_id=rota&redirect_uri={CALLBACK}");
    for bad in [
        "client_id=nobody&redirect_uri=https%3A%2F%2Fevil.test%2F".to_owned(),
        "client_id=rota".to_owned(),
        "client_id=rota&redirect_uri=https%3A%2F%2Fevil.test%2F".to_owned(),
        "client_id=rota&redirect_uri=http%3A%2F%2Flocalhost%3A9001%2Fcallback".to_owned(),
        format!("client_id=dashboard&redirect_uri={CALLBACK}"),
        format!("{good}%2F"),
        format!("{good}%3Fx"),
        format!("{good}%23x"),
        good.replace("localhost", "127.0.0.1"),
        good.replace("localhost", "LOCALHOST"),
        good.replace("9002", "9002%40evil.test"),
        good.replace("%2Fcallback", "%2F..%2Fcallback"),
        format!("{good}&redirect_uri={CALLBACK}"),
        format!("{good}&client_id=rota"),
    ] {
        let page = ada.browser.get(&format!("/authorize?response_type=code&scope=openid&{bad}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{bad}");
        assert!(!page.headers.contains_key("location"), "{bad}");
    }
}

#[tokio::test]
async fn an_application_that_was_removed_gets_what_one_gets_that_never_was_a61() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    app.register("app", |_| ()).await;
    assert!(ada.browser.open(&app.link_of("app", "")).await.at.contains("code="));
    let host = wardgate::audit::Origin::of(wardgate::audit::Actor::Host);
    let right = crate::support::permit(Act::Guarded(Guarded::ClientSecrets, None));
    assert_eq!(app.app.clients.remove(right, &host, "app").await.unwrap(), wardgate::clients::Removed::Yes);
    for id in ["app", "nobody"] {
        let page = ada.browser.get(&app.link_of(id, "")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{id}");
        assert_eq!(page.title(), "The app sent an unusable request", "{id}");
    }
}

#[tokio::test]
async fn no_response_mode_opens_another_way_to_an_address_i14_i35_a62() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    for mode in ["query", "fragment", "form_post", "web_message", ""] {
        for uri in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "http://localhost:9002/other",
            "https://localhost:9002/callback",
            "org.example.app:/callback",
            "//evil.test",
        ] {
            let uri: String = url::form_urlencoded::byte_serialize(uri.as_bytes()).collect();
            let link = request(&format!("&response_mode={mode}")).replace(CALLBACK, &uri);
            let page = ada.browser.get(&link).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{mode} {uri}");
            assert!(!page.headers.contains_key("location") && !page.has_form("javascript"), "{mode} {uri}");
        }
    }
}

#[tokio::test]
async fn a_parameter_that_comes_twice_is_refused_everywhere_a75() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let secret = app.register("app", |_| ()).await;
    for twice in
        ["scope=openid", "client_id=rota", "state=s1", "prompt=login&prompt=login", "nonce=n", "x=1&x=1"]
    {
        let page = ada.browser.get(&request(&format!("&{twice}"))).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{twice}");
        assert!(
            !page.headers.contains_key("location"),
            "which of the two is meant is nobody's guess: {twice}"
        );
    }
    let token = [("grant_type", "client_credentials"), ("scope", "a"), ("scope", "b")];
    for path in ["/token", "/introspect", "/revoke"] {
        let answer = app.call_as(path, ("app", &secret), &token).await;
        assert_eq!(
            (answer.status, answer.text("error")),
            (StatusCode::BAD_REQUEST, "invalid_request"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_password_is_answered_with_a_get_and_never_posted_on_a76_b11() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(1);
    let mut browser = app.browser();
    let page = browser.open(&request("")).await;
    let form = page.form("/sign-in").with("email", &ada.email).with("password", crate::support::PASSWORD);
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let page = browser.post(&form.action, &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let page = browser.open(page.headers["location"].to_str().unwrap()).await;
    let code = app.sms_code(&ada.phone).await;
    let form = page.form("/sign-in/code").with("code", &code);
    let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let page = browser.post(&form.action, &fields).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let back = ada.browser.clone().get(&request("")).await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "the answer to the application too");
}

#[tokio::test]
async fn after_it_errors_go_to_the_application_with_state_and_issuer_a63_a64_a67_a78() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let plain = format!("/authorize?client_id=rota&redirect_uri={CALLBACK}&state=s1&scope=openid");
    let pkce = format!("&code_challenge={CHALLENGE}&code_challenge_method=S256");
    let table = [
        (format!("&response_type=token{pkce}"), "unsupported_response_type"),
        (format!("&response_type=id_token%20code{pkce}"), "unsupported_response_type"),
        (format!("&response_type=code&response_mode=web_message{pkce}"), "invalid_request"),
        ("&response_type=code".to_owned(), "invalid_request"),
        (
            format!("&response_type=code&code_challenge={CHALLENGE}&code_challenge_method=plain"),
            "invalid_request",
        ),
        ("&response_type=code&code_challenge=short&code_challenge_method=S256".to_owned(), "invalid_request"),
        (format!("&response_type=code&request=eyJhbGciOiJub25lIn0.e30.{pkce}"), "request_not_supported"),
        (
            format!("&response_type=code&request_uri=http%3A%2F%2F169.254.169.254{pkce}"),
            "request_uri_not_supported",
        ),
        (format!("&response_type=code&prompt=none%20login{pkce}"), "invalid_request"),
        (format!("&response_type=code&max_age=-1{pkce}"), "invalid_request"),
        (format!("&response_type=code&max_age=abc{pkce}"), "invalid_request"),
        (format!("&response_type=code&resource=urn:x{pkce}"), "invalid_target"),
    ];
    for (more, error) in table {
        let page = ada.browser.open(&format!("{plain}{more}")).await;
        let expected = format!("http://localhost:9002/callback?error={error}&");
        assert!(page.at.starts_with(&expected), "{more}: {}", page.at);
        let issuer: String = url::form_urlencoded::byte_serialize(app.issuer().as_bytes()).collect();
        assert!(page.at.contains("&state=s1&") && page.at.ends_with(&format!("iss={issuer}")), "{}", page.at);
    }
}

#[tokio::test]
async fn answers_travel_in_the_query_behind_the_hash_or_as_a_form_a66() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let page = ask(&mut ada, "&response_mode=query").await;
    assert!(page.at.starts_with("http://localhost:9002/callback?code="), "{}", page.at);
    let page = ask(&mut ada, "&response_mode=fragment").await;
    assert!(page.at.starts_with("http://localhost:9002/callback#code="), "{}", page.at);
    let link =
        request("&response_mode=form_post").replace("state=s1", "state=%22%3E%3Csvg%20onload%3Dalert(1)%3E");
    let page = ada.browser.open(&link).await;
    let form = page.form("http://localhost:9002/callback");
    assert_eq!((form.value("state"), form.value("iss")), ("\"><svg onload=alert(1)>", app.issuer()));
    assert_eq!(form.fields.len(), 3, "nothing that came is reflected");
    assert!(!page.html.contains("<svg onload"));
    let csp = page.headers["content-security-policy"].to_str().unwrap();
    assert!(csp.contains("form-action 'self' http://localhost:9002;"), "{csp}");
    assert_eq!(page.headers["cache-control"], "no-store");
    let page = ask(&mut ada, "&response_mode=form_post&prompt=none&max_age=0").await;
    assert_eq!(page.form("http://localhost:9002/callback").value("error"), "login_required");
}

#[tokio::test]
async fn hostile_values_are_inert_and_bounded_a65() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let mut stranger = app.browser();
    let page = stranger.open(&request("&login_hint=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&ui_locales=%3Cb%3E&display=x&unknown=%0d%0aX:y")).await;
    assert_eq!(page.title(), "Sign in");
    assert!(!page.html.contains("<script>alert"), "{}", page.html);
    let long = "x".repeat(4096);
    let page = ada.browser.open(&request("").replace("state=s1", &format!("state={long}"))).await;
    assert!(page.at.contains(&long), "4 kB of state come back");
    let page = ada.browser.open(&request("").replace("state=s1", &format!("state={long}x"))).await;
    assert!(page.at.contains("error=invalid_request") && !page.at.contains("state="), "{}", page.at);
    let huge = request(&format!("&login_hint={}", "x".repeat(60_000)));
    let page = app.browser().raw(Method::GET, &huge, ("", Vec::new())).await;
    assert!(page.headers["location"].to_str().unwrap().contains("error=invalid_request"));
}

#[tokio::test]
async fn prompt_login_and_max_age_run_both_factors_anew_a70_p10() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let rota = app.rota().await;
    app.advance(120);
    for more in [&[("prompt", "login")][..], &[("max_age", "0")], &[("max_age", "60")]] {
        let pending = rota.begin(more);
        let page = ada.browser.open(pending.url.as_str()).await;
        assert_eq!(page.title(), "Sign in", "{more:?}");
        let browser = &mut ada.browser.clone();
        let page = app.sign_in(browser, &ada, page).await;
        let now = app.app.ground.clock.now().0;
        let signed_in = rota.finish(pending, &page.at).await;
        assert_eq!(signed_in.claims.auth_time().unwrap().timestamp(), now, "{more:?}");
        ada.browser = browser.clone();
        app.advance(120);
    }
    let pending = rota.begin(&[("max_age", "600")]);
    let page = ada.browser.open(pending.url.as_str()).await;
    rota.finish(pending, &page.at).await;
}

#[tokio::test]
async fn a_request_that_somebody_else_prepared_begins_anew_in_this_browser_a74_i27() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(1);
    let mut attacker = app.browser();
    let prepared = attacker.open(&request("")).await.at;
    let mut victim = app.browser();
    let page = victim.open(&prepared).await;
    assert_eq!(page.status, StatusCode::GONE, "another browser's flow is of no use");
    let page = victim.open("/sign-in").await;
    let page = app.sign_in(&mut victim, &ada, page).await;
    assert!(page.at.starts_with("http://localhost:9001/login"), "{}", page.at);
    assert_eq!(attacker.open(&prepared).await.title(), "Sign in", "the attacker is no further");
}

#[tokio::test]
async fn a_post_from_another_site_is_parked_and_answered_with_a_get_b11_b13() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let query = request("").split_once('?').unwrap().1.to_owned();
    let foreign =
        app.browser().with_header("origin", "https://app.test").with_header("sec-fetch-site", "cross-site");
    let form = ("application/x-www-form-urlencoded", query.into_bytes());
    let page = foreign.raw(Method::POST, "/authorize", form.clone()).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    let to = page.headers["location"].to_str().unwrap().to_owned();
    assert!(to.starts_with("/authorize?response_type=code"), "{to}");
    assert!(!page.headers.contains_key("access-control-allow-origin"));
    assert!(ada.browser.clone().open(&to).await.at.contains("code="));
    let own = ada.browser.raw(Method::POST, "/authorize", form).await;
    assert!(own.headers["location"].to_str().unwrap().contains("code="), "a POST of the same site goes on");
}

#[tokio::test]
async fn a_hint_of_somebody_else_signs_nobody_in_as_them_a72() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let mut bob = app.person_as("bob@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    let rota = app.rota().await;
    let hint = async |who: &mut Person| {
        let pending = rota.begin(&[]);
        let page = who.browser.open(pending.url.as_str()).await;
        let token = rota.finish(pending, &page.at).await;
        openidconnect::TokenResponse::id_token(&token.tokens).unwrap().to_string()
    };
    let (of_ada, of_bob) = (hint(&mut ada).await, hint(&mut bob).await);
    let silent = |hint: &str| request(&format!("&prompt=none&id_token_hint={hint}"));
    assert!(ada.browser.open(&silent(&of_ada)).await.at.contains("code="));
    let page = ada.browser.open(&silent(&of_bob)).await;
    assert!(page.at.contains("error=login_required"), "{}", page.at);
    for forged in ["eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "garbage"] {
        let page = ada.browser.open(&silent(forged)).await;
        assert!(page.at.contains("error=invalid_request"), "{forged}: {}", page.at);
    }
    let page = ada.browser.open(&request(&format!("&id_token_hint={of_bob}"))).await;
    assert_eq!(page.title(), "Sign in", "the person that the application expects has to sign in");
}

#[tokio::test]
async fn staff_claims_come_with_their_scope_and_in_the_id_token_where_the_client_reads_them_there() {
    let app = TestApp::with(
        "[[client]]\nid = \"legacy\"\nname = \"Legacy\"\nsecret = \"0123456789abcdef0123456789abcdef\"\n\
         redirect_uris = [\"http://localhost:9005/callback\"]\nclaims_in_id_token = true",
    )
    .await;
    let mut ada = app.person(ADA).await;
    let legacy = app.legacy().await;
    let pending = legacy.begin(&[("scope", "openid email wardgate:staff")]);
    let page = ada.browser.open(pending.url.as_str()).await;
    let it = legacy.finish(pending, &page.at).await;
    let known = legacy.userinfo(&it.tokens).await;
    assert_eq!(
        (&known["profession"], &known["organisation"]),
        (&"nurse".into(), &"Northshore Hospital".into())
    );
    assert_eq!((&known["teams"][0], &known["roles"][0]), (&"Cardiology".into(), &"clinician".into()));
    assert_eq!(it.claims.email().map(|email| email.as_str()), Some(ADA));
}
