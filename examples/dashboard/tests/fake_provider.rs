//! A provider with the back-channel endpoints only, signing by Ed25519, that can be told to get one thing wrong.
//! Times are constants: it signs in 2023, and its tokens last until 2100.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use openidconnect::core::CoreIdToken;
use openssl::pkey::{PKey, Private};
use openssl::sha::{sha256, sha512};
use openssl::sign::Signer;
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::web::Data;
use poem::{Body, EndpointExt, IntoResponse, Response, Route, Server, get, handler, post};
use serde_json::{Value, json};

use super::super::address::parameters;

const ISSUED: i64 = 1_700_000_000;
const EXPIRES: i64 = 4_102_444_800;

/// The one thing that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Quirk {
    None,
    Nonce,
    NoNonce,
    AtHash,
    Issuer,
    Audience,
    Expired,
    Signature,
    NoAuthTime,
    OldAuthTime,
    OtherPerson,
    NoIdToken,
}

pub(super) struct FakeProvider(Arc<State>);

struct State {
    issuer: String,
    key: Mutex<Key>,
    quirk: Mutex<Quirk>,
    /// Authorization requests by the code that answers them.
    codes: Mutex<HashMap<String, BTreeMap<String, String>>>,
}

struct Key {
    id: &'static str,
    private: PKey<Private>,
}

impl Key {
    fn new(id: &'static str) -> Self {
        Self { id, private: PKey::generate_ed25519().unwrap() }
    }

    fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": "EdDSA", "kid": self.id });
        let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature =
            Signer::new_without_digest(&self.private).unwrap().sign_oneshot_to_vec(signed.as_bytes());
        format!("{signed}.{}", BASE64.encode(signature.unwrap()))
    }
}

impl FakeProvider {
    pub(super) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = Arc::new(State {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            key: Mutex::new(Key::new("first")),
            quirk: Mutex::new(Quirk::None),
            codes: Mutex::default(),
        });
        let routes = Route::new()
            .at("/.well-known/openid-configuration", get(discovery))
            .at("/jwks", get(jwks))
            .at("/token", post(token))
            .at("/userinfo", get(userinfo))
            .data(Arc::clone(&state));
        tokio::spawn(Server::new_with_acceptor(TcpAcceptor::from_tokio(listener).unwrap()).run(routes));
        Self(state)
    }

    pub(super) fn issuer(&self) -> &str {
        &self.0.issuer
    }

    pub(super) fn misbehave(&self, quirk: Quirk) {
        *self.0.quirk.lock().unwrap() = quirk;
    }

    pub(super) fn rotate_key(&self) {
        *self.0.key.lock().unwrap() = Key::new("second");
    }

    /// The callback that grants this authorization request.
    pub(super) fn answer_to(&self, request: &BTreeMap<String, String>) -> String {
        let code = format!("code-for-{}", request["state"]);
        self.0.codes.lock().unwrap().insert(code.clone(), request.clone());
        format!("/callback?code={code}&state={}&iss={}", request["state"], self.0.issuer)
    }

    /// The callback that refuses it.
    pub(super) fn refusal_of(&self, request: &BTreeMap<String, String>, error: &str) -> String {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("error", error), ("state", &request["state"]), ("iss", &self.0.issuer)])
            .finish();
        format!("/callback?{query}")
    }
}

/// An ID token for tests that never look into it.
pub(super) fn any_id_token() -> CoreIdToken {
    let claims = json!({ "iss": "https://a.example", "sub": "1", "aud": "x", "iat": ISSUED, "exp": EXPIRES });
    Key::new("any").sign(&claims).parse().unwrap()
}

#[handler]
async fn discovery(state: Data<&Arc<State>>) -> Response {
    let at = |path: &str| format!("{}{path}", state.issuer);
    reply(&json!({
        "issuer": state.issuer,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "userinfo_endpoint": at("/userinfo"),
        "jwks_uri": at("/jwks"),
        "end_session_endpoint": at("/logout"),
        "authorization_response_iss_parameter_supported": true,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["EdDSA", "RS256"],
    }))
}

#[handler]
async fn jwks(state: Data<&Arc<State>>) -> Response {
    let key = state.key.lock().unwrap();
    let public = BASE64.encode(key.private.raw_public_key().unwrap());
    reply(&json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": key.id, "x": public }] }))
}

#[handler]
async fn token(state: Data<&Arc<State>>, body: Body) -> Response {
    let form = parameters(&body.into_bytes().await.unwrap()).unwrap();
    let request = state.codes.lock().unwrap().remove(&form["code"]);
    let fits = |request: &BTreeMap<String, String>| {
        BASE64.encode(sha256(form["code_verifier"].as_bytes())) == request["code_challenge"]
            && form["redirect_uri"] == request["redirect_uri"]
    };
    let Some(request) = request.filter(fits) else {
        return reply(&json!({ "error": "invalid_grant" }))
            .with_status(StatusCode::BAD_REQUEST)
            .into_response();
    };
    let quirk = *state.quirk.lock().unwrap();
    let key = if quirk == Quirk::Signature { &Mutex::new(Key::new("first")) } else { &state.key };
    let id_token = key.lock().unwrap().sign(&claims(&state.issuer, &request["nonce"], quirk));
    let mut answer = json!({ "access_token": "access", "token_type": "Bearer", "id_token": id_token });
    if quirk == Quirk::NoIdToken {
        answer["id_token"].take();
    }
    reply(&answer)
}

fn claims(issuer: &str, nonce: &str, quirk: Quirk) -> Value {
    let mut claims = json!({
        "iss": issuer, "sub": "person-1", "aud": "clinician-dashboard",
        "iat": ISSUED, "exp": EXPIRES, "auth_time": ISSUED - 60,
        "nonce": nonce, "at_hash": BASE64.encode(&sha512(b"access")[..32]),
    });
    match quirk {
        Quirk::Nonce => claims["nonce"] = "another".into(),
        Quirk::NoNonce => _ = claims["nonce"].take(),
        Quirk::AtHash => claims["at_hash"] = BASE64.encode(&sha512(b"another")[..32]).into(),
        Quirk::Issuer => claims["iss"] = "http://evil.example".into(),
        Quirk::Audience => claims["aud"] = json!(["clinician-dashboard", "another"]),
        Quirk::Expired => claims["exp"] = (ISSUED + 1).into(),
        Quirk::NoAuthTime => _ = claims["auth_time"].take(),
        Quirk::OldAuthTime => claims["auth_time"] = (ISSUED - 13 * 60 * 60).into(),
        Quirk::None | Quirk::Signature | Quirk::OtherPerson | Quirk::NoIdToken => {}
    }
    claims
}

#[handler]
async fn userinfo(state: Data<&Arc<State>>) -> Response {
    let other = *state.quirk.lock().unwrap() == Quirk::OtherPerson;
    reply(&json!({
        "sub": if other { "person-2" } else { "person-1" },
        "given_name": "Dr Ada", "family_name": "<i>Example</i>",
        "profession": "Cardiologist", "organisation": "Riverside",
    }))
}

fn reply(value: &Value) -> Response {
    Response::builder().content_type("application/json").body(value.to_string())
}
