//! The code of the text message: five guesses, five minutes, one sign-in.

use crate::support::{Browser, PASSWORD, PHONE, Page, Person, TestApp};
use futures_util::future::join_all;
use reqwest::StatusCode;
use wardgate::messages::memory::Kind;

const ADA: &str = "ada@example.org";

/// A browser in which the password was right just now, at the code's page.
pub(super) async fn at_the_code(app: &TestApp, person: &Person) -> (Browser, Page) {
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let form = page.form("/sign-in").with("email", &person.email).with("password", PASSWORD);
    let page = browser.submit(form).await;
    (browser, page)
}

/// A code that is not this one.
fn wrong(code: &str) -> &'static str {
    if code == "000000" { "111111" } else { "000000" }
}

pub(super) fn signed_in(page: &Page) -> bool {
    page.at.starts_with("http://localhost:9001/login")
}

async fn guesses(app: &TestApp) -> i64 {
    app.number("SELECT CAST(max(failures) AS BIGINT) FROM counters WHERE subject LIKE 'sms:%'").await
}

#[tokio::test]
async fn a_code_is_dead_after_five_wrong_guesses_even_for_the_right_one_a29() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(1);
    let (mut browser, page) = at_the_code(&app, &ada).await;
    let code = app.sms_code(PHONE).await;
    let form = page.form("/sign-in/code");
    for _ in 0..5 {
        let page = browser.submit(form.clone().with("code", wrong(&code))).await;
        assert!(page.says("That code is not right."));
    }
    let page = browser.submit(form.clone().with("code", wrong(&code))).await;
    assert!(page.says("Too many tries with this code."));
    let page = browser.submit(form.with("code", &code)).await;
    assert!(!signed_in(&page) && page.says("Too many tries with this code."));
}

#[tokio::test]
async fn neither_a_new_code_nor_a_new_sign_in_resets_the_count_a30_i6_i48() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(24);
    let mut evaluated = 0;
    for _ in 0..4 {
        let (mut browser, page) = at_the_code(&app, &ada).await;
        let code = app.sms_code(PHONE).await;
        let form = page.form("/sign-in/code");
        for _ in 0..5 {
            let page = browser.submit(form.clone().with("code", wrong(&code))).await;
            evaluated += i64::from(page.says("That code is not right."));
        }
        let page = browser.submit(form.with("code", &code)).await;
        assert!(!signed_in(&page));
    }
    assert_eq!((evaluated, guesses(&app).await), (10, 10), "the soft lock holds at ten");
    app.advance_hours(24);
    let (mut browser, page) = at_the_code(&app, &ada).await;
    let code = app.sms_code(PHONE).await;
    let page = browser.submit(page.form("/sign-in/code").with("code", &code)).await;
    assert!(signed_in(&page), "a day later the right code works");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_sign_ins_share_the_limit_exactly_a31_i29_i47() {
    let app = TestApp::with("[sign_in]\ncode_minutes = 10").await;
    let ada = app.person(ADA).await;
    app.advance_hours(24);
    let mut guessers = Vec::new();
    for _ in 0..5 {
        let (browser, page) = at_the_code(&app, &ada).await;
        guessers.push((browser, page.form("/sign-in/code"), app.sms_code(PHONE).await));
    }
    let tries = (0..200).map(|n| {
        let (mut browser, form, code) = guessers[n % 5].clone();
        async move { browser.submit(form.with("code", wrong(&code))).await.says("That code is not right.") }
    });
    let evaluated = join_all(tries).await.into_iter().filter(|evaluated| *evaluated).count();
    assert_eq!((evaluated, guesses(&app).await), (10, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_right_code_posted_many_times_at_once_makes_one_session_a32_r5() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(1);
    let (browser, page) = at_the_code(&app, &ada).await;
    let code = app.sms_code(PHONE).await;
    let before = app.number("SELECT count(*) FROM sessions").await;
    join_all((0..5).map(|_| {
        let (mut browser, form) = (browser.clone(), page.form("/sign-in/code").with("code", &code));
        async move { browser.submit(form).await }
    }))
    .await;
    assert_eq!(app.number("SELECT count(*) FROM sessions").await, before + 1);
}

#[tokio::test]
async fn a_code_of_one_sign_in_is_refused_in_another_a33() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let bob = app.person_as("bob@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    app.advance_hours(1);
    let (mut first, first_page) = at_the_code(&app, &ada).await;
    let first_code = app.sms_code(PHONE).await;
    let (mut second, second_page) = at_the_code(&app, &ada).await;
    let second_code = app.sms_code(PHONE).await;
    let (mut other, other_page) = at_the_code(&app, &bob).await;
    if first_code != second_code {
        let page = second.submit(second_page.form("/sign-in/code").with("code", &first_code)).await;
        assert!(page.says("That code is not right."));
    }
    let page = other.submit(other_page.form("/sign-in/code").with("code", &first_code)).await;
    assert!(!signed_in(&page));
    assert!(signed_in(&second.submit(second_page.form("/sign-in/code").with("code", &second_code)).await));
    assert!(signed_in(&first.submit(first_page.form("/sign-in/code").with("code", &first_code)).await));
}

#[tokio::test]
async fn a_code_works_for_five_minutes_and_not_a_second_longer_a34() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(1);
    let (mut browser, page) = at_the_code(&app, &ada).await;
    let code = app.sms_code(PHONE).await;
    app.advance(5 * 60 + 1);
    let page = browser.submit(page.form("/sign-in/code").with("code", &code)).await;
    assert!(page.says("That code has run out. Send a new one."), "{}", page.html);
    let page = browser.submit(page.form("/sign-in/code/resend")).await;
    let fresh = app.sms_code(PHONE).await;
    app.advance(5 * 60 - 1);
    assert!(signed_in(&browser.submit(page.form("/sign-in/code").with("code", &fresh)).await));
}

#[tokio::test]
async fn a_flow_or_progress_that_is_rebuilt_cut_or_anothers_is_refused_a36_i9() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(1);
    let (browser, page) = at_the_code(&app, &ada).await;
    let code = app.sms_code(PHONE).await;
    let right = page.form("/sign-in/code").with("code", &code);
    let progress = browser.cookies["wardgate_progress"].clone();
    for forged in
        ["", "x", &progress[1..], &progress[..42], &progress.to_uppercase(), &format!("{progress}A")]
    {
        let mut thief = browser.clone();
        thief.cookies.insert("wardgate_progress".to_owned(), forged.to_owned());
        let page = thief.submit(right.clone()).await;
        assert!(
            !signed_in(&page) && !thief.cookies.contains_key("wardgate_session"),
            "{forged}: {}",
            page.title()
        );
    }
    let mut other = app.browser();
    let csrf = other.open("/sign-in").await.form("/sign-in").value("csrf").to_owned();
    let page = other.submit(right.clone().with("csrf", &csrf)).await;
    assert!(!signed_in(&page), "the flow's id alone is of no use in another browser");
    assert!(signed_in(&browser.clone().submit(right).await));
}

