//! What operators look after: messages, signing keys, the trail, the settings in force.

use super::answer::{ListPage, Refusal};
use super::caller::Token;
use crate::audit::Row;
use crate::audit::directory::{self as trail, Filter};
use crate::clock::Timestamp;
use crate::ids::OutboxId;
use crate::keys::Wish;
use crate::keys::rotation::Standing;
use crate::outbox::directory::{self as outbox, Shown};
use crate::protocol::client::SigningAlg;
use crate::rights::{Act, Area, Guarded};
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Messages, keys, the trail, settings.
    Operations,
}

/// A message, without its contents.
#[derive(Object)]
#[oai(rename = "Message")]
pub(super) struct MessageView {
    /// Its id, also the idempotency key towards the gateway.
    id: uuid::Uuid,
    /// Which message, e.g. `invite`.
    kind: String,
    /// Where it stands.
    state: MessageState,
    /// Deliveries tried so far.
    attempts: i32,
    /// What the last failed one met.
    #[oai(skip_serializing_if_is_none)]
    failure: Option<String>,
    /// When it was queued, in seconds since 1970.
    created_at: i64,
    /// When it ended, or will be tried next.
    at: i64,
}

/// Where a message stands.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "snake_case")]
pub(super) enum MessageState {
    /// Not tried yet.
    Waiting,
    /// Tried in vain, and to be tried again.
    Late,
    /// Delivered.
    Sent,
    /// No longer needed.
    Dropped,
    /// Given up; its contents are gone.
    Dead,
}

impl MessageState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Late, Self::Sent, Self::Dropped, Self::Dead];

    const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Late => "late",
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Dead => "dead",
        }
    }

    fn of(shown: Shown) -> Self {
        Self::ALL.into_iter().find(|state| state.name() == shown.name()).unwrap_or(Self::Waiting)
    }
}

/// What came of trying a message at once.
#[derive(Object)]
pub(super) struct TriedNow {
    /// Whether it waited: then it is due now.
    due: bool,
}

/// A signing key; its private part never leaves the installation.
#[derive(Object)]
#[oai(rename = "SigningKey")]
pub(super) struct KeyView {
    /// Its id in the key set.
    kid: String,
    /// Its algorithm.
    alg: String,
    /// Where it stands.
    state: KeyState,
    /// From when it signs, since when, or until when it is published; in seconds since 1970.
    at: i64,
}

/// Where a key stands.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub(super) enum KeyState {
    /// Published, and signs later.
    Next,
    /// Signs.
    Active,
    /// Signs no more, and is still published.
    Retiring,
}

/// How keys are rotated.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct KeyRotation {
    /// One algorithm; every one where it is missing.
    #[oai(skip_serializing_if_is_none)]
    alg: Option<String>,
    /// How.
    how: KeyRotationKind,
}

/// How keys are rotated.
#[derive(Enum)]
#[oai(rename_all = "snake_case")]
pub(super) enum KeyRotationKind {
    /// The next key is published now and signs once everybody can know it.
    Planned,
    /// The next key signs at once.
    Now,
    /// A new key signs at once and every other is removed.
    RevokeOld,
}

/// What a rotation did for one algorithm.
#[derive(Object)]
pub(super) struct RotatedKey {
    /// The algorithm.
    alg: String,
    /// The key that takes over.
    kid: String,
    /// When it signs, in seconds since 1970.
    active_from: i64,
    /// The keys that were removed.
    removed: Vec<String>,
}

/// A row of the trail.
#[derive(Object)]
#[oai(rename = "AuditRow")]
pub(super) struct RowView {
    /// Place in the sealed chain; not there until it is sealed.
    #[oai(skip_serializing_if_is_none)]
    place: Option<i64>,
    /// When, in seconds since 1970.
    at: i64,
    /// Who.
    actor: String,
    /// What.
    act: String,
    /// To what or whom.
    target: String,
    /// `done` or `refused`.
    outcome: String,
    /// Why it was refused.
    #[oai(skip_serializing_if_is_none)]
    reason: Option<String>,
    /// In which organisation.
    #[oai(skip_serializing_if_is_none)]
    organisation: Option<uuid::Uuid>,
    /// For which application.
    #[oai(skip_serializing_if_is_none)]
    client: Option<String>,
    /// From which address.
    address: String,
    /// With which browser.
    user_agent: String,
    /// Changed and telling fields.
    detail: serde_json::Value,
}

/// A setting in force.
#[derive(Object)]
#[oai(rename = "Setting")]
pub(super) struct SettingView {
    /// Its key.
    key: String,
    /// Its value; of a secret `set` or `not set`.
    value: String,
    /// `default`, `file` or `environment`.
    source: String,
}

fn message(it: outbox::Listed) -> MessageView {
    MessageView {
        id: it.record.id.0,
        state: MessageState::of(Shown::of(&it.record)),
        kind: it.kind,
        attempts: it.record.attempts,
        failure: it.record.error,
        created_at: it.record.created_at.0,
        at: it.record.at.0,
    }
}

fn row(it: Row) -> RowView {
    RowView {
        place: it.place,
        at: it.at.0,
        actor: it.actor,
        act: it.act,
        target: it.target,
        outcome: it.outcome,
        reason: it.reason,
        organisation: it.organisation_id.map(|id| id.0),
        client: it.client_id,
        address: it.address,
        user_agent: it.user_agent,
        detail: serde_json::from_str(&it.detail).unwrap_or_default(),
    }
}

