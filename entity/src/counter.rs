//! Failures in a row on one factor of one person, or of one unknown address.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// Failures in a row on one factor of one person, or of one unknown address.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counters")]
pub struct Model {
    /// `password:<account>`, `sms:<account>`, or the same over an HMAC of an unknown address.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: String,
    /// Failures since the last success.
    pub failures: i32,
    /// When the first of them happened.
    pub since: Timestamp,
    /// No guess is evaluated before this time.
    pub wait_until: Timestamp,
    /// When the last was counted, for the sweep.
    pub updated_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
