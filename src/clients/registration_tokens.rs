//! The tokens with which applications may register themselves (initial access tokens, RFC 7591 1.2): made on the host,
//! limited in time and uses, and with them what comes by them.

use super::{Clients, dynamic_store};
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::RegistrationTokenId;
use crate::protocol::client::Profile;
use crate::protocol::scope::{self, Scope};
use crate::random::Secret;
use crate::rights::{Act, Guarded, Permit};
use std::collections::BTreeSet;

pub use entities::registration_token::Model as RegistrationToken;

/// A token to be made.
#[derive(Clone, Debug)]
pub struct NewRegistrationToken {
    /// How many applications may come by it.
    pub uses: i32,
    /// Days until it is dead.
    pub days: i64,
    /// Their profile.
    pub profile: Profile,
    /// The scopes that they may have at most; `openid` always is one.
    pub scopes: BTreeSet<Scope>,
    /// What it is for.
    pub note: String,
}

impl Clients {
    /// Makes a token, shown once.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn add_registration_token(
        &self,
        permit: Permit,
        origin: &Origin,
        new: NewRegistrationToken,
    ) -> Result<(RegistrationTokenId, Secret), Fault> {
        permit.must_be(&[Act::Guarded(Guarded::ClientSecrets, None)])?;
        let (now, origin, token) = (self.ground.clock.now(), origin.clone(), self.ground.random.secret());
        let NewRegistrationToken { uses, days, profile, mut scopes, note } = new;
        // Who registers itself gets nothing of the API: an admin names such an application.
        scopes.retain(|scope| !scope.is_api());
        scopes.insert(Scope::Openid);
        let id = RegistrationTokenId(self.ground.new_id());
        let row = RegistrationToken {
            id,
            token_hash: token.hash(),
            note,
            profile: profile.as_str().to_owned(),
            scope: scope::print(&scopes),
            uses_left: uses,
            created_at: now,
            expires_at: now.plus(days * 24 * 3600),
            revoked_at: None,
        };
        let entry = Entry::done("client.registration_token_added", id)
            .with("uses", uses)
            .with("expires_at", row.expires_at)
            .with("profile", profile)
            .with("scope", &row.scope);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    dynamic_store::add_token(tx, row).await?;
                    audit::append(tx, now, &origin, entry).await
                })
            })
            .await?;
        Ok((id, token))
    }

    /// All that were made and not swept, newest first.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn registration_tokens(&self) -> Result<Vec<RegistrationToken>, Fault> {
        dynamic_store::tokens(self.ground.db.read()).await
    }

    /// Takes a token back; what came by it stays. `false` when there is none that is not taken back yet.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn revoke_registration_token(
        &self,
        permit: Permit,
        origin: &Origin,
        id: RegistrationTokenId,
    ) -> Result<bool, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::ClientSecrets, None)])?;
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let revoked = dynamic_store::revoke_token(tx, id, now).await?;
                    if revoked {
                        let entry = Entry::done("client.registration_token_revoked", id);
                        audit::append(tx, now, &origin, entry).await?;
                    }
                    Ok(revoked)
                })
            })
            .await
    }
}
