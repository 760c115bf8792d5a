//! Lists of organisations for the console and the API.

use super::{Organisation, Team};
use crate::fault::Fault;
use crate::ids::OrganisationId;
use crate::rights::Reach;
use crate::store::Conn;
use crate::store::paging::{Page, Wish, holding};
use entities::organisation::{Column, Entity};
use entities::{membership, team};
use sea_orm::sea_query::{Expr, ExprTrait as _, Func, LikeExpr};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _};
use std::collections::HashMap;

/// An organisation in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The row.
    pub organisation: Organisation,
    /// Its teams.
    pub teams: u64,
    /// People with a place in it.
    pub people: u64,
}

/// The organisations that somebody sees, by name; those whose name holds `words`, where given.
///
/// # Errors
/// When the database is away.
pub async fn page(conn: &impl Conn, reach: &Reach, words: &str, wish: &Wish) -> Result<Page<Listed>, Fault> {
    let mut query = Entity::find().order_by_asc(Column::Name).limit(wish.rows());
    if let Reach::Within(own) = reach {
        query = query.filter(Column::Id.is_in(own.iter().copied()));
    }
    if let Some(after) = &wish.after {
        query = query.filter(Column::Name.gt(after));
    }
    if !words.is_empty() {
        let name = Func::lower(Expr::col(Column::Name));
        query = query.filter(Expr::expr(name).like(LikeExpr::new(holding(words)).escape('\\')));
    }
    let page = wish.page(query.all(conn).await?, |row| row.name.clone());
    let ids: Vec<_> = page.rows.iter().map(|row| row.id).collect();
    let (teams, people) = (teams(conn, &ids).await?, people(conn, &ids).await?);
    let of = |counts: &HashMap<OrganisationId, i64>, id| {
        counts.get(&id).map_or(0, |count| u64::try_from(*count).unwrap_or_default())
    };
    Ok(page.map(|organisation| {
        let id = organisation.id;
        Listed { organisation, teams: of(&teams, id), people: of(&people, id) }
    }))
}

/// The organisations that somebody sees with their teams, both by name: what a form lets choose from, in two reads.
///
/// # Errors
/// When the database is away.
pub async fn choices(conn: &impl Conn, reach: &Reach) -> Result<Vec<(Organisation, Vec<Team>)>, Fault> {
    let mut query = Entity::find().order_by_asc(Column::Name);
    let mut teams = team::Entity::find().order_by_asc(team::Column::Name);
    if let Reach::Within(own) = reach {
        query = query.filter(Column::Id.is_in(own.iter().copied()));
        teams = teams.filter(team::Column::OrganisationId.is_in(own.iter().copied()));
    }
    let mut of: HashMap<OrganisationId, Vec<Team>> = HashMap::new();
    for team in teams.all(conn).await? {
        of.entry(team.organisation_id).or_default().push(team);
    }
    let all = query.all(conn).await?.into_iter();
    Ok(all.map(|it| (of.remove(&it.id).unwrap_or_default(), it)).map(|(teams, it)| (it, teams)).collect())
}

async fn teams(conn: &impl Conn, ids: &[OrganisationId]) -> Result<HashMap<OrganisationId, i64>, Fault> {
    let query = team::Entity::find().select_only().column(team::Column::OrganisationId);
    let query = query.column_as(team::Column::Id.count(), "teams").group_by(team::Column::OrganisationId);
    let query = query.filter(team::Column::OrganisationId.is_in(ids.iter().copied()));
    Ok(query.into_tuple().all(conn).await?.into_iter().collect())
}

async fn people(conn: &impl Conn, ids: &[OrganisationId]) -> Result<HashMap<OrganisationId, i64>, Fault> {
    use membership::{Column, Entity};
    let query = Entity::find().select_only().column(Column::OrganisationId);
    let people = Expr::col(Column::AccountId).count_distinct();
    let query = query.column_as(people, "people").group_by(Column::OrganisationId);
    let query = query.filter(Column::OrganisationId.is_in(ids.iter().copied()));
    Ok(query.into_tuple().all(conn).await?.into_iter().collect())
}
