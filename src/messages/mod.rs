//! Typed messages to people: what each says, how it is rendered, and the transports that take it.
//! When a message is due, and to whom, is the business of the domain that queues it.

#[cfg(test)]
mod captured_log;
pub mod delivery;
pub mod email;
mod folder;
mod letter;
#[cfg(test)]
mod letter_tests;
pub mod memory;
pub mod sms;

pub use letter::{Letter, Message, To, plain_words};

use crate::clock::Timestamp;
use crate::config::{Config, Problem};
use crate::links::Links;
use crate::themes::{Part, ThemeError, Themes, Times};
use delivery::SendError;
use email::{Email, EmailTransport};
use memory::Mailbox;
use serde::Serialize;
use serde_json::Value;
use sms::{Sms, SmsTransport};
use std::sync::Arc;

/// The brand as pages and messages show it.
#[derive(Clone, Debug, Serialize)]
pub struct BrandView {
    /// What people know the product as.
    pub name: String,
    /// Address that helps people.
    pub support_email: String,
    /// The same as a link.
    pub support_href: String,
}

impl BrandView {
    /// From the configuration.
    #[must_use]
    pub fn new(brand: &crate::config::Brand) -> Self {
        Self {
            name: brand.name.clone(),
            support_email: brand.support_email.clone(),
            support_href: format!("mailto:{}", brand.support_email),
        }
    }
}

/// Renders letters and hands them to the transports; also what a domain needs to word one.
pub struct Desk {
    /// Texts and templates.
    pub themes: Arc<Themes>,
    /// Times in words.
    pub times: Times,
    /// Links.
    pub links: Links,
    /// Name and support contact.
    pub brand: BrandView,
    email: EmailTransport,
    sms: SmsTransport,
}

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Empty for a text message.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Empty for a text message.
    pub html: String,
}

impl Desk {
    /// With the configured transports; `mailbox` is where the memory transports put things.
    ///
    /// # Errors
    /// The setting that cannot be used.
    pub fn new(
        config: &Config,
        themes: &Arc<Themes>,
        links: &Links,
        mailbox: &Mailbox,
    ) -> Result<Self, Problem> {
        Ok(Self {
            themes: Arc::clone(themes),
            times: Times::new(Arc::clone(themes), &config.brand.time_zone),
            links: links.clone(),
            brand: BrandView::new(&config.brand),
            email: EmailTransport::from_config(&config.mail, &config.brand.name, links.host(), mailbox)?,
            sms: SmsTransport::from_config(&config.sms, mailbox)?,
        })
    }

    /// Renders a letter in its language.
    ///
    /// # Errors
    /// When the theme lacks something.
    pub fn render(&self, letter: &Letter) -> Result<Rendered, ThemeError> {
        let name = letter.message.name();
        let data = self.data(letter)?;
        let part = |part| self.themes.message(&letter.language, name, part, &data);
        match letter.to {
            To::Phone(_) => {
                let text = part(Part::Sms)?.trim_end().to_owned();
                Ok(Rendered { subject: String::new(), text, html: String::new() })
            }
            To::Email(_) => {
                let subject = part(Part::Subject)?.trim().to_owned();
                Ok(Rendered { subject, text: part(Part::Text)?, html: part(Part::Html)? })
            }
        }
    }

    /// Renders a letter and hands it over. `id` is the idempotency key.
    ///
    /// # Errors
    /// What the transport says, without secrets; a theme that cannot render it is permanent.
    pub async fn send(&self, id: &str, letter: &Letter, now: Timestamp) -> Result<(), SendError> {
        let words = self.render(letter).map_err(|error| SendError::Permanent(error.to_string()))?;
        let id = id.to_owned();
        match letter.to.clone() {
            To::Email(to) => {
                let Rendered { subject, text, html } = words;
                self.email.send(&Email { id, to, subject, text, html }, now.0).await?;
            }
            To::Phone(to) => {
                let sms = Sms { id, to, text: words.text, ttl_seconds: letter.message.seconds_of_use() };
                self.sms.send(&sms, now.0).await?;
            }
        }
        Ok(())
    }

    fn data(&self, letter: &Letter) -> Result<Value, ThemeError> {
        let wrong = |error: serde_json::Error| ThemeError(error.to_string());
        let mut data = serde_json::to_value(&letter.message).map_err(wrong)?;
        data["frame"] = serde_json::json!({
            "lang": letter.language,
            "dir": "ltr",
            "brand": self.brand,
            "host": self.links.host(),
            "origin": self.links.origin(),
        });
        Ok(data)
    }
}
