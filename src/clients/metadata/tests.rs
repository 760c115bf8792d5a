use super::*;
use crate::clock::Timestamp;
use crate::protocol::client::{AssertionAlg, Pkce, SigningAlg};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeSet;

fn usual() -> ClientConfig {
    ClientConfig { id: "made-up".into(), ..ClientConfig::default() }
}

/// Metadata that are sound, changed.
fn sound(change: Value) -> Object {
    let mut object = json!({ "redirect_uris": ["https://a.example/cb"] });
    object.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    object.as_object().unwrap().clone()
}

fn keys(change: Value) -> Vec<String> {
    let problems = read("[0]", sound(change), &usual(), false).err().unwrap_or_default();
    problems.into_iter().map(|problem| problem.key.trim_start_matches("[0].").to_owned()).collect()
}

#[test]
fn every_member_of_the_standards_finds_its_setting() {
    let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let given = json!({
        "client_id": "a", "client_name": "A",
        "client_uri": "https://a.example/",
        "post_logout_redirect_uris": ["https://a.example/bye"],
        "initiate_login_uri": "https://a.example/login",
        "backchannel_logout_uri": "https://a.example/ended", "backchannel_logout_session_required": true,
        "application_type": "web",
        "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": "EdDSA",
        "jwks": { "keys": [jwk] },
        "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
        "response_types": ["code"],
        "scope": "openid email rota:read", "subject_type": "public",
        "id_token_signed_response_alg": "ES256", "require_auth_time": true,
    });
    let Read { client, secret, ignored } = read("x", sound(given.clone()), &usual(), false).unwrap();
    assert!(secret.is_none() && ignored.is_empty(), "{ignored:?}");
    let policy = &client.policy;
    assert_eq!((client.name.as_str(), policy.client_id.as_str()), ("A", "a"));
    assert_eq!((policy.auth_method, policy.application), (AuthMethod::PrivateKeyJwt, Application::Web));
    assert_eq!((policy.assertions.alg, policy.id_token_alg), (Some(AssertionAlg::EdDsa), SigningAlg::Es256));
    assert_eq!(policy.scopes, BTreeSet::from([Scope::Openid, Scope::Email]));
    assert_eq!(policy.tokens.service_scopes, ["rota:read"]);

    let registered = client.into_client("command", super::super::Secrets::default(), Timestamp(1));
    let mut expected = sound(given);
    expected.remove("require_auth_time");
    assert_eq!(print(&registered), expected, "it is printed as it was read");
    let again = read("x", print(&registered), &usual(), false).unwrap();
    assert_eq!(again.client.policy, registered.policy);
}

#[test]
fn what_metadata_do_not_say_is_as_the_standards_have_it() {
    let Read { client, ignored, .. } = read("x", sound(json!({})), &usual(), false).unwrap();
    let policy = client.policy;
    assert_eq!((policy.client_id.as_str(), client.name.as_str()), ("made-up", "made-up"));
    assert_eq!((policy.auth_method, policy.pkce), (AuthMethod::SecretBasic, Pkce::Required));
    assert_eq!(policy.grant_types, GrantType::usual());
    assert!(ignored.is_empty());
}

#[test]
fn unknown_members_are_left_out_and_named_and_a_logo_is_not_fetched_a104() {
    let given = json!({
        "logo_uri": "http://169.254.169.254/logo.png", "contacts": ["a@a.example"], "tos_uri": "https://a.example/t",
        "client_name#de": "A", "x": { "y": 1 }, "jwks": null,
    });
    let Read { ignored, .. } = read("x", sound(given), &usual(), false).unwrap();
    assert_eq!(ignored, ["client_name#de", "contacts", "logo_uri", "tos_uri", "x"]);
}

