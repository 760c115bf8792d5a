//! What was written about a client, in configuration, command or metadata, as a policy. What was not written comes of
//! the profile.

use super::registration::{NewClient, rules};
use super::{Colour, named};
use crate::config::{ClientConfig, Problem};
use crate::protocol::acr::Acr;
use crate::protocol::client::{
    Application, AssertionAlg, AssertionAudience, AuthMethod, ClientPolicy, GrantType, Profile,
};
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// The client that was written under `key`, held to the rules.
///
/// # Errors
/// Everything that is wrong, each by its key.
pub fn describe(key: &str, config: &ClientConfig, development: bool) -> Result<NewClient, Vec<Problem>> {
    let mut reading = Reading { key, problems: Vec::new() };
    let mut colour = Colour::default();
    reading.choose("colour", config.colour.as_deref(), &mut colour);
    let client = NewClient {
        colour,
        audiences: config.allow.clone(),
        name: config.name.clone(),
        policy: reading.policy(config),
        initiate_login_uri: config.initiate_login_uri.clone(),
        home_uri: config.home_uri.clone(),
    };
    let Reading { mut problems, .. } = reading;
    // What could not be read is missing too; that is no second mistake.
    let unreadable: Vec<String> = problems.iter().map(|problem| problem.key.clone()).collect();
    let more = rules(key, &client, development).into_iter();
    problems.extend(more.filter(|problem| !unreadable.contains(&problem.key)));
    if problems.is_empty() { Ok(client) } else { Err(problems) }
}

/// The profile that was written.
pub(super) fn profile(config: &ClientConfig) -> Result<Profile, String> {
    config.profile.as_deref().map_or(Ok(Profile::Default), named)
}

/// Collects what is wrong on the way.
struct Reading<'a> {
    key: &'a str,
    problems: Vec<Problem>,
}

