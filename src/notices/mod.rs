//! What people agree to: the terms, other notices to everybody or to an organisation, and each application's disclaimer.
//! Texts are versioned; a changed text is a new version and is asked again. An acceptance is a receipt.
//!
//! A notice belongs to whoever writes it: the configuration, whose texts are published at the start, or the console, where
//! a draft becomes a version (`book`). What somebody owes and until when is `owed`, which is pure; how a text is read,
//! `prose`. Does not own: when a page asks (`journey`).

mod book;
pub mod changes;
pub mod directory;
mod draft;
mod export;
pub mod owed;
pub mod people;
pub mod prose;
mod store;

pub use book::Book;
pub use draft::{Drafted, LONGEST_GRACE, LONGEST_TEXT, LONGEST_TITLE, New, State, What, Wrong, lacks};
pub use entities::notice::Model as Notice;
pub use entities::notice_draft::Model as Draft;
pub use export::{Export, Line, csv};
pub use owed::{Due, Standing};
pub use store::{Agreed, Receipt, accept, agreed, current, find, named, standing, versions};

use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::config::{NoticeText, Texts};
use crate::fault::Fault;
use crate::ids::{AcceptanceId, NoticeId, OrganisationId};
use crate::seal::{hex, sha256};
use crate::store::{Conn, Ground};

/// What the name of a disclaimer begins with; the application's id follows.
const DISCLAIMER: &str = "disclaimer-";
/// The longest name of a notice, in letters.
const LONGEST_NAME: usize = 40;

/// Which notice. The order is the one in which they are asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The terms of the installation.
    Terms,
    /// Another notice, by its name.
    Notice(String),
    /// The disclaimer of an application.
    Disclaimer(String),
}

impl Kind {
    /// Stored kind, and what it is of.
    pub(crate) fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::Terms => ("terms", ""),
            Self::Notice(name) => ("notice", name),
            Self::Disclaimer(client) => ("disclaimer", client),
        }
    }

    /// Which notice the stored kind and what it is of name.
    fn stored(kind: &str, of: &str) -> Self {
        match kind {
            "terms" => Self::Terms,
            "disclaimer" => Self::Disclaimer(of.to_owned()),
            _ => Self::Notice(of.to_owned()),
        }
    }

    /// Which notice a row is.
    #[must_use]
    pub fn of(notice: &Notice) -> Self {
        Self::stored(&notice.kind, &notice.client_id)
    }

    /// Its name in addresses, the API and commands.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Terms => "terms".to_owned(),
            Self::Notice(name) => name.clone(),
            Self::Disclaimer(client) => format!("{DISCLAIMER}{client}"),
        }
    }

    /// By its name; of another form none.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        if name == "terms" {
            return Some(Self::Terms);
        }
        if let Some(client) = name.strip_prefix(DISCLAIMER) {
            let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            let fits = !client.is_empty() && client.len() <= 64 && client.bytes().all(known);
            return fits.then(|| Self::Disclaimer(client.to_owned()));
        }
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let fits = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(known);
        (fits && name.starts_with(|c: char| c.is_ascii_lowercase()) && name != "disclaimer")
            .then(|| Self::Notice(name.to_owned()))
    }

    /// The application that it belongs to.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        match self {
            Self::Disclaimer(client) => Some(client),
            Self::Terms | Self::Notice(_) => None,
        }
    }
}

/// Who looks after a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The configuration.
    Config,
    /// The console, the API, commands.
    Console,
}

impl Source {
    /// Its stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Console => "console",
        }
    }
}

/// What is to come into force.
#[derive(Clone, Debug)]
pub struct Version {
    /// Which notice.
    pub kind: Kind,
    /// Whose people it is for; `None` for everybody.
    pub organisation: Option<OrganisationId>,
    /// Its texts.
    pub texts: Texts,
    /// Days for which people may put it off.
    pub grace_days: i32,
    /// Who looks after it.
    pub source: Source,
}

/// Puts a text of the configuration into force; the same text again changes nothing.
///
/// # Errors
/// When the database is away.
pub async fn publish(ground: &Ground, kind: Kind, texts: &Texts) -> Result<(), Fault> {
    if !differs(ground.db.read(), &kind, texts).await? {
        return Ok(());
    }
    let version =
        Version { kind, organisation: None, texts: texts.clone(), grace_days: 0, source: Source::Config };
    let (now, id) = (ground.clock.now(), NoticeId(ground.new_id()));
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                put(tx, (&Origin::of(Actor::Host), now), id, &version).await?;
                Ok(())
            })
        })
        .await
}

