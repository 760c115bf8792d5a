//! A code for tokens. Consume, then mint: the code is taken before anything is looked at, the grant
//! is inserted under the code's hash, which is unique, and only then tokens exist. A code that comes
//! twice revokes what came of it (B8).

use super::authorize::CodeRecord;
use super::gate::{self, GateFacts};
use super::{Grants, store};
use crate::accounts::{self, Account};
use crate::audit::{self, Entry, Origin};
use crate::clients::Client;
use crate::fault::Fault;
use crate::ids::GrantId;
use crate::keys::jose;
use crate::login;
use crate::protocol::acr::{Acr, Amr};
use crate::protocol::error::OAuthError;
use crate::protocol::id_token::IdTokenClaims;
use crate::protocol::pkce::Proof;
use crate::protocol::token::TokenRequest;
use crate::random::Secret;
use crate::seal::{same, sha256_base64url};
use crate::store::ephemeral::Kind;
use serde::Serialize;

/// Seconds for which an access token and an ID token work.
const TOKEN_LIFE: i64 = 600;

/// A successful answer of the token endpoint (RFC 6749 5.1, OIDC Core 3.1.3.3).
#[derive(Debug, Serialize)]
#[expect(missing_docs, reason = "the fields are named by the standards")]
pub struct TokenResponse {
    pub access_token: String,
    pub token_type: &'static str,
    pub expires_in: i64,
    pub scope: String,
    pub id_token: String,
}

impl Grants {
    /// Exchanges what a client presents. The client has proved itself already.
    ///
    /// # Errors
    /// When a store is away; the code is spent then too.
    pub async fn exchange(
        &self,
        client: &Client,
        request: TokenRequest,
        origin: &Origin,
    ) -> Result<Result<TokenResponse, OAuthError>, Fault> {
        let TokenRequest::AuthorizationCode { code, redirect_uri, verifier } = request;
        let code = Secret::presented(&code);
        let taken: Option<CodeRecord> = self.ground.ephemeral.take(Kind::Code, &code.hash()).await?;
        let now = self.ground.clock.now();
        let Some(record) = taken.filter(|record| record.expires_at > now) else {
            return self.replayed(&code, origin).await.map(Err);
        };
        let verifier = verifier.map(|verifier| sha256_base64url(verifier.expose().as_bytes()));
        let proof = Proof::weigh(record.challenge.as_ref(), verifier.as_deref()).accept();
        let bound =
            record.client_id == client.id && same(record.redirect_uri.as_bytes(), redirect_uri.as_bytes());
        if !bound || proof.is_err() {
            let why = if bound { "wrong verifier" } else { "not the client's code" };
            self.note_refusal(&record, client, why, origin).await?;
            return Ok(Err(proof.err().unwrap_or_else(invalid_grant)));
        }
        self.issue(&code, record, client, origin).await
    }

    async fn issue(
        &self,
        code: &Secret,
        record: CodeRecord,
        client: &Client,
        origin: &Origin,
    ) -> Result<Result<TokenResponse, OAuthError>, Fault> {
        let now = self.ground.clock.now();
        let conn = self.ground.db.read();
        let account = accounts::find(conn, record.account).await?;
        let session = login::live_session(conn, record.session, now).await?;
        let facts = GateFacts {
            account: account.as_ref(),
            session: session.as_ref(),
            grant_revoked: false,
            client_known: true,
        };
        if gate::check(facts, now).is_err() {
            self.note_refusal(&record, client, "the session or person is not good any more", origin).await?;
            return Ok(Err(invalid_grant()));
        }
        let Some(account) = account else { return Ok(Err(invalid_grant())) };
        let access_token = self.ground.random.secret();
        let id_token = self.id_token(&record, client, &account, &access_token)?;
        let minted = self.mint(code, &record, &access_token, origin).await?;
        if !minted {
            return self.replayed(code, origin).await.map(Err);
        }
        Ok(Ok(TokenResponse {
            access_token: access_token.text().to_owned(),
            token_type: "Bearer",
            expires_in: TOKEN_LIFE,
            scope: record.scope,
            id_token,
        }))
    }

    /// One write: the grant, if the code has none yet, and its token.
    async fn mint(
        &self,
        code: &Secret,
        record: &CodeRecord,
        token: &Secret,
        origin: &Origin,
    ) -> Result<bool, Fault> {
        let (now, id) = (self.ground.clock.now(), GrantId(self.ground.new_id()));
        let grant = store::Grant {
            id,
            code_hash: code.hash(),
            account_id: record.account,
            client_id: record.client_id.clone(),
            session_id: record.session,
            scope: record.scope.clone(),
            created_at: now,
            revoked_at: None,
        };
        let token = entities::access_token::Model {
            token_hash: token.hash(),
            grant_id: id,
            created_at: now,
            expires_at: now.plus(TOKEN_LIFE),
        };
        let origin = origin.by(record.account);
        let entry = Entry::done("token.issued", id).client(&record.client_id).with("scope", &record.scope);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !store::insert(tx, grant).await? {
                        return Ok(false);
                    }
                    store::insert_token(tx, token).await?;
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(true)
                })
            })
            .await
    }

    fn id_token(
        &self,
        record: &CodeRecord,
        client: &Client,
        account: &Account,
        token: &Secret,
    ) -> Result<String, Fault> {
        let now = self.ground.clock.now();
        let claims = IdTokenClaims {
            iss: self.issuer.clone(),
            sub: account.id.to_string(),
            aud: client.id.clone(),
            exp: now.plus(TOKEN_LIFE).0,
            iat: now.0,
            auth_time: record.auth_time.0,
            nonce: record.nonce.clone(),
            acr: Acr::Aal2Restricted,
            amr: vec![Amr::Pwd, Amr::Sms, Amr::Mfa],
            at_hash: Some(jose::at_hash(token.text())),
            sid: record.session.to_string(),
            jti: self.ground.new_id().to_string(),
        };
        self.keys.sign(client.policy.id_token_alg, jose::ID_TOKEN, &claims)
    }

    /// A code that is not there: unknown, over, or used. If something came of it, that is revoked,
    /// committed, and only then refused.
    async fn replayed(&self, code: &Secret, origin: &Origin) -> Result<OAuthError, Fault> {
        if let Some(grant) = store::by_code(self.ground.db.read(), code.hash()).await? {
            let (now, origin) = (self.ground.clock.now(), origin.clone());
            let entry = Entry::refused("code.replayed", grant.id, "used before").client(&grant.client_id);
            self.ground
                .db
                .write(move |tx| {
                    Box::pin(async move {
                        store::revoke(tx, grant.id, now).await?;
                        audit::append(tx, now, &origin, entry).await
                    })
                })
                .await?;
        }
        Ok(invalid_grant())
    }

    async fn note_refusal(
        &self,
        record: &CodeRecord,
        client: &Client,
        why: &str,
        origin: &Origin,
    ) -> Result<(), Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let entry = Entry::refused("token.issued", record.session, why).client(&client.id);
        self.ground
            .db
            .write(move |tx| Box::pin(async move { audit::append(tx, now, &origin, entry).await }))
            .await
    }
}

fn invalid_grant() -> OAuthError {
    OAuthError::invalid_grant("the code is not valid")
}
