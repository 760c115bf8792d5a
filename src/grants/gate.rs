//! The one gate: asked each time anything is issued or used. Pure; the facts are read fresh, so
//! that a disabled person is out at the next request on every node (DESIGN 3.7).

use super::store::Standing;
use crate::accounts::{self, Account, Status};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::login::Session;
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
pub(super) struct GateFacts<'a> {
    pub(super) account: Option<&'a Account>,
    pub(super) session: Option<&'a Session>,
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
pub(super) fn check(facts: GateFacts<'_>, now: Timestamp) -> Result<(), Closed> {
    if facts.account.is_none_or(|account| accounts::status(account, now) != Status::Verified) {
        return Err(Closed::Person);
    }
    let over = |session: &Session| session.ended_at.is_some() || session.expires_at <= now;
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

impl<'a> GateFacts<'a> {
    /// The facts of a grant that was read with what it stands on.
    pub(super) fn of(standing: &'a Standing, client: Option<&Client>, admitted: bool) -> Self {
        Self {
            account: Some(&standing.account),
            session: Some(&standing.session),
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
    use crate::ids::SessionId;
    use uuid::Uuid;

    const NOW: Timestamp = Timestamp(1000);

    fn account() -> Account {
        Account {
            id: AccountId(Uuid::nil()),
            given_name: String::new(),
            family_name: String::new(),
            profession: String::new(),
            email: String::new(),
            email_key: String::new(),
            email_verified_at: Some(Timestamp(1)),
            verify_by: Timestamp(10),
            reminders: 0,
            password_hash: String::new(),
            pepper_id: String::new(),
            password_set_at: Timestamp(1),
            disabled_at: None,
            locale: String::new(),
            landing_client_id: None,
            created_at: Timestamp(1),
        }
    }

    fn session() -> Session {
        Session {
            id: SessionId(Uuid::nil()),
            secret_hash: Vec::new(),
            account_id: AccountId(Uuid::nil()),
            amr: String::new(),
            auth_time: Timestamp(1),
            seen_at: Timestamp(1),
            expires_at: Timestamp(2000),
            ended_at: None,
            address: String::new(),
            user_agent: String::new(),
        }
    }

    #[test]
    fn each_thing_that_ends_closes_the_gate_i22_i28() {
        let (good, live) = (account(), session());
        let disabled = Account { disabled_at: Some(NOW), ..account() };
        let unverified = Account { email_verified_at: None, ..account() };
        let ended = Session { ended_at: Some(NOW), ..session() };
        let over = Session { expires_at: NOW, ..session() };
        let open = GateFacts {
            account: Some(&good),
            session: Some(&live),
            offline: false,
            grant_revoked: false,
            granted_at: NOW,
            client_since: Some(NOW),
            admitted: true,
        };
        let table = [
            (open, Ok(())),
            (GateFacts { account: None, ..open }, Err(Closed::Person)),
            (GateFacts { account: Some(&disabled), ..open }, Err(Closed::Person)),
            (GateFacts { account: Some(&unverified), ..open }, Err(Closed::Person)),
            (GateFacts { session: None, ..open }, Err(Closed::Session)),
            (GateFacts { session: Some(&ended), ..open }, Err(Closed::Session)),
            (GateFacts { session: Some(&over), ..open }, Err(Closed::Session)),
            (GateFacts { session: Some(&ended), offline: true, ..open }, Ok(())),
            (GateFacts { account: Some(&disabled), offline: true, ..open }, Err(Closed::Person)),
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
