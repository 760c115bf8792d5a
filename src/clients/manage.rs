//! Changing and removing what is registered, by hand. Whoever changes says which version was seen: of two people who edit
//! the same application the second is told, and overwrites nothing.

use super::registration::{NewClient, rules};
use super::secrets::Secrets;
use super::{Client, Clients, builtin, store};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::config::{ClientConfig, Problem};
use crate::fault::Fault;
use crate::random::Secret;
use crate::rights::{Act, Guarded, Permit};
use crate::seal::{hex, sha256};
use crate::store::Tx;
use serde::Serialize;

/// What came of a change.
#[derive(Debug)]
pub enum Edited {
    /// It is so now. A new secret, shown once, where the client had none and needs one now.
    Done(Box<Client>, Option<Secret>),
    /// Somebody else changed it since it was seen.
    Stale,
    /// It is not there.
    Gone,
    /// The configuration looks after it.
    Configured,
    /// It registered itself, and looks after itself but for who may use it and its colour.
    SelfManaged,
    /// It may not be like that.
    Invalid(Vec<Problem>),
}

/// What came of a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removed {
    /// It is gone.
    Yes,
    /// There is no such client.
    Unknown,
    /// It stands in the configuration, and would come back at the next start.
    Configured,
}

impl Client {
    /// What was seen of a client, as `ETag` and hidden field: it changes with every setting. Secrets are none.
    #[must_use]
    pub fn version(&self) -> String {
        let seen: Vec<_> = self.settings().into_iter().filter(|(key, _)| *key != "secrets_until").collect();
        let seen = serde_json::to_string(&seen).unwrap_or_default();
        hex(&sha256(seen.as_bytes())[..8])
    }

    /// Whether it is the console itself, which comes with the program and is nobody's to change.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.source == builtin::BUILTIN
    }

    /// As it would stand in a file, with every setting said; secrets are left out.
    #[must_use]
    pub fn as_written(&self) -> ClientConfig {
        self.as_new().as_written()
    }
}

impl NewClient {
    /// As it would stand in a file, with every setting said.
    #[must_use]
    pub fn as_written(&self) -> ClientConfig {
        let policy = &self.policy;
        let (keys, tokens, refresh) = (&policy.assertions, &policy.tokens, &policy.refresh);
        let aliases = policy.acr_aliases.iter().map(|(name, acr)| (name.clone(), acr.as_str().to_owned()));
        ClientConfig {
            id: policy.client_id.clone(),
            name: self.name.clone(),
            public: policy.auth_method == crate::protocol::client::AuthMethod::None,
            application: word(&policy.application),
            third_party: policy.third_party,
            redirect_uris: policy.redirect_uris.clone(),
            post_logout_redirect_uris: policy.post_logout_redirect_uris.clone(),
            initiate_login_uri: self.initiate_login_uri.clone(),
            home_uri: self.home_uri.clone(),
            colour: word(&self.colour),
            allow: self.audiences.clone(),
            backchannel_logout_uri: policy.backchannel_logout_uri.clone(),
            origins: policy.origins.clone(),
            auth_method: word(&policy.auth_method),
            jwks: keys.jwks.clone(),
            jwks_uri: keys.jwks_uri.clone(),
            assertion_alg: keys.alg.as_ref().and_then(word),
            assertion_audience: word(&keys.audience),
            pkce: word(&policy.pkce),
            grant_types: Some(policy.grant_types.iter().filter_map(word).collect()),
            scopes: Some(policy.scopes.iter().filter_map(word).collect()),
            service_scopes: tokens.service_scopes.clone(),
            resources: tokens.resources.clone(),
            access_tokens: word(&tokens.access),
            access_token_seconds: Some(tokens.access_seconds),
            id_token_alg: word(&policy.id_token_alg),
            id_token_seconds: Some(tokens.id_seconds),
            claims_in_id_token: Some(tokens.claims_in_id_token),
            refresh_with_session: Some(refresh.with_session),
            refresh_rotate: Some(refresh.rotate),
            refresh_idle_seconds: Some(refresh.idle_seconds),
            refresh_absolute_seconds: Some(refresh.absolute_seconds),
            acr_aliases: aliases.collect(),
            introspects: policy.introspects,
            ..ClientConfig::default()
        }
    }
}

/// The name of a value of a closed set.
fn word<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_value(value).ok()?.as_str().map(str::to_owned)
}

