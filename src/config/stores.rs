//! `[database]`, `[ephemeral]` and `[secrets]`: where data and keys are.

use super::{Problem, range};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::path::PathBuf;

/// The SQL database.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://FILE` or `postgres://…`. Holds a password perhaps, so it does not print.
    pub url: SecretString,
    /// Size of the pool.
    pub connections: u32,
}

impl Database {
    /// Whether it is the embedded one.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        self.url.expose_secret().starts_with("sqlite:")
    }

    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        let url = self.url.expose_secret();
        let known = ["sqlite://", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| url.starts_with(scheme)) {
            all.push(Problem::new("database.url", "must start with sqlite:// or postgres://"));
        }
        range(&mut all, "database.connections", self.connections, (1, 1000));
        all
    }
}

/// Short-lived state.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ephemeral {
    /// In the database or in Redis.
    pub store: EphemeralStore,
    /// `redis://…` or `rediss://…`.
    pub redis_url: SecretString,
}

/// Where short-lived state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EphemeralStore {
    /// In the SQL database.
    Sql,
    /// In Redis.
    Redis,
}

impl Ephemeral {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let url = self.redis_url.expose_secret();
        let known = url.starts_with("redis://") || url.starts_with("rediss://");
        match (self.store, known) {
            (EphemeralStore::Redis, false) => {
                vec![Problem::new("ephemeral.redis_url", "must start with redis:// or rediss://")]
            }
            _ => Vec::new(),
        }
    }
}

/// The key ring.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// File with the ring.
    pub key_file: PathBuf,
    /// The ring as text, instead.
    pub key: SecretString,
}

impl Secrets {
    pub(super) fn problems(&self) -> Vec<Problem> {
        if self.key.expose_secret().is_empty() && self.key_file.as_os_str().is_empty() {
            return vec![Problem::new("secrets.key_file", "is missing: name the file of the key ring")];
        }
        Vec::new()
    }
}
