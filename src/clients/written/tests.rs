use super::*;
use crate::config::Config;
use crate::protocol::client::{AccessTokens, Pkce, SigningAlg};
use crate::protocol::scope::Scope;

fn written(lines: &str) -> ClientConfig {
    let text = format!("[[client]]\nid = 'a'\nname = 'A'\nredirect_uris = ['https://a.example/cb']\n{lines}");
    Config::from_toml(&text).unwrap().clients.remove(0)
}

fn keys(lines: &str) -> Vec<String> {
    let problems = describe("client", &written(lines), false).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.key.trim_start_matches("client.").to_owned()).collect()
}

const JWKS: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

#[test]
fn every_setting_can_be_written() {
    let lines = format!(
        "{}jwks = '{JWKS}'\n",
        r#"
        application = "web"
        third_party = true
        post_logout_redirect_uris = ["https://a.example/bye"]
        initiate_login_uri = "https://a.example/login"
        home_uri = "https://a.example/"
        backchannel_logout_uri = "https://a.example/ended"
        origins = ["https://a.example"]
        auth_method = "private_key_jwt"
        assertion_alg = "Ed25519"
        assertion_audience = "token_endpoint"
        pkce = "optional"
        grant_types = ["authorization_code", "refresh_token", "client_credentials"]
        scopes = ["openid", "email"]
        service_scopes = ["rota:read"]
        resources = ["https://fhir.example/r4"]
        access_tokens = "jwt"
        access_token_seconds = 300
        id_token_alg = "ES256"
        id_token_seconds = 120
        claims_in_id_token = true
        refresh_with_session = true
        refresh_rotate = false
        refresh_idle_seconds = 3600
        refresh_absolute_seconds = 7200
        acr_aliases = { "https://refeds.org/profile/mfa" = "urn:wardgate:acr:aal2-restricted" }
        introspects = true
        "#
    );
    let client = describe("client", &written(&lines), false).unwrap();
    let policy = client.policy;
    assert_eq!((policy.application, policy.third_party, policy.introspects), (Application::Web, true, true));
    assert_eq!(client.initiate_login_uri.as_deref(), Some("https://a.example/login"));
    assert_eq!(client.home_uri.as_deref(), Some("https://a.example/"));
    assert_eq!(policy.post_logout_redirect_uris, ["https://a.example/bye"]);
    assert_eq!(policy.backchannel_logout_uri.as_deref(), Some("https://a.example/ended"));
    assert_eq!(policy.origins, ["https://a.example"]);
    assert_eq!((policy.auth_method, policy.pkce), (AuthMethod::PrivateKeyJwt, Pkce::Optional));
    assert_eq!(policy.assertions.jwks.as_deref(), Some(JWKS));
    assert_eq!(policy.assertions.alg, Some(AssertionAlg::EdDsa));
    assert_eq!(policy.assertions.audience, AssertionAudience::TokenEndpoint);
    assert_eq!(policy.grant_types, BTreeSet::from(GrantType::ALL));
    assert_eq!(policy.scopes, BTreeSet::from([Scope::Openid, Scope::Email]));
    assert_eq!(policy.id_token_alg, SigningAlg::Es256);
    let tokens = policy.tokens;
    assert_eq!(
        (tokens.service_scopes, tokens.resources),
        (vec!["rota:read".to_owned()], vec!["https://fhir.example/r4".to_owned()])
    );
    assert_eq!((tokens.access, tokens.access_seconds, tokens.id_seconds), (AccessTokens::Jwt, 300, 120));
    assert!(tokens.claims_in_id_token);
    let refresh = policy.refresh;
    assert_eq!((refresh.with_session, refresh.rotate), (true, false));
    assert_eq!((refresh.idle_seconds, refresh.absolute_seconds), (3600, 7200));
    assert_eq!(policy.acr_aliases["https://refeds.org/profile/mfa"], Acr::Aal2Restricted);
}

