//! Who was invited makes an account, once; everybody else gets nothing.

use crate::support::{Form, PASSWORD, PHONE, Page, TestApp, permit, place};
use reqwest::{Method, StatusCode};
use wardgate::audit::{Actor, Origin};
use wardgate::invitations::{self, Invited};
use wardgate::rights::{Act, Role};

const ADA: &str = "ada@example.org";

async fn accounts(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM accounts").await
}

#[tokio::test]
async fn sign_up_without_an_invite_finds_no_page_and_makes_nothing_a1() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for token in ["", "unknown", "eyJhbGciOiJub25lIn0.e30.", &"x".repeat(4000)] {
        let page = browser.open(&format!("/invite/{token}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{token}");
        let csrf = app.browser().open("/sign-in").await.form("/sign-in").value("csrf").to_owned();
        let post =
            browser.post(&format!("/invite/{token}"), &[("csrf", &csrf), ("password", PASSWORD)]).await;
        assert!(post.status.is_client_error(), "{token}: {}", post.status);
    }
    assert_eq!(accounts(&app).await, 0);
    app.deliver().await;
    assert!(app.mailbox.newest_first().is_empty());
}

#[tokio::test]
async fn looking_at_a_link_however_often_uses_nothing_up_a2() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let path = link.trim_start_matches(app.issuer());
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        for _ in 0..17 {
            app.browser().raw(method.clone(), path, ("", Vec::new())).await;
        }
    }
    assert_eq!(app.number("SELECT count(*) FROM invitations WHERE opened_at IS NOT NULL").await, 0);
    let page = app.create_account(&mut app.browser(), &link).await;
    assert_eq!(page.title(), "Check your email");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_sign_ups_at_once_on_one_invite_one_makes_the_account_a3() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let (mut one, mut other) = (app.browser(), app.browser());
    let forms = [one.open(&link).await, other.open(&link).await].map(|page| filled(page.form("/invite/")));
    let [a, b] = forms;
    let (a, b) = tokio::join!(one.submit(a), other.submit(b));
    let mut titles = [a.title(), b.title()];
    titles.sort();
    // Whoever loses finds the link used, or an account of this address there and a newcomer's page.
    assert_eq!(titles[0], "Check your email");
    assert!(["Check your email", "This invite has been used"].contains(&titles[1].as_str()), "{titles:?}");
    assert_eq!(accounts(&app).await, 1);
    assert_eq!(app.number("SELECT count(*) FROM invitations WHERE accepted_at IS NOT NULL").await, 1);
}

#[tokio::test]
async fn a_used_invite_is_refused_the_next_day_a4() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let mut browser = app.browser();
    let form = browser.open(&link).await.form("/invite/");
    app.create_account(&mut app.browser(), &link).await;
    app.advance_hours(24);
    let page = browser.submit(form.with("password", PASSWORD)).await;
    assert_eq!((page.status, page.title()), (StatusCode::GONE, "This invite has been used".to_owned()));
    assert_eq!(accounts(&app).await, 1);
}

#[tokio::test]
async fn an_invite_dies_on_time_without_any_job_and_says_so_before_anything_is_typed_a5() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let mut browser = app.browser();
    let form = browser.open(&link).await.form("/invite/");
    app.advance(7 * 24 * 3600 - 1);
    assert!(browser.open(&link).await.has_form("/invite/"));
    app.advance(1);
    let page = browser.open(&link).await;
    assert_eq!((page.status, page.title()), (StatusCode::GONE, "This invite has run out".to_owned()));
    let page = browser.submit(filled(form)).await;
    assert_eq!(page.title(), "This invite has run out");
    assert_eq!(accounts(&app).await, 0);
}

fn filled(form: Form) -> Form {
    form.with("given_name", "Ada")
        .with("family_name", "Byron")
        .with("profession", "nurse")
        .with("password", PASSWORD)
        .with("terms", "yes")
}

#[tokio::test]
async fn address_role_and_place_come_from_the_invite_alone_a6() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let mut browser = app.browser();
    let mut form = filled(browser.open(&link).await.form("/invite/"));
    for (name, value) in [
        ("email", "mallory@example.org"),
        ("email_shown", "mallory@example.org"),
        ("role", "admin"),
        ("organisation", "00000000-0000-0000-0000-000000000000"),
        ("email_verified", "true"),
        ("sub", "1"),
        ("is_admin", "true"),
    ] {
        form = form.with(name, value);
    }
    let page = browser.submit(form).await;
    assert_eq!(page.title(), "Check your email");
    assert_eq!(app.texts("SELECT email FROM accounts WHERE email_verified_at IS NULL").await, [ADA]);
    assert_eq!(app.texts("SELECT role FROM memberships").await, ["clinician"]);
}

