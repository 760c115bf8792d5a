//! What a person sees and what is kept when something that Wardgate stands on is away.

mod redis;
mod stores;

use crate::support::{Browser, PHONE, Page, TestApp};
use reqwest::{StatusCode, header};
use wardgate::audit::{Actor, Origin};
use wardgate::messages::delivery::SendError;
use wardgate::messages::memory::Kind;
use wardgate::outbox::{TRIES, wait};
use wardgate::rights::Role;

const ADA: &str = "ada@example.org";

/// From now on nothing of a kind is taken.
fn down(app: &TestApp, kind: Kind) {
    app.mailbox.fail_with(kind, Some(SendError::Retry("the gateway does not answer".to_owned())));
}

fn up(app: &TestApp, kind: Kind) {
    app.mailbox.fail_with(kind, None);
}

/// Somebody whose address is proved, at the page that asks for the phone.
async fn at_the_phone(app: &TestApp) -> (Browser, Page) {
    let mut browser = app.browser();
    let link = app.invite(ADA).await;
    app.create_account(&mut browser, &link).await;
    let link = app.link(ADA).await;
    let page = browser.open(&link).await;
    let page = browser.submit(page.form("/verify/")).await;
    (browser, page)
}

/// State and attempts of the newest row of a kind.
async fn newest(app: &TestApp, kind: &str) -> String {
    let sql = format!(
        "SELECT state || ' ' || attempts FROM outbox WHERE kind = '{kind}' ORDER BY created_at DESC, id DESC LIMIT 1"
    );
    app.texts(&sql).await.concat()
}

/// A refusal for now: says so in words and when to come again.
fn is_busy(page: &Page) -> bool {
    let seconds =
        page.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    let words = page.says("We cannot do this right now") && page.says("Nothing is lost.");
    page.status == StatusCode::SERVICE_UNAVAILABLE && seconds.is_some_and(|seconds| seconds > 0) && words
}

#[tokio::test]
async fn while_the_gateway_is_down_a_code_is_said_to_be_late_and_comes_when_it_is_up_again() {
    let app = TestApp::start().await;
    let (mut browser, page) = at_the_phone(&app).await;
    down(&app, Kind::Sms);
    let page = browser.submit(page.form("/set-up/phone").with("number", PHONE)).await;
    assert_eq!(page.title(), "2-step verification");
    app.deliver().await;
    let page = browser.open(&page.at).await;
    assert!(page.says("it may take a minute longer than usual"), "{}", page.html);

    up(&app, Kind::Sms);
    app.deliver().await;
    assert_eq!(newest(&app, "login_code").await, "queued 1", "the next try has its time");
    app.advance(wait(1));
    let code = app.sms_code(PHONE).await;
    let page = browser.open(&page.at).await;
    assert!(!page.says("it may take a minute longer than usual"));
    let page = browser.submit(page.form("/sign-in/code").with("code", &code)).await;
    assert!(page.at.starts_with("http://localhost:9001/login"), "{}", page.at);
}

#[tokio::test]
async fn a_number_that_the_gateway_refuses_for_good_is_told_and_can_be_changed() {
    let app = TestApp::start().await;
    let (mut browser, page) = at_the_phone(&app).await;
    app.mailbox.fail_with(Kind::Sms, Some(SendError::Permanent("no such number".to_owned())));
    let page = browser.submit(page.form("/set-up/phone").with("number", "+447400999999")).await;
    app.deliver().await;
    assert_eq!(newest(&app, "login_code").await, "dead 1");
    let page = browser.open(&page.at).await;
    assert!(page.says("We could not send a message to this number."), "{}", page.html);

    up(&app, Kind::Sms);
    let page = browser.open("/set-up/phone").await;
    let page = browser.submit(page.form("/set-up/phone").with("number", PHONE)).await;
    let code = app.sms_code(PHONE).await;
    let page = browser.submit(page.form("/sign-in/code").with("code", &code)).await;
    assert!(page.at.starts_with("http://localhost:9001/login"), "{}", page.at);
}

