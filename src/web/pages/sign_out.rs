//! Signing out of Wardgate itself.

use super::super::answer::{self, Answer};
use super::super::cookies::Name;
use super::super::frame::Page;
use super::super::visit::Visit;
use poem::Response;
use poem::http::HeaderName;
use serde_json::json;
use std::sync::Arc;

/// GET /sign-out: asks.
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    if visit.visitor.session.is_none() {
        return Ok(answer::go("/signed-out"));
    }
    visit.page(Page::new("sign_out", json!({ "client_name": "" })))
}

/// POST /sign-out
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    visit.end_session(answer::go("/signed-out")).await
}

/// GET /signed-out
pub(super) async fn done(visit: Arc<Visit>) -> Answer {
    visit.page(Page::new("signed_out", json!({ "return_href": "", "return_name": "" })))
}

impl Visit {
    /// Ends the session and everything in progress; the browser gets an identity of its own again,
    /// so that nothing of one person is reachable for the next at a ward's PC (A96).
    pub(in super::super) async fn end_session(&self, response: Response) -> Answer {
        if let Some((session, _)) = &self.visitor.session {
            self.app.login.sign_out(session.id, &self.origin).await?;
        }
        if let Some(progress) = &self.progress_secret {
            self.app.login.forget_progress(progress).await?;
        }
        let https = self.app.links.is_https();
        let names = [Name::Session, Name::Progress, Name::Recovery, Name::Browser];
        let response =
            names.into_iter().fold(response, |response, name| answer::clear_cookie(response, name, https));
        let clear = HeaderName::from_static("clear-site-data");
        Ok(answer::with_header(response, clear, "\"storage\""))
    }
}
