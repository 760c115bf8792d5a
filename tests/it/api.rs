//! The administrative API: who may call, what each call answers, and that its document says so.

use crate::support::{Person, TestApp, place};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use wardgate::rights::Role;

const NUMBER: &str = "+447400123497";
const SERVICE: &str = "provisioning";

/// Something that calls the API.
pub(crate) struct Client<'a> {
    app: &'a TestApp,
    token: String,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The word of a problem.
    pub(crate) fn problem(&self) -> &str {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        assert_eq!(self.json["status"], self.status.as_u16());
        self.json["type"].as_str().unwrap().strip_prefix("urn:wardgate:problem:").unwrap()
    }
}

impl<'a> Client<'a> {
    /// A service with these scopes of its own.
    pub(crate) async fn service(app: &'a TestApp, scopes: &[&str]) -> Self {
        let resource = format!("{}/api/v1", app.issuer());
        let secret = app
            .register(SERVICE, |policy| {
                policy.tokens.resources = vec![resource];
                policy.tokens.access_seconds = 12 * 3600;
                policy.tokens.service_scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            })
            .await;
        Self::with_secret(app, (SERVICE, &secret)).await
    }

    /// Another service with these scopes of its own.
    pub(crate) async fn again(app: &'a TestApp, scopes: &[&str]) -> Self {
        let resource = format!("{}/api/v1", app.issuer());
        let secret = app
            .register("another", |policy| {
                policy.tokens.resources = vec![resource];
                policy.tokens.service_scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
            })
            .await;
        Self::with_secret(app, ("another", &secret)).await
    }

    async fn with_secret(app: &'a TestApp, client: (&str, &str)) -> Self {
        let answer = app.call_as("/token", client, &[("grant_type", "client_credentials")]).await;
        Self { app, token: answer.text("access_token").to_owned() }
    }

    /// An application that acts for a person.
    pub(crate) async fn person(app: &'a TestApp, who: &mut Person, scopes: &str) -> Self {
        let resource = format!("{}/api/v1", app.issuer());
        let secret = app
            .register("tool", |policy| {
                policy.tokens.resources = vec![resource.clone()];
                policy.scopes = wardgate::protocol::scope::parse(&format!("openid {scopes}")).unwrap();
            })
            .await;
        let resource: String = url::form_urlencoded::byte_serialize(resource.as_bytes()).collect();
        let scopes = scopes.replace(' ', "+");
        let link = app.link_of("tool", &format!("&scope=openid+{scopes}&resource={resource}"));
        let back = who.browser.open(&link).await;
        let answer = app.redeem(("tool", &secret), &back).await;
        Self { app, token: answer.text("access_token").to_owned() }
    }

    /// What it presents.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.app
            .http()
            .request(method, format!("{}/api/v1{path}", self.app.issuer()))
            .bearer_auth(&self.token)
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        sent(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        sent(self.request(Method::POST, path).json(body)).await
    }
}

pub(crate) async fn sent(request: RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, json: response.json().await.unwrap_or_default() }
}

#[test]
fn the_document_is_the_one_that_is_kept() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
    let document: Value = serde_json::from_str(&wardgate::web::api_document()).unwrap();
    let pretty = format!("{}\n", serde_json::to_string_pretty(&document).unwrap());
    if std::env::var_os("WARDGATE_KEEP_OPENAPI").is_some() {
        std::fs::write(file, &pretty).unwrap();
    }
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        kept == pretty,
        "the API has changed: run this test with WARDGATE_KEEP_OPENAPI=1 and look at the difference"
    );
}

#[tokio::test]
async fn without_a_token_of_this_resource_there_is_nothing_a103() {
    let app = TestApp::start().await;
    let mut alma = app.person_as("alma@example.org", NUMBER, Role::Admin).await;
    let secret = app.register("other", |_| ()).await;
    let back = alma.browser.open(&app.link_of("other", "")).await;
    let elsewhere = app.redeem(("other", &secret), &back).await.text("access_token").to_owned();
    let console = {
        alma.browser.open("/admin").await;
        alma.browser.cookies["wardgate_session"].clone()
    };
    for token in ["", "nonsense", &elsewhere, &console] {
        let client = Client { app: &app, token: token.to_owned() };
        let answer = client.get("/organisations").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
        assert_eq!(answer.problem(), "invalid-token");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
    }
    let url = format!("{}/api/v1/organisations", app.issuer());
    let answer = sent(app.http().get(&url)).await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::UNAUTHORIZED, "invalid-token"));
    let by_cookie = sent(
        app.http()
            .get(&url)
            .header("cookie", format!("wardgate_console={}", alma.browser.cookies["wardgate_console"])),
    )
    .await;
    assert_eq!(
        by_cookie.status,
        StatusCode::UNAUTHORIZED,
        "a cookie opens no API, so no page of another site can use it"
    );
}

