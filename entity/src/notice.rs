//! One version of the terms, or of an application's disclaimer.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// One version of the terms, or of an application's disclaimer.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// terms or disclaimer.
    pub kind: String,
    /// The application a disclaimer belongs to; empty for the terms.
    pub client_id: String,
    /// 1, 2, 3 … within kind and application.
    pub version: i32,
    /// Texts by language, a JSON object of {title, paragraphs}.
    pub texts: String,
    /// SHA-256 of `texts`, lower-case hex.
    pub text_hash: String,
    /// When it came into force.
    pub published_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
