//! Organisations, teams, applications and their texts brought in line with a file that declares them, in one write with
//! its audit rows. What the plan tells and what the write does come of the same comparison. Does not own: the form of
//! the file (`config::declared`), the rules of clients (`clients::declared`).

use super::declared_notices as notices;
use crate::audit::{self, Entry, Origin};
use crate::clients::declared as clients;
use crate::clock::Timestamp;
use crate::config::{Config, Declared, DeclaredOrganisation, Problem};
use crate::fault::Fault;
use crate::ids::{self, NoticeId, OrganisationId, TeamId};
use crate::invitations::rules;
use crate::notices::Version;
use crate::organisations::{self, InviteRules, Organisation, Team};
use crate::random::{Random, Secret};
use crate::rights::{Act, Guarded, Permit};
use crate::store::{Conn, Ground};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a file declares, read and held to the rules.
#[derive(Clone, Debug)]
pub struct Wanted {
    organisations: Vec<DeclaredOrganisation>,
    clients: Vec<clients::Declared>,
    notices: Vec<notices::Wanted>,
    /// Whether what is there and not declared is removed.
    pub prune: bool,
}

/// What differs, or was brought in line.
#[derive(Debug, Default)]
pub struct Difference {
    /// In the order in which it is done.
    pub steps: Vec<Step>,
    /// What is there and not declared.
    pub undeclared: Vec<String>,
}

/// One thing that differs.
#[derive(Debug)]
pub struct Step {
    /// What is to be done.
    pub what: What,
    /// `client dashboard`.
    pub target: String,
    /// Settings that change, each before and after.
    pub changed: Map<String, Value>,
    /// The secret of an application, where one was made; shown once.
    pub secret: Option<Secret>,
}

/// What is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It was not there.
    Add,
    /// It was otherwise.
    Change,
    /// It is not declared.
    Remove,
}

/// The act itself, beside what is told of it.
enum Deed {
    AddOrganisation(Organisation),
    ChangeOrganisation(Organisation, Map<String, Value>),
    RemoveOrganisation(OrganisationId),
    AddTeam(Team),
    RemoveTeam(OrganisationId, TeamId),
    Client(clients::Step),
    Publish(NoticeId, Version),
}

/// Time, randomness, whether rows are locked.
struct Look<'a> {
    now: Timestamp,
    random: &'a Random,
    lock: bool,
}

#[derive(Default)]
struct Found {
    deeds: Vec<(String, Deed)>,
    undeclared: Vec<String>,
    problems: Vec<Problem>,
}

/// Holds a file to every rule that needs no database.
///
/// # Errors
/// Every mistake, by its key.
pub fn read(file: &Declared, config: &Config, prune: bool) -> Result<Wanted, Vec<Problem>> {
    let mut problems = file.problems(organisations::is_name);
    let texts = notices::read(file, config).map_err(|more| problems.extend(more));
    let mut wanted = Wanted {
        organisations: file.organisations.clone(),
        clients: Vec::new(),
        notices: texts.unwrap_or_default(),
        prune,
    };
    for (at, it) in file.organisations.iter().enumerate() {
        let wrong = rules::read(rules_of(it)).err().unwrap_or_default();
        let problem = |(field, why)| Problem::new(format!("organisation[{at}].{field}"), why);
        problems.extend(wrong.into_iter().map(problem));
    }
    for (at, client) in file.clients.iter().enumerate() {
        match clients::read(at, client, !config.is_production()) {
            Ok(read) => wanted.clients.push(read),
            // What the form says already is no second mistake.
            Err(more) => problems.extend(more.into_iter().filter(|it| !file_says(file, it))),
        }
    }
    if problems.is_empty() { Ok(wanted) } else { Err(problems) }
}

fn rules_of(it: &DeclaredOrganisation) -> InviteRules {
    InviteRules {
        peer_quota: it.peer_quota,
        peer_approval: it.peer_approval,
        invite_domains: it.invite_domains.clone(),
        invite_days: it.invite_days,
        default_role: it.default_role,
        default_client: it.default_client.clone(),
    }
}

/// An organisation as the file wants it.
fn declared(it: &DeclaredOrganisation, row: Organisation) -> Organisation {
    let rules = rules::read(rules_of(it)).unwrap_or_default();
    rules.onto(Organisation { peers_may_invite: it.peers_may_invite, ..row })
}

fn file_says(file: &Declared, problem: &Problem) -> bool {
    file.problems(organisations::is_name).iter().any(|it| it.key == problem.key)
}

/// What would be done; nothing is.
///
/// # Errors
/// When the database is away. What the file may not ask for is the inner error.
pub async fn plan(ground: &Ground, wanted: &Wanted) -> Result<Result<Difference, Vec<Problem>>, Fault> {
    let look = Look { now: ground.clock.now(), random: &ground.random, lock: false };
    let found = compare(ground.db.read(), wanted, &look).await?;
    Ok(if found.problems.is_empty() { Ok(told(found)) } else { Err(found.problems) })
}

