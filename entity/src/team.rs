//! A team inside an organisation.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A team inside an organisation.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "teams")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TeamId,
    /// The organisation it belongs to.
    pub organisation_id: OrganisationId,
    /// Name, unique in its organisation.
    pub name: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
