//! Gathers the facts for the decision.

use super::step::{Facts, Known, PhoneFact, Proved, needs_fresh};
use super::{Flow, Journey, Need};
use crate::accounts::{self, Account, Status};
use crate::fault::Fault;
use crate::login::{Progress, Session};
use crate::notices::Kind;

/// Whoever is at the browser, as its cookies tell.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    /// A live session.
    pub session: Option<(Session, Account)>,
    /// A sign-in in progress.
    pub progress: Option<Progress>,
    /// Live sessions of other accounts in this browser.
    pub others: Vec<(Session, Account)>,
}

impl Visitor {
    /// Who is signed in with both factors.
    #[must_use]
    pub fn signed_in(&self) -> Option<&Account> {
        self.session.as_ref().map(|(_, account)| account)
    }
}

impl Journey {
    /// What counts for a flow: a sign-in in progress that belongs to it, else the session, else
    /// another sign-in in progress. Where the request wants both factors anew, only its own counts.
    pub(super) async fn facts(&self, id: &str, flow: &Flow, visitor: &Visitor) -> Result<Facts, Fault> {
        let own = visitor.progress.as_ref().filter(|progress| progress.flow == id);
        let session = visitor.session.as_ref().filter(|(session, _)| self.counts(flow, session));
        if let (None, Some((_, account))) = (own, session) {
            return self.known(account, Proved::Both, flow).await.map(Facts::Known);
        }
        let Some(progress) = own.or(visitor.progress.as_ref().filter(|_| !flow.fresh)) else {
            return Ok(Facts::Nobody);
        };
        self.of_progress(progress, flow).await
    }

    /// Whether a session is good enough for a flow: any that began after it, and of older ones those that would have
    /// been good enough then, whichever of this browser's is the current one by now (A70).
    fn counts(&self, flow: &Flow, session: &Session) -> bool {
        let good = || !flow.adds && !needs_fresh(&flow.need, Some(session), flow.began, self.level_seconds);
        flow.stale_session != Some(session.id) && (session.auth_time >= flow.began || good())
    }

    async fn of_progress(&self, progress: &Progress, flow: &Flow) -> Result<Facts, Fault> {
        if progress.phantom.is_some() {
            return Ok(Facts::Phantom);
        }
        let account = accounts::find(self.ground.db.read(), progress.account).await?;
        let open = account.filter(|account| account.disabled_at.is_none());
        match open {
            Some(account) => self.known(&account, Proved::Password, flow).await.map(Facts::Known),
            None => Ok(Facts::Nobody),
        }
    }

    async fn known(&self, account: &Account, proved: Proved, flow: &Flow) -> Result<Known, Fault> {
        let need = &flow.need;
        let status = accounts::status(account, self.ground.clock.now());
        let phone = match self.login.phone(account.id).await? {
            None => PhoneFact::None,
            Some(phone) if phone.proved => PhoneFact::Proved,
            Some(_) => PhoneFact::Waiting,
        };
        let (admitted, consent_due) = match need {
            Need::Authorize(request) => (
                self.grants.may_use(account.id, request).await?,
                self.grants.consent_due(account.id, request).await?,
            ),
            Need::Home | Need::Team | Need::Applications | Need::Join(_) => (true, false),
        };
        let due = self.due(flow, account.id).await?;
        let is_disclaimer = |kind: &Kind| matches!(kind, Kind::Disclaimer(_));
        Ok(Known {
            account: account.id,
            proved,
            email_proved: status == Status::Verified,
            blocked: status == Status::Blocked,
            phone,
            terms_due: due.iter().any(|it| !is_disclaimer(&it.kind)),
            admitted,
            consent_due,
            disclaimer_due: due.iter().any(|it| is_disclaimer(&it.kind)),
        })
    }
}