#[test]
fn every_mistake_has_the_key_that_was_written_a104() {
    let table = [
        ("application = 'phone'", "application"),
        ("profile = 'modern'", "profile"),
        ("grant_types = ['implicit']", "grant_types"),
        ("grant_types = ['client_credentials', 'password']", "grant_types"),
        ("grant_types = ['refresh_token']", "grant_types"),
        ("public = true\ngrant_types = ['authorization_code', 'client_credentials']", "grant_types"),
        ("public = true\nintrospects = true", "introspects"),
        ("service_scopes = ['rota:read']", "service_scopes"),
        ("resources = ['/r4']", "resources"),
        ("access_tokens = 'short'", "access_tokens"),
        ("access_token_seconds = 1", "access_token_seconds"),
        ("id_token_seconds = 100000", "id_token_seconds"),
        ("refresh_idle_seconds = 1", "refresh_idle_seconds"),
        ("refresh_absolute_seconds = 4000000000", "refresh_absolute_seconds"),
        ("origins = ['https://a.example/']", "origins"),
        ("acr_aliases = { mfa = 'urn:other' }", "acr_aliases"),
        ("assertion_alg = 'HS256'", "assertion_alg"),
        ("assertion_audience = 'anybody'", "assertion_audience"),
        ("jwks = '{}'", "jwks"),
        ("jwks_file = '/nowhere'", "jwks_file"),
        ("jwks = '{}'\njwks_file = '/nowhere'", "jwks"),
        ("jwks_uri = 'https://10.0.0.1/keys'", "jwks_uri"),
        ("jwks_uri = 'http://a.example/keys'", "jwks_uri"),
        ("jwks_uri = 'https://localhost/keys'", "jwks_uri"),
        ("backchannel_logout_uri = 'http://a.example/ended'", "backchannel_logout_uri"),
        ("backchannel_logout_uri = 'https://169.254.169.254/'", "backchannel_logout_uri"),
        ("post_logout_redirect_uris = ['https://*.a.example/']", "post_logout_redirect_uris"),
        ("public = true\nauth_method = 'private_key_jwt'", "auth_method"),
        ("public = true\nprofile = 'legacy-library'\npkce = 'or_nonce'", "pkce"),
    ];
    for (lines, key) in table {
        assert_eq!(keys(lines), [key], "{lines}");
    }
}

#[test]
fn what_is_written_wins_over_the_profile() {
    let policy = |lines: &str| describe("client", &written(lines), false).unwrap().policy;
    let usual = policy("");
    assert_eq!(usual, policy("profile = 'default'"));
    let legacy = policy("profile = 'legacy-library'");
    assert_eq!((legacy.pkce, legacy.rotates(), legacy.refresh.with_session), (Pkce::OrNonce, false, true));
    assert!(legacy.tokens.claims_in_id_token && legacy.grant_types.contains(&GrantType::RefreshToken));
    let lines = "profile = 'legacy-library'\npkce = 'required'\nclaims_in_id_token = false\nrefresh_rotate = true\n\
                 grant_types = ['authorization_code']\nassertion_audience = 'issuer'";
    assert_eq!(policy(lines), usual);
    let public = policy("profile = 'legacy-library'\npublic = true");
    assert_eq!((public.pkce, public.rotates()), (Pkce::Required, true));
}

#[test]
fn a_service_is_written_without_a_redirect_uri() {
    let config = ClientConfig {
        id: "nightly".into(),
        name: "Nightly".into(),
        grant_types: Some(vec!["client_credentials".into()]),
        service_scopes: vec!["rota:read".into()],
        ..ClientConfig::default()
    };
    assert!(describe("client", &config, false).is_ok());
    let config = ClientConfig { grant_types: None, service_scopes: Vec::new(), ..config };
    let problems = describe("client", &config, false).unwrap_err();
    assert_eq!(
        problems.iter().map(|problem| problem.key.as_str()).collect::<Vec<_>>(),
        ["client.redirect_uris"]
    );
}

/// What stands in the commented entry of the defaults is every key, and each is sound.
#[test]
fn the_defaults_list_every_key_of_a_client() {
    let (_, text) = crate::config::DEFAULTS.split_once("# [[client]]\n").unwrap();
    let keys: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("# ")?.split_once(" = "))
        .map(|(key, _)| key)
        .collect();
    let shown = format!("{:?}", ClientConfig::default());
    let words = shown.trim_start_matches("ClientConfig { ").split(", ");
    let fields: Vec<&str> = words.filter_map(|word| word.split_once(": ")).map(|(field, _)| field).collect();
    assert!(fields.len() > 30, "{fields:?}");
    for field in fields {
        let files =
            [field, &format!("{field}_file"), &format!("{field}_uri"), field.trim_end_matches("_file")];
        let listed =
            files.iter().any(|name| keys.contains(name)) || field == "disclaimer" || field == "jwks_file";
        assert!(listed, "{field} is not listed");
    }
    let entry: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# ")).collect();
    let entry = entry
        .join("\n")
        .replace("secret_file", "#")
        .replace("old_#", "#")
        .replace("\"client_secret_basic\"", "\"private_key_jwt\"");
    let entry = entry.replace(
        "grant_types = [\"authorization_code\"]",
        "grant_types = [\"authorization_code\", \"client_credentials\"]",
    );
    let config = Config::from_toml(&format!("[[client]]\n{entry}")).unwrap().clients.remove(0);
    assert!(describe("client", &config, false).is_ok(), "{:?}", describe("client", &config, false));
}
