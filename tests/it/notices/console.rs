//! Notices in the console: written, looked at, published, and who accepted.

use super::writing::{publish, texts};
use crate::console::somebody;
use crate::support::{Page, Person, TestApp, place};
use reqwest::StatusCode;
use wardgate::notices::Kind;
use wardgate::rights::Role;

const NEW: &str = "/admin/new-notice";
const NEWS: &str = "/admin/notices/news";

/// The languages of the installation in their order are de and en.
async fn written(alma: &mut Person, text: &str) -> Page {
    let form = alma.browser.open(NEW).await.form(NEW);
    let form = form.with("audience", "everybody").with("name", "news").with("grace_days", "14");
    let form =
        form.with("title_0", "Neues").with("text_0", text).with("title_1", "News").with("text_1", text);
    alma.browser.submit(form).await
}

#[tokio::test]
async fn nothing_typed_is_lost_on_a_mistake_and_each_mistake_is_at_its_field() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let form = alma.browser.open(NEW).await.form(NEW);
    let form = form.with("audience", "everybody").with("name", "News!").with("grace_days", "91");
    let form = form.with("title_0", "Neues").with("text_0", "<b>Hallo</b>").with("text_1", "Hello & more");
    let page = alma.browser.submit(form.clone()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("with a letter first") && page.says("a number of days from 0 to 90"), "{}", page.html);
    let kept = page.form(NEW);
    assert_eq!((kept.value("name"), kept.value("grace_days")), ("News!", "91"));
    assert!(page.html.contains("&lt;b&gt;Hallo&lt;/b&gt;</textarea>"), "{}", page.html);
    let page = alma.browser.submit(form.with("name", "news").with("grace_days", "2 days")).await;
    assert!(page.says("HTML cannot be used here") && page.says("a number of days"), "{}", page.html);
    assert!(page.html.contains("Hello &amp; more</textarea>") && page.html.contains("value=\"2 days\""));
    assert_eq!(app.number("SELECT count(*) FROM notice_drafts").await, 0);
}

#[tokio::test]
async fn a_notice_is_written_looked_at_published_after_one_question_and_asked() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let mut ada = app.person("ada@example.org").await;
    let page = written(&mut alma, "## Rooms\n\nWe *move* to [floor 2](https://example.org/floor).").await;
    assert!(page.at.ends_with("/news?said=saved") && page.title() == "News", "{}", page.at);
    let preview = alma.browser.open(&format!("{NEWS}/preview?language=de")).await;
    assert!(preview.html.contains("<html lang=\"de\"") && preview.title() == "Neues", "{}", preview.html);
    assert!(
        preview.html.contains("<h2>Rooms</h2>") && preview.html.contains("<em>move</em>"),
        "{}",
        preview.html
    );
    assert!(preview.html.contains("href=\"https://example.org/floor\""), "{}", preview.html);
    let rota = app.rota().await;
    assert!(!preview.html.contains("<form"), "nothing can be pressed");
    assert!(ada.browser.open(rota.begin(&[]).url.as_str()).await.at.contains("code="));
    let question = alma.browser.submit(page.form(&format!("{NEWS}/publish"))).await;
    assert!(question.says("2 people will be asked"), "{}", question.html);
    assert_eq!(app.number("SELECT count(*) FROM notices WHERE kind = 'notice'").await, 0, "it asks once");
    let form = question.form(&format!("{NEWS}/publish"));
    let page = alma.browser.submit(form.clone()).await;
    assert!(page.says("People are asked from now on") && page.says("Version 1"), "{}", page.html);
    assert_eq!(alma.browser.submit(form).await.status, StatusCode::NOT_FOUND, "once");
    let page = ada.browser.open(rota.begin(&[]).url.as_str()).await;
    assert!(page.title() == "News" && page.html.contains("<h2>Rooms</h2>"), "{}", page.html);
    ada.browser.submit(page.form("/notice").with("accept", "yes")).await;
    let people = alma.browser.open(&format!("{NEWS}/people")).await;
    assert!(people.says("1 accepted, 1 have not yet") && people.says("ada@example.org"), "{}", people.html);
    let people = alma.browser.open(&format!("{NEWS}/people?shown=missing")).await;
    assert!(people.says("alma@example.org") && !people.says("ada@example.org"), "{}", people.html);
    let list = alma.browser.open("/admin/notices").await;
    let at = |words: &str| list.html.find(words).unwrap_or_else(|| panic!("{words}: {}", list.html));
    assert!(at("/admin/notices/terms\"") < at("/admin/notices/news\""));
    assert!(at("/admin/notices/news\"") < at("/admin/notices/disclaimer-dashboard\""));
}

#[tokio::test]
async fn of_two_who_write_the_second_is_told_and_nobody_publishes_what_nobody_read() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let first = written(&mut alma, "First.").await.form(&format!("{NEWS}/publish"));
    let edit = format!("{NEWS}/edit");
    let form = alma.browser.open(&edit).await.form(&edit);
    alma.browser.submit(form.clone().with("text_1", "Second.")).await;
    let page = alma.browser.submit(form.with("text_1", "Third.")).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    assert!(page.html.contains("Third.</textarea>"), "what was typed is still there: {}", page.html);
    assert_eq!(alma.browser.submit(first).await.status, StatusCode::PRECONDITION_FAILED);
    let page = alma.browser.open(NEWS).await;
    let question = alma.browser.submit(page.form(&format!("{NEWS}/publish"))).await;
    let form = alma.browser.open(&edit).await.form(&edit);
    alma.browser.submit(form.with("title_1", "")).await;
    let page = alma.browser.submit(question.form(&format!("{NEWS}/publish"))).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED, "the question was about another text");
    let page = alma.browser.submit(page.form(&format!("{NEWS}/publish"))).await;
    assert!(page.says("is missing in: English"), "{}", page.html);
    let page = alma.browser.submit(page.form(&format!("{NEWS}/discard"))).await;
    let page = alma.browser.submit(page.form(&format!("{NEWS}/discard"))).await;
    assert!(page.at.ends_with("/admin/notices?said=discarded"), "{}", page.at);
    assert_eq!(app.number("SELECT count(*) FROM notice_drafts").await, 0);
}

