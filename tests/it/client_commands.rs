//! Registration on the host: the configuration with every setting, and the commands, driven as an operator does.

use crate::support::TestApp;
use serde_json::{Value, json};
use std::process::{Command, Output};
use tempfile::TempDir;
use wardgate::protocol::client::{AccessTokens, GrantType, Pkce};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// An installation that only commands use.
struct Host(TempDir);

impl Host {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display();
        let settings = format!(
            r#"
            mode = "production"
            server.issuer = "https://login.example.org"
            database.url = "sqlite://{place}/wardgate.db"
            secrets.key_file = "{place}/wardgate.key"
            brand.support_email = "help@example.org"
            mail.transport = "smtp"
            mail.host = "mail.example.org"
            mail.from = "no-reply@example.org"
            sms.transport = "http"
            sms.http.url = "https://sms.example.org/"
            [[client]]
            id = "configured"
            name = "Configured"
            secret = "{SECRET}"
            profile = "legacy-library"
            redirect_uris = ["https://app.example.org/callback"]
            "#
        );
        std::fs::write(folder.path().join("wardgate.toml"), settings).unwrap();
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_wardgate"))
            .args(["--config", "wardgate.toml", "client"])
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .output()
            .unwrap()
    }

    /// The lines of JSON that a command prints.
    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let output = self.run(&[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The exit code of a command that fails, and what it says.
    fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }

    fn write(&self, file: &str, text: &Value) {
        std::fs::write(self.0.path().join(file), text.to_string()).unwrap();
    }
}

#[tokio::test]
async fn a_client_of_the_configuration_gets_what_is_written_of_it() {
    let app = TestApp::with(&format!(
        r#"
        [[client]]
        id = "rota-service"
        name = "Rota service"
        secret = "{SECRET}"
        grant_types = ["client_credentials"]
        service_scopes = ["rota:read"]
        resources = ["urn:rota"]
        access_token_seconds = 120
        "#
    ))
    .await;
    let fields = [("grant_type", "client_credentials"), ("resource", "urn:rota")];
    let answer = app.call_as("/token", ("rota-service", SECRET), &fields).await;
    assert_eq!((answer.text("scope"), answer.json["expires_in"].as_i64()), ("rota:read", Some(120)));
}

