//! What a token is worth (RFC 7662), and taking one back (RFC 7009). Both ask as the same one gate.

use super::authorize::{Kept, strength};
use super::gate::{self, GateFacts};
use super::service::jti_hash;
use super::store::Standing;
use super::{Grants, store};
use crate::audit::{self, Entry, Origin};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::protocol::introspection::Introspection;
use crate::protocol::resource;
use crate::random::Secret;

impl Grants {
    /// What is known of a token, for a client that may ask: the one it was issued to, or a resource server that is
    /// registered to ask. For everybody and everything else it is not active, and nothing more is said (A89).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn introspect(&self, asks: &Client, token: &str) -> Result<Introspection, Fault> {
        let (now, hash) = (self.ground.clock.now(), Secret::presented(token).hash());
        if let Some(it) = store::by_hash(self.ground.db.read(), hash).await? {
            let (row, grant) = (&it.row, &it.standing.grant);
            let what = match row.is_refresh {
                true if grant.client_id == asks.id => (&grant.scope, &grant.resources),
                true => return Ok(Introspection::inactive()),
                false => (&row.scope, &row.audience),
            };
            if row.used_at.is_some() || row.expires_at <= now || row.ends_at <= now {
                return Ok(Introspection::inactive());
            }
            let ends = (row.created_at, row.expires_at);
            return self.of_person(asks, &it.standing, (what.0, what.1), ends).await;
        }
        Ok(match self.live_service_token(token).await? {
            Some(claims) if claims.client_id == asks.id || asks.policy.introspects => {
                Introspection::of_service(claims)
            }
            _ => Introspection::inactive(),
        })
    }

    async fn of_person(
        &self,
        asks: &Client,
        standing: &Standing,
        (scope, audience): (&str, &str),
        (made, ends): (Timestamp, Timestamp),
    ) -> Result<Introspection, Fault> {
        let grant = &standing.grant;
        let client = self.clients.find(&grant.client_id).await?;
        let entitled = grant.client_id == asks.id || asks.policy.introspects;
        let admitted = self.admits(client.as_deref(), standing.account.id).await?;
        let now = self.ground.clock.now();
        let good = gate::check(GateFacts::of(standing, (client.as_deref(), admitted), now), now).is_ok();
        if !entitled || !good {
            return Ok(Introspection::inactive());
        }
        let (_, amr) = strength(&grant.amr)?;
        Ok(Introspection {
            active: true,
            scope: Some(scope.to_owned()),
            client_id: Some(grant.client_id.clone()),
            token_type: Some("Bearer"),
            exp: Some(ends.0),
            iat: Some(made.0),
            sub: Some(grant.account_id.to_string()),
            aud: Some(self.audience(&resource::read(audience))),
            iss: Some(self.issuer.clone()),
            auth_time: Some(grant.auth_time.0),
            acr: Some(Kept::of(grant)?.acr),
            amr: Some(amr),
            sid: Some(grant.session_id.to_string()),
            jti: None,
        })
    }

    /// Takes a token back for the client it was issued to: an access token alone, a refresh token with everything that
    /// came of its grant (RFC 7009 2.1). Anything else is none of the client's business and changes nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn revoke(&self, client: &Client, token: &str, origin: &Origin) -> Result<(), Fault> {
        let (now, hash) = (self.ground.clock.now(), Secret::presented(token).hash());
        if let Some(it) = store::by_hash(self.ground.db.read(), hash.clone()).await? {
            let grant = &it.standing.grant;
            let is_over = !it.row.is_refresh && it.row.expires_at <= now;
            if grant.client_id != client.id || is_over {
                return Ok(());
            }
            let what = if it.row.is_refresh { TakenBack::Grant } else { TakenBack::Access(hash) };
            return self.take_back(what, grant, origin).await;
        }
        let claims = self.live_service_token(token).await?;
        let Some(claims) = claims.filter(|claims| claims.client_id == client.id) else { return Ok(()) };
        let (origin, ends) = (origin.clone(), Timestamp(claims.exp));
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::revoke_jti(tx, jti_hash(&claims.jti), ends).await?;
                    let entry = Entry::done("token.revoked", &claims.jti).client(&claims.client_id);
                    audit::append(tx, now, &origin, entry).await
                })
            })
            .await
    }

    async fn take_back(&self, what: TakenBack, grant: &store::Grant, origin: &Origin) -> Result<(), Fault> {
        let (now, grant, origin) = (self.ground.clock.now(), grant.clone(), origin.clone());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let (act, done) = match what {
                        TakenBack::Access(hash) => ("token.revoked", store::remove_token(tx, hash).await?),
                        TakenBack::Grant => ("grant.revoked", store::end(tx, grant.id, now).await?),
                    };
                    if done {
                        let entry = Entry::done(act, grant.id).client(&grant.client_id);
                        audit::append(tx, now, &origin, entry).await?;
                    }
                    Ok(())
                })
            })
            .await
    }
}

/// What is taken back.
enum TakenBack {
    /// One access token, by its hash.
    Access(Vec<u8>),
    /// A grant with all its tokens.
    Grant,
}