#[tokio::test]
async fn after_the_password_alone_nobody_is_signed_in_anywhere_a37_i7() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(1);
    let (mut browser, _) = at_the_code(&app, &ada).await;
    let rota = app.rota().await;
    let silent = browser.open(rota.begin(&[("prompt", "none")]).url.as_str()).await;
    assert!(silent.at.contains("error=login_required"), "{}", silent.at);
    assert_eq!(browser.open(rota.begin(&[]).url.as_str()).await.title(), "2-step verification");
    for (path, title) in [
        ("/team", "2-step verification"),
        ("/welcome", "2-step verification"),
        ("/sign-out", "You are signed out"),
    ] {
        assert_eq!(browser.open(path).await.title(), title, "{path}");
    }
    let page = browser
        .open(&format!(
            "/logout?client_id=dashboard&post_logout_redirect_uri={}",
            "http%3A%2F%2Flocalhost%3A9001%2Fsigned-out"
        ))
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.at);
    assert_eq!(
        app.number("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await,
        1,
        "the one of setting up"
    );
}

#[tokio::test]
async fn resending_repeats_the_live_code_with_waits_and_limits_a38_m4() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(24);
    let (mut browser, page) = at_the_code(&app, &ada).await;
    let code = app.sms_code(PHONE).await;
    let messages = async || {
        app.deliver().await;
        app.mailbox.newest_first().iter().filter(|it| it.kind == Kind::Sms).count()
    };
    let before = messages().await;
    let resend = page.form("/sign-in/code/resend");
    browser.submit(resend.clone()).await;
    assert_eq!(messages().await, before, "not before 30 seconds");
    for (wait, sent) in [(30, 1), (30, 1), (30, 2), (60, 2), (60, 2)] {
        app.advance(wait);
        browser.submit(resend.clone()).await;
        assert_eq!(messages().await, before + sent, "after {wait} more seconds");
        assert_eq!(app.sms_code(PHONE).await, code, "it is the same code");
    }
    for _ in 0..50 {
        at_the_code(&app, &ada).await;
    }
    assert_eq!(messages().await, before + 4, "five messages in an hour, whatever the browser");
}

