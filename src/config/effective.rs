//! The settings in force and where each comes from, to be shown: whatever may hold a secret is told as set or not.

use super::{DEFAULTS, overridden};
use figment::Figment;
use figment::providers::{Format as _, Toml};
use figment::value::Value;
use std::path::Path;

/// One setting in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its key, e.g. `server.issuer`.
    pub key: String,
    /// Its value; of a secret whether there is one.
    pub value: String,
    /// What sets it.
    pub source: Source,
}

/// What sets a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The built-in defaults.
    Default,
    /// The configuration file.
    File,
    /// The environment.
    Environment,
}

impl Source {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
        }
    }
}

/// Every setting in force, by key. Applications and texts have pages of their own.
#[must_use]
pub(super) fn effective(
    (file, words): (Option<&Path>, &str),
    environment: &[(String, String)],
) -> Vec<Setting> {
    let defaults = Figment::from(Toml::string(DEFAULTS));
    let with_file = match file {
        Some(file) => defaults.clone().merge(Toml::file_exact(file)),
        None => defaults.clone().merge(Toml::string(words)),
    };
    let all = overridden(with_file.clone(), environment.iter().cloned());
    let Ok(root) = all.extract::<Value>() else { return Vec::new() };
    let mut settings = Vec::new();
    leaves("", &root, &mut |key, value| {
        let same = |layer: &Figment| layer.find_value(key).is_ok_and(|there| text(&there) == text(value));
        let source = match (same(&with_file), same(&defaults)) {
            (false, _) => Source::Environment,
            (true, false) => Source::File,
            (true, true) => Source::Default,
        };
        settings.push(Setting { key: key.to_owned(), value: shown(key, value), source });
    });
    settings
}

fn leaves(path: &str, value: &Value, each: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Dict(_, fields) => {
            for (name, field) in fields {
                let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if !matches!(key.as_str(), "client" | "terms") {
                    leaves(&key, field, each);
                }
            }
        }
        _ => each(path, value),
    }
}

/// The last words of keys that may hold a secret: addresses of stores have passwords in them, headers of gateways keys.
const SECRET: [&str; 6] = ["secret", "password", "token", "url", "key", "body"];

fn is_secret(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    key.contains(".headers.")
        || SECRET.iter().any(|word| last == *word || last.ends_with(&format!("_{word}")))
}

fn shown(key: &str, value: &Value) -> String {
    let text = text(value);
    match (is_secret(key), text.is_empty()) {
        (true, false) => "set".to_owned(),
        (true, true) => "not set".to_owned(),
        (false, _) => text,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Char(_, c) => c.to_string(),
        Value::Bool(_, yes) => yes.to_string(),
        Value::Num(_, number) => number
            .to_i128()
            .map(|it| it.to_string())
            .or_else(|| number.to_f64().map(|it| it.to_string()))
            .unwrap_or_default(),
        Value::Array(_, values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Empty(..) | Value::Dict(..) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_setting_says_its_source_and_no_secret_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("wardgate.toml");
        std::fs::write(
            &file,
            "[server]\nissuer = \"https://id.example\"\n[secrets]\nkey = \"MARK\"\n[sms]\nauth_token = \"MARK\"\n\
             [sms.headers]\nx-api = \"MARK\"\n[mail]\npassword = \"MARK\"\n[ephemeral]\nredis_url = \"redis://:MARK@h\"\n\
             [[client]]\nid = \"a\"\nname = \"a\"\nsecret = \"MARK\"\n",
        )
        .unwrap();
        let environment = [("WARDGATE_DATABASE__URL".to_owned(), "postgres://u:MARK@h/d".to_owned())];
        let all = effective((Some(&file), ""), &environment);
        let of = |key: &str| all.iter().find(|it| it.key == key).map(|it| (it.value.as_str(), it.source));
        assert_eq!(of("server.issuer"), Some(("https://id.example", Source::File)));
        assert_eq!(of("database.url"), Some(("set", Source::Environment)));
        assert_eq!(of("secrets.key"), Some(("set", Source::File)));
        assert_eq!(of("sms.headers.x-api"), Some(("set", Source::File)));
        assert_eq!(of("invitations.days"), Some(("7", Source::Default)));
        assert!(all.iter().all(|it| !it.value.contains("MARK")), "{all:?}");
    }
}
