//! The authorization request (RFC 6749 4.1.1, OIDC Core 3.1.2.1).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::acr::AcrWish;
use super::claims::{ClaimsRequest, Value};
use super::client::{ClientPolicy, GrantType, Pkce};
use super::error::{ErrorCode, OAuthError};
use super::id_token::IdTokenHint;
use super::params::Params;
use super::pkce::CodeChallenge;
use super::redirect::CallbackTarget;
use super::resource;
use super::response::ResponseMode;
use super::scope::{self, Scope};

/// The longest `state`, in bytes.
pub const MAX_STATE: usize = 4096;
/// The longest `nonce`, in bytes.
pub const MAX_NONCE: usize = 1024;
/// The longest `login_hint`, in bytes.
const MAX_LOGIN_HINT: usize = 512;
/// How many `ui_locales` are read; they are wishes, so more are no error.
const MAX_WISHES: usize = 16;

/// An authorization request that passed every check. Serialises, so that it can be parked while the person signs in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// Where the answer goes.
    pub target: CallbackTarget,
    /// Who asks.
    pub client_id: String,
    /// What is asked for: known, allowed, with `openid`.
    pub scope: BTreeSet<Scope>,
    /// Resource servers that tokens are to be for (RFC 8707 2.1).
    pub resources: BTreeSet<String>,
    /// How the answer travels.
    pub response_mode: ResponseMode,
    /// To be given back as it is (RFC 6749 4.1.1).
    pub state: Option<String>,
    /// To be put into the ID token (OIDC Core 3.1.2.1).
    pub nonce: Option<String>,
    /// The code challenge (RFC 7636 4.3).
    pub challenge: Option<CodeChallenge>,
    /// What the pages must or must not do.
    pub prompt: BTreeSet<Prompt>,
    /// The greatest age of the login, in seconds.
    pub max_age: Option<u32>,
    /// What the person may have called themself at the client; never a proof of anything.
    pub login_hint: Option<String>,
    /// The levels that are wished or demanded (OIDC Core 3.1.2.1, 5.5.1.1).
    pub acr: AcrWish,
    /// The claims that are asked for by name (OIDC Core 5.5).
    pub claims: ClaimsRequest,
    /// Well-formed language tags (BCP 47), in the client's order.
    pub ui_locales: Vec<String>,
    /// An ID token of the person that the client expects; to be verified.
    pub id_token_hint: Option<IdTokenHint>,
    /// The one subject that will do: of that token, once it is verified, or named in the claims.
    pub expected: Option<String>,
}

/// A value of `prompt` (OIDC Core 3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// No page may be shown.
    None,
    /// The person signs in again, with all factors (REQUIREMENTS P10).
    Login,
    /// The person is asked again what the client may have.
    Consent,
    /// The person may choose another account.
    SelectAccount,
    /// The person has no account yet (Initiating User Registration 1.0).
    Create,
}

impl Prompt {
    /// Every value, in the order of the metadata.
    pub const ALL: [Self; 5] = [Self::None, Self::Login, Self::Consent, Self::SelectAccount, Self::Create];

    /// The value on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Login => "login",
            Self::Consent => "consent",
            Self::SelectAccount => "select_account",
            Self::Create => "create",
        }
    }
}

impl AuthorizationRequest {
    /// Checks what is left once client and target are proven. The error may go to the target, with
    /// [`state_to_echo`]. `claims` is what [`ClaimsRequest::take`] gave, read as JSON.
    ///
    /// # Errors
    /// The first rule that the request breaks.
    pub fn check(
        params: &Params,
        policy: &ClientPolicy,
        target: &CallbackTarget,
        claims: ClaimsRequest,
    ) -> Result<Self, OAuthError> {
        let state = state_is_bounded(params)?; //                       RFC 6749 4.1.1
        no_request_object(params)?; //                                  OIDC Core 3.1.2.6, 6.1
        no_request_uri(params)?; //                                     OIDC Core 3.1.2.6, 6.2
        no_registration(params)?; //                                    OIDC Core 3.1.2.6, 7.2.1
        response_type_is_code(params)?; //                              RFC 6749 3.1.1, RFC 9700 2.1.2
        let response_mode = response_mode_is_known(params)?; //         OAuth Multiple Response Types 2.1
        let scope = scope_is_allowed(params, policy)?; //               RFC 6749 3.3
        scope_has_openid(&scope)?; //                                   OIDC Core 3.1.2.1
        let resources = resources_are_allowed(params, policy)?; //      RFC 8707 2.1
        let nonce = nonce_is_bounded(params)?; //                       OIDC Core 3.1.2.1, 15.5.2
        challenge_method_is_s256(params)?; //                           RFC 7636 4.3, RFC 9700 2.1.1
        let challenge = challenge_is_well_formed(params)?; //           RFC 7636 4.2
        replay_is_prevented(policy, &challenge, &nonce)?; //            RFC 7636 4.4.1, RFC 9700 2.1.1
        let prompt = prompt_is_known(params)?; //                       OIDC Core 3.1.2.1
        prompt_none_stands_alone(&prompt)?; //                          OIDC Core 3.1.2.1
        let max_age = max_age_is_a_number(params)?; //                  OIDC Core 3.1.2.1
        let login_hint = login_hint_is_bounded(params)?; //             OIDC Core 3.1.2.1
        let id_token_hint = id_token_hint_is_bounded(params)?; //       OIDC Core 3.1.2.1
        let expected = one_subject_is_named(&claims)?; //               OIDC Core 5.5.1
        Ok(Self {
            target: target.clone(),
            client_id: policy.client_id.clone(),
            scope,
            resources,
            response_mode,
            state,
            nonce,
            challenge,
            prompt,
            max_age,
            login_hint,
            acr: acr(params, policy, &claims),
            claims,
            ui_locales: ui_locales(params),
            id_token_hint,
            expected,
        })
    }

