//! What is and was to be delivered, for those who look after it. A row's contents are nobody's business: they are sealed
//! while it waits and gone when it ends.

use super::store::QUEUED;
use super::{End, Record};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::OutboxId;
use crate::store::Conn;
use crate::store::paging::{Page, Wish};
use entities::outbox::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, PaginatorTrait as _, QueryFilter, QueryOrder, QuerySelect as _,
};

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Not tried yet, or about to be again.
    Waiting,
    /// Tried in vain, and to be tried again.
    Late,
    /// Came to an end.
    Ended(End),
}

impl Shown {
    /// Every one.
    pub const ALL: [Self; 5] = [
        Self::Late,
        Self::Ended(End::Dead),
        Self::Waiting,
        Self::Ended(End::Sent),
        Self::Ended(End::Dropped),
    ];

    /// The word in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Late => "late",
            Self::Ended(end) => end.name(),
        }
    }

    /// Reads a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shown| shown.name() == name)
    }

    /// Where a row stands.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        match (record.end, &record.error) {
            (Some(end), _) => Self::Ended(end),
            (None, Some(_)) => Self::Late,
            (None, None) => Self::Waiting,
        }
    }

    fn filter(self) -> Condition {
        let queued = Condition::all().add(Column::State.eq(QUEUED));
        match self {
            Self::Waiting => queued.add(Column::Error.is_null()),
            Self::Late => queued.add(Column::Error.is_not_null()),
            Self::Ended(end) => Condition::all().add(Column::State.eq(end.name())),
        }
    }
}

/// A row in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which message.
    pub kind: String,
    /// What became of it.
    pub record: Record,
}

/// The rows, newest first; those that stand so, where given.
///
/// # Errors
/// When the database is away.
pub async fn page(conn: &impl Conn, shown: Option<Shown>, wish: &Wish) -> Result<Page<Listed>, Fault> {
    let mut query = Entity::find().order_by_desc(Column::Id).limit(wish.rows());
    if let Some(shown) = shown {
        query = query.filter(shown.filter());
    }
    if let Some(after) = wish.after.as_deref().and_then(|id| id.parse::<OutboxId>().ok()) {
        query = query.filter(Column::Id.lt(after));
    }
    let page = wish.page(query.all(conn).await?, |row: &Model| row.id.to_string());
    Ok(page.map(|row| Listed { kind: row.kind.clone(), record: super::store::record(row) }))
}

/// How many rows stand so; of more than a hundred it is enough to know that.
///
/// # Errors
/// When the database is away.
pub async fn count(conn: &impl Conn, shown: Shown) -> Result<u64, Fault> {
    Ok(Entity::find().filter(shown.filter()).limit(101).count(conn).await?)
}

/// How many rows were due before `before` and nobody took, a hundred at most: a worker that runs leaves none.
///
/// # Errors
/// When the database is away.
pub async fn left_lying(conn: &impl Conn, before: Timestamp) -> Result<u64, Fault> {
    let due = Shown::Waiting.filter().add(Column::DueAt.lt(before));
    Ok(Entity::find().filter(due).limit(100).count(conn).await?)
}

/// Makes a row that waits for its next try due at once. `false` when it does not wait.
///
/// # Errors
/// When the database is away.
pub async fn hurry(tx: &impl Conn, id: OutboxId, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(now))
        .filter(Column::Id.eq(id).and(Column::State.eq(QUEUED)).and(Column::DueAt.gt(now)))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
