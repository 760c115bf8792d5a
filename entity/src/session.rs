//! A signed-in browser.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A signed-in browser.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// Primary key and `sid`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// SHA-256 of the cookie's secret.
    pub secret_hash: Vec<u8>,
    /// Who is signed in.
    pub account_id: AccountId,
    /// Methods used, as in `amr`, separated by blanks.
    pub amr: String,
    /// When both factors were proved.
    pub auth_time: Timestamp,
    /// Last use, moved at most once a minute.
    pub seen_at: Timestamp,
    /// End whatever happens.
    pub expires_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
    /// Address it began from.
    pub address: String,
    /// Browser's own description.
    pub user_agent: String,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
