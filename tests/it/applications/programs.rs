//! The same by programs: the API's calls, and that a call which is sent again counts once.

use crate::api::{Answer, Client, sent};
use crate::console::somebody;
use crate::support::TestApp;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wardgate::rights::Role;
use wardgate::store::answers::{self, Claim, Handle};

const CALLBACK: &str = "http://localhost:9010/callback";
const EVERYTHING: [&str; 3] = ["wardgate:read", "wardgate:clients", "wardgate:sensitive"];
const KEY: &str = "0b2f9c1e-7f5d-4a52-9f0e-6f4b1f6c2a11";

fn ward() -> Value {
    json!({ "id": "ward", "type": "server", "settings": { "name": "Ward", "redirect_uris": [CALLBACK] } })
}

async fn keyed(client: &Client<'_>, path: &str, key: &str, body: &Value) -> Answer {
    sent(client.request(Method::POST, path).header("idempotency-key", key).json(body)).await
}

async fn patched(client: &Client<'_>, path: &str, etag: &str, body: &Value) -> Answer {
    sent(client.request(Method::PATCH, path).header("if-match", etag).json(body)).await
}

async fn deleted(client: &Client<'_>, path: &str) -> Answer {
    sent(client.request(Method::DELETE, path)).await
}

#[tokio::test]
async fn a_program_makes_reads_changes_and_removes_applications_a106() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &EVERYTHING).await;
    let made = client.post("/clients", &ward()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert!(made.header("location").ends_with("/api/v1/clients/ward"));
    assert_eq!(made.json["client"]["type"], "server");
    assert_eq!(made.json["client"]["settings"]["pkce"], "required");
    let secret = made.json["client_secret"].as_str().unwrap().to_owned();
    assert_eq!(client.post("/clients", &ward()).await.problem(), "name-taken");

    let read = client.get("/clients/ward").await;
    assert_eq!(read.header("etag"), made.header("etag"));
    assert!(!read.json.to_string().contains(&secret));
    let list = client.get("/clients?q=WARD").await;
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1, "{list:?}");
    assert_eq!(list.json["items"][0]["source"], "console");

    let change = json!({ "home_uri": "https://ward.example.org/", "allow": [{ "role": "team_lead" }] });
    let etag = read.header("etag");
    assert_eq!(patched(&client, "/clients/ward", "", &change).await.problem(), "changed-meanwhile");
    let changed = patched(&client, "/clients/ward", etag, &change).await;
    let settings = &changed.json["client"]["settings"];
    assert_eq!((&settings["name"], &settings["home_uri"]), (&json!("Ward"), &change["home_uri"]));
    assert_eq!(patched(&client, "/clients/ward", etag, &change).await.problem(), "changed-meanwhile");
    let etag = changed.header("etag");
    let changed = patched(&client, "/clients/ward", etag, &json!({ "home_uri": null })).await;
    assert_eq!(changed.json["client"]["settings"].get("home_uri"), None, "null takes away");
    assert_eq!(changed.json.get("client_secret"), None);

    let rotated = client.post("/clients/ward/rotate-secret", &json!({ "keep_old_hours": 0 })).await;
    assert_ne!(rotated.json["client_secret"], secret);
    assert_eq!(client.get("/clients/ward/refusals").await.json, json!([]));
    assert_eq!(client.get("/clients/ward/logouts").await.json, json!([]));
    assert_eq!(deleted(&client, "/clients/ward").await.status, StatusCode::NO_CONTENT);
    assert_eq!(deleted(&client, "/clients/ward").await.status, StatusCode::NOT_FOUND);
    let acts = app.texts("SELECT act FROM audit WHERE actor = 'service:provisioning' ORDER BY id").await;
    let expected =
        ["client.added", "client.changed", "client.changed", "client.secret_rotated", "client.removed"];
    assert_eq!(acts, expected);
}

#[tokio::test]
async fn applications_of_the_configuration_and_the_console_itself_stay_as_they_are() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &EVERYTHING).await;
    let read = client.get("/clients/rota").await;
    assert_eq!((read.status, &read.json["source"]), (StatusCode::OK, &json!("config")));
    let change = json!({ "name": "Other" });
    let rotation = json!({ "keep_old_hours": 1 });
    for answer in [
        patched(&client, "/clients/rota", read.header("etag"), &change).await,
        client.post("/clients/rota/rotate-secret", &rotation).await,
        deleted(&client, "/clients/rota").await,
    ] {
        assert_eq!((answer.status, answer.problem()), (StatusCode::CONFLICT, "configured"));
    }
    for id in ["wardgate-console", "nobody", "%00"] {
        let path = format!("/clients/{id}");
        assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND, "{id}");
        assert_eq!(patched(&client, &path, "x", &change).await.status, StatusCode::NOT_FOUND, "{id}");
        assert_eq!(deleted(&client, &path).await.status, StatusCode::NOT_FOUND, "{id}");
    }
}

