//! A refresh token: one link of its grant's chain.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A refresh token: one link of its grant's chain.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// What it came from.
    pub grant_id: GrantId,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is dead if it was not used.
    pub expires_at: Timestamp,
    /// From when on its whole chain is dead.
    pub ends_at: Timestamp,
    /// When it was used up.
    pub used_at: Option<Timestamp>,
    /// SHA-256 of the parameters it was used with.
    pub request_hash: Option<Vec<u8>>,
    /// Hash of the token that took its place.
    pub next_hash: Option<Vec<u8>>,
    /// The answer it was used for, sealed under a key that only the token itself gives.
    pub answer: Option<Vec<u8>>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
