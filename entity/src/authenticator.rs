//! A second factor bound to an account.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A second factor bound to an account.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authenticators")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuthenticatorId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Kind of factor: sms.
    pub kind: String,
    /// Phone number in E.164.
    pub phone: String,
    /// When it was first entered.
    pub created_at: Timestamp,
    /// When a code proved it; null until then.
    pub verified_at: Option<Timestamp>,
    /// When it was taken off or replaced.
    pub removed_at: Option<Timestamp>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
