//! The queries of grants and access tokens.

mod consents;
mod ended;
mod redeem;

pub(super) use consents::{clients_of, consent, consents, end_all_of, end_consent, put_consent};
pub(super) use ended::used_in_ended;
pub(super) use redeem::{Behind, insert, void};

use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, GrantId, SessionId};
use crate::login::{Ended, Session};
use crate::store::Conn;
use entities::{access_token, account, grant, refresh_token, revoked_token, session};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IdenStatic as _, IntoActiveModel as _,
    Iterable as _, JoinType, QueryFilter, QueryOrder, QuerySelect as _, Select,
};

pub(super) type Grant = grant::Model;

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

/// What a grant stands on.
#[derive(FromQueryResult)]
pub(super) struct Standing {
    #[sea_orm(nested)]
    pub(super) account: Account,
    #[sea_orm(nested(prefix = "s_"))]
    pub(super) session: Session,
    #[sea_orm(nested(prefix = "g_"))]
    pub(super) grant: Grant,
}

/// A live access token and what it stands on.
#[derive(FromQueryResult)]
pub(super) struct Accessed {
    #[sea_orm(nested)]
    pub(super) standing: Standing,
    #[sea_orm(nested(prefix = "t_"))]
    pub(super) token: access_token::Model,
}

/// A refresh token, alive or not, and what it stands on.
#[derive(FromQueryResult)]
pub(super) struct Refreshing {
    #[sea_orm(nested)]
    pub(super) standing: Standing,
    #[sea_orm(nested(prefix = "t_"))]
    pub(super) token: refresh_token::Model,
}

