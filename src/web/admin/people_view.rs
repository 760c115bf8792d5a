//! People in words, for their pages.

use super::super::pages::role_key;
use super::super::visit::Visit;
use super::entry::Caller;
use super::people::PART;
use crate::accounts::directory::State;
use crate::accounts::{self, Account, Status};
use crate::audit;
use crate::clock::Timestamp;
use crate::grants::{Ledger, Line, Used};
use crate::ids::{AccountId, OrganisationId};
use crate::lifecycle::{self, Dossier};
use crate::login::{Factor, Session};
use crate::notices::{Agreed, Kind};
use crate::organisations::{Member, Organisation, Team};
use crate::outbox::End;
use crate::rights::{self, Place, Reach, Role};
use serde_json::{Value, json};
use std::collections::HashMap;

/// What a person's page shows beside the dossier.
pub(super) struct Around {
    pub(super) reach: Reach,
    pub(super) apps: Vec<Used>,
    pub(super) ledger: Ledger,
    pub(super) history: Vec<audit::Row>,
    pub(super) names: HashMap<AccountId, String>,
    pub(super) choices: Vec<(Organisation, Vec<Team>)>,
    pub(super) next: String,
    pub(super) first: bool,
}

/// Whether an organisation is in reach.
pub(super) fn is_within(reach: &Reach, organisation: OrganisationId) -> bool {
    match reach {
        Reach::All => true,
        Reach::Within(own) => own.contains(&organisation),
    }
}

/// A state's word and the colour of its chip.
pub(super) fn state(state: State) -> (&'static str, &'static str) {
    match state {
        State::Unverified => ("person-unverified", "wait"),
        State::Blocked => ("person-blocked", "bad"),
        State::Verified => ("person-verified", "good"),
        State::Disabled => ("person-disabled", "neutral"),
    }
}

/// A row of the list.
pub(super) fn row(visit: &Visit, account: &Account, places: &[&Member]) -> Value {
    let now = visit.app.ground.clock.now();
    let (state_key, state_class) = state(State::of(accounts::status(account, now)));
    let place = |member: &&Member| {
        let team = member.team.as_ref().map(|(_, name)| name.as_str()).unwrap_or_default();
        json!({ "organisation": member.organisation.1, "team": team, "role_key": role_key(member.role.name()) })
    };
    json!({
        "href": format!("{PART}/{}", account.id),
        "name": accounts::full_name(account),
        "email": account.email,
        "state_key": state_key,
        "state_class": state_class,
        "places": places.iter().map(place).collect::<Vec<_>>(),
    })
}

/// A person's page.
pub(super) fn person(visit: &Visit, caller: &Caller, dossier: &Dossier, around: &Around) -> Value {
    let (account, now) = (&dossier.account, visit.app.ground.clock.now());
    let status = accounts::status(account, now);
    let (state_key, state_class) = state(State::of(status));
    let places: Vec<Place> = dossier.members.iter().map(Member::place).collect();
    let over = rights::over(caller.who(), &places);
    let may_change = caller.may(over) && rights::reaches(over, &places);
    let seen = |member: &&Member| is_within(&around.reach, member.organisation.0);
    let in_words = Words { visit, now };
    json!({
        "href": format!("{PART}/{}", account.id),
        "title": accounts::full_name(account),
        "email": account.email,
        "profession_key": format!("profession-{}", account.profession),
        "state_key": state_key,
        "state_class": state_class,
        "deadline": in_words.deadline(status),
        "created_text": in_words.ago(account.created_at),
        "created_exact": in_words.exact(account.created_at),
        "version": lifecycle::version(account, &dossier.members),
        "places": dossier.members.iter().filter(seen).map(|it| in_words.place(caller, it)).collect::<Vec<_>>(),
        "elsewhere": dossier.members.iter().any(|it| !seen(&it)),
        "factors": dossier.factors.iter().map(|it| in_words.factor(it)).collect::<Vec<_>>(),
        "sessions": dossier.sessions.iter().map(|it| in_words.session(it)).collect::<Vec<_>>(),
        "agreed": dossier.agreed.iter().map(|it| in_words.agreed(it)).collect::<Vec<_>>(),
        "apps": around.apps.iter().map(|it| it.client.name.clone()).collect::<Vec<_>>(),
        "ledger": around.ledger.lines.iter().map(|it| in_words.line(it)).collect::<Vec<_>>(),
        "is_preparing": around.ledger.is_preparing,
        "history": around.history.iter().map(|it| in_words.event(it, &around.names)).collect::<Vec<_>>(),
        "next_href": around.next,
        "first_href": if around.first { format!("{PART}/{}", account.id) } else { String::new() },
        "can_unblock": status == Status::Blocked && caller.may(rights::help(caller.who(), &places)),
        "can_disable": may_change && status != Status::Disabled,
        "can_enable": may_change && status == Status::Disabled,
        "can_end": may_change && !dossier.sessions.is_empty(),
        "scopes": scopes(visit, caller, around),
        "roles": roles(visit, caller, around),
    })
}

