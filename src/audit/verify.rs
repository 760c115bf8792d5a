//! Verifying the trail: in the database, or in an exported file with nothing but the public key.

use super::chain::{Broken, Record, Statement, Walk};
use super::store;
use crate::fault::Fault;
use crate::store::Conn;
use serde::{Deserialize, Serialize};

/// Rows read at a time.
const PAGE: u64 = 1000;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Rows that fit, from the first on.
    pub sealed: i64,
    /// Rows that wait for their seal: what happens to them until then leaves no trace.
    pub unsealed: u64,
    /// Checkpoints with a good signature.
    pub checkpoints: usize,
    /// The first thing that is wrong.
    pub broken: Option<Broken>,
}

/// A line of an exported file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A row.
    Row(Box<Record>),
    /// A signed checkpoint.
    Checkpoint {
        /// Its JWS.
        checkpoint: String,
    },
}

/// Walks the whole trail of a database. `read` gives what a checkpoint states, if its signature is good; `anchors` are
/// checkpoints that were kept elsewhere.
///
/// # Errors
/// When the database is away.
pub async fn verify(
    conn: &impl Conn,
    anchors: &[String],
    read: impl Fn(&str) -> Option<Statement>,
) -> Result<Report, Fault> {
    let mut signed = store::checkpoints(conn).await?;
    signed.extend_from_slice(anchors);
    let unsealed = store::count_unsealed(conn).await?;
    let (statements, forged) = statements(&signed, read);
    let mut walk = Walk::default();
    let mut broken = forged;
    while broken.is_none() {
        let rows = store::page(conn, walk.place(), PAGE).await?;
        if rows.is_empty() {
            broken = walk.finish(&statements).err();
            break;
        }
        broken = rows.iter().find_map(|row| step(&mut walk, row, &statements).err());
    }
    Ok(Report { sealed: walk.place(), unsealed, checkpoints: statements.len(), broken })
}

/// Walks the lines of an exported file.
pub fn verify_lines(
    lines: Vec<Line>,
    anchors: &[String],
    read: impl Fn(&str) -> Option<Statement>,
) -> Report {
    let (mut rows, mut signed) = (Vec::new(), anchors.to_vec());
    for line in lines {
        match line {
            Line::Row(row) => rows.push(row),
            Line::Checkpoint { checkpoint } => signed.push(checkpoint),
        }
    }
    let (statements, forged) = statements(&signed, read);
    let mut walk = Walk::default();
    let stepped = || rows.iter().find_map(|row| step(&mut walk, row, &statements).err());
    let broken = forged.or_else(stepped);
    let broken = broken.or_else(|| walk.finish(&statements).err());
    Report { sealed: walk.place(), unsealed: 0, checkpoints: statements.len(), broken }
}

fn step(walk: &mut Walk, row: &Record, statements: &[Statement]) -> Result<(), Broken> {
    walk.step(row)?;
    // Sorted by place, so one look finds those of this row.
    let from = statements.partition_point(|statement| statement.place < row.place);
    let here = statements[from..].iter().take_while(|statement| statement.place == row.place);
    here.into_iter().try_for_each(|statement| walk.compare(statement))
}

/// What the checkpoints state, by place; and the first that nobody here signed.
fn statements(
    signed: &[String],
    read: impl Fn(&str) -> Option<Statement>,
) -> (Vec<Statement>, Option<Broken>) {
    let mut good: Vec<Statement> = Vec::new();
    for text in signed {
        match read(text) {
            Some(statement) => good.push(statement),
            None => {
                let after = good.last().map_or(0, |statement| statement.place);
                let what = "is where a checkpoint follows that this key did not sign";
                return (good, Some(Broken { place: after, what }));
            }
        }
    }
    good.sort_by_key(|statement| statement.place);
    (good, None)
}