/// Brings everything in line, or changes nothing.
///
/// # Errors
/// As `plan`, or when somebody else takes a name or an id at the same moment.
pub async fn apply(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    wanted: Wanted,
) -> Result<Result<Difference, Vec<Problem>>, Fault> {
    permit.must_be(&[Act::Guarded(Guarded::ClientSecrets, None)])?;
    let (now, random, origin) = (ground.clock.now(), ground.random.clone(), origin.clone());
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                let look = Look { now, random: &random, lock: true };
                let found = compare(tx, &wanted, &look).await?;
                if !found.problems.is_empty() {
                    return Ok(Err(found.problems));
                }
                for (_, deed) in &found.deeds {
                    carry_out(tx, deed, (&origin, now)).await?;
                }
                Ok(Ok(told(found)))
            })
        })
        .await
}

async fn compare(conn: &impl Conn, wanted: &Wanted, look: &Look<'_>) -> Result<Found, Fault> {
    let mut found = Found::default();
    compare_organisations(conn, wanted, look, &mut found).await?;
    let clients::Difference { steps, problems, undeclared } =
        clients::compare(conn, &wanted.clients, (wanted.prune, look.lock), (look.random, look.now)).await?;
    found.problems.extend(problems);
    found.undeclared.extend(undeclared.into_iter().map(|id| format!("client {id}")));
    for step in steps {
        let id = match &step {
            clients::Step::Add(client, _) | clients::Step::Change(client, _, _) => &client.id,
            clients::Step::Remove(id) => id,
        };
        found.deeds.push((format!("client {id}"), Deed::Client(step)));
    }
    let mut organisations: BTreeMap<String, OrganisationId> =
        organisations::all(conn).await?.into_iter().map(|it| (it.name, it.id)).collect();
    organisations.extend(found.deeds.iter().filter_map(|(_, deed)| match deed {
        Deed::AddOrganisation(row) => Some((row.name.clone(), row.id)),
        _ => None,
    }));
    let (new, problems) = notices::compare(conn, &wanted.notices, &organisations).await?;
    found.problems.extend(problems);
    found.deeds.extend(new.into_iter().map(|(target, version)| {
        (target, Deed::Publish(NoticeId(ids::new(look.now, look.random)), version))
    }));
    Ok(found)
}

async fn compare_organisations(
    conn: &impl Conn,
    wanted: &Wanted,
    look: &Look<'_>,
    found: &mut Found,
) -> Result<(), Fault> {
    let there = organisations::all(conn).await?;
    for it in &wanted.organisations {
        let target = format!("organisation {}", it.name);
        let old = match there.iter().find(|there| there.name == it.name) {
            // Who renames it at this moment is waited for.
            Some(old) if look.lock => {
                organisations::lock(conn, old.id).await?.filter(|old| old.name == it.name)
            }
            other => other.cloned(),
        };
        let id = old.as_ref().map_or_else(|| OrganisationId(ids::new(look.now, look.random)), |old| old.id);
        match old {
            None => {
                let row = declared(it, organisations::new_row((id, look.now), &it.name, false));
                found.deeds.push((target, Deed::AddOrganisation(row)));
            }
            Some(old) => {
                let new = declared(it, old.clone());
                if new != old {
                    let changed = changes(&old, &new);
                    found.deeds.push((target, Deed::ChangeOrganisation(new, changed)));
                }
            }
        }
        compare_default_client(conn, (it, wanted), found).await?;
        compare_teams(conn, (id, it), (wanted.prune, look), found).await?;
    }
    for old in there.iter().filter(|there| wanted.organisations.iter().all(|it| it.name != there.name)) {
        let target = format!("organisation {}", old.name);
        match (wanted.prune, organisations::is_empty(conn, old.id, None).await?) {
            (false, _) => found.undeclared.push(target),
            (true, true) => found.deeds.push((target, Deed::RemoveOrganisation(old.id))),
            (true, false) => found.problems.push(inhabited("organisation", &old.name)),
        }
    }
    Ok(())
}

fn changes(old: &Organisation, new: &Organisation) -> Map<String, Value> {
    let mut all = InviteRules::of(old).differences(&InviteRules::of(new));
    if old.peers_may_invite != new.peers_may_invite {
        all.push(("peers_may_invite", json!(old.peers_may_invite), json!(new.peers_may_invite)));
    }
    let values = |(name, before, after): (&str, Value, Value)| {
        (name.to_owned(), json!({ "before": before, "after": after }))
    };
    all.into_iter().map(values).collect()
}

/// The application to land on may be of the same file.
async fn compare_default_client(
    conn: &impl Conn,
    (it, wanted): (&DeclaredOrganisation, &Wanted),
    found: &mut Found,
) -> Result<(), Fault> {
    let rules = rules_of(it);
    let in_file = wanted.clients.iter().any(|client| rules.default_client.as_deref() == Some(client.id()));
    if !in_file && !rules::knows_client(conn, &rules).await? {
        let key = format!("organisation {}.default_client", it.name);
        found.problems.push(Problem::new(key, "is no application"));
    }
    Ok(())
}

