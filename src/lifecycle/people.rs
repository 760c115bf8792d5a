//! What leads and admins do for and to people: unblock, disable.

use super::{Lifecycle, verify};
use crate::accounts::{self, Account};
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::OutboxId;
use crate::invitations::Changed;
use crate::login;
use crate::rights::{Act, Area, Permit};

impl Lifecycle {
    /// Gives a person whose time ran out a new deadline and a new link. It never proves the address.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn unblock(&self, permit: Permit, account: Account, origin: &Origin) -> Result<Changed, Fault> {
        if !matches!(permit.act(), Act::LookAfter { .. } | Act::Invite { .. } | Act::Change(Area::People, _))
        {
            return Err(Fault::internal("a permit for another act"));
        }
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let hours = self.settings.accounts.verify_hours;
        // Bound to no browser: whoever lifts the block is not the one who may press the button.
        let proof = self.new_proof(&account, self.ground.random.bytes::<32>().to_vec(), "unblocked");
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !verify::give_time(tx, now, (account.id, hours), proof).await? {
                        return Ok(Changed::No);
                    }
                    audit::append(tx, now, &origin, Entry::done("account.unblocked", account.id)).await?;
                    Ok(Changed::Yes)
                })
            })
            .await
    }

    /// Closes an account: out everywhere at once, since every gate asks for it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn disable(
        &self,
        permit: Permit,
        account: &Account,
        origin: &Origin,
    ) -> Result<Changed, Fault> {
        permit.must_be(&[Act::Change(Area::People, None)])?;
        let (now, id, origin) = (self.ground.clock.now(), account.id, origin.clone());
        let event = OutboxId(self.ground.new_id());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !accounts::mark_disabled(tx, id, now).await? {
                        return Ok(Changed::No);
                    }
                    let sessions = login::end_all(tx, id, (now, event)).await?;
                    let entry = Entry::done("account.disabled", id).with("sessions_ended", sessions);
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(Changed::Yes)
                })
            })
            .await
    }
}
