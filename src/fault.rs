//! What can go wrong outside the rules: a fault ends a request with a clear page or a standard
//! error and `Retry-After`; what a person or client did wrong is an outcome, never a fault.

use sea_orm::DbErr;
use std::fmt::Display;

/// A failure of something the process stands on.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database is away, locked or out of connections.
    #[error("database: {0}")]
    Database(#[from] DbErr),
    /// A bounded queue is full: try again after so many seconds.
    #[error("{what} is at its limit")]
    Busy {
        /// What is at its limit.
        what: &'static str,
        /// Seconds for `Retry-After`.
        retry_after: u32,
    },
    /// Another outside part does not answer.
    #[error("{what}: {why}")]
    Away {
        /// Which part.
        what: &'static str,
        /// Why, without secrets.
        why: String,
    },
    /// Our own mistake, or stored data that cannot be read.
    #[error("{0}")]
    Internal(String),
}

impl Fault {
    /// A mistake of our own, with what was seen.
    pub fn internal(what: impl Display) -> Self {
        Self::Internal(what.to_string())
    }

    /// Seconds after which trying again makes sense; `None` when it does not.
    #[must_use]
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            Self::Database(_) | Self::Away { .. } => Some(5),
            Self::Busy { retry_after, .. } => Some(*retry_after),
            Self::Internal(_) => None,
        }
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("stored JSON: {error}"))
    }
}
