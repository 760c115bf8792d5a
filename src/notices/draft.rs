//! What a draft may say, and what came of writing it: pure.

use super::prose::{self, Unfit};
use super::{Draft, Notice};
use crate::config::{NoticeText, Texts};
use crate::ids::OrganisationId;
use crate::notices::Kind;
use crate::seal::{hex, sha256};

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 120;
/// The longest text, in characters.
pub const LONGEST_TEXT: usize = 20_000;
/// The longest time to put a notice off, in days.
pub const LONGEST_GRACE: i32 = 90;

/// A notice as it stands: what is in force and what is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The version in force.
    pub current: Option<Notice>,
    /// The next one.
    pub draft: Option<Draft>,
}

impl State {
    /// What was seen of it, as `ETag` and hidden field: it changes with every change.
    #[must_use]
    pub fn version(&self) -> String {
        let current = self.current.as_ref().map(|it| it.version);
        let draft = self.draft.as_ref().map(|it| (it.id, &it.texts, it.grace_days));
        hex(&sha256(format!("{current:?}\n{draft:?}").as_bytes())[..8])
    }

    /// Whose people it is for; `None` for everybody.
    #[must_use]
    pub fn organisation(&self) -> Option<OrganisationId> {
        let draft = self.draft.as_ref().map(|draft| draft.organisation_id);
        draft.or(self.current.as_ref().map(|current| current.organisation_id)).flatten()
    }
}

/// What a draft is to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct What {
    /// Its texts; those that are missing keep it from being published.
    pub texts: Texts,
    /// Days for which people may put it off.
    pub grace_days: i32,
}

/// A notice to begin.
#[derive(Clone, Debug)]
pub struct New {
    /// Which.
    pub kind: Kind,
    /// Whose people it is for; `None` for everybody. Only of a notice that is neither terms nor disclaimer.
    pub organisation: Option<OrganisationId>,
    /// What it is to say.
    pub what: What,
}

/// What is wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// The installation does not speak this language.
    Language(String),
    /// A language of the installation has no title.
    NoTitle(String),
    /// A language of the installation has no text.
    NoText(String),
    /// The title is too long or not of one line.
    Title(String),
    /// The text is too long or has what no text may have.
    Long(String),
    /// The text has something that it may not have.
    Unfit(String, Unfit),
    /// More days than anybody may put a notice off, or fewer than none.
    Grace,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drafted {
    /// It is so now.
    Done(Box<State>),
    /// Somebody else changed it since it was seen.
    Stale,
    /// Another one has this name.
    Taken,
    /// There is no such notice, or nothing of it is being written.
    Gone,
    /// The configuration looks after it: the place where it is written.
    Declared(String),
    /// The draft is not fit.
    Wrong(Vec<Wrong>),
    /// It says what is in force already.
    Same,
}

/// What is wrong with a draft, beside what is missing in it.
#[must_use]
pub(super) fn wrong(languages: &[String], what: &What) -> Vec<Wrong> {
    let mut all = Vec::new();
    for (language, text) in &what.texts {
        if !languages.contains(language) {
            all.push(Wrong::Language(language.clone()));
        }
        all.extend(wrong_text(language, text));
    }
    if !(0..=LONGEST_GRACE).contains(&what.grace_days) {
        all.push(Wrong::Grace);
    }
    all
}

/// What a draft lacks before it can be published.
#[must_use]
pub fn lacks(languages: &[String], texts: &Texts) -> Vec<Wrong> {
    let mut all = Vec::new();
    for language in languages {
        let text = texts.get(language);
        if text.is_none_or(|text| text.title.trim().is_empty()) {
            all.push(Wrong::NoTitle(language.clone()));
        }
        if text.is_none_or(|text| prose::read(&text.text).0.is_empty()) {
            all.push(Wrong::NoText(language.clone()));
        }
    }
    all
}

fn wrong_text(language: &str, text: &NoticeText) -> Vec<Wrong> {
    let mut all = Vec::new();
    if text.title.chars().count() > LONGEST_TITLE || text.title.chars().any(char::is_control) {
        all.push(Wrong::Title(language.to_owned()));
    }
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.text.chars().count() > LONGEST_TEXT || text.text.chars().any(odd) {
        all.push(Wrong::Long(language.to_owned()));
    }
    let (_, unfit) = prose::read(&text.text);
    all.extend(unfit.into_iter().map(|unfit| Wrong::Unfit(language.to_owned(), unfit)));
    all
}

/// Browsers send lines ended by CR and LF.
pub(super) fn tidy(texts: &Texts) -> Texts {
    let tidy = |text: &NoticeText| NoticeText {
        title: text.title.trim().to_owned(),
        text: text.text.replace("\r\n", "\n").trim().to_owned(),
    };
    let texts = texts.iter().map(|(language, text)| (language.clone(), tidy(text)));
    texts.filter(|(_, text)| !text.title.is_empty() || !text.text.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_held_to_its_rules() {
        let languages = ["de".to_owned(), "en".to_owned()];
        let one = |title: &str, text: &str| NoticeText { title: title.to_owned(), text: text.to_owned() };
        let (de, en) = ("de".to_owned(), "en".to_owned());
        for (language, text, grace_days, expected) in [
            ("en", one("T", "t"), 0, vec![]),
            ("en", one("T", "t"), LONGEST_GRACE, vec![]),
            ("en", one("T", "t"), LONGEST_GRACE + 1, vec![Wrong::Grace]),
            ("en", one("T", "t"), -1, vec![Wrong::Grace]),
            ("fr", one("T", "t"), 0, vec![Wrong::Language("fr".to_owned())]),
            ("en", one("a\nb", "t"), 0, vec![Wrong::Title(en.clone())]),
            ("en", one(&"a".repeat(LONGEST_TITLE + 1), "t"), 0, vec![Wrong::Title(en.clone())]),
            ("de", one("T", &"a".repeat(LONGEST_TEXT + 1)), 0, vec![Wrong::Long(de.clone())]),
            ("de", one("T", "a\0b"), 0, vec![Wrong::Long(de.clone())]),
            ("de", one("T", "<b>b</b>"), 0, vec![Wrong::Unfit(de.clone(), Unfit::Html)]),
        ] {
            let what = What { texts: [(language.to_owned(), text)].into(), grace_days };
            assert_eq!(wrong(&languages, &what), expected, "{what:?}");
        }
        let texts = [(de, one("T", " \n")), (en, one(" ", "t"))].into();
        let lacking = [Wrong::NoText("de".to_owned()), Wrong::NoTitle("en".to_owned())];
        assert_eq!(lacks(&languages, &texts), lacking);
    }
}
