//! How a client is read from the configuration.

use super::registration::{NewClient, rules};
use crate::config::{ClientConfig, Problem};
use crate::protocol::client::{Application, AuthMethod, ClientPolicy, SigningAlg, Tokens};
use crate::protocol::scope::Scope;
use crate::seal::sha256;
use secrecy::ExposeSecret as _;

/// What is wrong with the clients of a configuration. Reads no database.
#[must_use]
pub fn check_config(clients: &[ClientConfig], development: bool) -> Vec<Problem> {
    clients
        .iter()
        .enumerate()
        .flat_map(|(at, client)| parse(at, client, development).err().unwrap_or_default())
        .collect()
}

/// One client with the hash of its secret; a public one has none.
pub(super) fn parse(
    at: usize,
    config: &ClientConfig,
    development: bool,
) -> Result<(NewClient, Option<Vec<u8>>), Vec<Problem>> {
    let key = format!("client[{at}]");
    let mut problems = Vec::new();
    let client = NewClient {
        name: config.name.clone(),
        policy: policy(&key, config, &mut problems),
        initiate_login_uri: config.initiate_login_uri.clone(),
        home_uri: config.home_uri.clone(),
    };
    problems.extend(rules(&key, &client, development));
    let secret = secret(&key, config, &mut problems);
    if problems.is_empty() { Ok((client, secret)) } else { Err(problems) }
}

fn policy(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> ClientPolicy {
    let auth_method = auth_method(key, config, problems);
    let alg = config.id_token_alg.as_deref().map_or(Some(SigningAlg::Rs256), SigningAlg::parse);
    let id_token_alg = alg.unwrap_or_else(|| {
        problems.push(Problem::new(format!("{key}.id_token_alg"), "must be RS256 or ES256"));
        SigningAlg::Rs256
    });
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

fn secret(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> Option<Vec<u8>> {
    let hash = |text: &str| sha256(text.as_bytes()).to_vec();
    if let Some(secret) = &config.secret {
        return Some(hash(secret.expose_secret()));
    }
    let Some(file) = &config.secret_file else {
        if !config.public {
            problems.push(Problem::new(format!("{key}.secret"), "is missing"));
        }
        return None;
    };
    match std::fs::read_to_string(file) {
        Ok(text) if text.trim().len() >= 32 => Some(hash(text.trim())),
        Ok(_) => {
            let text = format!("{} must hold at least 32 characters", file.display());
            problems.push(Problem::new(format!("{key}.secret_file"), text));
            None
        }
        Err(error) => {
            problems.push(Problem::new(format!("{key}.secret_file"), format!("{}: {error}", file.display())));
            None
        }
    }
}
