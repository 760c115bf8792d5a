//! Short-lived state behind one seam: the SQL database, or Redis when there are several nodes.
//!
//! Losing it may end sign-ins in progress; it may never let anything be used twice. So what is
//! redeemed from here is also written to SQL under a unique hash by whoever redeems it.

use crate::clock::{Clock, Timestamp};
use crate::fault::Fault;
use crate::store::Db;
use entities::ephemeral;
use redis::aio::ConnectionManager;
use redis::{AsyncCommands as _, ExistenceCheck, SetExpiry, SetOptions};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The kind of a key: each has its own name space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A parked request and where its sign-in stands.
    Flow,
    /// A sign-in in progress: which factors this browser has proved.
    SignIn,
    /// A recovery in progress.
    Recovery,
    /// An authorization code.
    Code,
    /// A sign-in to the console that is under way.
    Console,
}

impl Kind {
    fn key(self, handle: &[u8]) -> String {
        let name = match self {
            Self::Flow => "flow",
            Self::SignIn => "sign-in",
            Self::Recovery => "recovery",
            Self::Code => "code",
            Self::Console => "console",
        };
        format!("wardgate:{name}:{}", crate::seal::hex(handle))
    }
}

/// Where short-lived state is kept.
#[derive(Clone)]
pub enum Ephemeral {
    /// In the SQL database: survives a restart.
    Sql(Db, Clock),
    /// In Redis, shared by several nodes.
    Redis(ConnectionManager),
}

impl Ephemeral {
    /// Connects to Redis with short waits, so that a dead server is an error and not a hang.
    ///
    /// # Errors
    /// When the URL is malformed or the server does not answer.
    pub async fn redis(url: &str) -> Result<Self, Fault> {
        let wait = std::time::Duration::from_secs(2);
        let settings = redis::aio::ConnectionManagerConfig::new()
            .set_connection_timeout(Some(wait))
            .set_response_timeout(Some(wait))
            .set_number_of_retries(1);
        let client = redis::Client::open(url).map_err(away)?;
        let manager = ConnectionManager::new_with_config(client, settings).await.map_err(away)?;
        Ok(Self::Redis(manager))
    }

