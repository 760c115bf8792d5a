//! Applications that register themselves (RFC 7591, RFC 7592, OpenID Connect Registration 1.0).

use crate::support::{TestApp, permit};
use futures_util::future::join_all;
use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wardgate::audit::{Actor, Origin};
use wardgate::clients::NewRegistrationToken;
use wardgate::ids::RegistrationTokenId;
use wardgate::protocol::client::{Pkce, Profile};
use wardgate::protocol::scope::Scope;
use wardgate::rights::{Act, Guarded};

mod management;
mod trail;

const CALLBACK: &str = "https://app.example/callback";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// An answer of the registration endpoints.
#[derive(Clone, Debug)]
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
    json: Value,
}

impl Reply {
    fn text(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_default()
    }

    /// What a client can tell apart.
    fn seen(&self) -> (StatusCode, Option<String>, String) {
        let challenge = self.headers.get("www-authenticate").map(|value| value.to_str().unwrap().to_owned());
        (self.status, challenge, self.text.clone())
    }

    fn error(&self) -> (u16, &str) {
        (self.status.as_u16(), self.text("error"))
    }
}

async fn open() -> TestApp {
    TestApp::with("[registration]\ndynamic = true").await
}

/// A registration token with a number of uses, changed as a test needs it.
async fn token(app: &TestApp, uses: i32, scopes: &[Scope]) -> (RegistrationTokenId, String) {
    let scopes = scopes.iter().copied().collect();
    let new = NewRegistrationToken { uses, days: 7, profile: Profile::Default, scopes, note: String::new() };
    let clients = &app.app.clients;
    let added = clients
        .add_registration_token(
            permit(Act::Guarded(Guarded::ClientSecrets, None)),
            &Origin::of(Actor::Host),
            new,
        )
        .await;
    let (id, token) = added.unwrap();
    (id, token.text().to_owned())
}

async fn send(app: &TestApp, method: Method, path: &str, token: &str, body: Option<&str>) -> Reply {
    let mut request = app.http().request(method, format!("{}{path}", app.issuer()));
    if !token.is_empty() {
        request = request.bearer_auth(token);
    }
    if let Some(body) = body {
        request = request.header("content-type", "application/json").body(body.to_owned());
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    let text = response.text().await.unwrap();
    Reply { status, headers, json: serde_json::from_str(&text).unwrap_or_default(), text }
}

async fn register(app: &TestApp, token: &str, metadata: &Value) -> Reply {
    send(app, Method::POST, "/register", token, Some(&metadata.to_string())).await
}

/// A registered client's own address and token.
fn own(registered: &Reply) -> (String, String) {
    (
        format!("/register/{}", registered.text("client_id")),
        registered.text("registration_access_token").to_owned(),
    )
}

#[tokio::test]
async fn without_the_setting_there_is_no_registration_and_the_metadata_do_not_name_it() {
    let app = TestApp::start().await;
    let (_, good) = token(&app, 1, &[]).await;
    let reply = register(&app, &good, &json!({ "redirect_uris": [CALLBACK] })).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let reply = send(&app, Method::GET, "/register/x", &good, None).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let document = send(&app, Method::GET, "/.well-known/openid-configuration", "", None).await.json;
    assert_eq!(document.get("registration_endpoint"), None);
    let app = open().await;
    let document = send(&app, Method::GET, "/.well-known/openid-configuration", "", None).await.json;
    assert_eq!(document["registration_endpoint"], format!("{}/register", app.issuer()));
}

#[tokio::test]
async fn an_application_registers_and_the_answer_is_all_that_is_registered() {
    let app = open().await;
    let (_, good) = token(&app, 1, &[Scope::Email]).await;
    let given = json!({
        "client_name": "Ward tablet", "redirect_uris": [CALLBACK], "client_uri": "https://app.example/",
        "scope": "openid profile email wardgate:staff rota:read", "grant_types": ["authorization_code", "refresh_token"],
        "client_id": "chosen", "client_secret": SECRET, "third_party": false, "introspects": true,
        "logo_uri": "https://app.example/logo.png",
    });
    let reply = register(&app, &good, &given).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text);
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(reply.headers.get("access-control-allow-origin"), None);
    let id = reply.text("client_id");
    let expected = json!({
        "client_id": id, "client_name": "Ward tablet", "client_uri": "https://app.example/",
        "redirect_uris": [CALLBACK], "post_logout_redirect_uris": [], "application_type": "web",
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
        "scope": "openid email", "subject_type": "public", "id_token_signed_response_alg": "RS256",
        "client_secret": reply.text("client_secret"), "client_secret_expires_at": 0,
        "client_id_issued_at": app.app.ground.clock.now().0,
        "registration_access_token": reply.text("registration_access_token"),
        "registration_client_uri": format!("{}/register/{id}", app.issuer()),
    });
    assert_eq!(reply.json, expected);
    assert!(id != "chosen" && reply.text("client_secret") != SECRET, "neither is the client's to choose");
    let client = app.app.clients.find(id).await.unwrap().unwrap();
    assert_eq!((client.source.as_str(), client.policy.pkce), ("dynamic", Pkce::Required));
    assert!(client.policy.third_party && !client.policy.introspects);

    let stored = app.everything_stored().await;
    for secret in [&good, &reply.text("client_secret").to_owned(), &own(&reply).1] {
        assert!(!stored.contains(secret.as_str()), "only hashes are stored");
    }
    assert_eq!(app.texts("SELECT actor FROM audit WHERE act = 'client.registered'").await, ["visitor"]);
}

