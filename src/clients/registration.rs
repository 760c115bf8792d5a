//! How clients come in: from the configuration at each start, and by command. Both are held to the
//! same rules.

use super::{Client, Clients, store};
use crate::audit::{self, Entry, Origin};
use crate::config::{ClientConfig, Problem};
use crate::fault::Fault;
use crate::protocol::client::{Application, AuthMethod, ClientPolicy, Pkce, SigningAlg};
use crate::protocol::scope::Scope;
use crate::protocol::uri;
use crate::random::Secret;
use crate::rights::Permit;
use crate::seal::sha256;
use secrecy::ExposeSecret as _;

/// A client to be added by command.
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

/// What is wrong with the clients of a configuration. Reads no database.
#[must_use]
pub fn check_config(clients: &[ClientConfig], development: bool) -> Vec<Problem> {
    clients
        .iter()
        .enumerate()
        .flat_map(|(at, client)| parse(at, client, development).err().unwrap_or_default())
        .collect()
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
        for (at, client) in configured.iter().enumerate() {
            match parse(at, client, development) {
                Ok(client) => clients.push(client),
                Err(more) => problems.extend(more),
            }
        }
        if !problems.is_empty() {
            return Ok(problems);
        }
        let now = self.ground.clock.now();
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for client in &clients {
                        store::upsert(tx, client, now).await?;
                    }
                    store::remove_missing(tx, clients.into_iter().map(|client| client.id).collect()).await
                })
            })
            .await?;
        self.forget();
        Ok(Vec::new())
    }

    /// Adds a client by command.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn add(
        &self,
        _permit: Permit,
        origin: &Origin,
        new: NewClient,
        development: bool,
    ) -> Result<Added, Fault> {
        let uris = [("initiate_login_uri", &new.initiate_login_uri), ("home_uri", &new.home_uri)];
        let problems = rules("client", &new.policy, &uris, development);
        if !problems.is_empty() {
            return Ok(Added::Invalid(problems));
        }
        let secret = (new.policy.auth_method != AuthMethod::None).then(|| self.ground.random.secret());
        let client = Client {
            id: new.policy.client_id.clone(),
            name: new.name,
            secret_hashes: secret.iter().map(Secret::hash).collect(),
            policy: new.policy,
            initiate_login_uri: new.initiate_login_uri,
            home_uri: new.home_uri,
            source: "command".to_owned(),
        };
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let added = self
            .ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if store::find(tx, &client.id).await?.is_some() {
                        return Ok(false);
                    }
                    store::upsert(tx, &client, now).await?;
                    audit::append(
                        tx,
                        now,
                        &origin,
                        Entry::done("client.added", &client.id).client(&client.id),
                    )
                    .await?;
                    Ok(true)
                })
            })
            .await?;
        self.forget();
        Ok(if added { Added::Yes(secret) } else { Added::Exists })
    }

    /// Removes a client. `false` when there is none.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn remove(&self, _permit: Permit, origin: &Origin, id: &str) -> Result<bool, Fault> {
        let (now, origin, id) = (self.ground.clock.now(), origin.clone(), id.to_owned());
        let removed = self
            .ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let removed = store::remove(tx, &id).await?;
                    if removed {
                        audit::append(tx, now, &origin, Entry::done("client.removed", &id).client(&id))
                            .await?;
                    }
                    Ok(removed)
                })
            })
            .await?;
        self.forget();
        Ok(removed)
    }
}

fn parse(at: usize, config: &ClientConfig, development: bool) -> Result<Client, Vec<Problem>> {
    let key = format!("client[{at}]");
    let mut problems = Vec::new();
    let policy = policy(&key, config, &mut problems);
    let uris = [("initiate_login_uri", &config.initiate_login_uri), ("home_uri", &config.home_uri)];
    problems.extend(rules(&key, &policy, &uris, development));
    let secret = secret(&key, config, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Client {
        id: config.id.clone(),
        name: config.name.clone(),
        policy,
        initiate_login_uri: config.initiate_login_uri.clone(),
        home_uri: config.home_uri.clone(),
        source: "config".to_owned(),
        secret_hashes: secret.into_iter().collect(),
    })
}

fn policy(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> ClientPolicy {
    let auth_method = match config.auth_method.as_deref() {
        None if config.public => AuthMethod::None,
        None | Some("client_secret_basic") => AuthMethod::SecretBasic,
        Some("client_secret_post") => AuthMethod::SecretPost,
        Some("none") => AuthMethod::None,
        Some(_) => {
            let text = "must be client_secret_basic, client_secret_post or none";
            problems.push(Problem::new(format!("{key}.auth_method"), text));
            AuthMethod::SecretBasic
        }
    };
    let alg = config.id_token_alg.as_deref().map_or(Some(SigningAlg::Rs256), SigningAlg::parse);
    let id_token_alg = alg.unwrap_or_else(|| {
        problems.push(Problem::new(format!("{key}.id_token_alg"), "must be RS256 or ES256"));
        SigningAlg::Rs256
    });
    let scopes = match &config.scopes {
        None => Scope::ALL.into_iter().collect(),
        Some(names) => names
            .iter()
            .filter_map(|name| {
                let scope = Scope::parse(name);
                if scope.is_none() {
                    problems
                        .push(Problem::new(format!("{key}.scopes"), format!("`{name}` is no known scope")));
                }
                scope
            })
            .collect(),
    };
    ClientPolicy {
        client_id: config.id.clone(),
        redirect_uris: config.redirect_uris.clone(),
        post_logout_redirect_uris: config.post_logout_redirect_uris.clone(),
        application: Application::Web,
        auth_method,
        pkce: Pkce::Required,
        scopes,
        id_token_alg,
    }
}

fn rules(
    key: &str,
    policy: &ClientPolicy,
    uris: &[(&str, &Option<String>)],
    development: bool,
) -> Vec<Problem> {
    let mut problems: Vec<Problem> = policy
        .validate(development)
        .into_iter()
        .map(|problem| Problem::new(format!("{key}.{}", problem.field), problem.text))
        .collect();
    for (field, value) in uris {
        let problem = value.as_deref().and_then(|text| uri::problem(text, policy.application, development));
        problems.extend(problem.map(|problem| Problem::new(format!("{key}.{field}"), problem)));
    }
    problems
}

fn secret(key: &str, config: &ClientConfig, problems: &mut Vec<Problem>) -> Option<Vec<u8>> {
    let hash = |text: &str| sha256(text.as_bytes()).to_vec();
    if let Some(secret) = &config.secret {
        return Some(hash(secret.expose_secret()));
    }
    let file = config.secret_file.as_ref()?;
    match std::fs::read_to_string(file) {
        Ok(text) if text.trim().len() >= 32 => Some(hash(text.trim())),
        Ok(_) => {
            let text = format!("{} must hold at least 32 characters", file.display());
            problems.push(Problem::new(format!("{key}.secret_file"), text));
            None
        }
        Err(error) => {
            problems.push(Problem::new(format!("{key}.secret_file"), format!("{}: {error}", file.display())));
            None
        }
    }
}
