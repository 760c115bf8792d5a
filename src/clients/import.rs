//! Clients that come as metadata in a file: all of it or none.

use super::configured::strong;
use super::metadata::{self, Object, Read};
use super::registration::NewClient;
use super::secrets::Secrets;
use super::{Client, Clients, store, strict_json};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::config::{ClientConfig, Problem};
use crate::fault::Fault;
use crate::protocol::client::Profile;
use crate::random::Secret;
use crate::rights::{Act, Guarded, Permit};
use crate::seal::hex;
use crate::store::Tx;
use secrecy::ExposeSecret as _;
use serde_json::Value;

/// What came of a file.
#[derive(Debug)]
pub enum Imported {
    /// All are there, in the order of the file.
    Yes(Vec<ImportedClient>),
    /// None is there, since something is wrong.
    Invalid(Vec<Problem>),
}

/// A client that came in.
#[derive(Debug)]
pub struct ImportedClient {
    /// Its id, from the file or new.
    pub id: String,
    /// A secret that was made for it, shown once; none where the file brought one or the client has none.
    pub secret: Option<Secret>,
    /// Members of its metadata that mean nothing here.
    pub ignored: Vec<String>,
}

impl Clients {
    /// Adds every client of a JSON text: one object of metadata (RFC 7591 2) or a list of them. Ids and secrets that it
    /// brings are kept; what it does not say comes of the profile.
    ///
    /// # Errors
    /// When the database is away, or somebody took one of the ids at the same moment.
    pub async fn import(
        &self,
        permit: Permit,
        origin: &Origin,
        text: &[u8],
        (profile, development): (Profile, bool),
    ) -> Result<Imported, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::ClientSecrets, None)])?;
        let objects = match objects(text) {
            Ok(objects) => objects,
            Err(problem) => return Ok(Imported::Invalid(vec![problem])),
        };
        let (mut clients, mut told, mut problems) = (Vec::new(), Vec::new(), Vec::new());
        for (at, object) in objects.into_iter().enumerate() {
            match self.read(&format!("[{at}]"), object, profile, development) {
                Ok((client, secrets, about)) => {
                    let taken = told.iter().any(|earlier: &ImportedClient| earlier.id == about.id);
                    problems.extend(taken.then(|| taken_id(at, &about.id, "is there twice")));
                    clients.push(client.into_client("command", secrets, self.ground.clock.now()));
                    told.push(about);
                }
                Err(more) => problems.extend(more),
            }
        }
        if problems.is_empty() {
            problems = self.insert_all(origin, clients).await?;
        }
        Ok(if problems.is_empty() { Imported::Yes(told) } else { Imported::Invalid(problems) })
    }

    /// One client, the hash of its secret, and what is told of it.
    fn read(
        &self,
        key: &str,
        object: Object,
        profile: Profile,
        development: bool,
    ) -> Result<(NewClient, Secrets, ImportedClient), Vec<Problem>> {
        let usual = ClientConfig {
            id: hex(&self.ground.random.bytes::<16>()),
            profile: Some(profile.as_str().to_owned()),
            ..ClientConfig::default()
        };
        let Read { client, secret: given, ignored } = metadata::read(key, object, &usual, development)?;
        let wrong = |text: String| vec![Problem::new(format!("{key}.client_secret"), text)];
        let has_secret = client.policy.auth_method.has_secret();
        let made = (has_secret && given.is_none()).then(|| self.ground.random.secret());
        let hash = match &given {
            Some(_) if !has_secret => {
                return Err(wrong("is there, but the client proves itself without one".to_owned()));
            }
            Some(secret) => Some(strong(secret.expose_secret()).map_err(wrong)?),
            None => made.as_ref().map(Secret::hash),
        };
        let about = ImportedClient { id: client.policy.client_id.clone(), secret: made, ignored };
        Ok((client, Secrets::of(hash), about))
    }

    /// Adds all in one write, or tells whose ids are taken.
    async fn insert_all(&self, origin: &Origin, clients: Vec<Client>) -> Result<Vec<Problem>, Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let problems = self
            .ground
            .db
            .write(move |tx| Box::pin(async move { insert_free(tx, &clients, &origin, now).await }))
            .await?;
        self.forget();
        Ok(problems)
    }
}

async fn insert_free(
    tx: &Tx,
    clients: &[Client],
    origin: &Origin,
    now: Timestamp,
) -> Result<Vec<Problem>, Fault> {
    let mut problems = Vec::new();
    for (at, client) in clients.iter().enumerate() {
        if store::find(tx, &client.id).await?.is_some() {
            problems.push(taken_id(at, &client.id, "is registered already"));
        }
    }
    if !problems.is_empty() {
        return Ok(problems);
    }
    for client in clients {
        // Somebody else was faster: the fault takes back what was added before.
        if !store::insert(tx, client).await? {
            return Err(Fault::Busy { what: "the list of clients", retry_after: 1 });
        }
        let entry = Entry::done("client.added", &client.id).client(&client.id).with("policy", &client.policy);
        audit::append(tx, now, origin, entry).await?;
    }
    Ok(problems)
}

fn taken_id(at: usize, id: &str, text: &str) -> Problem {
    Problem::new(format!("[{at}].client_id"), format!("{id} {text}"))
}

/// The objects of a text.
fn objects(text: &[u8]) -> Result<Vec<Object>, Problem> {
    let wrong = |at: Option<usize>, text: String| {
        Problem::new(at.map_or("file".to_owned(), |at| format!("[{at}]")), text)
    };
    match strict_json::parse(text).map_err(|text| wrong(None, text))? {
        Value::Object(object) => Ok(vec![object]),
        Value::Array(list) if list.is_empty() => Err(wrong(None, "has an empty list".to_owned())),
        Value::Array(list) => list
            .into_iter()
            .enumerate()
            .map(|(at, value)| match value {
                Value::Object(object) => Ok(object),
                _ => Err(wrong(Some(at), "is no JSON object".to_owned())),
            })
            .collect(),
        _ => Err(wrong(None, "must be an object of client metadata or a list of them".to_owned())),
    }
}
