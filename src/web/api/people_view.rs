//! People as the API shows them.

use super::words::{RoleView, StateView};
use crate::accounts::directory::State;
use crate::accounts::{self, Account};
use crate::audit;
use crate::clock::Timestamp;
use crate::grants::{Ledger, Line, Used};
use crate::ids::OrganisationId;
use crate::lifecycle::Dossier;
use crate::login::{Factor, Session};
use crate::notices::Agreed;
use crate::organisations::Member;
use crate::outbox::End;
use crate::rights::Reach;
use poem_openapi::Object;
use uuid::Uuid;

/// A place of a person.
#[derive(Object)]
#[oai(rename = "Place")]
pub(super) struct PlaceView {
    /// Its id.
    id: Uuid,
    /// The organisation's id.
    organisation: Uuid,
    /// The organisation's name.
    organisation_name: String,
    /// The team's id.
    #[oai(skip_serializing_if_is_none)]
    team: Option<Uuid>,
    /// The team's name.
    #[oai(skip_serializing_if_is_none)]
    team_name: Option<String>,
    /// The role there.
    role: RoleView,
    /// Since when, in seconds since 1970.
    since: i64,
}

/// A place that a person is to have.
#[derive(Object)]
#[oai(rename = "NewPlace", deny_unknown_fields)]
pub(super) struct NewPlaceBody {
    /// The organisation's id.
    pub(super) organisation: Uuid,
    /// The id of one of its teams.
    #[oai(skip_serializing_if_is_none)]
    pub(super) team: Option<Uuid>,
    /// The role. Who has the place already gets this role in it.
    pub(super) role: RoleView,
}

/// A person in a list.
#[derive(Object)]
#[oai(rename = "ListedPerson")]
pub(super) struct Row {
    /// The person's id, which is the `sub` of tokens.
    id: Uuid,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// E-mail address.
    email: String,
    /// Where the account stands.
    state: StateView,
    /// The places that you see.
    places: Vec<PlaceView>,
}

/// A person as far as acts change one.
#[derive(Object)]
#[oai(rename = "PersonStanding")]
pub(super) struct Standing {
    /// The person's id.
    id: Uuid,
    /// Where the account stands.
    state: StateView,
    /// Until when the address is to be proved, in seconds since 1970.
    #[oai(skip_serializing_if_is_none)]
    verify_by: Option<i64>,
    /// The places that you see.
    places: Vec<PlaceView>,
}

/// A person.
#[derive(Object)]
pub(super) struct Person {
    /// The person's id, which is the `sub` of tokens.
    id: Uuid,
    /// Given name.
    given_name: String,
    /// Family name.
    family_name: String,
    /// Profession, one of the list of the sign-up page.
    profession: String,
    /// E-mail address.
    email: String,
    /// Where the account stands.
    state: StateView,
    /// Until when the address is to be proved, in seconds since 1970.
    #[oai(skip_serializing_if_is_none)]
    verify_by: Option<i64>,
    /// When the account was made, in seconds since 1970.
    created_at: i64,
    /// The places that you see.
    places: Vec<PlaceView>,
    /// Whether there are places that you do not see.
    works_elsewhere: bool,
    /// Second factors.
    factors: Vec<FactorView>,
    /// What the person agreed to, newest first.
    agreed: Vec<AgreedView>,
    /// Ids of the applications that hold something of the person.
    applications: Vec<String>,
}

/// A second factor.
#[derive(Object)]
#[oai(rename = "Factor")]
pub(super) struct FactorView {
    /// Its kind.
    kind: String,
    /// The number, all but its last two digits hidden.
    number: String,
    /// Since when it is in use, in seconds since 1970; not there while it waits for its first code.
    #[oai(skip_serializing_if_is_none)]
    since: Option<i64>,
}

/// A notice that was agreed to.
#[derive(Object)]
#[oai(rename = "Agreed")]
pub(super) struct AgreedView {
    /// The name of the notice.
    notice: String,
    /// The application whose disclaimer it is; not there for other notices.
    #[oai(skip_serializing_if_is_none)]
    client: Option<String>,
    /// Its version.
    version: i32,
    /// When, in seconds since 1970.
    at: i64,
}

/// A signed-in browser.
#[derive(Object)]
#[oai(rename = "Session")]
pub(super) struct SessionView {
    /// Its id, which is the `sid` of tokens.
    id: Uuid,
    /// The browser's own description.
    user_agent: String,
    /// The address it signed in from.
    address: String,
    /// When both factors were proved, in seconds since 1970.
    signed_in_at: i64,
    /// The last use, to a minute.
    seen_at: i64,
    /// When it is over, in seconds since 1970.
    expires_at: i64,
}

/// Which applications learn that a person was signed out.
#[derive(Object)]
#[oai(rename = "Logouts")]
pub(super) struct LogoutView {
    /// Whether more calls are about to be made.
    preparing: bool,
    /// The calls, newest first.
    calls: Vec<CallView>,
}