#[tokio::test]
async fn a_code_that_ran_out_while_the_gateway_was_down_is_not_sent_late_l12() {
    let app = TestApp::start().await;
    let (mut browser, page) = at_the_phone(&app).await;
    down(&app, Kind::Sms);
    browser.submit(page.form("/set-up/phone").with("number", PHONE)).await;
    app.deliver().await;
    up(&app, Kind::Sms);
    app.advance(5 * 60);
    app.deliver().await;
    assert_eq!(newest(&app, "login_code").await, "dropped 2");
    assert_eq!(app.mailbox.last(Kind::Sms, PHONE), None);
}

#[tokio::test]
async fn while_mail_is_down_an_account_can_be_made_and_its_letter_comes_when_it_is_up_again() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    down(&app, Kind::Email);
    let mut browser = app.browser();
    let page = app.create_account(&mut browser, &link).await;
    assert!(page.says("An email is on its way to a"), "{}", page.html);
    for tried in 1..4 {
        app.deliver().await;
        assert_eq!(newest(&app, "verify_email").await, format!("queued {tried}"));
        app.advance(wait(tried));
    }
    up(&app, Kind::Email);
    let link = app.link(ADA).await;
    let page = browser.open(&link).await;
    let page = browser.submit(page.form("/verify/")).await;
    assert_eq!(page.title(), "Set up 2-step verification");
    assert_eq!(newest(&app, "verify_email").await, "sent 4");
}

#[tokio::test]
async fn a_letter_is_dead_after_its_last_try_and_the_team_lead_sees_it_and_sends_another() {
    let app = TestApp::start().await;
    let lena = app.person_as("lena@example.org", PHONE, Role::TeamLead).await;
    app.advance(1);
    app.invite_as(ADA, Role::Clinician, &Origin::of(Actor::Host)).await;
    down(&app, Kind::Email);
    for tried in 1..=TRIES {
        assert_eq!(newest(&app, "invite").await, format!("queued {}", tried - 1));
        app.deliver().await;
        app.advance(wait(tried));
    }
    assert_eq!(newest(&app, "invite").await, format!("dead {TRIES}"));
    let wiped = "SELECT payload FROM outbox WHERE kind = 'invite' AND state = 'dead'";
    assert_eq!(app.texts(wiped).await, ["{}"], "no link stays behind");
    up(&app, Kind::Email);
    app.deliver().await;
    assert_eq!(app.mails(ADA).await, 0, "nobody tries a dead letter");

    let mut browser = app.browser();
    let page = browser.open("/team").await;
    let page = app.sign_in(&mut browser, &lena, page).await;
    assert!(page.says("Email not delivered"), "{}", page.html);
    browser.submit(page.form("/team/invitations/")).await;
    assert_eq!(app.mails(ADA).await, 1);
}

#[tokio::test]
async fn what_cannot_be_recorded_does_not_happen_r13() {
    let app = TestApp::start().await;
    let (link, mut browser) = (app.invite(ADA).await, app.browser());
    let counts = "SELECT CAST((SELECT count(*) FROM accounts) + (SELECT count(*) FROM mail_proofs) \
                  + (SELECT count(*) FROM invitations WHERE accepted_at IS NOT NULL) \
                  + (SELECT count(*) FROM outbox WHERE kind = 'verify_email') AS BIGINT)";
    stores::break_the_trail(&app).await;
    let page = app.create_account(&mut browser, &link).await;
    assert!(is_busy(&page), "{} {}", page.status, page.html);
    assert_eq!(app.number(counts).await, 0, "nothing of the account is there");
    stores::mend_the_trail(&app).await;
    let page = app.create_account(&mut browser, &link).await;
    assert_eq!((page.title().as_str(), app.number(counts).await), ("Check your email", 4));

    let link = app.link(ADA).await;
    let page = browser.open(&link).await;
    let page = browser.submit(page.form("/verify/")).await;
    let page = browser.submit(page.form("/set-up/phone").with("number", PHONE)).await;
    let form = page.form("/sign-in/code").with("code", &app.sms_code(PHONE).await);
    stores::break_the_trail(&app).await;
    let page = browser.submit(form.clone()).await;
    assert!(is_busy(&page), "{} {}", page.status, page.html);
    assert_eq!(app.number("SELECT CAST(count(*) AS BIGINT) FROM sessions").await, 0);
    stores::mend_the_trail(&app).await;
    let page = browser.submit(form).await;
    assert!(page.at.starts_with("http://localhost:9001/login"), "the code was not spent: {}", page.html);
}
