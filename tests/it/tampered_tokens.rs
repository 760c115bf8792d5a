//! Tokens that somebody changed, made up, or signed for something else.

use crate::support::{Person, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use reqwest::StatusCode;
use serde_json::{Value, json};
use wardgate::audit::{Actor, Origin};
use wardgate::clients::{Added, NewClient};
use wardgate::keys::jose;
use wardgate::protocol::client::{ClientPolicy, GrantType, SigningAlg};
use wardgate::rights::{Act, Guarded};

const CALLBACK: &str = "http://localhost:9004/callback";

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn decode(part: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// The value with other members.
fn with(value: &Value, change: &Value) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    value
}

/// A token in parts.
struct Token {
    header: Value,
    claims: Value,
    signature: String,
}

impl Token {
    fn read(text: &str) -> Self {
        let parts: Vec<&str> = text.split('.').collect();
        Self { header: decode(parts[0]), claims: decode(parts[1]), signature: parts[2].to_owned() }
    }

    /// The same signature under other words.
    fn tampered(&self, header: &Value, claims: &Value) -> String {
        let (header, claims) = (with(&self.header, header), with(&self.claims, claims));
        format!("{}.{}.{}", encode(&header), encode(&claims), self.signature)
    }

    /// Signed anew by somebody's RSA key, or with a secret.
    fn forged(&self, header: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
        let signed = format!("{}.{}", encode(&with(&self.header, header)), encode(&self.claims));
        let signature = URL_SAFE_NO_PAD.encode(sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }
}

fn hmac(secret: &[u8], signed: &[u8]) -> Vec<u8> {
    let key = PKey::hmac(secret).unwrap();
    let mut signer = Signer::new(MessageDigest::sha256(), &key).unwrap();
    signer.update(signed).unwrap();
    signer.sign_to_vec().unwrap()
}

/// What an attacker makes of a token that our RS256 key signed; `set` is what everybody can read.
fn changed(good: &Token, set: &Value) -> Vec<(&'static str, String)> {
    let key = |alg: &str| set["keys"].as_array().unwrap().iter().find(|key| key["alg"] == alg).unwrap();
    let (own, other) = (key("RS256"), key("ES256"));
    let number = |name: &str| {
        openssl::bn::BigNum::from_slice(&URL_SAFE_NO_PAD.decode(own[name].as_str().unwrap()).unwrap())
    };
    let public = Rsa::from_public_components(number("n").unwrap(), number("e").unwrap()).unwrap();
    let stranger = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let by_stranger = |signed: &[u8]| {
        let mut signer = Signer::new(MessageDigest::sha256(), &stranger).unwrap();
        signer.update(signed).unwrap();
        signer.sign_to_vec().unwrap()
    };
    let rsa = stranger.rsa().unwrap();
    let member = |number: &openssl::bn::BigNumRef| URL_SAFE_NO_PAD.encode(number.to_vec());
    let jwk = json!({ "kty": "RSA", "n": member(rsa.n()), "e": member(rsa.e()), "kid": "mine" });
    let (pem, der) = (public.public_key_to_pem().unwrap(), public.public_key_to_der().unwrap());
    let hs = json!({ "alg": "HS256" });
    let unsigned = good.tampered(&json!({ "alg": "none" }), &json!({}));
    let unsigned = unsigned.rsplit_once('.').unwrap().0.to_owned();
    vec![
        ("payload", good.tampered(&json!({}), &json!({ "scope": "admin", "sub": "another" }))),
        ("kid to another key", good.tampered(&json!({ "kid": other["kid"] }), &json!({}))),
        ("alg of another key", good.tampered(&json!({ "alg": "ES256", "kid": other["kid"] }), &json!({}))),
        ("signed by a stranger", good.forged(&json!({}), by_stranger)),
        ("embedded jwk", good.forged(&json!({ "jwk": jwk }), by_stranger)),
        ("embedded jwk, its kid", good.forged(&json!({ "jwk": jwk, "kid": "mine" }), by_stranger)),
        ("jku", good.forged(&json!({ "jku": "https://evil.example/jwks" }), by_stranger)),
        ("crit", good.tampered(&json!({ "crit": ["exp"] }), &json!({}))),
        ("alg none", format!("{unsigned}.")),
        ("alg none without a dot", unsigned),
        ("alg none with a signature", good.tampered(&json!({ "alg": "none" }), &json!({}))),
        ("HS256 with the public key as PEM", good.forged(&hs, |signed| hmac(&pem, signed))),
        ("HS256 with the public key as DER", good.forged(&hs, |signed| hmac(&der, signed))),
        ("HS256 with the JWK", good.forged(&hs, |signed| hmac(own.to_string().as_bytes(), signed))),
        ("HS256 with nothing", good.forged(&hs, |signed| hmac(b"\0", signed))),
    ]
}

async fn client(app: &TestApp) -> String {
    let mut policy = ClientPolicy {
        grant_types: GrantType::ALL.into(),
        ..ClientPolicy::new("app", vec![CALLBACK.to_owned()])
    };
    policy.tokens.service_scopes = vec!["rota:read".to_owned()];
    let new = NewClient::new("App", policy);
    let right = crate::support::permit(Act::Guarded(Guarded::ClientSecrets, None));
    match app.app.clients.add(right, &Origin::of(Actor::Host), new, true).await.unwrap() {
        Added::Yes(secret) => secret.unwrap().text().to_owned(),
        other => panic!("{other:?}"),
    }
}

async fn set(app: &TestApp) -> Value {
    app.http().get(format!("{}/jwks", app.issuer())).send().await.unwrap().json().await.unwrap()
}

/// Neither introspection nor UserInfo takes it.
async fn is_worth_nothing(app: &TestApp, secret: &str, what: &str, token: &str) {
    let known = app.call_as("/introspect", ("app", secret), &[("token", token)]).await;
    assert_eq!((known.status, known.json), (StatusCode::OK, json!({ "active": false })), "{what}");
    assert_eq!(app.userinfo_status(token).await, StatusCode::UNAUTHORIZED, "{what}");
}

/// Neither logout nor authorization takes it for an ID token of ours.
async fn is_no_hint(ada: &mut Person, what: &str, token: &str) {
    let page = ada.browser.open(&format!("/logout?id_token_hint={token}")).await;
    assert_eq!(page.title(), "Sign out?", "{what}");
    let query = format!(
        "client_id=rota&redirect_uri=http://localhost:9002/callback&response_type=code&scope=openid&prompt=none&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&id_token_hint={token}"
    );
    let back = ada.browser.open(&format!("/authorize?{query}")).await;
    assert!(back.at.contains("error=invalid_request"), "{what}: {}", back.at);
}

#[tokio::test]
async fn a_tampered_access_token_is_worth_nothing_a90() {
    let app = TestApp::start().await;
    let secret = client(&app).await;
    let good = app.call_as("/token", ("app", &secret), &[("grant_type", "client_credentials")]).await;
    let good = good.text("access_token").to_owned();
    let known = app.call_as("/introspect", ("app", &secret), &[("token", &good)]).await;
    assert_eq!(known.json["active"], true, "{known:?}");
    let parts = Token::read(&good);
    for (what, token) in changed(&parts, &set(&app).await) {
        is_worth_nothing(&app, &secret, what, &token).await;
    }
    let ours = [
        ("expired", jose::ACCESS_TOKEN, json!({ "exp": app.app.ground.clock.now().0 })),
        ("of another issuer", jose::ACCESS_TOKEN, json!({ "iss": "https://evil.example" })),
        ("of another client", jose::ACCESS_TOKEN, json!({ "sub": "rota", "client_id": "rota" })),
        ("of nobody", jose::ACCESS_TOKEN, json!({ "sub": "gone", "client_id": "gone" })),
        ("for another subject", jose::ACCESS_TOKEN, json!({ "sub": "rota" })),
        ("typ of an ID token", jose::ID_TOKEN, json!({})),
        ("typ of a logout token", "logout+jwt", json!({})),
        ("without typ", "", json!({})),
    ];
    for (what, typ, change) in ours {
        let claims = with(&parts.claims, &change);
        let token = app.app.keys.sign(SigningAlg::Rs256, typ, &claims).await.unwrap();
        is_worth_nothing(&app, &secret, what, &token).await;
    }
}

#[tokio::test]
async fn a_tampered_id_token_is_no_hint_and_opens_nothing_a90() {
    let app = TestApp::start().await;
    let mut ada = app.person("ada@example.org").await;
    let secret = client(&app).await;
    let rota = app.rota().await;
    let pending = rota.begin(&[]);
    let back = ada.browser.open(pending.url.as_str()).await;
    let tokens = serde_json::to_value(&rota.finish(pending, &back.at).await.tokens).unwrap();
    let good = Token::read(tokens["id_token"].as_str().unwrap());
    for (what, token) in changed(&good, &set(&app).await) {
        is_no_hint(&mut ada, what, &token).await;
        is_worth_nothing(&app, &secret, what, &token).await;
    }
    is_worth_nothing(&app, &secret, "an ID token as it is", tokens["id_token"].as_str().unwrap()).await;
    let ours = [
        ("for another client", jose::ID_TOKEN, json!({ "aud": "app", "sid": "another" })),
        ("of another issuer", jose::ID_TOKEN, json!({ "iss": "https://evil.example" })),
        ("typ of an access token", jose::ACCESS_TOKEN, json!({})),
        ("typ of a logout token", "logout+jwt", json!({})),
    ];
    for (what, typ, change) in ours {
        let claims = with(&good.claims, &change);
        let token = app.app.keys.sign(SigningAlg::Rs256, typ, &claims).await.unwrap();
        is_no_hint(&mut ada, what, &token).await;
    }
    let page =
        ada.browser.open(&format!("/logout?id_token_hint={}", tokens["id_token"].as_str().unwrap())).await;
    assert_eq!(page.title(), "You are signed out", "the one that is real ends the session");
}
