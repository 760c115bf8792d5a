//! What scripts of other origins may read, and the document of RFC 8414.

use crate::support::{Person, TestApp};
use reqwest::header::{HeaderMap, HeaderName};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use wardgate::audit::{Actor, Origin};
use wardgate::clients::{Added, NewClient};
use wardgate::protocol::client::{AuthMethod, ClientPolicy, GrantType};
use wardgate::rights::{Act, Guarded};

const CALLBACK: &str = "http://localhost:9004/callback";
const SPA: &str = "https://spa.example.org";
const OTHER: &str = "https://other.example.org";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn client(app: &TestApp, id: &str, change: impl FnOnce(&mut ClientPolicy)) {
    let mut policy = ClientPolicy {
        auth_method: AuthMethod::None,
        grant_types: [GrantType::AuthorizationCode, GrantType::RefreshToken].into(),
        ..ClientPolicy::new(id, vec![CALLBACK.to_owned()])
    };
    policy.application = wardgate::protocol::client::Application::Native;
    change(&mut policy);
    let new = NewClient::new(id, policy);
    let right = crate::support::permit(Act::Guarded(Guarded::ClientSecrets, None));
    let added = app.app.clients.add(right, &Origin::of(Actor::Host), new, true).await.unwrap();
    assert!(matches!(added, Added::Yes(None)), "{added:?}");
}

/// Two applications in the browser, each with an origin, and one person.
async fn start() -> (TestApp, Person) {
    let app = TestApp::start().await;
    client(&app, "spa", |policy| policy.origins = vec![SPA.to_owned()]).await;
    client(&app, "other", |policy| policy.origins = vec![OTHER.to_owned()]).await;
    let ada = app.person("ada@example.org").await;
    (app, ada)
}

