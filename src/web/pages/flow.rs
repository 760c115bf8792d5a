//! Between the pages: from a parked request to the page of its next step, and to its end.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::Page;
use super::super::visit::Visit;
use crate::accounts::Account;
use crate::journey::{Flow, Need, Step};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::response::Response as Sent;
use poem::Response;
use serde_json::json;
use std::sync::Arc;
use url::Url;

/// A parked request and what it waits for.
pub(super) struct At {
    pub(super) id: String,
    pub(super) flow: Flow,
    pub(super) step: Step,
}

/// The page of a step.
pub(in super::super) fn href(step: Step, flow: &str) -> String {
    let path = match step {
        Step::Register => "/access",
        Step::SelectAccount => "/select-account",
        Step::Password => "/sign-in",
        Step::VerifyEmail { .. } => "/verify-email",
        Step::SetUpPhone => "/set-up/phone",
        Step::Code => "/sign-in/code",
        Step::Terms | Step::Disclaimer => "/notice",
        Step::Join => "/join",
        Step::Consent => "/consent",
        Step::Refuse | Step::Done => "/continue",
    };
    with_flow(path, flow)
}

/// A path with the id of a flow.
pub(super) fn with_flow(path: &str, flow: &str) -> String {
    if flow.is_empty() { path.to_owned() } else { format!("{path}?flow={flow}") }
}

/// GET /
pub(super) async fn start(visit: Arc<Visit>) -> Answer {
    let to = if visit.visitor.session.is_some() { "/continue" } else { "/sign-in" };
    Ok(answer::go(to))
}

/// GET /continue: where every page returns to.
pub(super) async fn advance(visit: Arc<Visit>) -> Answer {
    let at = visit.at().await?;
    match at.step {
        Step::Done => visit.finish(at).await,
        Step::Refuse => visit.refuse(at).await,
        step => Ok(answer::go(&href(step, &at.id))),
    }
}

impl Visit {
    /// The flow this request belongs to and its step. Without one: the flow of a sign-in in progress
    /// in this browser, else a new one that lands at home.
    pub(super) async fn at(&self) -> Result<At, Stop> {
        let asked = self.flow_id();
        let own = self.visitor.progress.as_ref().map(|progress| progress.flow.clone());
        let id = if asked.is_empty() { own.unwrap_or_default() } else { asked.to_owned() };
        let parked = match id.as_str() {
            "" => None,
            id => self.app.journey.parked(id, &self.browser.hash).await?,
        };
        let (id, flow) = match parked {
            Some(flow) => (id, flow),
            None if asked.is_empty() || self.visitor.session.is_some() => self.begin(Need::Home).await?,
            None => return Err(Stop::Stale),
        };
        let step = self.app.journey.advance(&id, &flow, &self.visitor).await?;
        Ok(At { id, flow, step })
    }

    /// Parks a new flow.
    pub(in super::super) async fn begin(&self, need: Need) -> Result<(String, Flow), Stop> {
        let session = self.visitor.session.as_ref().map(|(session, _)| session);
        let flow = self.app.journey.flow(need, &self.browser.hash, session);
        let id = self.app.journey.park(&flow).await?;
        Ok((id, flow))
    }

    /// The flow, if it waits for one of these steps; else the way to the page it waits for.
    pub(super) async fn expect(&self, fits: impl Fn(Step) -> bool) -> Result<At, Stop> {
        let at = self.at().await?;
        if fits(at.step) { Ok(at) } else { Err(Stop::Go(href(at.step, &at.id))) }
    }

    /// The person of a flow's page: of the sign-in in progress that belongs to it, else of the session.
    pub(super) async fn person(&self, at: &At) -> Result<Account, Stop> {
        let own = self.visitor.progress.as_ref().filter(|progress| progress.flow == at.id);
        if let (None, Some((_, account))) = (own, &self.visitor.session) {
            return Ok(account.clone());
        }
        let progress = own.or(self.visitor.progress.as_ref()).ok_or(Stop::Stale)?;
        let account = crate::accounts::find(self.app.ground.db.read(), progress.account).await?;
        account.ok_or(Stop::Stale)
    }

