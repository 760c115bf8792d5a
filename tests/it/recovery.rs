//! A forgotten password: e-mail code and text-message code, then a new password.

use crate::support::{Browser, PASSWORD, PHONE, Page, TestApp};

const ADA: &str = "ada@example.org";
pub(super) const NEW: &str = "copper violin meadow two";

/// A recovery at the page for the text message's code.
async fn at_the_sms(app: &TestApp) -> (Browser, Page) {
    let mut browser = app.browser();
    let page = browser.open("/forgot").await;
    let page = browser.submit(page.form("/forgot").with("email", ADA)).await;
    let code = app.mail_code(ADA).await;
    let page = browser.submit(page.form("/forgot/code").with("code", &code)).await;
    (browser, page)
}

/// A recovery at the page for the new password.
pub(super) async fn at_the_password(app: &TestApp) -> (Browser, Page) {
    let (mut browser, page) = at_the_sms(app).await;
    let code = app.sms_code(PHONE).await;
    let page = browser.submit(page.form("/forgot/sms").with("code", &code)).await;
    (browser, page)
}

async fn password_works(app: &TestApp, password: &str) -> bool {
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let page = browser.submit(page.form("/sign-in").with("email", ADA).with("password", password)).await;
    page.title() == "2-step verification"
}

#[tokio::test]
async fn both_codes_set_a_new_password_and_end_every_session_a53_n13() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    app.advance_hours(1);
    let rota = app.rota().await;
    let mut other = app.browser();
    let pending = rota.begin(&[]);
    let page = other.open(pending.url.as_str()).await;
    let page = app.sign_in(&mut other, &ada, page).await;
    let signed_in = rota.finish(pending, &page.at).await;
    app.advance_hours(1);
    let (mut browser, page) = at_the_password(&app).await;
    let page = browser.submit(page.form("/forgot/password").with("password", NEW)).await;
    assert!(page.says("Your password is changed. Sign in with the new one."), "{}", page.html);
    assert!(!password_works(&app, PASSWORD).await && password_works(&app, NEW).await);
    for browser in [&mut ada.browser, &mut other] {
        assert_eq!(browser.open("/welcome").await.title(), "Sign in");
    }
    assert_eq!(rota.userinfo_status(&signed_in.tokens).await, 401);
    assert_eq!(app.number("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await, 0);
    app.deliver().await;
    let subjects: Vec<String> = app.mailbox.newest_first().into_iter().map(|mail| mail.subject).collect();
    assert!(subjects.contains(&"Your Huma password was changed".to_owned()), "{subjects:?}");
    assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'password.recovered'").await, 1);
}

#[tokio::test]
async fn the_mailbox_alone_sets_no_password_a51() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    app.advance_hours(1);
    let (mut browser, page) = at_the_sms(&app).await;
    let csrf = page.form("/forgot/sms").value("csrf").to_owned();
    for path in ["/forgot/password", "/forgot/sms"] {
        browser.post(path, &[("csrf", &csrf), ("password", NEW), ("code", "000000")]).await;
    }
    assert_eq!(browser.open("/forgot/password").await.at, "/forgot/sms", "back to the step it waits for");
    assert!(!password_works(&app, NEW).await && password_works(&app, PASSWORD).await);
}

#[tokio::test]
async fn no_step_of_a_recovery_is_jumped_repeated_or_moved_to_another_browser_a52_i3() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    app.advance_hours(1);
    let mut stranger = app.browser();
    for path in ["/forgot/code", "/forgot/sms", "/forgot/password"] {
        assert!(stranger.open(path).await.at.starts_with("/forgot"), "{path}");
        assert_eq!(stranger.open(path).await.title(), "Set a new password", "{path}: at the start");
    }
    let (mut browser, page) = at_the_password(&app).await;
    let form = page.form("/forgot/password").with("password", NEW);
    let csrf = stranger.open("/forgot").await.form("/forgot").value("csrf").to_owned();
    stranger.submit(form.clone().with("csrf", &csrf)).await;
    assert!(!password_works(&app, NEW).await, "not from another browser");
    assert_eq!(browser.open("/forgot/code").await.at, "/forgot/password", "going back changes nothing");
    let weak = browser.submit(form.clone().with("password", "password1234")).await;
    assert!(weak.says("easy to guess"));
    app.advance(60);
    browser.submit(form.clone()).await;
    assert!(password_works(&app, NEW).await);
    let again = browser.submit(form.with("password", "another velvet tractor one")).await;
    assert_ne!(again.status, 500);
    assert!(!password_works(&app, "another velvet tractor one").await, "a recovery is used once");
}

#[tokio::test]
async fn a_recovery_runs_out_after_half_an_hour_and_its_code_after_five_guesses() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    app.advance_hours(1);
    let (mut browser, page) = at_the_password(&app).await;
    app.advance(30 * 60 + 1);
    let page = browser.submit(page.form("/forgot/password").with("password", NEW)).await;
    assert_ne!(page.status, 500);
    assert!(!password_works(&app, NEW).await);
    app.advance_hours(1);
    let mut browser = app.browser();
    let page = browser.open("/forgot").await;
    let page = browser.submit(page.form("/forgot").with("email", ADA)).await;
    let (form, code) = (page.form("/forgot/code"), app.mail_code(ADA).await);
    for _ in 0..5 {
        browser.submit(form.clone().with("code", "23456789")).await;
    }
    let page = browser.submit(form.with("code", &code)).await;
    assert!(page.says("Too many tries with this code."));
}

#[tokio::test]
async fn asking_is_limited_alike_for_every_address() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    for email in [ADA, "nobody@example.org"] {
        let mut titles = Vec::new();
        for _ in 0..3 {
            let mut browser = app.browser();
            let page = browser.open("/forgot").await;
            titles.push(browser.submit(page.form("/forgot").with("email", email)).await.title());
        }
        assert_eq!(titles[2], "Please wait a while", "{email}: {titles:?}");
        assert_eq!(titles[0], titles[1]);
    }
}

#[tokio::test]
async fn a_recovery_opens_a_password_that_is_off() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    for _ in 0..100 {
        let mut browser = app.browser();
        let page = browser.open("/sign-in").await;
        browser.submit(page.form("/sign-in").with("email", ADA).with("password", "wrong wrong wrong")).await;
        app.advance(3600);
    }
    assert!(!password_works(&app, PASSWORD).await);
    let (mut browser, page) = at_the_password(&app).await;
    browser.submit(page.form("/forgot/password").with("password", NEW)).await;
    assert!(password_works(&app, NEW).await);
}
