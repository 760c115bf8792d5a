//! Several accounts in one browser (`prompt=select_account`), and none yet (`prompt=create`).

use crate::support::{Browser, Page, Person, TestApp};
use wardgate::rights::Role;

async fn two() -> (TestApp, Person, Person, String) {
    let app = TestApp::start().await;
    let ada = app.person("ada@example.org").await;
    let ben = app.person_as("ben@example.org", "+447400123457", Role::Clinician).await;
    let secret = app.register("app", |_| ()).await;
    app.advance_hours(1);
    (app, ada, ben, secret)
}

/// Signs in with nothing but the address of a request.
async fn sign_in(app: &TestApp, browser: &mut Browser, who: &Person, more: &str) -> Page {
    let page = browser.open(&app.link_of("app", more)).await;
    app.sign_in(browser, who, page).await
}

async fn choose(app: &TestApp, browser: &mut Browser) -> Page {
    browser.open(&app.link_of("app", "&prompt=select_account")).await
}

/// Presses the button of an account.
async fn press(browser: &mut Browser, page: &Page, email: &str) -> Page {
    let value = match email {
        "" => "another",
        email => {
            let before = page.html.split(email).next().unwrap();
            before.rsplit("value=\"").next().unwrap().split('"').next().unwrap()
        }
    };
    browser.submit(page.form("/select-account").with("account", value)).await
}

async fn subject(app: &TestApp, secret: &str, back: &Page) -> String {
    let tokens = app.redeem(("app", secret), back).await;
    TestApp::claims_of(tokens.text("id_token"))["sub"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn two_accounts_live_side_by_side_and_either_is_chosen_without_signing_in_again() {
    let (app, ada, ben, secret) = two().await;
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ada, "").await;
    let page = choose(&app, &mut browser).await;
    assert_eq!(page.title(), "Choose an account");
    let back = press(&mut browser, &page, "ada@example.org").await;
    assert_eq!(subject(&app, &secret, &back).await, ada.id.to_string());

    let page = choose(&app, &mut browser).await;
    let page = press(&mut browser, &page, "").await;
    assert_eq!(page.title(), "Sign in");
    let back = app.sign_in(&mut browser, &ben, page).await;
    assert_eq!(subject(&app, &secret, &back).await, ben.id.to_string());

    for (email, id) in [("ada@example.org", ada.id), ("ben@example.org", ben.id), ("ada@example.org", ada.id)]
    {
        let page = choose(&app, &mut browser).await;
        assert!(page.says("ada@example.org") && page.says("ben@example.org"));
        let back = press(&mut browser, &page, email).await;
        assert_eq!(subject(&app, &secret, &back).await, id.to_string());
        let silent = browser.open(&app.link_of("app", "&prompt=none")).await;
        assert_eq!(subject(&app, &secret, &silent).await, id.to_string(), "it stays chosen");
    }
}

#[tokio::test]
async fn signing_out_signs_out_everybody_in_the_browser_a96_i26() {
    let (app, ada, ben, _) = two().await;
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ada, "").await;
    let page = choose(&app, &mut browser).await;
    let page = press(&mut browser, &page, "").await;
    app.sign_in(&mut browser, &ben, page).await;
    let stolen = browser.clone();
    let page = browser.open("/sign-out").await;
    browser.submit(page.form("/sign-out")).await;
    let names: Vec<&String> = browser.cookies.keys().collect();
    assert_eq!(names, ["wardgate_browser"], "a new one, and nothing else");
    for mut left in [browser, stolen] {
        assert_eq!(choose(&app, &mut left).await.title(), "Sign in", "there is nothing to choose from");
    }
}

#[tokio::test]
async fn without_having_chosen_so_a_new_sign_in_takes_the_place_of_the_old_one() {
    let (app, ada, ben, _) = two().await;
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ada, "").await;
    let old = browser.clone();
    sign_in(&app, &mut browser, &ben, "&prompt=login").await;
    let page = choose(&app, &mut browser).await;
    assert!(page.says("ben@example.org") && !page.says("ada@example.org"));
    assert_eq!(old.clone().open("/welcome").await.title(), "Sign in");
}

#[tokio::test]
async fn a_session_of_another_browser_cannot_be_chosen() {
    let (app, ada, ben, secret) = two().await;
    let (mut one, mut other) = (app.browser(), app.browser());
    sign_in(&app, &mut one, &ada, "").await;
    sign_in(&app, &mut other, &ben, "").await;
    let theirs = choose(&app, &mut other).await;
    let value =
        theirs.html.split("name=\"account\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let page = choose(&app, &mut one).await;
    let page = one.submit(page.form("/select-account").with("account", &value)).await;
    assert_eq!(page.title(), "Choose an account", "nothing happened");
    let back = press(&mut one, &page, "ada@example.org").await;
    assert_eq!(subject(&app, &secret, &back).await, ada.id.to_string());
}

#[tokio::test]
async fn a_chosen_account_has_to_be_fresh_enough_itself() {
    let (app, ada, _, _) = two().await;
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ada, "").await;
    app.advance(600);
    let page = browser.open(&app.link_of("app", "&prompt=select_account&max_age=300")).await;
    let page = press(&mut browser, &page, "ada@example.org").await;
    assert_eq!(page.title(), "Sign in");
    assert!(app.sign_in(&mut browser, &ada, page).await.at.contains("code="));
}