#[tokio::test]
async fn a_withdrawn_or_replaced_link_is_dead_in_a_tab_that_is_still_open_a7() {
    let app = TestApp::start().await;
    let (ground, origin) = (&app.app.ground, Origin::of(Actor::Host));
    let at = Act::LookAfter { organisation: app.organisation, team: Some(app.team) };
    let permit = || permit(at);
    for (withdraw, title) in [(true, "This invite was withdrawn"), (false, "There is a newer invite")] {
        let email = format!("{withdraw}@example.org");
        let Invited::Sent(id, _) = app.invite_as(&email, Role::Clinician, &origin).await else { panic!() };
        let link = app.link(&email).await;
        let mut browser = app.browser();
        let form = filled(browser.open(&link).await.form("/invite/"));
        let invitation = invitations::find(ground.db.read(), id).await.unwrap().unwrap();
        if withdraw {
            invitations::revoke(ground, permit(), &origin, invitation).await.unwrap();
        } else {
            invitations::resend(ground, permit(), 7, &origin, invitation).await.unwrap();
        }
        let page = browser.submit(form).await;
        assert_eq!(page.title(), title);
        assert_eq!(accounts(&app).await, 0);
    }
    let fresh = app.link("false@example.org").await;
    assert_eq!(app.create_account(&mut app.browser(), &fresh).await.title(), "Check your email");
}

/// What an outsider can compare: everything but what is random.
fn comparable(page: &Page) -> (StatusCode, Vec<String>, String) {
    let mut names: Vec<String> = page.headers.keys().map(ToString::to_string).collect();
    names.sort();
    let form = page.form("/verify-email");
    let html = page.html.replace(form.value("csrf"), "CSRF").replace(form.value("flow"), "FLOW");
    (page.status, names, html)
}

#[tokio::test]
async fn an_outsider_cannot_tell_that_an_address_has_an_account_and_its_owner_is_told_a8() {
    let app = TestApp::start().await;
    app.person("known@example.org").await;
    let mut pages = Vec::new();
    for email in ["known@example.org", "kenya@example.org"] {
        // Another team, so that the invitation itself is possible for both.
        let (organisation, team) = place(&app.app, "Southshore", "Surgery").await;
        let other = app.in_place(organisation, team);
        let link = other.invite(email).await;
        let before = app.mails(email).await;
        let page = app.create_account(&mut app.browser(), &link).await;
        assert_eq!(page.title(), "Check your email");
        assert_eq!(app.mails(email).await, before + 1, "one mail more to {email}");
        pages.push(comparable(&page));
    }
    assert_eq!(pages[0], pages[1]);
    assert_eq!(accounts(&app).await, 2);
    assert_eq!(app.mail("known@example.org").await.subject, "You have been invited to Huma");
}

#[tokio::test]
async fn the_terms_have_to_be_ticked_in_the_version_in_force_and_are_recorded_a9() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let mut browser = app.browser();
    let form = filled(browser.open(&link).await.form("/invite/"));
    for (terms, version, problem) in [
        ("", "1", "You need to agree to create an account."),
        ("on", "1", "You need to agree to create an account."),
        ("yes", "0", "The terms have changed meanwhile."),
        ("yes", "2", "The terms have changed meanwhile."),
        ("yes", "x", "The terms have changed meanwhile."),
    ] {
        let page = browser.submit(form.clone().with("terms", terms).with("terms_version", version)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says(problem), "{terms} {version}");
        let kept = page.form("/invite/");
        assert_eq!((kept.value("given_name"), kept.value("profession")), ("Ada", "nurse"), "nothing is lost");
        assert_eq!(kept.value("password"), "", "a password is not sent back");
    }
    assert_eq!(accounts(&app).await, 0);
    browser.submit(form).await;
    let now = app.app.ground.clock.now().0;
    let receipts = format!("SELECT count(*) FROM acceptances WHERE accepted_at = {now} AND address <> ''");
    assert_eq!(app.number(&receipts).await, 1);
    assert_eq!(
        app.number(
            "SELECT count(*) FROM acceptances JOIN notices ON notices.id = notice_id WHERE notices.version = 1"
        )
        .await,
        1
    );
}