/// A live token's grant, with the session and person behind it, in one read.
pub(super) async fn by_token(
    conn: &impl Conn,
    token_hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Accessed>, Fault> {
    let token = grant::Entity::belongs_to(access_token::Entity)
        .from(grant::Column::Id)
        .to(access_token::Column::GrantId);
    let query =
        with_columns::<access_token::Entity>(standing().join(JoinType::InnerJoin, token.into()), "t_")
            .filter(access_token::Column::TokenHash.eq(token_hash))
            .filter(access_token::Column::ExpiresAt.gt(now));
    Ok(query.into_model::<Accessed>().one(conn).await?)
}

/// A refresh token's grant, with the session and person behind it, in one read.
pub(super) async fn by_refresh(conn: &impl Conn, token_hash: Vec<u8>) -> Result<Option<Refreshing>, Fault> {
    let token = grant::Entity::belongs_to(refresh_token::Entity)
        .from(grant::Column::Id)
        .to(refresh_token::Column::GrantId);
    let query =
        with_columns::<refresh_token::Entity>(standing().join(JoinType::InnerJoin, token.into()), "t_")
            .filter(refresh_token::Column::TokenHash.eq(token_hash));
    Ok(query.into_model::<Refreshing>().one(conn).await?)
}

fn standing() -> Select<account::Entity> {
    let grant =
        session::Entity::belongs_to(grant::Entity).from(session::Column::Id).to(grant::Column::SessionId);
    let session =
        account::Entity::belongs_to(session::Entity).from(account::Column::Id).to(session::Column::AccountId);
    let query = account::Entity::find()
        .join(JoinType::InnerJoin, session.into())
        .join(JoinType::InnerJoin, grant.into());
    with_columns::<grant::Entity>(with_columns::<session::Entity>(query, "s_"), "g_")
}

fn with_columns<E: EntityTrait>(query: Select<account::Entity>, prefix: &str) -> Select<account::Entity> {
    E::Column::iter()
        .fold(query, |query, column| query.column_as(column, format!("{prefix}{}", column.as_str())))
}

/// Whether the token that took a refresh token's place was used itself.
pub(super) async fn is_used(conn: &impl Conn, token_hash: Vec<u8>) -> Result<bool, Fault> {
    let row = refresh_token::Entity::find_by_id(token_hash).one(conn).await?;
    Ok(row.is_none_or(|row| row.used_at.is_some()))
}

pub(super) async fn insert_refresh(tx: &impl Conn, row: refresh_token::Model) -> Result<(), Fault> {
    refresh_token::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// What a refresh token was used for.
pub(super) struct Use {
    pub(super) request_hash: Vec<u8>,
    pub(super) next_hash: Vec<u8>,
    pub(super) answer: Vec<u8>,
}

/// Uses a refresh token up: of several callers exactly one sees `true`.
pub(super) async fn spend_refresh(
    tx: &impl Conn,
    token_hash: &[u8],
    now: Timestamp,
    it: Use,
) -> Result<bool, Fault> {
    let spent = refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::UsedAt, Expr::value(Some(now)))
        .col_expr(refresh_token::Column::RequestHash, Expr::value(Some(it.request_hash)))
        .col_expr(refresh_token::Column::NextHash, Expr::value(Some(it.next_hash)))
        .col_expr(refresh_token::Column::Answer, Expr::value(Some(it.answer)))
        .filter(refresh_token::Column::TokenHash.eq(token_hash.to_vec()))
        .filter(refresh_token::Column::UsedAt.is_null())
        .exec(tx)
        .await?;
    Ok(spent.rows_affected == 1)
}

/// Moves the end of an idle refresh token that is kept.
pub(super) async fn touch_refresh(tx: &impl Conn, token_hash: &[u8], until: Timestamp) -> Result<(), Fault> {
    refresh_token::Entity::update_many()
        .col_expr(refresh_token::Column::ExpiresAt, Expr::value(until))
        .filter(refresh_token::Column::TokenHash.eq(token_hash.to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends a grant with everything that came of it. `false` when it was over.
pub(super) async fn end(tx: &impl Conn, grant: GrantId, now: Timestamp) -> Result<bool, Fault> {
    let ended = grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(Some(now)))
        .filter(grant::Column::Id.eq(grant))
        .filter(grant::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Ends what a person's applications may do when the person is away: a changed password takes it back (A53).
///
/// # Errors
/// When the database is away.
pub async fn end_offline(tx: &impl Conn, account: AccountId, now: Timestamp) -> Result<u64, Fault> {
    let ended = grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(Some(now)))
        .filter(grant::Column::AccountId.eq(account))
        .filter(grant::Column::Offline.eq(true))
        .filter(grant::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected)
}

/// Takes one access token back. `false` when there is none.
pub(super) async fn remove_token(tx: &impl Conn, token_hash: Vec<u8>) -> Result<bool, Fault> {
    Ok(access_token::Entity::delete_by_id(token_hash).exec(tx).await?.rows_affected == 1)
}

/// Notes that a signed token is not to be believed any more.
pub(super) async fn revoke_jti(
    tx: &impl Conn,
    jti_hash: Vec<u8>,
    expires_at: Timestamp,
) -> Result<(), Fault> {
    let row = revoked_token::Model { jti_hash, expires_at };
    revoked_token::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(revoked_token::Column::JtiHash).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

pub(super) async fn is_revoked(conn: &impl Conn, jti_hash: Vec<u8>) -> Result<bool, Fault> {
    Ok(revoked_token::Entity::find_by_id(jti_hash).one(conn).await?.is_some())
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

/// What an application was used for in a session that ended.
#[derive(FromQueryResult)]
pub(super) struct Used {
    pub(super) client_id: String,
    pub(super) session_id: SessionId,
    pub(super) account_id: AccountId,
    pub(super) offline: bool,
    pub(super) auth_time: Timestamp,
    pub(super) created_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// The grants that were good when their sessions ended. What was revoked with them still was.
pub(super) async fn used_in(conn: &impl Conn, ended: Ended) -> Result<Vec<Used>, Fault> {
    let session =
        grant::Entity::belongs_to(session::Entity).from(grant::Column::SessionId).to(session::Column::Id);
    let good =
        Condition::any().add(grant::Column::RevokedAt.is_null()).add(grant::Column::RevokedAt.gte(ended.at));
    let query = grant::Entity::find()
        .join(JoinType::InnerJoin, session.into())
        .filter(session::Column::EndedAt.eq(ended.at))
        .filter(good)
        .filter(grant::Column::Scope.ne(""));
    let query = match (ended.session, ended.account) {
        (Some(id), _) => query.filter(grant::Column::SessionId.eq(id)),
        (None, Some(id)) => query.filter(grant::Column::AccountId.eq(id)),
        (None, None) => return Ok(Vec::new()),
    };
    let columns = [
        grant::Column::ClientId,
        grant::Column::SessionId,
        grant::Column::AccountId,
        grant::Column::Offline,
        grant::Column::AuthTime,
        grant::Column::CreatedAt,
    ];
    let query = query.select_only().columns(columns).column(session::Column::ExpiresAt);
    Ok(query.into_model::<Used>().all(conn).await?)
}

/// Deletes tokens that were over before `before`. Grants stay: they say that a code was used.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    access_token::Entity::delete_many().filter(access_token::Column::ExpiresAt.lt(before)).exec(tx).await?;
    refresh_token::Entity::delete_many().filter(refresh_token::Column::EndsAt.lt(before)).exec(tx).await?;
    revoked_token::Entity::delete_many().filter(revoked_token::Column::ExpiresAt.lt(before)).exec(tx).await?;
    Ok(())
}
