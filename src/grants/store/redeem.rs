//! The one statement that spends a code.

use super::Grant;
use crate::accounts::{self, Status};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, GrantId, SessionId};
use crate::store::Conn;
use entities::{account, grant, session};
use sea_orm::sea_query::{
    Asterisk, CommonTableExpression, Expr, ExprTrait as _, InsertStatement, LockType, OnConflict, Query,
    Returning, ReturningClause, SelectStatement, WithQuery,
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, DbBackend, EntityTrait, IntoActiveModel as _, Iterable as _,
    QueryFilter, QueryResult,
};

/// What the gate has to know of a new grant.
pub(in crate::grants) struct Behind {
    pub(in crate::grants) person: Status,
    /// When the session ended, if it did, and when it is over.
    pub(in crate::grants) session: (Option<Timestamp>, Timestamp),
}

/// Adds a grant and gives what it stands on, as fresh as the row: one statement instead of a read and a write. None
/// when its code has a grant already, so that it was used before, or when the session is gone. Whoever ends the session
/// from now on waits for this write: what they end next is this grant too.
pub(in crate::grants) async fn insert(
    tx: &impl Conn,
    row: Grant,
    now: Timestamp,
) -> Result<Option<Behind>, Fault> {
    let ids = (row.session_id, row.account_id);
    let row = row.into_active_model();
    let values = grant::Column::iter().filter_map(|column| row.get(column).into_value()).map(Expr::value);
    let values = values.collect();
    let row = match tx.get_database_backend() {
        DbBackend::Postgres => tx.query_one(&spend_locked(values, ids)?).await?,
        _ => tx.query_one(&spend(values, ids)?).await?,
    };
    row.map(|row| behind(&row, now)).transpose()
}

/// SQLite has one writer: nothing changes between what is read here and the commit.
fn spend(values: Vec<Expr>, (session, account): (SessionId, AccountId)) -> Result<InsertStatement, Fault> {
    let source = Query::select()
        .exprs(values)
        .from(session::Entity)
        .and_where(session::Column::Id.eq(session))
        .and_where(session::Column::AccountId.eq(account))
        .to_owned();
    add(source, ReturningClause::Exprs(of_facts((session, account))))
}

/// What `behind` reads, as sub-selects beside a row that is written.
pub(super) fn of_facts((session, account): (SessionId, AccountId)) -> Vec<Expr> {
    let of_person = |column: account::Column| look(account::Entity, column, account::Column::Id.eq(account));
    let of_session = |column: session::Column| look(session::Entity, column, session::Column::Id.eq(session));
    PERSON.map(of_person).into_iter().chain(SESSION.map(of_session)).collect()
}

/// On PostgreSQL others write meanwhile, so the session is locked until the commit, and what is judged is the row that
/// was locked: a sub-select would show it as it was before the wait. The person needs no lock: whoever closes an
/// account ends its sessions in the same write. The price is a small write to the session's row.
fn spend_locked(values: Vec<Expr>, (session, account): (SessionId, AccountId)) -> Result<WithQuery, Fault> {
    let of_session = Expr::col((account::Entity, account::Column::Id))
        .equals((session::Entity, session::Column::AccountId));
    let behind = Query::select()
        .columns(PERSON.map(|column| (account::Entity, column)))
        .columns(SESSION.map(|column| (session::Entity, column)))
        .from(session::Entity)
        .inner_join(account::Entity, of_session)
        .and_where(session::Column::Id.eq(session))
        .and_where(session::Column::AccountId.eq(account))
        .lock_with_tables(LockType::Share, [session::Entity])
        .to_owned();
    let source = Query::select().exprs(values).from("behind").to_owned();
    let spent = add(source, Returning::new().column(grant::Column::Id))?;
    let both = Query::select().column(("behind", Asterisk)).from("behind").from("spent").to_owned();
    let named = |name: &'static str| CommonTableExpression::new().table_name(name).to_owned();
    let query = WithQuery::new()
        .cte(named("behind").query(behind).to_owned())
        .cte(named("spent").query(spent).to_owned())
        .query(both)
        .to_owned();
    Ok(query)
}

const PERSON: [account::Column; 3] =
    [account::Column::DisabledAt, account::Column::EmailVerifiedAt, account::Column::VerifyBy];
const SESSION: [session::Column; 2] = [session::Column::EndedAt, session::Column::ExpiresAt];

fn add(source: SelectStatement, returning: ReturningClause) -> Result<InsertStatement, Fault> {
    let statement = Query::insert()
        .into_table(grant::Entity)
        .columns(grant::Column::iter())
        .select_from(source)
        .map_err(Fault::internal)?
        .on_conflict(OnConflict::column(grant::Column::CodeHash).do_nothing().to_owned())
        .returning(returning)
        .to_owned();
    Ok(statement)
}

pub(super) fn look<T, C>(table: T, column: C, of: Expr) -> Expr
where
    T: sea_orm::sea_query::IntoTableRef,
    C: sea_orm::sea_query::IntoColumnRef,
{
    let select: SelectStatement = Query::select().column(column).from(table).and_where(of).to_owned();
    Expr::SubQuery(None, Box::new(select.into()))
}

/// The columns of `PERSON` and `SESSION`, in their order.
pub(super) fn behind(row: &QueryResult, now: Timestamp) -> Result<Behind, Fault> {
    let disabled_at: Option<Timestamp> = row.try_get_by_index(0)?;
    let verified = (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let person = accounts::status_by(disabled_at, verified, now);
    Ok(Behind { person, session: (row.try_get_by_index(3)?, row.try_get_by_index(4)?) })
}

/// Takes back a grant of which nothing may come. What is left says that the code was used.
pub(in crate::grants) async fn void(tx: &impl Conn, id: GrantId, now: Timestamp) -> Result<(), Fault> {
    grant::Entity::update_many()
        .col_expr(grant::Column::RevokedAt, Expr::value(Some(now)))
        .col_expr(grant::Column::Scope, Expr::value(""))
        .filter(grant::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}
