//! `[audit]`: checkpoints of the trail.

use super::{Problem, range};
use serde::Deserialize;
use std::path::PathBuf;

/// The audit trail.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audit {
    /// Rows after which a checkpoint is signed.
    pub checkpoint_rows: i64,
    /// Minutes after which a new row gets one anyway.
    pub checkpoint_minutes: i64,
    /// File to which every checkpoint is appended; empty for none.
    pub anchor_file: PathBuf,
}

impl Audit {
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut all = Vec::new();
        range(&mut all, "audit.checkpoint_rows", self.checkpoint_rows, (1, 1_000_000));
        range(&mut all, "audit.checkpoint_minutes", self.checkpoint_minutes, (1, 24 * 60));
        all
    }
}
