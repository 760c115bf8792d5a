//! A token with which applications may register themselves.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A token with which applications may register themselves (an initial access token of RFC 7591).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registration_tokens")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RegistrationTokenId,
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    /// What it is for, in its maker's words.
    pub note: String,
    /// The profile of the applications that come by it.
    pub profile: String,
    /// The scopes that they may have at most.
    pub scope: String,
    /// How many may still come by it.
    pub uses_left: i32,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is dead.
    pub expires_at: Timestamp,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
