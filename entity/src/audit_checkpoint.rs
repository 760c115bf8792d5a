//! A signed statement of how far the audit trail has come.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A signed statement of how far the audit trail has come.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_checkpoints")]
pub struct Model {
    /// The last row that it covers.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i64,
    /// When it was signed.
    pub at: Timestamp,
    /// The statement, a compact JWS.
    pub statement: String,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
