//! Second factors, one file a kind.

pub mod phone;
pub mod sms;
mod sms_letters;
mod sms_outcomes;
mod sms_store;

use super::Login;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, AuthenticatorId};

pub use sms_letters::{deliver_code, deliver_phone_added};

/// A second factor of a person, as others may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its id.
    pub id: AuthenticatorId,
    /// Which kind: `sms`.
    pub kind: String,
    /// The number with all but its last two digits hidden.
    pub masked: String,
    /// Since when it is in use; none while it waits for its first code.
    pub since: Option<Timestamp>,
}

impl Login {
    /// The second factors of a person that were not taken off.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn factors(&self, account: AccountId) -> Result<Vec<Factor>, Fault> {
        let rows = sms_store::phones(self.ground.db.read(), account).await?;
        let factor = |row: entities::authenticator::Model| Factor {
            id: row.id,
            kind: row.kind,
            masked: phone::masked(&row.phone),
            since: row.verified_at,
        };
        Ok(rows.into_iter().map(factor).collect())
    }
}
