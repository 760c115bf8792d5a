//! Why a request of an application was refused.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// Why a request of an application was refused.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refusals")]
pub struct Model {
    /// What the page or the answer shows.
    #[sea_orm(primary_key, auto_increment = false)]
    pub reference: String,
    /// When.
    pub at: Timestamp,
    /// Path of the endpoint.
    pub endpoint: String,
    /// What the request said; empty where it said nothing.
    pub client_id: String,
    /// What the application was told.
    pub error: String,
    /// Why.
    pub reason: String,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