/// The calls.
pub(super) struct Operations;

#[OpenApi(tag = "Tag::Operations")]
impl Operations {
    /// List messages, newest first.
    #[oai(path = "/messages", method = "get")]
    async fn messages(
        &self,
        token: Token,
        /// Those that stand so.
        state: Query<Option<MessageState>>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<MessageView>>, Refusal> {
        let caller = token.caller();
        caller.permit(Act::See(Area::Messages, None))?;
        let wish = caller.wish("messages", after.as_deref(), limit.0)?;
        let shown = state.0.and_then(|state| Shown::parse(state.name()));
        let page = outbox::page(caller.app().ground.db.read(), shown, &wish).await?;
        Ok(Json(caller.page("messages", page, message)))
    }

    /// Try a late message at once.
    #[oai(path = "/messages/:id/try", method = "post")]
    async fn try_now(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<TriedNow>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(Act::Change(Area::Messages, None))?;
        let due = caller.app().lifecycle.try_now(permit, &caller.origin, OutboxId(id.0)).await?;
        Ok(Json(TriedNow { due }))
    }

    /// List the signing keys.
    #[oai(path = "/keys", method = "get")]
    async fn keys(&self, token: Token) -> Result<Json<Vec<KeyView>>, Refusal> {
        let caller = token.caller();
        caller.permit(Act::See(Area::Keys, None))?;
        let view = |it: crate::keys::Listed| {
            let (state, at) = match it.standing {
                Standing::Next(at) => (KeyState::Next, at),
                Standing::Active(at) => (KeyState::Active, at),
                Standing::Retiring(at) => (KeyState::Retiring, at),
            };
            KeyView { kid: it.times.kid, alg: it.times.alg.as_str().to_owned(), state, at: at.0 }
        };
        Ok(Json(caller.app().keys.list().await?.into_iter().map(view).collect()))
    }

    /// Rotate signing keys.
    #[oai(path = "/keys/rotate", method = "post")]
    async fn rotate(&self, token: Token, wish: Json<KeyRotation>) -> Result<Json<Vec<RotatedKey>>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(Act::Guarded(Guarded::Keys, None))?;
        let algs = match wish.alg.as_deref() {
            None => SigningAlg::ALL.to_vec(),
            Some(name) => {
                let known = SigningAlg::ALL.into_iter().find(|alg| alg.as_str() == name);
                vec![known.ok_or_else(|| Refusal::field("alg", "must be RS256, PS256, ES256 or EdDSA"))?]
            }
        };
        let how = match wish.how {
            KeyRotationKind::Planned => Wish::Planned,
            KeyRotationKind::Now => Wish::Now,
            KeyRotationKind::RevokeOld => Wish::RevokeOld,
        };
        let ahead = caller.app().config.keys.publish_ahead_minutes * 60;
        let done = caller.app().keys.rotate_now(permit, &caller.origin, &algs, (how, ahead)).await?;
        let view = |it: crate::keys::Rotated| RotatedKey {
            alg: it.alg.as_str().to_owned(),
            kid: it.kid,
            active_from: it.from.0,
            removed: it.removed,
        };
        Ok(Json(done.into_iter().map(view).collect()))
    }

    /// Read the trail, newest first. That it was read is a row of it too.
    #[oai(path = "/audit", method = "get")]
    #[expect(clippy::too_many_arguments, reason = "each is a parameter of the query, documented one by one")]
    async fn audit(
        &self,
        token: Token,
        /// Acts that begin so, e.g. `client.`.
        #[oai(validator(max_length = 80))]
        act: Query<Option<String>>,
        /// By whom, e.g. `account:` and an id.
        #[oai(validator(max_length = 80))]
        actor: Query<Option<String>>,
        /// On what.
        #[oai(validator(max_length = 200))]
        target: Query<Option<String>>,
        /// For which application.
        #[oai(validator(max_length = 200))]
        client: Query<Option<String>>,
        /// Not before, in seconds since 1970.
        from: Query<Option<i64>>,
        /// Before, in seconds since 1970.
        until: Query<Option<i64>>,
        /// Refusals alone.
        #[oai(default)]
        refused: Query<bool>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<RowView>>, Refusal> {
        let caller = token.caller();
        caller.reach(Area::Audit)?;
        let wish = caller.wish("audit", after.as_deref(), limit.0)?;
        let clean = |text: Option<String>| text.map(|text| text.replace('\0', ""));
        let filter = Filter {
            act: clean(act.0),
            actor: clean(actor.0),
            target: clean(target.0),
            client: clean(client.0),
            from: from.0.map(Timestamp),
            until: until.0.map(Timestamp),
            refused: refused.0,
        };
        let looks = (&caller.who, &caller.origin);
        let page = trail::page(&caller.app().ground, looks, &filter, &wish).await?;
        Ok(Json(caller.page("audit", page, row)))
    }

    /// Read the settings in force, and where each comes from.
    #[oai(path = "/settings", method = "get")]
    async fn settings(&self, token: Token) -> Result<Json<Vec<SettingView>>, Refusal> {
        let caller = token.caller();
        caller.permit(Act::See(Area::Settings, None))?;
        let view = |it: crate::config::Setting| SettingView {
            key: it.key,
            value: it.value,
            source: it.source.name().to_owned(),
        };
        Ok(Json(caller.app().config.effective().into_iter().map(view).collect()))
    }
}
