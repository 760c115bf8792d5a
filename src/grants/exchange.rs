//! A code for tokens. One write spends the code, whatever comes of it: a grant is inserted under the code's hash,
//! which is unique. So of any number of callers one finds it fresh, and every later one revokes what came of it (B8)
//! and commits before it is refused, however close behind. The ephemeral copy is only read and runs out by itself: it
//! need not be trusted to forget.

use super::authorize::CodeRecord;
use super::gate::{self, Closed, GateFacts};
use super::issue::{Basis, Issue, Rows, TokenResponse};
use super::{Grants, store};
use crate::audit::{self, Entry, Origin};
use crate::clients::Client;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::GrantId;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::pkce::{CodeVerifier, Proof};
use crate::protocol::resource;
use crate::protocol::scope::{self, Scope};
use crate::random::Secret;
use crate::seal::sha256_base64url;
use crate::store::Tx;
use crate::store::ephemeral::Kind;
use std::collections::BTreeSet;

/// A code as a client presents it.
pub(super) struct PresentedCode {
    pub(super) code: String,
    pub(super) redirect_uri: String,
    pub(super) verifier: Option<CodeVerifier>,
    pub(super) resources: BTreeSet<String>,
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
    /// Exchanges a code. The client has proved itself already. A code is dead afterwards, whatever the outcome; only a
    /// fault, which writes nothing, leaves it to be tried again.
    pub(super) async fn exchange_code(
        &self,
        client: &Client,
        presented: PresentedCode,
        origin: &Origin,
    ) -> Result<Result<TokenResponse, OAuthError>, Fault> {
        let (now, code_hash) = (self.ground.clock.now(), Secret::presented(&presented.code).hash());
        let record: Option<CodeRecord> = self.ground.ephemeral.get(Kind::Code, &code_hash).await?;
        let Some(record) = record.filter(|record| record.expires_at > now) else {
            self.end_replayed(code_hash, client, origin).await?;
            return Ok(Err(Refused::Used.to_error()));
        };
        if !presented.resources.is_subset(&record.resources) {
            return Ok(Err(resource_too_wide()));
        }
        let bound = record.check(client, &presented);
        let grant = self.grant(code_hash, &record, now)?;
        let (answer, rows) = match bound {
            Ok(()) => {
                Some(self.first_issue(client, &grant, record.clone(), presented.resources).await?.split())
            }
            Err(_) => None,
        }
        .unzip();
        let redemption = Redemption {
            grant,
            issued_at: record.issued_at,
            rows,
            bound,
            client_id: client.id.clone(),
            client: client.clone(),
            origin: origin.clone(),
        };
        let settled =
            self.ground.db.write(move |tx| Box::pin(async move { redemption.settle(tx).await })).await?;
        Ok(match (settled, answer) {
            (Ok(()), Some(answer)) => Ok(answer),
            (Ok(()), None) => Err(Refused::Used.to_error()),
            (Err(refused), _) => Err(refused.to_error()),
        })
    }

    async fn first_issue(
        &self,
        client: &Client,
        grant: &store::Grant,
        record: CodeRecord,
        asked: BTreeSet<String>,
    ) -> Result<Issue, Fault> {
        let basis = Basis {
            client,
            grant,
            scope: scope::parse(&record.scope).unwrap_or_default(),
            resources: if asked.is_empty() { record.resources } else { asked },
            nonce: record.nonce,
            kept: record.kept,
            amr: record.amr,
        };
        self.prepare(basis, self.first_refresh(client, grant)).await
    }

