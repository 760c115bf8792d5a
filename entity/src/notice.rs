//! One version of the terms, of an application's disclaimer, or of another notice. It never changes.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// One version of the terms, of an application's disclaimer, or of another notice. It never changes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notices")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// terms, disclaimer or notice.
    pub kind: String,
    /// The application of a disclaimer, the name of a notice; empty for the terms.
    pub client_id: String,
    /// 1, 2, 3 … within kind and application or name.
    pub version: i32,
    /// Texts by language, a JSON object of {title, text}.
    pub texts: String,
    /// SHA-256 of `texts`, lower-case hex.
    pub text_hash: String,
    /// When it came into force.
    pub published_at: Timestamp,
    /// The organisation whose people a notice is for; null for everybody.
    pub organisation_id: Option<OrganisationId>,
    /// Days from `published_at` for which people may put it off.
    pub grace_days: i32,
    /// Who wrote it: config or console.
    pub source: String,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