/// One call to an application.
#[derive(Object)]
#[oai(rename = "LogoutCall")]
pub(super) struct CallView {
    /// The application's id.
    client: String,
    /// delivered, dropped, failed, retrying or waiting.
    state: String,
    /// Tries so far.
    tries: i32,
    /// What the last one that failed met.
    #[oai(skip_serializing_if_is_none)]
    last_error: Option<String>,
    /// When it was queued, in seconds since 1970.
    queued_at: i64,
}

/// Something that happened to a person.
#[derive(Object)]
#[oai(rename = "Event")]
pub(super) struct EventView {
    /// When, in seconds since 1970.
    at: i64,
    /// What.
    act: String,
    /// By whom: `account:ID`, `service:ID`, `host`, `worker` or `visitor`.
    actor: String,
    /// done or refused.
    outcome: String,
    /// Why it was refused.
    #[oai(skip_serializing_if_is_none)]
    reason: Option<String>,
    /// From which address.
    address: String,
}

/// Whether an organisation is in reach.
pub(super) fn within(reach: &Reach, organisation: OrganisationId) -> bool {
    match reach {
        Reach::All => true,
        Reach::Within(own) => own.contains(&organisation),
    }
}

fn state(account: &Account, now: Timestamp) -> (StateView, Option<i64>) {
    let status = accounts::status(account, now);
    let verify_by = matches!(status, accounts::Status::Unverified(_)).then_some(account.verify_by.0);
    (State::of(status).into(), verify_by)
}

fn place(member: &Member) -> PlaceView {
    PlaceView {
        id: member.id.0,
        organisation: member.organisation.0.0,
        organisation_name: member.organisation.1.clone(),
        team: member.team.as_ref().map(|(id, _)| id.0),
        team_name: member.team.as_ref().map(|(_, name)| name.clone()),
        role: member.role.into(),
        since: member.since.0,
    }
}

pub(super) fn listed(account: &Account, members: Vec<Member>, now: Timestamp) -> Row {
    Row {
        id: account.id.0,
        given_name: account.given_name.clone(),
        family_name: account.family_name.clone(),
        email: account.email.clone(),
        state: state(account, now).0,
        places: members.iter().map(place).collect(),
    }
}

impl Standing {
    pub(super) fn of(account: &Account, members: &[Member], now: Timestamp) -> Self {
        let (state, verify_by) = state(account, now);
        Self { id: account.id.0, state, verify_by, places: members.iter().map(place).collect() }
    }
}

pub(super) fn person(dossier: &Dossier, apps: &[Used], (reach, now): (&Reach, Timestamp)) -> Person {
    let account = &dossier.account;
    let (state, verify_by) = state(account, now);
    let seen = |member: &&Member| within(reach, member.organisation.0);
    let factor = |it: &Factor| FactorView {
        kind: it.kind.clone(),
        number: it.masked.clone(),
        since: it.since.map(|at| at.0),
    };
    let agreed = |it: &Agreed| AgreedView {
        notice: it.kind.name(),
        client: it.kind.client().map(str::to_owned),
        version: it.version,
        at: it.at.0,
    };
    Person {
        id: account.id.0,
        given_name: account.given_name.clone(),
        family_name: account.family_name.clone(),
        profession: account.profession.clone(),
        email: account.email.clone(),
        state,
        verify_by,
        created_at: account.created_at.0,
        places: dossier.members.iter().filter(seen).map(place).collect(),
        works_elsewhere: dossier.members.iter().any(|it| !seen(&it)),
        factors: dossier.factors.iter().map(factor).collect(),
        agreed: dossier.agreed.iter().map(agreed).collect(),
        applications: apps.iter().map(|it| it.client.id.clone()).collect(),
    }
}

pub(super) fn session(session: &Session) -> SessionView {
    SessionView {
        id: session.id.0,
        user_agent: session.user_agent.clone(),
        address: session.address.clone(),
        signed_in_at: session.auth_time.0,
        seen_at: session.seen_at.0,
        expires_at: session.expires_at.0,
    }
}

pub(super) fn ledger(ledger: &Ledger) -> LogoutView {
    let call = |line: &Line| CallView {
        client: line.client_id.clone(),
        state: match line.call.end {
            Some(End::Sent) => "delivered",
            Some(End::Dropped) => "dropped",
            Some(End::Dead) => "failed",
            None if line.call.attempts == 0 => "waiting",
            None => "retrying",
        }
        .to_owned(),
        tries: line.call.attempts,
        last_error: line.call.error.clone(),
        queued_at: line.call.created_at.0,
    };
    LogoutView { preparing: ledger.is_preparing, calls: ledger.lines.iter().map(call).collect() }
}

pub(super) fn event(row: audit::Row) -> EventView {
    EventView {
        at: row.at.0,
        act: row.act,
        actor: row.actor,
        outcome: row.outcome,
        reason: row.reason,
        address: row.address,
    }
}
