//! Who acts by a token at Wardgate's own API and console: the same gate as everywhere, and no more than token, client
//! and person may each.

use super::Grants;
use super::gate::{self, GateFacts};
use super::store;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, SessionId};
use crate::protocol::bearer::BearerToken;
use crate::protocol::resource;
use crate::protocol::scope;
use crate::random::Secret;
use std::collections::BTreeSet;

/// A token of the API that is good.
#[derive(Clone, Debug)]
pub struct Presented {
    /// The client it was issued to.
    pub client_id: String,
    /// The words of its scope that the client still may have.
    pub scope: String,
    /// Whom it acts for; none for a service.
    pub person: Option<PresentedPerson>,
}

/// The person behind a token.
#[derive(Clone, Copy, Debug)]
pub struct PresentedPerson {
    /// Who.
    pub account: AccountId,
    /// The session in which it was granted.
    pub session: SessionId,
    /// When both factors were proved.
    pub auth_time: Timestamp,
}

impl Grants {
    /// What a token is worth at this resource of ours (RFC 8707 3); `None` when it is worth nothing here.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn presented(&self, token: &BearerToken, resource: &str) -> Result<Option<Presented>, Fault> {
        let (now, hash) = (self.ground.clock.now(), Secret::presented(token.expose()).hash());
        let Some(it) = store::by_access(self.ground.db.read(), hash, now).await? else {
            return self.presented_service(token, resource).await;
        };
        let grant = &it.standing.grant;
        let client = self.clients.find(&grant.client_id).await?;
        let admitted = self.admits(client.as_deref(), it.standing.account.id).await?;
        let good = gate::check(GateFacts::of(&it.standing, (client.as_deref(), admitted), now), now).is_ok();
        let for_us = resource::read(&it.row.audience).contains(resource);
        let Some(client) = client.filter(|_| good && for_us) else { return Ok(None) };
        let granted = scope::parse(&it.row.scope).unwrap_or_default();
        let scopes: BTreeSet<_> = granted.intersection(&client.policy.scopes).copied().collect();
        let person = PresentedPerson {
            account: grant.account_id,
            session: grant.session_id,
            auth_time: grant.auth_time,
        };
        let (client_id, scope) = (client.id.clone(), scope::print(&scopes));
        Ok(Some(Presented { client_id, scope, person: Some(person) }))
    }

    async fn presented_service(
        &self,
        token: &BearerToken,
        resource: &str,
    ) -> Result<Option<Presented>, Fault> {
        let Some(claims) = self.live_service_token(token.expose()).await? else { return Ok(None) };
        let client = self.clients.find(&claims.client_id).await?;
        let for_us = claims.aud.iter().any(|audience| audience == resource);
        let Some(client) = client.filter(|_| for_us) else { return Ok(None) };
        let still = |word: &&str| client.policy.tokens.service_scopes.iter().any(|may| may == word);
        let scope = claims.scope.split(' ').filter(still).collect::<Vec<_>>().join(" ");
        Ok(Some(Presented { client_id: claims.client_id, scope, person: None }))
    }
}