/// The places that the form offers.
fn scopes(visit: &Visit, caller: &Caller, around: &Around) -> Vec<Value> {
    let mut all = Vec::new();
    let option = |value: String, label: String| {
        let selected = value == visit.field("scope");
        json!({ "value": value, "label": label, "selected": selected })
    };
    for (organisation, teams) in &around.choices {
        if !caller.may(rights::role_act(organisation.id, Role::Clinician)) {
            continue;
        }
        for team in teams {
            let label = format!("{} · {}", team.name, organisation.name);
            all.push(option(format!("{}.{}", organisation.id, team.id), label));
        }
        all.push(option(organisation.id.to_string(), organisation.name.clone()));
    }
    all
}

/// The roles that the form offers.
fn roles(visit: &Visit, caller: &Caller, around: &Around) -> Vec<Value> {
    let open = |role: &Role| {
        around.choices.iter().any(|(organisation, _)| caller.may(rights::role_act(organisation.id, *role)))
    };
    let option = |role: Role| {
        let (name, chosen) = (role.name(), visit.field("role"));
        json!({ "value": name, "label_key": role_key(name), "selected": name == chosen })
    };
    Role::ALL.into_iter().filter(open).map(option).collect()
}

/// Says things in the language of a visit.
struct Words<'a> {
    visit: &'a Visit,
    now: Timestamp,
}

impl Words<'_> {
    fn ago(&self, at: Timestamp) -> String {
        self.visit.app.desk.times.ago(&self.visit.browser.language, at, self.now)
    }

    fn exact(&self, at: Timestamp) -> String {
        self.visit.app.desk.times.exact(&self.visit.browser.language, at)
    }

    fn deadline(&self, status: Status) -> String {
        match status {
            Status::Unverified(until) => {
                self.visit.app.desk.times.until(&self.visit.browser.language, until, self.now)
            }
            _ => String::new(),
        }
    }

    fn place(&self, caller: &Caller, member: &Member) -> Value {
        json!({
            "id": member.id.to_string(),
            "organisation": member.organisation.1,
            "team": member.team.as_ref().map(|(_, name)| name.as_str()).unwrap_or_default(),
            "role_key": role_key(member.role.name()),
            "since_text": self.ago(member.since),
            "since_exact": self.exact(member.since),
            "may_take": caller.may(rights::role_act(member.organisation.0, member.role)),
        })
    }

    fn factor(&self, factor: &Factor) -> Value {
        json!({
            "number_masked": factor.masked,
            "since_text": factor.since.map(|at| self.ago(at)).unwrap_or_default(),
            "since_exact": factor.since.map(|at| self.exact(at)).unwrap_or_default(),
        })
    }

    fn session(&self, session: &Session) -> Value {
        json!({
            "id": session.id.to_string(),
            "browser": session.user_agent,
            "address": session.address,
            "since_text": self.ago(session.auth_time),
            "since_exact": self.exact(session.auth_time),
            "seen_text": self.ago(session.seen_at),
        })
    }

    fn agreed(&self, agreed: &Agreed) -> Value {
        let (client, notice) = match &agreed.kind {
            Kind::Terms => ("", ""),
            Kind::Disclaimer(client) => (client.as_str(), ""),
            Kind::Notice(name) => ("", name.as_str()),
        };
        json!({
            "client": client,
            "notice": notice,
            "number": agreed.version,
            "at_text": self.ago(agreed.at),
            "at_exact": self.exact(agreed.at),
        })
    }

    fn line(&self, line: &Line) -> Value {
        let (state_key, state_class) = match line.call.end {
            Some(End::Sent) => ("told-yes", "good"),
            Some(End::Dropped) => ("told-nobody", "neutral"),
            Some(End::Dead) => ("told-failed", "bad"),
            None if line.call.error.is_some() => ("told-again", "warn"),
            None => ("told-waiting", "wait"),
        };
        json!({
            "client": line.client,
            "state_key": state_key,
            "state_class": state_class,
            "at_text": self.ago(line.call.created_at),
            "at_exact": self.exact(line.call.created_at),
            "why": line.call.error,
        })
    }

    fn event(&self, row: &audit::Row, names: &HashMap<AccountId, String>) -> Value {
        let person = row.actor.strip_prefix("account:").and_then(|id| id.parse().ok());
        let name = person.and_then(|id: AccountId| names.get(&id)).cloned();
        json!({
            "act": super::audit::act_in_words(self.visit, &row.act),
            "actor": name.unwrap_or_else(|| row.actor.clone()),
            "address": row.address,
            "is_refused": row.outcome == "refused",
            "reason": row.reason,
            "at_text": self.ago(row.at),
            "at_exact": self.exact(row.at),
        })
    }
}
