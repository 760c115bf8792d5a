//! Clients as a file declares them, held against those that are there. Only those that were added by command or by such
//! a file are its business: the configuration's are changed there, and who registered itself looks after itself.

use super::registration::NewClient;
use super::secrets::Secrets;
use super::written::describe;
use super::{CONSOLE, Client, configured, store, view};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::config::{ClientConfig, Problem};
use crate::fault::Fault;
use crate::random::{Random, Secret};
use crate::store::Conn;
use serde_json::{Map, Value};

/// Those that such a file is about.
const OWN: &str = "command";

/// What is declared of one client.
#[derive(Clone, Debug)]
pub struct Declared {
    new: NewClient,
    /// Of the secret that the file brings.
    given: Option<Vec<u8>>,
}

impl Declared {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.new.policy.client_id
    }
}

/// What is to be done about one client.
#[derive(Debug)]
pub enum Step {
    /// Add it; a secret that was made for it is shown once.
    Add(Box<Client>, Option<Secret>),
    /// Change these settings, each before and after; the same of a secret.
    Change(Box<Client>, Map<String, Value>, Option<Secret>),
    /// Remove the one of this id.
    Remove(String),
}

/// What differs.
#[derive(Debug, Default)]
pub struct Difference {
    /// What would bring it in line.
    pub steps: Vec<Step>,
    /// What the file may not ask for.
    pub problems: Vec<Problem>,
    /// Clients that are there and not in the file.
    pub undeclared: Vec<String>,
}

/// Reads the client at this place of the file.
///
/// # Errors
/// Everything that is wrong with it, by key.
pub fn read(at: usize, config: &ClientConfig, development: bool) -> Result<Declared, Vec<Problem>> {
    let key = format!("client[{at}]");
    let (new, mut problems) = match describe(&key, config, development) {
        Ok(new) => (Some(new), Vec::new()),
        Err(problems) => (None, problems),
    };
    let given = configured::given(&key, config, &mut problems);
    if config.old_secret.is_some() || config.old_secret_file.is_some() {
        let text = "is for the configuration: run `wardgate client rotate-secret`";
        problems.push(Problem::new(format!("{key}.old_secret"), text));
    }
    if given.is_some() && new.as_ref().is_some_and(|new| !new.policy.auth_method.has_secret()) {
        let text = "is there, but the client proves itself without one";
        problems.push(Problem::new(format!("{key}.secret"), text));
    }
    match new {
        Some(new) if problems.is_empty() => Ok(Declared { new, given }),
        _ => Err(problems),
    }
}

/// Holds what is declared against what is there. With `lock` nobody changes those clients until the write is over.
///
/// # Errors
/// When the database is away.
pub async fn compare(
    conn: &impl Conn,
    declared: &[Declared],
    (prune, lock): (bool, bool),
    (random, now): (&Random, Timestamp),
) -> Result<Difference, Fault> {
    let mut found = Difference::default();
    for (at, it) in declared.iter().enumerate() {
        let id = &it.new.policy.client_id;
        let there = if lock { store::lock(conn, id).await? } else { store::find(conn, id).await? };
        match (there, refusal(id)) {
            (_, Some(text)) => found.problems.push(Problem::new(format!("client[{at}].id"), text)),
            (None, None) => {
                let (secrets, made) = it.secrets(&Secrets::default(), random);
                let client = it.new.clone().into_client(OWN, secrets, now);
                found.steps.push(Step::Add(Box::new(client), made));
            }
            (Some(there), None) => match whose(&there) {
                Some(text) => {
                    found.problems.push(Problem::new(format!("client[{at}].id"), format!("{id} {text}")));
                }
                None => found.steps.extend(it.change(&there, random)),
            },
        }
    }
    for there in store::list(conn).await?.into_iter().filter(|there| there.source == OWN) {
        if declared.iter().all(|it| it.new.policy.client_id != there.id) {
            found.undeclared.push(there.id.clone());
        }
    }
    if prune {
        found.steps.extend(found.undeclared.drain(..).map(Step::Remove));
    }
    Ok(found)
}

fn refusal(id: &str) -> Option<String> {
    (id == CONSOLE).then(|| "is the id of Wardgate's own console".to_owned())
}

/// Why a client that is there is not the file's.
fn whose(there: &Client) -> Option<&'static str> {
    match there.source.as_str() {
        OWN => None,
        "config" => Some("stands in the configuration: change it there"),
        _ => Some("registered itself: it changes itself"),
    }
}

impl Declared {
    fn change(&self, there: &Client, random: &Random) -> Option<Step> {
        let (secrets, made) = self.secrets(&there.secrets, random);
        let after = self.new.clone().into_client(OWN, secrets, there.created_at);
        let changed = view::changes(there, &after);
        (!changed.is_empty()).then(|| Step::Change(Box::new(after), changed, made))
    }

    /// The secrets that it has from then on: the file's if that is another, else those that it has, else a new one.
    fn secrets(&self, there: &Secrets, random: &Random) -> (Secrets, Option<Secret>) {
        match &self.given {
            _ if !self.new.policy.auth_method.has_secret() => (Secrets::default(), None),
            Some(hash) if !there.knows(hash) => (Secrets::of([hash.clone()]), None),
            _ if !there.is_empty() => (there.clone(), None),
            _ => {
                let made = random.secret();
                (Secrets::of([made.hash()]), Some(made))
            }
        }
    }
}

/// Does a step, with its audit row.
///
/// # Errors
/// When the database is away, or somebody took the id at the same moment.
pub async fn carry_out(
    tx: &impl Conn,
    step: &Step,
    (origin, now): (&Origin, Timestamp),
) -> Result<(), Fault> {
    let entry = match step {
        Step::Add(client, _) => {
            // Somebody else was faster: the fault takes back what was done before.
            if !store::insert(tx, client).await? {
                return Err(Fault::Busy { what: "the list of clients", retry_after: 1 });
            }
            Entry::done("client.added", &client.id).client(&client.id).with("policy", &client.policy)
        }
        Step::Change(client, changed, _) => {
            store::put(tx, client).await?;
            Entry::done("client.changed", &client.id).client(&client.id).with("changed", changed)
        }
        Step::Remove(id) => {
            store::remove(tx, id).await?;
            Entry::done("client.removed", id).client(id)
        }
    };
    audit::append(tx, now, origin, entry).await
}

/// The keys of a client's settings that a file does not declare.
const TOLD: [&str; 3] = ["source", "created_at", "secrets_until"];

/// The clients that a file would declare, by their keys, without secrets.
///
/// # Errors
/// When the database is away.
pub async fn export(conn: &impl Conn) -> Result<Vec<Map<String, Value>>, Fault> {
    let own = store::list(conn).await?.into_iter().filter(|client| client.source == OWN);
    let mut all: Vec<Map<String, Value>> = own.map(|client| written(&client)).collect();
    all.sort_by(|a, b| a["id"].as_str().cmp(&b["id"].as_str()));
    Ok(all)
}

fn written(client: &Client) -> Map<String, Value> {
    let settings = client.settings().into_iter().filter(|(key, _)| !TOLD.contains(key));
    let mut all: Map<String, Value> = settings.map(|(key, value)| (key.to_owned(), value)).collect();
    let is_public = client.policy.auth_method == crate::protocol::client::AuthMethod::None;
    all.insert("public".to_owned(), is_public.into());
    all
}
