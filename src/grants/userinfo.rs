//! What an access token tells of its person (OIDC Core 5.3).

use super::gate::{self, GateFacts};
use super::{Grants, store};
use crate::accounts;
use crate::fault::Fault;
use crate::protocol::bearer::BearerToken;
use crate::protocol::error::BearerError;
use crate::protocol::id_token::{Person, UserInfo};
use crate::protocol::scope::{self, Scope};
use crate::random::Secret;

impl Grants {
    /// The claims that the token's scopes open, if the gate lets it through.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn userinfo(&self, token: &BearerToken) -> Result<Result<UserInfo, BearerError>, Fault> {
        let now = self.ground.clock.now();
        let hash = Secret::presented(token.expose()).hash();
        let Some((grant, session, account)) = store::by_token(self.ground.db.read(), hash, now).await? else {
            return Ok(Err(BearerError::InvalidToken));
        };
        let facts = GateFacts {
            account: account.as_ref(),
            session: session.as_ref(),
            grant_revoked: grant.revoked_at.is_some(),
            client_known: self.clients.find(&grant.client_id).await?.is_some(),
        };
        if gate::check(facts, now).is_err() {
            return Ok(Err(BearerError::InvalidToken));
        }
        let Some(account) = account else { return Ok(Err(BearerError::InvalidToken)) };
        let scopes = scope::parse(&grant.scope).unwrap_or_default();
        let phone = if scopes.contains(&Scope::Phone) { self.login.phone(account.id).await? } else { None };
        let phone = phone.filter(|phone| phone.proved).map(|phone| phone.number);
        let person = Person {
            sub: account.id.to_string(),
            name: accounts::full_name(&account),
            email_verified: account.email_verified_at.is_some(),
            phone_number_verified: phone.is_some(),
            phone_number: phone,
            locale: Some(account.locale),
            updated_at: account.created_at.0,
            given_name: account.given_name,
            family_name: account.family_name,
            email: account.email,
        };
        Ok(Ok(UserInfo::of(&person, &scopes)))
    }
}
