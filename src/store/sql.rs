//! The SQL database: a pool to read from and the one way to write.

use super::group::Group;
use crate::fault::Fault;
use futures_util::future::BoxFuture;
use migration::{Migrator, MigratorTrait};
use sea_orm::sqlx::{Connection as _, SqliteConnection};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A query runs on the pool or inside a write alike.
pub trait Conn: ConnectionTrait {}
impl<C: ConnectionTrait> Conn for C {}

/// The transaction of one write.
pub type Tx = DatabaseTransaction;

/// The work of one write.
pub type Work<'a, T> = BoxFuture<'a, Result<T, Fault>>;

/// Both pools. On SQLite the write pool is one connection with synced commits, shared by the writes that wait for it;
/// on PostgreSQL both are the same and every write has a connection of its own.
#[derive(Clone)]
pub struct Db {
    write: DatabaseConnection,
    read: DatabaseConnection,
    pub(super) group: Option<Arc<Group>>,
}

impl Db {
    /// Opens `sqlite://FILE` or `postgres://…` and brings the schema up to date.
    ///
    /// # Errors
    /// When the database cannot be reached or a change fails.
    pub async fn open(url: &str, connections: u32) -> Result<Self, DbErr> {
        let db = Self::connect(url, connections).await?;
        Migrator::up(&db.write, None).await?;
        Ok(db)
    }

    /// Opens without touching the schema.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn connect(url: &str, connections: u32) -> Result<Self, DbErr> {
        if url.starts_with("sqlite:") {
            make_parent(url)?;
            let mut single = options(url, 1);
            single.map_sqlx_sqlite_pool_opts(|pool| pool.after_release(|used, _| Box::pin(is_at_rest(used))));
            let mut write = Database::connect(single).await?;
            let mut read = Database::connect(options(url, connections)).await?;
            tell_statements(&mut write);
            tell_statements(&mut read);
            return Ok(Self { group: Some(Group::new(write.clone())), write, read });
        }
        let mut both = Database::connect(options(url, connections)).await?;
        tell_statements(&mut both);
        Ok(Self { write: both.clone(), read: both, group: None })
    }

    /// How many changes of the schema this program knows and the database has not had. It notes nothing but, in an
    /// empty database, the table that lists them.
    ///
    /// # Errors
    /// When the database does not answer, or had changes that this program does not know: it is newer.
    pub async fn pending(&self) -> Result<usize, DbErr> {
        Ok(Migrator::get_pending_migrations(&self.write).await?.len())
    }

    /// The database server's own clock, in seconds since 1970; `None` where it is this machine's.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn clock(&self) -> Result<Option<i64>, DbErr> {
        if !self.is_postgres() {
            return Ok(None);
        }
        let text = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) AS BIGINT)";
        let row = self.read.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
        row.map(|row| row.try_get_by_index(0)).transpose()
    }

    /// For queries outside a write.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// Makes one change: the rows, their audit row and their outbox rows, all or none. It is not cut
    /// short when the request that asked for it goes away, and it answers after the commit. Inside it
    /// only SQL and signatures: a hash or a network call would hold up every other writer. On SQLite writes that
    /// wait for their turn may share a commit, each in a savepoint.
    ///
    /// # Errors
    /// What `work` answers with, or the database's own failure; then nothing was changed.
    pub async fn write<T, F>(&self, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Tx) -> Work<'a, T> + Send + 'static,
    {
        if let Some(group) = &self.group {
            return group.write(work).await;
        }
        let write = self.write.clone();
        let task = tokio::spawn(async move {
            let tx = write.begin().await?;
            match work(&tx).await {
                Ok(value) => {
                    tx.commit().await?;
                    Ok(value)
                }
                Err(fault) => {
                    tx.rollback().await?;
                    Err(fault)
                }
            }
        });
        task.await.map_err(Fault::internal)?
    }

    /// Whether rows can be locked one by one; on SQLite the whole write is serial already.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.write.get_database_backend() == DbBackend::Postgres
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), DbErr> {
        self.read.ping().await
    }

    /// Closes both pools once the work under way is done.
    pub async fn close(&self) {
        let _ = self.read.clone().close().await;
        let _ = self.write.clone().close().await;
    }
}

/// A write that reads first must take SQLite's lock at once: a deferred one fails with
/// `BUSY_SNAPSHOT` whatever the busy timeout.
pub(super) fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        // The server's own limits: a request that gave up must not leave a statement waiting behind it.
        .map_sqlx_postgres_opts(|postgres| {
            postgres.options([
                ("lock_timeout", "5s"),
                ("statement_timeout", "30s"),
                ("idle_in_transaction_session_timeout", "60s"),
            ])
        })
        .map_sqlx_sqlite_opts(|sqlite| {
            use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
            sqlite
                .create_if_missing(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
        });
    options
}

/// Tells the log of each statement, without its values, at the level `trace`; so tests count what a request costs. The
/// price while nobody listens is two looks at the machine's clock a statement.
fn tell_statements(connection: &mut DatabaseConnection) {
    connection.set_metric_callback(|done| {
        let (text, micros) = (done.statement.sql.as_str(), done.elapsed.as_micros());
        tracing::trace!(target: "wardgate::statement", failed = done.failed, micros, text);
    });
}

/// Whether the writing connection may be used again. When the disk is full or fails, SQLite ends the transaction by itself; the
/// driver goes on believing in it and refuses every later one. So such a connection is closed, and the next write
/// opens a new one.
async fn is_at_rest(used: &mut SqliteConnection) -> Result<bool, sea_orm::sqlx::Error> {
    // A rollback that is under way is done when the connection answers.
    used.ping().await?;
    Ok(!used.is_in_transaction())
}

fn make_parent(url: &str) -> Result<(), DbErr> {
    let path = url.trim_start_matches("sqlite://").trim_start_matches("sqlite:");
    let path = Path::new(path.split('?').next().unwrap_or(path));
    let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else { return Ok(()) };
    std::fs::create_dir_all(parent)
        .map_err(|error| DbErr::Custom(format!("folder {} of the database: {error}", parent.display())))
}
