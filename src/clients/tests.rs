use super::*;
use crate::audit::{Actor, Origin};
use crate::config::{Config, Problem};
use crate::fetch::Reach;
use crate::keys::tests::ground;
use crate::protocol::error::ErrorCode;
use crate::protocol::params::Params;
use crate::rights::{Act, Guarded, Permit, Who, may};
use sea_orm::{EntityTrait as _, QueryOrder as _};

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const TWO: &str = r#"
    [[client]]
    id = "dashboard"
    name = "Dashboard"
    secret = "0123456789abcdef0123456789abcdef"
    redirect_uris = ["https://app.example/cb"]
    initiate_login_uri = "https://app.example/login"
    [[client]]
    id = "phone"
    name = "Phone"
    public = true
    redirect_uris = ["com.example.app:/cb", "http://127.0.0.1/cb"]
"#;

/// The use cases over stores, in development.
pub(crate) fn clients_on(ground: &Ground) -> Clients {
    let fetch = Fetch::new(Reach::Loopback, ground.clock.clone());
    Clients::new(ground.clone(), ("https://id.example.com", "Huma"), fetch)
}

mod assertion;
mod import;
mod secrets;

fn parse(text: &str) -> Vec<crate::config::ClientConfig> {
    Config::from_toml(text).unwrap().clients
}

fn permit() -> Permit {
    may(&Who::Host, Act::Guarded(Guarded::ClientSecrets, None)).unwrap()
}

fn host() -> Origin {
    Origin::of(Actor::Host)
}

/// A client for a test of another module.
pub(crate) fn new_client(id: &str, redirect_uri: &str) -> NewClient {
    let json = serde_json::json!({
        "client_id": id,
        "redirect_uris": [redirect_uri],
        "post_logout_redirect_uris": ["https://app.example/bye"],
        "scopes": ["openid", "profile", "email", "phone"],
    });
    let policy = serde_json::from_value(json).unwrap();
    NewClient::new(id, policy)
}

fn credentials(header: Option<&str>, body: &str) -> ClientCredentials {
    ClientCredentials::gather(header, &Params::parse(body.as_bytes()).unwrap()).unwrap()
}

fn basic(id: &str, secret: &str) -> ClientCredentials {
    let pair = openssl::base64::encode_block(format!("{id}:{secret}").as_bytes());
    credentials(Some(&format!("Basic {pair}")), "")
}

async fn acts(ground: &Ground) -> Vec<String> {
    let rows = entities::audit::Entity::find().order_by_asc(entities::audit::Column::Id);
    let rows = rows.all(ground.db.read()).await.unwrap();
    rows.into_iter().map(|row| format!("{} {}", row.act, row.target)).collect()
}

#[tokio::test]
async fn the_configuration_rules_over_its_own_clients_and_each_change_is_recorded() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    assert_eq!(clients.sync_config(&parse(TWO), false).await.unwrap(), []);
    assert_eq!(clients.sync_config(&parse(TWO), false).await.unwrap(), [], "a restart changes nothing");
    assert_eq!(acts(&ground).await, ["client.added dashboard", "client.added phone"]);
    let since = clients.find("dashboard").await.unwrap().unwrap().created_at;

    let added = clients.add(permit(), &host(), new_client("other", "https://b.example/cb"), false).await;
    assert!(matches!(added.unwrap(), Added::Yes(Some(_))));
    ground.clock.advance(60);
    let one = &parse(&TWO.replace("Dashboard", "Renamed"))[..1];
    assert_eq!(clients.sync_config(one, false).await.unwrap(), []);
    let expected = ["client.added other", "client.removed phone", "client.changed dashboard"];
    assert_eq!(acts(&ground).await[2..], expected);
    let rows = entities::audit::Entity::find().order_by_desc(entities::audit::Column::Id);
    let detail = rows.one(ground.db.read()).await.unwrap().unwrap().detail;
    let changed = serde_json::json!({ "changed": { "name": { "before": "Dashboard", "after": "Renamed" } } });
    assert_eq!(serde_json::from_str::<serde_json::Value>(&detail).unwrap(), changed, "and nothing else");
    let ids: Vec<String> = clients.list().await.unwrap().into_iter().map(|client| client.id).collect();
    assert_eq!(ids, ["dashboard", "other"]);
    let dashboard = clients.find("dashboard").await.unwrap().unwrap();
    assert_eq!((dashboard.name.as_str(), dashboard.created_at), ("Renamed", since));

    assert_eq!(clients.sync_config(&[], false).await.unwrap(), []);
    assert!(clients.find("dashboard").await.unwrap().is_none());
    assert!(clients.find("other").await.unwrap().is_some(), "what a command added stays");
}