#[tokio::test]
async fn who_is_sent_to_make_an_account_learns_how_and_signs_in_with_the_one_that_is_there() {
    let (app, ada, _, secret) = two().await;
    let mut browser = app.browser();
    let page = browser.open(&app.link_of("app", "&prompt=create")).await;
    assert_eq!(page.title(), "By invite only");
    let page = browser.submit(page.form("/access")).await;
    assert_eq!(page.title(), "Sign in");
    let back = app.sign_in(&mut browser, &ada, page).await;
    assert_eq!(subject(&app, &secret, &back).await, ada.id.to_string());
}

#[tokio::test]
async fn an_account_that_stands_aside_grows_idle_while_the_other_is_used_n10() {
    let (app, ada, ben, _) = two().await;
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ada, "").await;
    let page = choose(&app, &mut browser).await;
    let page = press(&mut browser, &page, "").await;
    app.sign_in(&mut browser, &ben, page).await;
    for _ in 0..4 {
        app.advance(10 * 60);
        assert_eq!(browser.open("/welcome").await.title(), "You are set up");
    }
    let page = choose(&app, &mut browser).await;
    assert!(page.says("ben@example.org") && !page.says("ada@example.org"), "{}", page.html);
}

#[tokio::test]
async fn an_account_that_signed_in_earlier_never_answers_a_request_for_a_fresh_sign_in_a70() {
    let (app, ada, ben, _) = two().await;
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ben, "").await;
    let page = choose(&app, &mut browser).await;
    let page = press(&mut browser, &page, "").await;
    app.sign_in(&mut browser, &ada, page).await;
    app.advance(600);
    for more in ["&prompt=login", "&max_age=0", "&max_age=300"] {
        let waiting = browser.open(&app.link_of("app", more)).await;
        assert_eq!(waiting.title(), "Sign in", "{more}");
        let flow = waiting.form("/sign-in").value("flow").to_owned();
        for email in ["ben@example.org", "ada@example.org"] {
            let page = choose(&app, &mut browser).await;
            press(&mut browser, &page, email).await;
            let page = browser.open(&format!("/continue?flow={flow}")).await;
            assert_eq!(page.title(), "Sign in", "{more} {email}: {}", page.at);
        }
    }
}

#[tokio::test]
async fn who_takes_the_place_of_somebody_finds_no_account_of_theirs_aside_a96_i26() {
    let (app, ada, ben, _) = two().await;
    let eve = app.person_as("eve@example.org", "+447400123458", Role::Clinician).await;
    app.advance_hours(1);
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ada, "").await;
    let page = choose(&app, &mut browser).await;
    let page = press(&mut browser, &page, "").await;
    app.sign_in(&mut browser, &ben, page).await;
    let before = browser.clone();
    sign_in(&app, &mut browser, &eve, "&prompt=login").await;
    let page = choose(&app, &mut browser).await;
    assert!(page.says("eve@example.org") && !page.says("ada@") && !page.says("ben@"), "{}", page.html);
    assert_eq!(
        choose(&app, &mut before.clone()).await.title(),
        "Sign in",
        "they are over, not only out of sight"
    );
}

#[tokio::test]
async fn a_page_of_another_site_signs_nobody_out_by_a_form_that_is_too_long_a99() {
    let (app, ada, _, _) = two().await;
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ada, "").await;
    let mut elsewhere = browser.clone().with_header("sec-fetch-site", "cross-site");
    elsewhere.cookies.clear();
    let junk = "x".repeat(20_000);
    let page = elsewhere.post("/logout", &[("junk", &junk)]).await;
    assert_eq!(page.status, reqwest::StatusCode::BAD_REQUEST);
    assert!(!page.headers.contains_key("clear-site-data"));
}

#[tokio::test]
async fn a_token_of_somebody_else_ends_no_account_that_stands_aside_a99() {
    let (app, ada, ben, secret) = two().await;
    let eve = app.person_as("eve@example.org", "+447400123458", Role::Clinician).await;
    app.advance_hours(1);
    let mut stranger = app.browser();
    let back = sign_in(&app, &mut stranger, &eve, "").await;
    let hint = app.redeem(("app", &secret), &back).await.text("id_token").to_owned();
    let mut browser = app.browser();
    sign_in(&app, &mut browser, &ada, "").await;
    let page = choose(&app, &mut browser).await;
    let page = press(&mut browser, &page, "").await;
    app.sign_in(&mut browser, &ben, page).await;
    browser.cookies.remove("wardgate_session");
    let page = browser.open(&format!("/logout?id_token_hint={hint}")).await;
    assert_eq!(page.title(), "Sign out?", "the person is asked");
    assert!(choose(&app, &mut browser).await.says("ada@example.org"));
}
