//! `[sms]`: how text messages leave. Owns the settings and their rules; `messages::sms` does the sending.

use std::{collections::BTreeMap, path::PathBuf};

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use super::{
    gateway_body::BodyFormat,
    problem::{Problem, Problems, secret_or_file},
};

/// The section `[sms]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SmsConfig {
    /// Which way text messages leave.
    pub transport: SmsTransportKind,
    /// Where the `folder` transport writes.
    pub folder: PathBuf,
    /// Seconds until one request to a gateway is given up.
    pub timeout_seconds: u64,
    /// Any gateway that takes a POST.
    pub http: HttpGatewayConfig,
    /// Twilio Messages.
    pub twilio: TwilioConfig,
}

/// `sms.transport`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SmsTransportKind {
    /// A gateway described by `[sms.http]`.
    Http,
    /// Twilio, `[sms.twilio]`.
    Twilio,
    /// A file for each message, and the inbox of the demo.
    Folder,
    /// The inbox of tests and the demo.
    Memory,
    /// Nothing is set.
    #[default]
    #[serde(rename = "")]
    None,
}

/// `[sms.http]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpGatewayConfig {
    /// Where messages are sent.
    pub url: String,
    /// `POST` or `PUT`; a GET would leave codes in access logs.
    pub method: String,
    /// Further headers, for instance an API key.
    pub headers: BTreeMap<String, SecretString>,
    /// `application/json` or `application/x-www-form-urlencoded`; decides how values in `body` are escaped.
    pub content_type: String,
    /// The body, with `{to}`, `{text}`, `{id}` and `{ttl}` (seconds).
    pub body: String,
    /// Signs each request in the header `X-Wardgate-Signature`; empty for none.
    pub hmac_secret: SecretString,
    /// A file that holds the secret, instead of `hmac_secret`.
    pub hmac_secret_file: PathBuf,
    /// The statuses that mean "accepted".
    pub success_statuses: Vec<u16>,
    /// A test on the answer's body that must hold as well.
    pub success_json: JsonTest,
    /// The statuses that mean "never try this one again"; every other one is tried again.
    pub permanent_statuses: Vec<u16>,
    /// A JSON pointer to the gateway's own id in its answer; empty for none.
    pub receipt: String,
}

/// A test on a JSON answer, for gateways that say 200 and mean no (A41).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JsonTest {
    /// A JSON pointer (RFC 6901) such as `/status`; empty for no test.
    pub pointer: String,
    /// What must be there; numbers and booleans are compared as they are written.
    pub equals: String,
}

/// `[sms.twilio]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TwilioConfig {
    /// `AC…`
    pub account_sid: String,
    /// `SK…`: signs in with an API key instead of the account; empty for the account.
    pub api_key: String,
    /// The auth token of the account, or the secret of the API key.
    pub auth_token: SecretString,
    /// A file that holds it, instead of `auth_token`.
    pub auth_token_file: PathBuf,
    /// The sender: a number or a registered name.
    pub from: String,
    /// `MG…`: a messaging service instead of `from`.
    pub messaging_service_sid: String,
    /// The API's address; another one in tests.
    pub base_url: String,
}

impl Default for SmsConfig {
    fn default() -> Self {
        Self {
            transport: SmsTransportKind::None,
            folder: PathBuf::new(),
            timeout_seconds: 10,
            http: HttpGatewayConfig::default(),
            twilio: TwilioConfig::default(),
        }
    }
}

impl Default for HttpGatewayConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            method: "POST".into(),
            headers: BTreeMap::new(),
            content_type: "application/json".into(),
            body: r#"{"id":"{id}","to":"{to}","text":"{text}","ttl":{ttl}}"#.into(),
            hmac_secret: SecretString::default(),
            hmac_secret_file: PathBuf::new(),
            success_statuses: vec![200, 201, 202, 204],
            success_json: JsonTest::default(),
            permanent_statuses: vec![400, 422],
            receipt: String::new(),
        }
    }
}

impl Default for TwilioConfig {
    fn default() -> Self {
        Self {
            account_sid: String::new(),
            api_key: String::new(),
            auth_token: SecretString::default(),
            auth_token_file: PathBuf::new(),
            from: String::new(),
            messaging_service_sid: String::new(),
            base_url: "https://api.twilio.com".into(),
        }
    }
}

impl SmsConfig {
    /// Everything that is wrong with this section, which lies at `path`.
    pub fn problems(&self, path: &str, production: bool) -> Vec<Problem> {
        let mut found = Problems::of(path);
        let real = matches!(self.transport, SmsTransportKind::Http | SmsTransportKind::Twilio);
        found.when(production && !real, "transport", "must be \"http\" or \"twilio\" in production");
        let folder = self.transport == SmsTransportKind::Folder;
        found.when(folder && self.folder.as_os_str().is_empty(), "folder", "is empty: name a directory");
        found.when(!(1..=60).contains(&self.timeout_seconds), "timeout_seconds", "must be 1 to 60");
        match self.transport {
            SmsTransportKind::Http => found.extend(self.http.problems(&format!("{path}.http"), production)),
            SmsTransportKind::Twilio => {
                found.extend(self.twilio.problems(&format!("{path}.twilio"), production));
            }
            SmsTransportKind::Folder | SmsTransportKind::Memory | SmsTransportKind::None => {}
        }
        found.into_vec()
    }
}

