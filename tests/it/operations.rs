//! What operators see and do in the console: messages, keys, the trail, the settings in force.

use crate::console::somebody;
use crate::support::{Person, TestApp};
use reqwest::StatusCode;
use wardgate::audit::{Actor, Origin};
use wardgate::messages::delivery::SendError;
use wardgate::messages::memory::Kind;
use wardgate::rights::Role;

#[tokio::test]
async fn each_role_opens_its_parts_and_no_other_a103() {
    let parts = ["/admin/messages", "/admin/keys", "/admin/audit", "/admin/settings"];
    for (role, opened) in [
        (Role::Clinician, [false; 4]),
        (Role::TeamLead, [false; 4]),
        (Role::OrganisationAdmin, [false, false, true, false]),
        (Role::Admin, [true; 4]),
        (Role::Support, [true, false, false, false]),
        (Role::Auditor, [true; 4]),
    ] {
        let app = TestApp::start().await;
        let mut alma = somebody(&app, role).await;
        for (part, opened) in parts.iter().zip(opened) {
            let status = alma.browser.open(part).await.status;
            let expected = if opened { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, expected, "{role:?} {part}");
        }
    }
}

#[tokio::test]
async fn keys_are_rotated_with_fresh_factors_and_asked_about_once() {
    let app = TestApp::start().await;
    app.app.keys.ready().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let page = alma.browser.open("/admin/keys").await;
    assert!(page.says("Signing since"), "{}", page.html);
    let kids = app.number("SELECT count(*) FROM signing_keys").await;
    let page = alma.browser.submit(page.form("/admin/keys").with("wish", "now")).await;
    assert!(page.says("may refuse its tokens"), "{}", page.html);
    assert_eq!(app.number("SELECT count(*) FROM signing_keys").await, kids, "asked, not done");
    let page = alma.browser.submit(page.form("/admin/keys")).await;
    assert!(page.says("The keys were rotated."), "{}", page.html);
    assert!(app.number("SELECT count(*) FROM signing_keys").await > kids);
    app.advance(6 * 60);
    let form = alma.browser.open("/admin/keys").await.form("/admin/keys");
    let kids = app.number("SELECT count(*) FROM signing_keys").await;
    let page = alma.browser.submit(form.with("wish", "now").with("sure", "yes")).await;
    assert_eq!(page.title(), "Sign in", "both factors have to be fresh: {}", page.at);
    assert_eq!(app.number("SELECT count(*) FROM signing_keys").await, kids);
    let mut browser = alma.browser.clone();
    let page = app.sign_in(&mut browser, &alma, page).await;
    assert!(page.at.ends_with("/admin/keys"), "{}", page.at);
}

#[tokio::test]
async fn an_auditor_sees_keys_and_turns_none() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Auditor).await;
    let page = alma.browser.open("/admin/keys").await;
    assert!(!page.has_form("/admin/keys"));
    let csrf = page.form("/sign-out").value("csrf").to_owned();
    let page = alma.browser.post("/admin/keys", &[("csrf", &csrf), ("wish", "planned")]).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

async fn states(alma: &mut Person, query: &str) -> String {
    alma.browser.open(&format!("/admin/messages{query}")).await.html
}

#[tokio::test]
async fn messages_are_seen_without_their_contents_and_late_ones_are_tried_again_at_once() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    app.mailbox.fail_with(Kind::Email, Some(SendError::Retry("connection refused".to_owned())));
    app.invite_as("ada@example.org", Role::Clinician, &Origin::of(Actor::Host)).await;
    app.deliver().await;
    let late = alma.browser.open("/admin/messages?state=late").await;
    assert!(late.says("invite") && late.says("Late, tries again"), "{}", late.html);
    for secret in ["/invite/", "ada@example.org"] {
        assert!(!late.html.contains(secret), "{secret}: {}", late.html);
    }
    let home = alma.browser.open("/admin").await;
    assert!(home.says("One message is late and tried again"), "{}", home.html);
    app.mailbox.fail_with(Kind::Email, None);
    let page = alma.browser.submit(late.form("/admin/messages/")).await;
    assert!(page.says("It is being tried now."));
    app.deliver().await;
    assert!(states(&mut alma, "?state=sent").await.contains("invite"));
    assert!(!states(&mut alma, "?state=late").await.contains("/try"));
    assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'message.tried_now'").await, 1);
}