    /// Keeps `value` for `seconds`, in place of what was there.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn put(
        &self,
        kind: Kind,
        handle: &[u8],
        value: &impl Serialize,
        seconds: i64,
    ) -> Result<(), Fault> {
        let due = self.begin_put(kind, handle, value, seconds).await?;
        match self {
            Self::Sql(db, _) => db.write(move |tx| Box::pin(async move { due.finish(tx).await })).await,
            Self::Redis(_) => Ok(()),
        }
    }

    /// The same for a caller that has something to write anyway, so that both share one commit: what Redis keeps it
    /// keeps at once; what SQL keeps is there when the write that finishes it is.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn begin_put(
        &self,
        kind: Kind,
        handle: &[u8],
        value: &impl Serialize,
        seconds: i64,
    ) -> Result<DuePut, Fault> {
        let (key, value) = (kind.key(handle), serde_json::to_string(value)?);
        match self {
            Self::Sql(_, clock) => Ok(DuePut(Some(row(key, value, clock.now().plus(seconds))))),
            Self::Redis(redis) => {
                let seconds = u64::try_from(seconds.max(1)).unwrap_or(1);
                let () = redis.clone().set_ex(key, value, seconds).await.map_err(away)?;
                Ok(DuePut(None))
            }
        }
    }

    /// Changes what is kept, for the rest of its time. `false` when it is not there any more: it stays away.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn replace(&self, kind: Kind, handle: &[u8], value: &impl Serialize) -> Result<bool, Fault> {
        let (key, value) = (kind.key(handle), serde_json::to_string(value)?);
        match self {
            Self::Sql(db, clock) => {
                let now = clock.now();
                db.write(move |tx| {
                    Box::pin(async move {
                        let changed = ephemeral::Entity::update_many()
                            .col_expr(ephemeral::Column::Value, Expr::value(value))
                            .filter(ephemeral::Column::Key.eq(key))
                            .filter(ephemeral::Column::ExpiresAt.gt(now))
                            .exec(tx)
                            .await?;
                        Ok(changed.rows_affected == 1)
                    })
                })
                .await
            }
            Self::Redis(redis) => {
                let there = SetOptions::default()
                    .conditional_set(ExistenceCheck::XX)
                    .with_expiration(SetExpiry::KEEPTTL);
                redis.clone().set_options(key, value, there).await.map_err(away)
            }
        }
    }

    /// What is kept, if it is still there.
    ///
    /// # Errors
    /// When the store is away or holds something else.
    pub async fn get<T: DeserializeOwned>(&self, kind: Kind, handle: &[u8]) -> Result<Option<T>, Fault> {
        let key = kind.key(handle);
        let text: Option<String> = match self {
            Self::Sql(db, clock) => ephemeral::Entity::find_by_id(key)
                .filter(ephemeral::Column::ExpiresAt.gt(clock.now()))
                .one(db.read())
                .await?
                .map(|row| row.value),
            Self::Redis(redis) => redis.clone().get(key).await.map_err(away)?,
        };
        text.map(|text| serde_json::from_str(&text).map_err(Fault::from)).transpose()
    }

    /// Takes what is kept: of several callers exactly one gets it.
    ///
    /// # Errors
    /// When the store is away or holds something else.
    pub async fn take<T: DeserializeOwned>(&self, kind: Kind, handle: &[u8]) -> Result<Option<T>, Fault> {
        let key = kind.key(handle);
        let text: Option<String> = match self {
            Self::Sql(db, clock) => {
                let now = clock.now();
                db.write(move |tx| {
                    Box::pin(async move {
                        let taken = ephemeral::Entity::delete_by_id(key).exec_with_returning(tx).await?;
                        Ok(taken.filter(|row| row.expires_at > now).map(|row| row.value))
                    })
                })
                .await?
            }
            Self::Redis(redis) => redis.clone().get_del(key).await.map_err(away)?,
        };
        text.map(|text| serde_json::from_str(&text).map_err(Fault::from)).transpose()
    }

    /// Forgets what is kept, if anything.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn forget(&self, kind: Kind, handle: &[u8]) -> Result<(), Fault> {
        self.take::<serde_json::Value>(kind, handle).await.map(|_| ())
    }

    /// Deletes what has run out; Redis does so by itself.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let Self::Sql(db, clock) = self else { return Ok(0) };
        let now = clock.now();
        db.write(move |tx| {
            Box::pin(async move {
                let gone = ephemeral::Entity::delete_many()
                    .filter(ephemeral::Column::ExpiresAt.lte(now))
                    .exec(tx)
                    .await?;
                Ok(gone.rows_affected)
            })
        })
        .await
    }
}

/// What is still to be written of a value.
#[must_use = "in SQL nothing is kept before it is finished"]
pub struct DuePut(Option<ephemeral::ActiveModel>);

impl DuePut {
    /// Writes what is due.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn finish(self, tx: &super::Tx) -> Result<(), Fault> {
        match self.0 {
            Some(row) => upsert(tx, row).await,
            None => Ok(()),
        }
    }
}

fn row(key: String, value: String, expires_at: Timestamp) -> ephemeral::ActiveModel {
    ephemeral::ActiveModel { key: Set(key), value: Set(value), expires_at: Set(expires_at) }
}

async fn upsert(tx: &super::Tx, row: ephemeral::ActiveModel) -> Result<(), Fault> {
    let replace = OnConflict::column(ephemeral::Column::Key)
        .update_columns([ephemeral::Column::Value, ephemeral::Column::ExpiresAt])
        .to_owned();
    ephemeral::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "used as a function for map_err")]
fn away(error: redis::RedisError) -> Fault {
    Fault::Away { what: "redis", why: error.category().to_owned() }
}
