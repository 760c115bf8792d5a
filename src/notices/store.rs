//! The queries of notices.

use super::{Draft, Kind, Notice, Standing};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AcceptanceId, AccountId, NoticeId};
use crate::store::Conn;
use entities::{acceptance, membership, notice, notice_draft};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel as _, JoinType, QueryFilter, QueryOrder,
    QuerySelect as _, RelationDef, Select,
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

/// Every version of a notice, the newest first.
///
/// # Errors
/// When the database is away.
pub async fn versions(conn: &impl Conn, kind: &Kind) -> Result<Vec<Notice>, Fault> {
    let (kind, of) = kind.columns();
    let query = notice::Entity::find()
        .filter(notice::Column::Kind.eq(kind))
        .filter(notice::Column::ClientId.eq(of))
        .order_by_desc(notice::Column::Version);
    Ok(query.all(conn).await?)
}

/// One version of a notice.
///
/// # Errors
/// When the database is away.
pub async fn named(conn: &impl Conn, kind: &Kind, version: i32) -> Result<Option<Notice>, Fault> {
    let (kind, of) = kind.columns();
    let query = notice::Entity::find()
        .filter(notice::Column::Kind.eq(kind))
        .filter(notice::Column::ClientId.eq(of))
        .filter(notice::Column::Version.eq(version));
    Ok(query.one(conn).await?)
}

/// What of a notice is being written, if anything.
///
/// # Errors
/// When the database is away.
pub(super) async fn draft(conn: &impl Conn, kind: &Kind) -> Result<Option<Draft>, Fault> {
    Ok(drafts_of(kind).one(conn).await?)
}

/// The same, and nobody else changes it before this write is done.
pub(super) async fn lock_draft(tx: &impl Conn, kind: &Kind) -> Result<Option<Draft>, Fault> {
    Ok(drafts_of(kind).lock_exclusive().one(tx).await?)
}

fn drafts_of(kind: &Kind) -> Select<notice_draft::Entity> {
    let (kind, of) = kind.columns();
    notice_draft::Entity::find()
        .filter(notice_draft::Column::Kind.eq(kind))
        .filter(notice_draft::Column::ClientId.eq(of))
}

/// Begins a draft. `false` when somebody else has begun one.
pub(super) async fn insert_draft(tx: &impl Conn, row: Draft) -> Result<bool, Fault> {
    let key = [notice_draft::Column::Kind, notice_draft::Column::ClientId];
    let rows = notice_draft::Entity::insert(row.into_active_model())
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(rows == 1)
}

/// Writes what a draft has become.
pub(super) async fn update_draft(tx: &impl Conn, row: &Draft) -> Result<(), Fault> {
    notice_draft::Entity::update_many()
        .col_expr(notice_draft::Column::Texts, Expr::val(row.texts.clone()))
        .col_expr(notice_draft::Column::GraceDays, Expr::val(row.grace_days))
        .col_expr(notice_draft::Column::ChangedAt, Expr::val(row.changed_at.0))
        .filter(notice_draft::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes a draft away. `false` when it is gone already.
pub(super) async fn delete_draft(tx: &impl Conn, id: NoticeId) -> Result<bool, Fault> {
    let done = notice_draft::Entity::delete_many().filter(notice_draft::Column::Id.eq(id)).exec(tx).await?;
    Ok(done.rows_affected == 1)
}

/// The notices in force that are for a person, and for the application that asks, each with the newest version that the
/// person agreed to: one read, whatever there is.
///
/// # Errors
/// When the database is away.
pub async fn standing(
    conn: &impl Conn,
    account: AccountId,
    client: Option<&str>,
) -> Result<Vec<Standing>, Fault> {
    use notice::Column;
    let of = |column: Column| Expr::col((Alias::new(ANY), column));
    let same = |column: Column| of(column).equals((notice::Entity, column));
    let own = Query::select()
        .column(membership::Column::OrganisationId)
        .from(membership::Entity)
        .and_where(Expr::col(membership::Column::AccountId).eq(account))
        .to_owned();
    let mut kinds = Condition::any().add(notice::Column::Kind.ne("disclaimer"));
    if let Some(client) = client {
        kinds = kinds.add(Column::ClientId.eq(client));
    }
    let whose = Condition::any()
        .add(Column::OrganisationId.is_null())
        .add(Expr::col((notice::Entity, Column::OrganisationId)).in_subquery(own));
    let shown =
        [Column::Id, Column::Kind, Column::ClientId, Column::Version, Column::PublishedAt, Column::GraceDays];
    let mut query = Query::select();
    query
        .from(notice::Entity)
        .join_as(
            sea_orm::sea_query::JoinType::InnerJoin,
            notice::Entity,
            Alias::new(ANY),
            Condition::all().add(same(Column::Kind)).add(same(Column::ClientId)),
        )
        .join(
            sea_orm::sea_query::JoinType::LeftJoin,
            acceptance::Entity,
            Condition::all()
                .add(
                    Expr::col((acceptance::Entity, acceptance::Column::NoticeId))
                        .equals((Alias::new(ANY), Column::Id)),
                )
                .add(Expr::col((acceptance::Entity, acceptance::Column::AccountId)).eq(account)),
        )
        .cond_where(Condition::all().add(kinds).add(whose))
        // Of all versions the newest is in force.
        .cond_having(Expr::col((notice::Entity, Column::Version)).eq(of(Column::Version).max()));
    for column in shown {
        query.column((notice::Entity, column)).add_group_by([Expr::col((notice::Entity, column))]);
    }
    let newest = Expr::col((acceptance::Entity, acceptance::Column::Version)).max();
    query.expr_as(newest, Alias::new(AGREED));
    conn.query_all(&query).await?.iter().map(read_standing).collect()
}

/// Every version of the same notice, beside the one that is looked at.
const ANY: &str = "any_version";
const AGREED: &str = "agreed";

fn read_standing(row: &sea_orm::QueryResult) -> Result<Standing, Fault> {
    let (kind, of): (String, String) = (row.try_get("", "kind")?, row.try_get("", "client_id")?);
    Ok(Standing {
        id: row.try_get("", "id")?,
        kind: Kind::stored(&kind, &of),
        version: row.try_get("", "version")?,
        published_at: row.try_get("", "published_at")?,
        grace_days: row.try_get("", "grace_days")?,
        agreed: row.try_get("", AGREED)?,
    })
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
