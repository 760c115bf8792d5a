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
use super::store::{Token, Turn, Use};
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
    it: Token,
    asked: Vec<u8>,
    rows: Rows,
    turn: Turn,
    retry_seconds: i64,
    by: By,
}

/// Who presents the token, and when.
struct By {
    client: Client,
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
        if it.row.ends_at <= now || (it.row.used_at.is_none() && it.row.expires_at <= now) {
            return Ok(Err(unknown()));
        }
        let asked = match narrowed(&it, client, scope, resources) {
            Ok(asked) => asked,
            Err(error) => return Ok(Err(error)),
        };
        let (asked_hash, next) = (asked.hash(), self.next(client, &presented, &it));
        let issue = self.again(client, &it, asked, next.as_ref().ok()).await?;
        let (answer, rows) = issue.split();
        let turn = match next {
            Ok(next) => Turn::Spent(Use {
                request_hash: asked_hash.clone(),
                next_hash: next.token.hash(),
                answer: seal_under(&presented, ANSWER, &serde_json::to_vec(&answer)?, &self.ground.random),
            }),
            Err(until) => Turn::Kept(until),
        };
        let rotation = Rotation {
            it,
            asked: asked_hash,
            rows,
            turn,
            retry_seconds: self.settings.refresh_retry_seconds,
            by: By { client: client.clone(), origin: origin.clone(), now },
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
    fn next(&self, client: &Client, presented: &Secret, it: &Token) -> Result<NewRefresh, Timestamp> {
        if !client.policy.rotates() {
            return Err(self.refresh_until(client, presented.clone(), it.row.ends_at).expires_at);
        }
        let next = self.ground.ring.mac("next refresh token", &[presented.text().as_bytes()]);
        let next = Secret::presented(&URL_SAFE_NO_PAD.encode(next));
        Ok(self.refresh_until(client, next, it.row.ends_at))
    }

    async fn again(
        &self,
        client: &Client,
        it: &Token,
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

    async fn end_family(&self, it: &Token, why: &'static str, origin: &Origin) -> Result<(), Fault> {
        let (now, origin, grant) = (self.ground.clock.now(), origin.clone(), it.standing.grant.clone());
        self.ground
            .db
            .write(move |tx| Box::pin(async move { end_family(tx, &grant, why, (&origin, now)).await }))
            .await
    }
}

impl Rotation {
    /// Consume, then mint. The gate judges what was read as the token was used; where it is closed, the use is taken
    /// back, at the price of a statement for each refusal.
    async fn settle(self, tx: &Tx) -> Result<Settled, Fault> {
        let Self { it, asked, rows, turn, retry_seconds, by } = self;
        let Some((behind, revoked_at)) = store::turn(tx, &it, turn, by.now).await? else {
            return by.replayed(tx, &it.row.token_hash, (&asked, retry_seconds)).await;
        };
        let grant = &it.standing.grant;
        let facts = GateFacts {
            person: Some(behind.person),
            session: Some(behind.session),
            grant_revoked: revoked_at.is_some(),
            ..by.facts(tx, &it).await?
        };
        if let Err(closed) = gate::check(facts, by.now) {
            store::turn_back(tx, &it).await?;
            return by.refuse(tx, grant, closed).await;
        }
        store::insert_tokens(tx, rows).await?;
        let entry = Entry::done("token.refreshed", grant.id).client(&grant.client_id);
        audit::append(tx, by.now, &by.origin.by(grant.account_id), entry).await?;
        Ok(Settled::Fresh)
    }
}

impl By {
    async fn facts(&self, tx: &Tx, it: &Token) -> Result<GateFacts, Fault> {
        let admitted = gate::admits(tx, &self.client, it.standing.account.id).await?;
        Ok(GateFacts::of(&it.standing, (Some(&self.client), admitted), self.now))
    }

    async fn refuse(&self, tx: &Tx, grant: &store::Grant, closed: Closed) -> Result<Settled, Fault> {
        let entry = Entry::refused("token.refreshed", grant.id, closed.why()).client(&self.client.id);
        audit::append(tx, self.now, &self.origin, entry).await?;
        Ok(Settled::Refused)
    }

    /// A second use: the same answer once more, where only an answer was lost; else the end of the family.
    async fn replayed(
        &self,
        tx: &Tx,
        presented: &[u8],
        (asked, retry_seconds): (&[u8], i64),
    ) -> Result<Settled, Fault> {
        // It may have run out meanwhile and be swept.
        let Some(it) = store::by_refresh(tx, presented.to_vec()).await? else {
            return Ok(Settled::Refused);
        };
        let (row, grant) = (&it.row, &it.standing.grant);
        if let Err(closed) = gate::check(self.facts(tx, &it).await?, self.now) {
            return self.refuse(tx, grant, closed).await;
        }
        let in_time = row.used_at.is_some_and(|at| self.now.since(at).abs() < retry_seconds);
        let same_request = row.request_hash.as_deref().is_some_and(|hash| same(hash, asked));
        if let (true, true, Some(next), Some(answer)) = (in_time, same_request, &row.next_hash, &row.answer)
            && !store::is_used(tx, next.clone()).await?
        {
            return Ok(Settled::Again(answer.clone()));
        }
        end_family(tx, grant, "used a second time", (&self.origin, self.now)).await?;
        Ok(Settled::Refused)
    }
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
    it: &Token,
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
