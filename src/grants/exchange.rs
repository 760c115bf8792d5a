//! A code for tokens. One write spends the code, whatever comes of it: a grant is inserted under the code's hash,
//! which is unique. So of any number of callers one finds it fresh, and every later one revokes what came of it (B8)
//! and commits before it is refused, however close behind. The ephemeral copy is only read and runs out by itself: it
//! need not be trusted to forget.

use super::authorize::CodeRecord;
use super::gate::{self, Closed, GateFacts};
use super::{Grants, store};
use crate::audit::{self, Entry, Origin};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::GrantId;
use crate::keys::jose;
use crate::protocol::error::OAuthError;
use crate::protocol::id_token::IdTokenClaims;
use crate::protocol::pkce::{CodeVerifier, Proof};
use crate::protocol::token::TokenRequest;
use crate::random::Secret;
use crate::seal::sha256_base64url;
use crate::store::Tx;
use crate::store::ephemeral::Kind;
use serde::Serialize;
use std::fmt;

/// Seconds for which an access token works.
pub(super) const ACCESS_TOKEN_LIFE: i64 = 600;
/// Seconds for which an ID token says that somebody signed in.
const ID_TOKEN_LIFE: i64 = 600;

/// A successful answer of the token endpoint (RFC 6749 5.1, OIDC Core 3.1.3.3).
#[derive(Serialize)]
#[expect(missing_docs, reason = "the fields are named by the standards")]
pub struct TokenResponse {
    pub access_token: String,
    pub token_type: &'static str,
    pub expires_in: i64,
    pub scope: String,
    pub id_token: String,
}

/// Without the tokens.
impl fmt::Debug for TokenResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenResponse").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why a code gives nothing.
#[derive(Clone, Copy, Debug)]
enum Refused {
    /// It was issued to another client (I44).
    Client,
    /// The redirect URI is not that of the request.
    Redirect,
    /// The proof of possession does not hold (I17).
    Proof(Proof),
    /// Person, session or client are not good any more.
    Closed(Closed),
    /// It was used before.
    Used,
}

impl Grants {
    /// Exchanges what a client presents. The client has proved itself already. A code is dead afterwards, whatever
    /// the outcome; only a fault, which writes nothing, leaves it to be tried again.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn exchange(
        &self,
        client: &Client,
        request: TokenRequest,
        origin: &Origin,
    ) -> Result<Result<TokenResponse, OAuthError>, Fault> {
        let TokenRequest::AuthorizationCode { code, redirect_uri, verifier } = request;
        let (now, code_hash) = (self.ground.clock.now(), Secret::presented(&code).hash());
        let record: Option<CodeRecord> = self.ground.ephemeral.get(Kind::Code, &code_hash).await?;
        let Some(record) = record.filter(|record| record.expires_at > now) else {
            self.end_replayed(code_hash, client, origin).await?;
            return Ok(Err(Refused::Used.to_error()));
        };
        let bound = record.check(client, &redirect_uri, verifier.as_ref());
        let access_token = self.ground.random.secret();
        // Signed before the write: what cannot be signed leaves no grant behind, and no writer waits for RSA.
        let id_token = match bound {
            Ok(()) => self.id_token(&record, client, &access_token, now)?,
            Err(_) => String::new(),
        };
        let redemption = Redemption {
            grant: self.grant(code_hash, &record, now),
            issued_at: record.issued_at,
            token_hash: access_token.hash(),
            bound,
            client_id: client.id.clone(),
            client_since: client.created_at,
            origin: origin.clone(),
        };
        let settled =
            self.ground.db.write(move |tx| Box::pin(async move { redemption.settle(tx).await })).await?;
        Ok(settled.map_err(Refused::to_error).map(|()| TokenResponse {
            access_token: access_token.text().to_owned(),
            token_type: "Bearer",
            expires_in: ACCESS_TOKEN_LIFE,
            scope: record.scope,
            id_token,
        }))
    }

    fn grant(&self, code_hash: Vec<u8>, record: &CodeRecord, now: Timestamp) -> store::Grant {
        store::Grant {
            id: GrantId(self.ground.new_id()),
            code_hash,
            account_id: record.account,
            client_id: record.client_id.clone(),
            session_id: record.session,
            scope: record.scope.clone(),
            created_at: now,
            revoked_at: None,
        }
    }

    fn id_token(
        &self,
        record: &CodeRecord,
        client: &Client,
        token: &Secret,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let claims = IdTokenClaims {
            iss: self.issuer.clone(),
            sub: record.account.to_string(),
            aud: client.id.clone(),
            exp: now.plus(ID_TOKEN_LIFE).0,
            iat: now.0,
            auth_time: record.auth_time.0,
            nonce: record.nonce.clone(),
            acr: record.acr,
            amr: record.amr.clone(),
            at_hash: Some(jose::at_hash(token.text())),
            sid: record.session.to_string(),
            jti: self.ground.new_id().to_string(),
        };
        self.keys.sign(client.policy.id_token_alg, jose::ID_TOKEN, &claims)
    }

    /// A code that is unknown or over: if something came of it once, that ends. What nobody ever was given is not
    /// worth a row.
    async fn end_replayed(&self, code_hash: Vec<u8>, client: &Client, origin: &Origin) -> Result<(), Fault> {
        let came = store::by_code(self.ground.db.read(), code_hash.clone()).await?;
        if came.is_none_or(|grant| grant.revoked_at.is_some()) {
            return Ok(());
        }
        let (now, client_id, origin) = (self.ground.clock.now(), client.id.clone(), origin.clone());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let Some(grant) = store::revoke(tx, code_hash, now).await? else { return Ok(()) };
                    audit::append(tx, now, &origin, Refused::Used.entry(&grant, &client_id)).await
                })
            })
            .await
    }
}

