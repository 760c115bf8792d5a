//! Logout that an application asks for (RP-Initiated Logout 1.0).

use super::Grants;
use crate::accounts::Account;
use crate::clients::Client;
use crate::fault::Fault;
use crate::ids::SessionId;
use crate::keys::jose;
use crate::login::{self, Session};
use crate::protocol::logout::{LogoutRequest, PostLogoutTarget};
use std::sync::Arc;
use url::Url;

/// What is to be done.
#[derive(Clone, Debug)]
pub struct LogoutPlan {
    /// Whether the session may end at once: a token of ours names it.
    pub proven: bool,
    /// The session that the token names, where it was idle for so long that the browser has none any more: the
    /// application was used meanwhile, and its tokens are still good. One that is in use elsewhere is not ended by a
    /// token alone, which may have come from anywhere (A99).
    pub left_behind: Option<SessionId>,
    /// Where to go afterwards, if that is registered.
    pub target: Option<Url>,
    /// The application that asked. Without a proof anybody may have asked in its name.
    pub client: Option<Arc<Client>>,
}

impl Grants {
    /// Judges a logout request. A hint is believed when our key signed it, expired or not; without one
    /// for the live session the person is asked, so that no foreign page can sign people out (A99).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn plan_logout(
        &self,
        request: &LogoutRequest,
        current: Option<&(Session, Account)>,
    ) -> Result<LogoutPlan, Fault> {
        let claims = match &request.id_token_hint {
            Some(hint) => self.keys.verify(jose::ID_TOKEN, hint.expose()).await,
            None => None,
        };
        let claim =
            |name: &str| claims.as_ref().and_then(|claims| claims.get(name)).and_then(|value| value.as_str());
        let ours = claim("iss") == Some(self.issuer.as_str());
        // RP-Initiated Logout 2: a client that names itself is the one the token was issued to.
        let agrees = request.client_id.is_none() || request.client_id.as_deref() == claim("aud");
        let of_this_session =
            current.is_none_or(|(session, _)| claim("sid") == Some(session.id.to_string().as_str()));
        let another = current.is_some_and(|(session, account)| {
            let (sub, sid) = (account.id.to_string(), session.id.to_string());
            request.means_another(&[&account.email, &sub, &sid])
        });
        let proven = ours && agrees && of_this_session && !another;
        let client_id = if ours { claim("aud") } else { request.client_id.as_deref() };
        let client = match client_id {
            Some(id) => self.clients.find(id).await?,
            None => None,
        };
        // RP-Initiated Logout 4: onward only where a token of ours asks for it, or a person who is asked first.
        let target = client
            .as_ref()
            .filter(|_| proven || current.is_some())
            .and_then(|client| PostLogoutTarget::prove(&client.policy, request).ok().flatten());
        let named = claim("sid").and_then(|sid| sid.parse().ok()).map(SessionId);
        let left_behind = match named.filter(|_| proven && current.is_none()) {
            Some(id) => self.idle_session(id).await?,
            None => None,
        };
        Ok(LogoutPlan { proven, left_behind, target: target.map(|target| target.url().clone()), client })
    }

    /// The session of this id if it was not ended and nobody can use it any more.
    async fn idle_session(&self, id: SessionId) -> Result<Option<SessionId>, Fault> {
        let now = self.ground.clock.now();
        let session = login::live_session(self.ground.db.read(), id, now).await?;
        Ok(session.filter(|session| !self.login.is_live(session, now)).map(|session| session.id))
    }
}
