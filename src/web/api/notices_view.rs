//! Notices as the API takes and gives them.

use super::answer::Refusal;
use crate::config::{NoticeText, Texts};
use crate::fault::Fault;
use crate::notices::directory::Listed;
use crate::notices::people::Person;
use crate::notices::{Draft, Kind, Notice, State, What, Wrong, owed};
use poem_openapi::{Enum, Object};

/// The text of a notice in a language.
#[derive(Clone, Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NoticeTextView {
    /// The language, e.g. `en`.
    #[oai(validator(min_length = 2, max_length = 16))]
    language: String,
    /// The title.
    #[oai(validator(max_length = 120))]
    title: String,
    /// The text in a small part of Markdown: headings, paragraphs, lists, emphasis, links to https.
    #[oai(validator(max_length = 20000))]
    text: String,
}

/// What a notice is to be.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewNotice {
    /// `disclaimer-` with the id of an application, or 1 to 40 small letters, digits and -; `terms` are there always.
    #[oai(validator(min_length = 1, max_length = 80))]
    pub(super) name: String,
    /// The organisation whose people it is for; without it everybody, or whoever uses the application.
    #[oai(skip_serializing_if_is_none)]
    pub(super) organisation_id: Option<uuid::Uuid>,
    /// Its texts.
    #[oai(validator(max_items = 16))]
    pub(super) texts: Vec<NoticeTextView>,
    /// Days for which people may put it off.
    #[oai(default, validator(minimum(value = "0"), maximum(value = "90")))]
    pub(super) grace_days: i32,
}

/// What of a draft is to change; what is not named stays.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NoticeChange {
    /// All its texts.
    #[oai(skip_serializing_if_is_none, validator(max_items = 16))]
    texts: Option<Vec<NoticeTextView>>,
    /// Days for which people may put it off.
    #[oai(skip_serializing_if_is_none, validator(minimum(value = "0"), maximum(value = "90")))]
    grace_days: Option<i32>,
}

impl NoticeChange {
    /// What the draft says then.
    pub(super) fn over(self, now: &State) -> Result<What, Refusal> {
        let (stored, days) = match (&now.draft, &now.current) {
            (Some(draft), _) => (draft.texts.as_str(), draft.grace_days),
            (None, Some(current)) => (current.texts.as_str(), 0),
            (None, None) => ("{}", 0),
        };
        let texts = match self.texts {
            Some(all) => texts(&all)?,
            None => serde_json::from_str(stored).map_err(Fault::from)?,
        };
        Ok(What { texts, grace_days: self.grace_days.unwrap_or(days) })
    }
}

/// For whom a notice is.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub(super) enum NoticeAudience {
    /// Everybody.
    Everybody,
    /// The people of one organisation.
    Organisation,
    /// Whoever uses one application.
    Client,
}

/// A notice in a list.
#[derive(Object)]
#[oai(rename = "ListedNotice")]
pub(super) struct NoticeRow {
    /// Its name.
    name: String,
    /// For whom it is.
    audience: NoticeAudience,
    /// The organisation whose people it is for.
    #[oai(skip_serializing_if_is_none)]
    organisation_id: Option<uuid::Uuid>,
    /// The application whose disclaimer it is.
    #[oai(skip_serializing_if_is_none)]
    client_id: Option<String>,
    /// Whether the configuration writes it: then it cannot be changed here.
    configured: bool,
    /// The version in force.
    #[oai(skip_serializing_if_is_none)]
    version: Option<i32>,
    /// Since when, in seconds since 1970.
    #[oai(skip_serializing_if_is_none)]
    published_at: Option<i64>,
    /// Whether the next one is being written.
    has_draft: bool,
}

/// A version of a notice.
#[derive(Object)]
#[oai(rename = "NoticeVersion")]
pub(super) struct VersionView {
    /// Its number.
    version: i32,
    /// Its texts.
    texts: Vec<NoticeTextView>,
    /// SHA-256 of the texts, as receipts name it.
    text_hash: String,
    /// When it came into force, in seconds since 1970.
    published_at: i64,
    /// When it has to be accepted at the latest, in seconds since 1970.
    due_at: i64,
    /// `config` or `console`.
    source: String,
}

/// A draft of a notice.
#[derive(Object)]
#[oai(rename = "NoticeDraft")]
pub(super) struct DraftView {
    /// Its texts so far.
    texts: Vec<NoticeTextView>,
    /// Days for which people will be able to put it off.
    grace_days: i32,
    /// When it was changed last, in seconds since 1970.
    changed_at: i64,
}

/// A notice.
#[derive(Object)]
#[oai(rename = "Notice")]
pub(super) struct NoticeView {
    /// Its name.
    name: String,
    /// For whom it is.
    audience: NoticeAudience,
    /// The organisation whose people it is for.
    #[oai(skip_serializing_if_is_none)]
    organisation_id: Option<uuid::Uuid>,
    /// The application whose disclaimer it is.
    #[oai(skip_serializing_if_is_none)]
    client_id: Option<String>,
    /// Where the configuration writes it: then it cannot be changed here.
    #[oai(skip_serializing_if_is_none)]
    configured_in: Option<String>,
    /// The version in force.
    #[oai(skip_serializing_if_is_none)]
    in_force: Option<VersionView>,
    /// The next one.
    #[oai(skip_serializing_if_is_none)]
    draft: Option<DraftView>,
}

