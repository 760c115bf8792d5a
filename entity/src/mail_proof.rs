//! A secret sent by e-mail that proves an address or starts a recovery.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A secret sent by e-mail that proves an address or starts a recovery.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mail_proofs")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MailProofId,
    /// verify or recover: one purpose each (L4).
    pub purpose: String,
    /// Whose; null when no such account exists (recovery of an unknown address looks the same).
    pub account_id: Option<AccountId>,
    /// Address it was sent to, as compared.
    pub email_key: String,
    /// SHA-256 of the link's token.
    pub token_hash: Vec<u8>,
    /// Keyed hash of the typed code.
    pub code_hash: Vec<u8>,
    /// Hash of the browser that began.
    pub bound_to: Vec<u8>,
    /// Typed codes counted so far.
    pub guesses: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is dead.
    pub expires_at: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// When a newer one took its place.
    pub superseded_at: Option<Timestamp>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