#[tokio::test]
async fn a_token_does_what_its_scopes_say_and_its_person_may_a105() {
    let app = TestApp::start().await;
    place(&app.app, "Southside", "Eyes").await;
    let mut alma = app.person_as("alma@example.org", NUMBER, Role::OrganisationAdmin).await;
    let client = Client::person(&app, &mut alma, "wardgate:read").await;
    let answer = client.get("/organisations").await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    let names: Vec<_> =
        answer.json["items"].as_array().unwrap().iter().map(|it| it["name"].clone()).collect();
    assert_eq!(names, ["Northshore Hospital"], "no more than the person sees");
    let id = app.texts("SELECT CAST(name AS TEXT) FROM organisations WHERE name = 'Southside'").await;
    assert_eq!(id.len(), 1);
    let answer = client.post("/organisations", &json!({ "name": "Eastgate" })).await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::FORBIDDEN, "forbidden"));
    assert!(answer.json["detail"].as_str().unwrap().contains("wardgate:organisations"));
}

#[tokio::test]
async fn a_service_acts_in_its_own_name() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &["wardgate:read", "wardgate:organisations"]).await;
    let answer =
        client.post("/organisations", &json!({ "name": "Eastgate", "peers_may_invite": true })).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let place = answer.header("location").to_owned();
    assert_eq!(
        place,
        format!("{}/api/v1/organisations/{}", app.issuer(), answer.json["id"].as_str().unwrap())
    );
    let path = place.split("/api/v1").nth(1).unwrap().to_owned();
    let found = client.get(&path).await;
    assert_eq!(found.json["peers_may_invite"], true);
    assert_eq!(found.header("etag"), answer.header("etag"));
    let again = client.post("/organisations", &json!({ "name": "Eastgate" })).await;
    assert_eq!((again.status, again.problem()), (StatusCode::CONFLICT, "name-taken"));
    assert_eq!(again.json["errors"][0]["field"], "name");
    let team = client.post(&format!("{path}/teams"), &json!({ "name": "Lungs" })).await;
    assert_eq!(team.status, StatusCode::OK);
    assert_eq!(client.get(&format!("{path}/teams")).await.json[0]["name"], "Lungs");
    let actor = app.texts("SELECT actor FROM audit WHERE act = 'team.added' ORDER BY id DESC LIMIT 1").await;
    assert_eq!(actor, ["service:provisioning"]);
}

#[tokio::test]
async fn of_two_changes_the_second_is_refused_a106() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &["wardgate:read", "wardgate:organisations"]).await;
    let list = client.get("/organisations").await;
    let path = format!("/organisations/{}", list.json["items"][0]["id"].as_str().unwrap());
    let tag = client.get(&path).await.header("etag").to_owned();
    let patch = |tag: Option<&str>, body: Value| {
        let request = client.request(Method::PATCH, &path).json(&body);
        sent(match tag {
            Some(tag) => request.header("if-match", tag),
            None => request,
        })
    };
    let answer = patch(None, json!({ "name": "A" })).await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::PRECONDITION_REQUIRED, "version-needed"));
    let answer = patch(Some(&tag), json!({ "name": "Northshore Trust" })).await;
    assert_eq!((answer.status, &answer.json["name"]), (StatusCode::OK, &json!("Northshore Trust")));
    let second = patch(Some(&tag), json!({ "peers_may_invite": true })).await;
    assert_eq!((second.status, second.problem()), (StatusCode::PRECONDITION_FAILED, "changed-meanwhile"));
    let third = patch(Some(answer.header("etag")), json!({ "peers_may_invite": true })).await;
    assert_eq!(third.json["name"], "Northshore Trust", "what is not named stays");
}

#[tokio::test]
async fn whatever_cannot_be_read_is_a_problem_in_words_and_never_our_fault_a21() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &["wardgate:read", "wardgate:organisations"]).await;
    let post = |kind: &str, body: &str| {
        let request = client.request(Method::POST, "/organisations");
        sent(request.header("content-type", kind).body(body.to_owned()))
    };
    for (kind, body, status) in [
        ("application/json", "", StatusCode::BAD_REQUEST),
        ("application/json", "{", StatusCode::BAD_REQUEST),
        ("application/json", "[]", StatusCode::BAD_REQUEST),
        ("application/json", "{\"name\": \"\"}", StatusCode::BAD_REQUEST),
        ("application/json", "{\"name\": \"  \"}", StatusCode::UNPROCESSABLE_ENTITY),
        ("application/json", "{\"name\": \"a\\u0000b\"}", StatusCode::UNPROCESSABLE_ENTITY),
        ("text/plain", "{\"name\": \"a\"}", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ] {
        let answer = post(kind, body).await;
        assert_eq!(answer.status, status, "{kind} {body}: {answer:?}");
        answer.problem();
        assert!(!answer.header("x-request-id").is_empty());
    }
    for (path, status) in [
        ("/organisations?after=abc", StatusCode::BAD_REQUEST),
        ("/organisations?limit=0", StatusCode::BAD_REQUEST),
        ("/organisations?limit=x", StatusCode::BAD_REQUEST),
        ("/organisations/nothing", StatusCode::BAD_REQUEST),
        ("/organisations/00000000-0000-0000-0000-000000000000", StatusCode::NOT_FOUND),
        ("/nowhere", StatusCode::NOT_FOUND),
        ("/organisations?q=%00", StatusCode::OK),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
    }
}

