//! The folder transport of development: one file for each message, readable by its owner only, and the mailbox of the
//! demo. Files are written aside and renamed, so that who watches the folder never reads half a message.

use std::{
    io,
    path::{Path, PathBuf},
};

use tokio::io::AsyncWriteExt;

use super::{
    delivery::{Receipt, SendError, is_plain_id},
    memory::{Delivered, Mailbox},
};
use crate::config::problem::Problem;

/// Where messages are written, and the mailbox that gets them too.
#[derive(Debug)]
pub struct Folder {
    dir: PathBuf,
    mailbox: Mailbox,
}

impl Folder {
    /// Opens `dir`, which is the value of `key`; makes it if it is missing.
    pub(super) fn open(dir: &Path, key: &str, mailbox: &Mailbox) -> Result<Self, Problem> {
        if dir.as_os_str().is_empty() {
            return Err(Problem::new(key, "is empty: name a directory"));
        }
        make_private(dir)
            .map_err(|error| Problem::new(key, format!("cannot make {}: {error}", dir.display())))?;
        Ok(Self { dir: dir.to_owned(), mailbox: mailbox.clone() })
    }

    /// Writes `content` as `<sent_at>-<kind>-<id>.<extension>` and puts the message into the mailbox.
    pub(super) async fn deliver(
        &self,
        message: Delivered,
        extension: &str,
        content: &[u8],
    ) -> Result<Receipt, SendError> {
        self.mailbox.failure(message.kind)?;
        if !is_plain_id(&message.id) {
            return Err(SendError::Permanent("the id of the message is not a plain id".into()));
        }
        let name = format!("{}-{}-{}", message.sent_at, message.kind.as_str(), message.id);
        let aside = self.dir.join(format!(".{name}.part"));
        let place = self.dir.join(format!("{name}.{extension}"));
        write_private(&aside, content)
            .await
            .map_err(|error| SendError::Retry(format!("the folder cannot be written: {}", error.kind())))?;
        tokio::fs::rename(&aside, &place)
            .await
            .map_err(|error| SendError::Retry(format!("the folder cannot be written: {}", error.kind())))?;
        self.mailbox.put(message)
    }
}

fn make_private(dir: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

async fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(path).await?;
    file.write_all(content).await?;
    file.flush().await
}
