//! The queries of signing keys.

use crate::fault::Fault;
use crate::store::Conn;
use entities::signing_key::{Column, Entity, Model};
use sea_orm::{EntityTrait, IntoActiveModel as _, QueryOrder};

pub(super) async fn all(conn: &impl Conn) -> Result<Vec<Model>, Fault> {
    Ok(Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Kid).all(conn).await?)
}

pub(super) async fn insert(tx: &impl Conn, row: Model) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}