#[tokio::test]
async fn the_page_that_explains_the_api_loads_nothing_foreign() {
    let app = TestApp::start().await;
    let response = app.http().get(format!("{}/api/v1/docs", app.issuer())).send().await.unwrap();
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'sha256-") && policy.contains("default-src 'none'"), "{policy}");
    let page = response.text().await.unwrap();
    for foreign in ["src=\"http", "href=\"http", "src='http", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    let document = app.http().get(format!("{}/api/v1/openapi.json", app.issuer())).send().await.unwrap();
    let document: Value = document.json().await.unwrap();
    assert_eq!(document["openapi"].as_str().unwrap().split('.').next(), Some("3"));
}

#[tokio::test]
async fn operators_see_messages_keys_trail_and_settings_by_scope_and_turn_keys_with_the_one_for_it() {
    let app = TestApp::start().await;
    app.app.keys.ready().await;
    let scopes = ["wardgate:read", "wardgate:operations"];
    let client = Client::service(&app, &scopes).await;
    app.invite("ada@example.org").await;
    let sent = client.get("/messages?state=sent&limit=1").await;
    assert_eq!((sent.status, &sent.json["items"][0]["kind"]), (StatusCode::OK, &json!("invite")), "{sent:?}");
    let id = sent.json["items"][0]["id"].as_str().unwrap().to_owned();
    let tried = client.post(&format!("/messages/{id}/try"), &json!({})).await;
    assert_eq!(tried.json, json!({ "due": false }), "what was sent is not sent again");
    let keys = client.get("/keys").await;
    assert_eq!(keys.json.as_array().unwrap().len(), 4, "{keys:?}");
    assert!(keys.json[0].get("d").is_none());
    let turned = client.post("/keys/rotate", &json!({ "how": "planned", "alg": "ES256" })).await;
    assert_eq!((turned.status, turned.problem()), (StatusCode::FORBIDDEN, "forbidden"), "guarded");
    let trail = client.get("/audit?act=invitation.created").await;
    assert_eq!(trail.json["items"][0]["act"], "invitation.created", "{trail:?}");
    let settings = client.get("/settings").await;
    let issuer = settings.json.as_array().unwrap().iter().find(|it| it["key"] == "server.issuer").unwrap();
    assert_eq!(issuer["source"], "file", "{issuer}");
}

#[tokio::test]
async fn guarded_acts_by_a_persons_token_want_both_factors_fresh_rfc_9470() {
    let app = TestApp::start().await;
    app.app.keys.ready().await;
    let mut alma = app.person_as("alma@example.org", NUMBER, Role::Admin).await;
    let client = Client::person(&app, &mut alma, "wardgate:operations").await;
    let rotate = json!({ "how": "planned", "alg": "ES256" });
    assert_eq!(client.post("/keys/rotate", &rotate).await.status, StatusCode::OK);
    app.advance(5 * 60);
    let answer = client.post("/keys/rotate", &rotate).await;
    assert_eq!(
        (answer.status, answer.problem()),
        (StatusCode::UNAUTHORIZED, "insufficient-user-authentication")
    );
    let challenge = answer.header("www-authenticate");
    assert_eq!(challenge, "Bearer error=\"insufficient_user_authentication\", max_age=\"300\"");
}

#[tokio::test]
async fn a_token_that_calls_too_fast_is_told_when_to_come_again_and_holds_up_no_other() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &["wardgate:read"]).await;
    let first = client.get("/organisations").await;
    assert_eq!((first.header("ratelimit-limit"), first.header("ratelimit-remaining")), ("600", "599"));
    let mut last = first;
    for _ in 0..600 {
        last = client.get("/nowhere").await;
    }
    assert_eq!((last.status, last.problem()), (StatusCode::TOO_MANY_REQUESTS, "too-many-calls"));
    assert_eq!(last.header("retry-after"), "60");
    let other = Client { app: &app, token: "another".to_owned() };
    assert_eq!(other.get("/organisations").await.status, StatusCode::UNAUTHORIZED);
    app.advance(60);
    assert_eq!(client.get("/organisations").await.status, StatusCode::OK);
}