#[tokio::test]
async fn what_only_the_house_may_have_is_not_to_be_registered() {
    let app = open().await;
    let (_, good) = token(&app, 5, &Scope::ALL).await;
    for grants in [json!(["client_credentials"]), json!(["authorization_code", "client_credentials"])] {
        let given = json!({ "redirect_uris": [CALLBACK], "grant_types": grants, "response_types": null, "scope": "openid x" });
        assert_eq!(register(&app, &good, &given).await.error(), (400, "invalid_client_metadata"));
    }
    let names = [
        "Clinician dashboard",
        " clinician  DASHBOARD ",
        "Cl\u{456}n\u{456}cian dashboard",
        "Clinician\u{200b} dashboard",
        "Clinician dashb\u{ff4f}ard",
        "Good\u{202e}Bad",
        "Huma",
        "Hurna",
    ];
    for name in names {
        let given = json!({ "redirect_uris": [CALLBACK], "client_name": name });
        assert_eq!(register(&app, &good, &given).await.error(), (400, "invalid_client_metadata"), "{name}");
    }
    let reply = register(&app, &good, &json!({ "redirect_uris": [CALLBACK], "client_name": "Own" })).await;
    assert!(reply.text("scope").contains("wardgate:staff"), "a token may allow it: {}", reply.text);
}

