//! E-mail: composes a message and hands it over, to a mail server, a folder or the mailbox of tests. The only user of
//! lettre. Owns the letterhead (sender, Message-ID, Auto-Submitted) and what a refusal means; knows nothing of what
//! messages say (`messages`) or of when they are tried again (`outbox`).

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use lettre::{
    Address, Message,
    message::{
        Mailbox as Correspondent, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};

use super::{
    delivery::{Receipt, SendError, is_plain_id},
    folder::Folder,
    memory::{Delivered, Kind, Mailbox},
};
use crate::config::{
    mail::{MailConfig, MailTransport},
    problem::Problem,
};

mod relay;

use relay::Relay;

/// An e-mail, ready but for the letterhead. Printing it shows its id only: it holds links.
#[derive(Clone)]
pub struct Email {
    /// Our id of the message, the same at each attempt; becomes the Message-ID, so doubles can be told.
    pub id: String,
    /// The address, without a name.
    pub to: String,
    /// The subject; control characters become blanks (A12).
    pub subject: String,
    /// The plain text, complete in itself (L9).
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// The way e-mails leave.
pub enum EmailTransport {
    /// To a mail server.
    Smtp(Letterhead, Box<Relay>),
    /// To a file, and the mailbox.
    Folder(Letterhead, Folder),
    /// To the mailbox.
    Memory(Letterhead, Mailbox),
}

/// What all our e-mails have in common.
#[derive(Debug, Clone)]
pub struct Letterhead {
    from: Correspondent,
    reply_to: Option<Correspondent>,
    issuer_host: String,
}

impl EmailTransport {
    /// The transport that `[mail]` describes. A sender without a name gets the brand's; Message-IDs and the greeting of
    /// the mail server name `issuer_host`. `mailbox` is used by the folder and memory transports.
    ///
    /// # Errors
    /// No transport is set, or the first setting that turned out not to work.
    pub fn from_config(
        config: &MailConfig,
        brand: &str,
        issuer_host: &str,
        mailbox: &Mailbox,
    ) -> Result<Self, Problem> {
        let letterhead = Letterhead::from_config(config, brand, issuer_host)?;
        Ok(match config.transport {
            MailTransport::None => return Err(Problem::new("mail.transport", "is not set")),
            MailTransport::Smtp => Self::Smtp(letterhead, Box::new(Relay::from_config(config, issuer_host)?)),
            MailTransport::Folder => {
                Self::Folder(letterhead, Folder::open(&config.folder, "mail.folder", mailbox)?)
            }
            MailTransport::Memory => Self::Memory(letterhead, mailbox.clone()),
        })
    }

    /// Hands `email` over; `sent_at`, seconds since 1970, becomes its date.
    ///
    /// # Errors
    /// [`SendError::Retry`] for the network, a 4xx and a mail server that does not want us at all;
    /// [`SendError::Permanent`] for a 5xx to this message and for an address that is none.
    pub async fn send(&self, email: &Email, sent_at: i64) -> Result<Receipt, SendError> {
        let (Self::Smtp(letterhead, _) | Self::Folder(letterhead, _) | Self::Memory(letterhead, _)) = self;
        let message = letterhead.compose(email, sent_at)?;
        match self {
            Self::Smtp(_, relay) => relay.deliver(message.envelope(), &message.formatted()).await,
            Self::Folder(_, folder) => {
                folder.deliver(email.delivered(sent_at), "eml", &message.formatted()).await
            }
            Self::Memory(_, mailbox) => mailbox.put(email.delivered(sent_at)),
        }
    }
}

impl Letterhead {
    fn from_config(config: &MailConfig, brand: &str, issuer_host: &str) -> Result<Self, Problem> {
        let parse = |key: &str, text: &str| {
            text.parse::<Correspondent>()
                .map_err(|error| Problem::new(format!("mail.{key}"), format!("is no sender: {error}")))
        };
        let mut from = parse("from", &config.from)?;
        from.name = Some(from.name.unwrap_or_else(|| one_line(brand))).filter(|name| !name.is_empty());
        let reply_to = Some(&config.reply_to)
            .filter(|text| !text.is_empty())
            .map(|text| parse("reply_to", text))
            .transpose()?;
        Ok(Self { from, reply_to, issuer_host: issuer_host.to_owned() })
    }

    fn compose(&self, email: &Email, sent_at: i64) -> Result<Message, SendError> {
        if !is_plain_id(&email.id) {
            return Err(SendError::Permanent("the id of the message is not a plain id".into()));
        }
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(Correspondent::new(None, recipient(&email.to)?))
            .subject(one_line(&email.subject))
            .date(date(sent_at))
            .message_id(Some(format!("<{}@{}>", email.id, self.issuer_host)))
            // RFC 3834 section 5: keeps out-of-office answers away.
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        if let Some(reply_to) = &self.reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        builder
            .multipart(MultiPart::alternative_plain_html(email.text.clone(), email.html.clone()))
            .map_err(|_| SendError::Permanent("the message cannot be composed".into()))
    }
}

impl Email {
    fn delivered(&self, sent_at: i64) -> Delivered {
        Delivered {
            kind: Kind::Email,
            id: self.id.clone(),
            to: self.to.clone(),
            subject: one_line(&self.subject),
            text: self.text.clone(),
            html: self.html.clone(),
            sent_at,
        }
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Email").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for EmailTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Smtp(..) => "EmailTransport::Smtp",
            Self::Folder(..) => "EmailTransport::Folder",
            Self::Memory(..) => "EmailTransport::Memory",
        })
    }
}

/// The recipient. A control character would be a second header or a second SMTP command, so it is refused, not repaired.
fn recipient(to: &str) -> Result<Address, SendError> {
    let refused = || SendError::Permanent("the recipient is not an e-mail address".into());
    if to.len() > 254 || to.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(refused());
    }
    to.parse().map_err(|_| refused())
}

/// `text` without line ends and other control characters.
fn one_line(text: &str) -> String {
    let blanked = |c: char| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c };
    text.chars().map(blanked).collect::<String>().trim().to_owned()
}

/// Mail knows no date before 1970 and no year beyond 9999; whatever lies outside counts as the nearest.
fn date(unix: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(unix.clamp(0, 253_402_300_799).unsigned_abs())
}

#[cfg(test)]
mod sink;
#[cfg(test)]
mod tests;
