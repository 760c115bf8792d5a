//! Why requests of applications were refused, kept for a while for whoever looks after the application: the
//! application itself learns the standard code only.

use super::Clients;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::seal::hex;
use crate::store::Conn;
pub use entities::refusal::Model as Refusal;
use entities::refusal::{Column, Entity};
use sea_orm::{
    ColumnTrait as _, EntityTrait, IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use std::sync::{Arc, Mutex, PoisonError};

/// How many a node keeps in a minute: whoever sends rubbish fills no disk. What is more is only logged.
const PER_MINUTE: u32 = 120;
/// The longest reason, in characters.
const LONGEST: usize = 1000;
/// The longest client id that is kept, in characters.
const LONGEST_ID: usize = 128;

/// How many were kept since when.
#[derive(Clone, Default)]
pub(super) struct Kept(Arc<Mutex<Option<(Timestamp, u32)>>>);

impl Kept {
    /// Whether one more may be kept.
    fn one_more(&self, now: Timestamp) -> bool {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let so_far = kept.filter(|(since, _)| now.since(*since).abs() < 60);
        let (since, count) = so_far.unwrap_or((now, 0));
        *kept = Some((since, count.saturating_add(1)));
        count < PER_MINUTE
    }
}

impl Clients {
    /// Keeps why a request was refused; gives the reference under which it is found. `client_id` is what the request
    /// said, proven or not. It never fails: a refusal is an answer already.
    pub async fn note_refusal(&self, endpoint: &str, client_id: &str, error: &str, reason: &str) -> String {
        let (now, reference) = (self.ground.clock.now(), hex(&self.ground.random.bytes::<5>()));
        let row = Refusal {
            reference: reference.clone(),
            at: now,
            endpoint: endpoint.to_owned(),
            client_id: tidy(client_id, LONGEST_ID),
            error: error.to_owned(),
            reason: tidy(reason, LONGEST),
        };
        tracing::info!(reference, endpoint, client = row.client_id, error, reason = row.reason, "refused");
        if self.refused.one_more(now) {
            let kept = self.ground.db.write(move |tx| {
                Box::pin(async move {
                    Entity::insert(row.into_active_model()).exec_without_returning(tx).await?;
                    Ok(())
                })
            });
            if let Err(fault) = kept.await {
                tracing::error!(%fault, reference, "why a request was refused cannot be kept");
            }
        }
        reference
    }

    /// A refusal by its reference.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn refusal(&self, reference: &str) -> Result<Option<Refusal>, Fault> {
        Ok(Entity::find_by_id(reference.trim().to_ascii_lowercase()).one(self.ground.db.read()).await?)
    }

    /// The newest refusals of an application, the last one first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn refusals(&self, client_id: &str, most: u64) -> Result<Vec<Refusal>, Fault> {
        let query = Entity::find()
            .filter(Column::ClientId.eq(client_id))
            .order_by_desc(Column::At)
            .order_by_desc(Column::Reference)
            .limit(most);
        Ok(query.all(self.ground.db.read()).await?)
    }
}

/// Forgets refusals from before `before`.
pub(super) async fn sweep(tx: &impl Conn, before: Timestamp) -> Result<(), Fault> {
    Entity::delete_many().filter(Column::At.lt(before)).exec(tx).await?;
    Ok(())
}

/// Without control characters, and not without end: values of a request go into it.
fn tidy(text: &str, most: usize) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).take(most).collect()
}
