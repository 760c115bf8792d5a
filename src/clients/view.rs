//! A registered client for whoever looks after it: every setting, and a report in sentences.

use super::names::{Known, Like, Names};
use super::{Client, Clients};
use crate::config::Problem;
use crate::seal::{hex, sha256};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// Seconds after which a secret that was never changed deserves a thought.
const OLD: i64 = 365 * 24 * 3600;
/// A longer value is told by its digest when it changes, in bytes of JSON.
const LONGEST_VALUE: usize = 2000;

/// What may be said about a client.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `client_id`.
    pub id: String,
    /// What it may do, a sentence each.
    pub may: Vec<String>,
    /// What is allowed and still weak, by key.
    pub warnings: Vec<String>,
    /// What the rules would refuse today, by key: it came in under others.
    pub problems: Vec<String>,
}

impl Client {
    /// The client's metadata as registered (RFC 7591 3.2.1), without anything secret.
    #[must_use]
    pub fn metadata(&self) -> serde_json::Map<String, Value> {
        super::metadata::print(self)
    }

    /// Every setting by the key that it has in a `[[client]]`, and nothing secret.
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, Value)> {
        let policy = &self.policy;
        let (keys, tokens, refresh) = (&policy.assertions, &policy.tokens, &policy.refresh);
        vec![
            ("id", json!(self.id)),
            ("name", json!(self.name)),
            ("source", json!(self.source)),
            ("created_at", json!(self.created_at)),
            ("secrets_until", json!(self.secrets.ends())),
            ("application", json!(policy.application)),
            ("third_party", json!(policy.third_party)),
            ("redirect_uris", json!(policy.redirect_uris)),
            ("post_logout_redirect_uris", json!(policy.post_logout_redirect_uris)),
            ("initiate_login_uri", json!(self.initiate_login_uri)),
            ("home_uri", json!(self.home_uri)),
            ("colour", json!(self.colour)),
            ("allow", json!(self.audiences)),
            ("backchannel_logout_uri", json!(policy.backchannel_logout_uri)),
            ("origins", json!(policy.origins)),
            ("auth_method", json!(policy.auth_method)),
            ("jwks", json!(keys.jwks)),
            ("jwks_uri", json!(keys.jwks_uri)),
            ("assertion_alg", json!(keys.alg)),
            ("assertion_audience", json!(keys.audience)),
            ("pkce", json!(policy.pkce)),
            ("grant_types", json!(policy.grant_types)),
            ("scopes", json!(policy.scopes)),
            ("service_scopes", json!(tokens.service_scopes)),
            ("resources", json!(tokens.resources)),
            ("access_tokens", json!(tokens.access)),
            ("access_token_seconds", json!(tokens.access_seconds)),
            ("id_token_alg", json!(policy.id_token_alg)),
            ("id_token_seconds", json!(tokens.id_seconds)),
            ("claims_in_id_token", json!(tokens.claims_in_id_token)),
            ("refresh_with_session", json!(refresh.with_session)),
            ("refresh_rotate", json!(policy.rotates())),
            ("refresh_idle_seconds", json!(refresh.idle_seconds)),
            ("refresh_absolute_seconds", json!(refresh.absolute_seconds)),
            ("acr_aliases", json!(policy.acr_aliases)),
            ("introspects", json!(policy.introspects)),
        ]
    }
}

/// The settings in which two states of a client differ, each before and after; of a secret only that it changed.
pub(super) fn changes(before: &Client, after: &Client) -> Map<String, Value> {
    let pairs = before.settings().into_iter().zip(after.settings());
    let differing = pairs.filter(|((_, before), (_, after))| before != after);
    let told = |((key, before), (_, after)): ((&str, Value), (&str, Value))| {
        (key.to_owned(), json!({ "before": brief(before), "after": brief(after) }))
    };
    let mut all: Map<String, Value> = differing.map(told).collect();
    if before.secrets != after.secrets {
        all.insert("secret".to_owned(), json!("changed"));
    }
    all
}

/// A value that would fill the trail, such as a key set, by its digest: enough to tell whether it is a known one.
fn brief(value: Value) -> Value {
    let text = value.to_string();
    if text.len() <= LONGEST_VALUE {
        return value;
    }
    let text = value.as_str().unwrap_or(&text);
    json!({ "bytes": text.len(), "sha256": hex(&sha256(text.as_bytes())) })
}

/// A name that people take for another one.
fn lookalike(client: &Client, names: &Names) -> Option<String> {
    let (id, name) = (client.id.clone(), client.name.clone());
    let whose = match names.like(&Known { id, name, is_dynamic: client.source == "dynamic" })? {
        Like::Brand => "the brand's".to_owned(),
        Like::Client(id) => format!("that of {id}"),
    };
    Some(format!("name: People cannot tell it from {whose}."))
}

impl Clients {
    /// What a client may do, and what of it is weak, beside others of these names too, or would be refused today.
    #[must_use]
    pub fn report(&self, client: &Client, names: &Names, development: bool) -> Report {
        let now = self.ground.clock.now();
        let told = |problem: &Problem| problem.to_string().trim_start_matches("client.").to_owned();
        let mut warnings: Vec<String> = client
            .policy
            .weaknesses(&self.issuer)
            .into_iter()
            .map(|weak| format!("{}: {}", weak.field, weak.text))
            .collect();
        warnings.extend(lookalike(client, names));
        if client.secrets.lasting(now) > 1 {
            warnings.push("secret: Two secrets work, and neither of them ends.".to_owned());
        }
        let never_changed = client.source != "config" && client.secrets.ends().len() == 1;
        if never_changed && now.since(client.created_at) > OLD {
            warnings.push("secret: It is as old as the client, more than a year: rotate it.".to_owned());
        }
        Report {
            id: client.id.clone(),
            may: client.policy.abilities(),
            warnings,
            problems: super::registration::rules("client", &client.as_new(), development)
                .iter()
                .map(told)
                .collect(),
        }
    }
}
