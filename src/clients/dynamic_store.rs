//! The queries of applications that register themselves.

use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::RegistrationTokenId;
use crate::store::Conn;
use entities::client_registration::{self, Model as Registration};
use entities::registration_token::{Column, Entity, Model};
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _};

pub(super) async fn add_token(tx: &impl Conn, row: Model) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn tokens(conn: &impl Conn) -> Result<Vec<Model>, Fault> {
    Ok(Entity::find().order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).all(conn).await?)
}

/// `false` when there is none that is not taken back yet.
pub(super) async fn revoke_token(
    tx: &impl Conn,
    id: RegistrationTokenId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let revoked = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(revoked.rows_affected == 1)
}

/// What makes a token good.
fn is_good(hash: &[u8], now: Timestamp) -> Condition {
    Condition::all()
        .add(Column::TokenHash.eq(hash))
        .add(Column::UsesLeft.gt(0))
        .add(Column::ExpiresAt.gt(now))
        .add(Column::RevokedAt.is_null())
}

/// The token of this hash, if it is good.
pub(super) async fn good_token(
    conn: &impl Conn,
    hash: &[u8],
    now: Timestamp,
) -> Result<Option<Model>, Fault> {
    Ok(Entity::find().filter(is_good(hash, now)).one(conn).await?)
}

/// Uses a token once. `false` when it is not good any more: of callers beyond its number none sees `true`.
pub(super) async fn use_token(tx: &impl Conn, hash: &[u8], now: Timestamp) -> Result<bool, Fault> {
    let used = Entity::update_many()
        .col_expr(Column::UsesLeft, Expr::col(Column::UsesLeft).sub(1))
        .filter(is_good(hash, now))
        .exec(tx)
        .await?;
    Ok(used.rows_affected == 1)
}

pub(super) async fn add_registration(tx: &impl Conn, row: Registration) -> Result<(), Fault> {
    client_registration::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn registration(conn: &impl Conn, client_id: &str) -> Result<Option<Registration>, Fault> {
    Ok(client_registration::Entity::find_by_id(client_id.to_owned()).one(conn).await?)
}

/// Deletes tokens that were dead before `before`.
pub(super) async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(before)).exec(tx).await?;
    Ok(())
}
