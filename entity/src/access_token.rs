//! An access token of a person.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// An access token of a person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_tokens")]
pub struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// What it came from.
    pub grant_id: GrantId,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is dead.
    pub expires_at: Timestamp,
    /// Its scopes, separated by blanks.
    pub scope: String,
    /// Whom it is for, separated by blanks; none means this provider itself.
    pub audience: String,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
