//! The queries of the trail.

use super::chain::Record;
use super::{Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::store::{Conn, Tx};
use entities::audit::{self, Column, Entity, Model};
use entities::audit_checkpoint as checkpoint;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ActiveValue::NotSet, ActiveValue::Set, ColumnTrait, ConnectionTrait as _, DbBackend, EntityTrait,
    IntoActiveModel as _, PaginatorTrait as _, QueryFilter, QueryOrder, QuerySelect as _, QueryTrait as _,
};

/// Writes one row in the act's own transaction.
///
/// # Errors
/// When the row cannot be written; the act must then fail too (R13).
pub async fn append(tx: &impl Conn, now: Timestamp, origin: &Origin, entry: Entry) -> Result<(), Fault> {
    audit::Entity::insert(row(now, origin, entry)).exec_without_returning(tx).await?;
    Ok(())
}

/// Writes many rows in one statement, in the transaction of their acts.
///
/// # Errors
/// As `append`.
pub async fn append_all(
    tx: &impl Conn,
    now: Timestamp,
    origin: &Origin,
    entries: Vec<Entry>,
) -> Result<(), Fault> {
    if !entries.is_empty() {
        let rows = entries.into_iter().map(|entry| row(now, origin, entry));
        audit::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn row(now: Timestamp, origin: &Origin, entry: Entry) -> audit::ActiveModel {
    audit::ActiveModel {
        id: NotSet,
        at: Set(now),
        actor: Set(origin.actor.to_string()),
        act: Set(entry.act.to_owned()),
        target: Set(entry.target),
        outcome: Set(if entry.refused.is_some() { "refused" } else { "done" }.to_owned()),
        reason: Set(entry.refused),
        organisation_id: Set(entry.organisation_id),
        client_id: Set(entry.client_id),
        address: Set(origin.address.clone()),
        user_agent: Set(origin.user_agent.clone()),
        detail: Set(serde_json::Value::Object(entry.detail).to_string()),
        place: NotSet,
        digest: NotSet,
        commitment: NotSet,
        salt: NotSet,
    }
}

/// Makes other sealers wait until this write is over. On SQLite every write waits already.
pub(super) async fn lock(tx: &Tx) -> Result<(), Fault> {
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("LOCK TABLE audit_checkpoints IN SHARE ROW EXCLUSIVE MODE").await?;
    }
    Ok(())
}

/// The last sealed row's place and digest.
pub(super) async fn head(conn: &impl Conn) -> Result<Option<(i64, [u8; 32])>, Fault> {
    let query = Entity::find().filter(Column::Place.is_not_null()).order_by_desc(Column::Place);
    let Some(row) = query.one(conn).await? else { return Ok(None) };
    let digest = row.digest.and_then(|digest| <[u8; 32]>::try_from(digest).ok());
    match (row.place, digest) {
        (Some(place), Some(digest)) => Ok(Some((place, digest))),
        _ => Err(Fault::internal("the last sealed row of the trail has no digest")),
    }
}

/// How far the trail is sealed and signed.
pub(super) struct Standing {
    /// Whether a row waits for its seal.
    pub(super) has_unsealed: bool,
    /// The last sealed place; 0 where there is none.
    pub(super) sealed: i64,
    /// The place of the last checkpoint, and when it was signed; 0 where there is none.
    pub(super) signed: (i64, Timestamp),
}

/// In one statement, by the ends of three indexes: it is asked each second, mostly for nothing.
pub(super) async fn standing(conn: &impl Conn) -> Result<Standing, Fault> {
    use checkpoint::Column as Signed;
    let waiting = Entity::find().select_only().column(Column::Id).filter(Column::Place.is_null()).limit(1);
    let sealed = Entity::find().select_only().expr(Column::Place.max());
    let last = |column: Signed| {
        let query = checkpoint::Entity::find().select_only().column(column);
        query.order_by_desc(Signed::Place).limit(1).into_query()
    };
    let parts = [waiting.into_query(), sealed.into_query(), last(Signed::Place), last(Signed::At)];
    let parts = parts.map(|part| Expr::SubQuery(None, Box::new(part.into())));
    let row = conn.query_one(&Query::select().exprs(parts).to_owned()).await?;
    let row = row.ok_or_else(|| Fault::internal("a query without a table gave no row"))?;
    let number = |at| row.try_get_by_index::<Option<i64>>(at);
    Ok(Standing {
        has_unsealed: number(0)?.is_some(),
        sealed: number(1)?.unwrap_or(0),
        signed: (number(2)?.unwrap_or(0), Timestamp(number(3)?.unwrap_or(0))),
    })
}

pub(super) async fn count_unsealed(conn: &impl Conn) -> Result<u64, Fault> {
    Ok(Entity::find().filter(Column::Place.is_null()).count(conn).await?)
}

pub(super) async fn unsealed(tx: &impl Conn, most: u64) -> Result<Vec<Model>, Fault> {
    let query = Entity::find().filter(Column::Place.is_null()).order_by_asc(Column::Id).limit(most);
    Ok(query.all(tx).await?)
}

pub(super) async fn set_seal(
    tx: &impl Conn,
    id: i64,
    (place, digest): (i64, &[u8; 32]),
    (commitment, salt): (&[u8], &[u8]),
) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::Place, Expr::value(Some(place)))
        .col_expr(Column::Digest, Expr::value(Some(digest.to_vec())))
        .col_expr(Column::Commitment, Expr::value(Some(commitment.to_vec())))
        .col_expr(Column::Salt, Expr::value(Some(salt.to_vec())))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Sealed rows after a place, in the order of the chain. A row without its seal's parts ends the page: it is missing.
pub(super) async fn page(conn: &impl Conn, after: i64, most: u64) -> Result<Vec<Record>, Fault> {
    let query = Entity::find().filter(Column::Place.gt(after)).order_by_asc(Column::Place).limit(most);
    Ok(query.all(conn).await?.into_iter().filter_map(Record::sealed).collect())
}

/// The newest rows, the last one first; of acts that begin so, and of this target, where given.
pub(super) async fn newest(
    conn: &impl Conn,
    (act, target): (Option<&str>, Option<&str>),
    most: u64,
) -> Result<Vec<Model>, Fault> {
    let mut query = Entity::find().order_by_desc(Column::Id).limit(most);
    if let Some(act) = act {
        query = query.filter(Column::Act.starts_with(act));
    }
    if let Some(target) = target {
        query = query.filter(Column::Target.eq(target));
    }
    Ok(query.all(conn).await?)
}

/// Every checkpoint, oldest first.
pub(super) async fn checkpoints(conn: &impl Conn) -> Result<Vec<String>, Fault> {
    let rows = checkpoint::Entity::find().order_by_asc(checkpoint::Column::Place).all(conn).await?;
    Ok(rows.into_iter().map(|row| row.statement).collect())
}

/// Keeps a checkpoint. `false` when another node has signed this place.
pub(super) async fn insert_checkpoint(tx: &impl Conn, row: checkpoint::Model) -> Result<bool, Fault> {
    let rows = checkpoint::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::column(checkpoint::Column::Place).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(rows == 1)
}