impl HttpGatewayConfig {
    /// The secret that signs requests, if one is set.
    ///
    /// # Errors
    /// In words: the file cannot be read.
    pub fn hmac_secret(&self) -> Result<Option<SecretString>, String> {
        secret_or_file(&self.hmac_secret, &self.hmac_secret_file)
    }

    /// Everything that is wrong with this section, which lies at `path`.
    pub fn problems(&self, path: &str, production: bool) -> Vec<Problem> {
        let mut found = Problems::of(path);
        found.check("url", web_address(&self.url, production));
        let method = matches!(self.method.as_str(), "POST" | "PUT");
        found.when(!method, "method", "must be \"POST\" or \"PUT\"");
        for (name, value) in &self.headers {
            found.check(&format!("headers.{name}"), header(name, value));
        }
        match BodyFormat::of(&self.content_type) {
            Some(format) => drop(found.check("body", format.check(&self.body))),
            None => found.when(
                true,
                "content_type",
                "must be \"application/json\" or \"application/x-www-form-urlencoded\"",
            ),
        }
        if let Some(Some(secret)) = found.check("hmac_secret", self.hmac_secret()) {
            found.when(secret.expose_secret().len() < 16, "hmac_secret", "must have at least 16 characters");
        }
        self.answer_problems(&mut found);
        found.into_vec()
    }

    fn answer_problems(&self, found: &mut Problems<'_>) {
        let successes = &self.success_statuses;
        found.when(successes.is_empty(), "success_statuses", "is empty: no message could ever succeed");
        let odd = successes.iter().any(|status| !(200..300).contains(status));
        found.when(odd, "success_statuses", "must be 200 to 299");
        let odd = self.permanent_statuses.iter().any(|status| !(400..600).contains(status));
        found.when(odd, "permanent_statuses", "must be 400 to 599");
        for (key, pointer) in
            [("success_json.pointer", &self.success_json.pointer), ("receipt", &self.receipt)]
        {
            let wrong = !pointer.is_empty() && !pointer.starts_with('/');
            found.when(wrong, key, "must begin with a slash, as in \"/status\"");
        }
        let lost = self.success_json.pointer.is_empty() && !self.success_json.equals.is_empty();
        found.when(lost, "success_json.pointer", "is missing: \"equals\" is set");
    }
}

impl TwilioConfig {
    /// The auth token or the API key's secret.
    ///
    /// # Errors
    /// In words: the file cannot be read.
    pub fn auth_token(&self) -> Result<Option<SecretString>, String> {
        secret_or_file(&self.auth_token, &self.auth_token_file)
    }

    /// Everything that is wrong with this section, which lies at `path`.
    pub fn problems(&self, path: &str, production: bool) -> Vec<Problem> {
        let mut found = Problems::of(path);
        found.when(
            !is_sid(&self.account_sid, "AC"),
            "account_sid",
            "must be \"AC\" and 32 letters or digits",
        );
        let key = self.api_key.is_empty() || is_sid(&self.api_key, "SK");
        found.when(!key, "api_key", "must be \"SK\" and 32 letters or digits");
        if let Some(token) = found.check("auth_token", self.auth_token()) {
            found.when(token.is_none(), "auth_token", "is missing");
        }
        let service = self.messaging_service_sid.is_empty() || is_sid(&self.messaging_service_sid, "MG");
        found.when(!service, "messaging_service_sid", "must be \"MG\" and 32 letters or digits");
        let one = self.from.is_empty() != self.messaging_service_sid.is_empty();
        found.when(!one, "from", "set either \"from\" or \"messaging_service_sid\"");
        found.check("base_url", web_address(&self.base_url, production));
        found.into_vec()
    }
}

/// Whether `sid` is one of Twilio's ids; it becomes part of an address.
fn is_sid(sid: &str, prefix: &str) -> bool {
    sid.len() == 34 && sid.starts_with(prefix) && sid.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether requests may go to `text`.
fn web_address(text: &str, production: bool) -> Result<(), String> {
    let url = Url::parse(text).map_err(|error| format!("is not a web address: {error}"))?;
    match url.scheme() {
        "https" => {}
        "http" if !production => {}
        _ if production => return Err("must begin with https:// in production".into()),
        _ => return Err("must begin with https:// or http://".into()),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password: use a header".into());
    }
    Ok(())
}

/// Whether a configured header can be sent (RFC 9110 sections 5.1 and 5.5) and is not one we write ourselves.
fn header(name: &str, value: &SecretString) -> Result<(), &'static str> {
    const OURS: [&str; 6] =
        ["host", "content-type", "content-length", "transfer-encoding", "connection", "x-wardgate-signature"];
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        return Err("is not the name of a header");
    }
    if OURS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err("is written by Wardgate itself");
    }
    let visible = value.expose_secret().chars().all(|c| c.is_ascii_graphic() || c == ' ');
    visible.then_some(()).ok_or("its value must be printable ASCII")
}

#[cfg(test)]
#[path = "sms_tests.rs"]
mod tests;
