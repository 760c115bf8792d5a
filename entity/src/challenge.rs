//! A text-message code: its salt, never the code, and the guesses made at it.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A text-message code: its salt, never the code, and the guesses made at it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "challenges")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ChallengeId,
    /// Whose code it is.
    pub account_id: AccountId,
    /// The number it goes to.
    pub authenticator_id: AuthenticatorId,
    /// What it opens: sign_in or recovery.
    pub purpose: String,
    /// Hash of the sign-in or recovery in progress that may use it.
    pub bound_to: Vec<u8>,
    /// Random salt from which the code is derived (M3).
    pub salt: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is dead.
    pub expires_at: Timestamp,
    /// Guesses counted so far.
    pub guesses: i32,
    /// Text messages sent so far.
    pub sends: i32,
    /// When the last one was sent.
    pub sent_at: Timestamp,
    /// When the right code was given.
    pub used_at: Option<Timestamp>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
