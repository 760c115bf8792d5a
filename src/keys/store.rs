//! The queries of signing keys.

use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::store::{Conn, Tx};
use entities::signing_key::{Column, Entity, Model};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, DbBackend, EntityTrait, FromQueryResult, IntoActiveModel as _,
    QueryFilter, QueryOrder, QuerySelect as _,
};

/// A row without its key.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub(super) struct Times {
    pub(super) kid: String,
    pub(super) alg: String,
    pub(super) created_at: Timestamp,
    pub(super) active_from: Timestamp,
    pub(super) token_seconds: i64,
}

/// All, oldest first.
pub(super) async fn all(conn: &impl Conn) -> Result<Vec<Model>, Fault> {
    Ok(Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Kid).all(conn).await?)
}

/// Makes other nodes wait with their keys until this write is over. On SQLite every write waits already.
pub(super) async fn lock(tx: &Tx) -> Result<(), Fault> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// All without the keys themselves, oldest first.
pub(super) async fn times(conn: &impl Conn) -> Result<Vec<Times>, Fault> {
    let query = Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Kid).select_only();
    let columns = [Column::Kid, Column::Alg, Column::CreatedAt, Column::ActiveFrom, Column::TokenSeconds];
    Ok(query.columns(columns).into_model::<Times>().all(conn).await?)
}

/// Lets a key sign from another time on.
pub(super) async fn activate(tx: &impl Conn, kid: &str, from: Timestamp) -> Result<(), Fault> {
    let update = Entity::update_many().col_expr(Column::ActiveFrom, Expr::value(from));
    update.filter(Column::Kid.eq(kid)).exec(tx).await?;
    Ok(())
}

/// Notes how long tokens may live now, on every key that knows of shorter ones only.
pub(super) async fn note_life(tx: &impl Conn, seconds: i64) -> Result<(), Fault> {
    let update = Entity::update_many().col_expr(Column::TokenSeconds, Expr::value(seconds));
    update.filter(Column::TokenSeconds.lt(seconds)).exec(tx).await?;
    Ok(())
}

pub(super) async fn remove(tx: &impl Conn, kid: &str) -> Result<(), Fault> {
    Entity::delete_by_id(kid.to_owned()).exec(tx).await?;
    Ok(())
}

pub(super) async fn insert(tx: &impl Conn, row: Model) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}
