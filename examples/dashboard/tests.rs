//! The dashboard against a provider that can be told to misbehave.

use std::time::{Duration, Instant};

use super::address::{BaseUrl, ForeignTarget, Repeated, parameters};
use super::cookies;
use super::sessions::{ABSOLUTE_LIMIT, IDLE_LIMIT, MOST_KEPT, PARKED_LIMIT, Parked, Person, Sessions};
use browser::Browser;
use fake_provider::{FakeProvider, Quirk};

mod browser;
mod fake_provider;

const BASE: &str = "http://localhost:8090";

fn base() -> BaseUrl {
    BaseUrl::parse(BASE).unwrap()
}

#[test]
fn target_link_uri_may_only_name_own_pages() {
    let base = base();
    for (target, own) in [
        (None, "/"),
        (Some("/"), "/"),
        (Some("/patients?sort=name#top"), "/patients?sort=name"),
        (Some("http://localhost:8090/patients/7"), "/patients/7"),
        (Some("/login"), "/"),
        (Some("/a/../callback?code=x"), "/"),
        (Some("https:patients"), "foreign"),
        (Some("http:patients"), "/patients"),
        (Some("https://localhost:8090/"), "foreign"),
        (Some("http://localhost:8091/"), "foreign"),
        (Some("http://localhost.evil.example/"), "foreign"),
        (Some("http://localhost:8090@evil.example/"), "foreign"),
        (Some("http://me@localhost:8090/"), "foreign"),
        (Some("//evil.example/"), "foreign"),
        (Some("/\\evil.example"), "foreign"),
        (Some("\t//evil.example"), "foreign"),
        (Some("http://localhost:8090//evil.example"), "foreign"),
        (Some("/.//evil.example"), "foreign"),
        (Some("javascript:alert(1)"), "foreign"),
        (Some("data:text/html,x"), "foreign"),
    ] {
        let expected = if own == "foreign" { Err(ForeignTarget) } else { Ok(own.to_owned()) };
        assert_eq!(base.own_target(target), expected, "{target:?}");
    }
}

