//! The one gate: asked each time anything is issued or used. Pure; the facts are read fresh, so
//! that a disabled person is out at the next request on every node (DESIGN 3.7).

use super::store::Standing;
use crate::accounts::{self, Status};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::organisations;
use crate::rights;
use crate::store::Conn;

/// Why the gate is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// The person is disabled, blocked, or has not proved the address.
    Person,
    /// The session was ended or is over.
    Session,
    /// The grant was revoked.
    Grant,
    /// The application is gone, or is another one of the same id.
    Client,
    /// The person has taken back what the application may learn.
    Consent,
    /// The application is not for this person.
    Audience,
}

impl Closed {
    /// For the trail.
    pub(super) const fn why(self) -> &'static str {
        match self {
            Self::Person => "the person is disabled, blocked or not verified",
            Self::Session => "the session is over",
            Self::Grant => "the grant was revoked",
            Self::Client => "the application was removed",
            Self::Consent => "the consent was withdrawn",
            Self::Audience => "the application is not for this person",
        }
    }
}

/// What the gate looks at.
#[derive(Clone, Copy)]
pub(super) struct GateFacts {
    pub(super) person: Option<Status>,
    /// When the session ended, if it did, and when it is over.
    pub(super) session: Option<(Option<Timestamp>, Timestamp)>,
    /// Whether the grant outlives its session.
    pub(super) offline: bool,
    pub(super) grant_revoked: bool,
    pub(super) granted_at: Timestamp,
    /// When the application was registered, if it is there.
    pub(super) client_since: Option<Timestamp>,
    /// Whether the application is for this person.
    pub(super) admitted: bool,
}

/// Whether everything a token stands on is still good. Idle time is the browser's: it ends the
/// session at Wardgate, not the use of a token inside its own short life.
pub(super) fn check(facts: GateFacts, now: Timestamp) -> Result<(), Closed> {
    if facts.person != Some(Status::Verified) {
        return Err(Closed::Person);
    }
    let over = |(ended_at, expires_at): (Option<Timestamp>, _)| ended_at.is_some() || expires_at <= now;
    if !facts.offline && facts.session.is_none_or(over) {
        return Err(Closed::Session);
    }
    if facts.grant_revoked {
        return Err(Closed::Grant);
    }
    // An application that was removed and added again does not get its old tokens back.
    if facts.client_since.is_none_or(|since| since > facts.granted_at) {
        return Err(Closed::Client);
    }
    if !facts.admitted {
        return Err(Closed::Audience);
    }
    Ok(())
}

/// Whether an application is for a person. It costs a read for one that is not for everybody.
///
/// # Errors
/// When the database is away.
pub(super) async fn admits(conn: &impl Conn, client: &Client, account: AccountId) -> Result<bool, Fault> {
    if client.audiences.is_empty() {
        return Ok(true);
    }
    Ok(rights::admits(&client.audiences, &organisations::named_places(conn, account).await?))
}

impl GateFacts {
    /// The facts of a grant that was read with what it stands on.
    pub(super) fn of(
        standing: &Standing,
        (client, admitted): (Option<&Client>, bool),
        now: Timestamp,
    ) -> Self {
        let session = &standing.session;
        Self {
            person: Some(accounts::status(&standing.account, now)),
            session: Some((session.ended_at, session.expires_at)),
            offline: standing.grant.offline,
            grant_revoked: standing.grant.revoked_at.is_some(),
            granted_at: standing.grant.created_at,
            client_since: client.map(|client| client.created_at),
            admitted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1000);

    #[test]
    fn each_thing_that_ends_closes_the_gate_i22_i28() {
        let (over, ended) = (Some((None, NOW)), Some((Some(NOW), NOW.plus(1000))));
        let open = GateFacts {
            person: Some(Status::Verified),
            session: Some((None, NOW.plus(1000))),
            offline: false,
            grant_revoked: false,
            granted_at: NOW,
            client_since: Some(NOW),
            admitted: true,
        };
        let table = [
            (open, Ok(())),
            (GateFacts { person: None, ..open }, Err(Closed::Person)),
            (GateFacts { person: Some(Status::Disabled), ..open }, Err(Closed::Person)),
            (GateFacts { person: Some(Status::Unverified(NOW.plus(1))), ..open }, Err(Closed::Person)),
            (GateFacts { person: Some(Status::Blocked), ..open }, Err(Closed::Person)),
            (GateFacts { session: None, ..open }, Err(Closed::Session)),
            (GateFacts { session: ended, ..open }, Err(Closed::Session)),
            (GateFacts { session: over, ..open }, Err(Closed::Session)),
            (GateFacts { session: ended, offline: true, ..open }, Ok(())),
            (GateFacts { person: Some(Status::Disabled), offline: true, ..open }, Err(Closed::Person)),
            (GateFacts { grant_revoked: true, ..open }, Err(Closed::Grant)),
            (GateFacts { grant_revoked: true, offline: true, ..open }, Err(Closed::Grant)),
            (GateFacts { client_since: None, ..open }, Err(Closed::Client)),
            (GateFacts { client_since: Some(NOW.plus(1)), ..open }, Err(Closed::Client)),
            (GateFacts { admitted: false, ..open }, Err(Closed::Audience)),
            (GateFacts { admitted: false, offline: true, ..open }, Err(Closed::Audience)),
        ];
        for (at, (facts, expected)) in table.into_iter().enumerate() {
            assert_eq!(check(facts, NOW), expected, "row {at}");
        }
    }
}
