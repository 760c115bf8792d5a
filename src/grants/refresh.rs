//! A refresh token for new tokens (RFC 6749 6, RFC 9700 4.14).
//!
//! Where tokens rotate, the next one is a MAC of the one presented, and the whole answer is sealed under a key that
//! only the presented token gives. So an answer that was lost on the way can be given again for a few seconds, to the
//! same client for the same request, without anything readable being stored, on any node and after a restart. Any
//! other second use ends the family: either the client or a thief holds a copy (I24, I25).

use super::authorize::{Kept, strength};
use super::exchange::resource_too_wide;
use super::gate::{self, Closed, GateFacts};
use super::issue::{Basis, Issue, NewRefresh, Rows, TokenResponse};
use super::store::{Refreshing, Use};
use super::{Grants, store};
use crate::audit::{self, Entry, Origin};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::resource;
use crate::protocol::scope::{self, Scope};
use crate::random::Secret;
use crate::seal::{open_under, same, seal_under, sha256};
use crate::store::Tx;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::BTreeSet;
use std::sync::Arc;

const ANSWER: &str = "refresh answer";

/// What is asked for, of what was granted.
struct Asked {
    scope: BTreeSet<Scope>,
    resources: BTreeSet<String>,
}

impl Asked {
    /// Two requests that ask for the same have the same hash.
    fn hash(&self) -> Vec<u8> {
        let text = format!("{}\n{}", scope::print(&self.scope), resource::print(&self.resources));
        sha256(text.as_bytes()).to_vec()
    }
}

/// Everything that one write needs.
struct Rotation {
    presented: Vec<u8>,
    asked: Vec<u8>,
    client: Arc<Client>,
    rows: Rows,
    /// What the token is replaced with; none where it is kept, and until when.
    used: Result<Use, Timestamp>,
    retry_seconds: i64,
    origin: Origin,
    now: Timestamp,
}

/// What came of it.
enum Settled {
    Fresh,
    Again(Vec<u8>),
    Refused,
}

impl Grants {
    /// Exchanges a refresh token. The client has proved itself already.
    pub(super) async fn refresh(
        &self,
        client: &Client,
        (token, scope): (&str, Option<BTreeSet<Scope>>),
        resources: BTreeSet<String>,
        origin: &Origin,
    ) -> Result<Result<TokenResponse, OAuthError>, Fault> {
        let (presented, now) = (Secret::presented(token), self.ground.clock.now());
        let Some(it) = store::by_refresh(self.ground.db.read(), presented.hash()).await? else {
            return Ok(Err(unknown()));
        };
        if it.standing.grant.client_id != client.id {
            self.end_family(&it, "another client presented it", origin).await?;
            return Ok(Err(unknown()));
        }
        if it.token.ends_at <= now || (it.token.used_at.is_none() && it.token.expires_at <= now) {
            return Ok(Err(unknown()));
        }
        let asked = match narrowed(&it, client, scope, resources) {
            Ok(asked) => asked,
            Err(error) => return Ok(Err(error)),
        };
        let (asked_hash, next) = (asked.hash(), self.next(client, &presented, &it));
        let issue = self.again(client, &it, asked, next.as_ref().ok()).await?;
        let (answer, rows) = issue.split();
        let used = match next {
            Ok(next) => Ok(Use {
                request_hash: asked_hash.clone(),
                next_hash: next.token.hash(),
                answer: seal_under(&presented, ANSWER, &serde_json::to_vec(&answer)?, &self.ground.random),
            }),
            Err(until) => Err(until),
        };
        let rotation = Rotation {
            presented: presented.hash(),
            asked: asked_hash,
            client: Arc::new(client.clone()),
            rows,
            used,
            retry_seconds: self.settings.refresh_retry_seconds,
            origin: origin.clone(),
            now,
        };
        let settled =
            self.ground.db.write(move |tx| Box::pin(async move { rotation.settle(tx).await })).await?;
        Ok(match settled {
            Settled::Fresh => Ok(answer),
            Settled::Again(sealed) => {
                let first = open_under(&presented, ANSWER, &sealed);
                let first = first.ok_or_else(|| Fault::internal("a refresh answer does not open"))?;
                Ok(serde_json::from_slice(&first)?)
            }
            Settled::Refused => Err(unknown()),
        })
    }

    /// The token that takes the place of the presented one, or until when that one is kept.
    fn next(&self, client: &Client, presented: &Secret, it: &Refreshing) -> Result<NewRefresh, Timestamp> {
        if !client.policy.rotates() {
            return Err(self.refresh_until(client, presented.clone(), it.token.ends_at).expires_at);
        }
        let next = self.ground.ring.mac("next refresh token", &[presented.text().as_bytes()]);
        let next = Secret::presented(&URL_SAFE_NO_PAD.encode(next));
        Ok(self.refresh_until(client, next, it.token.ends_at))
    }

