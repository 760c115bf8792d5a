//! Durable counters: failures in a row, and how often something was done in a window.

use super::throttle::{self, Count, Policy, Verdict};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::store::Tx;
use entities::{counter, rate};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

/// Counts one more guess if it may be evaluated. Parallel guesses on one subject wait for each
/// other here: the row is made first, then locked.
pub(super) async fn count_guess(
    tx: &Tx,
    subject: &str,
    policy: Policy,
    now: Timestamp,
) -> Result<Verdict, Fault> {
    let fresh = counter::ActiveModel {
        subject: Set(subject.to_owned()),
        failures: Set(0),
        since: Set(now),
        wait_until: Set(Timestamp(0)),
        updated_at: Set(now),
    };
    counter::Entity::insert(fresh)
        .on_conflict(OnConflict::column(counter::Column::Subject).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    let row = counter::Entity::find_by_id(subject.to_owned()).lock_exclusive().one(tx).await?;
    let row = row.ok_or_else(|| Fault::internal("a counter vanished"))?;
    let count = Count { failures: row.failures, wait_until: row.wait_until };
    let verdict = throttle::guess(count, policy, now);
    if let Verdict::Evaluate(next) = verdict {
        counter::Entity::update_many()
            .col_expr(counter::Column::Failures, Expr::value(next.failures))
            .col_expr(counter::Column::WaitUntil, Expr::value(next.wait_until))
            .col_expr(counter::Column::UpdatedAt, Expr::value(now))
            .filter(counter::Column::Subject.eq(subject))
            .exec(tx)
            .await?;
    }
    Ok(verdict)
}

/// Clears the failures of a subject after a success.
pub(super) async fn clear(tx: &Tx, subject: &str, now: Timestamp) -> Result<(), Fault> {
    counter::Entity::update_many()
        .col_expr(counter::Column::Failures, Expr::value(0))
        .col_expr(counter::Column::WaitUntil, Expr::value(Timestamp(0)))
        .col_expr(counter::Column::UpdatedAt, Expr::value(now))
        .filter(counter::Column::Subject.eq(subject))
        .exec(tx)
        .await?;
    Ok(())
}

/// A limit: so often in so many seconds.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// How often.
    pub times: i32,
    /// Length of the window in seconds.
    pub seconds: i64,
}

/// Counts one more use of `subject`. `Some(until)` when the limit is reached: then nothing may
/// happen, and nothing was counted.
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
