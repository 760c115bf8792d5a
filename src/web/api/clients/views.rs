//! What the API says of applications.

use super::settings::ClientSettings;
use crate::clients::{Client, ClientKind, RegistrationToken, Report, directory};
use crate::clock::Timestamp;
use crate::outbox::{End, Record};
use poem_openapi::{Enum, Object};

/// A kind of application.
#[derive(Clone, Copy, Debug, Enum)]
#[oai(rename_all = "snake_case", rename = "ClientType")]
pub(super) enum ClientType {
    /// On a server, which can keep a secret.
    Server,
    /// Script in the browser.
    Browser,
    /// On the person's device.
    Native,
    /// It signs nobody in: it acts in its own name.
    Service,
}

impl From<ClientKind> for ClientType {
    fn from(kind: ClientKind) -> Self {
        match kind {
            ClientKind::Server => Self::Server,
            ClientKind::Browser => Self::Browser,
            ClientKind::Native => Self::Native,
            ClientKind::Service => Self::Service,
        }
    }
}

impl From<ClientType> for ClientKind {
    fn from(kind: ClientType) -> Self {
        match kind {
            ClientType::Server => Self::Server,
            ClientType::Browser => Self::Browser,
            ClientType::Native => Self::Native,
            ClientType::Service => Self::Service,
        }
    }
}

/// An application in a list.
#[derive(Object)]
#[oai(rename = "ListedClient")]
pub(super) struct Row {
    /// `client_id`.
    id: String,
    /// Name that people read.
    name: String,
    /// What it is.
    #[oai(rename = "type")]
    kind: ClientType,
    /// Who looks after it: `config`, `command`, `console` (which is the API too) or `dynamic`.
    source: String,
    /// Whether it belongs to somebody else.
    third_party: bool,
    /// When somebody last signed in to it, in seconds since 1970.
    #[oai(skip_serializing_if_is_none)]
    last_used_at: Option<i64>,
}

impl From<directory::Listed> for Row {
    fn from(it: directory::Listed) -> Self {
        Self {
            kind: ClientKind::of(&it.client.policy).into(),
            third_party: it.client.policy.third_party,
            id: it.client.id,
            name: it.client.name,
            source: it.client.source,
            last_used_at: it.last_used.map(|at| at.0),
        }
    }
}

/// An application.
#[derive(Object)]
#[oai(rename = "Client")]
pub(super) struct View {
    /// `client_id`.
    id: String,
    /// What it is.
    #[oai(rename = "type")]
    kind: ClientType,
    /// Who looks after it: `config`, `command`, `console` (which is the API too) or `dynamic`.
    source: String,
    /// When it was added, in seconds since 1970.
    created_at: i64,
    /// Every setting.
    settings: ClientSettings,
    /// What it may do, a sentence each.
    may: Vec<String>,
    /// What is weak, or would be refused today.
    warnings: Vec<String>,
}

impl View {
    pub(super) fn of(client: &Client, report: Report) -> Self {
        Self {
            id: client.id.clone(),
            kind: ClientKind::of(&client.policy).into(),
            source: client.source.clone(),
            created_at: client.created_at.0,
            settings: ClientSettings::of(client.as_written()),
            may: report.may,
            warnings: [report.problems, report.warnings].concat(),
        }
    }
}

/// An application that was made or changed, with what its own settings have to say.
#[derive(Object)]
pub(super) struct ClientWithSecret {
    /// The application.
    pub(super) client: View,
    /// Its secret, where a new one was made. It is not shown again.
    #[oai(skip_serializing_if_is_none)]
    pub(super) client_secret: Option<String>,
    /// The issuer that the application has to know.
    pub(super) issuer: String,
    /// The discovery document.
    pub(super) discovery: String,
}

/// An application to be made.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewClientBody {
    /// `client_id`; without it, a random one.
    #[oai(validator(min_length = 1, max_length = 128), skip_serializing_if_is_none)]
    pub(super) id: Option<String>,
    /// What it is: each type starts with safe settings.
    #[oai(rename = "type")]
    pub(super) kind: ClientType,
    /// What differs from that. A name is needed.
    pub(super) settings: ClientSettings,
}

