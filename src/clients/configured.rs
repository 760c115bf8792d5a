//! How a client is read from the configuration.

use super::registration::NewClient;
use super::secrets::Secrets;
use super::written::describe;
use crate::config::{ClientConfig, Problem};
use crate::protocol::client::AuthMethod;
use crate::seal::sha256;
use secrecy::{ExposeSecret as _, SecretString};
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

/// One client with the hashes of its secrets; one that proves itself otherwise has none.
pub(super) fn parse(
    at: usize,
    config: &ClientConfig,
    development: bool,
) -> Result<(NewClient, Secrets), Vec<Problem>> {
    let key = format!("client[{at}]");
    let (mut problems, mut known) = (Vec::new(), None);
    match describe(&key, config, development) {
        Ok(client) => known = Some(client),
        Err(more) => problems = more,
    }
    let secrets = secrets(&key, config, &mut problems);
    match known {
        Some(client) if problems.is_empty() => Ok((client, secrets)),
        _ => Err(problems),
    }
}

/// The secret in use, and the old one while the application changes from it to the new one.
fn secrets(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> Secrets {
    let in_use = secret(&format!("{key}.secret"), (&config.secret, &config.secret_file), problems);
    let old = secret(&format!("{key}.old_secret"), (&config.old_secret, &config.old_secret_file), problems);
    let signs = config.auth_method.as_deref() == Some(AuthMethod::PrivateKeyJwt.as_str());
    let text = match (config.public || signs, &in_use) {
        (true, Given::No) | (false, Given::Hash(_) | Given::Unusable) => None,
        (true, _) if config.public => Some("a public client has none"),
        (true, _) => Some("a client that signs has none"),
        (false, Given::No) => Some("is missing"),
    };
    problems.extend(text.map(|text| Problem::new(format!("{key}.secret"), text)));
    if matches!((&in_use, &old), (Given::No, Given::Hash(_))) {
        let text = "is there without a new one: call it secret";
        problems.push(Problem::new(format!("{key}.old_secret"), text));
    }
    Secrets::of([in_use, old].into_iter().filter_map(Given::hash))
}

/// The hash of the secret that is written, if one is.
pub(super) fn given(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> Option<Vec<u8>> {
    secret(&format!("{key}.secret"), (&config.secret, &config.secret_file), problems).hash()
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
