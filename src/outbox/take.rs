//! Taking rows that are due: each goes to one worker, until its lease ends.

use super::store::QUEUED;
use super::{CALLS, LEASE, Leased};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::OutboxId;
use crate::store::{Conn, Tx};
use entities::outbox::{Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LockBehavior, LockType, Order, Query, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait as _, Select,
};
use std::collections::BTreeSet;

/// Whether a message is due: a read, so that an idle worker does not take the write lock.
///
/// # Errors
/// When the database is away.
pub async fn has_due(conn: &impl Conn, now: Timestamp) -> Result<bool, Fault> {
    let query = Entity::find().select_only().column(Column::Id).filter(due(now));
    let one = query.filter(Column::Kind.is_not_in(CALLS)).limit(1).into_tuple::<OutboxId>().one(conn).await?;
    Ok(one.is_some())
}

/// Takes up to `limit` due messages, oldest first. A row whose worker died comes back when its lease ends.
///
/// # Errors
/// When the database is away.
pub async fn lease(tx: &Tx, now: Timestamp, limit: u64) -> Result<Vec<Leased>, Fault> {
    take(tx, now, Entity::find().filter(Column::Kind.is_not_in(CALLS)).limit(limit)).await
}

/// Calls that are due, oldest first, each with the application: at most so many of one application, and none of those
/// that are `busy`. It reads every due call, which only a flood of sign-outs makes many, and takes no lock.
///
/// # Errors
/// When the database is away.
pub async fn due_calls(
    conn: &impl Conn,
    now: Timestamp,
    (busy, each): (&BTreeSet<String>, u64),
) -> Result<Vec<(OutboxId, String)>, Fault> {
    let columns = [Column::Id, Column::About, Column::DueAt];
    let mut calls = Entity::find().select_only().columns(columns).filter(due(now));
    calls = calls.filter(Column::Kind.is_in(CALLS)).filter(Column::About.is_not_in(busy));
    let mut window = WindowStatement::partition_by(Column::About);
    window.order_by(Column::DueAt, Order::Asc).order_by(Column::Id, Order::Asc);
    let mut ranked = calls.into_query();
    ranked.expr_window_as(Func::cust("ROW_NUMBER"), window, "turn");
    let query = Query::select()
        .columns([Column::Id, Column::About])
        .from_subquery(ranked, "ranked")
        .and_where(Expr::col("turn").lte(each))
        .order_by(Column::DueAt, Order::Asc)
        .order_by(Column::Id, Order::Asc)
        .to_owned();
    let rows = conn.query_all(&query).await?;
    let read = |row: sea_orm::QueryResult| Ok((row.try_get("", "id")?, row.try_get("", "about")?));
    rows.into_iter().map(read).collect()
}

/// Takes those of these calls that nobody has taken meanwhile.
///
/// # Errors
/// When the database is away.
pub async fn lease_calls(tx: &Tx, now: Timestamp, ids: Vec<OutboxId>) -> Result<Vec<Leased>, Fault> {
    take(tx, now, Entity::find().filter(Column::Id.is_in(ids))).await
}

fn due(now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::State.eq(QUEUED))
        .add(Column::DueAt.lte(now))
        .add(Column::LeasedUntil.lte(now))
}

async fn take(tx: &Tx, now: Timestamp, which: Select<Entity>) -> Result<Vec<Leased>, Fault> {
    let rows = which
        .filter(due(now))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
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
