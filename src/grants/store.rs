//! The queries of grants and access tokens.

use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, GrantId};
use crate::login::Session;
use crate::store::Conn;
use entities::{access_token, account, grant, session};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder};

pub(super) type Grant = grant::Model;

/// Adds a grant. `false` when its code has one already: the code was used before.
pub(super) async fn insert(tx: &impl Conn, row: Grant) -> Result<bool, Fault> {
    let rows = grant::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(grant::Column::CodeHash).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(rows == 1)
}

pub(super) async fn insert_token(tx: &impl Conn, row: access_token::Model) -> Result<(), Fault> {
    access_token::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// The grant that came of a code.
pub(super) async fn by_code(conn: &impl Conn, code_hash: Vec<u8>) -> Result<Option<Grant>, Fault> {
    Ok(grant::Entity::find().filter(grant::Column::CodeHash.eq(code_hash)).one(conn).await?)
}

/// Ends a grant; its tokens die at the gate.
pub(super) async fn revoke(tx: &impl Conn, id: GrantId, now: Timestamp) -> Result<(), Fault> {
    grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(Some(now)))
        .filter(grant::Column::Id.eq(id))
        .filter(grant::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// A live token's grant, with the session and person behind it.
pub(super) async fn by_token(
    conn: &impl Conn,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<(Grant, Option<Session>, Option<Account>)>, Fault> {
    let token = access_token::Entity::find_by_id(token_hash)
        .filter(access_token::Column::ExpiresAt.gt(now))
        .one(conn)
        .await?;
    let Some(token) = token else { return Ok(None) };
    let Some(row) = grant::Entity::find_by_id(token.grant_id).one(conn).await? else { return Ok(None) };
    let session = session::Entity::find_by_id(row.session_id).one(conn).await?;
    let account = account::Entity::find_by_id(row.account_id).one(conn).await?;
    Ok(Some((row, session, account)))
}

/// When a person first reached an application.
///
/// # Errors
/// When the database is away.
pub async fn first_use(conn: &impl Conn, account: AccountId) -> Result<Option<Timestamp>, Fault> {
    let first = grant::Entity::find()
        .filter(grant::Column::AccountId.eq(account))
        .order_by_asc(grant::Column::CreatedAt)
        .one(conn)
        .await?;
    Ok(first.map(|grant| grant.created_at))
}

/// Deletes tokens that were over before `before`. Grants stay: they say that a code was used.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    access_token::Entity::delete_many().filter(access_token::Column::ExpiresAt.lt(before)).exec(tx).await?;
    Ok(())
}
