//! An organisation whose people are invited.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// An organisation whose people are invited.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationId,
    /// Name, unique in the installation.
    pub name: String,
    /// Whether clinicians may invite colleagues into their own team.
    pub peers_may_invite: bool,
    /// When it was added.
    pub created_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
