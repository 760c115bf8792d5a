//! The queries of consents, and of what one application holds of a person.

use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::store::Conn;
use entities::{consent, grant, session};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel as _, JoinType, QueryFilter, QuerySelect as _,
    Select,
};
use uuid::Uuid;

/// What a person lets an application learn, if it was not taken back. What was said to an earlier application of the
/// same id does not count.
pub(in crate::grants) async fn consent(
    conn: &impl Conn,
    account: AccountId,
    client: &Client,
) -> Result<Option<consent::Model>, Fault> {
    Ok(live(account, client).one(conn).await?)
}

/// The same for a write that makes something of it: whoever takes the yes back waits for its commit, and ends what came
/// of it.
pub(in crate::grants) async fn hold_consent(
    tx: &impl Conn,
    account: AccountId,
    client: &Client,
) -> Result<Option<consent::Model>, Fault> {
    Ok(live(account, client).lock_shared().one(tx).await?)
}

fn live(account: AccountId, client: &Client) -> Select<consent::Entity> {
    consent::Entity::find()
        .filter(consent::Column::AccountId.eq(account))
        .filter(consent::Column::ClientId.eq(client.id.as_str()))
        .filter(consent::Column::CreatedAt.gte(client.created_at))
        .filter(consent::Column::RevokedAt.is_null())
}

/// Everything that a person lets applications learn.
pub(in crate::grants) async fn consents(
    conn: &impl Conn,
    account: AccountId,
) -> Result<Vec<consent::Model>, Fault> {
    let query = consent::Entity::find()
        .filter(consent::Column::AccountId.eq(account))
        .filter(consent::Column::RevokedAt.is_null());
    Ok(query.all(conn).await?)
}

/// Remembers a yes, in the place of what was there.
pub(in crate::grants) async fn put_consent(
    tx: &impl Conn,
    (id, account_id, client_id): (Uuid, AccountId, &str),
    scope: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    let row = consent::Model {
        id,
        account_id,
        client_id: client_id.to_owned(),
        scope: scope.to_owned(),
        created_at: now,
        revoked_at: None,
    };
    let changed = [consent::Column::Scope, consent::Column::CreatedAt, consent::Column::RevokedAt];
    let pair = [consent::Column::AccountId, consent::Column::ClientId];
    consent::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(pair).update_columns(changed).to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Takes a yes back. `false` when there was none.
pub(in crate::grants) async fn end_consent(
    tx: &impl Conn,
    account: AccountId,
    client_id: &str,
    now: Timestamp,
) -> Result<bool, Fault> {
    let ended = consent::Entity::update_many()
        .col_expr(consent::Column::RevokedAt, Expr::value(Some(now)))
        .filter(consent::Column::AccountId.eq(account))
        .filter(consent::Column::ClientId.eq(client_id))
        .filter(consent::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected == 1)
}

/// Ends everything that a person let one application do; gives how many grants.
pub(in crate::grants) async fn end_all_of(
    tx: &impl Conn,
    account: AccountId,
    client_id: &str,
    now: Timestamp,
) -> Result<u64, Fault> {
    let ended = grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(Some(now)))
        .filter(grant::Column::AccountId.eq(account))
        .filter(grant::Column::ClientId.eq(client_id))
        .filter(grant::Column::RevokedAt.is_null())
        .exec(tx)
        .await?;
    Ok(ended.rows_affected)
}

/// The applications that can still do something for a person: in a live session, or while the person is away.
pub(in crate::grants) async fn clients_of(
    conn: &impl Conn,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<String>, Fault> {
    let session =
        grant::Entity::belongs_to(session::Entity).from(grant::Column::SessionId).to(session::Column::Id);
    let live =
        Condition::all().add(session::Column::EndedAt.is_null()).add(session::Column::ExpiresAt.gt(now));
    let query = grant::Entity::find()
        .select_only()
        .column(grant::Column::ClientId)
        .distinct()
        .join(JoinType::InnerJoin, session.into())
        .filter(grant::Column::AccountId.eq(account))
        .filter(grant::Column::RevokedAt.is_null())
        .filter(Condition::any().add(grant::Column::Offline.eq(true)).add(live));
    Ok(query.into_tuple().all(conn).await?)
}
