//! Proving the e-mail address within 24 hours, by whoever made the account.

use crate::support::{Browser, PASSWORD, TestApp};
use reqwest::StatusCode;
use wardgate::audit::{Actor, Origin};
use wardgate::rights::{Act, Role};

const ADA: &str = "ada@example.org";

/// Somebody who has made an account and looks at "Check your email".
async fn newcomer(app: &TestApp, email: &str) -> Browser {
    let link = app.invite(email).await;
    let mut browser = app.browser();
    let page = app.create_account(&mut browser, &link).await;
    assert_eq!(page.title(), "Check your email");
    browser
}

async fn proved(app: &TestApp) -> i64 {
    let ada =
        format!("SELECT count(*) FROM accounts WHERE email = '{ADA}' AND email_verified_at IS NOT NULL");
    app.number(&ada).await
}

#[tokio::test]
async fn in_the_browser_that_registered_one_button_finishes_it_l1() {
    let app = TestApp::start().await;
    let mut browser = newcomer(&app, ADA).await;
    let link = app.link(ADA).await;
    let page = browser.open(&link).await;
    assert_eq!(
        (page.title(), proved(&app).await),
        ("Verify your email".to_owned(), 0),
        "looking changes nothing"
    );
    let page = browser.submit(page.form("/verify/")).await;
    assert_eq!((page.title(), proved(&app).await), ("Set up 2-step verification".to_owned(), 1));
    assert_eq!(browser.open(&link).await.title(), "Your email is verified", "a second look is friendly (L3)");
}

#[tokio::test]
async fn a_scanner_that_fetches_and_submits_the_link_proves_nothing_a13() {
    let app = TestApp::start().await;
    newcomer(&app, ADA).await;
    let link = app.link(ADA).await;
    let mut scanner = app.browser();
    for _ in 0..5 {
        let page = scanner.open(&link).await;
        scanner.submit(page.form("/verify/")).await;
        scanner.submit(page.form("/verify/").with("password", "guess guess guess")).await;
        let not_me =
            page.html.split("action=\"").find(|at| at.split('"').next().unwrap().ends_with("/not-me"));
        let path = not_me.unwrap().split('"').next().unwrap();
        let csrf = page.form("/verify/").value("csrf").to_owned();
        scanner.post(path, &[("csrf", &csrf)]).await;
        scanner.post(path, &[("csrf", &csrf), ("code", "AAAAAAAA")]).await;
    }
    assert_eq!(proved(&app).await, 0);
    assert_eq!(app.number("SELECT count(*) FROM accounts WHERE disabled_at IS NULL").await, 1);
}

#[tokio::test]
async fn elsewhere_the_link_asks_for_the_password() {
    let app = TestApp::start().await;
    newcomer(&app, ADA).await;
    let link = app.link(ADA).await;
    let mut phone = app.browser();
    let page = phone.open(&link).await;
    let wrong = phone.submit(page.form("/verify/").with("password", "not the password at all")).await;
    assert_eq!((wrong.status, proved(&app).await), (StatusCode::UNPROCESSABLE_ENTITY, 0));
    let page = phone.submit(page.form("/verify/").with("password", PASSWORD)).await;
    assert_eq!((page.title(), proved(&app).await), ("Set up 2-step verification".to_owned(), 1));
}

#[tokio::test]
async fn the_code_of_the_mail_is_typed_at_a_ward_pc_and_dies_after_five_guesses() {
    let app = TestApp::start().await;
    let mut browser = newcomer(&app, ADA).await;
    let code = app.mail_code(ADA).await;
    let form = browser.open("/verify-email").await.form("/verify-email");
    for _ in 0..5 {
        assert!(browser.submit(form.clone().with("code", "23456789")).await.says("That code is not right."));
    }
    let page = browser.submit(form.clone().with("code", &code)).await;
    assert!(page.says("Too many tries with this code."), "{}", page.html);
    let page = browser.submit(page.form("/verify-email/resend")).await;
    assert!(page.says("We have sent a new link."));
    let fresh = app.mail_code(ADA).await.to_lowercase();
    let page = browser.submit(form.with("code", &format!(" {} {} ", &fresh[..4], &fresh[4..]))).await;
    assert_eq!(page.title(), "Set up 2-step verification", "typed in lower case with blanks");
}

