//! The next version of a notice, while it is written.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// The next version of a notice, while it is written.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notice_drafts")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NoticeId,
    /// terms, disclaimer or notice.
    pub kind: String,
    /// The application of a disclaimer, the name of a notice; empty for the terms.
    pub client_id: String,
    /// The organisation whose people a notice is for; null for everybody.
    pub organisation_id: Option<OrganisationId>,
    /// Texts by language, a JSON object of {title, text}; some may be missing still.
    pub texts: String,
    /// Days for which people may put it off.
    pub grace_days: i32,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub changed_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
