//! A person with an account accepts an invitation to another team (DESIGN 1.1).

use super::Lifecycle;
use crate::accounts::Account;
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::MembershipId;
use crate::invitations::{self, Invitation};
use crate::organisations::{self, Membership};

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joined {
    /// The person has the place now.
    Yes,
    /// The invitation is dead or frozen, or for another address.
    No,
}

impl Lifecycle {
    /// Accepts an invitation for the person it was sent to.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn join(
        &self,
        invitation: Invitation,
        account: &Account,
        origin: &Origin,
    ) -> Result<Joined, Fault> {
        if invitation.email_key != account.email_key {
            return Ok(Joined::No);
        }
        let (now, id, origin) = (self.ground.clock.now(), account.id, origin.by(account.id));
        let place = Membership {
            id: MembershipId(self.ground.new_id()),
            account_id: id,
            organisation_id: invitation.organisation_id,
            team_id: invitation.team_id,
            role: invitation.role.clone(),
            created_at: now,
        };
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if invitations::admit(tx, (&origin, now), &invitation).await?.is_some() {
                        return Ok(Joined::No);
                    }
                    if !invitations::accept(tx, invitation.id, id, now).await? {
                        return Ok(Joined::No);
                    }
                    organisations::join(tx, place).await?;
                    let entry = Entry::done("membership.added", id)
                        .organisation(invitation.organisation_id)
                        .with("role", invitation.role)
                        .with("team", invitation.team_id);
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(Joined::Yes)
                })
            })
            .await
    }
}
