//! Delivering again at once, once whatever was in the way is mended.

use super::Lifecycle;
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::OutboxId;
use crate::outbox::directory;
use crate::rights::{Act, Area, Permit};

impl Lifecycle {
    /// Makes a message that waits for its next try due at once. `false` when it does not wait.
    ///
    /// # Errors
    /// When the database is away, or the permit is for something else.
    pub async fn try_now(&self, permit: Permit, origin: &Origin, id: OutboxId) -> Result<bool, Fault> {
        permit.must_be(&[Act::Change(Area::Messages, None)])?;
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let done = directory::hurry(tx, id, now).await?;
                    if done {
                        audit::append(tx, now, &origin, Entry::done("message.tried_now", id)).await?;
                    }
                    Ok(done)
                })
            })
            .await
    }
}
