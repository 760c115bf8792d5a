//! Typed ids. They are UUIDs of version 7: ordered by time, so indexes grow at one end.

use crate::clock::Timestamp;
use crate::random::Random;
pub use entities::{
    AcceptanceId, AccountId, AuthenticatorId, ChallengeId, GrantId, InvitationId, InviteBatchId, MailProofId,
    MembershipId, NoticeId, OrganisationId, OutboxId, RegistrationTokenId, SessionId, TeamId,
};
use uuid::Uuid;

/// A new id, made of the given time and 74 random bits. Wrap it in the type it is for.
#[must_use]
pub fn new(now: Timestamp, random: &Random) -> Uuid {
    let millis = u64::try_from(now.0).unwrap_or(0).saturating_mul(1000);
    uuid::Builder::from_unix_timestamp_millis(millis, &random.bytes()).into_uuid()
}
