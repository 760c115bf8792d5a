//! How a client is read from the configuration.

use super::named;
use super::registration::{NewClient, rules};
use super::secrets::Secrets;
use crate::config::{ClientConfig, Problem};
use crate::protocol::client::{Application, AuthMethod, ClientPolicy, Pkce, SigningAlg, Tokens};
use crate::protocol::scope::Scope;
use crate::seal::sha256;
use secrecy::{ExposeSecret as _, SecretString};
use serde::de::DeserializeOwned;
use std::path::PathBuf;

/// The shortest secret, in bytes.
const SHORTEST_SECRET: usize = 32;

/// What is wrong with the clients of a configuration. Reads no database.
#[must_use]
pub fn check_config(clients: &[ClientConfig], development: bool) -> Vec<Problem> {
    clients
        .iter()
        .enumerate()
        .flat_map(|(at, client)| parse(at, client, development).err().unwrap_or_default())
        .collect()
}

/// One client with the hashes of its secrets; a public one has none.
pub(super) fn parse(
    at: usize,
    config: &ClientConfig,
    development: bool,
) -> Result<(NewClient, Secrets), Vec<Problem>> {
    let key = format!("client[{at}]");
    let mut problems = Vec::new();
    let client = NewClient {
        name: config.name.clone(),
        policy: policy(&key, config, &mut problems),
        initiate_login_uri: config.initiate_login_uri.clone(),
        home_uri: config.home_uri.clone(),
    };
    problems.extend(rules(&key, &client, development));
    let secrets = secrets(&key, config, &mut problems);
    if problems.is_empty() { Ok((client, secrets)) } else { Err(problems) }
}

/// A setting of a closed set; what is usual where it is not given.
fn choice<T: DeserializeOwned>(key: &str, name: Option<&str>, usual: T, problems: &mut Vec<Problem>) -> T {
    match name.map(named) {
        None => usual,
        Some(Ok(value)) => value,
        Some(Err(text)) => {
            problems.push(Problem::new(key, text));
            usual
        }
    }
}

fn policy(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> ClientPolicy {
    let auth_method = auth_method(key, config, problems);
    let alg = config.id_token_alg.as_deref();
    let id_token_alg = choice(&format!("{key}.id_token_alg"), alg, SigningAlg::Rs256, problems);
    let pkce = choice(&format!("{key}.pkce"), config.pkce.as_deref(), Pkce::Required, problems);
    let scopes = match &config.scopes {
        None => Scope::ALL.into_iter().collect(),
        Some(names) => names
            .iter()
            .filter_map(|name| {
                let scope = Scope::parse(name);
                if scope.is_none() {
                    problems
                        .push(Problem::new(format!("{key}.scopes"), format!("`{name}` is no known scope")));
                }
                scope
            })
            .collect(),
    };
    ClientPolicy {
        post_logout_redirect_uris: config.post_logout_redirect_uris.clone(),
        application: application(config),
        auth_method,
        pkce,
        scopes,
        id_token_alg,
        tokens: Tokens { claims_in_id_token: config.claims_in_id_token, ..Tokens::default() },
        ..ClientPolicy::new(&config.id, config.redirect_uris.clone())
    }
}

fn auth_method(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> AuthMethod {
    let usual = if config.public { AuthMethod::None } else { AuthMethod::SecretBasic };
    let Some(name) = config.auth_method.as_deref() else { return usual };
    let method = AuthMethod::ALL.into_iter().find(|method| method.as_str() == name);
    let text = match method {
        None | Some(AuthMethod::PrivateKeyJwt) => "must be client_secret_basic, client_secret_post or none",
        Some(AuthMethod::None) if !config.public => "is none: then public must be true",
        Some(AuthMethod::SecretBasic | AuthMethod::SecretPost) if config.public => {
            "must be none, because the client is public"
        }
        Some(method) => return method,
    };
    problems.push(Problem::new(format!("{key}.auth_method"), text));
    usual
}

/// A public client that asks for more than https is one on the person's device (RFC 8252 7).
fn application(config: &ClientConfig) -> Application {
    let native = config.public && config.redirect_uris.iter().any(|uri| !uri.starts_with("https:"));
    if native { Application::Native } else { Application::Web }
}

/// The secret in use, and the old one while the application changes from it to the new one.
fn secrets(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> Secrets {
    let in_use = secret(&format!("{key}.secret"), (&config.secret, &config.secret_file), problems);
    let old = secret(&format!("{key}.old_secret"), (&config.old_secret, &config.old_secret_file), problems);
    match (config.public, &in_use) {
        (true, Given::No) => {}
        (true, _) => problems.push(Problem::new(format!("{key}.secret"), "a public client has none")),
        (false, Given::No) => problems.push(Problem::new(format!("{key}.secret"), "is missing")),
        (false, _) => {}
    }
    if matches!((&in_use, &old), (Given::No, Given::Hash(_))) {
        let text = "is there without a new one: call it secret";
        problems.push(Problem::new(format!("{key}.old_secret"), text));
    }
    Secrets::of([in_use, old].into_iter().filter_map(Given::hash))
}

/// Whether a secret is given, and what of it is kept.
enum Given {
    No,
    Unusable,
    Hash(Vec<u8>),
}

impl Given {
    fn hash(self) -> Option<Vec<u8>> {
        match self {
            Self::Hash(hash) => Some(hash),
            Self::No | Self::Unusable => None,
        }
    }
}

fn secret(
    key: &str,
    (secret, file): (&Option<SecretString>, &Option<PathBuf>),
    problems: &mut Vec<Problem>,
) -> Given {
    let read = match (secret, file) {
        (None, None) => return Given::No,
        (Some(_), Some(_)) => Err((String::new(), format!("and {key}_file are both there: keep one"))),
        (Some(secret), None) => strong(secret.expose_secret()).map_err(|text| (String::new(), text)),
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|error| error.to_string())
            .and_then(|text| strong(text.trim()))
            .map_err(|text| ("_file".to_owned(), format!("{}: {text}", file.display()))),
    };
    match read {
        Ok(hash) => Given::Hash(hash),
        Err((suffix, text)) => {
            problems.push(Problem::new(format!("{key}{suffix}"), text));
            Given::Unusable
        }
    }
}

/// The hash of a secret that is long enough for a fast hash to be safe (L4).
pub(super) fn strong(secret: &str) -> Result<Vec<u8>, String> {
    if secret.len() < SHORTEST_SECRET {
        return Err(format!("must have at least {SHORTEST_SECRET} characters"));
    }
    Ok(sha256(secret.as_bytes()).to_vec())
}
