//! A signed token that was revoked before it ran out.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A signed token that was revoked before it ran out.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "revoked_tokens")]
pub struct Model {
    /// SHA-256 of its `jti`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub jti_hash: Vec<u8>,
    /// When it runs out by itself.
    pub expires_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