impl Clients {
    /// Changes a client that was seen as `seen`. Its id stays.
    ///
    /// # Errors
    /// When the database is away, or the permit is for something else.
    pub async fn change(
        &self,
        permit: Permit,
        origin: &Origin,
        (id, seen): (&str, &str),
        (new, development): (NewClient, bool),
    ) -> Result<Edited, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::ClientSecrets, None)])?;
        let problems = rules("client", &new, development);
        if !problems.is_empty() {
            return Ok(Edited::Invalid(problems));
        }
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let (id, seen, made) = (id.to_owned(), seen.to_owned(), self.ground.random.secret());
        let edited = self
            .ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let old = match standing(tx, &id).await? {
                        Ok(old) if old.version() != seen => return Ok(Edited::Stale),
                        Ok(old) => old,
                        Err(edited) => return Ok(edited),
                    };
                    replace(tx, (now, &origin), (old, new), made).await
                })
            })
            .await?;
        self.forget();
        Ok(edited)
    }

    /// Removes a client.
    ///
    /// # Errors
    /// When the database is away, or the permit is for something else.
    pub async fn remove(&self, permit: Permit, origin: &Origin, id: &str) -> Result<Removed, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::ClientSecrets, None)])?;
        let (now, origin, id) = (self.ground.clock.now(), origin.clone(), id.to_owned());
        let removed = self
            .ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    match standing(tx, &id).await? {
                        Ok(_) => {}
                        Err(Edited::Configured) => return Ok(Removed::Configured),
                        Err(_) => return Ok(Removed::Unknown),
                    }
                    if !store::remove(tx, &id).await? {
                        return Ok(Removed::Unknown);
                    }
                    let entry = Entry::done("client.removed", &id).client(&id);
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(Removed::Yes)
                })
            })
            .await?;
        self.forget();
        Ok(removed)
    }
}

/// A client that is somebody's to change, held until this write is over; else what to say.
async fn standing(tx: &Tx, id: &str) -> Result<Result<Client, Edited>, Fault> {
    if !super::is_plausible(id) {
        return Ok(Err(Edited::Gone));
    }
    Ok(match store::lock(tx, id).await? {
        None => Err(Edited::Gone),
        Some(client) if client.is_builtin() => Err(Edited::Gone),
        Some(client) if client.source == "config" => Err(Edited::Configured),
        Some(client) => Ok(client),
    })
}

async fn replace(
    tx: &Tx,
    (now, origin): (Timestamp, &Origin),
    (old, new): (Client, NewClient),
    made: Secret,
) -> Result<Edited, Fault> {
    // It may only have been held to what its token allowed, and says the rest itself.
    let kept = NewClient { colour: new.colour, audiences: new.audiences.clone(), ..old.as_new() };
    if old.source == "dynamic" && kept.as_written_text() != new.as_written_text() {
        return Ok(Edited::SelfManaged);
    }
    let (had, has) = (old.policy.auth_method.has_secret(), new.policy.auth_method.has_secret());
    let secrets = match (had, has) {
        (true, true) => old.secrets.clone(),
        (false, true) => Secrets::of([made.hash()]),
        (_, false) => Secrets::default(),
    };
    let mut client = new.into_client(&old.source, secrets, old.created_at);
    client.id.clone_from(&old.id);
    client.policy.client_id.clone_from(&old.id);
    if client != old {
        store::put(tx, &client).await?;
        audit::append(tx, now, origin, entry(&old, &client)).await?;
    }
    Ok(Edited::Done(Box::new(client), (has && !had).then_some(made)))
}

impl NewClient {
    /// Every setting as one text, to compare by.
    fn as_written_text(&self) -> String {
        format!("{:?}", self.as_written())
    }
}

/// Each setting that changed, before and after. Keys of clients are public.
fn entry(old: &Client, new: &Client) -> Entry {
    let entry = Entry::done("client.changed", &new.id).client(&new.id);
    let pairs = old.settings().into_iter().zip(new.settings());
    pairs
        .filter(|((key, before), (_, after))| before != after && *key != "secrets_until")
        .fold(entry, |entry, ((key, before), (_, after))| entry.changed(key, before, after))
}

#[cfg(test)]
mod tests {
    use crate::clients::describe;
    use crate::config::Config;

    #[test]
    fn whatever_is_registered_can_be_written_down_and_read_back() {
        let entries = [
            r#"secret = "0123456789abcdef0123456789abcdef""#,
            r#"public = true
               application = "browser"
               origins = ["https://a.example"]
               grant_types = ["authorization_code", "refresh_token"]
               refresh_with_session = true"#,
            r#"profile = "legacy-library"
               third_party = true
               colour = "plum"
               allow = [{ organisation = "North", role = "team_lead" }, { team = "Heart" }]
               acr_aliases = { gold = "urn:wardgate:acr:pwd" }
               id_token_alg = "ES256"
               introspects = true
               backchannel_logout_uri = "https://a.example/out"
               access_token_seconds = 900"#,
            r#"auth_method = "private_key_jwt"
               jwks_uri = "https://a.example/jwks"
               assertion_alg = "ES256"
               assertion_audience = "token_endpoint"
               grant_types = ["client_credentials", "authorization_code"]
               service_scopes = ["rota:read"]
               resources = ["https://r.example"]"#,
        ];
        for entry in entries {
            let text = format!(
                "[[client]]\nid = \"a\"\nname = \"A\"\nredirect_uris = [\"https://a.example/cb\"]\n{entry}"
            );
            let config = Config::from_toml(&text).unwrap().clients.remove(0);
            let new = describe("client", &config, false).unwrap_or_else(|problems| panic!("{problems:?}"));
            let again = describe("client", &new.as_written(), false).unwrap();
            assert_eq!(again.policy, new.policy, "{entry}");
            assert_eq!(again.as_written_text(), new.as_written_text(), "{entry}");
            for audience in &new.audiences {
                assert_eq!(audience.to_string().parse().as_ref(), Ok(audience));
            }
        }
    }
}