    async fn again(
        &self,
        client: &Client,
        it: &Refreshing,
        asked: Asked,
        next: Option<&NewRefresh>,
    ) -> Result<Issue, Fault> {
        let grant = &it.standing.grant;
        let (_, amr) = strength(&grant.amr)?;
        let Asked { scope, resources } = asked;
        // OIDC Core 12.2: no nonce is needed, and the sign-in is the one of the grant.
        let basis = Basis { client, grant, scope, resources, nonce: None, kept: Kept::of(grant)?, amr };
        let next = next.map(|next| NewRefresh {
            token: next.token.clone(),
            expires_at: next.expires_at,
            ends_at: next.ends_at,
        });
        self.prepare(basis, next).await
    }

    async fn end_family(&self, it: &Refreshing, why: &'static str, origin: &Origin) -> Result<(), Fault> {
        let (now, origin, grant) = (self.ground.clock.now(), origin.clone(), it.standing.grant.clone());
        self.ground
            .db
            .write(move |tx| Box::pin(async move { end_family(tx, &grant, why, (&origin, now)).await }))
            .await
    }
}

impl Rotation {
    async fn settle(self, tx: &Tx) -> Result<Settled, Fault> {
        let Some(it) = store::by_refresh(tx, self.presented.clone()).await? else {
            return Ok(Settled::Refused);
        };
        let admitted = gate::admits(tx, &self.client, it.standing.account.id).await?;
        let facts = GateFacts::of(&it.standing, (Some(&self.client), admitted), self.now);
        if let Err(closed) = gate::check(facts, self.now) {
            return self.refuse(tx, &it, closed).await;
        }
        match self.used {
            Err(until) => store::touch_refresh(tx, &self.presented, until).await?,
            Ok(used) => {
                // Consume, then mint.
                if !store::spend_refresh(tx, &self.presented, self.now, used).await? {
                    let (asked, retry) = (self.asked.as_slice(), self.retry_seconds);
                    return replayed(tx, (&self.presented, asked), retry, (&self.origin, self.now)).await;
                }
            }
        }
        Issue::store(tx, self.rows).await?;
        let grant = &it.standing.grant;
        let entry = Entry::done("token.refreshed", grant.id).client(&grant.client_id);
        audit::append(tx, self.now, &self.origin.by(grant.account_id), entry).await?;
        Ok(Settled::Fresh)
    }

    async fn refuse(&self, tx: &Tx, it: &Refreshing, closed: Closed) -> Result<Settled, Fault> {
        let entry =
            Entry::refused("token.refreshed", it.standing.grant.id, closed.why()).client(&self.client.id);
        audit::append(tx, self.now, &self.origin, entry).await?;
        Ok(Settled::Refused)
    }
}

/// A second use: the same answer once more, where only an answer was lost; else the end of the family.
async fn replayed(
    tx: &Tx,
    (presented, asked): (&[u8], &[u8]),
    retry_seconds: i64,
    (origin, now): (&Origin, Timestamp),
) -> Result<Settled, Fault> {
    let it = store::by_refresh(tx, presented.to_vec()).await?;
    let it = it.ok_or_else(|| Fault::internal("a refresh token vanished"))?;
    let row = &it.token;
    let in_time = row.used_at.is_some_and(|at| now.since(at).abs() < retry_seconds);
    let same_request = row.request_hash.as_deref().is_some_and(|hash| same(hash, asked));
    if let (true, true, Some(next), Some(answer)) = (in_time, same_request, &row.next_hash, &row.answer)
        && !store::is_used(tx, next.clone()).await?
    {
        return Ok(Settled::Again(answer.clone()));
    }
    end_family(tx, &it.standing.grant, "used a second time", (origin, now)).await?;
    Ok(Settled::Refused)
}

async fn end_family(
    tx: &Tx,
    grant: &store::Grant,
    why: &'static str,
    (origin, now): (&Origin, Timestamp),
) -> Result<(), Fault> {
    if !store::end(tx, grant.id, now).await? {
        return Ok(());
    }
    let entry = Entry::refused("refresh.replayed", grant.id, why).client(&grant.client_id);
    audit::append(tx, now, origin, entry.with("account", grant.account_id.to_string())).await
}

/// Less than was granted, never more (RFC 6749 6, S11). What was taken from the client since is left out. Asking for
/// too much spends nothing.
fn narrowed(
    it: &Refreshing,
    client: &Client,
    scope: Option<BTreeSet<Scope>>,
    resources: BTreeSet<String>,
) -> Result<Asked, OAuthError> {
    let granted = scope::parse(&it.standing.grant.scope).unwrap_or_default();
    let wanted = scope.unwrap_or_else(|| granted.clone());
    if !wanted.is_subset(&granted) {
        return Err(OAuthError::new(ErrorCode::InvalidScope, "scope is wider than what was granted."));
    }
    let all = resource::read(&it.standing.grant.resources);
    if !resources.is_subset(&all) {
        return Err(resource_too_wide());
    }
    let scope = wanted.intersection(&client.policy.scopes).copied().collect();
    Ok(Asked { scope, resources: if resources.is_empty() { all } else { resources } })
}

fn unknown() -> OAuthError {
    OAuthError::invalid_grant("The refresh token is unknown, used or expired.")
}
