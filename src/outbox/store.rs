//! The queries of the outbox, but for taking rows.

use super::{CALLS, End, Standing};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::OutboxId;
use crate::store::Conn;
use entities::outbox::{ActiveModel, Column, Entity};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

/// Seconds for which a call that failed for good is kept beyond those that were answered: 30 days in all.
const KEEP_FAILED_CALLS: i64 = 23 * 24 * 3600;

/// The state of a row that has not come to its end.
pub(super) const QUEUED: &str = "queued";

/// Queues one message about a row, in the transaction that causes it.
///
/// # Errors
/// When the row cannot be written.
pub async fn queue(
    tx: &impl Conn,
    id: OutboxId,
    now: Timestamp,
    (kind, about): (&str, String),
    payload: &impl Serialize,
) -> Result<(), Fault> {
    Entity::insert(row(id, now, (kind, about), payload)?).exec_without_returning(tx).await?;
    Ok(())
}

/// Queues many messages of a kind in one statement: id, what it is about, and what it needs.
///
/// # Errors
/// When a row cannot be written.
pub async fn queue_all<P: Serialize>(
    tx: &impl Conn,
    now: Timestamp,
    kind: &str,
    messages: impl Iterator<Item = (OutboxId, String, P)>,
) -> Result<(), Fault> {
    let rows = messages.map(|(id, about, payload)| row(id, now, (kind, about), &payload));
    let rows: Vec<ActiveModel> = rows.collect::<Result<_, _>>()?;
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Queues one message under an id that is made of what it is about, so that it is queued once however often this is
/// done.
///
/// # Errors
/// When the row cannot be written.
pub async fn queue_once(
    tx: &impl Conn,
    id: OutboxId,
    now: Timestamp,
    (kind, about): (&str, String),
    payload: &impl Serialize,
) -> Result<(), Fault> {
    Entity::insert(row(id, now, (kind, about), payload)?)
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

fn row(
    id: OutboxId,
    now: Timestamp,
    (kind, about): (&str, String),
    payload: &impl Serialize,
) -> Result<ActiveModel, Fault> {
    Ok(ActiveModel {
        id: Set(id),
        kind: Set(kind.to_owned()),
        about: Set(about),
        payload: Set(serde_json::to_string(payload)?),
        state: Set(QUEUED.to_owned()),
        attempts: Set(0),
        due_at: Set(now),
        leased_until: Set(Timestamp(0)),
        error: Set(None),
        created_at: Set(now),
        finished_at: Set(None),
    })
}

/// Ends a row and wipes its contents, sealed secrets with them.
///
/// # Errors
/// When the database is away; the row is then delivered once more.
pub async fn finish(
    tx: &impl Conn,
    id: OutboxId,
    now: Timestamp,
    (end, error): (End, Option<&str>),
) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(end.name()))
        .col_expr(Column::Payload, Expr::value("{}"))
        .col_expr(Column::FinishedAt, Expr::value(Some(now)))
        .col_expr(Column::Error, Expr::value(error.map(str::to_owned)))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts a row back until `due_at`.
///
/// # Errors
/// When the database is away; the lease then runs out instead.
pub async fn retry_later(tx: &impl Conn, id: OutboxId, due_at: Timestamp, error: &str) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::DueAt, Expr::value(due_at))
        .col_expr(Column::LeasedUntil, Expr::value(Timestamp(0)))
        .col_expr(Column::Error, Expr::value(Some(error.to_owned())))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Where the newest message about a row stands.
///
/// # Errors
/// When the database is away.
pub async fn standing(conn: &impl Conn, kind: &str, about: &str) -> Result<Standing, Fault> {
    let newest = Entity::find()
        .filter(Column::About.eq(about))
        .filter(Column::Kind.eq(kind))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .one(conn)
        .await?;
    Ok(match newest {
        Some(row) if row.state == End::Dead.name() => Standing::Undeliverable,
        Some(row) if row.state == QUEUED && row.error.is_some() => Standing::Late,
        _ => Standing::OnItsWay,
    })
}

/// Whether a row was dropped: nobody got what it said.
///
/// # Errors
/// When the database is away.
pub async fn was_dropped(conn: &impl Conn, id: OutboxId) -> Result<bool, Fault> {
    let row = Entity::find_by_id(id).one(conn).await?;
    Ok(row.is_some_and(|row| row.state == End::Dropped.name()))
}

/// What became of one row, for those who look into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: OutboxId,
    /// How it ended; none while it waits for its next try.
    pub end: Option<End>,
    /// Deliveries tried so far.
    pub attempts: i32,
    /// What the last failed one met.
    pub error: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it ended, or will be tried next.
    pub at: Timestamp,
}

/// The rows of a kind about something, newest first.
///
/// # Errors
/// When the database is away.
pub async fn history(
    conn: &impl Conn,
    (kind, about): (&str, &str),
    limit: u64,
) -> Result<Vec<Record>, Fault> {
    let rows = Entity::find()
        .filter(Column::About.eq(about))
        .filter(Column::Kind.eq(kind))
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(record).collect())
}

/// The rows of these ids that are still there.
///
/// # Errors
/// When the database is away.
pub async fn records(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = OutboxId>,
) -> Result<Vec<Record>, Fault> {
    let rows = Entity::find().filter(Column::Id.is_in(ids)).all(conn).await?;
    Ok(rows.into_iter().map(record).collect())
}

pub(super) fn record(row: entities::outbox::Model) -> Record {
    Record {
        id: row.id,
        end: [End::Sent, End::Dropped, End::Dead].into_iter().find(|end| end.name() == row.state),
        attempts: row.attempts,
        error: row.error,
        created_at: row.created_at,
        at: row.finished_at.unwrap_or(row.due_at),
    }
}

/// Deletes delivered and dropped rows that ended before `before`; dead messages stay for admins, dead calls for some
/// weeks.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    Entity::delete_many()
        .filter(Column::State.is_in([End::Sent.name(), End::Dropped.name()]))
        .filter(Column::FinishedAt.lt(before))
        .exec(tx)
        .await?;
    Entity::delete_many()
        .filter(Column::State.eq(End::Dead.name()))
        .filter(Column::Kind.is_in(CALLS))
        .filter(Column::FinishedAt.lt(before.plus(-KEEP_FAILED_CALLS)))
        .exec(tx)
        .await?;
    Ok(())
}