#[tokio::test]
async fn a_link_of_one_person_in_anothers_session_changes_neither_a14_i36() {
    let app = TestApp::start().await;
    newcomer(&app, ADA).await;
    let link = app.link(ADA).await;
    let mut bob = app.person("bob@example.org").await;
    let page = bob.browser.open(&link).await;
    let page = bob.browser.submit(page.form("/verify/")).await;
    assert_eq!(page.title(), "Verify your email", "it takes the password of the account it is for");
    assert_eq!(
        app.texts("SELECT email FROM accounts WHERE email_verified_at IS NOT NULL").await,
        [bob.email]
    );
}

#[tokio::test]
async fn a_proof_for_one_purpose_is_refused_for_the_other_a15_l4() {
    let app = TestApp::start().await;
    let mut browser = newcomer(&app, ADA).await;
    let verify_code = app.mail_code(ADA).await;
    let mut forgetful = app.browser();
    let page = forgetful.open("/forgot").await;
    let page = forgetful.submit(page.form("/forgot").with("email", ADA)).await;
    let reset_code = app.mail_code(ADA).await;
    assert_ne!(verify_code, reset_code);
    let page = forgetful.submit(page.form("/forgot/code").with("code", &verify_code)).await;
    assert!(page.says("That code is not right."), "{}", page.html);
    let page = browser.open("/verify-email").await;
    let page = browser.submit(page.form("/verify-email").with("code", &reset_code)).await;
    assert!(page.says("That code is not right."));
    let tokens = app.texts("SELECT purpose FROM mail_proofs ORDER BY created_at, purpose").await;
    assert_eq!(tokens, ["recover", "verify"]);
}

#[tokio::test]
async fn resending_has_limits_leaves_the_deadline_and_kills_older_links_a17_l6() {
    let app = TestApp::start().await;
    let mut browser = newcomer(&app, ADA).await;
    let first = app.link(ADA).await;
    let deadline = app.number("SELECT CAST(verify_by AS BIGINT) FROM accounts").await;
    let before = app.mails(ADA).await;
    for _ in 0..20 {
        let page = browser.open("/verify-email").await;
        browser.submit(page.form("/verify-email/resend")).await;
        browser.submit(page.form("/verify-email/resend")).await;
        app.deliver().await;
        app.advance(61);
    }
    assert_eq!(app.mails(ADA).await, before + 5);
    assert_eq!(app.number("SELECT CAST(verify_by AS BIGINT) FROM accounts").await, deadline);
    let page = browser.open(&first).await;
    assert_eq!((page.status, page.title()), (StatusCode::GONE, "This link no longer works".to_owned()));
    let page = browser.open(&app.link(ADA).await).await;
    browser.submit(page.form("/verify/")).await;
    assert_eq!(proved(&app).await, 1);
}

#[tokio::test]
async fn reminders_go_out_at_12_and_22_hours_and_never_to_who_is_done() {
    let app = TestApp::start().await;
    newcomer(&app, ADA).await;
    app.person("bob@example.org").await;
    let (ada, bob) = (app.mails(ADA).await, app.mails("bob@example.org").await);
    for (hours, reminders) in [(11, 0), (1, 1), (9, 1), (1, 2), (1, 2)] {
        app.advance_hours(hours);
        app.round().await;
        app.round().await;
        assert_eq!(app.mails(ADA).await, ada + reminders);
    }
    assert_eq!(app.mail(ADA).await.subject, "Reminder: verify your email for Huma");
    assert_eq!(app.mails("bob@example.org").await, bob);
}