#[tokio::test]
async fn unsafe_metadata_are_refused_and_nothing_is_fetched_a104() {
    let app = open().await;
    let (_, good) = token(&app, 1, &[]).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let here = format!("http://{}", listener.local_addr().unwrap());
    let table = [
        (json!({ "redirect_uris": ["http://app.example/callback"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://*.app.example/callback"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["https://app.example/callback#x"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), "invalid_redirect_uri"),
        (json!({ "redirect_uris": [] }), "invalid_redirect_uri"),
        (json!({}), "invalid_redirect_uri"),
        (json!({ "redirect_uris": CALLBACK }), "invalid_redirect_uri"),
        (
            json!({ "redirect_uris": [CALLBACK], "jwks_uri": "https://10.0.0.1/keys" }),
            "invalid_client_metadata",
        ),
        (
            json!({ "redirect_uris": [CALLBACK], "jwks_uri": "https://169.254.169.254/" }),
            "invalid_client_metadata",
        ),
        (
            json!({ "redirect_uris": [CALLBACK], "jwks_uri": "http://app.example/keys" }),
            "invalid_client_metadata",
        ),
        (
            json!({ "redirect_uris": [CALLBACK], "jwks": { "keys": [{ "kty": "oct", "k": "AA" }] } }),
            "invalid_client_metadata",
        ),
        (
            json!({ "redirect_uris": [CALLBACK], "backchannel_logout_uri": "https://192.168.0.1/" }),
            "invalid_client_metadata",
        ),
        (json!({ "redirect_uris": [CALLBACK], "response_types": ["token"] }), "invalid_client_metadata"),
        (
            json!({ "redirect_uris": [CALLBACK], "token_endpoint_auth_method": "tls_client_auth" }),
            "invalid_client_metadata",
        ),
        (json!({ "redirect_uris": [CALLBACK], "client_name": "x".repeat(61) }), "invalid_client_metadata"),
        (
            json!({ "redirect_uris": [CALLBACK], "software_statement": "eyJ.eyJ.sig" }),
            "unapproved_software_statement",
        ),
        (json!({ "redirect_uris": [CALLBACK], "software_statement": 7 }), "invalid_software_statement"),
    ];
    for (metadata, error) in table {
        let reply = register(&app, &good, &metadata).await;
        assert_eq!(reply.error(), (400, error), "{metadata}: {}", reply.text);
    }
    assert_eq!(app.number("SELECT count(*) FROM clients WHERE source = 'dynamic'").await, 0);
    let given = json!({
        "redirect_uris": [CALLBACK], "logo_uri": format!("{here}/logo"), "tos_uri": format!("{here}/tos"),
        "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": format!("{here}/keys"),
        "backchannel_logout_uri": format!("{here}/ended"),
    });
    let reply = register(&app, &good, &given).await;
    assert_eq!(reply.status, StatusCode::CREATED, "none of the refusals spent the token: {}", reply.text);
    assert_eq!(reply.json.get("logo_uri"), None);
    assert_eq!(reply.json.get("client_secret"), None, "who signs has none");
    assert!(listener.accept().is_err(), "nobody came");
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_an_error_of_the_client_and_never_ours() {
    let app = open().await;
    let (_, good) = token(&app, 1, &[]).await;
    let deep = format!("{{\"x\":{}{}}}", "[".repeat(20_000), "]".repeat(20_000));
    let twice =
        format!("{{\"redirect_uris\":[\"{CALLBACK}\"],\"redirect_uris\":[\"https://other.example/\"]}}");
    for body in ["", "{", "[]", "7", "null", "\u{1}", &deep, &twice, "{\"client_name\":\"\\ud800\"}"] {
        let reply = send(&app, Method::POST, "/register", &good, Some(body)).await;
        assert_eq!(reply.error(), (400, "invalid_client_metadata"), "{}", &body[..body.len().min(40)]);
    }
    let address = format!("{}/register", app.issuer());
    for kind in ["application/x-www-form-urlencoded", "text/plain", "application/jsonp", ""] {
        let request = app.http().post(&address).bearer_auth(&good).header("content-type", kind);
        let response = request.body(json!({ "redirect_uris": [CALLBACK] }).to_string()).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let large = json!({ "redirect_uris": [CALLBACK], "x": "y".repeat(70_000) }).to_string();
    let reply = send(&app, Method::POST, "/register", &good, Some(&large)).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    let request = app.http().post(&address).bearer_auth(&good);
    let request = request.header("content-type", "Application/JSON; charset=utf-8");
    let response = request.body(json!({ "redirect_uris": [CALLBACK] }).to_string()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_registration_token_works_in_its_time_for_its_uses_and_until_it_is_taken_back() {
    let app = open().await;
    let sound = json!({ "redirect_uris": [CALLBACK] });
    let (_, once) = token(&app, 1, &[]).await;
    assert_eq!(register(&app, &once, &sound).await.status, StatusCode::CREATED);
    let used = register(&app, &once, &sound).await;
    let wrong = register(&app, "wrong", &sound).await;
    assert_eq!(used.seen(), wrong.seen(), "a used one and a made-up one look the same");
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(wrong.seen().1.unwrap().contains("invalid_token"));
    let missing = register(&app, "", &sound).await;
    assert_eq!(
        (missing.status, missing.seen().1.unwrap().as_str()),
        (StatusCode::UNAUTHORIZED, "Bearer realm=\"wardgate\"")
    );

    let (id, revoked) = token(&app, 5, &[]).await;
    let (clients, host) = (&app.app.clients, Origin::of(Actor::Host));
    assert!(
        clients
            .revoke_registration_token(permit(Act::Guarded(Guarded::ClientSecrets, None)), &host, id)
            .await
            .unwrap()
    );
    assert!(
        !clients
            .revoke_registration_token(permit(Act::Guarded(Guarded::ClientSecrets, None)), &host, id)
            .await
            .unwrap()
    );
    assert_eq!(register(&app, &revoked, &sound).await.seen(), wrong.seen());

    let (_, late) = token(&app, 5, &[]).await;
    app.advance_hours(7 * 24 - 1);
    assert_eq!(register(&app, &late, &sound).await.status, StatusCode::CREATED);
    app.advance_hours(1);
    assert_eq!(register(&app, &late, &sound).await.seen(), wrong.seen());
    app.advance_hours(25);
    app.round().await;
    assert!(clients.registration_tokens().await.unwrap().is_empty(), "dead ones are swept");
}

#[tokio::test]
async fn a_token_for_one_use_used_many_times_at_once_registers_one_application() {
    let app = open().await;
    for uses in [1, 3] {
        let (_, token) = token(&app, uses, &[]).await;
        let sound = json!({ "redirect_uris": [CALLBACK] });
        let replies = join_all((0..20).map(|_| register(&app, &token, &sound))).await;
        let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status.as_u16()).collect();
        statuses.sort_unstable();
        let uses = usize::try_from(uses).unwrap();
        assert_eq!(statuses, [vec![201; uses], vec![401; 20 - uses]].concat());
    }
    assert_eq!(app.number("SELECT count(*) FROM clients WHERE source = 'dynamic'").await, 4);
    assert_eq!(app.number("SELECT count(*) FROM client_registrations").await, 4);
}

#[tokio::test]
async fn an_independent_library_registers_by_discovery() {
    use openidconnect::core::{
        CoreClientRegistrationRequest, CoreClientRegistrationResponse, CoreGrantType, CoreProviderMetadata,
    };
    use openidconnect::registration::EmptyAdditionalClientMetadata;
    use openidconnect::{AccessToken, ClientName, IssuerUrl, LocalizedClaim, RedirectUrl};
    let app = open().await;
    let (_, good) = token(&app, 1, &[]).await;
    let issuer = IssuerUrl::new(app.issuer().to_owned()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(issuer, app.http()).await.unwrap();
    let endpoint = metadata.registration_endpoint().unwrap();
    let redirects = vec![RedirectUrl::new(CALLBACK.to_owned()).unwrap()];
    let mut names = LocalizedClaim::new();
    names.insert(None, ClientName::new("Library".to_owned()));
    let request = CoreClientRegistrationRequest::new(redirects, EmptyAdditionalClientMetadata {})
        .set_initial_access_token(Some(AccessToken::new(good)))
        .set_client_name(Some(names))
        .set_grant_types(Some(vec![CoreGrantType::AuthorizationCode]));
    let response: CoreClientRegistrationResponse =
        request.register_async(endpoint, app.http()).await.unwrap();
    let id = response.client_id().as_str();
    assert!(app.app.clients.find(id).await.unwrap().is_some());
    assert!(response.client_secret().is_some() && response.registration_access_token().is_some());
}

#[tokio::test]
async fn who_registers_itself_gets_nothing_of_the_api_a103() {
    let app = open().await;
    token(&app, 1, &[Scope::Profile, Scope::ApiRead, Scope::ApiClients]).await;
    let tokens = app.app.clients.registration_tokens().await.unwrap();
    assert_eq!(tokens[0].scope, "openid profile");
}
