//! What holds for whatever comes in: the parsers in front of the endpoints, given a few hundred inputs that nobody
//! thought of, many of them one step away from right ones.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeSet;
use url::form_urlencoded::Serializer;
use wardgate::protocol::authorize::{AuthorizationRequest, MAX_NONCE, MAX_STATE};
use wardgate::protocol::claims::ClaimsRequest;
use wardgate::protocol::client::{Application, ClientPolicy, Pkce};
use wardgate::protocol::credentials::ClientCredentials;
use wardgate::protocol::params::Params;
use wardgate::protocol::redirect::{CallbackTarget, difference};
use wardgate::protocol::resource;
use wardgate::protocol::scope::{self, Scope};
use wardgate::protocol::token::TokenRequest;

const CALLBACKS: [&str; 3] =
    ["https://app.example/cb", "http://127.0.0.1:7000/cb?x=%41", "com.example.app:/cb"];

fn policy(application: Application) -> ClientPolicy {
    let callbacks = CALLBACKS.map(str::to_owned).to_vec();
    ClientPolicy { application, pkce: Pkce::Optional, ..ClientPolicy::new("app", callbacks) }
}

fn params(pairs: &[(String, String)]) -> Option<Params> {
    let text = Serializer::new(String::new()).extend_pairs(pairs).finish();
    Params::parse(text.as_bytes()).ok()
}

/// A right URI with one byte taken out, put in or changed, here and there.
fn nearly(uris: &'static [&'static str]) -> impl Strategy<Value = String> {
    let edit = (any::<Index>(), "[ -~é]?", any::<bool>());
    (select(uris), vec(edit, 0..3)).prop_map(|(uri, edits)| {
        let mut chars: Vec<char> = uri.chars().collect();
        for (at, text, keeps) in edits {
            let at = at.index(chars.len());
            chars.splice(at..at + usize::from(!keeps), text.chars());
            if chars.is_empty() {
                break;
            }
        }
        chars.into_iter().collect()
    })
}

/// The same URI, were it not for the port of a loopback IP literal.
fn is_loopback_of(registered: &str, got: &str) -> bool {
    let without_port = |uri: &str| {
        let rest = uri.strip_prefix("http://127.0.0.1")?;
        let path = rest.find('/')?;
        let port = rest[..path].strip_prefix(':').unwrap_or_default();
        port.bytes().all(|byte| byte.is_ascii_digit()).then(|| rest[path..].to_owned())
    };
    without_port(registered).is_some_and(|path| without_port(got) == Some(path))
}

