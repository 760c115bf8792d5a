//! The key that signs checkpoints of the audit trail.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// The key that signs checkpoints of the audit trail. There is one.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_keys")]
pub struct Model {
    /// Always 1, so that of several nodes one makes it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slot: i32,
    /// Its id.
    pub kid: String,
    /// The private key, sealed.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