#[tokio::test]
async fn every_mistake_is_named_by_its_field_a104_a107() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &EVERYTHING).await;
    for (setting, value) in [
        ("redirect_uris", json!(["https://*.example.org/cb"])),
        ("redirect_uris", json!(["http://app.example.org/cb"])),
        ("jwks_uri", json!("https://169.254.169.254/keys")),
        ("backchannel_logout_uri", json!("https://[fd00::1]/out")),
        ("name", json!("Ward\u{202e}")),
        ("auth_method", json!("magic")),
        ("allow", json!([{ "role": "king" }])),
        ("access_token_seconds", json!(1)),
    ] {
        let mut body = ward();
        body["settings"][setting] = value;
        let answer = client.post("/clients", &body).await;
        assert_eq!((answer.status, answer.problem()), (StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields"));
        assert_eq!(answer.json["errors"][0]["field"], format!("settings.{setting}"), "{answer:?}");
    }
    for body in [json!({ "type": "server" }), json!({ "type": "king", "settings": {} })] {
        assert_eq!(client.post("/clients", &body).await.status, StatusCode::BAD_REQUEST);
    }
    let mut unknown = ward();
    unknown["settings"]["secret"] = json!("mine");
    assert_eq!(client.post("/clients", &unknown).await.status, StatusCode::BAD_REQUEST);
    let mut hostile = ward();
    hostile["settings"]["name"] = json!("'; DROP TABLE clients; --");
    assert_eq!(client.post("/clients", &hostile).await.status, StatusCode::CREATED);
    let list = client.get("/clients?q=%27%3B%20DROP").await;
    assert_eq!(list.json["items"][0]["name"], "'; DROP TABLE clients; --");
    assert_eq!(client.get("/clients?q=%00").await.status, StatusCode::OK);
    for path in ["/clients?after=00", "/clients?limit=1000000000", "/clients?limit=-1"] {
        assert_eq!(client.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn pages_of_the_list_follow_each_other_by_name_and_id() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &EVERYTHING).await;
    for id in ["c", "a", "b"] {
        let mut body = ward();
        body["id"] = json!(id);
        assert_eq!(client.post("/clients", &body).await.status, StatusCode::CREATED);
    }
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let list = client.get(&format!("/clients?q=ward&limit=1{after}")).await;
        let rows = list.json["items"].as_array().unwrap().iter();
        ids.extend(rows.map(|it| it["id"].as_str().unwrap().to_owned()));
        let Some(next) = list.json["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    assert_eq!(ids, ["a", "b", "c"], "three of one name");
}

#[tokio::test]
async fn a_token_makes_applications_only_with_its_scope_and_a_person_after_a_fresh_proof_a103_a105() {
    for scopes in [
        ["wardgate:read"].as_slice(),
        &["wardgate:read", "wardgate:clients"],
        &["wardgate:organisations", "wardgate:sensitive"],
    ] {
        let app = TestApp::start().await;
        let client = Client::service(&app, scopes).await;
        let answer = client.post("/clients", &ward()).await;
        assert_eq!((answer.status, answer.problem()), (StatusCode::FORBIDDEN, "forbidden"), "{scopes:?}");
    }
    for (role, sees, makes) in [
        (Role::Admin, StatusCode::OK, StatusCode::CREATED),
        (Role::Auditor, StatusCode::OK, StatusCode::FORBIDDEN),
        (Role::OrganisationAdmin, StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
        (Role::Support, StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
    ] {
        let app = TestApp::start().await;
        let mut alma = somebody(&app, role).await;
        let client = Client::person(&app, &mut alma, "wardgate:read wardgate:clients").await;
        assert_eq!(client.get("/clients").await.status, sees, "{role:?}");
        assert_eq!(client.post("/clients", &ward()).await.status, makes, "{role:?}");
        app.advance(301);
        let answer = client.post("/clients", &ward()).await;
        if role == Role::Admin {
            assert_eq!(answer.problem(), "insufficient-user-authentication");
            assert!(answer.header("www-authenticate").contains("max_age=\"300\""));
        } else {
            assert_eq!(answer.status, StatusCode::FORBIDDEN);
        }
    }
}

#[tokio::test]
async fn nobody_gives_an_application_more_of_the_api_than_the_own_token_has() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &EVERYTHING).await;
    let service = |id: &str, scope: &str| json!({ "id": id, "type": "service", "settings": { "name": id, "service_scopes": [scope] } });
    for scope in ["wardgate:people", "wardgate:operations"] {
        let answer = client.post("/clients", &service("more", scope)).await;
        assert_eq!((answer.status, answer.problem()), (StatusCode::FORBIDDEN, "more-than-own"), "{scope}");
    }
    let mut acting = ward();
    acting["settings"]["scopes"] = json!(["openid", "wardgate:people"]);
    assert_eq!(client.post("/clients", &acting).await.problem(), "more-than-own");
    assert_eq!(client.post("/clients", &service("same", "wardgate:read")).await.status, StatusCode::CREATED);
    let read = client.get("/clients/same").await;
    let more = json!({ "service_scopes": ["wardgate:people"] });
    assert_eq!(
        patched(&client, "/clients/same", read.header("etag"), &more).await.problem(),
        "more-than-own"
    );
    app.register("strong", |policy| policy.tokens.service_scopes = vec!["wardgate:people".to_owned()]).await;
    let rotation = json!({ "keep_old_hours": 1 });
    let answer = client.post("/clients/strong/rotate-secret", &rotation).await;
    assert_eq!(answer.problem(), "more-than-own", "nor takes one over that has more");
}

#[tokio::test]
async fn fifty_calls_with_one_key_make_one_application_and_get_one_answer() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &[&EVERYTHING[..], &["wardgate:organisations"]].concat()).await;
    let body = json!({ "type": "server", "settings": { "name": "Ward", "redirect_uris": [CALLBACK] } });
    let calls = (0..50).map(|_| keyed(&client, "/clients", KEY, &body));
    let answers = futures_util::future::join_all(calls).await;
    let first = &answers[0];
    for answer in &answers {
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        assert_eq!(answer.json, first.json);
        assert_eq!(answer.header("location"), first.header("location"));
        assert_eq!(answer.header("etag"), first.header("etag"));
    }
    assert_eq!(app.number("SELECT count(*) FROM clients WHERE source = 'console'").await, 1);
    let secret = first.json["client_secret"].as_str().unwrap();
    let stored = app.everything_stored().await;
    assert!(!stored.contains(secret) && !stored.contains(KEY), "neither is kept in clear");

    let other = json!({ "type": "native", "settings": { "name": "Other" } });
    let answer = keyed(&client, "/clients", KEY, &other).await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::UNPROCESSABLE_ENTITY, "key-reused"));
    let organisation = json!({ "name": "Eastgate" });
    let elsewhere = keyed(&client, "/organisations", KEY, &organisation).await;
    assert_eq!(elsewhere.status, StatusCode::CREATED, "another call has keys of its own");
    assert_eq!(keyed(&client, "/organisations", KEY, &organisation).await.json, elsewhere.json);
    for key in ["short", "with a blank in it", &"x".repeat(256)] {
        assert_eq!(keyed(&client, "/clients", key, &body).await.status, StatusCode::BAD_REQUEST, "{key}");
    }
    app.advance_hours(12);
    app.round().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let person = Client::person(&app, &mut alma, "wardgate:read wardgate:clients").await;
    let answer = keyed(&person, "/clients", KEY, &body).await;
    assert_ne!(answer.json["client"]["id"], first.json["client"]["id"], "another caller has keys of its own");
}

