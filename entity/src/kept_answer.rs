//! The answer of a call that may be sent twice and counts once.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// The answer of a call that may be sent twice and counts once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "kept_answers")]
pub struct Model {
    /// MAC over who calls, what, and the key that was presented.
    #[sea_orm(primary_key, auto_increment = false)]
    pub handle: Vec<u8>,
    /// SHA-256 of the body.
    pub body_hash: Vec<u8>,
    /// Random: whose call is under way.
    pub mark: Vec<u8>,
    /// The answer, sealed under what the presented key gives; none while the call is under way.
    pub answer: Option<Vec<u8>>,
    /// When it is forgotten.
    pub ends_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
