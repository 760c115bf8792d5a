//! The queries of clients.

use super::Client;
use crate::fault::Fault;
use crate::store::Conn;
use entities::client::{Column, Entity, Model};
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, IntoActiveModel as _, QueryOrder};

pub(super) async fn find(conn: &impl Conn, id: &str) -> Result<Option<Client>, Fault> {
    Entity::find_by_id(id.to_owned()).one(conn).await?.map(read).transpose()
}

pub(super) async fn list(conn: &impl Conn) -> Result<Vec<Client>, Fault> {
    Entity::find().order_by_asc(Column::Name).all(conn).await?.into_iter().map(read).collect()
}

/// Adds a client. `false` when its id is taken.
pub(super) async fn insert(tx: &impl Conn, client: &Client) -> Result<bool, Fault> {
    let rows = Entity::insert(row(client)?.into_active_model())
        .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(rows == 1)
}

/// Adds a client, or changes the one of its id; when that was registered stays.
pub(super) async fn put(tx: &impl Conn, client: &Client) -> Result<(), Fault> {
    let columns = [
        Column::Name,
        Column::Policy,
        Column::SecretHashes,
        Column::InitiateLoginUri,
        Column::HomeUri,
        Column::Source,
    ];
    Entity::insert(row(client)?.into_active_model())
        .on_conflict(OnConflict::column(Column::Id).update_columns(columns).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Removes a client. `false` when there is none.
pub(super) async fn remove(tx: &impl Conn, id: &str) -> Result<bool, Fault> {
    Ok(Entity::delete_by_id(id.to_owned()).exec(tx).await?.rows_affected == 1)
}

fn row(client: &Client) -> Result<Model, Fault> {
    Ok(Model {
        id: client.id.clone(),
        name: client.name.clone(),
        policy: serde_json::to_string(&client.policy)?,
        secret_hashes: serde_json::to_string(&client.secret_hashes)?,
        initiate_login_uri: client.initiate_login_uri.clone(),
        home_uri: client.home_uri.clone(),
        source: client.source.clone(),
        created_at: client.created_at,
    })
}

fn read(row: Model) -> Result<Client, Fault> {
    Ok(Client {
        policy: serde_json::from_str(&row.policy)?,
        secret_hashes: serde_json::from_str(&row.secret_hashes)?,
        id: row.id,
        name: row.name,
        initiate_login_uri: row.initiate_login_uri,
        home_uri: row.home_uri,
        source: row.source,
        created_at: row.created_at,
    })
}
