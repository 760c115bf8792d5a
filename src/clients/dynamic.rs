//! Applications that register themselves (RFC 7591, RFC 7592, OpenID Connect Registration 1.0). Each comes by a
//! registration token, which says what it may have at most, and belongs to somebody else for ever: it can claim
//! neither first-party status nor tokens of its own, nor ask about the tokens of others. It manages its registration
//! with a token that it alone has.

mod limits;
mod trail;

use super::metadata::Object;
use super::names::{Known, Like};
use super::registration::NewClient;
use super::secrets::Secrets;
use super::{Client, Clients, dynamic_store, is_plausible, store, view};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::protocol::registration::RegistrationError;
use crate::random::Secret;
use crate::seal::{hex, same, sha256};
use crate::store::Tx;
use crate::store::rates::{self, Limit};
use entities::client_registration::Model as Registration;
use limits::{Limits, object, read_within};
use serde_json::Value;

/// What an unknown client's token is compared with, so that it costs the work of a known one.
const NOBODY: [u8; 32] = [0; 32];
/// Changes of one client: each is kept in the trail.
const CHANGES: Limit = Limit { times: 60, seconds: 3600 };
/// What only we may say of a client (RFC 7592 2.2).
const OURS: [&str; 4] = [
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
];

/// Who asks: an application, with a token and from where.
#[derive(Clone, Copy)]
pub struct Registrant<'a> {
    /// From where.
    pub origin: &'a Origin,
    /// The bearer token.
    pub token: &'a str,
    /// Whether http to this machine may be registered.
    pub development: bool,
}

/// A client that registered itself.
#[derive(Debug)]
pub struct Registered {
    /// As it is registered.
    pub client: Client,
    /// A new secret, shown once.
    pub secret: Option<Secret>,
    /// What it manages its registration with.
    pub access_token: Secret,
}

/// Why an application is refused.
#[derive(Debug, PartialEq, Eq)]
pub enum NotRegistered {
    /// The token is not good, or there is no such client: one answer for both.
    Token,
    /// What it says of itself is not.
    Metadata(RegistrationError),
    /// It changes itself too often: after so many seconds it may again.
    TooOften(i64),
}