#[tokio::test]
async fn every_message_is_previewed_in_every_language_and_an_e_mail_runs_nothing() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Support).await;
    let page = alma.browser.open("/admin/messages").await;
    let previews: Vec<String> = page
        .html
        .split("href=\"")
        .filter_map(|at| at.split('"').next().filter(|at| at.contains("/previews/")).map(str::to_owned))
        .collect();
    assert_eq!(previews.len(), wardgate::messages::Message::samples().len() * 2);
    for preview in &previews {
        let page = alma.browser.open(preview).await;
        assert_eq!(page.status, StatusCode::OK, "{preview}");
    }
    let mail = alma.browser.open("/admin/messages/previews/invite.en/html").await;
    assert!(mail.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox"));
    for unknown in ["invite.fr", "nothing.en", "invite"] {
        let page = alma.browser.open(&format!("/admin/messages/previews/{unknown}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn the_trail_is_filtered_followed_and_reading_it_is_in_it_i39() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Auditor).await;
    app.invite("ada@example.org").await;
    let page = alma.browser.open("/admin/audit?act=invitation.").await;
    assert!(page.says("invitation.created") && !page.says("account.created"), "{}", page.html);
    assert!(page.says("Invited"), "in words too");
    assert!(!alma.browser.open("/admin/audit?refused=yes").await.says("invitation.created"));
    let page = alma.browser.open("/admin/audit?follow=yes").await;
    assert_eq!(page.headers["refresh"], "5");
    assert!(app.number("SELECT count(*) FROM audit WHERE act = 'audit.read'").await >= 3);
    let page = alma.browser.open("/admin/audit/export").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN, "an auditor reads and takes nothing out");
}

#[tokio::test]
async fn an_organisation_admin_reads_the_rows_of_the_own_organisation_alone_a73() {
    let app = TestApp::start().await;
    let (organisation, team) = crate::support::place(&app.app, "Southside", "Eyes").await;
    let mut alma = somebody(&app, Role::OrganisationAdmin).await;
    app.in_place(organisation, team).invite("eve@example.org").await;
    app.invite("ada@example.org").await;
    let page = alma.browser.open("/admin/audit?act=invitation.created").await;
    let rows = page.html.matches("<tr role=\"row\">").count() - 1;
    let own = app
        .number(
            "SELECT count(*) FROM audit WHERE act = 'invitation.created' AND organisation_id IN \
             (SELECT id FROM organisations WHERE name = 'Northshore Hospital')",
        )
        .await;
    assert_eq!(i64::try_from(rows).unwrap(), own, "{}", page.html);
}

#[tokio::test]
async fn the_trail_is_taken_out_as_lines_that_can_be_verified() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    alma.browser.open("/admin/audit").await;
    app.round().await;
    let file = alma.browser.open("/admin/audit/export").await;
    assert_eq!(file.headers["content-type"], "application/jsonl");
    let sealed = app.number("SELECT count(*) FROM audit WHERE place IS NOT NULL").await;
    let rows =
        file.html.lines().filter(|line| line.contains("\"digest\"") && line.contains("\"act\"")).count();
    assert_eq!(i64::try_from(rows).unwrap(), sealed);
}

#[tokio::test]
async fn the_settings_in_force_are_shown_without_a_secret() {
    let app = TestApp::with("[invitations]\ndays = 9").await;
    let mut alma = somebody(&app, Role::Auditor).await;
    let page = alma.browser.open("/admin/settings").await;
    assert!(page.says("server.issuer") && page.says("Development"), "{}", page.html);
    assert!(page.says("invitations.days 9 Configuration file"), "{}", page.html);
    assert!(!page.html.contains("postgres://") && !page.html.contains("redis://"), "{}", page.html);
}