/// Somebody whom a version is for.
#[derive(Object)]
#[oai(rename = "Agreement")]
pub(super) struct AgreementView {
    /// The id of the person.
    account_id: uuid::Uuid,
    /// The name.
    name: String,
    /// The address.
    email: String,
    /// The version that this is about.
    version: i32,
    /// When the person agreed, in seconds since 1970; not there of who has not yet.
    #[oai(skip_serializing_if_is_none)]
    accepted_at: Option<i64>,
    /// The language in which the text was read.
    #[oai(skip_serializing_if_is_none)]
    language: Option<String>,
}

impl AgreementView {
    pub(super) fn of(it: Person, version: i32) -> Self {
        Self {
            account_id: it.account.0,
            name: it.name,
            email: it.email,
            version,
            accepted_at: it.agreed.as_ref().map(|it| it.at.0),
            language: it.agreed.map(|it| it.language),
        }
    }
}

fn audience(kind: &Kind, organisation: bool) -> NoticeAudience {
    match (kind, organisation) {
        (Kind::Disclaimer(_), _) => NoticeAudience::Client,
        (_, true) => NoticeAudience::Organisation,
        (_, false) => NoticeAudience::Everybody,
    }
}

pub(super) fn row(it: &Listed, configured: bool) -> NoticeRow {
    NoticeRow {
        name: it.kind.name(),
        audience: audience(&it.kind, it.organisation.is_some()),
        organisation_id: it.organisation.map(|id| id.0),
        client_id: it.kind.client().map(str::to_owned),
        configured,
        version: it.current.as_ref().map(|it| it.version),
        published_at: it.current.as_ref().map(|it| it.published_at.0),
        has_draft: it.draft.is_some(),
    }
}

pub(super) fn view(kind: &Kind, state: &State, configured_in: Option<String>) -> Result<NoticeView, Refusal> {
    let organisation = state.organisation();
    Ok(NoticeView {
        name: kind.name(),
        audience: audience(kind, organisation.is_some()),
        organisation_id: organisation.map(|id| id.0),
        client_id: kind.client().map(str::to_owned),
        configured_in,
        in_force: state.current.as_ref().map(of_version).transpose()?,
        draft: state.draft.as_ref().map(of_draft).transpose()?,
    })
}

fn of_version(it: &Notice) -> Result<VersionView, Refusal> {
    Ok(VersionView {
        version: it.version,
        texts: written(&it.texts)?,
        text_hash: it.text_hash.clone(),
        published_at: it.published_at.0,
        due_at: owed::deadline(it.published_at, it.grace_days).0,
        source: it.source.clone(),
    })
}

fn of_draft(it: &Draft) -> Result<DraftView, Refusal> {
    let texts = written(&it.texts)?;
    Ok(DraftView { texts, grace_days: it.grace_days, changed_at: it.changed_at.0 })
}

fn written(stored: &str) -> Result<Vec<NoticeTextView>, Refusal> {
    let texts: Texts = serde_json::from_str(stored).map_err(Fault::from)?;
    let each =
        |(language, it): (String, NoticeText)| NoticeTextView { language, title: it.title, text: it.text };
    Ok(texts.into_iter().map(each).collect())
}

/// The texts by language, of which each has one.
pub(super) fn texts(all: &[NoticeTextView]) -> Result<Texts, Refusal> {
    let mut texts = Texts::new();
    for it in all {
        let text = NoticeText { title: it.title.clone(), text: it.text.clone() };
        if texts.insert(it.language.clone(), text).is_some() {
            return Err(Refusal::field("texts", &format!("has {} twice", it.language)));
        }
    }
    Ok(texts)
}

/// What is wrong with a draft, by field.
pub(super) fn problems(wrong: &[Wrong]) -> Vec<(String, String)> {
    let at = |language: &str, field: &str| format!("texts.{language}.{field}");
    let told = |wrong: &Wrong| match wrong {
        Wrong::Language(it) => (format!("texts.{it}"), "is no language of this installation".to_owned()),
        Wrong::NoTitle(it) => (at(it, "title"), "is missing".to_owned()),
        Wrong::NoText(it) => (at(it, "text"), "is missing".to_owned()),
        Wrong::Title(it) => (at(it, "title"), "is too long or has control characters".to_owned()),
        Wrong::Long(it) => (at(it, "text"), "is too long or has control characters".to_owned()),
        Wrong::Unfit(it, unfit) => (at(it, "text"), format!("has what no text may have: {}", unfit.name())),
        Wrong::Grace => ("grace_days".to_owned(), "must be from 0 to 90".to_owned()),
    };
    wrong.iter().map(told).collect()
}