#[tokio::test]
async fn after_24_hours_only_the_blocked_page_is_left_until_a_late_proof_opens_it_again_a16_l17() {
    let app = TestApp::start().await;
    newcomer(&app, ADA).await;
    app.advance(24 * 3600 - 1);
    let sign_in = async |app: &TestApp, password: &str| {
        let mut browser = app.browser();
        let page = browser.open("/sign-in").await;
        let form = page.form("/sign-in").with("email", ADA).with("password", password);
        let page = browser.submit(form).await;
        (browser, page)
    };
    assert_eq!(sign_in(&app, PASSWORD).await.1.title(), "Check your email");
    app.advance(2);
    let (_, page) = sign_in(&app, "not the password at all").await;
    assert!(page.says("do not match"), "a wrong password looks like any other");
    let (mut browser, page) = sign_in(&app, PASSWORD).await;
    assert_eq!(page.title(), "Your account is blocked");
    let rota = app.rota().await;
    let silent = browser.open(rota.begin(&[("prompt", "none")]).url.as_str()).await;
    assert!(silent.at.contains("error=interaction_required"), "{}", silent.at);
    for path in ["/team", "/set-up/phone", "/sign-in/code", "/continue", "/welcome"] {
        let page = browser.open(path).await;
        assert!(
            ["Your account is blocked", "Sign in"].contains(&page.title().as_str()),
            "{path}: {}",
            page.title()
        );
    }
    let page = browser.submit(page.form("/verify-email/resend")).await;
    assert!(page.says("We have sent a new email"), "{}", page.html);
    let code = app.mail_code(ADA).await;
    let page = browser.submit(page.form("/verify-email").with("code", &code)).await;
    assert_eq!((page.title(), proved(&app).await), ("Set up 2-step verification".to_owned(), 1));
}

#[tokio::test]
async fn an_unblock_is_a_new_deadline_and_a_new_mail_never_a_proof() {
    let app = TestApp::start().await;
    let lead = app.person_as("lena@example.org", "+447400123499", Role::TeamLead).await;
    newcomer(&app, ADA).await;
    app.advance_hours(25);
    let mut browser = app.browser();
    let page = browser.open("/team").await;
    let page = app.sign_in(&mut browser, &lead, page).await;
    assert!(page.says("Blocked, email not verified"), "{}", page.html);
    let page = browser.submit(page.form("/team/people/")).await;
    assert!(page.says("The account is open again."));
    assert_eq!(app.mail(ADA).await.subject, "Your Huma account is open again");
    assert_eq!(proved(&app).await, 0);
    let mut unblocker = browser.clone();
    let page = unblocker.open(&app.link(ADA).await).await;
    let page = unblocker.submit(page.form("/verify/")).await;
    assert_eq!(
        (page.title(), proved(&app).await),
        ("Verify your email".to_owned(), 0),
        "not by whoever unblocked"
    );
}

#[tokio::test]
async fn i_did_not_make_this_account_closes_it_and_invites_its_owner_again() {
    let app = TestApp::start().await;
    let lead = app.person_as("lena@example.org", "+447400123499", Role::TeamLead).await;
    app.invite_as(ADA, Role::Clinician, &Origin::of(Actor::Account(lead.id))).await;
    let stolen = app.link(ADA).await;
    let mut thief = app.browser();
    app.create_account(&mut thief, &stolen).await;
    let (link, code) = (app.link(ADA).await, app.mail_code(ADA).await);
    let mut owner = app.browser();
    let page = owner.open(&link).await;
    let form = page.form(&format!("{}/not-me", page.at)).with("code", &code);
    assert_eq!(owner.submit(form).await.title(), "Thank you");
    assert_eq!(app.mail(ADA).await.subject, "You have been invited to Huma");
    assert_eq!(app.mail("lena@example.org").await.subject, "A new Huma account was closed");
    assert_eq!(thief.open("/continue").await.title(), "Sign in", "nothing is left for whoever made it");
    let fresh = app.link(ADA).await;
    assert_ne!(fresh, stolen);
    assert_eq!(app.create_account(&mut owner, &fresh).await.title(), "Check your email");
}

#[tokio::test]
async fn only_whoever_may_look_after_a_place_is_permitted_to_unblock() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let who = wardgate::organisations::who(app.app.ground.db.read(), ada.id).await.unwrap();
    let act = Act::LookAfter { organisation: app.organisation, team: Some(app.team) };
    assert!(wardgate::rights::may(&who, act).is_none(), "a clinician does not");
}