    /// Ends a flow: back to the application that asked, or to where the person belongs.
    async fn finish(&self, at: At) -> Answer {
        let Some((session, account)) = &self.visitor.session else { return Err(Stop::Stale) };
        // Consume, then mint: of two tabs that get here at once, one carries on.
        let Some(flow) = self.app.journey.take(&at.id).await? else { return Err(Stop::Stale) };
        match flow.need {
            Need::Authorize(request) => {
                let response = self.app.grants.finish(&request, session, account).await?;
                self.deliver(response, request.target.origin())
            }
            Need::Team => Ok(answer::go("/team")),
            Need::Applications => Ok(answer::go("/account/apps")),
            Need::Home | Need::Join(_) => self.land(account).await,
        }
    }

    /// Ends a flow with the standard error: the application is not for this person.
    async fn refuse(&self, at: At) -> Answer {
        let Some(flow) = self.app.journey.take(&at.id).await? else { return Err(Stop::Stale) };
        let Need::Authorize(request) = flow.need else { return Err(Stop::Forbidden) };
        let reason = "the application is not for this person";
        let error = OAuthError::new(ErrorCode::AccessDenied, "The person may not use this application.");
        let endpoint = crate::protocol::metadata::AUTHORIZE;
        let code = error.code().as_str();
        self.app.clients.note_refusal(endpoint, &request.client_id, code, reason).await;
        self.deliver(self.app.grants.refuse(&request, &error), request.target.origin())
    }

    /// The person's application starts its own sign-in (OIDC Core 4); without one, a page says that
    /// all is set up.
    async fn land(&self, account: &Account) -> Answer {
        let uri = self.landing(account).await?;
        let Some(mut url) = uri.and_then(|uri| Url::parse(&uri).ok()) else {
            return Ok(answer::go("/welcome"));
        };
        url.query_pairs_mut().append_pair("iss", self.app.links.issuer());
        Ok(answer::go(url.as_str()))
    }

    async fn landing(&self, account: &Account) -> Result<Option<String>, Stop> {
        let Some(id) = &account.landing_client_id else { return Ok(None) };
        let client = self.app.clients.find(id).await?;
        Ok(client.and_then(|client| client.initiate_login_uri.clone()))
    }

    /// The origin to which the forms of a flow's pages may lead in the end.
    pub(super) async fn target_origin(&self, at: &At) -> Result<Option<String>, Stop> {
        if let Need::Authorize(request) = &at.flow.need {
            return Ok(Some(request.target.origin()));
        }
        let person = match (&self.visitor.progress, &self.visitor.session) {
            (Some(_), _) | (None, Some(_)) => self.person(at).await.ok(),
            (None, None) => None,
        };
        let uri = match &person {
            Some(account) => self.landing(account).await?,
            None => None,
        };
        let url = uri.and_then(|uri| Url::parse(&uri).ok());
        Ok(url.map(|url| url.origin().ascii_serialization()))
    }

    /// The name of the application that asked.
    pub(super) async fn client_name(&self, at: &At) -> Result<Option<String>, Stop> {
        let Some(id) = at.flow.need.client_id() else { return Ok(None) };
        Ok(self.app.clients.find(id).await?.map(|client| client.name.clone()))
    }

    /// Sends an answer to an application: the browser goes there, or posts a form there.
    pub(in super::super) fn deliver(&self, response: Sent, origin: String) -> Answer {
        let (action, fields) = match response {
            Sent::Redirect(url) => return Ok(answer::go(url.as_str())),
            Sent::Post { action, fields } => (action, fields),
        };
        let fields: Vec<_> =
            fields.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        let data = json!({ "action": action, "fields": fields });
        self.page(Page::new("form_post", data).form_action(Some(origin)))
    }

    /// On to the next step of a flow.
    pub(super) fn onward(&self, flow: &str) -> Response {
        answer::go(&with_flow("/continue", flow))
    }
}
