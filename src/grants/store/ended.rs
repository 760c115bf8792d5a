//! Sessions that ended, and what was used in them.

use crate::fault::Fault;
use crate::ids::{AccountId, SessionId};
use crate::store::Conn;
use entities::{grant, session};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect as _, RelationDef};

/// The ended sessions of a person, each with an application that was used in it, the latest first.
pub(in crate::grants) async fn used_in_ended(
    conn: &impl Conn,
    account: AccountId,
    most: u64,
) -> Result<Vec<(SessionId, String)>, Fault> {
    let session: RelationDef = grant::Entity::belongs_to(session::Entity)
        .from(grant::Column::SessionId)
        .to(session::Column::Id)
        .into();
    let query = grant::Entity::find()
        .select_only()
        .column(grant::Column::SessionId)
        .column(grant::Column::ClientId)
        .join(JoinType::InnerJoin, session)
        .filter(grant::Column::AccountId.eq(account))
        .filter(grant::Column::Scope.ne(""))
        .filter(session::Column::EndedAt.is_not_null())
        .group_by(grant::Column::SessionId)
        .group_by(grant::Column::ClientId)
        .group_by(session::Column::EndedAt)
        .order_by_desc(session::Column::EndedAt)
        .limit(most);
    Ok(query.into_tuple().all(conn).await?)
}