async fn code(ada: &mut Person, client: &str) -> String {
    let query = format!(
        "client_id={client}&redirect_uri={CALLBACK}&response_type=code&scope=openid%20email\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    let back = ada.browser.open(&format!("/authorize?{query}")).await;
    crate::support::parameters(&back.at)["code"].clone()
}

/// A form from a script of this origin.
async fn call(
    app: &TestApp,
    path: &str,
    origin: &str,
    form: &[(&str, &str)],
) -> (StatusCode, HeaderMap, Value) {
    let request = app.http().post(format!("{}{path}", app.issuer())).header("origin", origin);
    let response = request.form(form).send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    (status, headers, response.json().await.unwrap_or_default())
}

async fn preflight(app: &TestApp, path: &str, origin: &str) -> HeaderMap {
    let request = app.http().request(Method::OPTIONS, format!("{}{path}", app.issuer()));
    let request = request.header("origin", origin).header("access-control-request-method", "POST");
    let request = request.header("access-control-request-headers", "authorization");
    request.send().await.unwrap().headers().clone()
}

/// The values of the headers that open an answer.
fn opened(headers: &HeaderMap) -> Vec<&str> {
    assert!(!headers.contains_key("access-control-allow-credentials"), "cookies never count");
    let all = headers.get_all(HeaderName::from_static("access-control-allow-origin"));
    all.iter().map(|value| value.to_str().unwrap()).collect()
}

fn varies(headers: &HeaderMap) -> bool {
    headers.get_all("vary").iter().any(|value| value.to_str().unwrap().eq_ignore_ascii_case("origin"))
}

#[tokio::test]
async fn an_application_in_the_browser_reads_its_own_answers_and_no_other_origin_does() {
    let (app, mut ada) = start().await;
    for (origin, expected) in
        [(SPA, vec![SPA]), (OTHER, vec![]), ("null", vec![]), ("https://evil.example", vec![])]
    {
        let code = code(&mut ada, "spa").await;
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "spa"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let (status, headers, tokens) = call(&app, "/token", origin, &form).await;
        assert_eq!((status, opened(&headers)), (StatusCode::OK, expected.clone()), "{origin}");
        assert!(varies(&headers), "{origin}");
        // An error tells the client what it did wrong.
        let (status, headers, _) = call(&app, "/token", origin, &form).await;
        assert_eq!((status, opened(&headers)), (StatusCode::BAD_REQUEST, expected.clone()), "{origin}");

        let token = tokens["access_token"].as_str().unwrap();
        let userinfo = async || {
            let request = app.http().get(format!("{}/userinfo", app.issuer())).header("origin", origin);
            request.bearer_auth(token).send().await.unwrap()
        };
        // The second use of the code ended them: the application learns that.
        let answer = userinfo().await;
        assert_eq!(
            (answer.status(), opened(answer.headers())),
            (StatusCode::UNAUTHORIZED, expected.clone()),
            "{origin}"
        );
        assert!(varies(answer.headers()));
        let (status, headers, _) =
            call(&app, "/revoke", origin, &[("client_id", "spa"), ("token", token)]).await;
        assert_eq!((status, opened(&headers)), (StatusCode::OK, expected), "{origin}");
    }
}

#[tokio::test]
async fn user_info_is_read_by_the_origin_of_the_tokens_application_alone() {
    let (app, mut ada) = start().await;
    let code = code(&mut ada, "spa").await;
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let (_, _, tokens) = call(&app, "/token", SPA, &form).await;
    let token = tokens["access_token"].as_str().unwrap();
    let ask = async |origin: &str, token: &str| {
        let request = app.http().get(format!("{}/userinfo", app.issuer())).header("origin", origin);
        request.bearer_auth(token).send().await.unwrap()
    };
    for (origin, expected) in [(SPA, vec![SPA]), (OTHER, vec![])] {
        let answer = ask(origin, token).await;
        assert_eq!((answer.status(), opened(answer.headers())), (StatusCode::OK, expected), "{origin}");
    }
    let nobody = ask(SPA, "unknown").await;
    assert_eq!((nobody.status(), opened(nobody.headers())), (StatusCode::UNAUTHORIZED, vec![]));
    app.advance(601);
    let over = ask(SPA, token).await;
    assert_eq!((over.status(), opened(over.headers())), (StatusCode::UNAUTHORIZED, vec![SPA]));
    assert_eq!(over.headers()["access-control-expose-headers"], "www-authenticate, retry-after");
}

#[tokio::test]
async fn a_preflight_is_for_origins_that_some_application_registered() {
    let (app, _ada) = start().await;
    for path in ["/token", "/revoke", "/userinfo"] {
        for (origin, expected) in
            [(SPA, vec![SPA]), (OTHER, vec![OTHER]), ("https://evil.example", vec![]), ("null", vec![])]
        {
            let headers = preflight(&app, path, origin).await;
            assert_eq!(opened(&headers), expected, "{path} {origin}");
            let methods = headers.get("access-control-allow-methods").map(|value| value.to_str().unwrap());
            let known = if path == "/userinfo" { "GET, POST" } else { "POST" };
            assert_eq!(methods, (!expected.is_empty()).then_some(known), "{path} {origin}");
            assert!(varies(&headers), "{path} {origin}");
        }
    }
    // One that comes later is known within seconds.
    const LATE: &str = "https://late.example.org";
    client(&app, "late", |policy| policy.origins = vec![LATE.to_owned()]).await;
    app.advance(5);
    assert_eq!(opened(&preflight(&app, "/token", LATE).await), [LATE]);
}

#[tokio::test]
async fn no_script_reads_the_authorization_endpoint_and_no_page_frames_it_a76_b12_b13() {
    let (app, mut ada) = start().await;
    let query = format!(
        "client_id=spa&redirect_uri={CALLBACK}&response_type=code&scope=openid&prompt=none\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    );
    for path in [
        format!("/authorize?{query}"),
        "/sign-in".to_owned(),
        "/logout".to_owned(),
        "/introspect".to_owned(),
        "/health".to_owned(),
    ] {
        ada.browser = ada.browser.with_header("origin", SPA);
        let page = ada.browser.get(&path).await;
        ada.browser.headers.clear();
        assert_eq!(opened(&page.headers), Vec::<&str>::new(), "{path}");
        assert_eq!(page.headers["x-frame-options"], "DENY", "{path}");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(opened(&preflight(&app, &path, SPA).await), Vec::<&str>::new(), "{path}");
    }
    let asked = app.http().post(format!("{}/introspect", app.issuer())).header("origin", SPA);
    let asked = asked.form(&[("client_id", "spa"), ("token", "x")]).send().await.unwrap();
    assert_eq!(opened(asked.headers()), Vec::<&str>::new());
}

#[tokio::test]
async fn the_public_documents_are_open_to_all_and_oauth_has_its_own_place_for_them() {
    let app = TestApp::start().await;
    let get = async |path: &str| {
        let request =
            app.http().get(format!("{}{path}", app.issuer())).header("origin", "https://any.example");
        request.send().await.unwrap()
    };
    let mut bodies = Vec::new();
    for path in ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/jwks"] {
        let answer = get(path).await;
        assert_eq!((answer.status(), opened(answer.headers())), (StatusCode::OK, vec!["*"]), "{path}");
        assert_eq!(answer.headers()["content-type"], "application/json", "{path}");
        let tag = answer.headers()["etag"].clone();
        let again = app.http().get(format!("{}{path}", app.issuer())).header("if-none-match", tag);
        assert_eq!(again.send().await.unwrap().status(), StatusCode::NOT_MODIFIED, "{path}");
        bodies.push(answer.json::<Value>().await.unwrap());
    }
    assert_eq!(bodies[0], bodies[1]);
    assert_eq!(bodies[1]["issuer"], app.issuer());
    assert_eq!(
        get("/.well-known/oauth-authorization-server/elsewhere").await.status(),
        StatusCode::NOT_FOUND
    );
}
