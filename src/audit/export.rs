//! Reading the trail. That somebody read it is a row of it too.

use super::chain::Record;
use super::verify::Line;
use super::{Entry, Origin, append, store};
use crate::fault::Fault;
use crate::rights::{Act, Area, Guarded, Permit};
use crate::store::Ground;
use entities::audit::Model;

/// Rows read at a time.
const PAGE: u64 = 1000;

/// The newest rows, the last one first: of acts that begin so and of this target, where given.
///
/// # Errors
/// When the database is away.
pub async fn newest(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    (act, target): (Option<&str>, Option<&str>),
    most: u64,
) -> Result<Vec<Model>, Fault> {
    permit.must_be(&[Act::See(Area::Audit, None)])?;
    let entry = Entry::done("audit.read", target.unwrap_or("all")).with("acts", act);
    note(ground, origin, entry).await?;
    store::newest(ground.db.read(), (act, target), most).await
}

/// Every sealed row and then every checkpoint, to be written line by line as JSON; gives how many lines.
///
/// # Errors
/// When the database is away or `line` fails.
pub async fn export(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    mut line: impl FnMut(&Line) -> Result<(), Fault>,
) -> Result<u64, Fault> {
    permit.must_be(&[Act::Guarded(Guarded::Export, None)])?;
    note(ground, origin, Entry::done("audit.exported", "all")).await?;
    let (conn, mut place, mut lines) = (ground.db.read(), 0, 0);
    loop {
        let rows = store::page(conn, place, PAGE).await?;
        let Some(last) = rows.last().map(|row: &Record| row.place) else { break };
        place = last;
        for row in rows {
            line(&Line::Row(Box::new(row)))?;
            lines += 1;
        }
    }
    for checkpoint in store::checkpoints(conn).await? {
        line(&Line::Checkpoint { checkpoint })?;
        lines += 1;
    }
    Ok(lines)
}

async fn note(ground: &Ground, origin: &Origin, entry: Entry) -> Result<(), Fault> {
    let (now, origin) = (ground.clock.now(), origin.clone());
    ground.db.write(move |tx| Box::pin(async move { append(tx, now, &origin, entry).await })).await
}
