//! An application's disclaimer, and terms that change.

mod console;
mod programs;
pub(crate) mod writing;

use crate::support::{Person, TestApp};
use wardgate::config::{NoticeText, Texts};
use wardgate::notices::{self, Kind};

const ADA: &str = "ada@example.org";

fn text(text: &str) -> Texts {
    Texts::from([(
        "en".to_owned(),
        NoticeText { title: "Before you start".to_owned(), text: text.to_owned() },
    )])
}

async fn agreed(app: &TestApp) -> i64 {
    let sql =
        "SELECT count(*) FROM acceptances JOIN notices ON notices.id = notice_id WHERE kind = 'disclaimer'";
    app.number(sql).await
}

async fn at_the_disclaimer(app: &TestApp, ada: &mut Person) -> crate::support::Form {
    let dashboard = app.dashboard().await;
    let page = ada.browser.open(dashboard.begin(&[]).url.as_str()).await;
    assert_eq!(page.title(), "Before you start");
    page.form("/notice")
}

#[tokio::test]
async fn only_the_notice_that_is_shown_is_agreed_to_and_once_a77() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let form = at_the_disclaimer(&app, &mut ada).await;
    let page = ada.browser.submit(form.clone()).await;
    assert!(page.says("Tick the box to go on."));
    let terms =
        notices::current(app.app.ground.db.read(), &Kind::Terms).await.unwrap().unwrap().id.to_string();
    for other in [terms.as_str(), "", "00000000-0000-0000-0000-000000000000"] {
        ada.browser.submit(form.clone().with("notice_id", other).with("accept", "yes")).await;
        assert_eq!(agreed(&app).await, 0, "{other}");
    }
    ada.browser
        .get(&format!("/notice?flow={}&accept=yes&notice_id={}", form.value("flow"), form.value("notice_id")))
        .await;
    assert_eq!(agreed(&app).await, 0, "an address is no agreement");
    let page = ada.browser.submit(form.clone().with("accept", "yes")).await;
    assert!(page.at.starts_with("http://localhost:9001/callback?"), "{}", page.at);
    ada.browser.submit(form.with("accept", "yes")).await;
    assert_eq!(agreed(&app).await, 1);
}

#[tokio::test]
async fn who_declines_goes_back_with_access_denied_and_is_asked_again_next_time_a77() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let form = at_the_disclaimer(&app, &mut ada).await;
    let page = ada.browser.submit(form.with("decline", "yes")).await;
    assert!(page.at.starts_with("http://localhost:9001/callback?error=access_denied"), "{}", page.at);
    assert!(page.at.contains("&iss=") && page.at.contains("&state="), "{}", page.at);
    assert_eq!(agreed(&app).await, 0);
    at_the_disclaimer(&app, &mut ada).await;
}

#[tokio::test]
async fn a_silent_request_does_not_pass_a_pending_disclaimer_a69() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let dashboard = app.dashboard().await;
    let page = ada.browser.open(dashboard.begin(&[("prompt", "none")]).url.as_str()).await;
    assert!(page.at.contains("error=interaction_required"), "{}", page.at);
    let rota = app.rota().await;
    let page = ada.browser.open(rota.begin(&[("prompt", "none")]).url.as_str()).await;
    assert!(page.at.contains("code="), "another application has none: {}", page.at);
}

#[tokio::test]
async fn a_changed_disclaimer_and_changed_terms_are_asked_again() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let form = at_the_disclaimer(&app, &mut ada).await;
    ada.browser.submit(form.with("accept", "yes")).await;
    let kind = Kind::Disclaimer("dashboard".to_owned());
    notices::publish(&app.app.ground, kind, &text("Readings may be late.")).await.unwrap();
    let form = at_the_disclaimer(&app, &mut ada).await;
    ada.browser.submit(form.with("accept", "yes")).await;
    assert_eq!(agreed(&app).await, 2);
    notices::publish(&app.app.ground, Kind::Terms, &text("New terms.")).await.unwrap();
    let rota = app.rota().await;
    let page = ada.browser.open(rota.begin(&[]).url.as_str()).await;
    assert!(page.says("New terms."), "{}", page.html);
    let page = ada.browser.submit(page.form("/notice").with("accept", "yes")).await;
    assert!(page.at.starts_with("http://localhost:9002/callback?code="), "{}", page.at);
    let receipts = "SELECT count(*) FROM acceptances WHERE text_hash IS NOT NULL AND address = '127.0.0.1'";
    assert_eq!(app.number(receipts).await, 4);
}

#[tokio::test]
async fn a_disclaimer_wears_the_applications_name_and_colour_and_the_terms_do_not() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let dashboard = app.dashboard().await;
    let page = ada.browser.open(dashboard.begin(&[]).url.as_str()).await;
    assert!(page.html.contains("sheet colour-green\"") && page.says("Clinician dashboard"), "{}", page.html);
    let css = include_str!("../../themes/default/assets/wardgate.css");
    for colour in ["blue", "green", "violet", "plum", "amber", "slate"] {
        assert_eq!(css.matches(&format!(".colour-{colour} ")).count(), 2, "{colour}, light and dark");
    }
    let wrong = "[[client]]\nid = 'x'\nname = 'X'\nredirect_uris = []\ncolour = 'red'";
    let config = wardgate::config::Config::from_toml(wrong).unwrap();
    let problems = wardgate::clients::check_config(&config.clients, true);
    assert!(problems.iter().any(|problem| problem.key == "client[0].colour"), "{problems:?}");
}