impl Reading<'_> {
    fn wrong(&mut self, field: &str, text: impl Into<String>) {
        self.problems.push(Problem::new(format!("{}.{field}", self.key), text));
    }

    /// A setting of a closed set, if it was written.
    fn choose<T: DeserializeOwned>(&mut self, field: &str, name: Option<&str>, target: &mut T) {
        match name.map(named) {
            None => {}
            Some(Ok(value)) => *target = value,
            Some(Err(text)) => self.wrong(field, text),
        }
    }

    /// A list of values of a closed set, if it was written.
    fn list<T: DeserializeOwned + Ord>(
        &mut self,
        field: &str,
        names: Option<&Vec<String>>,
        target: &mut BTreeSet<T>,
    ) {
        let Some(names) = names else { return };
        let mut values = BTreeSet::new();
        for name in names {
            match named(name) {
                Ok(value) => drop(values.insert(value)),
                Err(text) => self.wrong(field, format!("`{name}` {text}")),
            }
        }
        *target = values;
    }

    fn policy(&mut self, config: &ClientConfig) -> ClientPolicy {
        let mut policy = ClientPolicy::new(&config.id, config.redirect_uris.clone());
        policy.auth_method = self.auth_method(config);
        policy.application = usual_application(config);
        self.choose("application", config.application.as_deref(), &mut policy.application);
        match profile(config) {
            Ok(profile) => profile.apply(&mut policy),
            Err(text) => self.wrong("profile", text),
        }
        policy.post_logout_redirect_uris.clone_from(&config.post_logout_redirect_uris);
        policy.backchannel_logout_uri.clone_from(&config.backchannel_logout_uri);
        policy.origins.clone_from(&config.origins);
        policy.third_party = config.third_party;
        policy.introspects = config.introspects;
        policy.acr_aliases = self.acr_aliases(config);
        self.choose("pkce", config.pkce.as_deref(), &mut policy.pkce);
        self.list("scopes", config.scopes.as_ref(), &mut policy.scopes);
        self.list("grant_types", config.grant_types.as_ref(), &mut policy.grant_types);
        self.assertions(config, &mut policy);
        self.tokens(config, &mut policy);
        refresh(config, &mut policy);
        policy
    }

    fn auth_method(&mut self, config: &ClientConfig) -> AuthMethod {
        let mut method = if config.public { AuthMethod::None } else { AuthMethod::SecretBasic };
        let usual = method;
        self.choose("auth_method", config.auth_method.as_deref(), &mut method);
        let text = match method {
            AuthMethod::None if !config.public => "is none: then public must be true",
            AuthMethod::None => return method,
            _ if config.public => "must be none, because the client is public",
            _ => return method,
        };
        self.wrong("auth_method", text);
        usual
    }

    fn acr_aliases(&mut self, config: &ClientConfig) -> BTreeMap<String, Acr> {
        let mut aliases = BTreeMap::new();
        for (name, urn) in &config.acr_aliases {
            match Acr::parse(urn) {
                Some(acr) => drop(aliases.insert(name.clone(), acr)),
                None => {
                    let known = Acr::ALL.map(Acr::as_str).join(" or ");
                    self.wrong("acr_aliases", format!("{name} must stand for {known}"));
                }
            }
        }
        aliases
    }

    fn assertions(&mut self, config: &ClientConfig, policy: &mut ClientPolicy) {
        let keys = &mut policy.assertions;
        keys.jwks = match (&config.jwks, &config.jwks_file) {
            (Some(_), Some(_)) => {
                self.wrong("jwks", "and jwks_file are both there: keep one");
                None
            }
            (inline, None) => inline.clone(),
            (None, Some(file)) => match std::fs::read_to_string(file) {
                Ok(text) => Some(text),
                Err(error) => {
                    self.wrong("jwks_file", format!("{}: {error}", file.display()));
                    None
                }
            },
        };
        keys.jwks_uri.clone_from(&config.jwks_uri);
        if let Some(name) = config.assertion_alg.as_deref() {
            keys.alg = AssertionAlg::parse(name);
            if keys.alg.is_none() {
                let known = AssertionAlg::ALL.map(AssertionAlg::as_str).join(", ");
                self.wrong("assertion_alg", format!("must be one of {known}"));
            }
        }
        self.choose::<AssertionAudience>(
            "assertion_audience",
            config.assertion_audience.as_deref(),
            &mut keys.audience,
        );
    }

    fn tokens(&mut self, config: &ClientConfig, policy: &mut ClientPolicy) {
        self.choose("id_token_alg", config.id_token_alg.as_deref(), &mut policy.id_token_alg);
        let tokens = &mut policy.tokens;
        self.choose("access_tokens", config.access_tokens.as_deref(), &mut tokens.access);
        tokens.resources.clone_from(&config.resources);
        tokens.service_scopes.clone_from(&config.service_scopes);
        set(config.access_token_seconds, &mut tokens.access_seconds);
        set(config.id_token_seconds, &mut tokens.id_seconds);
        set(config.claims_in_id_token, &mut tokens.claims_in_id_token);
    }
}

/// A profile's session-bound refresh tokens end with a written list of grant types that has none.
fn refresh(config: &ClientConfig, policy: &mut ClientPolicy) {
    let refresh = &mut policy.refresh;
    refresh.with_session &= policy.grant_types.contains(&GrantType::RefreshToken);
    set(config.refresh_with_session, &mut refresh.with_session);
    set(config.refresh_rotate, &mut refresh.rotate);
    set(config.refresh_idle_seconds, &mut refresh.idle_seconds);
    set(config.refresh_absolute_seconds, &mut refresh.absolute_seconds);
}

fn set<T>(written: Option<T>, target: &mut T) {
    if let Some(value) = written {
        *target = value;
    }
}

/// A public client that asks for more than https is one on the person's device (RFC 8252 7).
fn usual_application(config: &ClientConfig) -> Application {
    let native = config.public && config.redirect_uris.iter().any(|uri| !uri.starts_with("https:"));
    if native { Application::Native } else { Application::Web }
}

#[cfg(test)]
mod tests;
