//! How far each invited person has come: what a team lead sees.

use super::Lifecycle;
use crate::accounts::{self, Account, Status};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{OrganisationId, TeamId};
use crate::invitations::{self, Invitation, State};
use crate::outbox::{self, Standing};

/// The step of an invited person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The e-mail went out.
    Sent,
    /// The e-mail cannot be delivered.
    Undelivered,
    /// Somebody posted from the link's page.
    Opened,
    /// The account is made; its address is to be proved.
    Account,
    /// The time to prove the address ran out.
    Blocked,
    /// The address is proved; the phone is next.
    Email,
    /// The phone is proved.
    Phone,
    /// An application was reached.
    Reached,
    /// The link ran out unused.
    Expired,
    /// Somebody took it back.
    Revoked,
}

/// One invited person.
#[derive(Clone, Debug)]
pub struct Row {
    /// The invitation.
    pub invitation: Invitation,
    /// The account it became.
    pub account: Option<Account>,
    /// The step, and since when.
    pub step: Step,
    /// When that step began.
    pub since: Timestamp,
}

impl Lifecycle {
    /// The people invited into these places; `None` for everywhere.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn board(
        &self,
        places: Option<&[(OrganisationId, Option<TeamId>)]>,
        limit: u64,
    ) -> Result<Vec<Row>, Fault> {
        let conn = self.ground.db.read();
        let mut rows = Vec::new();
        for invitation in invitations::list(conn, places, limit).await? {
            rows.push(self.board_row(invitation).await?);
        }
        Ok(rows)
    }

    async fn board_row(&self, invitation: Invitation) -> Result<Row, Fault> {
        let (conn, now) = (self.ground.db.read(), self.ground.clock.now());
        let account = match invitation.account_id {
            Some(id) => accounts::find(conn, id).await?,
            None => None,
        };
        let (step, since) = match (&account, invitations::state(&invitation, now)) {
            (Some(account), _) => self.account_step(account).await?,
            (None, State::Revoked) => (Step::Revoked, invitation.revoked_at.unwrap_or(now)),
            (None, State::Expired) => (Step::Expired, invitation.expires_at),
            (None, _) => match invitation.opened_at {
                Some(at) => (Step::Opened, at),
                None => match outbox::standing(conn, "invite", &invitation.id.to_string()).await? {
                    Standing::Undeliverable => (Step::Undelivered, invitation.created_at),
                    Standing::OnItsWay | Standing::Late => (Step::Sent, invitation.created_at),
                },
            },
        };
        Ok(Row { invitation, account, step, since })
    }

    async fn account_step(&self, account: &Account) -> Result<(Step, Timestamp), Fault> {
        let now = self.ground.clock.now();
        match accounts::status(account, now) {
            Status::Blocked => return Ok((Step::Blocked, account.verify_by)),
            Status::Disabled => return Ok((Step::Revoked, account.disabled_at.unwrap_or(now))),
            Status::Unverified(_) => return Ok((Step::Account, account.created_at)),
            Status::Verified => {}
        }
        if let Some(at) = crate::grants::first_use(self.ground.db.read(), account.id).await? {
            return Ok((Step::Reached, at));
        }
        match self.login.phone_proved_at(account.id).await? {
            Some(at) => Ok((Step::Phone, at)),
            None => Ok((Step::Email, account.email_verified_at.unwrap_or(now))),
        }
    }
}
