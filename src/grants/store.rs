//! The queries of grants.

mod consents;
mod ended;
mod redeem;
mod tokens;

pub(super) use consents::{
    clients_of, consent, consents, end_all_of, end_consent, hold_consent, put_consent,
};
pub(super) use ended::used_in_ended;
pub(super) use redeem::{Behind, insert, void};
pub(super) use tokens::{
    Token, Turn, Use, by_access, by_hash, by_refresh, insert_tokens, is_used, remove_token, turn, turn_back,
};

use crate::accounts::Account;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, GrantId, SessionId};
use crate::login::{Ended, Session};
use crate::store::Conn;
use entities::{account, grant, revoked_token, session};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, IdenStatic as _, IntoActiveModel as _,
    Iterable as _, JoinType, QueryFilter, QueryOrder, QuerySelect as _, Select,
};

pub(super) type Grant = grant::Model;

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
    tokens::sweep(tx, before).await?;
    revoked_token::Entity::delete_many().filter(revoked_token::Column::ExpiresAt.lt(before)).exec(tx).await?;
    Ok(())
}
