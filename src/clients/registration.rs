//! How clients come in: from the configuration at each start, and by command. Both are held to the
//! same rules.

use super::secrets::Secrets;
use super::{Client, Clients, Colour, builtin, configured, names, store, view};
use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::config::{ClientConfig, Problem};
use crate::fault::Fault;
use crate::fetch::Reach;
use crate::keys::client_keys::KeySet;
use crate::links::Links;
use crate::protocol::client::{Application, ClientPolicy};
use crate::protocol::uri;
use crate::random::Secret;
use crate::rights::{Act, Audience, Guarded, Permit};
use crate::store::Tx;

/// The longest name, in characters.
const LONGEST_NAME: usize = 60;

/// A client to be added by a person: by command, in the console or through the API.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// Name that people read.
    pub name: String,
    /// What it may do.
    pub policy: ClientPolicy,
    /// Where its sign-in can be started.
    pub initiate_login_uri: Option<String>,
    /// Its front page.
    pub home_uri: Option<String>,
    /// The colour of its own dialogs.
    pub colour: Colour,
    /// Who may use it; empty for everybody.
    pub audiences: Vec<Audience>,
}

impl NewClient {
    /// One with nothing but its name and what it may do.
    #[must_use]
    pub fn new(name: &str, policy: ClientPolicy) -> Self {
        Self {
            name: name.to_owned(),
            policy,
            initiate_login_uri: None,
            home_uri: None,
            colour: Colour::default(),
            audiences: Vec::new(),
        }
    }

    pub(super) fn into_client(self, source: &str, secrets: Secrets, now: Timestamp) -> Client {
        Client {
            id: self.policy.client_id.clone(),
            name: self.name,
            policy: self.policy,
            initiate_login_uri: self.initiate_login_uri,
            home_uri: self.home_uri,
            colour: self.colour,
            audiences: self.audiences,
            source: source.to_owned(),
            created_at: now,
            secrets,
        }
    }
}

impl Client {
    /// What would be registered to have the same client again.
    pub(super) fn as_new(&self) -> NewClient {
        NewClient {
            name: self.name.clone(),
            policy: self.policy.clone(),
            initiate_login_uri: self.initiate_login_uri.clone(),
            home_uri: self.home_uri.clone(),
            colour: self.colour,
            audiences: self.audiences.clone(),
        }
    }
}

/// What came of adding a client.
#[derive(Debug)]
pub enum Added {
    /// It is there. The secret is shown once; none for a public client.
    Yes(Option<Secret>),
    /// The id is taken.
    Exists,
    /// It may not be registered like that.
    Invalid(Vec<Problem>),
}

impl Clients {
    /// Brings the rows in line with the configuration; gives its mistakes and then changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn sync_config(
        &self,
        configured: &[ClientConfig],
        development: bool,
    ) -> Result<Vec<Problem>, Fault> {
        let (mut clients, mut problems) = (Vec::new(), Vec::new());
        let now = self.ground.clock.now();
        for (at, client) in configured.iter().enumerate() {
            match configured::parse(at, client, development) {
                Ok((new, secrets)) => clients.push(new.into_client("config", secrets, now)),
                Err(more) => problems.extend(more),
            }
        }
        if !problems.is_empty() {
            return Ok(problems);
        }
        let links = Links::new(&self.issuer).map_err(Fault::internal)?;
        clients.push(builtin::console(links.console_callback(), links.api(), now));
        let problems = self
            .ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let there = store::list(tx).await?;
                    let problems = taken(&clients, &there);
                    if problems.is_empty() {
                        bring_in_line(tx, clients, there, now).await?;
                    }
                    Ok(problems)
                })
            })
            .await?;
        self.forget();
        Ok(problems)
    }

    /// Adds a client by hand.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn add(
        &self,
        permit: Permit,
        origin: &Origin,
        new: NewClient,
        development: bool,
    ) -> Result<Added, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::ClientSecrets, None)])?;
        let problems = rules("client", &new, development);
        if !problems.is_empty() {
            return Ok(Added::Invalid(problems));
        }
        let secret = new.policy.auth_method.has_secret().then(|| self.ground.random.secret());
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let source = if origin.actor == Actor::Host { "command" } else { "console" };
        let client = new.into_client(source, Secrets::of(secret.as_ref().map(Secret::hash)), now);
        let added = self
            .ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !store::insert(tx, &client).await? {
                        return Ok(false);
                    }
                    let entry = Entry::done("client.added", &client.id).client(&client.id);
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(true)
                })
            })
            .await?;
        self.forget();
        Ok(if added { Added::Yes(secret) } else { Added::Exists })
    }
}

