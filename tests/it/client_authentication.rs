//! How applications prove themselves at the token endpoint: RFC 6749 2.3, RFC 7523 2.2, OIDC Core 9.

use crate::support::{TestApp, permit};
use josekit::jwk::{Jwk, KeyPair as _};
use josekit::jws::{EdDSA, JwsHeader, JwsSigner, PS256, RS256};
use josekit::jwt::{self, JwtPayload};
use reqwest::StatusCode;
use serde_json::{Value, json};
use wardgate::app::{self, Outside};
use wardgate::audit::{Actor, Origin};
use wardgate::clients::{Added, NewClient};
use wardgate::protocol::client::{AssertionAlg, AuthMethod, ClientPolicy};
use wardgate::protocol::credentials::ClientCredentials;
use wardgate::protocol::params::Params;
use wardgate::rights::{Act, Guarded};

const ADA: &str = "ada@example.org";
const CALLBACK: &str = "http://localhost:9004/callback";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An application that signs.
struct Signing {
    signer: Box<dyn JwsSigner>,
    id: String,
    issuer: String,
}

impl Signing {
    /// Registers it with a key of this kind.
    async fn register(app: &TestApp, id: &str, alg: AssertionAlg) -> Self {
        let bare = |mut key: Jwk| {
            key.set_parameter("alg", None).unwrap();
            key
        };
        let (signer, public): (Box<dyn JwsSigner>, Jwk) = match alg {
            AssertionAlg::EdDsa => {
                let pair = EdDSA.generate_key_pair(josekit::jwk::alg::ed::EdCurve::Ed25519).unwrap();
                let signer = EdDSA.signer_from_jwk(&pair.to_jwk_private_key()).unwrap();
                (Box::new(signer), pair.to_jwk_public_key())
            }
            _ => {
                let pair = RS256.generate_key_pair(2048).unwrap();
                let signer = PS256.signer_from_jwk(&bare(pair.to_jwk_private_key())).unwrap();
                (Box::new(signer), bare(pair.to_jwk_public_key()))
            }
        };
        let mut policy = ClientPolicy::new(id, vec![CALLBACK.to_owned()]);
        policy.auth_method = AuthMethod::PrivateKeyJwt;
        policy.assertions.alg = Some(alg);
        policy.assertions.jwks = Some(json!({ "keys": [public] }).to_string());
        let new = NewClient::new(id, policy);
        let origin = Origin::of(Actor::Host);
        let added = app
            .app
            .clients
            .add(permit(Act::Guarded(Guarded::ClientSecrets, None)), &origin, new, true)
            .await
            .unwrap();
        assert!(matches!(added, Added::Yes(None)), "{added:?}");
        Self { signer, id: id.to_owned(), issuer: app.issuer().to_owned() }
    }

    /// An assertion as it should be but for `change`.
    fn assertion(&self, app: &TestApp, jti: &str, change: &Value) -> String {
        let exp = app.app.ground.clock.now().0 + 60;
        let mut claims =
            json!({ "iss": self.id, "sub": self.id, "aud": self.issuer, "exp": exp, "jti": jti });
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let claims = claims.as_object().unwrap().clone();
        let payload = JwtPayload::from_map(claims).unwrap();
        jwt::encode_with_signer(&payload, &JwsHeader::new(), &*self.signer).unwrap()
    }
}

fn form(assertion: &str, code: &str, verifier: &str) -> Vec<(String, String)> {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", verifier),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
    ];
    fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The answer's status and error. A client that proved itself hears that the made-up code is unknown.
async fn redeem(app: &TestApp, form: &[(String, String)]) -> (StatusCode, String) {
    let response = app.http().post(format!("{}/token", app.issuer())).form(form).send().await.unwrap();
    let status = response.status();
    let body: Value = response.json().await.unwrap();
    (status, body["error"].as_str().unwrap_or_default().to_owned())
}

const PROVED: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "invalid_grant");
const REFUSED: (StatusCode, &str) = (StatusCode::UNAUTHORIZED, "invalid_client");
const VERIFIER: &str = "0123456789012345678901234567890123456789012";

#[tokio::test]
async fn a_client_that_signs_gets_tokens_for_a_code() {
    let app = TestApp::start().await;
    let signing = Signing::register(&app, "signing", AssertionAlg::EdDsa).await;
    let mut ada = app.person(ADA).await;
    let relying_party = app.relying_party("signing", CALLBACK).await;
    let pending = relying_party.begin(&[]);
    let back = ada.browser.open(pending.url.as_str()).await;
    let (code, verifier) = (relying_party.code(&pending, &back.at), pending.verifier());
    let assertion = signing.assertion(&app, "1", &json!({}));
    assert_eq!(redeem(&app, &form(&assertion, &code, verifier)).await, (StatusCode::OK, String::new()));
}

