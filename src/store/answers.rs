//! Answers of calls that may be sent twice and count once. Whoever claims a handle first does the work; the others get what
//! it answered. A claim of somebody who died stands until it ends: nobody knows how far the work came.

use super::{Conn, Tx};
use crate::clock::Timestamp;
use crate::fault::Fault;
use entities::kept_answer::{Column, Entity, Model};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QuerySelect};

/// One call: who calls, what, with which key, and what is said.
#[derive(Clone, Debug)]
pub struct Handle {
    /// MAC over caller, call and key.
    pub handle: Vec<u8>,
    /// SHA-256 of the body.
    pub body_hash: Vec<u8>,
    /// Random: tells this attempt from any other.
    pub mark: Vec<u8>,
}

/// What is known of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody makes or made it: it is the caller's now.
    Mine,
    /// It was answered: sealed, as it was kept.
    Answered(Vec<u8>),
    /// Somebody is at it.
    UnderWay,
    /// The key was used with another body.
    OtherBody,
}

/// Claims a call until `ends_at`.
///
/// # Errors
/// When the database is away.
pub async fn claim(tx: &Tx, it: &Handle, now: Timestamp, ends_at: Timestamp) -> Result<Claim, Fault> {
    let row = Model {
        handle: it.handle.clone(),
        body_hash: it.body_hash.clone(),
        mark: it.mark.clone(),
        answer: None,
        ends_at,
    };
    let made = Entity::insert(row.clone().into_active_model())
        .on_conflict(OnConflict::column(Column::Handle).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    if made == 1 {
        return Ok(Claim::Mine);
    }
    let known = Entity::find_by_id(it.handle.clone()).lock_exclusive().one(tx).await?;
    match known {
        Some(known) if known.ends_at > now => Ok(standing(known, it)),
        // It went away in between: whoever asks again finds it free.
        None => Ok(Claim::UnderWay),
        Some(_) => {
            Entity::delete_by_id(it.handle.clone()).exec(tx).await?;
            Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
            Ok(Claim::Mine)
        }
    }
}

/// What is known of a call, without claiming it; `None` when nobody makes it.
///
/// # Errors
/// When the database is away.
pub async fn look(conn: &impl Conn, it: &Handle, now: Timestamp) -> Result<Option<Claim>, Fault> {
    let known = Entity::find_by_id(it.handle.clone()).one(conn).await?;
    Ok(known.filter(|known| known.ends_at > now).map(|known| standing(known, it)))
}

fn standing(known: Model, it: &Handle) -> Claim {
    match known.answer {
        _ if known.body_hash != it.body_hash => Claim::OtherBody,
        Some(answer) => Claim::Answered(answer),
        None => Claim::UnderWay,
    }
}

/// Keeps the answer of a claimed call until then. Nothing when somebody else has claimed it since.
///
/// # Errors
/// When the database is away.
pub async fn keep(tx: &Tx, it: &Handle, answer: Vec<u8>, until: Timestamp) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::Answer, Expr::value(answer))
        .col_expr(Column::EndsAt, Expr::value(until))
        .filter(Column::Handle.eq(it.handle.clone()))
        .filter(Column::Mark.eq(it.mark.clone()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives a claim back: nothing came of the call.
///
/// # Errors
/// When the database is away.
pub async fn give_back(tx: &Tx, it: &Handle) -> Result<(), Fault> {
    Entity::delete_many()
        .filter(Column::Handle.eq(it.handle.clone()))
        .filter(Column::Mark.eq(it.mark.clone()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes what ended before `before`.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    Entity::delete_many().filter(Column::EndsAt.lt(before)).exec(tx).await?;
    Ok(())
}
