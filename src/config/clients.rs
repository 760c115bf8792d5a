//! `[[client]]` and the texts people agree to.

use super::Problem;
use crate::rights::Audience;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A title and a text, whose paragraphs blank lines divide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeText {
    /// Heading.
    pub title: String,
    /// A small part of Markdown, which plain paragraphs are too.
    pub text: String,
}

/// A text by language code.
pub type Texts = BTreeMap<String, NoticeText>;

/// One application as written by the operator, in a file, by options of a command, or as metadata; what the names
/// mean and the rules are checked by `clients`. What is not written comes of the profile.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ClientConfig {
    /// `client_id`.
    pub id: String,
    /// Name that people read.
    pub name: String,
    /// Secret in clear.
    pub secret: Option<SecretString>,
    /// File with the secret.
    pub secret_file: Option<PathBuf>,
    /// The secret before, in clear: it works too while it stands here.
    pub old_secret: Option<SecretString>,
    /// File with the secret before.
    pub old_secret_file: Option<PathBuf>,
    /// `default` or `legacy-library`: what holds where nothing is written.
    pub profile: Option<String>,
    /// Whether it can keep no secret.
    pub public: bool,
    /// `web`, `native` or `browser`: where its code runs.
    pub application: Option<String>,
    /// Whether it belongs to somebody else, so that people are asked before it learns of them.
    pub third_party: bool,
    /// Exact redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Exact URIs to return to after sign-out.
    pub post_logout_redirect_uris: Vec<String>,
    /// Where others start its sign-in.
    pub initiate_login_uri: Option<String>,
    /// Front page.
    pub home_uri: Option<String>,
    /// The colour of its own dialogs: `brand`, `blue`, `green`, `violet`, `plum`, `amber` or `slate`.
    #[serde(default)]
    pub colour: Option<String>,
    /// Who may use it: people with a place like one of these; empty for everybody.
    pub allow: Vec<Audience>,
    /// Where it is told that a session ended.
    pub backchannel_logout_uri: Option<String>,
    /// Origins whose scripts may call the token endpoint.
    pub origins: Vec<String>,
    /// `client_secret_basic`, `client_secret_post`, `private_key_jwt` or `none`.
    pub auth_method: Option<String>,
    /// Its public keys: the JSON text of a JWK set.
    pub jwks: Option<String>,
    /// File with its public keys.
    pub jwks_file: Option<PathBuf>,
    /// Where its public keys are fetched from.
    pub jwks_uri: Option<String>,
    /// The one algorithm of its assertions.
    pub assertion_alg: Option<String>,
    /// `issuer` or `token_endpoint`: whom its assertions may be for.
    pub assertion_audience: Option<String>,
    /// `required`, `or_nonce` or `optional`.
    pub pkce: Option<String>,
    /// `authorization_code`, `refresh_token`, `client_credentials`.
    pub grant_types: Option<Vec<String>>,
    /// Scopes it may ask for.
    pub scopes: Option<Vec<String>>,
    /// Scopes it may have of its own, without a person.
    pub service_scopes: Vec<String>,
    /// Resource servers that it may ask tokens for.
    pub resources: Vec<String>,
    /// `opaque` or `jwt`.
    pub access_tokens: Option<String>,
    /// Life of an access token.
    pub access_token_seconds: Option<u32>,
    /// The signature of its ID tokens.
    pub id_token_alg: Option<String>,
    /// Life of an ID token.
    pub id_token_seconds: Option<u32>,
    /// Whether its ID tokens hold the claims of the scopes too.
    pub claims_in_id_token: Option<bool>,
    /// Whether it gets a refresh token for the length of the session without asking.
    pub refresh_with_session: Option<bool>,
    /// Whether each use of a refresh token replaces it.
    pub refresh_rotate: Option<bool>,
    /// An unused refresh token dies after so long.
    pub refresh_idle_seconds: Option<u32>,
    /// A refresh token dies so long after the person signed in.
    pub refresh_absolute_seconds: Option<u32>,
    /// Its own names for levels of authentication.
    pub acr_aliases: BTreeMap<String, String>,
    /// Whether it may ask what any token is worth.
    pub introspects: bool,
    /// Text to agree to before the first use.
    pub disclaimer: Texts,
}

pub(super) fn problems(clients: &[ClientConfig]) -> Vec<Problem> {
    let mut all = Vec::new();
    for (at, client) in clients.iter().enumerate() {
        let key = |field: &str| format!("client[{at}].{field}");
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if client.id.is_empty() || client.id.len() > 64 || !client.id.bytes().all(known) {
            all.push(Problem::new(key("id"), "must be 1 to 64 letters, digits, - . _ or ~"));
        }
        if clients[..at].iter().any(|earlier| earlier.id == client.id) {
            all.push(Problem::new(key("id"), format!("{} is there twice", client.id)));
        }
        if client.name.trim().is_empty() || client.name.chars().count() > 60 {
            all.push(Problem::new(key("name"), "must have 1 to 60 characters"));
        }
        if !client.disclaimer.is_empty() {
            all.extend(texts_problems(&key("disclaimer"), &client.disclaimer));
        }
    }
    all
}

pub(super) fn texts_problems(key: &str, texts: &Texts) -> Vec<Problem> {
    let mut all = Vec::new();
    if !texts.contains_key("en") {
        all.push(Problem::new(format!("{key}.en"), "is missing: it is shown where no other language fits"));
    }
    for (language, text) in texts {
        if text.title.trim().is_empty() || text.text.trim().is_empty() {
            all.push(Problem::new(format!("{key}.{language}"), "must have a title and a text"));
        }
    }
    all
}
