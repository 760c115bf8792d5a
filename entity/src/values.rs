//! Column types shared by the tables: typed ids and the one time type.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Seconds since the Unix epoch, UTC. One integer on every database, so that order and
/// arithmetic are the same everywhere (a text column orders `…05Z` after `…05.5Z`).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType,
)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment moved by `seconds`, which may be negative.
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative when `earlier` is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, DeriveValueType,
        )]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )+};
}

id! {
    /// A person's account; also the `sub` of its tokens, never used again.
    AccountId,
    /// An organisation: a hospital, a practice, a trust.
    OrganisationId,
    /// A team inside one organisation.
    TeamId,
    /// A person's place in an organisation.
    MembershipId,
    /// One invitation, which has one link.
    InvitationId,
    /// A bound second factor.
    AuthenticatorId,
    /// One text-message code and its tries.
    ChallengeId,
    /// A signed-in browser; the `sid` of its tokens.
    SessionId,
    /// What a person let one application do, from one code.
    GrantId,
    /// One version of the terms or of a disclaimer.
    NoticeId,
    /// A person's agreement to one version.
    AcceptanceId,
    /// A proof sent by e-mail: of an address, or of a recovery.
    MailProofId,
    /// A message or call to be delivered.
    OutboxId,
    /// A list of people who are invited at once.
    InviteBatchId,
    /// A token with which applications may register themselves.
    RegistrationTokenId,
}
