//! Signed-in browsers. A session is made after both factors, under a secret of its own, and ends
//! at sign-out, after its overall time, or idle (N10, N11).

use super::Login;
use crate::accounts::{self, Account, Status};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, OutboxId, SessionId};
use crate::outbox;
use crate::random::Secret;
use crate::store::{Conn, Tx};
use entities::account;
pub use entities::session::Model as Session;
use entities::session::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel as _, JoinType, QueryFilter, QueryOrder as _, QuerySelect as _,
    RelationDef,
};
use serde::{Deserialize, Serialize};

/// The outbox kind of sessions that ended, so that applications can be told.
pub const ENDED: &str = "session_ended";

/// Which sessions ended: one, or all of a person that were open at that time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// The one.
    pub session: Option<SessionId>,
    /// The person.
    pub account: Option<AccountId>,
    /// The time that is on their rows.
    pub at: Timestamp,
}

/// Seconds after which a use moves `seen_at`: a write a minute, not one a page.
const TOUCH_AFTER: i64 = 60;

impl Login {
    /// The session of a browser's secret and its person, if it is live. Notes the use.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn session(&self, secret: &Secret) -> Result<Option<(Session, Account)>, Fault> {
        let (now, db) = (self.ground.clock.now(), &self.ground.db);
        let Some((session, account)) = self.session_aside(secret).await? else { return Ok(None) };
        if now.since(session.seen_at) >= TOUCH_AFTER {
            let id = session.id;
            db.write(move |tx| Box::pin(async move { touch(tx, id, now).await })).await?;
        }
        Ok(Some((session, account)))
    }

    /// The same for a session that stands aside while another account is used: that is no use of it, so it goes on
    /// growing idle.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn session_aside(&self, secret: &Secret) -> Result<Option<(Session, Account)>, Fault> {
        let (now, db) = (self.ground.clock.now(), &self.ground.db);
        let person: RelationDef =
            Entity::belongs_to(account::Entity).from(Column::AccountId).to(account::Column::Id).into();
        let query = Entity::find().filter(Column::SecretHash.eq(secret.hash()));
        let query = query.join(JoinType::InnerJoin, person).select_also(account::Entity);
        let Some((session, Some(account))) = query.one(db.read()).await? else { return Ok(None) };
        if !self.is_live(&session, now) {
            return Ok(None);
        }
        if accounts::status(&account, now) == Status::Disabled {
            return Ok(None);
        }
        Ok(Some((session, account)))
    }

    /// Whether a session is live at a time. A clock that went back ends nothing and revives nothing.
    #[must_use]
    pub fn is_live(&self, session: &Session, now: Timestamp) -> bool {
        session.ended_at.is_none()
            && session.expires_at > now
            && now.since(session.seen_at) < self.times.idle_minutes * 60
    }

    /// A new session row and its secret. Nothing is stored yet.
    #[must_use]
    pub(super) fn new_session(&self, account: AccountId, origin: &Origin) -> (Session, Secret) {
        let (now, secret) = (self.ground.clock.now(), self.ground.random.secret());
        let session = Session {
            id: SessionId(self.ground.new_id()),
            secret_hash: secret.hash(),
            account_id: account,
            amr: super::AMR_PASSWORD_SMS.to_owned(),
            auth_time: now,
            seen_at: now,
            expires_at: now.plus(self.times.session_hours * 3600),
            ended_at: None,
            address: origin.address.clone(),
            user_agent: origin.user_agent.clone(),
        };
        (session, secret)
    }

    /// Ends a session: the person signed out.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sign_out(&self, session: SessionId, origin: &Origin) -> Result<(), Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let event = OutboxId(self.ground.new_id());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if end_session(tx, session, (now, event)).await? {
                        audit::append(tx, now, &origin, Entry::done("session.ended", session)).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

pub(super) async fn insert(tx: &Tx, session: Session) -> Result<(), Fault> {
    Entity::insert(session.into_active_model()).exec_without_returning(tx).await?;
    Ok(())
}

async fn touch(tx: &Tx, id: SessionId, now: Timestamp) -> Result<(), Fault> {
    Entity::update_many()
        .col_expr(Column::SeenAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::SeenAt.lt(now))
        .exec(tx)
        .await?;
    Ok(())
}

/// A session by id that was not ended and is not over.
///
/// # Errors
/// When the database is away.
pub async fn live_session(conn: &impl Conn, id: SessionId, now: Timestamp) -> Result<Option<Session>, Fault> {
    let row = Entity::find_by_id(id)
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .one(conn)
        .await?;
    Ok(row)
}

/// The sessions of a person that were not ended and are not over, the latest sign-in first: a hundred at most.
///
/// # Errors
/// When the database is away.
pub async fn open_sessions(
    conn: &impl Conn,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<Session>, Fault> {
    let query = Entity::find()
        .filter(Column::AccountId.eq(account))
        .filter(Column::EndedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .order_by_desc(Column::AuthTime)
        .limit(100);
    Ok(query.all(conn).await?)
}

/// Ends one session, and queues the event under the given id. `false` when it was over.
///
/// # Errors
/// When the database is away.
pub async fn end_session(
    tx: &impl Conn,
    id: SessionId,
    (now, event): (Timestamp, OutboxId),
) -> Result<bool, Fault> {
    let ended = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(Some(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    if ended.rows_affected == 1 {
        let payload = Ended { session: Some(id), account: None, at: now };
        outbox::queue(tx, event, now, (ENDED, id.to_string()), &payload).await?;
    }
    Ok(ended.rows_affected == 1)
}

/// Ends every session of a person, and queues the event under the given id; gives how many.
///
/// # Errors
/// When the database is away.
pub async fn end_all(
    tx: &impl Conn,
    account: AccountId,
    (now, event): (Timestamp, OutboxId),
) -> Result<u64, Fault> {
    let ended = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(Some(now)))
        .filter(Column::AccountId.eq(account))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    if ended.rows_affected > 0 {
        let payload = Ended { session: None, account: Some(account), at: now };
        outbox::queue(tx, event, now, (ENDED, account.to_string()), &payload).await?;
    }
    Ok(ended.rows_affected)
}
