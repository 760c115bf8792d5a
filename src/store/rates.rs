//! How often something was done in a window: exact, durable, shared by all nodes.

use super::{Conn, Tx};
use crate::clock::Timestamp;
use crate::fault::Fault;
use entities::rate;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

/// So often in so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// How often.
    pub times: i32,
    /// Length of the window in seconds.
    pub seconds: i64,
}

/// Counts one more use of `subject`. `Some(until)` when the limit is reached: then nothing may
/// happen, and nothing was counted. Parallel uses wait for each other: the row is made first, then
/// locked.
///
/// # Errors
/// When the database is away.
pub async fn limit(
    tx: &Tx,
    subject: &str,
    Limit { times, seconds }: Limit,
    now: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    let fresh = rate::ActiveModel {
        subject: Set(subject.to_owned()),
        count: Set(0),
        ends_at: Set(now.plus(seconds)),
    };
    rate::Entity::insert(fresh)
        .on_conflict(OnConflict::column(rate::Column::Subject).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    let row = rate::Entity::find_by_id(subject.to_owned()).lock_exclusive().one(tx).await?;
    let row = row.ok_or_else(|| Fault::internal("a rate vanished"))?;
    let (count, ends_at) = if row.ends_at <= now { (0, now.plus(seconds)) } else { (row.count, row.ends_at) };
    if count >= times {
        return Ok(Some(ends_at));
    }
    rate::Entity::update_many()
        .col_expr(rate::Column::Count, Expr::value(count + 1))
        .col_expr(rate::Column::EndsAt, Expr::value(ends_at))
        .filter(rate::Column::Subject.eq(subject))
        .exec(tx)
        .await?;
    Ok(None)
}

/// Until when nothing of `subject` may happen, where its limit is reached already. A read, so that who asks again and
/// again costs no write; only [`limit`] is exact.
///
/// # Errors
/// When the database is away.
pub async fn reached(
    conn: &impl Conn,
    subject: &str,
    limit: Limit,
    now: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    let row = rate::Entity::find_by_id(subject.to_owned()).one(conn).await?;
    let row = row.filter(|row| row.ends_at > now && row.count >= limit.times);
    Ok(row.map(|row| row.ends_at))
}

/// Deletes windows that ended before `before`.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    rate::Entity::delete_many().filter(rate::Column::EndsAt.lt(before)).exec(tx).await?;
    Ok(())
}