#[test]
fn every_mistake_has_the_name_of_its_member_a104() {
    let table = [
        (json!({ "redirect_uris": ["http://a.example/cb"] }), "redirect_uris"),
        (json!({ "redirect_uris": ["https://*.a.example/cb"] }), "redirect_uris"),
        (json!({ "redirect_uris": ["https://a.example/cb#x"] }), "redirect_uris"),
        (json!({ "redirect_uris": [] }), "redirect_uris"),
        (json!({ "redirect_uris": null }), "redirect_uris"),
        (json!({ "redirect_uris": "https://a.example/cb" }), "redirect_uris"),
        (json!({ "redirect_uris": [1] }), "redirect_uris"),
        (json!({ "client_id": "a b" }), "client_id"),
        (json!({ "client_id": 7 }), "client_id"),
        (json!({ "client_name": "" }), "client_name"),
        (json!({ "client_uri": "javascript:alert(1)" }), "client_uri"),
        (json!({ "application_type": "desktop" }), "application_type"),
        (json!({ "token_endpoint_auth_method": "client_secret_jwt" }), "token_endpoint_auth_method"),
        (json!({ "token_endpoint_auth_method": "private_key_jwt" }), "jwks"),
        (json!({ "token_endpoint_auth_signing_alg": "none" }), "token_endpoint_auth_signing_alg"),
        (json!({ "grant_types": ["implicit"] }), "grant_types"),
        (json!({ "grant_types": "authorization_code" }), "grant_types"),
        (json!({ "response_types": ["code", "token"] }), "response_types"),
        (json!({ "response_types": [] }), "response_types"),
        (json!({ "scope": "openid admin" }), "scope"),
        (json!({ "scope": "email" }), "scope"),
        (json!({ "scope": ["openid"] }), "scope"),
        (json!({ "id_token_signed_response_alg": "none" }), "id_token_signed_response_alg"),
        (json!({ "id_token_signed_response_alg": "HS256" }), "id_token_signed_response_alg"),
        (json!({ "subject_type": "pairwise" }), "subject_type"),
        (json!({ "jwks": { "keys": [{ "kty": "oct", "k": "AAAA" }] } }), "jwks"),
        (json!({ "jwks": "x" }), "jwks"),
        (json!({ "jwks_uri": "https://192.168.0.1/keys" }), "jwks_uri"),
        (json!({ "jwks_uri": "https://localhost/keys" }), "jwks_uri"),
        (json!({ "backchannel_logout_uri": "http://a.example/ended" }), "backchannel_logout_uri"),
        (json!({ "backchannel_logout_session_required": "yes" }), "backchannel_logout_session_required"),
        (json!({ "default_max_age": 3600 }), "default_max_age"),
        (json!({ "default_max_age": 0 }), "default_max_age"),
        (json!({ "software_statement": "eyJ.e.x" }), "software_statement"),
        (json!({ "dpop_bound_access_tokens": true }), "dpop_bound_access_tokens"),
        (json!({ "userinfo_signed_response_alg": "RS256" }), "userinfo_signed_response_alg"),
        (json!({ "post_logout_redirect_uris": ["https://u@a.example/"] }), "post_logout_redirect_uris"),
        (json!({ "initiate_login_uri": "http://a.example/login" }), "initiate_login_uri"),
    ];
    for (change, member) in table {
        assert_eq!(keys(change.clone()), [member], "{change}");
    }
    assert_eq!(keys(json!({ "dpop_bound_access_tokens": false })), [""; 0]);
}

#[test]
fn a_device_and_a_service_register_as_what_they_are() {
    let native = json!({
        "token_endpoint_auth_method": "none", "redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"],
    });
    let native = read("x", native.as_object().unwrap().clone(), &usual(), false).unwrap();
    assert_eq!(native.client.policy.application, Application::Native);
    let service =
        json!({ "grant_types": ["client_credentials"], "response_types": [], "scope": "rota:read" });
    let service = read("x", service.as_object().unwrap().clone(), &usual(), false).unwrap().client.policy;
    assert!(service.scopes.is_empty() && service.redirect_uris.is_empty());
    assert_eq!(service.tokens.service_scopes, ["rota:read"]);
}

/// Any value that a member may hold, sound or not.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        select(vec![
            "none",
            "https://a.example/cb",
            "http://a.example",
            "authorization_code",
            "openid email",
            "RS256",
            "private_key_jwt",
            "javascript:alert(1)",
            "https://10.0.0.1/x",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Value::from),
            vec(("[a-z_]{1,12}", inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever comes in is refused by its members or is a client that keeps the rules (A104).
    #[test]
    fn no_metadata_bring_in_a_client_that_the_rules_would_refuse(
        changes in vec((select(MEMBERS.to_vec()), anything()), 0..6),
    ) {
        let change: Object = changes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        match read("[0]", sound(Value::Object(change)), &usual(), false) {
            Ok(read) => {
                let problems = crate::clients::registration::rules("[0]", &read.client, false);
                prop_assert!(problems.is_empty(), "{problems:?}");
                prop_assert!(!read.client.policy.introspects);
            }
            Err(problems) => prop_assert!(!problems.is_empty()),
        }
    }
}

/// The members that are read, and some that are not.
const MEMBERS: [&str; 18] = [
    "redirect_uris",
    "post_logout_redirect_uris",
    "token_endpoint_auth_method",
    "grant_types",
    "response_types",
    "client_name",
    "client_uri",
    "logo_uri",
    "scope",
    "jwks",
    "jwks_uri",
    "application_type",
    "id_token_signed_response_alg",
    "backchannel_logout_uri",
    "initiate_login_uri",
    "default_max_age",
    "software_statement",
    "unknown",
];