impl CodeRecord {
    /// Whether this client may redeem the code with this redirect URI and verifier (RFC 6749 4.1.3, RFC 7636 4.6).
    fn check(
        &self,
        client: &Client,
        redirect_uri: &str,
        verifier: Option<&CodeVerifier>,
    ) -> Result<(), Refused> {
        if self.client_id != client.id {
            return Err(Refused::Client);
        }
        if self.redirect_uri != redirect_uri {
            return Err(Refused::Redirect);
        }
        let verifier = verifier.map(|verifier| sha256_base64url(verifier.expose().as_bytes()));
        match Proof::weigh(self.challenge.as_ref(), verifier.as_deref()) {
            Proof::Holds | Proof::NotUsed => Ok(()),
            proof => Err(Refused::Proof(proof)),
        }
    }
}

/// Everything that one write needs to settle a code.
struct Redemption {
    grant: store::Grant,
    issued_at: Timestamp,
    token_hash: Vec<u8>,
    bound: Result<(), Refused>,
    client_id: String,
    client_since: Timestamp,
    origin: Origin,
}

impl Redemption {
    /// Consume, then mint. A code that gives nothing is consumed too, by a grant without scope that is revoked from
    /// the start: a wrong client or verifier ends it for the right one. The price is a row for each failed exchange of
    /// a real code.
    async fn settle(self, tx: &Tx) -> Result<Result<(), Refused>, Fault> {
        let (grant, now) = (&self.grant, self.grant.created_at);
        let behind = store::behind(tx, grant.session_id, grant.account_id).await?;
        let facts = GateFacts {
            account: behind.as_ref().map(|(_, account)| account),
            session: behind.as_ref().map(|(session, _)| session),
            grant_revoked: false,
            granted_at: self.issued_at,
            client_since: Some(self.client_since),
        };
        let good = self.bound.and_then(|()| gate::check(facts, now).map_err(Refused::Closed));
        let row = match good {
            Ok(()) => grant.clone(),
            Err(_) => store::Grant { scope: String::new(), revoked_at: Some(now), ..grant.clone() },
        };
        // Without a session nothing can come of the code any more, and a grant has nothing to hang on.
        let fresh = behind.is_some() && store::insert(tx, row).await?;
        let outcome = if good.is_ok() && !fresh { Err(Refused::Used) } else { good };
        match outcome {
            Ok(()) => self.mint(tx).await?,
            Err(refused) => {
                let ended =
                    if fresh { None } else { store::revoke(tx, grant.code_hash.clone(), now).await? };
                if fresh || behind.is_none() || ended.is_some() {
                    let entry = refused.entry(ended.as_ref().unwrap_or(grant), &self.client_id);
                    audit::append(tx, now, &self.origin, entry).await?;
                }
            }
        }
        Ok(outcome)
    }

    async fn mint(self, tx: &Tx) -> Result<(), Fault> {
        let (now, grant) = (self.grant.created_at, self.grant);
        let token = entities::access_token::Model {
            token_hash: self.token_hash,
            grant_id: grant.id,
            created_at: now,
            expires_at: now.plus(ACCESS_TOKEN_LIFE),
        };
        let entry = Entry::done("token.issued", grant.id).client(&grant.client_id).with("scope", grant.scope);
        store::insert_token(tx, token).await?;
        audit::append(tx, now, &self.origin.by(grant.account_id), entry).await
    }
}

impl Refused {
    /// For the trail: which grant, and which client presented the code.
    fn entry(self, grant: &store::Grant, presented_by: &str) -> Entry {
        let (act, why) = match self {
            Self::Client => ("token.issued", "the code was issued to another client"),
            Self::Redirect => ("token.issued", "the redirect URI is not that of the request"),
            Self::Proof(_) => ("token.issued", "the code verifier does not fit"),
            Self::Closed(closed) => ("token.issued", closed.why()),
            Self::Used => ("code.replayed", "used before"),
        };
        Entry::refused(act, grant.id, why)
            .client(presented_by)
            .with("issued_to", &grant.client_id)
            .with("account", grant.account_id.to_string())
    }

    /// For the client. Whose code it is and what became of the person is none of its business.
    fn to_error(self) -> OAuthError {
        let unknown = || OAuthError::invalid_grant("The code is unknown, used or expired.");
        match self {
            Self::Client | Self::Used => unknown(),
            Self::Redirect => OAuthError::invalid_grant("The redirect_uri is not that of the request."),
            Self::Proof(proof) => proof.accept().err().unwrap_or_else(unknown),
            Self::Closed(_) => OAuthError::invalid_grant("The sign-in behind the code is over."),
        }
    }
}
