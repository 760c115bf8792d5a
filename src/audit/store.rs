//! The queries of the trail.

use super::{Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::store::Conn;
use entities::audit;
use sea_orm::{ActiveValue::NotSet, ActiveValue::Set, EntityTrait};

/// Writes one row in the act's own transaction.
///
/// # Errors
/// When the row cannot be written; the act must then fail too (R13).
pub async fn append(tx: &impl Conn, now: Timestamp, origin: &Origin, entry: Entry) -> Result<(), Fault> {
    let row = audit::ActiveModel {
        id: NotSet,
        at: Set(now),
        actor: Set(origin.actor.to_string()),
        act: Set(entry.act.to_owned()),
        target: Set(entry.target),
        outcome: Set(if entry.refused.is_some() { "refused" } else { "done" }.to_owned()),
        reason: Set(entry.refused),
        organisation_id: Set(entry.organisation_id),
        client_id: Set(entry.client_id),
        address: Set(origin.address.clone()),
        user_agent: Set(origin.user_agent.clone()),
        detail: Set(serde_json::Value::Object(entry.detail).to_string()),
    };
    audit::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
