//! What people let somebody else's applications learn: asked once for each set of scopes, remembered, taken back.

use super::{Grants, store};
use crate::audit::{self, Entry, Origin};
use crate::clients::Client;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::protocol::authorize::AuthorizationRequest;
use crate::protocol::scope::{self, Scope};
use std::collections::BTreeSet;
use std::sync::Arc;

/// An application that a person uses.
#[derive(Clone, Debug)]
pub struct Used {
    /// Which.
    pub client: Arc<Client>,
    /// What the person let it learn; empty where nobody was asked.
    pub learns: BTreeSet<Scope>,
}

impl Grants {
    /// Whether the person still has to be asked: by somebody else's application that wants to learn more than it may.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn consent_due(
        &self,
        account: AccountId,
        request: &AuthorizationRequest,
    ) -> Result<bool, Fault> {
        let Some(client) = self.clients.find(&request.client_id).await? else { return Ok(false) };
        if !client.policy.third_party {
            return Ok(false);
        }
        let given = store::consent(self.ground.db.read(), account, &client).await?;
        let given = given.map(|consent| scope::parse(&consent.scope).unwrap_or_default()).unwrap_or_default();
        Ok(!request.learns(&client.policy).is_subset(&given))
    }

    /// Whether the application that asks is for this person.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn may_use(&self, account: AccountId, request: &AuthorizationRequest) -> Result<bool, Fault> {
        let client = self.clients.find(&request.client_id).await?;
        self.admits(client.as_deref(), account).await
    }

    /// The person said yes: remembered beside what was allowed before.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn consent(
        &self,
        account: AccountId,
        request: &AuthorizationRequest,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let Some(client) = self.clients.find(&request.client_id).await? else { return Ok(()) };
        let (now, id, origin) = (self.ground.clock.now(), self.ground.new_id(), origin.by(account));
        let learns = request.learns(&client.policy);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let before = store::consent(tx, account, &client).await?;
                    let before = before.and_then(|consent| scope::parse(&consent.scope)).unwrap_or_default();
                    let text = scope::print(&learns.union(&before).copied().collect());
                    store::put_consent(tx, (id, account, &client.id), &text, now).await?;
                    let entry = Entry::done("consent.given", account).client(&client.id).with("scope", &text);
                    audit::append(tx, now, &origin, entry).await
                })
            })
            .await
    }

    /// The person takes back what an application may do: it has to ask again, and everything that it holds is over.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn withdraw(&self, account: AccountId, client_id: &str, origin: &Origin) -> Result<(), Fault> {
        let (now, origin, client) = (self.ground.clock.now(), origin.by(account), client_id.to_owned());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let asked = store::end_consent(tx, account, &client, now).await?;
                    let ended = store::end_all_of(tx, account, &client, now).await?;
                    if asked || ended > 0 {
                        let entry = Entry::done("consent.withdrawn", account).client(&client);
                        audit::append(tx, now, &origin, entry.with("grants", ended)).await?;
                    }
                    Ok(())
                })
            })
            .await
    }

    /// The applications that hold something of a person, by name.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn applications(&self, account: AccountId) -> Result<Vec<Used>, Fault> {
        let (conn, now) = (self.ground.db.read(), self.ground.clock.now());
        let consents = store::consents(conn, account).await?;
        let mut ids: BTreeSet<String> = consents.iter().map(|consent| consent.client_id.clone()).collect();
        ids.extend(store::clients_of(conn, account, now).await?);
        let mut all = Vec::new();
        for id in ids {
            let Some(client) = self.clients.find(&id).await? else { continue };
            let given = consents.iter().find(|consent| consent.client_id == id);
            let learns = given.and_then(|consent| scope::parse(&consent.scope)).unwrap_or_default();
            all.push(Used { client, learns });
        }
        all.sort_by(|one, other| one.client.name.cmp(&other.client.name));
        Ok(all)
    }
}