#[tokio::test]
async fn the_message_ends_in_the_line_that_browsers_read_a45_m1() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    let first = app.mailbox.newest_first().into_iter().rfind(|it| it.kind == Kind::Sms).unwrap();
    let last = first.text.lines().last().unwrap();
    let (host, code) = last.strip_prefix('@').unwrap().split_once(" #").unwrap();
    assert_eq!((host, code.len()), ("localhost", 6));
    assert!(first.text.starts_with(&format!("Huma: {code} is your code.")), "{}", first.text);
}

#[tokio::test]
async fn numbers_that_get_no_text_message_are_refused_before_one_is_sent_a39_m6_m8() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let mut browser = app.browser();
    app.create_account(&mut browser, &link).await;
    let page = browser.open(&app.link(ADA).await).await;
    let page = browser.submit(page.form("/verify/")).await;
    let form = page.form("/set-up/phone");
    for (number, problem) in [
        ("", "complete phone number"),
        ("letters", "complete phone number"),
        ("0740012", "complete phone number"),
        ("07400 123456 ext 9", "phone number"),
        ("+1 415 555 2671", "to this country"),
        ("+881612345678", "phone number"),
        ("+870773111632", "phone number"),
        ("020 7946 0018", "mobile number"),
        ("0909 8790000", "mobile number"),
        ("<script>", "complete phone number"),
    ] {
        let page = browser.submit(form.clone().with("number", number)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
        assert!(page.says(problem) || page.says("to this country"), "{number}: {}", page.html);
        assert_eq!(page.form("/set-up/phone").value("number"), number, "what was typed stays");
    }
    app.deliver().await;
    assert!(app.mailbox.newest_first().iter().all(|message| message.kind == Kind::Email));
    for typed in ["07400 123456", "+44 7400 123456", "0044 7400-123456", "٠٧٤٠٠١٢٣٤٥٦"] {
        browser
            .submit(browser.clone().open("/set-up/phone").await.form("/set-up/phone").with("number", typed))
            .await;
        assert_eq!(
            app.texts("SELECT phone FROM authenticators WHERE removed_at IS NULL").await,
            [PHONE],
            "{typed}"
        );
    }
}

#[tokio::test]
async fn another_number_takes_the_place_of_one_that_waits_for_its_code() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let mut browser = app.browser();
    app.create_account(&mut browser, &link).await;
    let page = browser.open(&app.link(ADA).await).await;
    let page = browser.submit(page.form("/verify/")).await;
    let page = browser.submit(page.form("/set-up/phone").with("number", "07400 999999")).await;
    assert!(page.html.contains("href=\"/set-up/phone"), "use another number is offered");
    let old = app.sms_code("+447400999999").await;
    let page = browser.open("/set-up/phone").await;
    let page = browser.submit(page.form("/set-up/phone").with("number", PHONE)).await;
    let code = app.sms_code(PHONE).await;
    if old != code {
        let page = browser.submit(page.form("/sign-in/code").with("code", &old)).await;
        assert!(page.says("That code is not right."));
    }
    assert!(signed_in(&browser.submit(page.form("/sign-in/code").with("code", &code)).await));
    assert_eq!(app.texts("SELECT phone FROM authenticators WHERE verified_at IS NOT NULL").await, [PHONE]);
}

#[tokio::test]
async fn a_code_for_a_number_that_was_replaced_opens_nothing() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let mut mallory = app.browser();
    app.create_account(&mut mallory, &link).await;
    let link = app.link(ADA).await;
    let page = mallory.open(&link).await;
    let page = mallory.submit(page.form("/verify/")).await;
    let theirs = mallory.submit(page.form("/set-up/phone").with("number", "+447400999999")).await;
    let planted = app.sms_code("+447400999999").await;

    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    browser.submit(page.form("/sign-in").with("email", ADA).with("password", PASSWORD)).await;
    let page = browser.open("/set-up/phone").await;
    let page = browser.submit(page.form("/set-up/phone").with("number", PHONE)).await;
    let form = theirs.form("/sign-in/code").with("code", &planted);
    assert!(!signed_in(&mallory.submit(form.clone()).await), "while the new number waits for its code");
    let code = app.sms_code(PHONE).await;
    assert!(signed_in(&browser.submit(page.form("/sign-in/code").with("code", &code)).await));
    assert!(!signed_in(&mallory.submit(form).await), "when it is proved");
    assert_eq!(app.number("SELECT CAST(count(*) AS BIGINT) FROM sessions").await, 1);
}
