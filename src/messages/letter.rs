//! What Wardgate writes to people: one variant a message, one folder each in the theme.

use serde::Serialize;

/// A message to somebody, in a language.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom.
    pub to: To,
    /// In which language.
    pub language: String,
    /// What.
    pub message: Message,
}

/// Where a letter goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum To {
    /// An e-mail address.
    Email(String),
    /// A phone number in E.164.
    Phone(String),
}

/// Every message, with what it needs. Links and codes are secrets: a message is made when it is
/// sent and is never stored.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the fields are the variables of the templates")]
pub enum Message {
    /// Somebody invites the reader.
    Invite {
        inviter: String,
        organisation: String,
        team: String,
        message: String,
        link: String,
        expires_text: String,
        reminds: bool,
    },
    /// Prove the address of a new account.
    VerifyEmail { given_name: String, link: String, code: String, deadline_text: String },
    /// The same, some hours later.
    VerifyReminder { given_name: String, link: String, code: String, deadline_text: String },
    /// The time ran out; proving the address opens the account again.
    Blocked { given_name: String, link: String, code: String },
    /// Somebody gave the reader more time.
    Unblocked { given_name: String, link: String, code: String, deadline_text: String },
    /// The code of 2-step verification, by text message.
    LoginCode { code: String, minutes: i64 },
    /// The code of a recovery, by e-mail.
    ResetCode { code: String, minutes: i64 },
    /// Security notice.
    PasswordChanged { given_name: String, when_text: String },
    /// Security notice, by e-mail and to the phone.
    PhoneAdded { given_name: String, number_masked: String, when_text: String },
    /// To an inviter: somebody asks for a new link.
    InviteAsked { email: String, organisation: String, team_link: String },
    /// To an inviter: the owner of an address closed an account that somebody else had made with it.
    AccountClosed { email: String },
}

impl Message {
    /// Folder in the theme, and `kind` of the outbox row.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Invite { .. } => "invite",
            Self::VerifyEmail { .. } => "verify_email",
            Self::VerifyReminder { .. } => "verify_reminder",
            Self::Blocked { .. } => "blocked",
            Self::Unblocked { .. } => "unblocked",
            Self::LoginCode { .. } => "login_code",
            Self::ResetCode { .. } => "reset_code",
            Self::PasswordChanged { .. } => "password_changed",
            Self::PhoneAdded { .. } => "phone_added",
            Self::InviteAsked { .. } => "invite_asked",
            Self::AccountClosed { .. } => "account_closed",
        }
    }

    /// Seconds for which a gateway may try: a late code is of no use.
    #[must_use]
    pub fn seconds_of_use(&self) -> u32 {
        match self {
            Self::LoginCode { minutes, .. } => u32::try_from(minutes * 60).unwrap_or(300),
            _ => 24 * 3600,
        }
    }

    /// One of each, for the tests that render all of them.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let (given_name, link, code) =
            ("Ada".to_owned(), "https://login.example.org/x".to_owned(), "K7MQ2WXY");
        let deadline_text = "until tomorrow, 16:40".to_owned();
        let code = code.to_owned();
        vec![
            Self::Invite {
                inviter: "Grace Hopper".into(),
                organisation: "Northern Trust".into(),
                team: "Cardiology".into(),
                message: "Looking forward to working with you.".into(),
                link: link.clone(),
                expires_text: "until 1 Dec 2026, 16:40".into(),
                reminds: true,
            },
            Self::VerifyEmail {
                given_name: given_name.clone(),
                link: link.clone(),
                code: code.clone(),
                deadline_text: deadline_text.clone(),
            },
            Self::VerifyReminder {
                given_name: given_name.clone(),
                link: link.clone(),
                code: code.clone(),
                deadline_text: deadline_text.clone(),
            },
            Self::Blocked { given_name: given_name.clone(), link: link.clone(), code: code.clone() },
            Self::Unblocked { given_name: given_name.clone(), link, code: code.clone(), deadline_text },
            Self::LoginCode { code: "048291".into(), minutes: 5 },
            Self::ResetCode { code, minutes: 30 },
            Self::PasswordChanged {
                given_name: given_name.clone(),
                when_text: "24 Nov 2026 16:40 GMT".into(),
            },
            Self::PhoneAdded {
                given_name,
                number_masked: "•••• 00".into(),
                when_text: "24 Nov 2026 16:40 GMT".into(),
            },
            Self::InviteAsked {
                email: "ada@example.org".into(),
                organisation: "Northern Trust".into(),
                team_link: "https://login.example.org/team".into(),
            },
            Self::AccountClosed { email: "ada@example.org".into() },
        ]
    }
}

/// Words of a person that go into somebody else's e-mail: no line breaks, nothing that a mail
/// program would make a link of, and not longer than `limit` characters (L8).
#[must_use]
pub fn plain_words(text: &str, limit: usize) -> String {
    let plain: Vec<String> = text
        .split_whitespace()
        .filter(|word| {
            let lower = word.to_lowercase();
            !(lower.contains("://") || lower.starts_with("www.") || lower.contains("//"))
        })
        .map(|word| word.chars().filter(|c| !c.is_control() && !"<>{}".contains(*c)).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    plain.join(" ").chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_person_carry_no_link_and_no_line_break_i13() {
        let table = [
            ("Ada Lovelace", "Ada Lovelace"),
            ("<a href=//evil.test>Ada</a>", "a"),
            ("see https://evil.test now", "see now"),
            ("www.evil.test\r\nBcc: eve@evil.test", "Bcc: eve@evil.test"),
            ("{{7*7}}", "7*7"),
        ];
        for (text, expected) in table {
            assert_eq!(plain_words(text, 80), expected, "{text:?}");
        }
        assert_eq!(plain_words(&"a".repeat(200), 80).len(), 80);
    }
}
