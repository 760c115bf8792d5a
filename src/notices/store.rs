//! The queries of notices.

use super::{Kind, Notice};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AcceptanceId, AccountId, NoticeId};
use crate::store::Conn;
use entities::{acceptance, notice};
use sea_orm::sea_query::{Expr, ExprTrait as _, IntoCondition as _, OnConflict};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel as _, JoinType, PaginatorTrait as _, QueryFilter, QueryOrder,
    QuerySelect as _, RelationDef,
};

/// The version in force.
///
/// # Errors
/// When the database is away.
pub async fn current(conn: &impl Conn, kind: &Kind) -> Result<Option<Notice>, Fault> {
    let (kind, client_id) = kind.columns();
    let row = notice::Entity::find()
        .filter(notice::Column::Kind.eq(kind))
        .filter(notice::Column::ClientId.eq(client_id))
        .order_by_desc(notice::Column::Version)
        .one(conn)
        .await?;
    Ok(row)
}

/// By id.
///
/// # Errors
/// When the database is away.
pub async fn find(conn: &impl Conn, id: NoticeId) -> Result<Option<Notice>, Fault> {
    Ok(notice::Entity::find_by_id(id).one(conn).await?)
}

/// Adds a version. `false` when another node added the same number first.
///
/// # Errors
/// When the database is away.
pub(super) async fn insert(tx: &impl Conn, row: Notice) -> Result<bool, Fault> {
    let key = [notice::Column::Kind, notice::Column::ClientId, notice::Column::Version];
    let rows = notice::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(rows == 1)
}

/// Whether a person agreed to this version.
///
/// # Errors
/// When the database is away.
pub async fn accepted(conn: &impl Conn, account: AccountId, notice: NoticeId) -> Result<bool, Fault> {
    let count = acceptance::Entity::find()
        .filter(acceptance::Column::AccountId.eq(account))
        .filter(acceptance::Column::NoticeId.eq(notice))
        .count(conn)
        .await?;
    Ok(count > 0)
}

/// Whether there is a version in force that a person did not agree to, in one read.
///
/// # Errors
/// When the database is away.
pub async fn is_due(conn: &impl Conn, account: AccountId, kind: &Kind) -> Result<bool, Fault> {
    let (kind, client_id) = kind.columns();
    let agreed: RelationDef = notice::Entity::belongs_to(acceptance::Entity)
        .from(notice::Column::Id)
        .to(acceptance::Column::NoticeId)
        .on_condition(move |_, right| {
            Expr::col((right, acceptance::Column::AccountId)).eq(account).into_condition()
        })
        .into();
    let newest: Option<Option<AcceptanceId>> = notice::Entity::find()
        .select_only()
        .column(acceptance::Column::Id)
        .join(JoinType::LeftJoin, agreed)
        .filter(notice::Column::Kind.eq(kind))
        .filter(notice::Column::ClientId.eq(client_id))
        .order_by_desc(notice::Column::Version)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(newest.is_some_and(|agreed| agreed.is_none()))
}

/// How and when somebody agreed.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// Who.
    pub account: AccountId,
    /// In which language the text was read.
    pub language: String,
    /// When.
    pub at: Timestamp,
    /// From which address.
    pub address: String,
}

/// Records agreement, once. `false` when it was recorded before.
///
/// # Errors
/// When the database is away.
pub async fn accept(
    tx: &impl Conn,
    id: AcceptanceId,
    notice: &Notice,
    receipt: Receipt,
) -> Result<bool, Fault> {
    let row = acceptance::Model {
        id,
        account_id: receipt.account,
        notice_id: notice.id,
        version: notice.version,
        text_hash: notice.text_hash.clone(),
        locale: receipt.language,
        accepted_at: receipt.at,
        address: receipt.address,
    };
    let key = [acceptance::Column::AccountId, acceptance::Column::NoticeId];
    let rows = acceptance::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(rows == 1)
}

/// What a person agreed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Which notice.
    pub kind: Kind,
    /// Its version.
    pub version: i32,
    /// When.
    pub at: Timestamp,
}

/// Everything that a person agreed to, newest first, in one read.
///
/// # Errors
/// When the database is away.
pub async fn agreed(conn: &impl Conn, account: AccountId) -> Result<Vec<Agreed>, Fault> {
    let notice: RelationDef = acceptance::Entity::belongs_to(notice::Entity)
        .from(acceptance::Column::NoticeId)
        .to(notice::Column::Id)
        .into();
    let query = acceptance::Entity::find()
        .join(JoinType::InnerJoin, notice)
        .select_also(notice::Entity)
        .filter(acceptance::Column::AccountId.eq(account))
        .order_by_desc(acceptance::Column::AcceptedAt);
    let agreed = |(row, notice): (acceptance::Model, Option<Notice>)| {
        Some(Agreed { kind: Kind::of(&notice?), version: row.version, at: row.accepted_at })
    };
    Ok(query.all(conn).await?.into_iter().filter_map(agreed).collect())
}
