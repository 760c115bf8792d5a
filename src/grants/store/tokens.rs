//! The queries of tokens, both kinds.

use super::redeem::{Behind, behind, of_facts};
use super::{Grant, Standing, standing, with_columns};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::store::Conn;
use entities::{grant, token};
use sea_orm::sea_query::{Expr, Query, ReturningClause};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel as _, JoinType,
    QueryFilter, QuerySelect as _,
};

/// A token, alive or not, and what it stands on.
#[derive(FromQueryResult)]
pub(in crate::grants) struct Token {
    #[sea_orm(nested)]
    pub(in crate::grants) standing: Standing,
    #[sea_orm(nested(prefix = "t_"))]
    pub(in crate::grants) row: token::Model,
}

/// Stores what one answer hands out.
pub(in crate::grants) async fn insert_tokens(tx: &impl Conn, rows: Vec<token::Model>) -> Result<(), Fault> {
    let rows = rows.into_iter().map(|row| row.into_active_model());
    token::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// A token of either kind with the grant, session and person behind it, in one read.
pub(in crate::grants) async fn by_hash(conn: &impl Conn, hash: Vec<u8>) -> Result<Option<Token>, Fault> {
    let token = grant::Entity::belongs_to(token::Entity).from(grant::Column::Id).to(token::Column::GrantId);
    let query = with_columns::<token::Entity>(standing().join(JoinType::InnerJoin, token.into()), "t_");
    let query = query.filter(token::Column::TokenHash.eq(hash));
    Ok(query.into_model::<Token>().one(conn).await?)
}

/// The same, if it is a live access token.
pub(in crate::grants) async fn by_access(
    conn: &impl Conn,
    hash: Vec<u8>,
    now: Timestamp,
) -> Result<Option<Token>, Fault> {
    let found = by_hash(conn, hash).await?;
    Ok(found.filter(|it| !it.row.is_refresh && it.row.expires_at > now))
}

/// The same, if it is a refresh token.
pub(in crate::grants) async fn by_refresh(conn: &impl Conn, hash: Vec<u8>) -> Result<Option<Token>, Fault> {
    Ok(by_hash(conn, hash).await?.filter(|it| it.row.is_refresh))
}

/// Whether the token that took a refresh token's place was used itself.
pub(in crate::grants) async fn is_used(conn: &impl Conn, hash: Vec<u8>) -> Result<bool, Fault> {
    let row = token::Entity::find_by_id(hash).one(conn).await?;
    Ok(row.is_none_or(|row| row.used_at.is_some()))
}

/// What a refresh token was used for.
pub(in crate::grants) struct Use {
    pub(in crate::grants) request_hash: Vec<u8>,
    pub(in crate::grants) next_hash: Vec<u8>,
    pub(in crate::grants) answer: Vec<u8>,
}

/// What a refresh token that is presented becomes.
pub(in crate::grants) enum Turn {
    /// Used up: another takes its place.
    Spent(Use),
    /// Kept, until then if it is not used again.
    Kept(Timestamp),
}

/// Uses a refresh token: of several callers that use one up exactly one is not told `None`. Gives what its grant stands
/// on now, and when it was revoked, if it was.
pub(in crate::grants) async fn turn(
    tx: &impl Conn,
    it: &Token,
    turn: Turn,
    now: Timestamp,
) -> Result<Option<(Behind, Option<Timestamp>)>, Fault> {
    let grant = &it.standing.grant;
    let changes = match turn {
        Turn::Spent(used) => vec![
            (token::Column::UsedAt, Expr::value(Some(now))),
            (token::Column::RequestHash, Expr::value(Some(used.request_hash))),
            (token::Column::NextHash, Expr::value(Some(used.next_hash))),
            (token::Column::Answer, Expr::value(Some(used.answer))),
        ],
        Turn::Kept(until) => vec![(token::Column::ExpiresAt, Expr::value(until))],
    };
    let mut facts = of_facts((grant.session_id, grant.account_id));
    facts.push(revoked_at(grant));
    let statement = Query::update()
        .table(token::Entity)
        .values(changes)
        .and_where(token::Column::TokenHash.eq(it.row.token_hash.clone()))
        .and_where(token::Column::UsedAt.is_null())
        .returning(ReturningClause::Exprs(facts))
        .to_owned();
    let Some(row) = tx.query_one(&statement).await? else { return Ok(None) };
    Ok(Some((behind(&row, now)?, row.try_get_by_index(5)?)))
}

fn revoked_at(grant: &Grant) -> Expr {
    super::redeem::look(grant::Entity, grant::Column::RevokedAt, grant::Column::Id.eq(grant.id))
}

/// Makes a refresh token again what it was: nothing came of its use.
pub(in crate::grants) async fn turn_back(tx: &impl Conn, it: &Token) -> Result<(), Fault> {
    token::Entity::update(it.row.clone().into_active_model().reset_all()).exec(tx).await?;
    Ok(())
}

/// Takes one token back. `false` when there is none.
pub(in crate::grants) async fn remove_token(tx: &impl Conn, hash: Vec<u8>) -> Result<bool, Fault> {
    Ok(token::Entity::delete_by_id(hash).exec(tx).await?.rows_affected == 1)
}

/// Deletes the tokens on which nothing hangs since `before`.
pub(super) async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    token::Entity::delete_many().filter(token::Column::EndsAt.lt(before)).exec(tx).await?;
    Ok(())
}