/// Whether these texts differ from those in force.
///
/// # Errors
/// When the database is away.
pub async fn differs(conn: &impl Conn, kind: &Kind, texts: &Texts) -> Result<bool, Fault> {
    let hash = hash(&serde_json::to_string(texts)?);
    Ok(current(conn, kind).await?.is_none_or(|now| now.text_hash != hash))
}

fn hash(texts: &str) -> String {
    hex(&sha256(texts.as_bytes()))
}

/// Puts texts into force within a write, with its row in the trail; the same texts again, and those of a version that
/// another node adds at the same moment, change nothing. Gives whether it did.
///
/// # Errors
/// When the database is away.
pub async fn put(
    tx: &impl Conn,
    (origin, now): (&Origin, Timestamp),
    id: NoticeId,
    it: &Version,
) -> Result<bool, Fault> {
    let texts = serde_json::to_string(&it.texts)?;
    let text_hash = hash(&texts);
    let last = current(tx, &it.kind).await?;
    if last.as_ref().is_some_and(|last| last.text_hash == text_hash) {
        return Ok(false);
    }
    let version = last.map_or(0, |last| last.version) + 1;
    let (kind, of) = it.kind.columns();
    let entry = Entry::done("notice.published", id)
        .with("notice", it.kind.name())
        .with("kind", kind)
        .with("version", version)
        .with("text_hash", &text_hash)
        .with("grace_days", it.grace_days)
        .with("source", it.source.name())
        .client(it.kind.client().unwrap_or_default());
    let entry = match it.organisation {
        Some(organisation) => entry.organisation(organisation),
        None => entry,
    };
    let row = Notice {
        id,
        kind: kind.to_owned(),
        client_id: of.to_owned(),
        version,
        texts,
        text_hash,
        published_at: now,
        organisation_id: it.organisation,
        grace_days: it.grace_days,
        source: it.source.name().to_owned(),
    };
    let is_new = store::insert(tx, row).await?;
    if is_new {
        audit::append(tx, now, origin, entry).await?;
    }
    Ok(is_new)
}

/// Records that somebody agrees to a notice, once; a replay records nothing.
///
/// # Errors
/// When the database is away.
pub async fn agree(ground: &Ground, notice: Notice, receipt: Receipt, origin: &Origin) -> Result<(), Fault> {
    let (now, id, origin) = (ground.clock.now(), AcceptanceId(ground.new_id()), origin.by(receipt.account));
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                let entry = Entry::done("notice.accepted", notice.id)
                    .client(Kind::of(&notice).client().unwrap_or_default())
                    .with("version", notice.version)
                    .with("text_hash", &notice.text_hash);
                if accept(tx, id, &notice, receipt).await? {
                    audit::append(tx, now, &origin, entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// The text of a notice in a language, else in English, and the language it is in.
///
/// # Errors
/// When the stored texts are unreadable.
pub fn text(notice: &Notice, language: &str) -> Result<(String, NoticeText), Fault> {
    let mut texts: Texts = serde_json::from_str(&notice.texts)?;
    let language = if texts.contains_key(language) { language } else { "en" };
    let text = texts.remove(language).ok_or_else(|| Fault::internal("a notice has no English text"))?;
    Ok((language.to_owned(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_notice_and_the_way_back() {
        for (name, expected) in [
            ("terms", Some(Kind::Terms)),
            ("disclaimer-dashboard", Some(Kind::Disclaimer("dashboard".into()))),
            ("disclaimer-a.B_c~1", Some(Kind::Disclaimer("a.B_c~1".into()))),
            ("radiology-2027", Some(Kind::Notice("radiology-2027".into()))),
            ("disclaimer-", None),
            ("disclaimer", None),
            ("", None),
            ("-a", None),
            ("1a", None),
            ("A", None),
            ("a/b", None),
            ("a.b", None),
        ] {
            assert_eq!(Kind::parse(name), expected, "{name}");
            assert!(expected.is_none_or(|kind| kind.name() == name), "{name}");
        }
        assert_eq!(Kind::parse(&"a".repeat(LONGEST_NAME + 1)), None);
    }
}
