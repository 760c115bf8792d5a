//! Text messages: hands one to a gateway, a folder or the mailbox of tests. Owns what each gateway's answer means;
//! knows nothing of what messages say (`messages`), of who may be sent one (`login`) or of when it is tried again
//! (`outbox`).

use std::{fmt, time::Duration};

use super::{
    delivery::{Receipt, SendError, is_plain_id},
    folder::Folder,
    memory::{Delivered, Kind, Mailbox},
};
use crate::config::{
    problem::Problem,
    sms::{SmsConfig, SmsTransportKind},
};

mod http;
mod post;
mod twilio;

pub use http::HttpGateway;
pub use twilio::Twilio;

/// A text message. Printing it shows its id only: it holds a code and a number (M19).
#[derive(Clone)]
pub struct Sms {
    /// Our id of the message, the same at each attempt.
    pub id: String,
    /// The number, E.164.
    pub to: String,
    /// The text.
    pub text: String,
    /// Seconds for which the text is of use; a gateway that can drops it afterwards.
    pub ttl_seconds: u32,
}

/// The way text messages leave.
pub enum SmsTransport {
    /// Any gateway that takes a POST.
    Http(Box<HttpGateway>),
    /// Twilio Messages.
    Twilio(Box<Twilio>),
    /// To a file, and the mailbox.
    Folder(Folder),
    /// To the mailbox.
    Memory(Mailbox),
}

impl SmsTransport {
    /// The transport that `[sms]` describes. `mailbox` is used by the folder and memory transports.
    ///
    /// # Errors
    /// No transport is set, or the first setting that turned out not to work.
    pub fn from_config(config: &SmsConfig, mailbox: &Mailbox) -> Result<Self, Problem> {
        let timeout = Duration::from_secs(config.timeout_seconds);
        Ok(match config.transport {
            SmsTransportKind::None => return Err(Problem::new("sms.transport", "is not set")),
            SmsTransportKind::Http => Self::Http(Box::new(HttpGateway::from_config(&config.http, timeout)?)),
            SmsTransportKind::Twilio => Self::Twilio(Box::new(Twilio::from_config(&config.twilio, timeout)?)),
            SmsTransportKind::Folder => Self::Folder(Folder::open(&config.folder, "sms.folder", mailbox)?),
            SmsTransportKind::Memory => Self::Memory(mailbox.clone()),
        })
    }

    /// Hands `sms` over at `sent_at`, seconds since 1970.
    ///
    /// # Errors
    /// [`SendError::Retry`] for the network and for whatever a gateway does not clearly accept or refuse;
    /// [`SendError::Permanent`] for a clear refusal and for a number that is none.
    pub async fn send(&self, sms: &Sms, sent_at: i64) -> Result<Receipt, SendError> {
        if !is_e164(&sms.to) {
            return Err(SendError::Permanent("the number is not written in E.164".into()));
        }
        if !is_plain_id(&sms.id) {
            return Err(SendError::Permanent("the id of the message is not a plain id".into()));
        }
        match self {
            Self::Http(gateway) => gateway.send(sms, sent_at).await,
            Self::Twilio(twilio) => twilio.send(sms).await,
            Self::Folder(folder) => {
                let content = format!("To: {}\nTTL: {}\n\n{}\n", sms.to, sms.ttl_seconds, sms.text);
                folder.deliver(sms.delivered(sent_at), "txt", content.as_bytes()).await
            }
            Self::Memory(mailbox) => mailbox.put(sms.delivered(sent_at)),
        }
    }
}

impl Sms {
    fn delivered(&self, sent_at: i64) -> Delivered {
        Delivered {
            kind: Kind::Sms,
            id: self.id.clone(),
            to: self.to.clone(),
            subject: String::new(),
            text: self.text.clone(),
            html: String::new(),
            sent_at,
        }
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sms").field("id", &self.id).finish_non_exhaustive()
    }
}

impl fmt::Debug for SmsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Http(_) => "SmsTransport::Http",
            Self::Twilio(_) => "SmsTransport::Twilio",
            Self::Folder(_) => "SmsTransport::Folder",
            Self::Memory(_) => "SmsTransport::Memory",
        })
    }
}

/// A plus sign and 7 to 15 digits, no zero in front (M8).
fn is_e164(number: &str) -> bool {
    number.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0')
    })
}

#[cfg(test)]
mod sink;
#[cfg(test)]
mod tests;
