//! How often something was done in a window, for limits that must be exact.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// How often something was done in a window, for limits that must be exact.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rates")]
pub struct Model {
    /// What is limited, of whom.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// Count in the window.
    pub count: i32,
    /// When the window ends.
    pub ends_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
