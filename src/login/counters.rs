//! Durable counters of failures in a row.

use super::throttle::{self, Count, Policy, Verdict};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::store::Tx;
use entities::{challenge, counter};
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

/// Takes the turn of a subject before anything else is locked, as every guess does: otherwise a code that is spent and one
/// that is guessed at wait for each other, and PostgreSQL ends one of them.
pub(super) async fn hold(tx: &Tx, subject: &str) -> Result<(), Fault> {
    counter::Entity::find_by_id(subject.to_owned()).lock_exclusive().one(tx).await?;
    Ok(())
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

/// Deletes dead codes, and counters that no failure touched since `before`. A counter
/// that still holds a wait, or is off, stays.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &Tx, before: Timestamp) -> Result<(), Fault> {
    challenge::Entity::delete_many().filter(challenge::Column::ExpiresAt.lt(before)).exec(tx).await?;
    counter::Entity::delete_many()
        .filter(counter::Column::UpdatedAt.lt(before))
        .filter(counter::Column::Failures.eq(0))
        .exec(tx)
        .await?;
    counter::Entity::delete_many()
        .filter(counter::Column::UpdatedAt.lt(before.plus(-90 * 24 * 3600)))
        .filter(counter::Column::Subject.like("password:?%"))
        .exec(tx)
        .await?;
    Ok(())
}
