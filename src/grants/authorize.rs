//! The end of an authorization request: a code for the application, or the standard error.

use super::{Grants, store};
use crate::accounts::Account;
use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, SessionId};
use crate::keys::jose;
use crate::login::Session;
use crate::protocol::acr::{Acr, Amr};
use crate::protocol::authorize::AuthorizationRequest;
use crate::protocol::claims::ClaimsRequest;
use crate::protocol::client::ClientPolicy;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::params::Params;
use crate::protocol::pkce::CodeChallenge;
use crate::protocol::redirect::CallbackTarget;
use crate::protocol::response::Response;
use crate::protocol::scope;
use crate::store::ephemeral::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Seconds for which a code works (RFC 6749 4.1.2 allows ten minutes).
const CODE_LIFE: i64 = 60;

/// What a code is bound to. Kept under the code's hash.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct CodeRecord {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: Option<CodeChallenge>,
    pub(super) nonce: Option<String>,
    pub(super) scope: String,
    pub(super) account: AccountId,
    pub(super) session: SessionId,
    pub(super) auth_time: Timestamp,
    pub(super) kept: Kept,
    pub(super) amr: Vec<Amr>,
    /// The same as the session has them.
    pub(super) methods: String,
    pub(super) resources: BTreeSet<String>,
    pub(super) issued_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

/// What of a request outlives its code: what the level is called, and the claims asked for by name.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) acr: String,
    #[serde(default)]
    pub(super) claims: ClaimsRequest,
}

impl Kept {
    /// Of a grant; one from before this was kept has the level's own name.
    pub(super) fn of(grant: &store::Grant) -> Result<Self, Fault> {
        if !grant.kept.is_empty() {
            return Ok(serde_json::from_str(&grant.kept)?);
        }
        let (acr, _) = strength(&grant.amr)?;
        Ok(Self { acr: acr.as_str().to_owned(), claims: ClaimsRequest::default() })
    }
}

impl Grants {
    /// Judges a request whose client and target are proven. The error may go to the target.
    ///
    /// # Errors
    /// The first rule that it breaks; `unmet_authentication_requirements` for a level that nobody can reach here,
    /// since no sign-in would change that (A71).
    pub async fn judge(
        &self,
        params: &Params,
        policy: &ClientPolicy,
        target: &CallbackTarget,
    ) -> Result<AuthorizationRequest, OAuthError> {
        let claims =
            ClaimsRequest::take(params)?.map_or_else(|| Ok(ClaimsRequest::default()), serde_json::from_str);
        let claims =
            claims.map_err(|_| OAuthError::invalid_request("claims is no JSON as OIDC Core 5.5 has it."))?;
        let mut request = AuthorizationRequest::check(params, policy, target, claims)?;
        if !Acr::ALL.into_iter().any(|level| request.acr.is_met(level)) {
            return Err(unmet());
        }
        if let Some(sub) = self.expected(&request).await? {
            if request.expected.as_ref().is_some_and(|named| *named != sub) {
                return Err(OAuthError::invalid_request("id_token_hint and claims name two people."));
            }
            request.expected = Some(sub);
        }
        // What the registration does not open now is not asked for later either, whatever is registered then.
        request.claims.retain(&policy.scopes);
        Ok(request)
    }

    /// Answers an authorization request with a code for this session.
    ///
    /// # Errors
    /// When a store is away, or the session is somebody else's.
    pub async fn finish(
        &self,
        request: &AuthorizationRequest,
        session: &Session,
        account: &Account,
    ) -> Result<Response, Fault> {
        if session.account_id != account.id {
            return Err(Fault::internal("a code was asked for with the session of somebody else"));
        }
        let (reached, amr) = strength(&session.amr)?;
        // Whatever led here: a level that was not reached gives no code, however fresh the sign-in is (I23).
        if !request.acr.is_met(reached) {
            return Ok(self.refuse(request, &unmet()));
        }
        // Whoever signed in meanwhile: the application takes one person alone (OIDC Core 5.5.1).
        if request.expected.as_ref().is_some_and(|sub| *sub != account.id.to_string()) {
            let error = OAuthError::new(ErrorCode::LoginRequired, "Somebody else signed in.");
            return Ok(self.refuse(request, &error));
        }
        let kept = Kept { acr: request.acr.name(reached), claims: request.claims.clone() };
        let (now, code) = (self.ground.clock.now(), self.ground.random.secret());
        let record = CodeRecord {
            client_id: request.client_id.clone(),
            redirect_uri: request.target.redirect_uri().to_owned(),
            challenge: request.challenge.clone(),
            nonce: request.nonce.clone(),
            scope: scope::print(&request.scope),
            account: account.id,
            session: session.id,
            auth_time: session.auth_time,
            kept,
            amr,
            methods: session.amr.clone(),
            resources: request.resources.clone(),
            issued_at: now,
            expires_at: now.plus(CODE_LIFE),
        };
        let due = self.ground.ephemeral.begin_put(Kind::Code, &code.hash(), &record, CODE_LIFE).await?;
        let origin = Origin {
            actor: Actor::Account(account.id),
            address: session.address.clone(),
            user_agent: session.user_agent.clone(),
        };
        let entry =
            Entry::done("code.issued", session.id).client(&request.client_id).with("scope", record.scope);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    due.finish(tx).await?;
                    audit::append(tx, now, &origin, entry).await
                })
            })
            .await?;
        let (mode, state) = (request.response_mode, request.state.as_deref());
        Ok(request.target.success(mode, code.text(), state, &self.issuer))
    }

    /// The person whom an application expects, by an ID token of ours that it was given; expired or not.
    ///
    /// # Errors
    /// `invalid_request` for anything else (A72): an application that sends the wrong thing should learn it.
    async fn expected(&self, request: &AuthorizationRequest) -> Result<Option<String>, OAuthError> {
        let Some(hint) = &request.id_token_hint else { return Ok(None) };
        let claims = self.keys.verify(jose::ID_TOKEN, hint.expose()).await.unwrap_or_default();
        let claim = |name: &str| claims.get(name).and_then(|value| value.as_str());
        let ours = claim("iss") == Some(self.issuer.as_str()) && claim("aud") == Some(&request.client_id);
        match claim("sub").filter(|_| ours) {
            Some(sub) => Ok(Some(sub.to_owned())),
            None => {
                Err(OAuthError::invalid_request("id_token_hint is no ID token that this client got here."))
            }
        }
    }

    /// Answers an authorization request with an error.
    #[must_use]
    pub fn refuse(&self, request: &AuthorizationRequest, error: &OAuthError) -> Response {
        request.target.error(request.response_mode, error, request.state.as_deref(), &self.issuer)
    }
}

fn unmet() -> OAuthError {
    let text = "The level of authentication that was demanded cannot be reached.";
    OAuthError::new(ErrorCode::UnmetAuthenticationRequirements, text)
}

/// The level that methods reach (P7), and the methods: they decide, not how fresh the sign-in is (I23).
pub(super) fn strength(amr: &str) -> Result<(Acr, Vec<Amr>), Fault> {
    let methods: Result<Vec<Amr>, _> =
        amr.split_whitespace().map(|name| serde_json::from_value(name.into())).collect();
    let methods = methods?;
    let acr = if methods.contains(&Amr::Mfa) { Acr::Aal2Restricted } else { Acr::Pwd };
    Ok((acr, methods))
}
