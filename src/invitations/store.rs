//! The queries of invitations.

use super::Invitation;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, InvitationId};
use crate::store::Conn;
use entities::invitation::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel as _, QueryFilter, QueryOrder, QuerySelect as _,
};

/// By id.
///
/// # Errors
/// When the database is away.
pub async fn find(conn: &impl Conn, id: InvitationId) -> Result<Option<Invitation>, Fault> {
    Ok(Entity::find_by_id(id).one(conn).await?)
}

/// By the hash of the link's token.
///
/// # Errors
/// When the database is away.
pub async fn by_token(conn: &impl Conn, token_hash: Vec<u8>) -> Result<Option<Invitation>, Fault> {
    Ok(Entity::find().filter(Column::TokenHash.eq(token_hash)).one(conn).await?)
}

/// The invitation that became an account.
///
/// # Errors
/// When the database is away.
pub async fn accepted_by(conn: &impl Conn, account: AccountId) -> Result<Option<Invitation>, Fault> {
    let query = Entity::find().filter(Column::AccountId.eq(account)).order_by_asc(Column::AcceptedAt);
    Ok(query.one(conn).await?)
}

/// Several in one statement; none of no rows.
pub(super) async fn insert_all(tx: &impl Conn, rows: Vec<Invitation>) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.into_iter().map(Invitation::into_active_model);
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// An invitation that nobody else changes until this write is over.
pub(super) async fn lock(tx: &impl Conn, id: InvitationId) -> Result<Option<Invitation>, Fault> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// The open invitations of an inviter.
pub(super) async fn open_of(
    tx: &impl Conn,
    inviter: AccountId,
    now: Timestamp,
) -> Result<Vec<Invitation>, Fault> {
    let query = Entity::find().filter(Column::InviterId.eq(inviter)).filter(open()).order_by_asc(Column::Id);
    Ok(query.filter(Column::ExpiresAt.gt(now)).all(tx).await?)
}

/// Freezes an open invitation. `false` when it is not open, or frozen already.
pub(super) async fn freeze(tx: &impl Conn, id: InvitationId, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::FrozenAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(open())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Makes a frozen invitation somebody else's. `false` when it is frozen no more, or dead.
pub(super) async fn thaw(tx: &impl Conn, row: &Invitation, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::FrozenAt, Expr::value(None::<Timestamp>))
        .col_expr(Column::AskedAt, Expr::value(None::<Timestamp>))
        .col_expr(Column::InviterId, Expr::value(row.inviter_id))
        .col_expr(Column::TokenHash, Expr::value(row.token_hash.clone()))
        .col_expr(Column::MailId, Expr::value(row.mail_id))
        .filter(Column::Id.eq(row.id))
        .filter(untouched())
        .filter(Column::FrozenAt.is_not_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Gives one that waits its link. `false` when it waits no more.
pub(super) async fn approve(tx: &impl Conn, row: &Invitation, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::WaitingAt, Expr::value(None::<Timestamp>))
        .col_expr(Column::InviterId, Expr::value(row.inviter_id))
        .col_expr(Column::TokenHash, Expr::value(row.token_hash.clone()))
        .col_expr(Column::MailId, Expr::value(row.mail_id))
        .col_expr(Column::ExpiresAt, Expr::value(row.expires_at))
        .filter(waiting(row.id))
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Declines one that waits. `false` when it waits no more.
pub(super) async fn decline(tx: &impl Conn, id: InvitationId, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::DeclinedAt, Expr::value(Some(now)))
        .filter(waiting(id))
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

fn waiting(id: InvitationId) -> Condition {
    untouched().add(Column::Id.eq(id)).add(Column::WaitingAt.is_not_null())
}

pub(super) async fn insert(tx: &impl Conn, row: Invitation) -> Result<(), Fault> {
    Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

/// Notes that a person posted from the link's page, the first time.
///
/// # Errors
/// When the database is away.
pub async fn mark_opened(tx: &impl Conn, id: InvitationId, now: Timestamp) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::OpenedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::OpenedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Accepts an open invitation for an account. One conditional write: of several callers exactly one
/// sees `true`, and at its expiry the link is dead whether or not any job ran (A3, A5).
///
/// # Errors
/// When the database is away.
pub async fn accept(
    tx: &impl Conn,
    id: InvitationId,
    account: AccountId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let accepted = Entity::update_many()
        .col_expr(Column::AcceptedAt, Expr::value(Some(now)))
        .col_expr(Column::AccountId, Expr::value(Some(account)))
        .filter(Column::Id.eq(id))
        .filter(open())
        .filter(Column::ExpiresAt.gt(now))
        .exec(tx)
        .await?;
    Ok(accepted.rows_affected == 1)
}

pub(super) async fn supersede(tx: &impl Conn, id: InvitationId, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::SupersededAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        // What somebody withdrew is not brought back by who sent it.
        .filter(untouched())
        // What nobody approved is not sent.
        .filter(Column::WaitingAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The newest invitation of the same address to the same place that nobody has used or taken back.
pub(super) async fn open_to(conn: &impl Conn, it: &Invitation) -> Result<Option<InvitationId>, Fault> {
    let team = match it.team_id {
        Some(team) => Column::TeamId.eq(team),
        None => Column::TeamId.is_null(),
    };
    let newest = Entity::find()
        .filter(Column::EmailKey.eq(it.email_key.as_str()))
        .filter(Column::OrganisationId.eq(it.organisation_id))
        .filter(team)
        .filter(open())
        .order_by_desc(Column::Id);
    Ok(newest.one(conn).await?.map(|row| row.id))
}

/// Changes the inviter, unless somebody else did so meanwhile.
pub(super) async fn hand_over(tx: &impl Conn, from: &Invitation, to: AccountId) -> Result<bool, Fault> {
    let before = match from.inviter_id {
        Some(id) => Column::InviterId.eq(id),
        None => Column::InviterId.is_null(),
    };
    let done = Entity::update_many()
        .col_expr(Column::InviterId, Expr::value(Some(to)))
        .filter(Column::Id.eq(from.id))
        .filter(before)
        .filter(open())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(super) async fn revoke(tx: &impl Conn, id: InvitationId, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(untouched())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

pub(super) async fn mark_asked(tx: &impl Conn, id: InvitationId, now: Timestamp) -> Result<bool, Fault> {
    let done = Entity::update_many()
        .col_expr(Column::AskedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::AskedAt.is_null())
        .filter(Column::AcceptedAt.is_null())
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// What may be accepted until it expires.
fn open() -> Condition {
    untouched().add(Column::FrozenAt.is_null()).add(Column::WaitingAt.is_null())
}

pub(super) fn untouched() -> Condition {
    Condition::all()
        .add(Column::AcceptedAt.is_null())
        .add(Column::RevokedAt.is_null())
        .add(Column::SupersededAt.is_null())
        .add(Column::DeclinedAt.is_null())
}