/// A new secret to be made.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct Rotation {
    /// Hours for which the old secret still works.
    #[oai(validator(minimum(value = "0"), maximum(value = "2160")))]
    pub(super) keep_old_hours: i64,
}

/// A new secret.
#[derive(Object)]
pub(super) struct NewSecret {
    /// The secret. It is not shown again.
    pub(super) client_secret: String,
    /// When the old one ends, in seconds since 1970.
    pub(super) old_secret_until: i64,
}

/// Why a request was refused.
#[derive(Object)]
#[oai(rename = "ClientRefusal")]
pub(super) struct RefusalView {
    /// What the page or the answer showed.
    reference: String,
    /// When, in seconds since 1970.
    at: i64,
    /// Path of the endpoint.
    endpoint: String,
    /// What the application was told.
    error: String,
    /// Why.
    reason: String,
}

impl From<crate::clients::Refusal> for RefusalView {
    fn from(it: crate::clients::Refusal) -> Self {
        let (reference, endpoint, error, reason) = (it.reference, it.endpoint, it.error, it.reason);
        Self { reference, at: it.at.0, endpoint, error, reason }
    }
}

/// What became of telling an application that a session ended.
#[derive(Object)]
#[oai(rename = "ClientLogout")]
pub(super) struct LogoutView {
    /// Its id.
    id: uuid::Uuid,
    /// `waiting`, `delivered`, `dropped` or `failed`.
    state: String,
    /// Tries so far.
    tries: i32,
    /// When it was queued, in seconds since 1970.
    queued_at: i64,
    /// When it ended, or will be tried next.
    at: i64,
    /// What the last try met.
    #[oai(skip_serializing_if_is_none)]
    last_error: Option<String>,
}

impl From<Record> for LogoutView {
    fn from(it: Record) -> Self {
        let state = match it.end {
            Some(End::Sent) => "delivered",
            Some(End::Dropped) => "dropped",
            Some(End::Dead) => "failed",
            None => "waiting",
        };
        let (queued_at, at) = (it.created_at.0, it.at.0);
        Self { id: it.id.0, state: state.to_owned(), tries: it.attempts, queued_at, at, last_error: it.error }
    }
}

/// A token with which applications register themselves.
#[derive(Object)]
#[oai(rename = "RegistrationToken")]
pub(super) struct TokenView {
    /// Its id.
    id: uuid::Uuid,
    /// `live`, `used_up`, `expired` or `revoked`.
    state: String,
    /// How many applications may still come by it.
    uses_left: i32,
    /// Their profile.
    profile: String,
    /// The scopes that they may have at most.
    scope: String,
    /// What it is for.
    note: String,
    /// When it was made, in seconds since 1970.
    created_at: i64,
    /// When it is dead, in seconds since 1970.
    expires_at: i64,
}

impl TokenView {
    pub(super) fn of(it: RegistrationToken, now: Timestamp) -> Self {
        let state = match (it.revoked_at, it.uses_left) {
            (Some(_), _) => "revoked",
            _ if it.expires_at <= now => "expired",
            (None, 0) => "used_up",
            (None, _) => "live",
        };
        Self {
            id: it.id.0,
            state: state.to_owned(),
            uses_left: it.uses_left,
            profile: it.profile,
            scope: it.scope,
            note: it.note,
            created_at: it.created_at.0,
            expires_at: it.expires_at.0,
        }
    }
}

/// A registration token to be made.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewToken {
    /// How many applications may come by it.
    #[oai(validator(minimum(value = "1"), maximum(value = "1000")))]
    pub(super) uses: i32,
    /// Days until it is dead.
    #[oai(validator(minimum(value = "1"), maximum(value = "365")))]
    pub(super) days: i64,
    /// `default` or `legacy-library`: their profile.
    #[oai(skip_serializing_if_is_none)]
    pub(super) profile: Option<String>,
    /// The scopes that they may have at most, beside openid.
    pub(super) scopes: Vec<String>,
    /// What it is for.
    #[oai(validator(max_length = 200), skip_serializing_if_is_none)]
    pub(super) note: Option<String>,
}

/// A registration token that was made.
#[derive(Object)]
pub(super) struct MadeToken {
    /// Its id.
    pub(super) id: uuid::Uuid,
    /// The token. It is not shown again.
    pub(super) token: String,
}