    /// What the client would learn: the scopes, and those behind the claims that it asks for by name.
    #[must_use]
    pub fn learns(&self, policy: &ClientPolicy) -> BTreeSet<Scope> {
        self.scope.union(&self.claims.scopes(&policy.scopes)).copied().collect()
    }

    /// Whether an existing session is not enough: `prompt=login`, or `max_age=0` (REQUIREMENTS P10).
    #[must_use]
    pub fn forces_login(&self) -> bool {
        self.prompt.contains(&Prompt::Login) || self.max_age == Some(0)
    }
}

/// The state that an error of [`AuthorizationRequest::check`] carries: none where the state itself is refused.
#[must_use]
pub fn state_to_echo(params: &Params) -> Option<&str> {
    params.get("state").filter(|state| state.len() <= MAX_STATE)
}

fn state_is_bounded(params: &Params) -> Result<Option<String>, OAuthError> {
    bounded(params, "state", MAX_STATE)
}

fn no_request_object(params: &Params) -> Result<(), OAuthError> {
    unsupported(params, "request", ErrorCode::RequestNotSupported)
}

fn no_request_uri(params: &Params) -> Result<(), OAuthError> {
    unsupported(params, "request_uri", ErrorCode::RequestUriNotSupported)
}

fn no_registration(params: &Params) -> Result<(), OAuthError> {
    unsupported(params, "registration", ErrorCode::RegistrationNotSupported)
}

fn response_type_is_code(params: &Params) -> Result<(), OAuthError> {
    match params.get("response_type") {
        Some("code") => Ok(()),
        None => Err(OAuthError::invalid_request("response_type is missing.")),
        Some(_) => {
            Err(OAuthError::new(ErrorCode::UnsupportedResponseType, "The only response_type here is code."))
        }
    }
}

fn response_mode_is_known(params: &Params) -> Result<ResponseMode, OAuthError> {
    let mode = ResponseMode::of(params);
    match params.get("response_mode") {
        None => Ok(mode),
        Some(wanted) if wanted == mode.as_str() => Ok(mode),
        Some(_) => Err(OAuthError::invalid_request("response_mode must be query, fragment or form_post.")),
    }
}

/// Unknown scopes are left out (OIDC Core 3.1.2.1); known ones that the client may not have are an error.
fn scope_is_allowed(params: &Params, policy: &ClientPolicy) -> Result<BTreeSet<Scope>, OAuthError> {
    let refuse = |text: &str| OAuthError::new(ErrorCode::InvalidScope, text);
    let wanted = scope::parse(params.get("scope").unwrap_or_default());
    let wanted = wanted.ok_or_else(|| refuse("scope has characters that no scope may have."))?;
    match wanted.difference(&policy.scopes).next() {
        Some(scope) => Err(refuse(&format!("This client may not ask for the scope {scope}."))),
        None => Ok(wanted.into_iter().filter(|scope| can_be_offline(*scope, policy)).collect()),
    }
}

/// A client without refresh tokens may ask for `offline_access` and does not get it (OIDC Core 11).
fn can_be_offline(scope: Scope, policy: &ClientPolicy) -> bool {
    scope != Scope::OfflineAccess || policy.grant_types.contains(&GrantType::RefreshToken)
}

fn resources_are_allowed(params: &Params, policy: &ClientPolicy) -> Result<BTreeSet<String>, OAuthError> {
    resource::parse(params, &policy.tokens.resources)
}

fn scope_has_openid(scope: &BTreeSet<Scope>) -> Result<(), OAuthError> {
    if scope.contains(&Scope::Openid) {
        return Ok(());
    }
    Err(OAuthError::new(ErrorCode::InvalidScope, "scope must contain openid."))
}

fn nonce_is_bounded(params: &Params) -> Result<Option<String>, OAuthError> {
    bounded(params, "nonce", MAX_NONCE)
}

/// `plain`, and leaving the method out, which means plain, are refused: who sees the request sees the verifier.
fn challenge_method_is_s256(params: &Params) -> Result<(), OAuthError> {
    match (params.get("code_challenge"), params.get("code_challenge_method")) {
        (Some(_), Some("S256")) | (None, None) => Ok(()),
        (None, Some(_)) => {
            Err(OAuthError::invalid_request("code_challenge_method came without code_challenge."))
        }
        (Some(_), _) => Err(OAuthError::invalid_request("code_challenge_method must be S256.")),
    }
}

