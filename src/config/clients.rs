//! `[[client]]` and the texts people agree to.

use super::Problem;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A title and paragraphs, divided by blank lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeText {
    /// Heading.
    pub title: String,
    /// Plain text.
    pub text: String,
}

/// A text by language code.
pub type Texts = BTreeMap<String, NoticeText>;

/// One application as written by the operator; the rules are checked by `clients`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    /// `client_id`.
    pub id: String,
    /// Name that people read.
    pub name: String,
    /// Secret in clear.
    #[serde(default)]
    pub secret: Option<SecretString>,
    /// File with the secret.
    #[serde(default)]
    pub secret_file: Option<PathBuf>,
    /// The secret before, in clear: it works too while it stands here.
    #[serde(default)]
    pub old_secret: Option<SecretString>,
    /// File with the secret before.
    #[serde(default)]
    pub old_secret_file: Option<PathBuf>,
    /// Whether it can keep no secret.
    #[serde(default)]
    pub public: bool,
    /// Exact redirect URIs.
    pub redirect_uris: Vec<String>,
    /// Exact URIs to return to after sign-out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// Where others start its sign-in.
    #[serde(default)]
    pub initiate_login_uri: Option<String>,
    /// Front page.
    #[serde(default)]
    pub home_uri: Option<String>,
    /// `client_secret_basic`, `client_secret_post` or `none`.
    #[serde(default)]
    pub auth_method: Option<String>,
    /// `required`, `or_nonce` or `optional`.
    #[serde(default)]
    pub pkce: Option<String>,
    /// `RS256` or `ES256`.
    #[serde(default)]
    pub id_token_alg: Option<String>,
    /// Whether its ID tokens hold the claims of the scopes too.
    #[serde(default)]
    pub claims_in_id_token: bool,
    /// Scopes it may ask for.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Text to agree to before the first use.
    #[serde(default)]
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
