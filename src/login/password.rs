//! The password step: count, compare, conclude. An unknown address costs the same statements, the
//! same hash and the same rows as a known one.

use super::throttle::Verdict as Throttle;
use super::{Login, Policy, counters, password_subject};
use crate::accounts::{self, Account, Address, Password, Status, Stored, Verdict};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::seal::hex;
use crate::store::Tx;

/// What came of a typed password.
#[derive(Debug)]
pub enum PasswordOutcome {
    /// Right: this person may go on.
    Right(Box<Account>),
    /// Wrong address, wrong password, or an account that is closed: nobody can tell which.
    Wrong,
    /// Too many in a row: nothing is compared before this time.
    Wait(Timestamp),
    /// Far too many in a row: the password is off until it is set anew.
    Off,
}

impl Login {
    /// Checks an address and a password.
    ///
    /// # Errors
    /// When the database is away or the password queue is full.
    pub async fn check_password(
        &self,
        typed_address: &str,
        password: &Password,
        origin: &Origin,
    ) -> Result<PasswordOutcome, Fault> {
        let address = Address::parse(typed_address);
        let key = address.as_ref().map_or(typed_address, Address::key);
        let account = accounts::by_address(self.ground.db.read(), key).await?;
        let subject = match &account {
            Some(account) => password_subject(account),
            None => format!("password:?{}", hex(&self.ground.ring.mac("address", &[key.as_bytes()]))),
        };
        match self.count_password(&subject).await? {
            Throttle::Wait(until) => return Ok(PasswordOutcome::Wait(until)),
            Throttle::Off => return Ok(PasswordOutcome::Off),
            Throttle::Evaluate(_) => {}
        }
        let stored = account.as_ref().map(|account| Stored {
            hash: account.password_hash.clone(),
            pepper_id: account.pepper_id.clone(),
        });
        let verdict = self.hasher.compare(password, stored).await?;
        let open = account
            .filter(|account| accounts::status(account, self.ground.clock.now()) != Status::Disabled)
            .filter(|_| verdict != Verdict::Wrong);
        let renewed = match verdict {
            Verdict::RightButOld => Some(self.hasher.hash(password).await?),
            _ => None,
        };
        self.conclude_password(subject, open, renewed, origin).await
    }

    /// Clears the failures on a password that was set anew.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn forget_password_failures(tx: &Tx, account: &Account, now: Timestamp) -> Result<(), Fault> {
        counters::clear(tx, &password_subject(account), now).await
    }

    async fn count_password(&self, subject: &str) -> Result<Throttle, Fault> {
        let (now, subject) = (self.ground.clock.now(), subject.to_owned());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move { counters::count_guess(tx, &subject, Policy::Password, now).await })
            })
            .await
    }

    async fn conclude_password(
        &self,
        subject: String,
        account: Option<Account>,
        renewed: Option<Stored>,
        origin: &Origin,
    ) -> Result<PasswordOutcome, Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let Some(account) = account else {
                        let entry = Entry::refused("sign_in.password", subject, "no match");
                        audit::append(tx, now, &origin, entry).await?;
                        return Ok(PasswordOutcome::Wrong);
                    };
                    counters::clear(tx, &subject, now).await?;
                    if let Some(renewed) = renewed {
                        accounts::set_password(tx, account.id, renewed, account.password_set_at).await?;
                    }
                    let origin = origin.by(account.id);
                    audit::append(tx, now, &origin, Entry::done("sign_in.password", account.id)).await?;
                    Ok(PasswordOutcome::Right(Box::new(account)))
                })
            })
            .await
    }
}