fn challenge_is_well_formed(params: &Params) -> Result<Option<CodeChallenge>, OAuthError> {
    let malformed = || OAuthError::invalid_request("code_challenge must have 43 base64url characters.");
    params.get("code_challenge").map(|value| CodeChallenge::parse(value).ok_or_else(malformed)).transpose()
}

/// A stolen code must be useless: PKCE for the client that needs it, PKCE or a nonce for others (B6).
fn replay_is_prevented(
    policy: &ClientPolicy,
    challenge: &Option<CodeChallenge>,
    nonce: &Option<String>,
) -> Result<(), OAuthError> {
    match policy.pkce {
        Pkce::Required if challenge.is_none() => {
            Err(OAuthError::invalid_request("code_challenge is missing: this client must use PKCE."))
        }
        Pkce::OrNonce if challenge.is_none() && nonce.is_none() => {
            Err(OAuthError::invalid_request("Either code_challenge or nonce is needed."))
        }
        Pkce::Required | Pkce::OrNonce | Pkce::Optional => Ok(()),
    }
}

fn prompt_is_known(params: &Params) -> Result<BTreeSet<Prompt>, OAuthError> {
    let known = |word: &str| Prompt::ALL.into_iter().find(|prompt| prompt.as_str() == word);
    words(params, "prompt")
        .map(|word| known(word).ok_or_else(|| OAuthError::invalid_request("prompt has an unknown value.")))
        .collect()
}

fn prompt_none_stands_alone(prompt: &BTreeSet<Prompt>) -> Result<(), OAuthError> {
    if prompt.contains(&Prompt::None) && prompt.len() > 1 {
        return Err(OAuthError::invalid_request("prompt=none cannot be combined with another value."));
    }
    Ok(())
}

/// Digits only: `-1`, `+1` and `abc` are refused (A70). An age beyond 136 years means as much as none.
fn max_age_is_a_number(params: &Params) -> Result<Option<u32>, OAuthError> {
    match params.get("max_age") {
        None => Ok(None),
        Some(value) if value.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(Some(value.parse().unwrap_or(u32::MAX)))
        }
        Some(_) => Err(OAuthError::invalid_request("max_age must be a whole number of seconds, 0 or more.")),
    }
}

fn login_hint_is_bounded(params: &Params) -> Result<Option<String>, OAuthError> {
    bounded(params, "login_hint", MAX_LOGIN_HINT)
}

fn id_token_hint_is_bounded(params: &Params) -> Result<Option<IdTokenHint>, OAuthError> {
    IdTokenHint::take(params)
}

fn one_subject_is_named(claims: &ClaimsRequest) -> Result<Option<String>, OAuthError> {
    Ok(claims.subject()?.map(str::to_owned))
}

/// The `acr` of the claims, else `acr_values`, which is the same as a wish (OIDC Core 5.5.1.1).
fn acr(params: &Params, policy: &ClientPolicy, claims: &ClaimsRequest) -> AcrWish {
    let claim = claims.of_id_token("acr").filter(|wish| wish.named().next().is_some());
    let text = |value: &'_ Value| match value {
        Value::Text(name) => name.clone(),
        Value::Flag(_) | Value::Number(_) | Value::Texts(_) => String::new(),
    };
    match claim {
        Some(wish) => {
            let names: Vec<String> = wish.named().map(text).collect();
            AcrWish::new(names.iter().map(String::as_str), &policy.acr_aliases, wish.essential)
        }
        None => AcrWish::new(words(params, "acr_values"), &policy.acr_aliases, false),
    }
}

/// Language tags that are not well-formed are left out: OIDC Core 3.1.2.1 forbids an error.
pub(super) fn ui_locales(params: &Params) -> Vec<String> {
    let subtag =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    let well_formed = |tag: &&str| tag.len() <= 35 && tag.split('-').all(subtag);
    words(params, "ui_locales").filter(well_formed).take(MAX_WISHES).map(str::to_owned).collect()
}

/// An optional text of at most so many bytes.
pub(super) fn bounded(params: &Params, name: &str, max: usize) -> Result<Option<String>, OAuthError> {
    match params.get(name) {
        Some(value) if value.len() > max => {
            Err(OAuthError::invalid_request(&format!("{name} is longer than {max} bytes.")))
        }
        value => Ok(value.map(str::to_owned)),
    }
}

fn unsupported(params: &Params, name: &str, code: ErrorCode) -> Result<(), OAuthError> {
    match params.get(name) {
        Some(_) => Err(OAuthError::new(code, &format!("The parameter {name} is not supported."))),
        None => Ok(()),
    }
}

fn words<'a>(params: &'a Params, name: &str) -> impl Iterator<Item = &'a str> {
    params.get(name).unwrap_or_default().split(' ').filter(|word| !word.is_empty())
}

/// Without state, nonce and hints, which are the client's secrets and the person's data.
impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("client_id", &self.client_id)
            .field("redirect_uri", &self.target.redirect_uri())
            .field("scope", &self.scope)
            .field("prompt", &self.prompt)
            .field("max_age", &self.max_age)
            .field("acr", &self.acr)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