async fn compare_teams(
    conn: &impl Conn,
    (parent, it): (OrganisationId, &DeclaredOrganisation),
    (prune, look): (bool, &Look<'_>),
    found: &mut Found,
) -> Result<(), Fault> {
    let there = organisations::teams(conn, parent).await?;
    for name in it.teams.iter().filter(|name| there.iter().all(|there| there.name != **name)) {
        let id = TeamId(ids::new(look.now, look.random));
        let row = Team { id, organisation_id: parent, name: name.clone(), created_at: look.now };
        found.deeds.push((format!("team {} / {name}", it.name), Deed::AddTeam(row)));
    }
    for old in there.iter().filter(|there| !it.teams.contains(&there.name)) {
        let target = format!("team {} / {}", it.name, old.name);
        match (prune, organisations::is_empty(conn, parent, Some(old.id)).await?) {
            (false, _) => found.undeclared.push(target),
            (true, true) => found.deeds.push((target, Deed::RemoveTeam(parent, old.id))),
            (true, false) => found.problems.push(inhabited("team", &format!("{} / {}", it.name, old.name))),
        }
    }
    Ok(())
}

/// Of places and invitations the trail speaks, so they are never removed with a file.
fn inhabited(kind: &str, name: &str) -> Problem {
    Problem::new(
        format!("{kind} {name}"),
        "has people or invitations and cannot be removed: keep it in the file",
    )
}

async fn carry_out(tx: &impl Conn, deed: &Deed, (origin, now): (&Origin, Timestamp)) -> Result<(), Fault> {
    let entry = match deed {
        Deed::AddOrganisation(row) => {
            organisations::insert(tx, row.clone()).await?;
            Entry::done("organisation.added", row.id).organisation(row.id).with("name", &row.name)
        }
        Deed::ChangeOrganisation(row, changed) => {
            organisations::update(tx, row).await?;
            let entry = Entry::done("organisation.changed", row.id).organisation(row.id);
            changed.iter().fold(entry, |entry, (field, values)| entry.with(field, values))
        }
        Deed::RemoveOrganisation(id) => {
            organisations::remove(tx, *id).await?;
            Entry::done("organisation.removed", id).organisation(*id)
        }
        Deed::AddTeam(row) => {
            organisations::insert_team(tx, row.clone()).await?;
            Entry::done("team.added", row.id).organisation(row.organisation_id).with("name", &row.name)
        }
        Deed::RemoveTeam(parent, id) => {
            organisations::remove_team(tx, *id).await?;
            Entry::done("team.removed", id).organisation(*parent)
        }
        Deed::Client(step) => return clients::carry_out(tx, step, (origin, now)).await,
        Deed::Publish(id, version) => {
            crate::notices::put(tx, (origin, now), *id, version).await?;
            return Ok(());
        }
    };
    audit::append(tx, now, origin, entry).await
}

fn told(found: Found) -> Difference {
    let step = |(target, deed): (String, Deed)| {
        let (what, changed, secret) = match deed {
            Deed::AddOrganisation(_) | Deed::AddTeam(_) | Deed::Publish(..) => (What::Add, Map::new(), None),
            Deed::ChangeOrganisation(_, changed) => (What::Change, changed, None),
            Deed::RemoveOrganisation(_) | Deed::RemoveTeam(..) => (What::Remove, Map::new(), None),
            Deed::Client(clients::Step::Add(_, secret)) => (What::Add, Map::new(), secret),
            Deed::Client(clients::Step::Change(_, changed, secret)) => (What::Change, changed, secret),
            Deed::Client(clients::Step::Remove(_)) => (What::Remove, Map::new(), None),
        };
        Step { what, target, changed, secret }
    };
    Difference { steps: found.deeds.into_iter().map(step).collect(), undeclared: found.undeclared }
}

/// What a file would declare to have the same installation again: no secrets, and nothing that the configuration or an
/// application itself looks after.
///
/// # Errors
/// When the database is away.
pub async fn export(ground: &Ground, config: &Config) -> Result<Value, Fault> {
    let conn = ground.db.read();
    let mut parents = Vec::new();
    for it in organisations::all(conn).await? {
        let teams = organisations::teams(conn, it.id).await?;
        let teams: Vec<String> = teams.into_iter().map(|team| team.name).collect();
        let rules = InviteRules::of(&it).named();
        let mut parent = Map::from_iter(rules.map(|(name, value)| (name.to_owned(), value)));
        parent.insert("name".to_owned(), json!(it.name));
        parent.insert("peers_may_invite".to_owned(), json!(it.peers_may_invite));
        parent.insert("teams".to_owned(), json!(teams));
        parents.push(Value::Object(parent));
    }
    let mut clients = clients::export(conn).await?;
    for client in &mut clients {
        let id = client["id"].as_str().unwrap_or_default().to_owned();
        if let Some(texts) = notices::disclaimer(conn, id).await? {
            client.insert("disclaimer".to_owned(), texts);
        }
    }
    let terms = notices::terms(conn, config).await?;
    let notices = notices::export(conn).await?;
    Ok(json!({ "organisation": parents, "client": clients, "terms": terms, "notice": notices }))
}
