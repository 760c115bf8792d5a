//! The mailbox of tests and the demo: what would have left, newest first, and a switch that makes the outside fail.
//! Never used in production; `config` refuses it there.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde::Serialize;

use super::delivery::{Receipt, SendError};

/// How many messages are kept; the oldest goes first. A demo left running must not grow for ever.
const KEPT: usize = 1000;

/// The two kinds of message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An e-mail.
    Email,
    /// A text message.
    Sms,
}

impl Kind {
    /// `email` or `sms`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
        }
    }
}

/// A message that arrived in the mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// E-mail or text message.
    pub kind: Kind,
    /// Our id of the message; the same one twice means that it was sent twice.
    pub id: String,
    /// The address or number.
    pub to: String,
    /// The subject; empty for a text message.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML; empty for a text message.
    pub html: String,
    /// When it was sent, seconds since 1970.
    pub sent_at: i64,
}

impl Delivered {
    /// The code that it carries: of a text message the end of its last line, `@host #code` (M1); of an e-mail the one
    /// word of eight capitals and digits.
    pub fn code(&self) -> Option<&str> {
        match self.kind {
            Kind::Sms => self.text.lines().last()?.rsplit_once('#').map(|(_, code)| code),
            Kind::Email => {
                let is_code = |word: &&str| {
                    word.len() == 8
                        && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
                };
                self.text.split(|c: char| !c.is_ascii_alphanumeric()).find(is_code)
            }
        }
    }
}

/// The mailbox; clones share one content.
#[derive(Debug, Clone, Default)]
pub struct Mailbox {
    inside: Arc<Mutex<Inside>>,
}

#[derive(Debug, Default)]
struct Inside {
    delivered: VecDeque<Delivered>,
    failing: HashMap<Kind, SendError>,
}

impl Mailbox {
    /// Everything that arrived, newest first.
    pub fn newest_first(&self) -> Vec<Delivered> {
        self.lock().delivered.iter().cloned().collect()
    }

    /// The newest message of `kind` to `to`.
    pub fn last(&self, kind: Kind, to: &str) -> Option<Delivered> {
        self.lock().delivered.iter().find(|message| message.kind == kind && message.to == to).cloned()
    }

    /// Takes everything out, newest first.
    pub fn drain(&self) -> Vec<Delivered> {
        self.lock().delivered.drain(..).collect()
    }

    /// From now on each message of `kind` fails with `error`; `None` heals it.
    pub fn fail_with(&self, kind: Kind, error: Option<SendError>) {
        let mut inside = self.lock();
        match error {
            Some(error) => inside.failing.insert(kind, error),
            None => inside.failing.remove(&kind),
        };
    }

    /// The failure that is switched on for `kind`, if any.
    pub(super) fn failure(&self, kind: Kind) -> Result<(), SendError> {
        self.lock().failing.get(&kind).cloned().map_or(Ok(()), Err)
    }

    /// Takes a message in, unless the switch says that it fails.
    pub(super) fn put(&self, message: Delivered) -> Result<Receipt, SendError> {
        self.failure(message.kind)?;
        let receipt = Receipt::named(&message.id);
        let mut inside = self.lock();
        inside.delivered.push_front(message);
        inside.delivered.truncate(KEPT);
        Ok(receipt)
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: Kind, id: &str) -> Delivered {
        Delivered {
            kind,
            id: id.into(),
            to: "ada".into(),
            subject: String::new(),
            text: String::new(),
            html: String::new(),
            sent_at: 0,
        }
    }

    #[test]
    fn messages_are_listed_newest_first_and_the_oldest_go_when_it_is_full() {
        let mailbox = Mailbox::default();
        for n in 0..=KEPT {
            mailbox.clone().put(message(Kind::Email, &n.to_string())).unwrap();
        }
        let all = mailbox.newest_first();
        assert_eq!((all.len(), all[0].id.as_str(), all[KEPT - 1].id.as_str()), (KEPT, "1000", "1"));
        assert_eq!(mailbox.last(Kind::Email, "ada").unwrap().id, "1000");
        assert_eq!(mailbox.last(Kind::Sms, "ada"), None);
        assert_eq!(mailbox.drain().len(), KEPT);
        assert!(mailbox.newest_first().is_empty());
    }

    #[test]
    fn a_failing_kind_keeps_nothing_and_leaves_the_other_kind_alone() {
        let mailbox = Mailbox::default();
        let down = SendError::Retry("down".into());
        mailbox.fail_with(Kind::Sms, Some(down.clone()));
        assert_eq!(mailbox.put(message(Kind::Sms, "1")), Err(down));
        mailbox.put(message(Kind::Email, "2")).unwrap();
        mailbox.fail_with(Kind::Sms, None);
        mailbox.put(message(Kind::Sms, "3")).unwrap();
        assert_eq!(mailbox.newest_first().iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["3", "2"]);
    }
}
