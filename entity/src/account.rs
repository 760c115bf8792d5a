//! A person's account. Blocked is not a column: it follows from `email_verified_at` and `verify_by`.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A person's account. Blocked is not a column: it follows from `email_verified_at` and `verify_by`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    /// Primary key and `sub`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AccountId,
    /// Given name as typed.
    pub given_name: String,
    /// Family name as typed.
    pub family_name: String,
    /// Profession, one of the closed list.
    pub profession: String,
    /// Address as shown and mailed to.
    pub email: String,
    /// Address as compared: unique (L15).
    pub email_key: String,
    /// When the address was proved; null until then.
    pub email_verified_at: Option<Timestamp>,
    /// Until when the address is to be proved before the account is blocked.
    pub verify_by: Timestamp,
    /// Which of the two reminders went out (0, 1, 2), 3 when the block was told.
    pub reminders: i32,
    /// Argon2id string over the peppered password.
    pub password_hash: String,
    /// Key id of the pepper under the hash.
    pub pepper_id: String,
    /// When the password was set.
    pub password_set_at: Timestamp,
    /// When an administrator disabled the account; null while it is enabled.
    pub disabled_at: Option<Timestamp>,
    /// Language the person chose.
    pub locale: String,
    /// The application the invite named, for landing after set-up.
    pub landing_client_id: Option<String>,
    /// When the account was made.
    pub created_at: Timestamp,
    /// Given name as compared. Bytes have one order on every database, whatever its collation.
    pub given_key: Vec<u8>,
    /// Family name as compared.
    pub family_key: Vec<u8>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
