//! Typed settings: `config/default.toml` holds every key with its default, a file and the
//! environment override it. Unknown keys are refused; `problems` reports every mistake at once.

mod audit;
mod brand;
mod clients;
pub mod declared;
mod effective;
pub mod gateway_body;
mod keys;
mod people;
pub mod problem;
mod registration;
mod server;
mod stores;
mod tokens;

pub use audit::Audit;
pub use brand::Brand;
pub use clients::{ClientConfig, NoticeText, Texts};
pub use declared::{Declared, DeclaredNotice, DeclaredOrganisation};
pub use effective::{Setting, Source};
pub use keys::Keys;
pub use people::{Accounts, Invitations, Passwords, Phone, SignIn};
pub use problem::Problem;
pub use registration::Registration;
pub use server::Server;
pub use stores::{Database, Ephemeral, EphemeralStore, Secrets};
pub use tokens::Tokens;

use crate::config::{mail::MailConfig, sms::SmsConfig};
use figment::Figment;
use figment::providers::{Format as _, Toml};
use serde::Deserialize;
use std::path::{Path, PathBuf};

pub mod mail;
pub mod sms;

/// Whether the installation is for real.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// https, secure cookies, real gateways.
    Production,
    /// A loopback issuer, for trying and testing.
    Development,
}

/// All settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Production or development.
    pub mode: Mode,
    /// Listening, issuer, proxies.
    pub server: Server,
    /// The SQL database.
    pub database: Database,
    /// Short-lived state.
    pub ephemeral: Ephemeral,
    /// The key ring.
    pub secrets: Secrets,
    /// Name, support, time zone, theme folder.
    pub brand: Brand,
    /// Invitations.
    pub invitations: Invitations,
    /// Accounts.
    pub accounts: Accounts,
    /// Password rules and cost.
    pub passwords: Passwords,
    /// Sessions and codes.
    pub sign_in: SignIn,
    /// Phone numbers.
    pub phone: Phone,
    /// Tokens.
    pub tokens: Tokens,
    /// Signing keys.
    pub keys: Keys,
    /// The audit trail.
    pub audit: Audit,
    /// Whether applications may register themselves.
    pub registration: Registration,
    /// E-mail transport.
    pub mail: MailConfig,
    /// Text-message gateway.
    pub sms: SmsConfig,
    /// The terms, by language.
    pub terms: Texts,
    /// Registered applications.
    #[serde(default, rename = "client")]
    pub clients: Vec<ClientConfig>,
    /// The file that was read, to show where each setting comes from.
    #[serde(skip)]
    pub file: Option<PathBuf>,
    /// The text that was read where there is no file: the demo's.
    #[serde(skip)]
    text: String,
}

/// The built-in defaults.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

impl Config {
    /// Reads the defaults, then `file`, then the environment (`WARDGATE_SERVER__ISSUER=…`).
    ///
    /// # Errors
    /// A sentence that names the key, the file and what was expected.
    pub fn load(file: Option<&Path>) -> Result<Self, String> {
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if let Some(file) = file {
            if !file.is_file() {
                return Err(format!("there is no configuration file {}", file.display()));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        let config = Self::extract(&overridden(figment, std::env::vars()))?;
        Ok(Self { file: file.map(Path::to_owned), ..config })
    }

    /// Every setting in force and where it comes from, without secrets.
    #[must_use]
    pub fn effective(&self) -> Vec<Setting> {
        let environment: Vec<_> = std::env::vars().filter(|_| self.text.is_empty()).collect();
        effective::effective((self.file.as_deref(), &self.text), &environment)
    }

    /// Reads the defaults, then TOML text.
    ///
    /// # Errors
    /// As `load`.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        let config = Self::extract(&Figment::from(Toml::string(DEFAULTS)).merge(Toml::string(text)))?;
        Ok(Self { text: text.to_owned(), ..config })
    }

    fn extract(figment: &Figment) -> Result<Self, String> {
        figment.extract().map_err(|error| {
            let lines: Vec<String> = error.into_iter().map(|error| error.to_string()).collect();
            lines.join("\n")
        })
    }

    /// Whether nobody wrote terms: those in force are the ones that come with Wardgate.
    #[must_use]
    pub fn has_built_in_terms(&self) -> bool {
        Self::from_toml("").is_ok_and(|defaults| defaults.terms == self.terms)
    }

    /// Whether the mode is production.
    #[must_use]
    pub fn is_production(&self) -> bool {
        self.mode == Mode::Production
    }

    /// Every mistake.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let production = self.is_production();
        let mut all = self.server.problems(production);
        all.extend(self.database.problems());
        all.extend(self.ephemeral.problems());
        all.extend(self.secrets.problems());
        all.extend(self.brand.problems());
        all.extend(self.invitations.problems());
        all.extend(self.accounts.problems());
        all.extend(self.passwords.problems());
        all.extend(self.sign_in.problems());
        all.extend(self.phone.problems());
        all.extend(self.tokens.problems());
        all.extend(self.keys.problems());
        all.extend(self.audit.problems());
        all.extend(self.mail.problems("mail", production));
        all.extend(self.sms.problems("sms", production));
        all.extend(clients::texts_problems("terms", &self.terms));
        all.extend(clients::problems(&self.clients));
        all
    }
}

