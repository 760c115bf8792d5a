//! Short-lived state of the SQL backend: flows, sign-ins in progress, authorization codes.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// Short-lived state of the SQL backend: flows, sign-ins in progress, authorization codes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ephemeral")]
pub struct Model {
    /// Kind and hash of the handle.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// What is kept, as JSON.
    pub value: String,
    /// From when on it is gone.
    pub expires_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
