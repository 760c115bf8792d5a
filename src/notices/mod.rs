//! What people agree to: the terms, and each application's disclaimer. Texts are versioned; a
//! changed text is a new version and is asked again. An acceptance is a receipt.

mod store;

pub use entities::notice::Model as Notice;
pub use store::{Agreed, Receipt, accept, accepted, agreed, current, find, is_due};

use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::config::{NoticeText, Texts};
use crate::fault::Fault;
use crate::ids::{AcceptanceId, NoticeId};
use crate::seal::{hex, sha256};
use crate::store::{Conn, Ground};

/// Which notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The terms of the installation.
    Terms,
    /// The disclaimer of an application.
    Disclaimer(String),
}

impl Kind {
    /// Stored name and application.
    pub(crate) fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::Terms => ("terms", ""),
            Self::Disclaimer(client) => ("disclaimer", client),
        }
    }

    /// Which notice a row is.
    #[must_use]
    pub fn of(notice: &Notice) -> Self {
        if notice.kind == "terms" { Self::Terms } else { Self::Disclaimer(notice.client_id.clone()) }
    }
}

/// Puts a text into force; the same text again changes nothing.
///
/// # Errors
/// When the database is away.
pub async fn publish(ground: &Ground, kind: Kind, texts: &Texts) -> Result<(), Fault> {
    let texts = serde_json::to_string(texts)?;
    let text_hash = hex(&sha256(texts.as_bytes()));
    if current(ground.db.read(), &kind).await?.is_some_and(|now| now.text_hash == text_hash) {
        return Ok(());
    }
    let (now, id) = (ground.clock.now(), NoticeId(ground.new_id()));
    ground
        .db
        .write(move |tx| {
            Box::pin(async move { put(tx, (&Origin::of(Actor::Host), now), id, &kind, texts).await })
        })
        .await
}

/// Whether these texts differ from those in force.
///
/// # Errors
/// When the database is away.
pub async fn differs(conn: &impl Conn, kind: &Kind, texts: &Texts) -> Result<bool, Fault> {
    let hash = hex(&sha256(serde_json::to_string(texts)?.as_bytes()));
    Ok(current(conn, kind).await?.is_none_or(|now| now.text_hash != hash))
}

/// Puts texts, as JSON, into force within a write.
async fn put(
    tx: &impl Conn,
    (origin, now): (&Origin, Timestamp),
    id: NoticeId,
    kind: &Kind,
    texts: String,
) -> Result<(), Fault> {
    let text_hash = hex(&sha256(texts.as_bytes()));
    let last = current(tx, kind).await?;
    if last.as_ref().is_some_and(|last| last.text_hash == text_hash) {
        return Ok(());
    }
    let version = last.map_or(0, |last| last.version) + 1;
    let (name, client_id) = kind.columns();
    let entry = Entry::done("notice.published", id)
        .with("kind", name)
        .with("version", version)
        .with("text_hash", &text_hash)
        .client(client_id);
    let (kind, client_id) = (name.to_owned(), client_id.to_owned());
    let row = Notice { id, kind, client_id, version, texts, text_hash, published_at: now };
    if store::insert(tx, row).await? {
        audit::append(tx, now, origin, entry).await?;
    }
    Ok(())
}

/// Puts texts into force within a write of somebody else's.
///
/// # Errors
/// When the database is away.
pub async fn publish_within(
    tx: &impl Conn,
    by: (&Origin, Timestamp),
    id: NoticeId,
    kind: &Kind,
    texts: &Texts,
) -> Result<(), Fault> {
    put(tx, by, id, kind, serde_json::to_string(texts)?).await
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
                    .client(&notice.client_id)
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

/// Paragraphs of a text: blank lines divide them.
#[must_use]
pub fn paragraphs(text: &str) -> Vec<String> {
    text.split("\n\n")
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|p| !p.is_empty())
        .collect()
}
