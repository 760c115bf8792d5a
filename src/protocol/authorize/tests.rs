use super::*;
use crate::protocol::acr::Acr;
use crate::protocol::client::tests::web_client;

const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const GOOD: [(&str, &str); 7] = [
    ("response_type", "code"),
    ("client_id", "dashboard"),
    ("redirect_uri", "https://app.example.com/cb"),
    ("scope", "openid"),
    ("state", "af0ifjsldkj"),
    ("code_challenge", CHALLENGE),
    ("code_challenge_method", "S256"),
];

/// The good request with some parameters replaced or added; an empty value takes one out.
fn params(changes: &[(&str, &str)]) -> Params {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(GOOD.iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name)));
    query.extend_pairs(changes);
    Params::parse(query.finish().as_bytes()).unwrap()
}

fn check_with(policy: &ClientPolicy, changes: &[(&str, &str)]) -> Result<AuthorizationRequest, OAuthError> {
    let params = params(changes);
    let target = CallbackTarget::prove(policy, &params).unwrap();
    let claims = ClaimsRequest::take(&params)?
        .map_or_else(Default::default, |text| serde_json::from_str(text).unwrap());
    AuthorizationRequest::check(&params, policy, &target, claims)
}

fn check(changes: &[(&str, &str)]) -> Result<AuthorizationRequest, OAuthError> {
    check_with(&web_client(), changes)
}

#[test]
fn a_request_that_breaks_one_rule_gets_that_rules_error() {
    use ErrorCode as E;
    let long = "x".repeat(9000);
    let cases: [(&[(&str, &str)], ErrorCode); 41] = [
        (&[("state", &long)], E::InvalidRequest),
        (&[("request", "eyJ")], E::RequestNotSupported),
        (&[("request_uri", "https://a.example/r")], E::RequestUriNotSupported),
        (&[("registration", "{}")], E::RegistrationNotSupported),
        (&[("response_type", "")], E::InvalidRequest),
        // A63, B7: nothing but the code flow.
        (&[("response_type", "token")], E::UnsupportedResponseType),
        (&[("response_type", "id_token")], E::UnsupportedResponseType),
        (&[("response_type", "code token")], E::UnsupportedResponseType),
        (&[("response_type", "code id_token")], E::UnsupportedResponseType),
        (&[("response_type", "id_token token")], E::UnsupportedResponseType),
        (&[("response_type", "none")], E::UnsupportedResponseType),
        (&[("response_type", "CODE")], E::UnsupportedResponseType),
        (&[("response_type", "code ")], E::UnsupportedResponseType),
        (&[("response_mode", "web_message")], E::InvalidRequest),
        (&[("response_mode", "jwt")], E::InvalidRequest),
        (&[("response_mode", "query.jwt")], E::InvalidRequest),
        (&[("scope", "")], E::InvalidScope),
        (&[("scope", "profile")], E::InvalidScope),
        (&[("scope", "OpenID")], E::InvalidScope),
        (&[("scope", "openid phone")], E::InvalidScope),
        (&[("scope", "openid\nemail")], E::InvalidScope),
        (&[("nonce", &long)], E::InvalidRequest),
        // A64, I17: S256 and nothing else.
        (&[("code_challenge", ""), ("code_challenge_method", "")], E::InvalidRequest),
        (&[("code_challenge", "")], E::InvalidRequest),
        (&[("code_challenge_method", "")], E::InvalidRequest),
        (&[("code_challenge_method", "plain")], E::InvalidRequest),
        (&[("code_challenge_method", "s256")], E::InvalidRequest),
        (&[("code_challenge", "tooshort10")], E::InvalidRequest),
        (&[("code_challenge", &long[..1000])], E::InvalidRequest),
        (&[("prompt", "none login")], E::InvalidRequest),
        (&[("prompt", "register")], E::InvalidRequest),
        (&[("prompt", "Login")], E::InvalidRequest),
        // A70.
        (&[("max_age", "-1")], E::InvalidRequest),
        (&[("max_age", "+1")], E::InvalidRequest),
        (&[("max_age", " 1")], E::InvalidRequest),
        (&[("max_age", "1.5")], E::InvalidRequest),
        (&[("max_age", "abc")], E::InvalidRequest),
        (&[("max_age", "٣")], E::InvalidRequest),
        (&[("login_hint", &long)], E::InvalidRequest),
        (&[("id_token_hint", &long)], E::InvalidRequest),
        (&[("request", "x"), ("response_type", "token")], E::RequestNotSupported),
    ];
    for (changes, expected) in cases {
        let error = check(changes).expect_err(&format!("{changes:?}"));
        assert_eq!(error.code(), expected, "{changes:?}: {error}");
    }
}

#[test]
fn a_plain_request_passes_with_nothing_added() {
    let request = check(&[]).unwrap();
    assert_eq!(request.scope, BTreeSet::from([Scope::Openid]));
    assert_eq!(request.state.as_deref(), Some("af0ifjsldkj"));
    assert_eq!(request.challenge.as_ref().map(CodeChallenge::as_str), Some(CHALLENGE));
    assert_eq!((request.nonce.as_deref(), request.max_age), (None, None));
    assert!(request.prompt.is_empty() && request.acr.is_empty() && request.ui_locales.is_empty());
    assert!(!request.forces_login());
}

