//! The queries of phones and text-message codes.

use super::sms::Purpose;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, AuthenticatorId, ChallengeId};
use crate::store::{Conn, Tx};
use entities::{authenticator, challenge};
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel as _, PaginatorTrait as _, QueryFilter, QueryOrder,
    QuerySelect as _,
};

/// The phone of an account: the proved one, else the newest that waits for its code.
pub(super) async fn phone(
    conn: &impl Conn,
    account: AccountId,
) -> Result<Option<authenticator::Model>, Fault> {
    let rows = phones(conn, account).await?;
    let proved = rows.iter().position(|row| row.verified_at.is_some()).unwrap_or(0);
    Ok(rows.into_iter().nth(proved))
}

/// Every phone of an account that was not taken off, the newest first.
pub(super) async fn phones(conn: &impl Conn, account: AccountId) -> Result<Vec<authenticator::Model>, Fault> {
    let query = authenticator::Entity::find()
        .filter(authenticator::Column::AccountId.eq(account))
        .filter(authenticator::Column::RemovedAt.is_null())
        .order_by_desc(authenticator::Column::CreatedAt);
    Ok(query.all(conn).await?)
}

/// A phone by id.
pub(super) async fn phone_by_id(
    conn: &impl Conn,
    id: AuthenticatorId,
) -> Result<Option<authenticator::Model>, Fault> {
    Ok(authenticator::Entity::find_by_id(id).one(conn).await?)
}

/// How many other accounts have proved this number.
pub(super) async fn others_with(conn: &impl Conn, phone: &str, account: AccountId) -> Result<u64, Fault> {
    let count = authenticator::Entity::find()
        .filter(authenticator::Column::Phone.eq(phone))
        .filter(authenticator::Column::AccountId.ne(account))
        .filter(authenticator::Column::VerifiedAt.is_not_null())
        .filter(authenticator::Column::RemovedAt.is_null())
        .count(conn)
        .await?;
    Ok(count)
}

/// Takes off every phone of an account that waits for its code.
pub(super) async fn remove_pending(tx: &impl Conn, account: AccountId, now: Timestamp) -> Result<(), Fault> {
    authenticator::Entity::update_many()
        .col_expr(authenticator::Column::RemovedAt, Expr::value(Some(now)))
        .filter(authenticator::Column::AccountId.eq(account))
        .filter(authenticator::Column::VerifiedAt.is_null())
        .filter(authenticator::Column::RemovedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether a phone has not been taken off; it stays so until the end of the write.
pub(super) async fn is_on(tx: &Tx, id: AuthenticatorId) -> Result<bool, Fault> {
    let row = authenticator::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    Ok(row.is_some_and(|row| row.removed_at.is_none()))
}

pub(super) async fn insert_phone(tx: &impl Conn, row: authenticator::Model) -> Result<(), Fault> {
    authenticator::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Notes that a code proved a phone. `false` when it was proved before.
pub(super) async fn mark_proved(tx: &impl Conn, id: AuthenticatorId, now: Timestamp) -> Result<bool, Fault> {
    let done = authenticator::Entity::update_many()
        .col_expr(authenticator::Column::VerifiedAt, Expr::value(Some(now)))
        .filter(authenticator::Column::Id.eq(id))
        .filter(authenticator::Column::VerifiedAt.is_null())
        .filter(authenticator::Column::RemovedAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The newest code of a sign-in or recovery in progress that went to this phone.
pub(super) async fn newest(
    conn: &impl Conn,
    (purpose, bound_to): (Purpose, &[u8]),
    phone: AuthenticatorId,
) -> Result<Option<challenge::Model>, Fault> {
    let row = challenge::Entity::find()
        .filter(challenge::Column::AuthenticatorId.eq(phone))
        .filter(challenge::Column::BoundTo.eq(bound_to.to_vec()))
        .filter(challenge::Column::Purpose.eq(purpose.name()))
        .order_by_desc(challenge::Column::CreatedAt)
        .order_by_desc(challenge::Column::Id)
        .one(conn)
        .await?;
    Ok(row)
}

pub(super) async fn by_id(conn: &impl Conn, id: ChallengeId) -> Result<Option<challenge::Model>, Fault> {
    Ok(challenge::Entity::find_by_id(id).one(conn).await?)
}

pub(super) async fn insert(tx: &impl Conn, row: challenge::Model) -> Result<(), Fault> {
    challenge::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Counts one more send. `false` when another tab was first.
pub(super) async fn count_send(
    tx: &impl Conn,
    row: &challenge::Model,
    now: Timestamp,
) -> Result<bool, Fault> {
    let counted = challenge::Entity::update_many()
        .col_expr(challenge::Column::Sends, Expr::value(row.sends + 1))
        .col_expr(challenge::Column::SentAt, Expr::value(now))
        .filter(challenge::Column::Id.eq(row.id))
        .filter(challenge::Column::Sends.eq(row.sends))
        .exec(tx)
        .await?;
    Ok(counted.rows_affected == 1)
}

/// Counts one guess at a live code. `false` when it has none left.
pub(super) async fn count_guess(
    tx: &impl Conn,
    id: ChallengeId,
    most: i32,
    now: Timestamp,
) -> Result<bool, Fault> {
    let counted = challenge::Entity::update_many()
        .col_expr(challenge::Column::Guesses, Expr::col(challenge::Column::Guesses).add(1))
        .filter(challenge::Column::Id.eq(id))
        .filter(challenge::Column::Guesses.lt(most))
        .filter(challenge::Column::UsedAt.is_null())
        .filter(challenge::Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(counted.rows_affected == 1)
}

/// Uses a code up: of several callers exactly one sees `true`.
pub(super) async fn spend(tx: &impl Conn, id: ChallengeId, now: Timestamp) -> Result<bool, Fault> {
    let spent = challenge::Entity::update_many()
        .col_expr(challenge::Column::UsedAt, Expr::value(Some(now)))
        .filter(challenge::Column::Id.eq(id))
        .filter(challenge::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(spent.rows_affected == 1)
}
