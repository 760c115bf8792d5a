//! The mail server: a few open connections and one attempt at a time on each.
//!
//! lettre's own pool is not used. It has no time limit once connected, and an attempt cut short from outside gives its
//! connection back half-way through a message: the next message then reads the answers to the last one, and may count
//! as sent although it was refused. Here a connection returns only after a whole exchange.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    address::Envelope,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, TlsParameters},
        extension::ClientId,
    },
};
use secrecy::ExposeSecret;
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    config::{
        mail::{MailConfig, MailTls},
        problem::Problem,
    },
    messages::delivery::{Receipt, SendError, harmless_words},
};

/// How long a connection that was left open may take to say that it still lives.
const PROBE: Duration = Duration::from_secs(2);

/// The mail server and the connections to it.
pub struct Relay {
    host: String,
    port: u16,
    security: Security,
    hello: ClientId,
    credentials: Option<Credentials>,
    timeout: Duration,
    permits: Semaphore,
    idle: Mutex<Vec<AsyncSmtpConnection>>,
}

enum Security {
    StartTls(TlsParameters),
    Implicit(TlsParameters),
    Clear,
}

impl Relay {
    pub(super) fn from_config(config: &MailConfig, issuer_host: &str) -> Result<Self, Problem> {
        let tls = || {
            TlsParameters::new(config.host.clone())
                .map_err(|error| Problem::new("mail.tls", format!("cannot be set up: {error}")))
        };
        let password = config.password().map_err(|text| Problem::new("mail.password", text))?;
        let username = Some(config.username.clone()).filter(|name| !name.is_empty());
        Ok(Self {
            host: config.host.clone(),
            port: config.port(),
            security: match config.tls {
                MailTls::Required => Security::StartTls(tls()?),
                MailTls::Implicit => Security::Implicit(tls()?),
                MailTls::None => Security::Clear,
            },
            hello: ClientId::Domain(issuer_host.to_owned()),
            credentials: username
                .zip(password)
                .map(|(name, password)| Credentials::new(name, password.expose_secret().to_owned())),
            timeout: Duration::from_secs(config.timeout_seconds),
            permits: Semaphore::new(usize::from(config.pool_size)),
            idle: Mutex::default(),
        })
    }

    /// Hands over one message, waiting for its turn if all connections are busy.
    pub(super) async fn deliver(&self, envelope: &Envelope, message: &[u8]) -> Result<Receipt, SendError> {
        let Ok(_permit) = self.permits.acquire().await else {
            return Err(SendError::Retry("the mail transport is closed".into()));
        };
        match timeout(self.timeout, self.attempt(envelope, message)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(SendError::Retry(format!(
                "the mail server did not finish within {} s",
                self.timeout.as_secs()
            ))),
        }
    }

    async fn attempt(&self, envelope: &Envelope, message: &[u8]) -> Result<Receipt, SendError> {
        let mut connection = match self.left_open().await {
            Some(connection) => connection,
            None => self.connect().await.map_err(|error| unavailable(&error))?,
        };
        let response = connection.send(envelope, message).await.map_err(|error| refusal(&error))?;
        if !response.has_code(250) {
            return Err(SendError::Retry(format!("the mail server answered {}", response.code())));
        }
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        Ok(Receipt::named(response.first_line().unwrap_or_default()))
    }

    /// A connection from before that still answers.
    async fn left_open(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let mut connection = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if timeout(PROBE, connection.test_connected()).await == Ok(true) {
                return Some(connection);
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Error> {
        let implicit = match &self.security {
            Security::Implicit(tls) => Some(tls.clone()),
            Security::StartTls(_) | Security::Clear => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &self.hello, implicit, None)
                .await?;
        if let Security::StartTls(tls) = &self.security {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await?;
        }
        Ok(connection)
    }
}

/// Refused before any message was named: it says nothing about the message, so even a 5xx (a wrong password, say) is
/// tried again and heals once an operator has repaired it.
fn unavailable(error: &Error) -> SendError {
    SendError::Retry(match error.status() {
        Some(code) => format!("the mail server refuses us with {code}: {}", words(error)),
        None if error.is_tls() => format!("no safe connection to the mail server: {}", words(error)),
        None if error.is_client() => format!("the mail server cannot be used: {}", words(error)),
        None => format!("the mail server cannot be reached: {}", words(error)),
    })
}

/// Refused with a message in hand (RFC 5321 section 4.2.1).
fn refusal(error: &Error) -> SendError {
    match error.status() {
        Some(code) if error.is_permanent() => {
            SendError::Permanent(format!("the mail server answered {code}: {}", words(error)))
        }
        Some(code) => SendError::Retry(format!("the mail server answered {code}: {}", words(error))),
        // What the server cannot do (SMTPUTF8, 8BITMIME) it will not learn.
        None if error.is_client() => {
            SendError::Permanent(format!("the mail server cannot take it: {}", words(error)))
        }
        None => SendError::Retry(format!("the connection to the mail server broke: {}", words(error))),
    }
}

fn words(error: &Error) -> String {
    harmless_words(&std::error::Error::source(error).map(ToString::to_string).unwrap_or_default())
}
