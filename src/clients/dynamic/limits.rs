//! Metadata of applications that register themselves, within what their token allows.

use crate::clients::metadata::{self, Object};
use crate::clients::registration::NewClient;
use crate::clients::{named, strict_json};
use crate::config::{ClientConfig, Problem};
use crate::fault::Fault;
use crate::protocol::client::{GrantType, Profile};
use crate::protocol::registration::RegistrationError;
use crate::protocol::scope::{self, Scope};
use serde_json::Value;
use std::collections::BTreeSet;

/// What applications may have at most that came by one registration token.
pub(super) struct Limits {
    profile: Profile,
    scopes: BTreeSet<Scope>,
}

impl Limits {
    pub(super) fn read(profile: &str, scope: &str) -> Result<Self, Fault> {
        let profile = named(profile).map_err(Fault::internal)?;
        Ok(Self { profile, scopes: scope::parse(scope).unwrap_or_default() })
    }
}

pub(super) fn object(body: &[u8]) -> Result<Object, RegistrationError> {
    match strict_json::parse(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(RegistrationError::metadata("The body must be a JSON object.")),
        Err(text) => Err(RegistrationError::metadata(&format!("The body {text}"))),
    }
}

/// Reads metadata within the limits. Scopes beyond them are left out, as RFC 7591 2 allows; the answer tells.
pub(super) fn read_within(
    mut object: Object,
    id: &str,
    limits: &Limits,
    development: bool,
) -> Result<NewClient, RegistrationError> {
    match object.get("software_statement") {
        None | Some(Value::Null) => {}
        Some(statement) => {
            return Err(RegistrationError::of_statement(statement.as_str().unwrap_or_default()));
        }
    }
    match object.get("scope") {
        None | Some(Value::Null) => {
            object.insert("scope".to_owned(), scope::print(&limits.scopes).into());
        }
        Some(Value::String(wanted)) => {
            let allowed = |word: &&str| Scope::parse(word).is_some_and(|it| limits.scopes.contains(&it));
            let words: Vec<&str> = wanted.split(' ').filter(allowed).collect();
            let words = words.join(" ");
            object.insert("scope".to_owned(), words.into());
        }
        Some(_) => {}
    }
    let usual = ClientConfig {
        id: id.to_owned(),
        profile: Some(limits.profile.as_str().to_owned()),
        third_party: true,
        ..ClientConfig::default()
    };
    let client = metadata::read("client", object, &usual, development).map_err(|all| problems(&all))?.client;
    if client.policy.grant_types.contains(&GrantType::ClientCredentials) {
        let text = "grant_types: client_credentials is not for applications that register themselves";
        return Err(RegistrationError::metadata(text));
    }
    Ok(client)
}

fn problems(all: &[Problem]) -> RegistrationError {
    RegistrationError::of(all.iter().map(|problem| {
        let member = problem.key.strip_prefix("client.").unwrap_or(&problem.key);
        (member, problem.text.as_str())
    }))
}
