use super::*;
use crate::keys::jose::SigningKey;
use crate::protocol::client::{AssertionAlg, AssertionAudience, AuthMethod, SigningAlg};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const ISSUER: &str = "https://id.example.com";

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(SigningAlg::Es256).unwrap());
static OTHER: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(SigningAlg::Es256).unwrap());

fn jwks(keys: &[&SigningKey]) -> String {
    json!({ "keys": keys.iter().map(|key| key.public_jwk()).collect::<Vec<_>>() }).to_string()
}

fn new_signing_client(id: &str) -> NewClient {
    let mut new = new_client(id, "https://app.example/cb");
    new.policy.auth_method = AuthMethod::PrivateKeyJwt;
    new.policy.assertions.jwks = Some(jwks(&[&KEY]));
    new
}

fn claims(ground: &Ground, id: &str, jti: &str) -> Value {
    json!({ "iss": id, "sub": id, "aud": ISSUER, "exp": ground.clock.now().0 + 60, "jti": jti })
}

fn signed(key: &SigningKey, claims: &Value) -> ClientCredentials {
    presented(&key.sign("JWT", claims).unwrap(), "")
}

fn presented(jwt: &str, more: &str) -> ClientCredentials {
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    credentials(None, &format!("client_assertion_type={kind}&client_assertion={jwt}{more}"))
}

async fn add(clients: &Clients, new: NewClient) {
    let added = clients.add(permit(), &host(), new, true).await.unwrap();
    assert!(matches!(added, Added::Yes(None)), "{added:?}");
}

async fn proves(clients: &Clients, credentials: &ClientCredentials) -> bool {
    clients.authenticate(credentials).await.unwrap().is_ok()
}

#[tokio::test]
async fn an_assertion_proves_its_client_once_and_never_again_a83_r2() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    add(&clients, new_signing_client("app")).await;
    let first = signed(&KEY, &claims(&ground, "app", "1"));
    assert_eq!(clients.authenticate(&first).await.unwrap().unwrap().id, "app");
    assert!(!proves(&clients, &first).await);
    assert!(!proves(&clients_on(&ground), &first).await, "on another node, and after a restart");
    let again = signed(
        &KEY,
        &json!({ "extra": 1, "iss": "app", "sub": "app", "aud": [ISSUER], "jti": "1",
        "exp": ground.clock.now().0 + 61 }),
    );
    assert!(!proves(&clients, &again).await, "the same jti in another assertion");
    let with_id = presented(&KEY.sign("JWT", &claims(&ground, "app", "2")).unwrap(), "&client_id=app");
    assert!(proves(&clients, &with_id).await);
    ground.clock.advance(119);
    assert!(!proves(&clients, &first).await, "still good by its clock, and still spent");
}

#[tokio::test]
async fn of_fifty_at_once_one_assertion_proves_once_r5() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    add(&clients, new_signing_client("app")).await;
    let one = signed(&KEY, &claims(&ground, "app", "1"));
    let all = futures_util::future::join_all((0..50).map(|_| proves(&clients, &one))).await;
    assert_eq!(all.into_iter().filter(|proved| *proved).count(), 1);
}

#[tokio::test]
async fn two_clients_may_use_one_jti() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    for id in ["app", "app2"] {
        add(&clients, new_signing_client(id)).await;
        assert!(proves(&clients, &signed(&KEY, &claims(&ground, id, "1"))).await, "{id}");
    }
}

#[tokio::test]
async fn whatever_is_wrong_with_an_assertion_the_answer_is_one_a83_i33_i52() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    add(&clients, new_signing_client("app")).await;
    add(&clients, new_signing_client("app2")).await;
    clients.add(permit(), &host(), new_client("basic", "https://app.example/cb"), true).await.unwrap();
    let now = ground.clock.now().0;
    let with = |change: Value| {
        let mut claims = claims(&ground, "app", "1");
        for (name, value) in change.as_object().unwrap() {
            claims[name] = value.clone();
        }
        KEY.sign("JWT", &claims).unwrap()
    };
    let good = with(json!({}));
    let (head, signature) = good.rsplit_once('.').unwrap();
    let refused = [
        presented(&with(json!({ "aud": [ISSUER, "https://other.example"] })), ""),
        presented(&with(json!({ "aud": format!("{ISSUER}/token") })), ""),
        presented(&with(json!({ "aud": "https://other.example" })), ""),
        presented(&with(json!({ "exp": now + 600 })), ""),
        presented(&with(json!({ "exp": null })), ""),
        presented(&with(json!({ "jti": null })), ""),
        presented(&with(json!({ "sub": "app2" })), ""),
        presented(&with(json!({ "iss": "app2" })), ""),
        presented(&good, "&client_id=app2"),
        presented(&good, "&client_id=nobody"),
        presented(&OTHER.sign("JWT", &claims(&ground, "app", "1")).unwrap(), ""),
        presented(&KEY.sign("at+jwt", &claims(&ground, "app", "1")).unwrap(), ""),
        presented(&format!("{head}."), ""),
        presented(&format!("{head}.{}", signature.to_uppercase()), ""),
        presented("a.b.c", ""),
        signed(&KEY, &claims(&ground, "nobody", "1")),
        signed(&KEY, &claims(&ground, "basic", "1")),
        basic("app", SECRET),
        credentials(None, "client_id=app"),
    ];
    for credentials in refused {
        let answer = clients.authenticate(&credentials).await.unwrap().unwrap_err();
        assert_eq!(answer.code(), ErrorCode::InvalidClient);
        assert_eq!(answer.description(), "Client authentication failed.");
    }
    assert!(proves(&clients, &presented(&good, "")).await, "none of them spent it");
}