/// Parameters of an authorization request: known names, values right, nearly right or anything.
fn request() -> impl Strategy<Value = Vec<(String, String)>> {
    let names = [
        "scope",
        "state",
        "nonce",
        "prompt",
        "max_age",
        "acr_values",
        "ui_locales",
        "resource",
        "login_hint",
        "code_challenge",
        "code_challenge_method",
        "response_mode",
        "response_type",
        "id_token_hint",
        "other",
    ];
    let values = prop_oneof![
        select(
            &["openid", "none", "login consent", "S256", "code", "0", "en-GB fr", "form_post", "aal2"][..]
        )
        .prop_map(str::to_owned),
        "[a-zA-Z0-9_-]{43}",
        ".{0,40}",
        "a{4090,4100}",
    ];
    vec((select(names.to_vec()).prop_map(str::to_owned), values), 0..10)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn parameters_are_refused_or_read_back_as_they_were(bytes in vec(any::<u8>(), 0..200)) {
        if let Ok(params) = Params::parse(&bytes) {
            let again = Params::parse(params.to_query().as_bytes()).unwrap();
            prop_assert_eq!(again.to_query(), params.to_query());
        }
    }

    #[test]
    fn what_was_written_as_a_form_is_read_a75(
        pairs in proptest::collection::btree_map("[a-z]{1,8}", "[^\0]{0,20}", 0..8),
        again in any::<bool>(),
    ) {
        let mut pairs: Vec<(String, String)> = pairs.into_iter().collect();
        let read = params(&pairs).unwrap();
        for (name, value) in &pairs {
            prop_assert_eq!(read.get(name), Some(value.as_str()).filter(|value| !value.is_empty()));
        }
        let repeatable = ["audience", "resource"];
        if let Some((name, _)) = pairs.first().cloned().filter(|(name, _)| again && !repeatable.contains(&&**name)) {
            pairs.push((name, String::new()));
            prop_assert!(params(&pairs).is_none(), "a name came twice");
        }
    }

    #[test]
    fn scopes_read_back_as_they_were_printed(
        scopes in btree_set(select(Scope::ALL.to_vec()), 0..Scope::ALL.len()),
        text in ".{0,60}",
    ) {
        prop_assert_eq!(scope::parse(&scope::print(&scopes)), Some(scopes));
        if let Some(known) = scope::parse(&text) {
            let words: BTreeSet<&str> = text.split(' ').collect();
            prop_assert!(known.iter().all(|scope| words.contains(scope.as_str())));
        }
    }

    #[test]
    fn only_a_registered_redirect_uri_is_proven_b1_i15(
        uri in prop_oneof![nearly(&CALLBACKS), ".{0,60}", "http://127\\.0\\.0\\.1(:[0-9]{0,6})?/cb(\\?x=%41)?"],
        native in any::<bool>(),
    ) {
        let application = if native { Application::Native } else { Application::Web };
        let asked = [("client_id".to_owned(), "app".to_owned()), ("redirect_uri".to_owned(), uri.clone())];
        let Some(params) = params(&asked) else { return Ok(()) };
        if let Ok(target) = CallbackTarget::prove(&policy(application), &params) {
            prop_assert_eq!(target.redirect_uri(), uri.as_str());
            let is_registered = CALLBACKS.contains(&uri.as_str());
            let is_loopback = native && CALLBACKS.iter().any(|known| is_loopback_of(known, &uri));
            prop_assert!(is_registered || is_loopback, "{}", uri);
        }
    }

    #[test]
    fn a_wrong_redirect_uri_is_explained_whatever_it_is(
        registered in vec(prop_oneof![nearly(&CALLBACKS), ".{0,40}"], 0..4),
        got in prop_oneof![nearly(&CALLBACKS), ".{0,300}"],
    ) {
        prop_assert!(difference(&registered, &got).len() < 8192);
    }

    #[test]
    fn an_accepted_request_is_bounded_and_allowed(more in request(), base in any::<bool>()) {
        let fixed = [("client_id", "app"), ("redirect_uri", CALLBACKS[0])];
        let right = [("response_type", "code"), ("scope", "openid")];
        let right = right.iter().filter(|(name, _)| base && more.iter().all(|(known, _)| known != name));
        let mut pairs: Vec<(String, String)> =
            fixed.iter().chain(right).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        pairs.extend(more);
        let Some(params) = params(&pairs) else { return Ok(()) };
        let policy = policy(Application::Web);
        let target = CallbackTarget::prove(&policy, &params).unwrap();
        if let Ok(it) = AuthorizationRequest::check(&params, &policy, &target, ClaimsRequest::default()) {
            prop_assert!(it.scope.contains(&Scope::Openid) && it.scope.is_subset(&policy.scopes));
            prop_assert!(it.state.as_deref().map_or(0, str::len) <= MAX_STATE);
            prop_assert!(it.nonce.as_deref().map_or(0, str::len) <= MAX_NONCE);
            prop_assert!(it.resources.iter().all(|uri| policy.tokens.resources.contains(uri)));
            prop_assert!(it.ui_locales.len() <= 16 && it.ui_locales.iter().all(|tag| tag.len() <= 35));
            let parked = serde_json::to_string(&it).unwrap();
            prop_assert!(serde_json::from_str::<AuthorizationRequest>(&parked).unwrap() == it);
        }
    }

    #[test]
    fn claims_are_refused_or_open_only_what_is_allowed(
        text in prop_oneof![
            ".{0,80}",
            "\\{\"(userinfo|id_token)\":\\{\"(email|sub|acr|phone_number|x)\":(null|1|\"a\"|\\{\"(value|values|essential)\":(true|\"a\"|\\[\"a\",1\\]|\\{\\})\\})\\}\\}",
        ],
    ) {
        if let Ok(claims) = serde_json::from_str::<ClaimsRequest>(&text) {
            let allowed = BTreeSet::from([Scope::Openid, Scope::Email]);
            prop_assert!(claims.scopes(&allowed).is_subset(&allowed));
            let _ = claims.subject();
            let again = serde_json::to_string(&claims).unwrap();
            prop_assert_eq!(serde_json::from_str::<ClaimsRequest>(&again).unwrap(), claims);
        }
    }

    #[test]
    fn resources_are_among_the_allowed_and_read_back(
        asked in vec(prop_oneof![Just("urn:rota".to_owned()), Just("https://fhir.example/r4".to_owned()), ".{0,20}"], 0..4),
    ) {
        let allowed = ["urn:rota".to_owned(), "https://fhir.example/r4".to_owned()];
        let pairs: Vec<_> = asked.into_iter().map(|uri| ("resource".to_owned(), uri)).collect();
        let Some(params) = params(&pairs) else { return Ok(()) };
        if let Ok(found) = resource::parse(&params, &allowed) {
            prop_assert!(found.iter().all(|uri| allowed.contains(uri)));
            prop_assert_eq!(resource::read(&resource::print(&found)), found);
        }
    }

    #[test]
    fn basic_credentials_are_refused_or_are_what_was_sent(
        id in "[ -~]{1,20}", secret in "[ -~é]{1,20}", header in ".{0,60}",
    ) {
        use base64::Engine as _;
        let encode = |text: &str| Serializer::new(String::new()).append_pair(text, "").finish().trim_end_matches('=').to_owned();
        let pair = format!("{}:{}", encode(&id), encode(&secret));
        let right = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
        let none = Params::parse(b"").unwrap();
        let read = ClientCredentials::gather(Some(&right), &none).unwrap();
        prop_assert_eq!(read.client_id(), Some(id.as_str()));
        prop_assert_eq!(read.secret().unwrap().expose(), secret.as_str());
        let _ = ClientCredentials::gather(Some(&header), &none);
        let _ = ClientCredentials::gather(Some(&format!("Basic {header}")), &none);
    }

    #[test]
    fn a_token_request_is_refused_or_read(more in vec((select(vec![
        "grant_type", "code", "refresh_token", "redirect_uri", "code_verifier", "scope", "resource", "username",
    ]).prop_map(str::to_owned), prop_oneof![Just("authorization_code".to_owned()), Just("refresh_token".to_owned()), ".{0,50}"]), 0..7)) {
        if let Some(params) = params(&more) {
            let _ = TokenRequest::parse(&params, &policy(Application::Web));
        }
    }
}