#[test]
fn every_parameter_arrives_in_its_type() {
    let request = check(&[
        ("response_mode", "query"),
        ("scope", "email openid unknown patient/*.rs"),
        ("state", "<b>\r\n"),
        ("nonce", "n-0S6"),
        ("prompt", "login  consent select_account login"),
        ("max_age", "3600"),
        ("login_hint", "ada@example.com"),
        ("acr_values", "urn:other urn:wardgate:acr:aal2-restricted urn:wardgate:acr:pwd"),
        ("ui_locales", "de-AT en <script> -x fr-"),
        ("id_token_hint", "a.b.c"),
        ("display", "popup"),
        ("unknown", "ignored"),
    ])
    .unwrap();
    assert_eq!(request.scope, BTreeSet::from([Scope::Openid, Scope::Email]));
    assert_eq!(request.state.as_deref(), Some("<b>\r\n"));
    assert_eq!(request.nonce.as_deref(), Some("n-0S6"));
    assert_eq!(request.prompt, BTreeSet::from([Prompt::Login, Prompt::Consent, Prompt::SelectAccount]));
    assert_eq!(request.max_age, Some(3600));
    assert_eq!(request.login_hint.as_deref(), Some("ada@example.com"));
    assert_eq!(request.acr.least(), Some(Acr::Pwd));
    assert_eq!(request.ui_locales, ["de-AT", "en"]);
    assert_eq!(request.id_token_hint.as_ref().map(IdTokenHint::expose), Some("a.b.c"));
}

#[test]
fn bounds_are_exact() {
    let text = "x".repeat(MAX_STATE + 1);
    let cases = [("state", MAX_STATE), ("nonce", MAX_NONCE), ("login_hint", MAX_LOGIN_HINT)];
    for (name, max) in cases {
        assert!(check(&[(name, &text[..max])]).is_ok(), "{name}");
        assert!(check(&[(name, &text[..=max])]).is_err(), "{name}");
    }
    assert_eq!(check(&[("max_age", &"9".repeat(30))]).unwrap().max_age, Some(u32::MAX));
    let many = "en ".repeat(1000);
    assert_eq!(check(&[("ui_locales", &many)]).unwrap().ui_locales.len(), MAX_WISHES);
}

#[test]
fn an_error_echoes_the_state_unless_the_state_is_refused() {
    assert_eq!(state_to_echo(&params(&[])), Some("af0ifjsldkj"));
    assert_eq!(state_to_echo(&params(&[("state", "")])), None);
    assert_eq!(state_to_echo(&params(&[("state", &"x".repeat(MAX_STATE + 1))])), None);
}

#[test]
fn each_client_is_held_to_its_own_pkce_rule_b6() {
    let (no_pkce, nonce) = ([("code_challenge", ""), ("code_challenge_method", "")], ("nonce", "n"));
    let with_nonce = [no_pkce[0], no_pkce[1], nonce];
    let cases = [(Pkce::Required, false, false), (Pkce::OrNonce, false, true), (Pkce::Optional, true, true)];
    for (pkce, bare, nonce_only) in cases {
        let policy = ClientPolicy { pkce, ..web_client() };
        assert!(check_with(&policy, &[]).is_ok(), "{pkce:?}");
        assert_eq!(check_with(&policy, &no_pkce).is_ok(), bare, "{pkce:?}");
        assert_eq!(check_with(&policy, &with_nonce).is_ok(), nonce_only, "{pkce:?}");
        let plain = [("code_challenge_method", "plain"), nonce];
        assert!(check_with(&policy, &plain).is_err(), "{pkce:?}: a bad challenge is never ignored");
    }
}

#[test]
fn prompt_login_and_max_age_zero_force_a_login() {
    let cases: [(&[(&str, &str)], bool); 5] = [
        (&[("prompt", "login")], true),
        (&[("max_age", "0")], true),
        (&[("max_age", "1")], false),
        (&[("prompt", "none"), ("max_age", "0")], true),
        (&[("prompt", "select_account")], false),
    ];
    for (changes, expected) in cases {
        assert_eq!(check(changes).unwrap().forces_login(), expected, "{changes:?}");
    }
}

#[test]
fn claims_name_a_subject_and_a_level_which_is_a_demand_where_it_is_essential() {
    let with = |claims: &str| check(&[("claims", claims), ("acr_values", "urn:wardgate:acr:pwd")]).unwrap();
    let request = with(r#"{"id_token":{"sub":{"value":"s-1"},"acr":{"essential":true,"values":["urn:x"]}}}"#);
    assert_eq!(request.expected.as_deref(), Some("s-1"));
    assert!(!request.acr.is_met(Acr::Aal2Restricted));
    let wish = with(r#"{"id_token":{"acr":{"value":"urn:x"}}}"#);
    assert!(wish.acr.is_met(Acr::Pwd), "a voluntary claim is a wish");
    let bare = with(r#"{"id_token":{"acr":{"essential":true},"auth_time":{"essential":true}}}"#);
    assert_eq!(
        (bare.acr.is_met(Acr::Pwd), bare.acr.least()),
        (true, Some(Acr::Pwd)),
        "acr_values count then"
    );
    let learns = with(r#"{"userinfo":{"email":null,"phone_number":null}}"#).learns(&web_client());
    assert_eq!(
        learns,
        BTreeSet::from([Scope::Openid, Scope::Email]),
        "what it may not have it does not learn"
    );
}

#[test]
fn a_parked_request_comes_back_the_same() {
    let request =
        check(&[("prompt", "login"), ("nonce", "n"), ("acr_values", "urn:wardgate:acr:pwd")]).unwrap();
    let json = serde_json::to_string(&request).unwrap();
    assert!(serde_json::from_str::<AuthorizationRequest>(&json).unwrap() == request);
}

#[test]
fn a_printed_request_tells_no_secrets() {
    let request =
        check(&[("login_hint", "ada@example.com"), ("nonce", "hush"), ("id_token_hint", "a.hush.c")]);
    let printed = format!("{:?}", request.unwrap());
    assert!(printed.contains("dashboard"));
    assert!(!printed.contains("ada@") && !printed.contains("hush") && !printed.contains("af0ifjsldkj"));
}
