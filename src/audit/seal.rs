//! Sealing: rows get their places in the chain a moment after they were written, one sealer at a time. Whoever
//! appends waits for nobody; the row ids have gaps and commit out of order, so only the sealer gives places.

use super::chain::{BEGINNING, Record, Statement, commitment};
use super::store::{self, Standing};
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

/// Seals what was written since; gives what is to be signed now, if a checkpoint is due. Several nodes may do it at
/// once. Where there is nothing to do it is one read.
///
/// # Errors
/// When the database is away.
pub async fn seal(ground: &Ground, issuer: &str, due: Checkpoints) -> Result<Option<Statement>, Fault> {
    let conn = ground.db.read();
    let mut standing = store::standing(conn).await?;
    while standing.has_unsealed {
        let random = ground.random.clone();
        let sealed =
            ground.db.write(move |tx| Box::pin(async move { seal_batch(tx, &random).await })).await?;
        standing = store::standing(conn).await?;
        if sealed < BATCH {
            break;
        }
    }
    let now = ground.clock.now();
    if !due.is_due(&standing, now) {
        return Ok(None);
    }
    let Some((place, digest)) = store::head(conn).await? else { return Ok(None) };
    Ok(Some(Statement { iss: issuer.to_owned(), iat: now.0, place, digest: hex(&digest) }))
}

impl Checkpoints {
    fn is_due(self, standing: &Standing, now: Timestamp) -> bool {
        let (signed, at) = standing.signed;
        let rows = standing.sealed - signed;
        rows >= self.rows || (rows > 0 && now.since(at) >= self.seconds)
    }
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

/// Keeps a signed statement. `false` when another node has signed one for this place: then that one counts.
///
/// # Errors
/// When the database is away.
pub async fn seal_checkpoint(ground: &Ground, stated: &Statement, signed: &str) -> Result<bool, Fault> {
    let row =
        checkpoint::Model { place: stated.place, at: Timestamp(stated.iat), statement: signed.to_owned() };
    ground.db.write(move |tx| Box::pin(async move { store::insert_checkpoint(tx, row).await })).await
}
