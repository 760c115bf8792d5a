//! Reminders before the deadline, and word of the block after it. A conditional write lets each
//! go out once, whichever node's worker is first.

use super::Lifecycle;
use crate::accounts::{self, Account};
use crate::audit::{self, Actor, Entry, Origin};
use crate::fault::Fault;

impl Lifecycle {
    /// Queues what is due; gives how many.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn remind(&self) -> Result<usize, Fault> {
        let now = self.ground.clock.now();
        let total = self.settings.accounts.verify_hours;
        let [first, second] = self.settings.accounts.reminder_hours;
        let mut sent = 0;
        // Latest first: a worker that slept through the first reminder sends only the last one due.
        for (reminders, kind, hours_left) in
            [(3, "blocked", 0), (2, "verify_reminder", total - second), (1, "verify_reminder", total - first)]
        {
            let before = now.plus(hours_left * 3600 - i64::from(hours_left == 0));
            for account in accounts::due_for_reminder(self.ground.db.read(), reminders, before).await? {
                sent += usize::from(self.remind_one(account, reminders, kind).await?);
            }
        }
        Ok(sent)
    }

    async fn remind_one(&self, account: Account, to: i32, kind: &'static str) -> Result<bool, Fault> {
        let now = self.ground.clock.now();
        // The registering browser keeps its one button: the newest proof's binding goes on.
        let newest =
            accounts::newest_proof(self.ground.db.read(), accounts::Purpose::Verify, account.id).await?;
        let bound_to = newest.map_or_else(|| self.ground.random.bytes::<32>().to_vec(), |row| row.bound_to);
        let (issued, letter) = self.new_proof(&account, bound_to, kind);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !accounts::set_reminders(tx, account.id, account.reminders, to).await? {
                        return Ok(false);
                    }
                    accounts::insert_proof(tx, issued.row).await?;
                    letter.queue(tx, now).await?;
                    if kind == "blocked" {
                        let entry = Entry::done("account.blocked", account.id);
                        audit::append(tx, now, &Origin::of(Actor::Worker), entry).await?;
                    }
                    Ok(true)
                })
            })
            .await
    }
}
