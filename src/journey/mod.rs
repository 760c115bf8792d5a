//! The one dispatcher. A request that needs a person is parked as a flow; pages do one thing each
//! and come back here; `next_step` decides from stored facts alone what is next. So every step
//! survives a reload, the back button, a second tab, another device and a day's gap.

mod facts;
mod step;

pub use facts::Visitor;
pub use step::{Facts, Known, PhoneFact, Proved, Step, needs_fresh, next_step, silent_error};

use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::grants::Grants;
use crate::ids::{AccountId, InvitationId, NoticeId, SessionId};
use crate::login::{Login, Session};
use crate::notices::{self, Due};
use crate::protocol::authorize::{AuthorizationRequest, Prompt};
use crate::random::Secret;
use crate::store::Ground;
use crate::store::ephemeral::Kind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Seconds for which a parked request waits.
const LIFE: i64 = 2 * 60 * 60;

/// What the person came for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Need {
    /// An application asks who it is.
    Authorize(Box<AuthorizationRequest>),
    /// To sign in, or to finish setting up: lands at the person's application.
    Home,
    /// The team page.
    Team,
    /// The page of the applications that somebody uses.
    Applications,
    /// To join the team of an invitation with the account that is there.
    Join(InvitationId),
}

impl Need {
    /// The pages that its `prompt` asks for, whatever is known of the person.
    fn shows_first(&self) -> BTreeSet<Prompt> {
        let pages = BTreeSet::from([Prompt::Create, Prompt::SelectAccount, Prompt::Consent]);
        match self {
            Self::Authorize(request) => request.prompt.intersection(&pages).copied().collect(),
            Self::Home | Self::Team | Self::Applications | Self::Join(_) => BTreeSet::new(),
        }
    }

    /// Whether no page may be shown (`prompt=none`).
    fn is_silent(&self) -> bool {
        matches!(self, Self::Authorize(request) if request.prompt.contains(&Prompt::None))
    }

    /// The application that asked, if one did.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::Authorize(request) => Some(&request.client_id),
            Self::Home | Self::Team | Self::Applications | Self::Join(_) => None,
        }
    }
}

/// A parked request. It belongs to the browser that began it: its id is of no use in another (A74).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Flow {
    /// What for.
    pub need: Need,
    /// Hash of the browser's own cookie.
    browser: Vec<u8>,
    /// A session that is not good enough for this request, though it is live.
    stale_session: Option<SessionId>,
    /// When it began. What a session has to be is judged for this time, or the session is newer.
    began: Timestamp,
    /// Whether both factors have to run for this request alone.
    fresh: bool,
    /// What of the request's `prompt` was not answered yet.
    waits: BTreeSet<Prompt>,
    /// Whether the person signs in with another account beside the one that is signed in.
    adds: bool,
    /// Notices that the person put off, for this request.
    #[serde(default)]
    later: BTreeSet<NoticeId>,
}

impl Flow {
    /// Whether the sign-in that there is stays beside the new one.
    #[must_use]
    pub fn adds_account(&self) -> bool {
        self.adds
    }
}

/// The use cases.
#[derive(Clone)]
pub struct Journey {
    ground: Ground,
    login: Login,
    grants: Grants,
    level_seconds: i64,
}

impl Journey {
    /// Over the stores. A level of authentication that an application asks for counts for `level_seconds`.
    #[must_use]
    pub fn new(ground: Ground, login: Login, grants: Grants, level_seconds: i64) -> Self {
        Self { ground, login, grants, level_seconds }
    }

    /// A flow for a need, not parked yet. `session` is what the browser has now: when the request
    /// wants a fresher one, it does not count.
    #[must_use]
    pub fn flow(&self, need: Need, browser: &[u8], session: Option<&Session>) -> Flow {
        let now = self.ground.clock.now();
        let fresh = needs_fresh(&need, session, now, self.level_seconds);
        let stale_session = session.filter(|_| fresh).map(|session| session.id);
        let waits = need.shows_first();
        Flow {
            need,
            browser: browser.to_vec(),
            stale_session,
            began: now,
            fresh,
            waits,
            adds: false,
            later: BTreeSet::new(),
        }
    }