    fn grant(&self, code_hash: Vec<u8>, record: &CodeRecord, now: Timestamp) -> Result<store::Grant, Fault> {
        Ok(store::Grant {
            id: GrantId(self.ground.new_id()),
            code_hash,
            account_id: record.account,
            client_id: record.client_id.clone(),
            session_id: record.session,
            scope: record.scope.clone(),
            created_at: now,
            revoked_at: None,
            offline: record.scope.split(' ').any(|scope| scope == Scope::OfflineAccess.as_str()),
            resources: resource::print(&record.resources),
            auth_time: record.auth_time,
            amr: record.methods.clone(),
            kept: serde_json::to_string(&record.kept)?,
        })
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
    fn check(&self, client: &Client, presented: &PresentedCode) -> Result<(), Refused> {
        if self.client_id != client.id {
            return Err(Refused::Client);
        }
        if self.redirect_uri != presented.redirect_uri {
            return Err(Refused::Redirect);
        }
        let verifier = presented.verifier.as_ref();
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
    rows: Option<Rows>,
    bound: Result<(), Refused>,
    client_id: String,
    client: Client,
    origin: Origin,
}

impl Redemption {
    /// Consume, then mint. A code that gives nothing is consumed too, by a grant without scope that is revoked from
    /// the start: a wrong client or verifier ends it for the right one. The price is a row for each failed exchange of
    /// a real code.
    async fn settle(self, tx: &Tx) -> Result<Result<(), Refused>, Fault> {
        let (grant, now) = (&self.grant, self.grant.created_at);
        let row = match self.bound {
            Ok(()) => grant.clone(),
            Err(_) => store::Grant { scope: String::new(), revoked_at: Some(now), ..grant.clone() },
        };
        let Some(behind) = store::insert(tx, row, now).await? else { return self.not_fresh(tx).await };
        let Err(refused) = self.judge(tx, &behind).await? else {
            self.mint(tx).await?;
            return Ok(Ok(()));
        };
        if self.bound.is_ok() {
            store::void(tx, grant.id, now).await?;
        }
        audit::append(tx, now, &self.origin, refused.entry(grant, &self.client_id)).await?;
        Ok(Err(refused))
    }

    /// Whether tokens may come of the code, by facts that were read in this write.
    async fn judge(&self, tx: &Tx, behind: &store::Behind) -> Result<Result<(), Refused>, Fault> {
        let facts = GateFacts {
            person: Some(behind.person),
            session: Some(behind.session),
            // A code is the end of a sign-in: that has to be alive, whatever the tokens may do later.
            offline: false,
            grant_revoked: false,
            granted_at: self.issued_at,
            client_since: Some(self.client.created_at),
            admitted: gate::admits(tx, &self.client, self.grant.account_id).await?,
        };
        let good = gate::check(facts, self.grant.created_at).map_err(Refused::Closed);
        let good = self.bound.and(good);
        // A grant that is there ends with the consent; a code has none yet.
        let asks = good.is_ok() && self.client.policy.third_party;
        if asks && store::hold_consent(tx, self.grant.account_id, &self.client).await?.is_none() {
            return Ok(Err(Refused::Closed(Closed::Consent)));
        }
        Ok(good)
    }

    /// The code was used before: what came of it ends. Or its session is gone: then nothing can come of it any more.
    async fn not_fresh(&self, tx: &Tx) -> Result<Result<(), Refused>, Fault> {
        let now = self.grant.created_at;
        let came = store::by_code(tx, self.grant.code_hash.clone()).await?;
        let why = if came.is_some() { Refused::Used } else { Refused::Closed(Closed::Person) };
        let refused = self.bound.err().unwrap_or(why);
        let is_news = match &came {
            Some(came) => store::end(tx, came.id, now).await?,
            None => true,
        };
        if is_news {
            let entry = refused.entry(came.as_ref().unwrap_or(&self.grant), &self.client_id);
            audit::append(tx, now, &self.origin, entry).await?;
        }
        Ok(Err(refused))
    }

    async fn mint(self, tx: &Tx) -> Result<(), Fault> {
        let (now, grant) = (self.grant.created_at, self.grant);
        if let Some(rows) = self.rows {
            store::insert_tokens(tx, rows).await?;
        }
        let entry = Entry::done("token.issued", grant.id).client(&grant.client_id).with("scope", grant.scope);
        audit::append(tx, now, &self.origin.by(grant.account_id), entry).await
    }
}

/// The resources of a token request have to be among those of its grant (RFC 8707 2.2). It spends nothing.
pub(super) fn resource_too_wide() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidTarget, "The resource was not granted.")
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
            Self::Client => unknown().because("the code was issued to another client"),
            Self::Used => unknown(),
            Self::Redirect => OAuthError::invalid_grant("The redirect_uri is not that of the request."),
            Self::Proof(proof) => proof.accept().err().unwrap_or_else(unknown),
            Self::Closed(closed) => {
                OAuthError::invalid_grant("The sign-in behind the code is over.").because(closed.why())
            }
        }
    }
}