/// Overrides settings by `WARDGATE_SECTION__KEY`. What is text by default stays text: the library
/// would make a number of a password of digits or of a phone number. Names without a section, like
/// `WARDGATE_CONFIG`, are no settings, but for `WARDGATE_MODE`.
fn overridden(mut figment: Figment, variables: impl Iterator<Item = (String, String)>) -> Figment {
    let defaults: toml::Table = DEFAULTS.parse().unwrap_or_default();
    for (name, value) in variables {
        let Some(name) = name.strip_prefix("WARDGATE_") else { continue };
        if !name.contains("__") && name != "MODE" {
            continue;
        }
        let path = name.to_ascii_lowercase().replace("__", ".");
        let mut keys = path.split('.');
        let first = keys.next().and_then(|key| defaults.get(key));
        let default = keys.fold(first, |at, key| at.and_then(|at| at.get(key)));
        figment = match default {
            None | Some(toml::Value::String(_)) => figment.merge((path.as_str(), value)),
            Some(_) => match value.parse::<figment::value::Value>() {
                Ok(value) => figment.merge((path.as_str(), value)),
                Err(never) => match never {},
            },
        };
    }
    figment
}

/// Adds a problem when a number is outside its range.
fn range<T: PartialOrd + std::fmt::Display>(
    all: &mut Vec<Problem>,
    key: &str,
    value: T,
    (low, high): (T, T),
) {
    if value < low || value > high {
        all.push(Problem::new(key, format!("is {value}, but must be from {low} to {high}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_lack_only_what_an_installation_must_say() {
        let config = Config::from_toml("").unwrap();
        let keys: Vec<String> = config.problems().into_iter().map(|problem| problem.key).collect();
        assert_eq!(keys, ["server.issuer", "brand.support_email", "mail.transport", "sms.transport"]);
    }

    #[test]
    fn every_mistake_is_told_at_once_by_its_key() {
        let config = Config::from_toml(
            r#"
            [server]
            issuer = "http://login.example.org/path"
            [passwords]
            minimum = 4
            [keys]
            rotate_days = 0
            publish_ahead_minutes = 5
            [phone]
            countries = []
            [[client]]
            id = ""
            name = ""
            redirect_uris = []
            "#,
        )
        .unwrap();
        let keys: Vec<String> = config.problems().into_iter().map(|problem| problem.key).collect();
        for key in [
            "server.issuer",
            "passwords.minimum",
            "keys.rotate_days",
            "keys.publish_ahead_minutes",
            "phone.countries",
            "client[0].id",
            "client[0].name",
        ] {
            assert!(keys.iter().any(|got| got == key), "{key} is missing from {keys:?}");
        }
    }

    #[test]
    fn the_environment_overrides_and_text_stays_text() {
        use secrecy::ExposeSecret as _;
        let variables = [
            ("WARDGATE_SERVER__ISSUER", "https://login.example.org"),
            ("WARDGATE_PASSWORDS__MINIMUM", "15"),
            ("WARDGATE_PHONE__COUNTRIES", "[\"DE\"]"),
            ("WARDGATE_MAIL__PASSWORD", "0123456789"),
            ("WARDGATE_SMS__TWILIO__FROM", "+15005550006"),
            ("WARDGATE_CONFIG", "wardgate.toml"),
            ("PATH", "/bin"),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let figment = overridden(Figment::from(Toml::string(DEFAULTS)), variables.into_iter());
        let config = Config::extract(&figment).unwrap();
        assert_eq!(config.server.issuer, "https://login.example.org");
        assert_eq!(config.passwords.minimum, 15);
        assert_eq!(config.phone.countries, ["DE"]);
        assert_eq!(config.mail.password.expose_secret(), "0123456789");
        assert_eq!(config.sms.twilio.from, "+15005550006");
    }

    /// Tables that hold whatever an operator writes have no keys to list.
    #[test]
    fn every_key_of_mail_and_sms_stands_in_the_defaults_with_its_default() {
        let listed = Config::from_toml("").unwrap();
        let (mail, sms) = (MailConfig::default(), SmsConfig::default());
        assert_eq!(format!("{:?}", listed.mail), format!("{mail:?}"));
        assert_eq!(format!("{:?}", listed.sms), format!("{sms:?}"));
        for (section, shown) in [("mail", format!("{mail:?}")), ("sms", format!("{sms:?}"))] {
            // Debug prints `field: value`; other words before a colon are inside a value.
            let is_name = |word: &&str| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            let words = shown.split([' ', '{']).filter_map(|word| word.strip_suffix(':'));
            for field in words.filter(is_name) {
                let key = format!("\n{field} = ");
                let table = format!(".{field}]\n");
                assert!(
                    DEFAULTS.contains(&key) || DEFAULTS.contains(&table),
                    "{section}: {field} is not listed"
                );
            }
        }
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let error = Config::from_toml("[server]\nissuerr = 'x'").unwrap_err();
        assert!(error.contains("issuerr"), "{error}");
    }
}
