//! Deletes what is over, so that tables stay bounded (R15).

use crate::fault::Fault;
use crate::store::Ground;

/// Seconds for which dead codes, counters and delivered rows stay for those who ask why (G3).
const KEEP: i64 = 24 * 3600;

pub(super) async fn sweep(ground: &Ground) -> Result<(), Fault> {
    ground.ephemeral.sweep().await?;
    let before = ground.clock.now().plus(-KEEP);
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                crate::store::rates::sweep(tx, before).await?;
                crate::store::answers::sweep(tx, before).await?;
                crate::login::sweep(tx, before).await?;
                crate::accounts::sweep_proofs(tx, before).await?;
                crate::clients::sweep(tx, before).await?;
                crate::invitations::bulk::sweep(tx, before).await?;
                crate::grants::sweep(tx, before).await?;
                crate::outbox::sweep(tx, before.plus(-6 * KEEP)).await
            })
        })
        .await
}
