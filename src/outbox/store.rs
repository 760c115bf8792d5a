//! The queries of the outbox.

use super::{End, LEASE, Leased, Standing};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::OutboxId;
use crate::store::{Conn, Tx};
use entities::outbox::{ActiveModel, Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait as _, LockBehavior, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;

/// The state of a row that has not come to its end.
const QUEUED: &str = "queued";

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
    let row = ActiveModel {
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
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Whether anything is due: a read, so that an idle worker does not take the write lock.
///
/// # Errors
/// When the database is away.
pub async fn has_due(conn: &impl Conn, now: Timestamp) -> Result<bool, Fault> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(due(now))
        .limit(1)
        .into_tuple::<OutboxId>()
        .one(conn)
        .await?
        .is_some())
}

fn due(now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::State.eq(QUEUED))
        .add(Column::DueAt.lte(now))
        .add(Column::LeasedUntil.lte(now))
}

/// Takes up to `limit` due rows, oldest first. A row whose worker died comes back when its lease ends.
///
/// # Errors
/// When the database is away.
pub async fn lease(tx: &Tx, now: Timestamp, limit: u64) -> Result<Vec<Leased>, Fault> {
    let rows = Entity::find()
        .filter(due(now))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .all(tx)
        .await?;
    let ids: Vec<OutboxId> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Entity::update_many()
        .col_expr(Column::LeasedUntil, Expr::value(now.plus(LEASE)))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.is_in(ids))
        .exec(tx)
        .await?;
    let leased = |row: entities::outbox::Model| Leased {
        id: row.id,
        kind: row.kind,
        about: row.about,
        payload: row.payload,
        attempt: row.attempts + 1,
    };
    Ok(rows.into_iter().map(leased).collect())
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

/// Deletes delivered and dropped rows that ended before `before`; dead ones stay for admins.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    Entity::delete_many()
        .filter(Column::State.is_in([End::Sent.name(), End::Dropped.name()]))
        .filter(Column::FinishedAt.lt(before))
        .exec(tx)
        .await?;
    Ok(())
}
