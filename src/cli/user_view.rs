//! People for the terminal: a sentence, and the same as JSON.

use crate::accounts::directory::State;
use crate::accounts::{self, Account};
use crate::clock::{Timestamp, rfc3339};
use crate::grants::Used;
use crate::lifecycle::Dossier;
use crate::login::Session;
use crate::notices::Kind;
use crate::organisations::Member;
use serde_json::{Value, json};

fn state(account: &Account, now: Timestamp) -> &'static str {
    State::of(accounts::status(account, now)).name()
}

fn place(member: &Member) -> Value {
    json!({
        "organisation": member.organisation.1,
        "team": member.team.as_ref().map(|(_, name)| name),
        "role": member.role,
        "since": member.since.0,
    })
}

fn place_in_words(member: &Member) -> String {
    let team = member.team.as_ref().map(|(_, name)| format!("{name}, ")).unwrap_or_default();
    format!("{} in {team}{}", member.role.name(), member.organisation.1)
}

/// A person in the list.
pub(super) fn row(account: &Account, members: &[Member], now: Timestamp) -> (String, Value) {
    let (name, state) = (accounts::full_name(account), state(account, now));
    let places: Vec<String> = members.iter().map(place_in_words).collect();
    let words = format!("{}  {name}  {state}  {}", account.email, places.join("; "));
    let value = json!({
        "id": account.id.to_string(), "email": account.email, "name": name, "status": state,
        "places": members.iter().map(place).collect::<Vec<_>>(),
    });
    (words, value)
}

/// One person.
pub(super) fn person(dossier: &Dossier, apps: &[Used], now: Timestamp) -> (String, Value) {
    let (account, members) = (&dossier.account, &dossier.members);
    let (name, state) = (accounts::full_name(account), state(account, now));
    let until = (state == "unverified").then_some(account.verify_by);
    let mut lines = vec![format!("{}  {name}  {state}", account.email)];
    lines.extend(until.map(|at| format!("  to be verified until {}", rfc3339(at))));
    lines.extend(members.iter().map(|it| format!("  {}", place_in_words(it))));
    lines.extend(dossier.factors.iter().map(|it| match it.since {
        Some(at) => format!("  second step: {} {} since {}", it.kind, it.masked, rfc3339(at)),
        None => format!("  second step: {} {}, waiting for its first code", it.kind, it.masked),
    }));
    let notice = |kind: &Kind| match kind {
        Kind::Terms => "terms".to_owned(),
        Kind::Notice(name) => name.clone(),
        Kind::Disclaimer(client) => format!("disclaimer of {client}"),
    };
    let agreed = &dossier.agreed;
    lines.extend(
        agreed.iter().map(|it| format!("  agreed: {} {} {}", notice(&it.kind), it.version, rfc3339(it.at))),
    );
    lines.extend(apps.iter().map(|it| format!("  uses: {}", it.client.id)));
    lines.push(format!("  signed in: {} browsers", dossier.sessions.len()));
    let factors = dossier.factors.iter();
    let factors =
        factors.map(|it| json!({ "kind": it.kind, "number": it.masked, "since": it.since.map(|at| at.0) }));
    let agreed =
        agreed.iter().map(|it| json!({ "notice": notice(&it.kind), "version": it.version, "at": it.at.0 }));
    let value = json!({
        "id": account.id.to_string(), "email": account.email, "name": name, "status": state,
        "profession": account.profession, "verify_by": until.map(|at| at.0), "created_at": account.created_at.0,
        "places": members.iter().map(place).collect::<Vec<_>>(),
        "factors": factors.collect::<Vec<_>>(),
        "phone_proved": dossier.factors.iter().any(|it| it.since.is_some()),
        "agreed": agreed.collect::<Vec<_>>(),
        "applications": apps.iter().map(|it| it.client.id.as_str()).collect::<Vec<_>>(),
        "sessions": dossier.sessions.len(),
    });
    (lines.join("\n"), value)
}

/// One signed-in browser.
pub(super) fn session(session: &Session) -> (String, Value) {
    let words = format!(
        "{}  since {}  last used {}  {}  {}",
        session.id,
        rfc3339(session.auth_time),
        rfc3339(session.seen_at),
        session.address,
        session.user_agent
    );
    let value = json!({
        "id": session.id.to_string(), "signed_in_at": session.auth_time.0, "seen_at": session.seen_at.0,
        "expires_at": session.expires_at.0, "address": session.address, "user_agent": session.user_agent,
    });
    (words, value)
}
