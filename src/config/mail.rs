//! `[mail]`: how e-mails leave. Owns the settings and their rules; `messages::email` does the sending.

use std::{net::IpAddr, path::PathBuf};

use secrecy::SecretString;
use serde::Deserialize;

use super::problem::{Problem, Problems, secret_or_file};

/// The section `[mail]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MailConfig {
    /// Which way e-mails leave.
    pub transport: MailTransport,
    /// The name or address of the mail server (relay).
    pub host: String,
    /// Its port; 0 means the usual one for `tls`: 587, 465 or 25.
    pub port: u16,
    /// How the connection to the mail server is protected.
    pub tls: MailTls,
    /// The user name at the mail server; empty for none.
    pub username: String,
    /// The password that goes with `username`.
    pub password: SecretString,
    /// A file that holds the password, instead of `password`.
    pub password_file: PathBuf,
    /// The sender: `Name <address>` or an address, which then goes with the brand's name.
    pub from: String,
    /// Where answers go; empty for none. The same forms as `from`.
    pub reply_to: String,
    /// Where the `folder` transport writes.
    pub folder: PathBuf,
    /// How many connections to the mail server may be open at once.
    pub pool_size: u16,
    /// Seconds until one attempt to hand over a message is given up.
    pub timeout_seconds: u64,
}

/// `mail.transport`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTransport {
    /// A mail server.
    Smtp,
    /// A file for each message, and the inbox of the demo.
    Folder,
    /// The inbox of tests and the demo.
    Memory,
    /// Nothing is set.
    #[default]
    #[serde(rename = "")]
    None,
}

/// `mail.tls`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MailTls {
    /// STARTTLS, and nothing without it (RFC 3207).
    #[default]
    Required,
    /// TLS from the first byte (RFC 8314).
    Implicit,
    /// In clear; for a relay on this very machine.
    None,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            transport: MailTransport::None,
            host: String::new(),
            port: 0,
            tls: MailTls::Required,
            username: String::new(),
            password: SecretString::default(),
            password_file: PathBuf::new(),
            from: String::new(),
            reply_to: String::new(),
            folder: PathBuf::new(),
            pool_size: 4,
            timeout_seconds: 20,
        }
    }
}

impl MailConfig {
    /// The port, the usual one if none is set.
    pub fn port(&self) -> u16 {
        match (self.port, self.tls) {
            (0, MailTls::Required) => 587,
            (0, MailTls::Implicit) => 465,
            (0, MailTls::None) => 25,
            (port, _) => port,
        }
    }

    /// The password, if one is set.
    ///
    /// # Errors
    /// In words: the file cannot be read.
    pub fn password(&self) -> Result<Option<SecretString>, String> {
        secret_or_file(&self.password, &self.password_file)
    }

    /// Everything that is wrong with this section, which lies at `path`.
    pub fn problems(&self, path: &str, production: bool) -> Vec<Problem> {
        let mut found = Problems::of(path);
        let smtp = self.transport == MailTransport::Smtp;
        found.when(production && !smtp, "transport", "must be \"smtp\" in production");
        if smtp {
            self.smtp_problems(&mut found, production);
        }
        let folder = self.transport == MailTransport::Folder;
        found.when(folder && self.folder.as_os_str().is_empty(), "folder", "is empty: name a directory");
        if self.transport != MailTransport::None {
            found.check("from", address(&self.from));
        }
        if !self.reply_to.is_empty() {
            found.check("reply_to", address(&self.reply_to));
        }
        found.when(!(1..=64).contains(&self.pool_size), "pool_size", "must be 1 to 64");
        found.when(!(1..=120).contains(&self.timeout_seconds), "timeout_seconds", "must be 1 to 120");
        found.into_vec()
    }

    fn smtp_problems(&self, found: &mut Problems<'_>, production: bool) {
        let clear = self.tls == MailTls::None && !is_loopback(&self.host);
        found.when(self.host.is_empty(), "host", "is empty: name the mail server");
        found.when(
            clear && production,
            "tls",
            "\"none\" is for a mail server on this machine only: use \"required\" or \"implicit\"",
        );
        found.when(
            clear && !self.username.is_empty(),
            "username",
            "the password would cross the network in clear: set tls to \"required\" or \"implicit\"",
        );
        let Some(password) = found.check("password", self.password()) else { return };
        let named = !self.username.is_empty();
        found.when(named && password.is_none(), "password", "is missing: username is set");
        found.when(!named && password.is_some(), "username", "is missing: a password is set");
    }
}

