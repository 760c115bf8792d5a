//! What an access token tells of its person (OIDC Core 5.3).

use super::authorize::Kept;
use super::gate::{self, GateFacts};
use super::{Grants, store};
use crate::accounts::{self, Account};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::organisations;
use crate::protocol::bearer::BearerToken;
use crate::protocol::claims::{self, PersonClaims};
use crate::protocol::error::BearerError;
use crate::protocol::id_token::{Person, Staff, UserInfo};
use crate::protocol::scope::{self, Scope};
use crate::random::Secret;
use std::collections::BTreeSet;
use std::sync::Arc;

impl Grants {
    /// The claims that the token's scopes open, if the gate lets it through.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn userinfo(&self, token: &BearerToken) -> Result<Result<UserInfo, BearerError>, Fault> {
        let now = self.ground.clock.now();
        let hash = Secret::presented(token.expose()).hash();
        let Some(it) = store::by_access(self.ground.db.read(), hash, now).await? else {
            return Ok(Err(BearerError::InvalidToken));
        };
        let client = self.clients.find(&it.standing.grant.client_id).await?;
        let admitted = self.admits(client.as_deref(), it.standing.account.id).await?;
        let facts = GateFacts::of(&it.standing, (client.as_deref(), admitted), now);
        let good = gate::check(facts, now).is_ok();
        // A token for a resource server is for nobody else (RFC 8707 3).
        let for_us = it.row.audience.is_empty();
        let Some(client) = client.filter(|_| good && for_us) else {
            return Ok(Err(BearerError::InvalidToken));
        };
        // What was taken from the client since then is closed too.
        let granted = scope::parse(&it.row.scope).unwrap_or_default();
        let scopes: BTreeSet<Scope> = granted.intersection(&client.policy.scopes).copied().collect();
        let wishes = Kept::of(&it.standing.grant)?.claims.userinfo;
        let open = claims::open(&scopes, &wishes, &client.policy.scopes);
        let person = self.person(it.standing.account, &open).await?;
        Ok(Ok(UserInfo::new(person.sub.clone(), PersonClaims::of(&person, &open, &scopes, &wishes))))
    }

    /// The application that a token was issued to, be the token over or not: it may learn that.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn client_of(&self, token: &BearerToken) -> Result<Option<Arc<Client>>, Fault> {
        let hash = Secret::presented(token.expose()).hash();
        let ever = Timestamp(0);
        match store::by_access(self.ground.db.read(), hash, ever).await? {
            Some(it) => self.clients.find(&it.standing.grant.client_id).await,
            None => Ok(None),
        }
    }

    /// What claims tell of a person; what none of the open ones needs is not read.
    pub(super) async fn person(
        &self,
        account: Account,
        open: &BTreeSet<&'static str>,
    ) -> Result<Person, Fault> {
        let any_of = |scope: Scope| scope.claims().iter().any(|name| open.contains(name));
        let phone = if any_of(Scope::Phone) { self.login.phone(account.id).await? } else { None };
        let phone = phone.filter(|phone| phone.proved).map(|phone| phone.number);
        let staff = match any_of(Scope::Staff) {
            true => self.staff(&account).await?,
            false => Staff::default(),
        };
        Ok(Person {
            sub: account.id.to_string(),
            name: accounts::full_name(&account),
            email_verified: account.email_verified_at.is_some(),
            phone_number_verified: phone.is_some(),
            phone_number: phone,
            updated_at: account.created_at.max(account.email_verified_at.unwrap_or(account.created_at)).0,
            locale: Some(account.locale).filter(|language| !language.is_empty()),
            given_name: account.given_name,
            family_name: account.family_name,
            email: account.email,
            staff,
        })
    }

    async fn staff(&self, account: &Account) -> Result<Staff, Fault> {
        let conn = self.ground.db.read();
        let mut staff = Staff { profession: account.profession.clone(), ..Staff::default() };
        for place in organisations::named_places(conn, account.id).await? {
            staff.organisation.get_or_insert(place.organisation);
            staff.teams.extend(place.team);
            let role = place.role.name().to_owned();
            if !staff.roles.contains(&role) {
                staff.roles.push(role);
            }
        }
        Ok(staff)
    }
}