#[tokio::test]
async fn a_configured_client_does_not_take_over_one_that_was_added_by_command() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    clients.add(permit(), &host(), new_client("phone", "https://b.example/cb"), false).await.unwrap();
    let problems = clients.sync_config(&parse(TWO), false).await.unwrap();
    assert_eq!(problems.iter().map(|p| p.key.as_str()).collect::<Vec<_>>(), ["client[1].id"]);
    assert!(clients.find("dashboard").await.unwrap().is_none(), "all or nothing");
}

#[test]
fn every_mistake_of_a_configured_client_is_named_by_its_key() {
    assert_eq!(check_config(&parse(TWO), false), []);
    let cases = [
        (r#"auth_method = "none""#, "auth_method"),
        (r#"id_token_alg = "HS256""#, "id_token_alg"),
        (r#"pkce = "sometimes""#, "pkce"),
        (r#"old_secret = "short""#, "old_secret"),
        (r#"old_secret_file = "/nowhere""#, "old_secret_file"),
        (r#"secret_file = "/nowhere""#, "secret"),
        (r#"scopes = ["openid", "admin"]"#, "scopes"),
        (r#"scopes = ["email"]"#, "scopes"),
        (r#"post_logout_redirect_uris = ["http://app.example/bye"]"#, "post_logout_redirect_uris"),
        (r#"home_uri = "javascript:alert(1)""#, "home_uri"),
        (r#"home_uri = "com.example.app:/""#, "home_uri"),
    ];
    for (line, field) in cases {
        let text = format!(
            "[[client]]\nid = 'a'\nname = 'A'\nsecret = '{SECRET}'\nredirect_uris = ['https://a.example/cb']\n{line}"
        );
        let keys: Vec<String> = check_config(&parse(&text), false).into_iter().map(|p| p.key).collect();
        assert_eq!(keys, [format!("client[0].{field}")], "{line}");
    }
    let lines = [
        ("public = true\nauth_method = 'client_secret_post'", "client[0].auth_method"),
        ("public = false", "client[0].secret"),
        ("secret = 'short'", "client[0].secret"),
        ("public = true\nsecret = '0123456789abcdef0123456789abcdef'", "client[0].secret"),
        ("secret_file = '/nowhere'", "client[0].secret_file"),
        ("auth_method = 'private_key_jwt'", "client[0].jwks"),
    ];
    for (line, key) in lines {
        let text =
            format!("[[client]]\nid = 'a'\nname = 'A'\nredirect_uris = ['https://a.example/cb']\n{line}");
        let keys: Vec<String> = check_config(&parse(&text), false).into_iter().map(|p| p.key).collect();
        assert_eq!(keys, [key], "{line}");
    }
}

#[test]
fn http_to_loopback_is_for_development_and_native_applications() {
    let text = |public| {
        let proof = if public { "public = true".to_owned() } else { format!("secret = '{SECRET}'") };
        format!("[[client]]\nid = 'a'\nname = 'A'\n{proof}\nredirect_uris = ['http://127.0.0.1:8000/cb']")
    };
    let problems = |public, development| -> Vec<Problem> { check_config(&parse(&text(public)), development) };
    assert_eq!(problems(false, false).len(), 1);
    for (public, development) in [(false, true), (true, false), (true, true)] {
        assert_eq!(problems(public, development), []);
    }
}

#[tokio::test]
async fn a_client_proves_itself_by_its_registered_method_alone_a82() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    clients.sync_config(&parse(TWO), false).await.unwrap();
    for good in [basic("dashboard", SECRET), credentials(None, "client_id=phone")] {
        let client = clients.authenticate(&good).await.unwrap().unwrap();
        assert_eq!(Some(client.id.as_str()), good.client_id());
    }
    let nearly = format!("{}0", &SECRET[..31]);
    let refused = [
        basic("dashboard", &nearly),
        basic("dashboard", &SECRET[..31]),
        basic("nobody", SECRET),
        basic("phone", SECRET),
        credentials(None, &format!("client_id=dashboard&client_secret={SECRET}")),
        credentials(None, "client_id=dashboard"),
        credentials(None, &format!("client_id=phone&client_secret={SECRET}")),
        credentials(None, "client_id=nobody"),
        credentials(None, "client_id=a%20b"),
    ];
    let mut answers = Vec::new();
    for credentials in refused {
        answers.push(clients.authenticate(&credentials).await.unwrap().unwrap_err());
    }
    assert_eq!(answers[0].code(), ErrorCode::InvalidClient);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "one answer for all: {answers:?}");
}

#[tokio::test]
async fn a_command_adds_a_client_once_and_shows_the_secret_once() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let new = || new_client("app", "https://app.example/cb");
    let Added::Yes(Some(secret)) = clients.add(permit(), &host(), new(), false).await.unwrap() else {
        panic!("not added")
    };
    assert!(clients.authenticate(&basic("app", secret.text())).await.unwrap().is_ok());
    assert!(matches!(clients.add(permit(), &host(), new(), false).await.unwrap(), Added::Exists));
    assert!(clients.authenticate(&basic("app", secret.text())).await.unwrap().is_ok(), "it kept its secret");
    let stored = entities::client::Entity::find_by_id("app").one(ground.db.read()).await.unwrap().unwrap();
    assert!(!format!("{stored:?}").contains(secret.text()));
    let bad = NewClient { name: " ".into(), ..new_client("a:b", "http://b.example/") };
    let Added::Invalid(problems) = clients.add(permit(), &host(), bad, false).await.unwrap() else {
        panic!("added")
    };
    let keys: Vec<&str> = problems.iter().map(|problem| problem.key.as_str()).collect();
    assert_eq!(keys, ["client.client_id", "client.redirect_uris", "client.name"]);
}

#[tokio::test]
async fn a_removed_client_is_out_at_once_here_and_within_a_second_on_other_nodes() {
    let (ground, _folder) = ground().await;
    let (here, elsewhere) = (clients_on(&ground), clients_on(&ground));
    here.add(permit(), &host(), new_client("app", "https://app.example/cb"), false).await.unwrap();
    for clients in [&here, &elsewhere] {
        assert!(clients.find("app").await.unwrap().is_some());
    }
    assert_eq!(here.remove(permit(), &host(), "app").await.unwrap(), Removed::Yes);
    assert_eq!(here.remove(permit(), &host(), "app").await.unwrap(), Removed::Unknown);
    assert!(here.find("app").await.unwrap().is_none());
    ground.clock.advance(1);
    assert!(elsewhere.find("app").await.unwrap().is_none());
    assert_eq!(acts(&ground).await, ["client.added app", "client.removed app"]);
}

#[tokio::test]
async fn an_impossible_id_is_nobody() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    for id in ["", "a\0b", "a b", "é", &"a".repeat(129)] {
        assert!(clients.find(id).await.unwrap().is_none(), "{id:?}");
    }
}