#[tokio::test]
async fn a_refusal_is_not_kept_and_an_answer_for_a_day_alone() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let client = Client::person(&app, &mut alma, "wardgate:read wardgate:clients").await;
    let mut body = ward();
    body["settings"]["redirect_uris"] = json!([]);
    let refused = keyed(&client, "/clients", KEY, &body).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made = keyed(&client, "/clients", KEY, &ward()).await;
    assert_eq!(made.status, StatusCode::CREATED, "the mistake was mended: {made:?}");
    assert_eq!(keyed(&client, "/clients", KEY, &ward()).await.json, made.json);
    assert_eq!(app.number("SELECT count(*) FROM kept_answers").await, 1);
    app.advance_hours(24 * 9);
    app.round().await;
    assert_eq!(app.number("SELECT count(*) FROM kept_answers").await, 0);
}

/// Claims a call as one attempt at it does.
async fn claimed(app: &TestApp, body: u8, mark: u8) -> Claim {
    let it = Handle { handle: vec![1; 32], body_hash: vec![body; 32], mark: vec![mark; 16] };
    let now = app.app.ground.clock.now();
    let write = app.app.ground.db.write(move |tx| {
        let it = it.clone();
        Box::pin(async move { answers::claim(tx, &it, now, now.plus(3600)).await })
    });
    write.await.unwrap()
}