/// The rules that every registration is held to.
pub(super) fn rules(key: &str, new: &NewClient, development: bool) -> Vec<Problem> {
    let mut problems: Vec<Problem> = new
        .policy
        .validate(development)
        .into_iter()
        .map(|problem| Problem::new(format!("{key}.{}", problem.field), problem.text))
        .collect();
    if new.name.trim().is_empty() || new.name.chars().count() > LONGEST_NAME {
        problems.push(Problem::new(format!("{key}.name"), "must have 1 to 60 characters"));
    }
    let problem = names::problem(&new.name);
    problems.extend(problem.map(|text| Problem::new(format!("{key}.name"), text)));
    for (field, value) in [("initiate_login_uri", &new.initiate_login_uri), ("home_uri", &new.home_uri)] {
        let problem = value.as_deref().and_then(|text| uri::problem(text, Application::Web, development));
        problems.extend(problem.map(|problem| Problem::new(format!("{key}.{field}"), problem)));
    }
    problems.extend(outgoing_rules(key, &new.policy, development));
    problems
}

/// Keys, and the addresses at which we call the client ourselves (A104).
fn outgoing_rules(key: &str, policy: &ClientPolicy, development: bool) -> Vec<Problem> {
    let assertions = &policy.assertions;
    let addresses =
        [("jwks_uri", &assertions.jwks_uri), ("backchannel_logout_uri", &policy.backchannel_logout_uri)];
    let mut problems = Vec::new();
    for (field, value) in addresses {
        let problem = value.as_deref().and_then(|text| Reach::of(development).check(text).err());
        problems.extend(problem.map(|problem| Problem::new(format!("{key}.{field}"), problem)));
    }
    if let Some(jwks) = &assertions.jwks {
        let problem = match (KeySet::parse(jwks.as_bytes()), assertions.alg) {
            (Err(error), _) => Some(error.to_string()),
            (Ok(keys), Some(alg)) if !keys.suits(alg) => Some(format!("has no key for {}", alg.as_str())),
            (Ok(_), _) => None,
        };
        problems.extend(problem.map(|problem| Problem::new(format!("{key}.jwks"), problem)));
    }
    problems
}

/// Configured clients whose ids were given away by hand. Taking one over would lose its secret without a word.
fn taken(configured: &[Client], there: &[Client]) -> Vec<Problem> {
    let by_command = |id: &str| there.iter().any(|client| client.id == id && client.source != "config");
    let of_config = |client: &Client| client.source == "config";
    let clash = configured
        .iter()
        .enumerate()
        .filter(|(_, client)| of_config(client) && (client.id == builtin::CONSOLE || by_command(&client.id)));
    clash
        .map(|(at, client)| {
            if client.id == builtin::CONSOLE {
                return Problem::new(format!("client[{at}].id"), "is the id of Wardgate's own console");
            }
            let text = format!(
                "{} was added by hand: use another id, or run `wardgate client remove` without this entry first",
                client.id
            );
            Problem::new(format!("client[{at}].id"), text)
        })
        .collect()
}

async fn bring_in_line(
    tx: &Tx,
    configured: Vec<Client>,
    there: Vec<Client>,
    now: Timestamp,
) -> Result<(), Fault> {
    let gone = |client: &&Client| {
        client.source == "config" && configured.iter().all(|configured| configured.id != client.id)
    };
    let mut entries = Vec::new();
    for client in there.iter().filter(gone) {
        store::remove(tx, &client.id).await?;
        entries.push(Entry::done("client.removed", &client.id).client(&client.id));
    }
    for mut client in configured {
        let entry = match there.iter().find(|there| there.id == client.id) {
            None => Entry::done("client.added", &client.id).with("policy", &client.policy),
            Some(there) => {
                client.created_at = there.created_at;
                if *there == client {
                    continue;
                }
                Entry::done("client.changed", &client.id).with("changed", view::changes(there, &client))
            }
        };
        store::put(tx, &client).await?;
        // The console comes with the program: that is nobody's act.
        if client.source != builtin::BUILTIN {
            entries.push(entry.client(&client.id));
        }
    }
    for entry in entries {
        audit::append(tx, now, &Origin::of(Actor::Host), entry).await?;
    }
    Ok(())
}
