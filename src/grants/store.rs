//! The queries of grants and access tokens.

use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, SessionId};
use crate::login::Session;
use crate::store::Conn;
use entities::{access_token, account, grant, session};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IdenStatic as _, IntoActiveModel as _, Iterable as _,
    JoinType, QueryFilter, QueryOrder, QuerySelect as _, RelationDef,
};

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

/// Ends what came of a code; its tokens die at the gate. Gives the grant if it was alive.
pub(super) async fn revoke(
    tx: &impl Conn,
    code_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Grant>, Fault> {
    let Some(grant) = by_code(tx, code_hash).await? else { return Ok(None) };
    let ended = grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(Some(now)))
        .filter(grant::Column::Id.eq(grant.id))
        .filter(grant::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok((ended.rows_affected == 1).then_some(grant))
}

/// A session and its person.
pub(super) async fn behind(
    conn: &impl Conn,
    session: SessionId,
    account: AccountId,
) -> Result<Option<(Session, Account)>, Fault> {
    let row = session::Entity::find_by_id(session)
        .filter(session::Column::AccountId.eq(account))
        .join(JoinType::InnerJoin, person())
        .select_also(account::Entity)
        .one(conn)
        .await?;
    Ok(row.and_then(|(session, account)| Some((session, account?))))
}

/// What a live token stands on.
#[derive(FromQueryResult)]
pub(super) struct Standing {
    #[sea_orm(nested)]
    pub(super) account: Account,
    #[sea_orm(nested(prefix = "s_"))]
    pub(super) session: Session,
    #[sea_orm(nested(prefix = "g_"))]
    pub(super) grant: Grant,
}

/// A live token's grant, with the session and person behind it, in one read.
pub(super) async fn by_token(
    conn: &impl Conn,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Standing>, Fault> {
    let token = grant::Entity::belongs_to(access_token::Entity)
        .from(grant::Column::Id)
        .to(access_token::Column::GrantId);
    let grant =
        session::Entity::belongs_to(grant::Entity).from(session::Column::Id).to(grant::Column::SessionId);
    let session =
        account::Entity::belongs_to(session::Entity).from(account::Column::Id).to(session::Column::AccountId);
    let mut query = account::Entity::find()
        .join(JoinType::InnerJoin, session.into())
        .join(JoinType::InnerJoin, grant.into())
        .join(JoinType::InnerJoin, token.into())
        .filter(access_token::Column::TokenHash.eq(token_hash))
        .filter(access_token::Column::ExpiresAt.gt(now));
    for column in session::Column::iter() {
        query = query.column_as(column, format!("s_{}", column.as_str()));
    }
    for column in grant::Column::iter() {
        query = query.column_as(column, format!("g_{}", column.as_str()));
    }
    Ok(query.into_model::<Standing>().one(conn).await?)
}

fn person() -> RelationDef {
    session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id)
        .into()
}

/// When a person first reached an application. A code that was spent for nothing (`exchange`) does not count.
///
/// # Errors
/// When the database is away.
pub async fn first_use(conn: &impl Conn, account: AccountId) -> Result<Option<Timestamp>, Fault> {
    let first = grant::Entity::find()
        .filter(grant::Column::AccountId.eq(account))
        .filter(grant::Column::Scope.ne(""))
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
