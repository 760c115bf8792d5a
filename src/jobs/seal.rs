//! The audit trail: rows get their places, and checkpoints are signed and kept outside the database too.

use super::Worker;
use crate::audit::{self, Checkpoints};
use crate::config;
use crate::fault::Fault;
use crate::keys::audit_key;
use std::path::PathBuf;
use tokio::io::AsyncWriteExt as _;

/// What the configuration says of checkpoints.
#[derive(Clone, Debug)]
pub struct Sealing {
    due: Checkpoints,
    issuer: String,
    anchor_file: PathBuf,
}

impl Sealing {
    /// As configured.
    #[must_use]
    pub fn new(audit: &config::Audit, issuer: &str) -> Self {
        let due = Checkpoints { rows: audit.checkpoint_rows, seconds: audit.checkpoint_minutes * 60 };
        Self { due, issuer: issuer.to_owned(), anchor_file: audit.anchor_file.clone() }
    }
}

impl Worker {
    /// Seals what was written, and signs a checkpoint if one is due.
    ///
    /// # Errors
    /// When the database is away, or the file of the checkpoints cannot be written: the checkpoint itself is kept in
    /// the database then.
    pub async fn seal_audit(&self) -> Result<(), Fault> {
        let Sealing { due, issuer, anchor_file } = &self.sealing;
        let Some(statement) = audit::seal(&self.ground, issuer, *due).await? else { return Ok(()) };
        let signed = audit_key::seal_statement(&self.ground, &statement).await?;
        let first = audit::seal_checkpoint(&self.ground, &statement, &signed).await?;
        if first && !anchor_file.as_os_str().is_empty() {
            let away = |error: std::io::Error| Fault::Away {
                what: "the file of audit checkpoints",
                why: error.to_string(),
            };
            self.anchor(&signed).await.map_err(away)?;
        }
        Ok(())
    }

    async fn anchor(&self, checkpoint: &str) -> std::io::Result<()> {
        let file = &self.sealing.anchor_file;
        let mut file = tokio::fs::OpenOptions::new().create(true).append(true).open(file).await?;
        file.write_all(format!("{checkpoint}\n").as_bytes()).await?;
        file.sync_all().await
    }
}
