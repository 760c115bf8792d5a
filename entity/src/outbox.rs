//! Something to be delivered: written with the change that causes it.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// Something to be delivered: written with the change that causes it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Primary key and idempotency key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OutboxId,
    /// Which message, e.g. invite or login_code.
    pub kind: String,
    /// The row it is about: its delivery is dropped when that is dead.
    pub about: String,
    /// Typed contents as JSON; secrets inside are sealed.
    pub payload: String,
    /// queued, sent, dropped or dead.
    pub state: String,
    /// Deliveries tried so far.
    pub attempts: i32,
    /// Not before.
    pub due_at: Timestamp,
    /// A worker has it until then.
    pub leased_until: Timestamp,
    /// Last failure, without secrets.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it reached its end.
    pub finished_at: Option<Timestamp>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