#[tokio::test]
async fn an_assertion_is_good_once_also_after_a_restart_a83_r2() {
    let app = TestApp::start().await;
    let signing = Signing::register(&app, "signing", AssertionAlg::Ps256).await;
    let used = signing.assertion(&app, "1", &json!({}));
    let mut answers = Vec::new();
    for _ in 0..2 {
        answers.push(redeem(&app, &form(&used, "x", VERIFIER)).await);
    }
    assert_eq!(answers, [PROVED, REFUSED].map(|(status, error)| (status, error.to_owned())));
    let outside = Outside { clock: app.app.ground.clock.clone(), ..Outside::system() };
    let restarted = app::build(app.app.config.clone(), outside).await.unwrap();
    for (assertion, proves) in [(used, false), (signing.assertion(&app, "2", &json!({})), true)] {
        let body = format!("client_assertion_type={JWT_BEARER}&client_assertion={assertion}");
        let credentials = ClientCredentials::gather(None, &Params::parse(body.as_bytes()).unwrap()).unwrap();
        assert_eq!(restarted.clients.authenticate(&credentials).await.unwrap().is_ok(), proves);
    }
    assert_eq!(app.number("SELECT count(*) FROM assertions").await, 2);
    app.advance_hours(25);
    app.round().await;
    assert_eq!(app.number("SELECT count(*) FROM assertions").await, 0, "they are swept");
}

#[tokio::test]
async fn a_bad_assertion_or_another_method_is_invalid_client_a82_a83() {
    let app = TestApp::start().await;
    let signing = Signing::register(&app, "signing", AssertionAlg::EdDsa).await;
    let now = app.app.ground.clock.now().0;
    for change in [
        json!({ "aud": [app.issuer(), "https://other.example"] }),
        json!({ "aud": format!("{}/token", app.issuer()) }),
        json!({ "exp": now + 600 }),
        json!({ "sub": "rota" }),
        json!({ "jti": "" }),
    ] {
        let assertion = signing.assertion(&app, "1", &change);
        let (status, error) = redeem(&app, &form(&assertion, "x", VERIFIER)).await;
        assert_eq!((status, error.as_str()), REFUSED, "{change}");
    }
    let good = signing.assertion(&app, "1", &json!({}));
    let named =
        |id: &str| [form(&good, "x", VERIFIER), vec![("client_id".to_owned(), id.to_owned())]].concat();
    let (status, error) = redeem(&app, &named("rota")).await;
    assert_eq!((status, error.as_str()), REFUSED, "somebody else's name beside it");
    let secret = ("client_secret".to_owned(), "0123456789abcdef0123456789abcdef".to_owned());
    let both = [named("signing"), vec![secret]].concat();
    assert_eq!(redeem(&app, &both).await.1, "invalid_request", "two methods at once");
    let (status, error) = redeem(&app, &named("signing")).await;
    assert_eq!((status, error.as_str()), PROVED, "none of them spent it");
}

#[tokio::test]
async fn a_secret_that_is_off_by_anything_or_in_the_wrong_place_proves_nothing_a82() {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    let app = TestApp::start().await;
    let secret = app.register("app", |_| ()).await;
    let last = if secret.ends_with('A') { 'B' } else { 'A' };
    let off = format!("{}{last}", &secret[..secret.len() - 1]);
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let (code, id) = (("grant_type", "client_credentials"), ("client_id", "app"));
    let in_body = ("client_secret", secret.as_str());
    let table = [
        ("the last byte", basic(&format!("app:{off}")), "", vec![code], "invalid_client"),
        ("one byte more", basic(&format!("app:{secret}A")), "", vec![code], "invalid_client"),
        ("one byte less", basic(&format!("app:{}", &secret[1..])), "", vec![code], "invalid_client"),
        ("none", basic("app:"), "", vec![code], "invalid_client"),
        ("bad percent-encoding", basic(&format!("app:%zz{secret}")), "", vec![code], "invalid_client"),
        ("no colon", basic("app"), "", vec![code], "invalid_client"),
        ("no base64", "Basic ???".to_owned(), "", vec![code], "invalid_client"),
        ("another scheme", format!("Bearer {secret}"), "", vec![code], "invalid_client"),
        ("in the query", String::new(), "?client_id=app&client_secret=", vec![code], "invalid_client"),
        (
            "in the body, against the registration",
            String::new(),
            "",
            vec![code, id, in_body],
            "invalid_client",
        ),
        ("two ways at once", basic(&format!("app:{secret}")), "", vec![code, id, in_body], "invalid_request"),
        ("nothing", String::new(), "", vec![code], "invalid_client"),
    ];
    for (what, header, query, fields, error) in table {
        let query = if query.is_empty() { String::new() } else { format!("{query}{secret}") };
        let request = app.http().post(format!("{}/token{query}", app.issuer())).form(&fields);
        let request = if header.is_empty() { request } else { request.header("authorization", &header) };
        let response = request.send().await.unwrap();
        let (status, challenge) = (response.status(), response.headers().contains_key("www-authenticate"));
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"], error, "{what}");
        if error == "invalid_client" {
            assert_eq!((status, challenge), (StatusCode::UNAUTHORIZED, !header.is_empty()), "{what}");
        }
    }
    assert_eq!(app.call_as("/token", ("app", &secret), &[code]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_grant_that_is_not_there_or_not_the_clients_is_refused_a85() {
    let app = TestApp::start().await;
    let usual = wardgate::protocol::client::GrantType::usual();
    let secret = app.register("app", |policy| policy.grant_types = usual).await;
    for (grant, error) in [
        ("password", "unsupported_grant_type"),
        ("implicit", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type"),
        ("urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type"),
        ("", "invalid_request"),
        ("client_credentials", "unauthorized_client"),
        ("refresh_token", "unauthorized_client"),
    ] {
        let fields = [("grant_type", grant), ("username", ADA), ("password", "x"), ("refresh_token", "x")];
        assert_eq!(app.call_as("/token", ("app", &secret), &fields).await.text("error"), error, "{grant}");
    }
}
