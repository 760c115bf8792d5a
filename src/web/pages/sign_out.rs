//! Signing out of Wardgate itself.

use super::super::answer::{self, Answer, Stop};
use super::super::cookies::Name;
use super::super::frame::Page;
use super::super::visit::Visit;
use crate::accounts::{self, Account};
use crate::grants::LogoutPlan;
use crate::protocol::logout::LogoutRequest;
use poem::Response;
use poem::http::HeaderName;
use serde_json::{Value, json};
use std::sync::Arc;

/// GET /sign-out: asks.
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let Some((_, account)) = &visit.visitor.session else { return Ok(answer::go("/signed-out")) };
    visit.page(Page::new("sign_out", question("", account, json!([]))))
}

/// The question for a logout that an application asks for without a proof. The form remembers where to go then.
pub(in super::super) fn ask(visit: &Visit, request: &LogoutRequest, plan: &LogoutPlan) -> Answer {
    let known = visit.visitor.session.as_ref().or(visit.visitor.others.first());
    let Some((_, account)) = known else { return Ok(answer::go("/signed-out")) };
    let mut fields = Vec::new();
    if let Some(client) = &plan.client {
        fields.push(("client_id", client.id.as_str()));
    }
    if plan.target.is_some() {
        fields
            .extend(request.post_logout_redirect_uri.as_deref().map(|uri| ("post_logout_redirect_uri", uri)));
        fields.extend(request.state.as_deref().map(|state| ("state", state)));
    }
    let fields = fields.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
    let name = plan.client.as_ref().map_or("", |client| client.name.as_str());
    let origin = plan.target.as_ref().map(|url| url.origin().ascii_serialization());
    visit.page(Page::new("sign_out", question(name, account, fields)).form_action(origin))
}

fn question(client_name: &str, account: &Account, fields: Value) -> Value {
    json!({ "client_name": client_name, "person": accounts::full_name(account), "fields": fields })
}

/// POST /sign-out: what the form remembers is judged again, as if it had just come.
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let request = LogoutRequest::parse(&visit.form).map_err(|_| Stop::BadForm)?;
    let plan = visit.app.grants.plan_logout(&request, visit.visitor.session.as_ref()).await?;
    finish(&visit, &plan).await
}

/// Ends the session; then the browser goes where the application registered, or stays here.
pub(in super::super) async fn finish(visit: &Visit, plan: &LogoutPlan) -> Answer {
    let to = match (&plan.target, &plan.client) {
        (Some(url), _) => url.to_string(),
        (None, Some(client)) => {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            format!("/signed-out?{}", query.append_pair("client_id", &client.id).finish())
        }
        (None, None) => "/signed-out".to_owned(),
    };
    visit.end_session(answer::go(&to)).await
}

/// GET /signed-out: with the way back to the application, by its registered address.
pub(super) async fn done(visit: Arc<Visit>) -> Answer {
    let client = match visit.query.get("client_id") {
        Some(id) => visit.app.clients.find(id).await?,
        None => None,
    };
    let back = client.and_then(|client| Some((client.home_uri.clone()?, client.name.clone())));
    let (href, name) = back.unwrap_or_default();
    visit.page(Page::new("signed_out", json!({ "return_href": href, "return_name": name })))
}

impl Visit {
    /// Ends the sessions and everything in progress; the browser gets an identity of its own again,
    /// so that nothing of one person is reachable for the next at a ward's PC (A96).
    pub(in super::super) async fn end_session(&self, response: Response) -> Answer {
        for (session, account) in self.visitor.session.iter().chain(&self.visitor.others) {
            self.app.login.sign_out(session.id, &self.origin.by(account.id)).await?;
        }
        if let Some(progress) = &self.progress_secret {
            self.app.login.forget_progress(progress).await?;
        }
        let https = self.app.links.is_https();
        let names = [Name::Session, Name::Others, Name::Progress, Name::Recovery, Name::Browser];
        let response =
            names.into_iter().fold(response, |response, name| answer::clear_cookie(response, name, https));
        let clear = HeaderName::from_static("clear-site-data");
        Ok(answer::with_header(response, clear, "\"storage\""))
    }
}
