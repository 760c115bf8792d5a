//! The one statement that spends a code.

use super::Grant;
use crate::accounts::{self, Status};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::GrantId;
use crate::store::Conn;
use entities::{account, grant, session};
use sea_orm::sea_query::{Expr, OnConflict, Query, ReturningClause, SelectStatement};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait, EntityTrait, IntoActiveModel as _, Iterable as _, QueryFilter,
    QueryResult,
};

/// What the gate has to know of a new grant.
pub(in crate::grants) struct Behind {
    pub(in crate::grants) person: Status,
    /// When the session ended, if it did, and when it is over.
    pub(in crate::grants) session: (Option<Timestamp>, Timestamp),
}

/// Adds a grant and gives what it stands on, as fresh as the row: one statement instead of a read and a write. None
/// when its code has a grant already, so that it was used before, or when the session is gone.
pub(in crate::grants) async fn insert(
    tx: &impl Conn,
    row: Grant,
    now: Timestamp,
) -> Result<Option<Behind>, Fault> {
    let (session, account) = (row.session_id, row.account_id);
    let row = row.into_active_model();
    let values = grant::Column::iter().filter_map(|column| row.get(column).into_value()).map(Expr::value);
    let source = Query::select()
        .exprs(values)
        .from(session::Entity)
        .and_where(session::Column::Id.eq(session))
        .and_where(session::Column::AccountId.eq(account))
        .to_owned();
    let of_person = |column: account::Column| look(account::Entity, column, account::Column::Id.eq(account));
    let of_session = |column: session::Column| look(session::Entity, column, session::Column::Id.eq(session));
    let facts = vec![
        of_person(account::Column::DisabledAt),
        of_person(account::Column::EmailVerifiedAt),
        of_person(account::Column::VerifyBy),
        of_session(session::Column::EndedAt),
        of_session(session::Column::ExpiresAt),
    ];
    let statement = Query::insert()
        .into_table(grant::Entity)
        .columns(grant::Column::iter())
        .select_from(source)
        .map_err(Fault::internal)?
        .on_conflict(OnConflict::column(grant::Column::CodeHash).do_nothing().to_owned())
        .returning(ReturningClause::Exprs(facts))
        .to_owned();
    tx.query_one(&statement).await?.map(|row| behind(&row, now)).transpose()
}

fn look<T, C>(table: T, column: C, of: Expr) -> Expr
where
    T: sea_orm::sea_query::IntoTableRef,
    C: sea_orm::sea_query::IntoColumnRef,
{
    let select: SelectStatement = Query::select().column(column).from(table).and_where(of).to_owned();
    Expr::SubQuery(None, Box::new(select.into()))
}

fn behind(row: &QueryResult, now: Timestamp) -> Result<Behind, Fault> {
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
