//! What happened to one person or thing, for its page.

use crate::fault::Fault;
use crate::rights::Reach;
use crate::store::Conn;
use crate::store::paging::{Page, Wish};
use entities::audit::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _};

/// The rows about something, newest first. Who sees some organisations only sees what happened in those, and what
/// happened in none.
///
/// # Errors
/// When the database is away.
pub async fn about(conn: &impl Conn, target: &str, reach: &Reach, wish: &Wish) -> Result<Page<Model>, Fault> {
    let mut query =
        Entity::find().filter(Column::Target.eq(target)).order_by_desc(Column::Id).limit(wish.rows());
    if let Reach::Within(own) = reach {
        let in_own = Column::OrganisationId.is_in(own.iter().copied());
        query = query.filter(Condition::any().add(Column::OrganisationId.is_null()).add(in_own));
    }
    if let Some(after) = wish.after.as_deref().and_then(|key| key.parse::<i64>().ok()) {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(wish.page(query.all(conn).await?, |row| row.id.to_string()))
}