impl Clients {
    /// Registers an application by a registration token, one use of which is spent with it (RFC 7591 3).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn register(
        &self,
        who: Registrant<'_>,
        body: &[u8],
    ) -> Result<Result<Registered, NotRegistered>, Fault> {
        let (now, hash) = (self.ground.clock.now(), sha256(who.token.as_bytes()).to_vec());
        let Some(allowed) = dynamic_store::good_token(self.ground.db.read(), &hash, now).await? else {
            return self.refuse(who, ("client.registered", ""), NotRegistered::Token).await;
        };
        let limits = Limits::read(&allowed.profile, &allowed.scope)?;
        let id = hex(&self.ground.random.bytes::<16>());
        let read = object(body).and_then(|mut object| {
            // RFC 7591 2: what is not the client's to say means nothing.
            for member in OURS.into_iter().chain(["client_id", "client_secret"]) {
                object.remove(member);
            }
            read_within(object, &id, &limits, who.development)
        });
        let new = match self.free_name(read, &id).await? {
            Ok(new) => new,
            Err(error) => {
                let by = allowed.id.to_string();
                return self.refuse(who, ("client.registered", &by), NotRegistered::Metadata(error)).await;
            }
        };
        let (secret, access_token) = (self.new_secret(&new), self.ground.random.secret());
        let client = new.into_client("dynamic", Secrets::of(secret.as_ref().map(Secret::hash)), now);
        let registration = Registration {
            client_id: id,
            token_hash: access_token.hash(),
            profile: allowed.profile,
            scope: allowed.scope,
        };
        let entry = Entry::done("client.registered", &client.id)
            .client(&client.id)
            .with("token", allowed.id)
            .with("policy", &client.policy);
        let (origin, row) = (who.origin.clone(), client.clone());
        let used = self.ground.db.write(move |tx| {
            Box::pin(async move {
                // One use is one conditional write, in the same transaction as what it is spent for.
                if !dynamic_store::use_token(tx, &hash, now).await? {
                    return Ok(false);
                }
                if !store::insert(tx, &row).await? {
                    return Err(Fault::internal("a new client id is taken"));
                }
                dynamic_store::add_registration(tx, registration).await?;
                audit::append(tx, now, &origin, entry).await?;
                Ok(true)
            })
        });
        if !used.await? {
            return self.refuse(who, ("client.registered", ""), NotRegistered::Token).await;
        }
        self.forget();
        Ok(Ok(Registered { client, secret, access_token }))
    }

    /// A client's own registration (RFC 7592 2.1).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn registered(
        &self,
        who: Registrant<'_>,
        id: &str,
    ) -> Result<Result<Registered, NotRegistered>, Fault> {
        match self.proved(who, id).await? {
            Some((client, _)) => {
                let access_token = Secret::presented(who.token);
                Ok(Ok(Registered { client, secret: None, access_token }))
            }
            None => self.refuse(who, ("client.read", id), NotRegistered::Token).await,
        }
    }

    /// Replaces a client's metadata by its own hand (RFC 7592 2.2). It gets a secret when it needs one and has none.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn change_registered(
        &self,
        who: Registrant<'_>,
        id: &str,
        body: &[u8],
    ) -> Result<Result<Registered, NotRegistered>, Fault> {
        let act = ("client.changed", id);
        let Some((client, registration)) = self.proved(who, id).await? else {
            return self.refuse(who, act, NotRegistered::Token).await;
        };
        let (now, origin) = (self.ground.clock.now(), who.origin.clone());
        if let Some(until) = rates::reached(self.ground.db.read(), &changes_of(id), CHANGES, now).await? {
            return self.refuse(who, act, NotRegistered::TooOften(until.since(now))).await;
        }
        let limits = Limits::read(&registration.profile, &registration.scope)?;
        let read = object(body).and_then(|object| {
            let object = self.repeated(object, &client)?;
            read_within(object, id, &limits, who.development)
        });
        let new = match self.free_name(read, id).await? {
            Ok(new) => new,
            Err(error) => return self.refuse(who, act, NotRegistered::Metadata(error)).await,
        };
        let made = if client.policy.auth_method.has_secret() { None } else { self.new_secret(&new) };
        let hash = made.as_ref().map(Secret::hash);
        let changed = self.ground.db.write(move |tx| {
            Box::pin(async move { replace(tx, registration, (new, hash), (now, &origin)).await })
        });
        let changed = changed.await?;
        self.forget();
        match changed {
            Ok(client) => {
                let access_token = Secret::presented(who.token);
                Ok(Ok(Registered { client, secret: made, access_token }))
            }
            Err(refusal) => self.refuse(who, act, refusal).await,
        }
    }

    /// Removes a client by its own hand (RFC 7592 2.3).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn remove_registered(
        &self,
        who: Registrant<'_>,
        id: &str,
    ) -> Result<Result<(), NotRegistered>, Fault> {
        let act = ("client.removed", id);
        let Some((_, registration)) = self.proved(who, id).await? else {
            return self.refuse(who, act, NotRegistered::Token).await;
        };
        let (now, origin) = (self.ground.clock.now(), who.origin.clone());
        let removed = self.ground.db.write(move |tx| {
            Box::pin(async move {
                let id = registration.client_id.clone();
                if store::lock(tx, &id).await?.is_none()
                    || dynamic_store::registration(tx, &id).await? != Some(registration)
                {
                    return Ok(false);
                }
                store::remove(tx, &id).await?;
                let entry = Entry::done("client.removed", &id).client(&id);
                audit::append(tx, now, &origin, entry).await?;
                Ok(true)
            })
        });
        let removed = removed.await?;
        self.forget();
        if removed { Ok(Ok(())) } else { self.refuse(who, act, NotRegistered::Token).await }
    }

    /// The client whose registration the token manages; compared in constant time, for an unknown client too.
    async fn proved(&self, who: Registrant<'_>, id: &str) -> Result<Option<(Client, Registration)>, Fault> {
        let known = match is_plausible(id) {
            true => dynamic_store::registration(self.ground.db.read(), id).await?,
            false => None,
        };
        let kept = known.as_ref().map_or(NOBODY.as_slice(), |known| &known.token_hash);
        let fits = same(kept, &sha256(who.token.as_bytes()));
        let Some(registration) = known.filter(|_| fits) else { return Ok(None) };
        let client = store::find(self.ground.db.read(), id).await?;
        Ok(client.map(|client| (client, registration)))
    }

    fn new_secret(&self, new: &NewClient) -> Option<Secret> {
        new.policy.auth_method.has_secret().then(|| self.ground.random.secret())
    }

    /// A name that looks like that of the house, or of somebody else's application, would be believed.
    async fn free_name(
        &self,
        read: Result<NewClient, RegistrationError>,
        id: &str,
    ) -> Result<Result<NewClient, RegistrationError>, Fault> {
        let new = match read {
            Ok(new) => new,
            Err(error) => return Ok(Err(error)),
        };
        let asked = Known { id: id.to_owned(), name: new.name.clone(), is_dynamic: true };
        let text = match self.names().await?.like(&asked) {
            None => return Ok(Ok(new)),
            Some(Like::Brand) => "client_name: looks like the name of this service",
            Some(Like::Client(_)) => "client_name: looks like the name of another application",
        };
        Ok(Err(RegistrationError::metadata(text)))
    }

    /// RFC 7592 2.2: the client repeats its id, may repeat its secret, and says nothing that only we may say.
    fn repeated(&self, mut object: Object, client: &Client) -> Result<Object, RegistrationError> {
        if object.get("client_id").and_then(Value::as_str) != Some(client.id.as_str()) {
            return Err(RegistrationError::metadata("client_id: must be that of the address"));
        }
        if let Some(member) = OURS.into_iter().find(|member| object.contains_key(*member)) {
            return Err(RegistrationError::metadata(&format!("{member}: must be left out")));
        }
        if let Some(secret) = object.remove("client_secret") {
            let given = sha256(secret.as_str().unwrap_or_default().as_bytes());
            if !Secrets::fit(Some(client), &given, self.ground.clock.now()) {
                return Err(RegistrationError::metadata(
                    "client_secret: must be the present one or left out",
                ));
            }
        }
        Ok(object)
    }
}

