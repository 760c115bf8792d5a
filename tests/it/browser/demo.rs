//! `wardgate demo` as a process of its own, and what arrives in its inbox.

use super::until;
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// Whom the demo has invited.
pub(super) const ADA: &str = "ada.byron@northshore.example";
/// The demo's team lead.
pub(super) const LENA: &str = "lena.lead@northshore.example";
/// Her phone.
pub(super) const LENAS_PHONE: &str = "+447400100002";
/// Her password.
pub(super) const LENAS_PASSWORD: &str = "quiet harbour lantern six";

/// The running demo; it ends with this value, also when a test fails.
pub(super) struct Demo {
    /// Where the provider is.
    pub(super) issuer: String,
    /// Where the sample dashboard is.
    pub(super) dashboard: String,
    process: Child,
    /// Messages that a test has used, by age: a code that was typed is no new code.
    used: RefCell<BTreeSet<usize>>,
    _data: TempDir,
}

/// One message of the inbox.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Message {
    /// The HTML of an e-mail.
    pub(super) html: String,
    to: String,
    subject: String,
    text: String,
}

impl Message {
    /// Its first link.
    pub(super) fn link(&self) -> &str {
        let link = self.text.split_whitespace().find(|word| word.starts_with("http://"));
        link.unwrap_or_else(|| panic!("no link in: {}", self.text))
    }

    /// Its code: digits of a text message, or eight capitals and digits of an e-mail.
    pub(super) fn code(&self) -> &str {
        let is_code = |word: &&str| {
            let all = |fits: fn(u8) -> bool| word.bytes().all(fits);
            (word.len() == 6 && all(|it| it.is_ascii_digit()))
                || (word.len() == 8 && all(|it| it.is_ascii_digit() || it.is_ascii_uppercase()))
        };
        let code = self.text.split(|it: char| !it.is_ascii_alphanumeric()).find(is_code);
        code.unwrap_or_else(|| panic!("no code in: {}", self.text))
    }
}

impl Demo {
    /// Starts it on ports that the system chooses, and reads from its guide which ones they are.
    pub(super) fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_wardgate"))
            .args(["demo", "--port", "0", "--dashboard-port", "0", "--data"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let guide = BufReader::new(process.stdout.take().unwrap());
        let (issuer, dashboard) = addresses(guide.lines().map_while(Result::ok));
        Self { issuer, dashboard, process, used: RefCell::default(), _data: data }
    }

    /// The oldest message to somebody with these words that was not used yet.
    pub(super) async fn message(&self, to: &str, words: &str) -> Message {
        let found = until(|| async {
            let all = self.inbox().await;
            let fits = |it: &Message| it.to == to && (it.subject.contains(words) || it.text.contains(words));
            let unused = |age: &usize| !self.used.borrow().contains(age);
            let newest_last = all.iter().rev().enumerate();
            let mut fitting = newest_last.filter(|(age, it)| unused(age) && fits(it));
            fitting.next().map(|(age, it)| (age, it.clone()))
        });
        let (age, message) = found.await.unwrap_or_else(|| panic!("no message to {to} says “{words}”"));
        self.used.borrow_mut().insert(age);
        message
    }

    async fn inbox(&self) -> Vec<Message> {
        let answer = reqwest::get(format!("{}/demo/inbox.json", self.issuer)).await.unwrap();
        answer.json().await.unwrap()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The provider and the dashboard, from the lines that the demo prints once both listen.
fn addresses(lines: impl Iterator<Item = String>) -> (String, String) {
    let (mut issuer, mut dashboard) = (String::new(), String::new());
    for line in lines {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["Inbox", inbox, ..] => inbox.trim_end_matches("/demo/inbox").clone_into(&mut issuer),
            ["Dashboard", address, ..] => address.clone_into(&mut dashboard),
            ["Data:", ..] => return (issuer, dashboard),
            _ => {}
        }
    }
    panic!("the demo ended before it was ready")
}