    /// A page that the application wanted shown was answered: the flow goes on.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn answered(&self, id: &str, mut flow: Flow, prompt: Prompt) -> Result<(), Fault> {
        flow.waits.remove(&prompt);
        self.keep(id, &flow).await
    }

    /// The account was chosen, of a session of this browser. It has to be fresh enough itself.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn chosen(&self, id: &str, flow: Flow, session: &Session) -> Result<(), Fault> {
        let mut waits = flow.waits;
        waits.remove(&Prompt::SelectAccount);
        let again = self.flow(flow.need, &flow.browser, Some(session));
        self.keep(id, &Flow { waits, ..again }).await
    }

    /// What somebody has to agree to before the flow goes on, in the order in which it is asked. What may be put off
    /// holds up neither who did so nor a request that may show no page.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn due(&self, flow: &Flow, account: AccountId) -> Result<Vec<Due>, Fault> {
        let standing = notices::standing(self.ground.db.read(), account, flow.need.client_id()).await?;
        let mut due = notices::owed::owed(&standing, self.ground.clock.now());
        let is_silent = flow.need.is_silent();
        due.retain(|it| it.until.is_none() || !(is_silent || flow.later.contains(&it.id)));
        Ok(due)
    }

    /// A notice is put off, which lets this flow pass it while its time lasts.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn put_off(&self, id: &str, mut flow: Flow, notice: NoticeId) -> Result<(), Fault> {
        flow.later.insert(notice);
        self.keep(id, &flow).await
    }

    /// Another account signs in beside the one that is signed in, which does not count for this flow.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn add_account(
        &self,
        id: &str,
        mut flow: Flow,
        current: Option<&Session>,
    ) -> Result<(), Fault> {
        flow.waits.remove(&Prompt::SelectAccount);
        let stale_session = current.map(|session| session.id);
        let began = self.ground.clock.now();
        self.keep(id, &Flow { stale_session, began, fresh: true, adds: true, ..flow }).await
    }

    /// A flow that another tab has finished meanwhile stays finished: the next page says so.
    async fn keep(&self, id: &str, flow: &Flow) -> Result<(), Fault> {
        self.ground.ephemeral.replace(Kind::Flow, &Secret::presented(id).hash(), flow).await.map(|_| ())
    }

    /// Parks a flow; gives its id for the URLs of its pages.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn park(&self, flow: &Flow) -> Result<String, Fault> {
        let id = self.ground.random.secret();
        self.ground.ephemeral.put(Kind::Flow, &id.hash(), flow, LIFE).await?;
        Ok(id.text().to_owned())
    }

    /// Changes what a flow is for: a person who has joined goes on.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn change_need(&self, id: &str, flow: Flow, need: Need) -> Result<(), Fault> {
        self.keep(id, &Flow { need, ..flow }).await
    }

    /// The flow of an id, if this browser began it.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn parked(&self, id: &str, browser: &[u8]) -> Result<Option<Flow>, Fault> {
        let flow: Option<Flow> = self.ground.ephemeral.get(Kind::Flow, &Secret::presented(id).hash()).await?;
        Ok(flow.filter(|flow| crate::seal::same(&flow.browser, browser)))
    }

    /// Takes a flow away when it is done: of two requests that finish it one gets it.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn take(&self, id: &str) -> Result<Option<Flow>, Fault> {
        self.ground.ephemeral.take(Kind::Flow, &Secret::presented(id).hash()).await
    }

    /// What is next for this visitor.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn advance(&self, id: &str, flow: &Flow, visitor: &Visitor) -> Result<Step, Fault> {
        let mut waits = flow.waits.clone();
        if visitor.session.is_none() && visitor.others.is_empty() {
            // There is nothing to choose from.
            waits.remove(&Prompt::SelectAccount);
        }
        let facts = self.facts(id, flow, visitor).await?;
        Ok(next_step(&flow.need, &waits, &facts))
    }
}
