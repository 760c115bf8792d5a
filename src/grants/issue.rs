//! What is handed out: made and signed before the write, stored in it.

use super::authorize::Kept;
use super::{Grants, store};
use crate::accounts;
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::keys::jose;
use crate::protocol::access_token::AccessTokenClaims;
use crate::protocol::acr::Amr;
use crate::protocol::claims::{self, PersonClaims};
use crate::protocol::client::{AccessTokens, GrantType};
use crate::protocol::id_token::IdTokenClaims;
use crate::protocol::resource;
use crate::protocol::scope::{self, Scope};
use crate::random::Secret;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::{fmt, iter};

/// A successful answer of the token endpoint (RFC 6749 5.1, OIDC Core 3.1.3.3).
#[derive(Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are named by the standards")]
pub struct TokenResponse {
    pub access_token: String,
    pub token_type: TokenType,
    pub expires_in: i64,
    pub scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// How an access token is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TokenType {
    /// RFC 6750.
    Bearer,
}

/// Without the tokens.
impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// What tokens are made of.
pub(super) struct Basis<'a> {
    pub(super) client: &'a Client,
    pub(super) grant: &'a store::Grant,
    pub(super) scope: BTreeSet<Scope>,
    pub(super) resources: BTreeSet<String>,
    pub(super) nonce: Option<String>,
    pub(super) kept: Kept,
    pub(super) amr: Vec<Amr>,
}

/// A refresh token to be.
pub(super) struct NewRefresh {
    pub(super) token: Secret,
    pub(super) expires_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

/// An answer and the rows that make it good.
pub(super) struct Issue {
    pub(super) answer: TokenResponse,
    rows: Rows,
}

impl Grants {
    /// Makes the tokens of a grant. Nothing is stored yet, and no writer waits for a signature.
    pub(super) async fn prepare(
        &self,
        basis: Basis<'_>,
        refresh: Option<NewRefresh>,
    ) -> Result<Issue, Fault> {
        let (now, settings) = (self.ground.clock.now(), &basis.client.policy.tokens);
        let life = i64::from(settings.access_seconds);
        let access_token = self.access_token(&basis, now.plus(life)).await?;
        let id_token = match basis.scope.contains(&Scope::Openid) {
            true => Some(self.id_token(&basis, &access_token).await?),
            false => None,
        };
        let access = entities::token::Model {
            token_hash: Secret::presented(&access_token).hash(),
            grant_id: basis.grant.id,
            is_refresh: false,
            created_at: now,
            expires_at: now.plus(life),
            ends_at: now.plus(life),
            scope: scope::print(&basis.scope),
            audience: resource::print(&basis.resources),
            used_at: None,
            request_hash: None,
            next_hash: None,
            answer: None,
        };
        let answer = TokenResponse {
            access_token,
            token_type: TokenType::Bearer,
            expires_in: life,
            scope: access.scope.clone(),
            id_token,
            refresh_token: refresh.as_ref().map(|new| new.token.text().to_owned()),
        };
        let refresh = refresh.map(|new| entities::token::Model {
            token_hash: new.token.hash(),
            is_refresh: true,
            expires_at: new.expires_at,
            ends_at: new.ends_at,
            scope: String::new(),
            audience: String::new(),
            ..access.clone()
        });
        Ok(Issue { answer, rows: iter::once(access).chain(refresh).collect() })
    }

    /// Opaque, or signed for a resource server that checks it by itself (RFC 9068 2.2).
    async fn access_token(&self, basis: &Basis<'_>, expires_at: Timestamp) -> Result<String, Fault> {
        if basis.client.policy.tokens.access == AccessTokens::Opaque {
            return Ok(self.ground.random.secret().text().to_owned());
        }
        let claims = AccessTokenClaims {
            iss: self.issuer.clone(),
            sub: basis.grant.account_id.to_string(),
            aud: self.audience(&basis.resources),
            client_id: basis.client.id.clone(),
            exp: expires_at.0,
            iat: self.ground.clock.now().0,
            jti: self.ground.new_id().to_string(),
            scope: scope::print(&basis.scope),
            auth_time: Some(basis.grant.auth_time.0),
            acr: Some(basis.kept.acr.clone()),
            amr: Some(basis.amr.clone()),
        };
        self.keys.sign(basis.client.policy.id_token_alg, jose::ACCESS_TOKEN, &claims).await
    }

    /// Whom a token is for; without a resource server, this provider.
    pub(super) fn audience(&self, resources: &BTreeSet<String>) -> Vec<String> {
        if resources.is_empty() { vec![self.issuer.clone()] } else { resources.iter().cloned().collect() }
    }

    async fn id_token(&self, basis: &Basis<'_>, access_token: &str) -> Result<String, Fault> {
        let (now, policy) = (self.ground.clock.now(), &basis.client.policy);
        let claims = IdTokenClaims {
            iss: self.issuer.clone(),
            sub: basis.grant.account_id.to_string(),
            aud: basis.client.id.clone(),
            exp: now.plus(i64::from(policy.tokens.id_seconds)).0,
            iat: now.0,
            auth_time: basis.grant.auth_time.0,
            nonce: basis.nonce.clone(),
            acr: basis.kept.acr.clone(),
            amr: basis.amr.clone(),
            at_hash: Some(jose::at_hash(policy.id_token_alg, access_token)),
            sid: basis.grant.session_id.to_string(),
            jti: self.ground.new_id().to_string(),
            known: self.known(basis).await?,
        };
        self.keys.sign(policy.id_token_alg, jose::ID_TOKEN, &claims).await
    }

    /// What the scopes open, for a client that is registered to read it in the ID token, and what it asked for there
    /// by name.
    async fn known(&self, basis: &Basis<'_>) -> Result<Option<PersonClaims>, Fault> {
        let (policy, wishes) = (&basis.client.policy, &basis.kept.claims.id_token);
        let none = BTreeSet::new();
        let scopes = if policy.tokens.claims_in_id_token { &basis.scope } else { &none };
        let open = claims::open(scopes, wishes, &policy.scopes);
        if open.is_empty() {
            return Ok(None);
        }
        let account = accounts::find(self.ground.db.read(), basis.grant.account_id).await?;
        let Some(account) = account else { return Ok(None) };
        let person = self.person(account, &open).await?;
        Ok(Some(PersonClaims::of(&person, &open, scopes, wishes)))
    }

    /// The first refresh token of a grant: for a client that is registered for them and either may act while the
    /// person is away, or keeps them for the length of the session.
    pub(super) fn first_refresh(&self, client: &Client, grant: &store::Grant) -> Option<NewRefresh> {
        let policy = &client.policy;
        let wanted = grant.offline || policy.refresh.with_session;
        if !wanted || !policy.grant_types.contains(&GrantType::RefreshToken) {
            return None;
        }
        let ends_at = grant.auth_time.plus(i64::from(policy.refresh.absolute_seconds));
        Some(self.refresh_until(client, self.ground.random.secret(), ends_at))
    }

    pub(super) fn refresh_until(&self, client: &Client, token: Secret, ends_at: Timestamp) -> NewRefresh {
        let idle = self.ground.clock.now().plus(i64::from(client.policy.refresh.idle_seconds));
        NewRefresh { token, expires_at: idle.min(ends_at), ends_at }
    }
}

impl Issue {
    /// The answer, and the rows for the write.
    pub(super) fn split(self) -> (TokenResponse, Rows) {
        (self.answer, self.rows)
    }
}

/// The rows of an issue: its access token and, where there is one, its refresh token.
pub(super) type Rows = Vec<entities::token::Model>;