/// Whose changes are counted.
fn changes_of(id: &str) -> String {
    format!("registration changed {id}")
}

/// Puts a new state in the place of the registered one, if the registration is still the one that was proved.
async fn replace(
    tx: &Tx,
    registration: Registration,
    (new, hash): (NewClient, Option<Vec<u8>>),
    (now, origin): (Timestamp, &Origin),
) -> Result<Result<Client, NotRegistered>, Fault> {
    let Some(client) = store::lock(tx, &registration.client_id).await? else {
        return Ok(Err(NotRegistered::Token));
    };
    // Removed, and perhaps added again by somebody else, since it was read.
    if dynamic_store::registration(tx, &client.id).await? != Some(registration) {
        return Ok(Err(NotRegistered::Token));
    }
    if let Some(until) = rates::limit(tx, &changes_of(&client.id), CHANGES, now).await? {
        return Ok(Err(NotRegistered::TooOften(until.since(now))));
    }
    let secrets = match hash {
        Some(hash) => Secrets::of([hash]),
        None if new.policy.auth_method.has_secret() => client.secrets.clone(),
        None => Secrets::default(),
    };
    // Who may use it and its colour are not its own to say.
    let new = NewClient { audiences: client.audiences.clone(), colour: client.colour, ..new };
    let changed = new.into_client("dynamic", secrets, client.created_at);
    store::put(tx, &changed).await?;
    let entry = Entry::done("client.changed", &changed.id).client(&changed.id);
    audit::append(tx, now, origin, entry.with("changed", view::changes(&client, &changed))).await?;
    Ok(Ok(changed))
}
