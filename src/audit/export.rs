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
    let (mut export, mut lines) = (Export::begin(ground, permit, origin).await?, 0);
    while let Some(some) = export.next(ground).await? {
        for it in &some {
            line(it)?;
            lines += 1;
        }
    }
    Ok(lines)
}

/// An export under way: every sealed row and then every checkpoint, a page at a time.
#[derive(Debug)]
pub struct Export {
    place: i64,
    rows_done: bool,
    all_done: bool,
}

impl Export {
    /// Begins one. That somebody exported the trail is a row of it.
    ///
    /// # Errors
    /// When the database is away, or the permit is for something else.
    pub async fn begin(ground: &Ground, permit: Permit, origin: &Origin) -> Result<Self, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::Export, None)])?;
        note(ground, origin, Entry::done("audit.exported", "all")).await?;
        Ok(Self { place: 0, rows_done: false, all_done: false })
    }

    /// The next lines; none at the end.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn next(&mut self, ground: &Ground) -> Result<Option<Vec<Line>>, Fault> {
        if self.all_done {
            return Ok(None);
        }
        if !self.rows_done {
            let rows = store::page(ground.db.read(), self.place, PAGE).await?;
            if let Some(last) = rows.last().map(|row: &Record| row.place) {
                self.place = last;
                return Ok(Some(rows.into_iter().map(|row| Line::Row(Box::new(row))).collect()));
            }
            self.rows_done = true;
        }
        self.all_done = true;
        let checkpoints = store::checkpoints(ground.db.read()).await?;
        Ok(Some(checkpoints.into_iter().map(|checkpoint| Line::Checkpoint { checkpoint }).collect()))
    }
}

pub(super) async fn note(ground: &Ground, origin: &Origin, entry: Entry) -> Result<(), Fault> {
    let (now, origin) = (ground.clock.now(), origin.clone());
    ground.db.write(move |tx| Box::pin(async move { append(tx, now, &origin, entry).await })).await
}