#[tokio::test]
async fn passwords_are_judged_by_n1_to_n3_and_work_in_any_unicode_form_a10() {
    let app = TestApp::start().await;
    let link = app.invite("ada.lovelace@example.org").await;
    let mut browser = app.browser();
    let form = filled(browser.open(&link).await.form("/invite/"));
    let long = "ab cd ".repeat(60);
    for (password, problem) in [
        ("", "at least 12 characters"),
        ("🐢🐢🐢🐢🐢🐢🐢", "at least 12 characters"),
        ("Hospital2026!", "easy to guess"),
        ("ada.lovelace@example.org", "It contains your name, email or workplace"),
        (long.as_str(), "Please use at most"),
    ] {
        let page = browser.submit(form.clone().with("password", password)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{password}");
        assert!(page.says(problem), "{password}: {}", page.html);
    }
    let decomposed = "  cafe\u{301} turnip orbit seven";
    let page = browser.submit(form.with("password", decomposed)).await;
    assert_eq!(page.title(), "Check your email");
    let mut other = app.browser();
    let sign_in = other.open("/sign-in").await.form("/sign-in").with("email", "ada.lovelace@example.org");
    let trimmed = other.submit(sign_in.clone().with("password", "café turnip orbit seven")).await;
    assert!(trimmed.says("do not match"), "leading blanks are part of the password");
    let page = other.submit(sign_in.with("password", "  café turnip orbit seven")).await;
    assert_eq!(page.title(), "Check your email");
}

#[tokio::test]
async fn names_and_messages_are_inert_on_pages_in_mails_and_in_tokens_a12_i13() {
    let app = TestApp::start().await;
    let link = app.invite(ADA).await;
    let mut browser = app.browser();
    let form = filled(browser.open(&link).await.form("/invite/"));
    let hidden =
        form.clone().with("given_name", "x\u{202e}y").with("family_name", "a\r\nBcc: x\u{200b}@example.org");
    let page = browser.submit(hidden).await;
    assert_eq!(
        page.html.matches("Please use letters").count(),
        4,
        "both names, in the summary and at the field"
    );
    let (given, family) = ("<img src=x onerror=alert(1)>", "{{7*7}} <a href=//evil.test>%0aBcc:</a>");
    let page = browser.submit(form.with("given_name", given).with("family_name", family)).await;
    assert_eq!(page.title(), "Check your email");
    let page = browser.open(&app.link(ADA).await).await;
    let page = browser.submit(page.form("/verify/")).await;
    let page = browser.submit(page.form("/set-up/phone").with("number", PHONE)).await;
    let code = app.sms_code(PHONE).await;
    browser.submit(page.form("/sign-in/code").with("code", &code)).await;
    let rota = app.rota().await;
    let pending = rota.begin(&[]);
    let back = browser.open(pending.url.as_str()).await;
    let known = rota.userinfo(&rota.finish(pending, &back.at).await.tokens).await;
    assert_eq!(
        (&known["given_name"], &known["family_name"]),
        (&given.into(), &family.into()),
        "data as it is"
    );

    let mut lead = app.person_as("lena@example.org", "+447400123499", Role::TeamLead).await;
    let page = lead.browser.open("/team").await;
    assert!(page.says(given) && page.says(family), "shown as words");
    let form = page.form("/team/invite").with("addresses", "new@example.org");
    let message = "<a href=//evil.test>{{7*7}}</a>\r\nBcc: spy@example.org";
    let report = lead.browser.submit(form.with("message", message)).await;
    app.deliver().await;
    for html in [page.html, report.html]
        .into_iter()
        .chain(app.mailbox.newest_first().into_iter().map(|mail| mail.html))
    {
        assert!(!html.contains("<img src=x") && !html.contains("href=//evil"), "{html}");
        assert!(
            !html.contains("49 &lt;a") && !html.contains("49&lt;/a"),
            "a template in data is data: {html}"
        );
    }
    assert_eq!(app.mails("spy@example.org").await, 0);
}

#[tokio::test]
async fn the_reader_of_a_dead_link_asks_for_a_new_one_and_the_inviter_is_told_once() {
    let app = TestApp::start().await;
    let lead = app.person_as("lena@example.org", "+447400123499", Role::TeamLead).await;
    let origin = Origin::of(Actor::Account(lead.id));
    app.invite_as(ADA, Role::Clinician, &origin).await;
    let link = app.link(ADA).await;
    app.advance_hours(7 * 24);
    let before = app.mails("lena@example.org").await;
    for _ in 0..3 {
        let mut browser = app.browser();
        let page = browser.open(&link).await;
        if page.has_form("/invite/") {
            let page = browser.submit(page.form("/invite/")).await;
            assert!(page.says("We have told the person who invited you."));
        }
    }
    assert_eq!(app.mails("lena@example.org").await, before + 1);
    assert_eq!(app.mail("lena@example.org").await.subject, "Somebody asks for a new Huma invite");
}

#[tokio::test]
async fn the_uninvited_learn_whom_to_ask() {
    let app = TestApp::start().await;
    let page = app.browser().open("/access").await;
    assert!(page.says("Huma is invite only. Please speak to your team lead."));
    assert!(page.says("help@example.org"));
}

#[tokio::test]
async fn who_has_an_account_signs_in_and_joins_the_other_team() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (organisation, team) = place(&app.app, "Southshore", "Surgery").await;
    let link = app.in_place(organisation, team).invite(ADA).await;
    let mut elsewhere = app.browser();
    let page = elsewhere.open(&link).await;
    let form = page.form(&format!("{}/sign-in", page.at));
    let page = elsewhere.submit(form).await;
    assert_eq!(page.form("/sign-in").value("email"), ADA);
    app.advance(60);
    let page = app.sign_in(&mut elsewhere, &ada, page).await;
    assert_eq!(page.title(), "Join Surgery");
    let page = ada.browser.open(&link).await;
    assert_eq!(page.title(), "Join Surgery", "a live session needs no second sign-in");
    ada.browser.submit(page.form("/join")).await;
    assert_eq!(app.number("SELECT count(*) FROM memberships").await, 2);
    assert_eq!(ada.browser.open(&link).await.title(), "This invite has been used");
}
