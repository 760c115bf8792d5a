//! The queries of signing keys.

use crate::fault::Fault;
use crate::store::{Conn, Tx};
use entities::signing_key::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait, ConnectionTrait as _, DbBackend, EntityTrait, IntoActiveModel as _, PaginatorTrait as _,
    QueryFilter, QueryOrder,
};

/// All, oldest first.
pub(super) async fn all(conn: &impl Conn) -> Result<Vec<Model>, Fault> {
    Ok(Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Kid).all(conn).await?)
}

/// Makes other nodes wait with their first keys until this write is over. On SQLite every write waits already.
pub(super) async fn lock(tx: &Tx) -> Result<(), Fault> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// Whether there is a key of an algorithm.
pub(super) async fn has(conn: &impl Conn, alg: &str) -> Result<bool, Fault> {
    Ok(Entity::find().filter(Column::Alg.eq(alg)).count(conn).await? > 0)
}

pub(super) async fn insert(tx: &impl Conn, row: Model) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}
