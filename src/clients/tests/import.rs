//! Clients from a file of metadata, and what is told of clients.

use super::*;
use crate::protocol::client::{Pkce, Profile};
use serde_json::json;

async fn import(clients: &Clients, text: &str, profile: Profile) -> Imported {
    clients.import(permit(), &host(), text.as_bytes(), (profile, false)).await.unwrap()
}

fn keys(imported: Imported) -> Vec<String> {
    match imported {
        Imported::Invalid(problems) => problems.into_iter().map(|problem| problem.key).collect(),
        Imported::Yes(clients) => panic!("{clients:?}"),
    }
}

#[tokio::test]
async fn ids_and_secrets_of_a_file_are_kept_and_missing_ones_are_made() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let text = json!([
        { "client_id": "old", "client_secret": SECRET, "redirect_uris": ["https://a.example/cb"], "logo_uri": "x" },
        { "client_name": "New", "redirect_uris": ["https://b.example/cb"] },
        { "client_id": "phone", "token_endpoint_auth_method": "none", "redirect_uris": ["https://c.example/cb"] },
    ]);
    let imported = import(&clients, &text.to_string(), Profile::Default).await;
    let Imported::Yes(told) = imported else { panic!("{imported:?}") };
    assert!(clients.authenticate(&basic("old", SECRET)).await.unwrap().is_ok());
    assert!(told[0].secret.is_none() && told[2].secret.is_none(), "what is known is not shown");
    assert_eq!(told[0].ignored, ["logo_uri"]);
    let made = told[1].secret.as_ref().unwrap();
    assert!(clients.authenticate(&basic(&told[1].id, made.text())).await.unwrap().is_ok());
    assert_eq!(told[1].id.len(), 32);
    let expected = [&told[0].id, &told[1].id, &told[2].id].map(|id| format!("client.added {id}"));
    assert_eq!(acts(&ground).await, expected);
    assert_eq!(clients.find("phone").await.unwrap().unwrap().source, "command");
}

#[tokio::test]
async fn of_a_file_with_a_mistake_nothing_is_added_and_each_mistake_is_told() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let good = json!({ "client_id": "good", "redirect_uris": ["https://a.example/cb"] });
    let text = json!([
        good,
        { "client_id": "weak", "client_secret": "short", "redirect_uris": ["https://a.example/cb"] },
        { "client_id": "bad", "redirect_uris": ["http://a.example/cb"], "default_max_age": 5 },
        good,
        { "client_id": "phone", "token_endpoint_auth_method": "none", "client_secret": SECRET,
          "redirect_uris": ["https://c.example/cb"] },
    ]);
    let told = keys(import(&clients, &text.to_string(), Profile::Default).await);
    let expected = [
        "[1].client_secret",
        "[2].default_max_age",
        "[2].redirect_uris",
        "[3].client_id",
        "[4].client_secret",
    ];
    assert_eq!(told, expected);
    for (text, key) in [
        ("{", "file"),
        ("[]", "file"),
        ("7", "file"),
        (r#"{"redirect_uris":[],"redirect_uris":["https://a.example/cb"]}"#, "file"),
        ("[{}, 7]", "[1]"),
    ] {
        assert_eq!(keys(import(&clients, text, Profile::Default).await), [key], "{text}");
    }
    clients.add(permit(), &host(), new_client("good", "https://b.example/cb"), false).await.unwrap();
    let other = json!({ "client_id": "other", "redirect_uris": ["https://a.example/cb"] });
    let text = json!([other, good]).to_string();
    assert_eq!(keys(import(&clients, &text, Profile::Default).await), ["[1].client_id"]);
    assert!(clients.find("other").await.unwrap().is_none(), "all or none");
    assert_eq!(acts(&ground).await, ["client.added good"]);
}

#[tokio::test]
async fn a_profile_fills_what_the_metadata_do_not_say() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let text = json!([
        { "client_id": "a", "redirect_uris": ["https://a.example/cb"] },
        { "client_id": "b", "redirect_uris": ["https://a.example/cb"], "grant_types": ["authorization_code"] },
        { "client_id": "c", "redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "none" },
    ]);
    import(&clients, &text.to_string(), Profile::LegacyLibrary).await;
    let mut seen = Vec::new();
    for id in ["a", "b", "c"] {
        let policy = clients.find(id).await.unwrap().unwrap().policy.clone();
        seen.push((policy.pkce, policy.refresh.with_session, policy.rotates()));
    }
    let expected =
        [(Pkce::OrNonce, true, false), (Pkce::OrNonce, false, false), (Pkce::Required, true, true)];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_report_tells_what_is_weak_and_what_the_rules_would_refuse_today() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let mut new = new_client("app", "https://app.example.com/cb");
    clients.add(permit(), &host(), new.clone(), false).await.unwrap();
    let found = clients.find("app").await.unwrap().unwrap();
    let report = clients.report(&found, &clients.names().await.unwrap(), false);
    assert!(report.warnings.is_empty() && report.problems.is_empty(), "{report:?}");

    let shown = serde_json::to_string(&found.settings()).unwrap();
    assert!(shown.contains("https://app.example.com/cb"));
    assert!(!format!("{found:?}{shown}").contains("hash"), "no secret, not even its hash");
    ground.clock.advance(366 * 24 * 3600);
    let report = clients.report(&found, &clients.names().await.unwrap(), false);
    assert!(report.warnings[0].starts_with("secret: It is as old"), "{report:?}");

    new.policy.client_id = "local".into();
    new.policy.redirect_uris = vec!["http://127.0.0.1:8000/cb".into()];
    clients.add(permit(), &host(), new, true).await.unwrap();
    let local = clients.find("local").await.unwrap().unwrap();
    let report = clients.report(&local, &clients.names().await.unwrap(), false);
    assert!(report.warnings[0].starts_with("redirect_uris: http://127.0.0.1:8000/cb is http"), "{report:?}");
    assert!(report.problems[0].starts_with("redirect_uris: "), "{report:?}");
}
