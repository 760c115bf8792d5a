//! What a person let somebody else's application learn.

use crate::values::*;
use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// What a person let somebody else's application learn: one row for each person and application.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who.
    pub account_id: AccountId,
    /// Which application.
    pub client_id: String,
    /// Scopes, separated by blanks.
    pub scope: String,
    /// When the person last said yes.
    pub created_at: Timestamp,
    /// When the person took it back.
    pub revoked_at: Option<Timestamp>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
