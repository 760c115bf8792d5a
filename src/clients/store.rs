//! The queries of clients.

use super::Client;
use super::names::Known;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::store::Conn;
use entities::client::{Column, Entity, Model};
use entities::{assertion, client_registration};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait as _, EntityTrait, IntoActiveModel as _, QueryFilter as _, QueryOrder, QuerySelect as _,
};

pub(super) async fn find(conn: &impl Conn, id: &str) -> Result<Option<Client>, Fault> {
    Entity::find_by_id(id.to_owned()).one(conn).await?.map(read).transpose()
}

/// A client that nobody else changes until this write is over.
pub(super) async fn lock(tx: &impl Conn, id: &str) -> Result<Option<Client>, Fault> {
    Entity::find_by_id(id.to_owned()).lock_exclusive().one(tx).await?.map(read).transpose()
}

/// Whether there is a client of this id.
///
/// # Errors
/// When the database is away.
pub async fn exists(conn: &impl Conn, id: &str) -> Result<bool, Fault> {
    let query = Entity::find_by_id(id.to_owned()).select_only().column(Column::Id).into_tuple::<String>();
    Ok(query.one(conn).await?.is_some())
}

pub(super) async fn list(conn: &impl Conn) -> Result<Vec<Client>, Fault> {
    Entity::find().order_by_asc(Column::Name).all(conn).await?.into_iter().map(read).collect()
}

/// What every client is called.
pub(super) async fn names(conn: &impl Conn) -> Result<Vec<Known>, Fault> {
    let query = Entity::find().select_only().columns([Column::Id, Column::Name, Column::Source]);
    let rows: Vec<(String, String, String)> = query.order_by_asc(Column::Id).into_tuple().all(conn).await?;
    let known =
        |(id, name, source): (String, String, String)| Known { id, name, is_dynamic: source == "dynamic" };
    Ok(rows.into_iter().map(known).collect())
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
        Column::Colour,
        Column::Audiences,
        Column::Source,
    ];
    Entity::insert(row(client)?.into_active_model())
        .on_conflict(OnConflict::column(Column::Id).update_columns(columns).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Removes a client with its registration. `false` when there is none.
///
/// The console stays: without it nobody could bring it back.
pub(super) async fn remove(tx: &impl Conn, id: &str) -> Result<bool, Fault> {
    if id == super::CONSOLE {
        return Ok(false);
    }
    // The client first: whoever holds its row may be about to remove the registration too.
    let removed = Entity::delete_by_id(id.to_owned()).exec(tx).await?.rows_affected == 1;
    client_registration::Entity::delete_by_id(id.to_owned()).exec(tx).await?;
    Ok(removed)
}

/// Remembers an assertion. `false` when it was used before: of any number of callers exactly one sees `true`.
pub(super) async fn spend(tx: &impl Conn, hash: Vec<u8>, until: Timestamp) -> Result<bool, Fault> {
    let row = assertion::Model { hash, until }.into_active_model();
    let rows = assertion::Entity::insert(row)
        .on_conflict(OnConflict::column(assertion::Column::Hash).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(rows == 1)
}

/// Forgets assertions that were too old before `before`, and registration tokens that were dead.
pub(super) async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    assertion::Entity::delete_many().filter(assertion::Column::Until.lt(before)).exec(tx).await?;
    super::dynamic_store::sweep(tx, before).await
}

fn row(client: &Client) -> Result<Model, Fault> {
    Ok(Model {
        id: client.id.clone(),
        name: client.name.clone(),
        policy: serde_json::to_string(&client.policy)?,
        secret_hashes: serde_json::to_string(&client.secrets)?,
        initiate_login_uri: client.initiate_login_uri.clone(),
        home_uri: client.home_uri.clone(),
        colour: client.colour.as_str().to_owned(),
        audiences: serde_json::to_string(&client.audiences)?,
        source: client.source.clone(),
        created_at: client.created_at,
    })
}

pub(super) fn read(row: Model) -> Result<Client, Fault> {
    Ok(Client {
        policy: serde_json::from_str(&row.policy)?,
        secrets: serde_json::from_str(&row.secret_hashes)?,
        id: row.id,
        name: row.name,
        initiate_login_uri: row.initiate_login_uri,
        home_uri: row.home_uri,
        colour: super::named(&row.colour).unwrap_or_default(),
        audiences: serde_json::from_str(&row.audiences)?,
        source: row.source,
        created_at: row.created_at,
    })
}