#[test]
fn a_command_registers_with_every_setting_and_shows_it_without_secrets() {
    let host = Host::new();
    let keys = json!({ "keys": [
        { "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
    ] });
    host.write("keys.json", &keys);
    let options = "add app --name App --redirect-uri https://app.example.org/cb --post-logout-redirect-uri \
        https://app.example.org/bye --initiate-login-uri https://app.example.org/login --colour plum --allow organisation=North,role=team_lead --home-uri \
        https://app.example.org/ --backchannel-logout-uri https://app.example.org/ended --origin \
        https://app.example.org --auth-method private_key_jwt --jwks-file keys.json --assertion-alg EdDSA \
        --assertion-audience token_endpoint --pkce or_nonce --grant-type authorization_code --grant-type \
        refresh_token --grant-type client_credentials --scope openid --scope email --service-scope rota:read \
        --resource urn:rota --acr-alias mfa=urn:wardgate:acr:aal2-restricted --introspects --third-party \
        --access-tokens jwt --access-token-seconds 300 --id-token-alg ES256 --id-token-seconds 120 \
        --claims-in-id-token --refresh-with-session --refresh-rotate false --refresh-idle-seconds 3600 \
        --refresh-absolute-seconds 7200 --application web";
    let options: Vec<&str> = options.split_whitespace().collect();
    assert_eq!(host.json(&options), [json!({ "id": "app", "client_secret": null })]);
    let shown = &host.json(&["show", "app"])[0];
    let expected = json!({
        "id": "app", "name": "App", "source": "command", "application": "web", "third_party": true,
        "redirect_uris": ["https://app.example.org/cb"],
        "post_logout_redirect_uris": ["https://app.example.org/bye"],
        "initiate_login_uri": "https://app.example.org/login", "home_uri": "https://app.example.org/", "colour": "plum", "allow": [{ "organisation": "North", "role": "team_lead" }],
        "backchannel_logout_uri": "https://app.example.org/ended", "origins": ["https://app.example.org"],
        "auth_method": "private_key_jwt", "jwks": keys.to_string(), "jwks_uri": null, "assertion_alg": "EdDSA",
        "assertion_audience": "token_endpoint", "pkce": "or_nonce",
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "scopes": ["openid", "email"], "service_scopes": ["rota:read"], "resources": ["urn:rota"],
        "access_tokens": "jwt", "access_token_seconds": 300, "id_token_alg": "ES256", "id_token_seconds": 120,
        "claims_in_id_token": true, "refresh_with_session": true, "refresh_rotate": false,
        "refresh_idle_seconds": 3600, "refresh_absolute_seconds": 7200,
        "acr_aliases": { "mfa": "urn:wardgate:acr:aal2-restricted" }, "introspects": true, "secrets_until": [],
        "created_at": shown["created_at"],
    });
    assert_eq!(*shown, expected);
    let (code, why) = host.fails(&["add", "bad", "--name", "Bad", "--service-scope", "x"]);
    assert_eq!(code, 2);
    assert!(why.contains("client.redirect_uris: ") && why.contains("client.service_scopes: "), "{why}");
}

#[test]
fn a_file_of_metadata_is_imported_whole_or_not_at_all() {
    let host = Host::new();
    let old = json!({
        "client_id": "old", "client_secret": SECRET, "redirect_uris": ["https://old.example.org/cb"],
        "logo_uri": "http://169.254.169.254/",
    });
    host.write("bad.json", &json!([old, { "redirect_uris": ["http://new.example.org/cb"] }, {}]));
    let (code, why) = host.fails(&["import", "bad.json"]);
    assert_eq!(code, 2);
    assert!(why.contains("[1].redirect_uris: ") && why.contains("[2].redirect_uris: "), "{why}");
    host.write("good.json", &json!([old, { "redirect_uris": ["https://new.example.org/cb"] }]));
    let told = host.json(&["import", "good.json", "--profile", "legacy-library"]);
    let expected =
        json!({ "id": "old", "client_secret": null, "profile": "legacy-library", "ignored": ["logo_uri"] });
    assert_eq!(told[0], expected, "nothing of the bad file was kept");
    assert_eq!(told[1]["client_secret"].as_str().unwrap().len(), 43);
    let output = host.run(&["import", "good.json"]);
    assert_eq!(output.status.code(), Some(2), "the ids are taken");
    let ids: Vec<Value> = host.json(&["list"]).into_iter().map(|client| client["id"].clone()).collect();
    assert_eq!(ids.len(), 3);

    host.write("one.json", &json!({ "client_id": "one", "redirect_uris": ["https://one.example.org/cb"] }));
    let output = host.run(&["import", "one.json", "--profile", "legacy-library"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.starts_with("profile legacy-library: PKCE or a nonce") && text.contains("added one"),
        "{text}"
    );
}

#[test]
fn a_check_explains_and_its_exit_code_tells_problems_and_with_strict_warnings() {
    let host = Host::new();
    host.json(&["add", "sound", "--name", "Sound", "--redirect-uri", "https://app.example.org/cb"]);
    let sound = &host.json(&["check", "sound", "--strict"])[0];
    assert_eq!((&sound["warnings"], &sound["problems"]), (&json!([]), &json!([])));
    let legacy = &host.json(&["check", "configured"])[0];
    let keys: Vec<&str> = legacy["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning.as_str().unwrap().split(':').next().unwrap())
        .collect();
    assert_eq!(keys, ["pkce", "claims_in_id_token", "refresh_rotate"]);
    assert_eq!(host.json(&["check"]).len(), 2);
    assert_eq!(host.fails(&["check", "--strict"]).0, 1);
    assert_eq!(host.fails(&["check", "nobody"]).0, 2);
    assert_eq!(host.fails(&["show", "nobody"]).0, 2);
    let told = host.run(&["check", "configured"]);
    let text = String::from_utf8(told.stdout).unwrap();
    assert!(text.contains("needs a code challenge or a nonce") && text.contains("warning: pkce"), "{text}");
}

#[test]
fn a_check_warns_of_names_that_people_take_for_each_other_i31() {
    let host = Host::new();
    let add = |id: &str, name: &str| {
        host.json(&["add", id, "--name", name, "--redirect-uri", "https://app.example.org/cb"]);
    };
    add("rota", "Modern rota");
    let report = || host.json(&["check", "rota"]).remove(0);
    assert_eq!(report()["warnings"], json!([]));
    add("other", "Modem r\u{ff4f}ta");
    assert_eq!(report()["warnings"], json!(["name: People cannot tell it from that of other."]));
    add("brand", "WARDGATE");
    let brand = host.json(&["check", "brand"]).remove(0);
    assert_eq!(brand["warnings"], json!(["name: People cannot tell it from the brand's."]));
    assert_eq!(host.fails(&["check", "other", "--strict"]).0, 1);
    for name in ["R\u{43e}ta", "Rota\u{ad}", "Rota\u{2069}"] {
        let wrong = ["add", "x", "--name", name, "--redirect-uri", "https://app.example.org/cb"];
        let (code, why) = host.fails(&wrong);
        assert!(code == 2 && why.contains("client.name: "), "{why}");
    }
}

#[test]
fn a_registration_token_is_made_shown_once_listed_and_taken_back() {
    let host = Host::new();
    let made =
        &host.json(&["registration-token", "add", "--uses", "3", "--expires-days", "2", "--note", "Ward 4"])
            [0];
    let (id, token) = (made["id"].as_str().unwrap(), made["token"].as_str().unwrap());
    assert_eq!(token.len(), 43);
    let listed = host.json(&["registration-token", "list"]);
    let state = |it: &Value| {
        [&it["id"], &it["state"], &it["uses_left"], &it["scope"], &it["note"]].map(Value::to_string)
    };
    let expected = json!({
        "id": id, "state": "live", "uses_left": 3, "scope": "openid profile email", "note": "Ward 4",
    });
    assert_eq!(listed.iter().map(state).collect::<Vec<_>>(), [state(&expected)]);
    assert!(!listed[0].to_string().contains(token));
    host.json(&["registration-token", "revoke", id]);
    assert_eq!(host.json(&["registration-token", "list"])[0]["state"], "revoked");
    assert_eq!(host.fails(&["registration-token", "revoke", id]).0, 2);
    for wrong in [["--uses", "0"], ["--expires-days", "400"], ["--scope", "admin"], ["--profile", "modern"]] {
        assert_eq!(host.fails(&[&["registration-token", "add"], &wrong[..]].concat()).0, 2, "{wrong:?}");
    }
}

#[tokio::test]
async fn the_profile_for_old_libraries_lets_a_client_in_without_pkce_and_keeps_its_refresh_token() {
    let app = TestApp::with(&format!(
        "[[client]]\nid = 'old'\nname = 'Old'\nsecret = '{SECRET}'\nprofile = 'legacy-library'\n\
         redirect_uris = ['http://localhost:9009/callback']\n"
    ))
    .await;
    let policy = app.app.clients.find("old").await.unwrap().unwrap().policy.clone();
    assert_eq!((policy.pkce, policy.tokens.access), (Pkce::OrNonce, AccessTokens::Opaque));
    assert!(policy.grant_types.contains(&GrantType::RefreshToken));
    let mut ada = app.person("ada@example.org").await;
    let link = "/authorize?response_type=code&client_id=old&scope=openid%20email&nonce=n\
                &redirect_uri=http%3A%2F%2Flocalhost%3A9009%2Fcallback";
    let page = ada.browser.open(link).await;
    let code = page.at.split("code=").nth(1).unwrap_or_else(|| panic!("{}", page.at));
    let code = code.split('&').next().unwrap();
    let redirect = ("redirect_uri", "http://localhost:9009/callback");
    let fields = [("grant_type", "authorization_code"), ("code", code), redirect];
    let first = app.call_as("/token", ("old", SECRET), &fields).await;
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", first.text("refresh_token"))];
    for _ in 0..2 {
        let again = app.call_as("/token", ("old", SECRET), &refresh).await;
        assert_eq!(again.status, reqwest::StatusCode::OK, "{again:?}");
        app.advance(60);
    }
}
