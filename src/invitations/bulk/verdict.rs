//! What became of a line of a list, or would.

use super::super::judge::Against;

/// What became of a line, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It would be sent.
    Ok,
    /// The invitation is made; its e-mail is on its way.
    Sent,
    /// A quote is never closed, or there are too many cells.
    Unreadable,
    /// No e-mail address.
    NotAnAddress,
    /// A name is too long, or has characters that no name has.
    BadName,
    /// The organisation has no such team.
    UnknownTeam,
    /// There is no such role.
    UnknownRole,
    /// The address stands further up in the list, for the same team.
    Duplicate,
    /// The organisation does not invite addresses of this domain.
    Domain,
    /// The invitation waits for somebody to approve it.
    Waits,
    /// Whoever sends the list may not invite there, or not as this.
    NotAllowed,
    /// The person has this place already.
    AlreadyThere,
    /// An open invitation to the same place is there already.
    AlreadyInvited,
    /// The inviter's limit of a day was reached.
    Limit,
}

impl Verdict {
    /// Every one.
    pub const ALL: [Self; 14] = [
        Self::Ok,
        Self::Sent,
        Self::Unreadable,
        Self::NotAnAddress,
        Self::BadName,
        Self::UnknownTeam,
        Self::UnknownRole,
        Self::Duplicate,
        Self::Domain,
        Self::Waits,
        Self::NotAllowed,
        Self::AlreadyThere,
        Self::AlreadyInvited,
        Self::Limit,
    ];

    /// The word in the database and in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Sent => "sent",
            Self::Unreadable => "unreadable",
            Self::NotAnAddress => "not_an_address",
            Self::BadName => "bad_name",
            Self::UnknownTeam => "unknown_team",
            Self::UnknownRole => "unknown_role",
            Self::Duplicate => "duplicate",
            Self::Domain => "domain",
            Self::Waits => "waits",
            Self::NotAllowed => "not_allowed",
            Self::AlreadyThere => "already_there",
            Self::AlreadyInvited => "already_invited",
            Self::Limit => "limit",
        }
    }

    /// Reads a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}

impl From<Against> for Verdict {
    fn from(against: Against) -> Self {
        match against {
            Against::UnknownTeam => Self::UnknownTeam,
            Against::Domain => Self::Domain,
            Against::AlreadyThere => Self::AlreadyThere,
            Against::AlreadyInvited => Self::AlreadyInvited,
        }
    }
}
