//! The trail in pages, newest first, for those who may read it. That somebody read it is a row of it too.

use super::Row;
use super::{Entry, Origin, export};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::rights::{Area, Reach, Who, reach};
use crate::store::Ground;
use crate::store::paging::{Page, Wish};
use entities::audit::{Column, Entity};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _};
use serde::Serialize;

/// Which rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Acts that begin so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub act: Option<String>,
    /// By whom, e.g. `account:` and an id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// On what.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// For which application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// Not before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Refusals alone.
    pub refused: bool,
}

/// A page of the rows that `who` sees.
///
/// # Errors
/// When the database is away.
pub async fn page(
    ground: &Ground,
    (who, origin): (&Who, &Origin),
    filter: &Filter,
    wish: &Wish,
) -> Result<Page<Row>, Fault> {
    // Going through the pages of one look is one look.
    if wish.after.is_none() {
        export::note(ground, origin, Entry::done("audit.read", "all").with("filter", filter)).await?;
    }
    let mut query = Entity::find().order_by_desc(Column::Id).limit(wish.rows());
    if let Reach::Within(own) = reach(who, Area::Audit) {
        query = query.filter(Column::OrganisationId.is_in(own));
    }
    if let Some(after) = wish.after.as_deref().and_then(|id| id.parse::<i64>().ok()) {
        query = query.filter(Column::Id.lt(after));
    }
    let Filter { act, actor, target, client, from, until, refused } = filter;
    let equal = [(Column::Actor, actor), (Column::Target, target), (Column::ClientId, client)];
    for (column, value) in equal {
        if let Some(value) = value {
            query = query.filter(column.eq(value));
        }
    }
    if let Some(act) = act {
        query = query.filter(Column::Act.starts_with(act));
    }
    if let Some(from) = from {
        query = query.filter(Column::At.gte(*from));
    }
    if let Some(until) = until {
        query = query.filter(Column::At.lt(*until));
    }
    if *refused {
        query = query.filter(Column::Outcome.eq("refused"));
    }
    Ok(wish.page(query.all(ground.db.read()).await?, |row| row.id.to_string()))
}