#[test]
fn the_base_url_is_an_origin() {
    assert_eq!(
        BaseUrl::parse("http://localhost:8090/").unwrap().page("/callback"),
        "http://localhost:8090/callback"
    );
    assert!(BaseUrl::parse("https://dashboard.example").unwrap().is_https());
    for wrong in [
        "dashboard.example",
        "ftp://a.example",
        "https://a.example/app",
        "https://a.example?x",
        "https://me@a.example",
    ] {
        assert!(BaseUrl::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn another_name_of_this_machine_is_noticed() {
    assert!(base().is_other_loopback_name("127.0.0.1:8090"));
    assert!(base().is_other_loopback_name("[::1]:8090"));
    for same in ["localhost:8090", "dashboard.example", "", "a b"] {
        assert!(!base().is_other_loopback_name(same), "{same}");
    }
    assert!(!BaseUrl::parse("https://a.example").unwrap().is_other_loopback_name("127.0.0.1"));
}

#[test]
fn a_repeated_parameter_is_refused() {
    assert_eq!(parameters(b"state=a&code=b").unwrap().len(), 2);
    assert_eq!(parameters(b"state=a&code=b&state=c"), Err(Repeated));
}

#[test]
fn what_is_parked_comes_back_once_in_its_own_browser_and_in_time() {
    let parked = Parked::default();
    let now = Instant::now();
    parked.park("state".into(), "browser".into(), 7, now);
    assert_eq!(parked.take("state", "other browser", now), None);
    assert_eq!(parked.take("other state", "browser", now), None);
    assert_eq!(parked.take("state", "browser", now + PARKED_LIMIT), None);
    assert_eq!(parked.take("state", "browser", now), Some(7));
    assert_eq!(parked.take("state", "browser", now), None);
}

#[test]
fn a_flood_of_sign_ins_does_not_fill_the_memory() {
    let parked = Parked::default();
    let began = Instant::now();
    for number in 0..=MOST_KEPT {
        parked.park(number.to_string(), "browser".into(), (), began + Duration::from_millis(number as u64));
    }
    assert_eq!(parked.len(), MOST_KEPT);
    assert_eq!(parked.take("0", "browser", began), None);
}

#[test]
fn a_session_ends_when_idle_and_in_any_case_after_twelve_hours() {
    let sessions = Sessions::default();
    let person = Person { name: "Ada".into(), role: "Nurse".into(), authenticated_at: 0 };
    let id_token = fake_provider::any_id_token();
    let began = Instant::now();

    let idle = sessions.begin(person.clone(), id_token.clone(), began);
    let nearly = began + IDLE_LIMIT - Duration::from_secs(1);
    assert!(sessions.find(&idle, nearly).is_some());
    assert!(sessions.find(&idle, nearly + IDLE_LIMIT).is_none());
    assert!(sessions.find(&idle, nearly).is_none());

    let busy = sessions.begin(person, id_token, began);
    let mut now = began;
    while now + IDLE_LIMIT / 2 < began + ABSOLUTE_LIMIT {
        now += IDLE_LIMIT / 2;
        assert!(sessions.find(&busy, now).is_some());
    }
    assert!(sessions.find(&busy, began + ABSOLUTE_LIMIT).is_none());
}

#[tokio::test]
async fn a_person_signs_in_and_sees_the_dashboard() {
    let provider = FakeProvider::start().await;
    let mut browser = Browser::at(&provider);
    assert_eq!(browser.get("/").await.location(), "/login");

    let request = browser.start_sign_in("/login").await;
    assert_eq!(request["response_type"], "code");
    assert_eq!(request["code_challenge_method"], "S256");
    assert_eq!(request["scope"], "openid profile");
    assert_eq!((request["state"].len(), request["nonce"].len()), (43, 43));

    let answer = browser.get(&provider.answer_to(&request)).await;
    assert_eq!(answer.location(), "http://localhost:8090/");
    let cookie = answer.header("set-cookie");
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && !cookie.contains("Secure"), "{cookie}");

    let page = browser.get("/").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("cache-control"), "no-store");
    let policy = page.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'self'; script-src 'self';"), "{policy}");
    assert!(page.text.contains("Dr Ada &lt;i&gt;Example&lt;/i&gt;"), "{}", page.text);
    assert!(page.text.contains("Cardiologist · Riverside"));
    assert!(page.text.contains(r#"datetime="2023-11-14T22:12:20Z">14 November 2023 at 22:12 UTC<"#));
    assert!(!page.text.contains("style=") && !page.text.contains("<script>"));
}

#[tokio::test]
async fn two_tabs_sign_in_side_by_side() {
    let provider = FakeProvider::start().await;
    let mut browser = Browser::at(&provider);
    let first = browser.start_sign_in("/login").await;
    let second = browser.start_sign_in("/login?target_link_uri=/patients/7").await;
    assert_eq!(browser.get(&provider.answer_to(&first)).await.location(), "http://localhost:8090/");
    let answer = browser.get(&provider.answer_to(&second)).await;
    assert_eq!(answer.location(), "http://localhost:8090/patients/7");
}

#[tokio::test]
async fn a_callback_works_once_and_only_in_the_browser_that_began() {
    let provider = FakeProvider::start().await;
    let mut ours = Browser::at(&provider);
    let request = ours.start_sign_in("/login").await;
    let callback = provider.answer_to(&request);

    let mut theirs = ours.another();
    theirs.start_sign_in("/login").await;
    assert_eq!(theirs.get(&callback).await.status, 400);
    assert!(!theirs.is_signed_in());
    assert_eq!(ours.another().get(&callback).await.status, 400, "no cookie at all");

    assert_eq!(ours.get(&callback).await.status, 303);
    assert_eq!(ours.get(&callback).await.status, 400);
}

#[tokio::test]
async fn an_answer_without_the_right_iss_is_refused() {
    let provider = FakeProvider::start().await;
    for iss in ["", "&iss=http://evil.example", "&iss=http://localhost:1&iss=http://localhost:1"] {
        let mut browser = Browser::at(&provider);
        let request = browser.start_sign_in("/login").await;
        let right = provider.answer_to(&request);
        let (before, _) = right.split_once("&iss=").unwrap();
        assert_eq!(browser.get(&format!("{before}{iss}")).await.status, 400, "{iss}");
        assert!(!browser.is_signed_in());
    }
}

#[tokio::test]
async fn a_provider_that_is_wrong_about_anything_signs_nobody_in() {
    for quirk in [
        Quirk::Nonce,
        Quirk::NoNonce,
        Quirk::AtHash,
        Quirk::Issuer,
        Quirk::Audience,
        Quirk::Expired,
        Quirk::Signature,
        Quirk::NoAuthTime,
        Quirk::OldAuthTime,
        Quirk::OtherPerson,
        Quirk::NoIdToken,
    ] {
        let provider = FakeProvider::start().await;
        provider.misbehave(quirk);
        let mut browser = Browser::at(&provider);
        let request = browser.start_sign_in("/login").await;
        let answer = browser.get(&provider.answer_to(&request)).await;
        assert_eq!(answer.status, 502, "{quirk:?}");
        assert!(!browser.is_signed_in(), "{quirk:?}");
    }
}

#[tokio::test]
async fn a_new_signing_key_is_fetched_when_it_is_first_met() {
    let provider = FakeProvider::start().await;
    let mut browser = Browser::at(&provider);
    let request = browser.start_sign_in("/login").await;
    provider.rotate_key();
    assert_eq!(browser.get(&provider.answer_to(&request)).await.status, 303);
    assert!(browser.is_signed_in());
}

#[tokio::test]
async fn who_declines_the_disclaimer_gets_a_page_with_one_next_step() {
    let provider = FakeProvider::start().await;
    let mut browser = Browser::at(&provider);
    let request = browser.start_sign_in("/login").await;
    let page = browser.get(&provider.refusal_of(&request, "access_denied")).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("You have not started using Huma"));
    assert_eq!(page.text.matches("class=\"button\"").count(), 1);
    assert!(page.text.contains("support@example.org"));

    let request = browser.start_sign_in("/login").await;
    let page = browser.get(&provider.refusal_of(&request, "<script>")).await;
    assert!(page.text.contains("Sign-in did not finish") && !page.text.contains("&lt;script"));
    assert!(!browser.is_signed_in());
}

#[tokio::test]
async fn the_provider_may_begin_a_sign_in() {
    let provider = FakeProvider::start().await;
    let mut browser = Browser::at(&provider);
    let iss = provider.issuer();
    let request = browser.start_sign_in(&format!("/login?iss={iss}&login_hint=ada@example.org")).await;
    assert_eq!(request["login_hint"], "ada@example.org");

    for refused in [
        "/login?iss=http://evil.example".to_owned(),
        format!("/login?iss={iss}/"),
        format!("/login?iss={iss}&target_link_uri=http://evil.example/"),
        format!("/login?iss={iss}&iss={iss}"),
    ] {
        assert_eq!(browser.get(&refused).await.status, 400, "{refused}");
    }
    let answer = browser.post("/login", &format!("iss={iss}&target_link_uri=/")).await;
    assert_eq!(answer.status, 303);
    assert_eq!(
        browser.get_at("/login?iss=x", "127.0.0.1:8090").await.location(),
        "http://localhost:8090/login?iss=x"
    );
}

#[tokio::test]
async fn signing_out_ends_both_sessions_and_needs_our_own_form() {
    let provider = FakeProvider::start().await;
    let mut browser = Browser::at(&provider);
    let csrf = browser.sign_in(&provider).await;
    for forged in ["", "csrf=", &format!("csrf={}", cookies::random_id())] {
        assert_eq!(browser.post("/sign-out", forged).await.status, 403);
    }
    assert_eq!(browser.post_from("/sign-out", &format!("csrf={csrf}"), "cross-site").await.status, 403);
    assert_eq!(browser.get("/signed-out").await.location(), "/", "still signed in");

    let answer = browser.post("/sign-out", &format!("csrf={csrf}")).await;
    assert!(answer.location().starts_with(&format!("{}/logout?", provider.issuer())));
    let request = answer.location_parameters();
    assert_eq!(request["post_logout_redirect_uri"], "http://localhost:8090/signed-out");
    assert_eq!(request["id_token_hint"].split('.').count(), 3);
    assert!(!browser.is_signed_in());
    assert_eq!(browser.get("/").await.location(), "/login");

    let page = browser.get(&format!("/signed-out?state={}", request["state"])).await;
    assert!(page.text.contains("at the sign-in service has ended"));
    let page = browser.get("/signed-out?state=forged").await;
    assert!(page.text.contains("has ended in this browser"));
}

#[tokio::test]
async fn a_wrong_address_or_method_gets_a_page() {
    let provider = FakeProvider::start().await;
    let mut browser = Browser::at(&provider);
    for (path, status) in [("/nothing", 404), ("/sign-out", 405)] {
        let page = browser.get(path).await;
        assert_eq!(page.status, status);
        assert!(page.text.contains("This page does not exist"));
    }
}
