//! What is wrong with a setting, said once, with the key's full path, so that an operator repairs a
//! configuration in one go. Owns the collecting; each section owns its rules.

use std::{fmt, path::Path};

use secrecy::{ExposeSecret, SecretString};

/// One thing that is wrong with the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The path of the key, as it would be written in TOML: `sms.http.url`.
    pub key: String,
    /// What is wrong and what would be right, never with the value of a secret.
    pub text: String,
}

impl Problem {
    /// A problem with `key`.
    pub fn new(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { key: key.into(), text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.text)
    }
}

/// The problems of one section, gathered under its path.
#[derive(Debug)]
pub struct Problems<'a> {
    path: &'a str,
    found: Vec<Problem>,
}

impl<'a> Problems<'a> {
    /// An empty list for the section at `path`.
    pub fn of(path: &'a str) -> Self {
        Self { path, found: Vec::new() }
    }

    /// Notes `text` under `key` if `wrong`.
    pub fn when(&mut self, wrong: bool, key: &str, text: impl Into<String>) {
        if wrong {
            self.found.push(Problem::new(format!("{}.{key}", self.path), text));
        }
    }

    /// Notes the error of a check under `key`.
    pub fn check<T>(&mut self, key: &str, outcome: Result<T, impl Into<String>>) -> Option<T> {
        outcome.map_err(|text| self.when(true, key, text)).ok()
    }

    /// Adds what a section below this one found.
    pub fn extend(&mut self, more: Vec<Problem>) {
        self.found.extend(more);
    }

    /// All of them, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Problem> {
        self.found
    }
}

/// The secret that is given either in place or as the content of `file`; an empty one is one that is not set.
///
/// # Errors
/// In words: both are given, the file cannot be read, or it is empty.
pub fn secret_or_file(inline: &SecretString, file: &Path) -> Result<Option<SecretString>, String> {
    let inline_set = !inline.expose_secret().is_empty();
    if file.as_os_str().is_empty() {
        return Ok(inline_set.then(|| inline.clone()));
    }
    if inline_set {
        return Err("is given both in place and as a file; keep one of the two".into());
    }
    let content = std::fs::read_to_string(file)
        .map_err(|error| format!("cannot be read from {}: {error}", file.display()))?;
    match content.trim_end_matches(['\r', '\n']) {
        "" => Err(format!("{} is empty", file.display())),
        secret => Ok(Some(secret.into())),
    }
}
