//! Sealing: rows get their places in the chain a moment after they were written, one sealer at a time. Whoever
//! appends waits for nobody; the row ids have gaps and commit out of order, so only the sealer gives places.

use super::chain::{BEGINNING, Record, Statement, commitment};
use super::store;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::random::Random;
use crate::seal::hex;
use crate::store::{Ground, Tx};
use entities::audit::Model;
use entities::audit_checkpoint as checkpoint;

/// Rows that one write seals: it holds up other writers on SQLite for that long.
const BATCH: u64 = 200;

/// When checkpoints are due.
#[derive(Clone, Copy, Debug)]
pub struct Checkpoints {
    /// After so many rows.
    pub rows: i64,
    /// After so many seconds, if there is a new row.
    pub seconds: i64,
}

/// Seals what was written since; gives how many rows. Several nodes may do it at once.
///
/// # Errors
/// When the database is away.
pub async fn seal(ground: &Ground) -> Result<u64, Fault> {
    let mut all = 0;
    while store::has_unsealed(ground.db.read()).await? {
        let random = ground.random.clone();
        let sealed =
            ground.db.write(move |tx| Box::pin(async move { seal_batch(tx, &random).await })).await?;
        all += sealed;
        if sealed < BATCH {
            break;
        }
    }
    Ok(all)
}

async fn seal_batch(tx: &Tx, random: &Random) -> Result<u64, Fault> {
    store::lock(tx).await?;
    let (mut place, mut digest) = store::head(tx).await?.unwrap_or((0, BEGINNING));
    let rows = store::unsealed(tx, BATCH).await?;
    let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
    for row in rows {
        place += 1;
        let salt = random.bytes::<16>();
        let commitment = commitment(&salt, &row.address, &row.user_agent);
        let id = row.id;
        let row = Model {
            place: Some(place),
            digest: Some(Vec::new()),
            commitment: Some(commitment.to_vec()),
            salt: Some(salt.to_vec()),
            ..row
        };
        let record = Record::sealed(row).ok_or_else(|| Fault::internal("a row has no seal"))?;
        digest = record.digest_after(&digest);
        store::set_seal(tx, id, (place, &digest), (&commitment, &salt)).await?;
    }
    Ok(count)
}

/// What is to be signed now, if a checkpoint is due.
///
/// # Errors
/// When the database is away.
pub async fn seal_due(ground: &Ground, issuer: &str, due: Checkpoints) -> Result<Option<Statement>, Fault> {
    let (conn, now) = (ground.db.read(), ground.clock.now());
    let Some((place, digest)) = store::head(conn).await? else { return Ok(None) };
    let (last, signed_at) = store::last_checkpoint(conn).await?.unwrap_or((0, Timestamp(0)));
    let is_due = place - last >= due.rows || (place > last && now.since(signed_at) >= due.seconds);
    Ok(is_due.then(|| Statement { iss: issuer.to_owned(), iat: now.0, place, digest: hex(&digest) }))
}

/// Keeps a signed statement. `false` when another node has signed one for this place: then that one counts.
///
/// # Errors
/// When the database is away.
pub async fn seal_checkpoint(ground: &Ground, stated: &Statement, signed: &str) -> Result<bool, Fault> {
    let row =
        checkpoint::Model { place: stated.place, at: Timestamp(stated.iat), statement: signed.to_owned() };
    ground.db.write(move |tx| Box::pin(async move { store::insert_checkpoint(tx, row).await })).await
}