#[tokio::test]
async fn the_token_endpoint_is_an_audience_and_an_algorithm_is_pinned_by_registration() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let mut new = new_signing_client("app");
    new.policy.assertions.audience = AssertionAudience::TokenEndpoint;
    new.policy.assertions.alg = Some(AssertionAlg::Es256);
    add(&clients, new).await;
    let mut claims = claims(&ground, "app", "1");
    claims["aud"] = json!(format!("{ISSUER}/token"));
    assert!(proves(&clients, &signed(&KEY, &claims)).await);
    let mut new = new_signing_client("other");
    new.policy.assertions.alg = Some(AssertionAlg::Rs256);
    let added = clients.add(permit(), &host(), new, true).await.unwrap();
    let Added::Invalid(problems) = added else { panic!("{added:?}") };
    assert_eq!(problems[0].to_string(), "client.jwks: has no key for RS256");
}

#[tokio::test]
async fn spent_assertions_are_forgotten_once_they_are_too_old_anyway() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    add(&clients, new_signing_client("app")).await;
    let mut longest = claims(&ground, "app", "1");
    longest["exp"] = json!(ground.clock.now().0 + 360);
    let one = signed(&KEY, &longest);
    assert!(proves(&clients, &one).await);
    let sweep = async || {
        let before = ground.clock.now();
        ground
            .db
            .write(move |tx| Box::pin(async move { crate::clients::sweep(tx, before).await }))
            .await
            .unwrap();
        entities::assertion::Entity::find().all(ground.db.read()).await.unwrap().len()
    };
    ground.clock.advance(419);
    assert_eq!(sweep().await, 1);
    assert!(!proves(&clients, &one).await);
    ground.clock.advance(2);
    assert_eq!(sweep().await, 0);
    assert!(!proves(&clients, &one).await);
}

/// Publishes a key set on this machine, and counts who asks.
struct Publisher {
    url: String,
    body: Arc<Mutex<String>>,
    asked: Arc<AtomicUsize>,
}

impl Publisher {
    async fn start(body: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/jwks.json", listener.local_addr().unwrap().port());
        let publisher = Self { url, body: Arc::new(Mutex::new(body)), asked: Arc::default() };
        let (body, asked) = (Arc::clone(&publisher.body), Arc::clone(&publisher.asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4096];
                let _ = stream.read(&mut request).await;
                asked.fetch_add(1, Ordering::SeqCst);
                let body = body.lock().unwrap().clone();
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            }
        });
        publisher
    }
}

#[tokio::test]
async fn keys_are_fetched_once_and_again_when_a_new_one_is_used_i34() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let publisher = Publisher::start(jwks(&[&KEY])).await;
    let mut new = new_signing_client("app");
    new.policy.assertions.jwks = None;
    new.policy.assertions.jwks_uri = Some(publisher.url.clone());
    add(&clients, new).await;
    let asked = || publisher.asked.load(Ordering::SeqCst);
    let mut number = 0;
    let mut by = async |key: &SigningKey| {
        number += 1;
        proves(&clients, &signed(key, &claims(&ground, "app", &number.to_string()))).await
    };
    assert!(by(&KEY).await && by(&KEY).await);
    assert_eq!(asked(), 1);
    *publisher.body.lock().unwrap() = jwks(&[&OTHER]);
    assert!(!by(&OTHER).await, "it was asked a moment ago");
    assert_eq!(asked(), 1);
    ground.clock.advance(30);
    assert!(by(&OTHER).await, "an unknown key makes it be asked again");
    assert!(!by(&KEY).await, "what is withdrawn is out");
    assert!(!by(&KEY).await && by(&OTHER).await);
    assert_eq!(asked(), 2);
    *publisher.body.lock().unwrap() = "no keys here".to_owned();
    ground.clock.advance(3600);
    assert!(!by(&OTHER).await);
}
