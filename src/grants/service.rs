//! Tokens of a client's own, with no person behind them (RFC 6749 4.4). They are signed and not stored: recognised by
//! their signature, and revocable by their id. The trail has their number alone (`counts`).

use super::Grants;
use super::issue::{TokenResponse, TokenType};
use crate::clients::Client;
use crate::fault::Fault;
use crate::keys::jose;
use crate::protocol::access_token::AccessTokenClaims;
use crate::protocol::client::AuthMethod;
use crate::protocol::error::{ErrorCode, OAuthError};
use std::collections::BTreeSet;

impl Grants {
    /// A token for a client itself. The client has proved itself already.
    pub(super) async fn service_token(
        &self,
        client: &Client,
        scope: Option<BTreeSet<String>>,
        resources: BTreeSet<String>,
    ) -> Result<Result<TokenResponse, OAuthError>, Fault> {
        let policy = &client.policy;
        // RFC 6749 4.4: for confidential clients alone.
        if policy.auth_method == AuthMethod::None {
            let text = "A public client has no tokens of its own.";
            return Ok(Err(OAuthError::new(ErrorCode::UnauthorizedClient, text)));
        }
        let scope = scope.unwrap_or_else(|| policy.tokens.service_scopes.iter().cloned().collect());
        let all = || policy.tokens.resources.iter().cloned().collect();
        let resources = if resources.is_empty() { all() } else { resources };
        let (now, life) = (self.ground.clock.now(), i64::from(policy.tokens.access_seconds));
        let scope = scope.into_iter().collect::<Vec<_>>().join(" ");
        let claims = AccessTokenClaims {
            iss: self.issuer.clone(),
            sub: client.id.clone(),
            aud: self.audience(&resources),
            client_id: client.id.clone(),
            exp: now.plus(life).0,
            iat: now.0,
            jti: self.ground.new_id().to_string(),
            scope: scope.clone(),
            auth_time: None,
            acr: None,
            amr: None,
        };
        let access_token = self.keys.sign(policy.id_token_alg, jose::ACCESS_TOKEN, &claims).await?;
        self.counts.add(&client.id, now);
        let token_type = TokenType::Bearer;
        Ok(Ok(TokenResponse {
            access_token,
            token_type,
            expires_in: life,
            scope,
            id_token: None,
            refresh_token: None,
        }))
    }

    /// The claims of a live service token of ours, if its client is still the one it was made for.
    pub(super) async fn live_service_token(&self, token: &str) -> Result<Option<AccessTokenClaims>, Fault> {
        let Some(claims) = self.keys.verify(jose::ACCESS_TOKEN, token).await else { return Ok(None) };
        let claims: AccessTokenClaims = serde_json::from_value(claims.into())?;
        let now = self.ground.clock.now();
        if claims.iss != self.issuer || claims.sub != claims.client_id || claims.exp <= now.0 {
            return Ok(None);
        }
        let client = self.clients.find(&claims.client_id).await?;
        if client.is_none_or(|client| client.created_at.0 > claims.iat) {
            return Ok(None);
        }
        let revoked = super::store::is_revoked(self.ground.db.read(), jti_hash(&claims.jti)).await?;
        Ok((!revoked).then_some(claims))
    }
}

pub(super) fn jti_hash(jti: &str) -> Vec<u8> {
    crate::seal::sha256(jti.as_bytes()).to_vec()
}
