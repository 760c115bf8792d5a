//! A person's agreement to one version of a notice: a receipt.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A person's agreement to one version of a notice: a receipt.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "acceptances")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AcceptanceId,
    /// Who agreed.
    pub account_id: AccountId,
    /// To what.
    pub notice_id: NoticeId,
    /// Its version.
    pub version: i32,
    /// Hash of the texts.
    pub text_hash: String,
    /// Language in which it was read.
    pub locale: String,
    /// When.
    pub accepted_at: Timestamp,
    /// From which address.
    pub address: String,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
