//! Lists of applications for the console and the API.

use super::{Client, builtin, store};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::store::Conn;
use crate::store::paging::{Page, Wish, holding};
use entities::client::{Column, Entity};
use entities::grant;
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LikeExpr, Query};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _};
use std::collections::HashMap;

/// Between name and id in a key; no name has one.
const BETWEEN: char = '\n';

/// An application in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// As it is registered.
    pub client: Client,
    /// When somebody last signed in to it.
    pub last_used: Option<Timestamp>,
}

/// Applications by name, those whose name or id holds `words` where given. The console itself is none.
///
/// # Errors
/// When the database is away.
pub async fn page(conn: &impl Conn, words: &str, wish: &Wish) -> Result<Page<Listed>, Fault> {
    let mut query = Entity::find()
        .filter(Column::Source.ne(builtin::BUILTIN))
        .order_by_asc(Column::Name)
        .order_by_asc(Column::Id)
        .limit(wish.rows());
    if let Some((name, id)) = wish.after.as_deref().and_then(|after| after.split_once(BETWEEN)) {
        let same_name = Condition::all().add(Column::Name.eq(name)).add(Column::Id.gt(id));
        query = query.filter(Condition::any().add(Column::Name.gt(name)).add(same_name));
    }
    if !words.is_empty() {
        let holds = |column: Column| {
            Expr::expr(Func::lower(Expr::col(column))).like(LikeExpr::new(holding(words)).escape('\\'))
        };
        query = query.filter(Condition::any().add(holds(Column::Name)).add(holds(Column::Id)));
    }
    let page = wish.page(query.all(conn).await?, |row| format!("{}{BETWEEN}{}", row.name, row.id));
    let ids: Vec<String> = page.rows.iter().map(|row| row.id.clone()).collect();
    let used = last_used(conn, &ids).await?;
    let next = page.next;
    let rows: Result<Vec<_>, Fault> = page
        .rows
        .into_iter()
        .map(|row| {
            let last_used = used.get(&row.id).copied();
            Ok(Listed { client: store::read(row)?, last_used })
        })
        .collect();
    Ok(Page { rows: rows?, next })
}

/// When somebody last signed in to each of these. One look into an index for each, however many sign-ins there were.
///
/// # Errors
/// When the database is away.
pub async fn last_used(conn: &impl Conn, ids: &[String]) -> Result<HashMap<String, Timestamp>, Fault> {
    let mut newest = Query::select();
    newest
        .expr(Func::max(Expr::col((grant::Entity, grant::Column::CreatedAt))))
        .from(grant::Entity)
        .and_where(Expr::col((grant::Entity, grant::Column::ClientId)).equals((Entity, Column::Id)));
    let query = Entity::find().select_only().column(Column::Id).expr_as(Expr::from(newest), "newest");
    let rows: Vec<(String, Option<Timestamp>)> =
        query.filter(Column::Id.is_in(ids.iter().cloned())).into_tuple().all(conn).await?;
    Ok(rows.into_iter().filter_map(|(id, newest)| Some((id, newest?))).collect())
}
