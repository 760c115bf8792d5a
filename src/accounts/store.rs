//! The queries of accounts.

use super::proof::{Proof, Purpose};
use super::{Account, Stored};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, MailProofId};
use crate::store::Conn;
use entities::account::{Column, Entity};
use entities::mail_proof;
use sea_orm::sea_query::{Expr, ExprTrait as _};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder, QuerySelect,
};

/// By id.
///
/// # Errors
/// When the database is away.
pub async fn find(conn: &impl Conn, id: AccountId) -> Result<Option<Account>, Fault> {
    Ok(Entity::find_by_id(id).one(conn).await?)
}

/// By the address as compared.
///
/// # Errors
/// When the database is away.
pub async fn by_address(conn: &impl Conn, key: &str) -> Result<Option<Account>, Fault> {
    Ok(Entity::find().filter(Column::EmailKey.eq(key)).one(conn).await?)
}

/// Newest first, at most `limit`.
///
/// # Errors
/// When the database is away.
pub async fn list(conn: &impl Conn, limit: u64) -> Result<Vec<Account>, Fault> {
    Ok(Entity::find().order_by_desc(Column::CreatedAt).limit(limit).all(conn).await?)
}

/// Makes an account.
///
/// # Errors
/// When the database is away or the address has an account already.
pub async fn insert(tx: &impl Conn, account: Account) -> Result<(), Fault> {
    Entity::insert(account.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Notes that the address is proved. `false` when it was already.
///
/// # Errors
/// When the database is away.
pub async fn mark_verified(tx: &impl Conn, id: AccountId, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::EmailVerifiedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::EmailVerifiedAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Sets a new deadline for the proof. `false` when the address is proved: it has no deadline then.
///
/// # Errors
/// When the database is away.
pub async fn new_deadline(tx: &impl Conn, id: AccountId, verify_by: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::VerifyBy, Expr::value(verify_by))
        .col_expr(Column::Reminders, Expr::value(0))
        .filter(Column::Id.eq(id))
        .filter(Column::EmailVerifiedAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Closes the account to sign-in. `false` when it was closed already.
///
/// # Errors
/// When the database is away.
pub async fn mark_disabled(tx: &impl Conn, id: AccountId, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::DisabledAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::DisabledAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Opens a closed account again. `false` when it was open, or was taken away from its address: that one stays closed.
///
/// # Errors
/// When the database is away.
pub async fn mark_enabled(tx: &impl Conn, id: AccountId) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::DisabledAt, Expr::value(None::<Timestamp>))
        .filter(Column::Id.eq(id))
        .filter(Column::DisabledAt.is_not_null())
        .filter(Column::EmailKey.ne(closed_key(id)))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// An account that nobody else changes until this write is over.
///
/// # Errors
/// When the database is away.
pub async fn lock(tx: &impl Conn, id: AccountId) -> Result<Option<Account>, Fault> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// Whether one of these people can sign in: verified and not disabled.
///
/// # Errors
/// When the database is away.
pub async fn any_open(conn: &impl Conn, ids: impl IntoIterator<Item = AccountId>) -> Result<bool, Fault> {
    let query = Entity::find()
        .filter(Column::Id.is_in(ids))
        .filter(Column::EmailVerifiedAt.is_not_null())
        .filter(Column::DisabledAt.is_null());
    Ok(query.one(conn).await?.is_some())
}

/// What stands in the place of an address that was taken away: no address looks so.
fn closed_key(id: AccountId) -> String {
    format!("closed:{id}")
}

/// Sets the password.
///
/// # Errors
/// When the database is away.
pub async fn set_password(
    tx: &impl Conn,
    id: AccountId,
    stored: Stored,
    now: Timestamp,
) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(stored.hash))
        .col_expr(Column::PepperId, Expr::value(stored.pepper_id))
        .col_expr(Column::PasswordSetAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes an account away from its address, which may then be invited again: the row stays, disabled,
/// so that its id is never used again.
///
/// # Errors
/// When the database is away.
pub async fn close(tx: &impl Conn, id: AccountId, now: Timestamp) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::EmailKey, Expr::value(closed_key(id)))
        .col_expr(Column::DisabledAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Accounts whose address is not proved, that were told fewer than `reminders` times and whose
/// deadline is at or before `verify_by_before`.
///
/// # Errors
/// When the database is away.
pub async fn due_for_reminder(
    conn: &impl Conn,
    reminders: i32,
    verify_by_before: Timestamp,
) -> Result<Vec<Account>, Fault> {
    let rows = Entity::find()
        .filter(Column::EmailVerifiedAt.is_null())
        .filter(Column::DisabledAt.is_null())
        .filter(Column::Reminders.lt(reminders))
        .filter(Column::VerifyBy.lte(verify_by_before))
        .order_by_asc(Column::CreatedAt)
        .limit(200)
        .all(conn)
        .await?;
    Ok(rows)
}

/// Notes that so many reminders went out. `false` when another worker was first.
///
/// # Errors
/// When the database is away.
pub async fn set_reminders(tx: &impl Conn, id: AccountId, from: i32, to: i32) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::Reminders, Expr::value(to))
        .filter(Column::Id.eq(id))
        .filter(Column::Reminders.eq(from))
        .filter(Column::EmailVerifiedAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Adds a proof by e-mail and kills older live ones of the same purpose and address (L6).
///
/// # Errors
/// When the database is away.
pub async fn insert_proof(tx: &impl Conn, row: Proof) -> Result<(), Fault> {
    mail_proof::Entity::update_many()
        .col_expr(mail_proof::Column::SupersededAt, Expr::value(Some(row.created_at)))
        .filter(mail_proof::Column::Purpose.eq(row.purpose.as_str()))
        .filter(mail_proof::Column::EmailKey.eq(row.email_key.as_str()))
        .filter(mail_proof::Column::SupersededAt.is_null())
        .exec(tx)
        .await?;
    mail_proof::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// A proof by the hash of its link's token.
///
/// # Errors
/// When the database is away.
pub async fn proof_by_token(
    conn: &impl Conn,
    purpose: Purpose,
    token_hash: Vec<u8>,
) -> Result<Option<Proof>, Fault> {
    let row = mail_proof::Entity::find()
        .filter(mail_proof::Column::TokenHash.eq(token_hash))
        .filter(mail_proof::Column::Purpose.eq(purpose.name()))
        .one(conn)
        .await?;
    Ok(row)
}

/// A proof by its id.
///
/// # Errors
/// When the database is away.
pub async fn proof_by_id(conn: &impl Conn, id: MailProofId) -> Result<Option<Proof>, Fault> {
    Ok(mail_proof::Entity::find_by_id(id).one(conn).await?)
}

/// The newest proof of an account for a purpose.
///
/// # Errors
/// When the database is away.
pub async fn newest_proof(
    conn: &impl Conn,
    purpose: Purpose,
    account: AccountId,
) -> Result<Option<Proof>, Fault> {
    let row = mail_proof::Entity::find()
        .filter(mail_proof::Column::AccountId.eq(account))
        .filter(mail_proof::Column::Purpose.eq(purpose.name()))
        .filter(mail_proof::Column::SupersededAt.is_null())
        .order_by_desc(mail_proof::Column::CreatedAt)
        .one(conn)
        .await?;
    Ok(row)
}

/// Counts one typed code at a live proof. `false` when it is dead or out of tries: then nothing may
/// be compared. Committed before the comparison, so parallel guesses are exact.
///
/// # Errors
/// When the database is away.
pub(super) async fn count_proof_guess(
    tx: &impl Conn,
    id: MailProofId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let counted = mail_proof::Entity::update_many()
        .col_expr(mail_proof::Column::Guesses, Expr::col(mail_proof::Column::Guesses).add(1))
        .filter(live_proof(id, now))
        .filter(mail_proof::Column::Guesses.lt(super::proof::GUESSES))
        .exec(tx)
        .await?;
    Ok(counted.rows_affected == 1)
}

/// Uses a live proof up. Of several callers exactly one sees `true`.
///
/// # Errors
/// When the database is away.
pub async fn spend_proof(tx: &impl Conn, id: MailProofId, now: Timestamp) -> Result<bool, Fault> {
    let spent = mail_proof::Entity::update_many()
        .col_expr(mail_proof::Column::UsedAt, Expr::value(Some(now)))
        .filter(live_proof(id, now))
        .exec(tx)
        .await?;
    Ok(spent.rows_affected == 1)
}

/// Kills every live proof of an account, e.g. when its password changed.
///
/// # Errors
/// When the database is away.
pub async fn kill_proofs(
    tx: &impl Conn,
    purpose: Purpose,
    account: AccountId,
    now: Timestamp,
) -> Result<(), Fault> {
    mail_proof::Entity::update_many()
        .col_expr(mail_proof::Column::SupersededAt, Expr::value(Some(now)))
        .filter(mail_proof::Column::AccountId.eq(account))
        .filter(mail_proof::Column::Purpose.eq(purpose.name()))
        .filter(mail_proof::Column::SupersededAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn live_proof(id: MailProofId, now: Timestamp) -> Condition {
    Condition::all()
        .add(mail_proof::Column::Id.eq(id))
        .add(mail_proof::Column::UsedAt.is_null())
        .add(mail_proof::Column::SupersededAt.is_null())
        .add(mail_proof::Column::ExpiresAt.gt(now))
}

/// Deletes proofs that were dead before `before`.
///
/// # Errors
/// When the database is away.
pub async fn sweep_proofs(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    mail_proof::Entity::delete_many().filter(mail_proof::Column::ExpiresAt.lt(before)).exec(tx).await?;
    Ok(())
}