/// Whether `host` can only be this machine.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A coarse check of `Name <local@domain>` or `local@domain`; `messages::email` parses the rest.
fn address(text: &str) -> Result<(), &'static str> {
    let bare = match text.rsplit_once('<') {
        Some((_, rest)) => rest.strip_suffix('>').ok_or("must be written as: Name <address>")?,
        None => text,
    };
    let domain = bare.rsplit_once('@').filter(|(local, _)| !local.is_empty()).map(|(_, domain)| domain);
    match domain {
        _ if text.is_empty() => Err("is empty: give an e-mail address"),
        _ if text.chars().any(char::is_control) => Err("holds a control character"),
        Some(domain) if !domain.is_empty() && !bare.contains(char::is_whitespace) => Ok(()),
        _ => Err("is not an e-mail address"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(toml: &str) -> MailConfig {
        toml::from_str(toml).unwrap()
    }

    fn keys(config: &MailConfig, production: bool) -> Vec<String> {
        config.problems("mail", production).into_iter().map(|problem| problem.key).collect()
    }

    #[test]
    fn a_relay_with_starttls_and_a_password_is_fine_in_production_l10() {
        let config = parse(
            r#"transport = "smtp"
            host = "relay.example.org"
            username = "wardgate"
            password = "open sesame"
            from = "Huma <no-reply@login.example.org>"
            reply_to = "help@example.org""#,
        );
        assert_eq!(config.problems("mail", true), []);
        assert_eq!(config.port(), 587);
        assert!(!format!("{config:?}").contains("sesame"));
    }

    #[test]
    fn all_problems_are_told_at_once_with_their_path() {
        let config = parse(
            r#"transport = "smtp"
            tls = "none"
            username = "wardgate"
            from = "nobody"
            reply_to = "Help <help@example.org"
            pool_size = 0
            timeout_seconds = 0"#,
        );
        assert_eq!(
            keys(&config, true),
            [
                "mail.host",
                "mail.tls",
                "mail.username",
                "mail.password",
                "mail.from",
                "mail.reply_to",
                "mail.pool_size",
                "mail.timeout_seconds"
            ]
        );
    }

    #[test]
    fn production_wants_a_real_transport_and_development_does_not() {
        for transport in ["folder", "memory", ""] {
            let config = parse(&format!(
                "transport = \"{transport}\"\nfrom = \"no-reply@login.example.org\"\nfolder = \"mails\""
            ));
            assert_eq!(keys(&config, true), ["mail.transport"], "{transport}");
            assert_eq!(keys(&config, false), [] as [&str; 0], "{transport}");
        }
    }

    #[test]
    fn a_relay_in_clear_is_accepted_on_loopback_only() {
        for (host, fine) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("relay.example.org", false),
            ("localhost.example.org", false),
        ] {
            let config = MailConfig {
                transport: MailTransport::Smtp,
                tls: MailTls::None,
                host: host.into(),
                from: "no-reply@login.example.org".into(),
                ..MailConfig::default()
            };
            assert_eq!(config.problems("mail", true).is_empty(), fine, "{host}");
        }
    }

    #[test]
    fn a_password_may_lie_in_a_file_but_not_in_both_places() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("password");
        std::fs::write(&file, "open sesame\n").unwrap();
        let mut config = MailConfig { password_file: file.clone(), ..MailConfig::default() };
        let secret = config.password().unwrap().unwrap();
        assert_eq!(secrecy::ExposeSecret::expose_secret(&secret), "open sesame");

        config.password = "another".into();
        assert!(config.password().unwrap_err().contains("both"));
        config.password = SecretString::default();
        std::fs::write(&file, "\n").unwrap();
        assert!(config.password().unwrap_err().contains("empty"));
    }

    #[test]
    fn an_unknown_key_and_an_unknown_transport_are_refused() {
        assert!(toml::from_str::<MailConfig>("hots = \"x\"").is_err());
        assert!(toml::from_str::<MailConfig>("transport = \"pigeon\"").is_err());
    }
}
