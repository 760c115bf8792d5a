//! The queries of lists.

use super::{Batch, Line, Verdict};
use crate::audit::Origin;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, InviteBatchId, TeamId};
use crate::rights::Reach;
use crate::store::paging::{Page, Wish};
use crate::store::{Conn, Tx};
use entities::{invite_batch, invite_line};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder, QuerySelect as _};
use std::collections::BTreeMap;

/// By id.
///
/// # Errors
/// When the database is away.
pub async fn find(conn: &impl Conn, id: InviteBatchId) -> Result<Option<Batch>, Fault> {
    Ok(invite_batch::Entity::find_by_id(id).one(conn).await?)
}

/// The newest lists into organisations that somebody sees.
///
/// # Errors
/// When the database is away.
pub async fn recent(conn: &impl Conn, reach: &Reach, most: u64) -> Result<Vec<Batch>, Fault> {
    use invite_batch::{Column, Entity};
    let mut query = Entity::find().order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(most);
    if let Reach::Within(own) = reach {
        query = query.filter(Column::OrganisationId.is_in(own.iter().copied()));
    }
    Ok(query.all(conn).await?)
}

/// How many lines of a list came to each verdict; those that no line came to are not there.
pub type Counts = BTreeMap<Verdict, i64>;

/// Counts the lines of a list by what became of them, in one statement.
///
/// # Errors
/// When the database is away.
pub async fn counts(conn: &impl Conn, id: InviteBatchId) -> Result<Counts, Fault> {
    use invite_line::{Column, Entity};
    let rows: Vec<(String, i64)> = Entity::find()
        .select_only()
        .column(Column::Verdict)
        .column_as(Column::Number.count(), "lines")
        .filter(Column::BatchId.eq(id))
        .group_by(Column::Verdict)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().filter_map(|(name, count)| Some((Verdict::parse(&name)?, count))).collect())
}

/// The lines of a list in their order; of one verdict, where given.
///
/// # Errors
/// When the database is away.
pub async fn lines(
    conn: &impl Conn,
    id: InviteBatchId,
    verdict: Option<Verdict>,
    wish: &Wish,
) -> Result<Page<Line>, Fault> {
    use invite_line::{Column, Entity};
    let mut query = Entity::find().filter(Column::BatchId.eq(id)).order_by_asc(Column::Number);
    if let Some(verdict) = verdict {
        query = query.filter(Column::Verdict.eq(verdict.name()));
    }
    if let Some(after) = wish.after.as_deref().and_then(|number| number.parse::<i32>().ok()) {
        query = query.filter(Column::Number.gt(after));
    }
    let rows = query.limit(wish.rows()).all(conn).await?;
    Ok(wish.page(rows, |line| line.number.to_string()))
}

/// The places that good lines lead to: team and role.
pub(super) async fn places(
    conn: &impl Conn,
    id: InviteBatchId,
) -> Result<Vec<(Option<TeamId>, String)>, Fault> {
    use invite_line::{Column, Entity};
    let query = Entity::find().select_only().columns([Column::TeamId, Column::Role]).distinct();
    let query = query.filter(Column::BatchId.eq(id)).filter(Column::Verdict.eq(Verdict::Ok.name()));
    Ok(query.into_tuple().all(conn).await?)
}

pub(super) async fn insert(tx: &impl Conn, row: Batch) -> Result<(), Fault> {
    invite_batch::Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

pub(super) async fn insert_lines(tx: &impl Conn, rows: Vec<Line>) -> Result<(), Fault> {
    let rows = rows.into_iter().map(Line::into_active_model);
    invite_line::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Who sends a list.
pub(super) struct Sender {
    pub(super) inviter: Option<AccountId>,
    pub(super) is_limited: bool,
}

/// Notes who sent a list. Of several exactly one sees `true`.
pub(super) async fn mark_sent(
    tx: &impl Conn,
    id: InviteBatchId,
    now: Timestamp,
    (sender, origin): (&Sender, &Origin),
) -> Result<bool, Fault> {
    use invite_batch::{Column, Entity};
    let done = Entity::update_many()
        .col_expr(Column::SentAt, Expr::value(Some(now)))
        .col_expr(Column::InviterId, Expr::value(sender.inviter))
        .col_expr(Column::IsLimited, Expr::value(sender.is_limited))
        .col_expr(Column::SentBy, Expr::value(origin.actor.to_string()))
        .col_expr(Column::Address, Expr::value(origin.address.clone()))
        .col_expr(Column::UserAgent, Expr::value(origin.user_agent.clone()))
        .filter(Column::Id.eq(id))
        .filter(Column::SentAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes other senders of the same list wait until this write is over.
pub(super) async fn lock(tx: &Tx, id: InviteBatchId) -> Result<(), Fault> {
    invite_batch::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    Ok(())
}

/// Which of these lines are still to be sent.
pub(super) async fn still_good(
    tx: &impl Conn,
    id: InviteBatchId,
    numbers: Vec<i32>,
) -> Result<Vec<i32>, Fault> {
    use invite_line::{Column, Entity};
    let query = Entity::find().select_only().column(Column::Number).filter(Column::BatchId.eq(id));
    let query = query.filter(Column::Verdict.eq(Verdict::Ok.name())).filter(Column::Number.is_in(numbers));
    Ok(query.into_tuple().all(tx).await?)
}

pub(super) async fn conclude(
    tx: &impl Conn,
    id: InviteBatchId,
    verdict: Verdict,
    numbers: Vec<i32>,
) -> Result<(), Fault> {
    use invite_line::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::Verdict, Expr::value(verdict.name()))
        .filter(Column::BatchId.eq(id))
        .filter(Column::Number.is_in(numbers))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn mark_done(tx: &impl Conn, id: InviteBatchId, now: Timestamp) -> Result<(), Fault> {
    use invite_batch::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::DoneAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::DoneAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes lists that were made before `before`, some at a time.
pub(super) async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    use invite_batch::{Column, Entity};
    let old = Entity::find().select_only().column(Column::Id).filter(Column::CreatedAt.lt(before)).limit(20);
    let old: Vec<InviteBatchId> = old.into_tuple().all(tx).await?;
    if old.is_empty() {
        return Ok(());
    }
    let lines = invite_line::Entity::delete_many().filter(invite_line::Column::BatchId.is_in(old.clone()));
    lines.exec(tx).await?;
    Entity::delete_many().filter(Column::Id.is_in(old)).exec(tx).await?;
    Ok(())
}