#[tokio::test]
async fn what_changed_is_shown_and_what_the_configuration_writes_is_read_only() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    alma.browser.open("/admin").await;
    let news = Kind::Notice("news".to_owned());
    for text in ["Kept.\n\nGone.", "Kept.\n\nNew."] {
        publish(&app, (&news, None), texts(&[("de", text), ("en", text)]), 0).await;
    }
    let page = alma.browser.open(&format!("{NEWS}/versions/2")).await;
    assert!(page.says("Gone: Gone.") && page.says("New: New."), "{}", page.html);
    assert!(!alma.browser.open(&format!("{NEWS}/versions/1")).await.says("New: "));
    assert_eq!(alma.browser.open(&format!("{NEWS}/versions/3")).await.status, StatusCode::NOT_FOUND);
    let configured = "/admin/notices/disclaimer-dashboard";
    let page = alma.browser.open(configured).await;
    assert!(page.says("[client.disclaimer] of dashboard"), "{}", page.html);
    assert!(!page.html.contains("/edit\"") && !page.has_form(&format!("{configured}/publish")));
    let form = alma.browser.open(&format!("{configured}/edit")).await.form(configured);
    let page = alma.browser.submit(form.with("text_1", "Mine.")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn no_text_reaches_the_console_as_markup_a21() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    alma.browser.open("/admin").await;
    let evil = "</textarea><script>alert(1)</script>";
    let mut all = texts(&[("de", evil), ("en", evil)]);
    all.values_mut().for_each(|text| evil.clone_into(&mut text.title));
    wardgate::notices::publish(&app.app.ground, Kind::Terms, &all).await.unwrap();
    for path in ["", "/terms", "/terms/edit", "/terms/preview", "/terms/versions/2", "/terms/people"] {
        let page = alma.browser.open(&format!("/admin/notices{path}")).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(!page.html.contains("<script>alert") && page.html.matches("</html>").count() == 1, "{path}");
    }
}

#[tokio::test]
async fn each_role_sees_its_own_notices_and_people_and_only_admins_write_a105() {
    for (role, sees_all, sees_own) in
        [(Role::OrganisationAdmin, false, true), (Role::Auditor, true, true), (Role::Support, false, false)]
    {
        let app = TestApp::start().await;
        let (elsewhere, _) = place(&app.app, "Southside", "Eyes").await;
        let mut alma = somebody(&app, role).await;
        alma.browser.open("/admin").await;
        let both = || texts(&[("de", "Hello."), ("en", "Hello.")]);
        publish(&app, (&Kind::Notice("theirs".to_owned()), Some(elsewhere)), both(), 0).await;
        publish(&app, (&Kind::Notice("ours".to_owned()), Some(app.organisation)), both(), 0).await;
        let list = alma.browser.open("/admin/notices").await;
        assert_eq!(list.status == StatusCode::OK, sees_own, "{role:?} {}", list.html);
        assert_eq!((list.says("theirs"), list.says("ours")), (sees_all, sees_own), "{role:?}");
        assert!(!list.html.contains(NEW), "{role:?}");
        let theirs = alma.browser.open("/admin/notices/theirs/people").await.status;
        assert_eq!(theirs == StatusCode::OK, sees_all, "{role:?}");
        assert_eq!(alma.browser.open(NEW).await.status, StatusCode::FORBIDDEN, "{role:?}");
        let export = alma.browser.open("/admin/notices/ours/receipts/csv").await.status;
        let expected = if sees_own { StatusCode::FORBIDDEN } else { list.status };
        assert_eq!(export, expected, "{role:?}");
    }
}

#[tokio::test]
async fn receipts_are_taken_out_after_a_fresh_proof_as_values_and_as_lines() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let file = alma.browser.open("/admin/notices/terms/receipts/csv").await;
    assert_eq!(file.status, StatusCode::OK, "both factors were just proved");
    let lines: Vec<&str> = file.html.lines().collect();
    assert!(lines[0].starts_with("notice,version,text_hash,account,") && lines.len() == 2, "{lines:?}");
    assert!(lines[1].starts_with("\"terms\",\"1\",") && lines[1].contains("alma@example.org"), "{lines:?}");
    let file = alma.browser.open("/admin/notices/terms/receipts/jsonl").await;
    let line: serde_json::Value = serde_json::from_str(file.html.trim()).unwrap();
    assert_eq!((&line["notice"], &line["version"]), (&"terms".into(), &1.into()));
    assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'notice.receipts_exported'").await, 2);
    app.advance(6 * 60);
    let page = alma.browser.open("/admin/notices/terms/receipts/csv").await;
    assert!(page.at.contains("/sign-in"), "{}", page.at);
}
