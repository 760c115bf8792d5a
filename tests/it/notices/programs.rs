//! Notices by the API and by commands.

use super::writing::{publish, texts};
use crate::api::{Client, sent};
use crate::people::commands::Host;
use crate::support::TestApp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wardgate::notices::Kind;
use wardgate::rights::Role;

const BOTH: [&str; 2] = ["wardgate:read", "wardgate:notices"];

fn text(language: &str, words: &str) -> Value {
    json!({ "language": language, "title": "News", "text": words })
}

#[tokio::test]
async fn a_service_begins_changes_publishes_and_reads_who_agreed() {
    let app = TestApp::start().await;
    let mut ada = app.person("ada@example.org").await;
    let client = Client::service(&app, &BOTH).await;
    let body = json!({ "name": "news", "texts": [text("en", "Hello.")], "grace_days": 7 });
    let key = "0123456789abcdef-news";
    let begin = || sent(client.request(Method::POST, "/notices").header("idempotency-key", key).json(&body));
    let first = begin().await;
    assert_eq!(first.status, StatusCode::CREATED, "{first:?}");
    assert_eq!(first.header("location"), format!("{}/api/v1/notices/news", app.issuer()));
    let again = begin().await;
    assert_eq!((again.status, &again.json), (first.status, &first.json), "the same key makes it once");
    let taken = client.post("/notices", &body).await;
    assert_eq!((taken.status, taken.problem()), (StatusCode::CONFLICT, "name-taken"));
    let call = |method: Method, path: &'static str, tag: Option<&str>| {
        let request = client.request(method, path);
        match tag {
            Some(tag) => request.header("if-match", tag),
            None => request,
        }
    };
    let tag = first.header("etag");
    let no_tag = sent(call(Method::POST, "/notices/news/publish", None)).await;
    assert_eq!(no_tag.problem(), "version-needed");
    let lacks = sent(call(Method::POST, "/notices/news/publish", Some(tag))).await;
    assert_eq!((lacks.status, lacks.problem()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields"));
    assert_eq!(lacks.json["errors"][0]["field"], "texts.de.title");
    let change = json!({ "texts": [text("en", "Hello."), text("de", "Hallo.")] });
    let changed = sent(call(Method::PATCH, "/notices/news/draft", Some(tag)).json(&change)).await;
    assert_eq!(changed.json["draft"]["grace_days"], 7, "what is not named stays: {changed:?}");
    let stale = sent(call(Method::POST, "/notices/news/publish", Some(tag))).await;
    assert_eq!((stale.status, stale.problem()), (StatusCode::PRECONDITION_FAILED, "changed-meanwhile"));
    let done = sent(call(Method::POST, "/notices/news/publish", Some(changed.header("etag")))).await;
    assert_eq!(done.json["in_force"]["version"], 1, "{done:?}");
    assert_eq!(done.json.get("draft"), None);
    let rota = app.rota().await;
    let page = ada.browser.open(rota.begin(&[]).url.as_str()).await;
    ada.browser.submit(page.form("/notice").with("accept", "yes")).await;
    let receipts = client.get("/notices/news/receipts").await;
    assert_eq!(receipts.json["items"][0]["email"], "ada@example.org", "{receipts:?}");
    assert_eq!(client.get("/notices/news/receipts?missing=true").await.json["items"], json!([]));
    let actor = app.texts("SELECT DISTINCT actor FROM audit WHERE act LIKE 'notice.draft%'").await;
    assert_eq!(actor, ["service:provisioning"]);
}

#[tokio::test]
async fn what_a_call_may_not_say_is_told_by_field() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &BOTH).await;
    let nobody = "00000000-0000-0000-0000-000000000000";
    for (body, field) in [
        (json!({ "name": "News", "texts": [] }), "name"),
        (json!({ "name": "disclaimer-nobody", "texts": [] }), "name"),
        (json!({ "name": "a", "texts": [], "organisation_id": nobody }), "organisation_id"),
        (json!({ "name": "terms", "texts": [], "organisation_id": app.organisation.0 }), "organisation_id"),
        (json!({ "name": "a", "texts": [text("en", "x"), text("en", "y")] }), "texts"),
        (json!({ "name": "a", "texts": [text("fr", "x")] }), "texts.fr"),
        (json!({ "name": "a", "texts": [text("en", "<b>x</b>")] }), "texts.en.text"),
    ] {
        let answer = client.post("/notices", &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {answer:?}");
        assert_eq!(answer.json["errors"][0]["field"], field, "{body}");
    }
    let list = client.get("/notices").await;
    let names: Vec<_> = list.json["items"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["terms", "disclaimer-dashboard"]);
    let tag = client.get("/notices/disclaimer-dashboard").await.header("etag").to_owned();
    let request =
        client.request(Method::PATCH, "/notices/disclaimer-dashboard/draft").header("if-match", tag);
    let refused = sent(request.json(&json!({ "grace_days": 1 }))).await;
    assert_eq!((refused.status, refused.problem()), (StatusCode::CONFLICT, "configured"));
    assert_eq!(client.get("/notices/nothing").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_token_without_the_scope_writes_nothing_and_a_person_no_more_than_the_role_a105() {
    let app = TestApp::start().await;
    let reader = Client::service(&app, &["wardgate:read", "wardgate:operations"]).await;
    let body = json!({ "name": "news", "texts": [text("en", "x")] });
    let answer = reader.post("/notices", &body).await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::FORBIDDEN, "forbidden"));
    assert!(answer.json["detail"].as_str().unwrap().contains("wardgate:notices"), "{answer:?}");
    let mut alma = app.person_as("alma@example.org", "+447400123495", Role::OrganisationAdmin).await;
    let client = Client::person(&app, &mut alma, "wardgate:read wardgate:notices").await;
    assert_eq!(client.post("/notices", &body).await.status, StatusCode::FORBIDDEN);
    assert_eq!(client.get("/notices").await.status, StatusCode::OK);
}

