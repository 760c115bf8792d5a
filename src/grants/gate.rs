//! The one gate: asked each time anything is issued or used. Pure; the facts are read fresh, so
//! that a disabled person is out at the next request on every node (DESIGN 3.7).

use crate::accounts::{self, Account, Status};
use crate::clock::Timestamp;
use crate::login::Session;

/// Why the gate is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// The person is disabled, blocked, or has not proved the address.
    Person,
    /// The session was ended or is over.
    Session,
    /// The grant was revoked.
    Grant,
    /// The application is gone.
    Client,
}

/// What the gate looks at.
#[derive(Clone, Copy)]
pub(super) struct GateFacts<'a> {
    pub(super) account: Option<&'a Account>,
    pub(super) session: Option<&'a Session>,
    pub(super) grant_revoked: bool,
    pub(super) client_known: bool,
}

/// Whether everything a token stands on is still good. Idle time is the browser's: it ends the
/// session at Wardgate, not the use of a token inside its own short life.
pub(super) fn check(facts: GateFacts<'_>, now: Timestamp) -> Result<(), Closed> {
    if facts.account.is_none_or(|account| accounts::status(account, now) != Status::Verified) {
        return Err(Closed::Person);
    }
    if facts.session.is_none_or(|session| session.ended_at.is_some() || session.expires_at <= now) {
        return Err(Closed::Session);
    }
    if facts.grant_revoked {
        return Err(Closed::Grant);
    }
    if facts.client_known { Ok(()) } else { Err(Closed::Client) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, SessionId};
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
            grant_revoked: false,
            client_known: true,
        };
        let table = [
            (open, Ok(())),
            (GateFacts { account: None, ..open }, Err(Closed::Person)),
            (GateFacts { account: Some(&disabled), ..open }, Err(Closed::Person)),
            (GateFacts { account: Some(&unverified), ..open }, Err(Closed::Person)),
            (GateFacts { session: None, ..open }, Err(Closed::Session)),
            (GateFacts { session: Some(&ended), ..open }, Err(Closed::Session)),
            (GateFacts { session: Some(&over), ..open }, Err(Closed::Session)),
            (GateFacts { grant_revoked: true, ..open }, Err(Closed::Grant)),
            (GateFacts { client_known: false, ..open }, Err(Closed::Client)),
        ];
        for (at, (facts, expected)) in table.into_iter().enumerate() {
            assert_eq!(check(facts, NOW), expected, "row {at}");
        }
    }
}
