//! All that is known of one person, for whoever helps. Reading it leaves a row in the trail.

use super::Lifecycle;
use crate::accounts::{self, Account};
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::login::{self, Factor, Session};
use crate::notices::{self, Agreed};
use crate::organisations::{self, Member};
use crate::rights::{Act, Area, Permit};
use crate::seal::{hex, sha256};

/// What there is about a person, beside the history.
#[derive(Clone, Debug)]
pub struct Dossier {
    /// Who.
    pub account: Account,
    /// Every place, the oldest first.
    pub members: Vec<Member>,
    /// Second factors in use.
    pub factors: Vec<Factor>,
    /// Where the person is signed in.
    pub sessions: Vec<Session>,
    /// What the person agreed to, newest first.
    pub agreed: Vec<Agreed>,
}

/// What was seen of a person, as `ETag` and hidden field: it changes with the name, the state and each place.
#[must_use]
pub fn version(account: &Account, members: &[Member]) -> String {
    let state = (account.email_verified_at, account.verify_by, account.disabled_at);
    let places: Vec<_> = members.iter().map(|member| (member.id, member.role)).collect();
    let seen = format!("{}\n{}\n{state:?}\n{places:?}", accounts::full_name(account), account.email);
    hex(&sha256(seen.as_bytes())[..8])
}

impl Lifecycle {
    /// Reads a person whom the right to see people, or to help this one, is for.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn person(
        &self,
        permit: Permit,
        id: AccountId,
        origin: &Origin,
    ) -> Result<Option<Dossier>, Fault> {
        if !matches!(permit.act(), Act::See(Area::People, _)) {
            return Err(Fault::internal("a permit for another act"));
        }
        let (conn, now, origin) = (self.ground.db.read(), self.ground.clock.now(), origin.clone());
        let Some(account) = accounts::find(conn, id).await? else { return Ok(None) };
        let entry = Entry::done("person.read", id);
        let entry = match permit.act() {
            Act::See(_, Some(organisation)) => entry.organisation(organisation),
            _ => entry,
        };
        self.ground
            .db
            .write(move |tx| Box::pin(async move { audit::append(tx, now, &origin, entry).await }))
            .await?;
        let mut sessions = login::open_sessions(conn, id, now).await?;
        sessions.retain(|session| self.login.is_live(session, now));
        Ok(Some(Dossier {
            members: organisations::members_of(conn, id).await?,
            factors: self.login.factors(id).await?,
            agreed: notices::agreed(conn, id).await?,
            sessions,
            account,
        }))
    }
}