#[tokio::test]
async fn a_call_that_was_cut_off_is_not_made_a_second_time() {
    let app = TestApp::start().await;
    assert_eq!(claimed(&app, 1, 1).await, Claim::Mine);
    assert_eq!(claimed(&app, 1, 2).await, Claim::UnderWay, "the node died before it answered");
    assert_eq!(claimed(&app, 2, 3).await, Claim::OtherBody);
    app.advance(3600);
    assert_eq!(claimed(&app, 2, 4).await, Claim::Mine, "when it is over, it is forgotten");
}

#[tokio::test]
async fn registration_tokens_are_made_listed_and_taken_back() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &EVERYTHING).await;
    let body = json!({ "uses": 2, "days": 7, "scopes": ["profile"], "note": "Tablets" });
    let made = keyed(&client, "/registration-tokens", KEY, &body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(keyed(&client, "/registration-tokens", KEY, &body).await.json, made.json);
    let list = client.get("/registration-tokens").await;
    assert_eq!(list.json.as_array().unwrap().len(), 1);
    assert_eq!((&list.json[0]["state"], &list.json[0]["scope"]), (&json!("live"), &json!("openid profile")));
    let path = format!("/registration-tokens/{}", made.json["id"].as_str().unwrap());
    assert_eq!(deleted(&client, &path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(deleted(&client, &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(client.get("/registration-tokens").await.json[0]["state"], "revoked");
    let more = json!({ "uses": 1, "days": 1, "scopes": ["wardgate:people"] });
    assert_eq!(client.post("/registration-tokens", &more).await.problem(), "more-than-own");
}

#[tokio::test]
async fn who_registered_itself_looks_after_itself_but_not_for_who_may_use_it() {
    let app = TestApp::with("[registration]\ndynamic = true").await;
    let mut alma = somebody(&app, Role::Admin).await;
    let client = Client::person(&app, &mut alma, "wardgate:read wardgate:clients").await;
    let token = client.post("/registration-tokens", &json!({ "uses": 1, "days": 7, "scopes": [] })).await;
    let metadata = json!({ "client_name": "Tablet", "redirect_uris": [CALLBACK] });
    let request = app.http().post(format!("{}/register", app.issuer())).json(&metadata);
    let registered = sent(request.bearer_auth(token.json["token"].as_str().unwrap())).await;
    assert_eq!(registered.status, StatusCode::CREATED, "{registered:?}");
    let id = registered.json["client_id"].as_str().unwrap().to_owned();
    let path = format!("/clients/{id}");

    let read = client.get(&path).await;
    let mine = patched(&client, &path, read.header("etag"), &json!({ "third_party": false })).await;
    assert_eq!(mine.problem(), "self-managed", "it stays somebody else's");
    let allow = json!([{ "organisation": "Northshore Hospital" }]);
    let closed = patched(&client, &path, read.header("etag"), &json!({ "allow": allow })).await;
    assert_eq!(closed.status, StatusCode::OK, "{closed:?}");

    let mut own = metadata.clone();
    own["client_id"] = json!(id);
    own["client_name"] = json!("Tablet 2");
    let url = registered.json["registration_client_uri"].as_str().unwrap();
    let own_token = registered.json["registration_access_token"].as_str().unwrap();
    let changed = sent(app.http().put(url).bearer_auth(own_token).json(&own)).await;
    assert_eq!(changed.status, StatusCode::OK, "{changed:?}");
    let settings = client.get(&path).await.json["settings"].clone();
    assert_eq!(
        (&settings["name"], &settings["allow"]),
        (&json!("Tablet 2"), &allow),
        "it opens itself to nobody"
    );

    let page = alma.browser.open(&format!("/admin/clients/{id}/edit")).await;
    let form = page.form("/admin/clients/");
    let fields: Vec<&str> = form.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(fields, ["csrf", "kind", "version", "allow", "colour"]);
    let page = alma.browser.submit(form.with("colour", "plum").with("name", "Mine")).await;
    assert!(page.says("Saved.") && page.says("Tablet 2"), "{}", page.html);
}