#[tokio::test]
async fn commands_list_show_publish_and_write_receipts() {
    let app = TestApp::start().await;
    app.person("ada@example.org").await;
    let host = Host::of(&app);
    let names: Vec<Value> = host.lines("notice", &["list"]).iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["terms", "disclaimer-dashboard"]);
    let output = host.command("notice", &["publish", "terms"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("nothing of terms is being written"),
        "{output:?}"
    );
    assert_eq!(host.command("notice", &["show", "nothing"]).status.code(), Some(2));
    let client = Client::service(&app, &BOTH).await;
    let body =
        json!({ "name": "news", "texts": [text("en", "Hello."), text("de", "Hallo.")], "grace_days": 3 });
    assert_eq!(client.post("/notices", &body).await.status, StatusCode::CREATED);
    let shown = host.lines("notice", &["show", "news"]);
    assert_eq!((&shown[0]["draft"]["grace_days"], shown[0].get("in_force")), (&json!(3), None));
    let done = host.lines("notice", &["publish", "news"]);
    assert_eq!(done, [json!({ "name": "news", "version": 1, "asked": 1 })]);
    let shown = host.lines("notice", &["show", "news"]);
    assert_eq!(
        (&shown[0]["in_force"]["missing"], &shown[0]["in_force"]["source"]),
        (&json!(1), &json!("console"))
    );
    let receipts = host.lines("notice", &["receipts", "terms"]);
    assert_eq!((receipts.len(), &receipts[0]["email"]), (1, &json!("ada@example.org")));
}

#[tokio::test]
async fn discarding_by_a_call_leaves_what_is_in_force() {
    let app = TestApp::start().await;
    let news = Kind::Notice("news".to_owned());
    publish(&app, (&news, None), texts(&[("de", "a"), ("en", "a")]), 0).await;
    let client = Client::service(&app, &BOTH).await;
    let tag = client.get("/notices/news").await.header("etag").to_owned();
    let request = |method: Method, tag: &str| {
        client.request(method, "/notices/news/draft").header("if-match", tag.to_owned())
    };
    let draft = sent(request(Method::PATCH, &tag).json(&json!({ "grace_days": 5 }))).await;
    assert_eq!(draft.json["draft"]["texts"], draft.json["in_force"]["texts"], "{draft:?}");
    assert_eq!(sent(request(Method::DELETE, &tag)).await.problem(), "changed-meanwhile");
    assert_eq!(sent(request(Method::DELETE, draft.header("etag"))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(client.get("/notices/news").await.json["in_force"]["version"], 1);
}
