//! Handlers as endpoints: each reads a `Visit`, answers, and what stopped it becomes an error page
//! in one place. An error has three voices: a page in plain words with a reference, the status, and
//! one line in the log.

use super::answer::{self, Answer, Stop};
use super::frame::Page;
use super::visit::Visit;
use crate::app::App;
use crate::seal::hex;
use poem::http::{StatusCode, header};
use poem::{Endpoint, Request, Response};
use serde_json::json;
use std::future::Future;
use std::sync::Arc;

/// Makes endpoints of handlers.
#[derive(Clone)]
pub(super) struct Pages(Arc<App>);

impl Pages {
    pub(super) fn new(app: &Arc<App>) -> Self {
        Self(Arc::clone(app))
    }

    /// What the handlers work with.
    pub(super) fn app(&self) -> &Arc<App> {
        &self.0
    }

    /// A page that shows something: reads only.
    pub(super) fn show<F, R>(&self, handler: F) -> Handler<F>
    where
        F: Fn(Arc<Visit>) -> R + Send + Sync + 'static,
        R: Future<Output = Answer> + Send + 'static,
    {
        Handler { app: Arc::clone(&self.0), handler, is_form: false }
    }

    /// A form that does something: it has to come from our own page in this browser.
    pub(super) fn submit<F, R>(&self, handler: F) -> Handler<F>
    where
        F: Fn(Arc<Visit>) -> R + Send + Sync + 'static,
        R: Future<Output = Answer> + Send + 'static,
    {
        Handler { app: Arc::clone(&self.0), handler, is_form: true }
    }

    /// Something that needs no visit: an asset, health, a protocol endpoint.
    pub(super) fn plain<F, R>(&self, handler: F) -> Plain<F>
    where
        F: Fn(Arc<App>, Request) -> R + Send + Sync + 'static,
        R: Future<Output = Response> + Send + 'static,
    {
        Plain { app: Arc::clone(&self.0), handler }
    }
}

/// A handler of a page.
pub(super) struct Handler<F> {
    app: Arc<App>,
    handler: F,
    is_form: bool,
}

impl<F, R> Endpoint for Handler<F>
where
    F: Fn(Arc<Visit>) -> R + Send + Sync + 'static,
    R: Future<Output = Answer> + Send + 'static,
{
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let visit = match Visit::read(&self.app, request).await {
            Ok(visit) => Arc::new(visit),
            Err(stop) => return Ok(bare_page(&self.app, &stop)),
        };
        let allowed = if self.is_form { visit.check_form() } else { Ok(()) };
        let answer = match allowed {
            Ok(()) => (self.handler)(Arc::clone(&visit)).await,
            Err(stop) => Err(stop),
        };
        let response = answer.unwrap_or_else(|stop| stopped(&visit, &stop));
        Ok(visit.keep(response))
    }
}

/// A handler without a visit.
pub(super) struct Plain<F> {
    app: Arc<App>,
    handler: F,
}

impl<F, R> Endpoint for Plain<F>
where
    F: Fn(Arc<App>, Request) -> R + Send + Sync + 'static,
    R: Future<Output = Response> + Send + 'static,
{
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        Ok((self.handler)(Arc::clone(&self.app), request).await)
    }
}

/// How a stop is shown: status, key of the words, detail, next step.
fn parts(stop: &Stop) -> (StatusCode, &'static str, &str, (&'static str, &'static str)) {
    let again = ("/", "problem-next-home");
    match stop {
        Stop::Fault(fault) if fault.retry_after().is_some() => {
            (StatusCode::SERVICE_UNAVAILABLE, "busy", "", ("", ""))
        }
        Stop::Fault(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "", again),
        Stop::BadForm => (StatusCode::BAD_REQUEST, "stale", "", again),
        Stop::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "", again),
        Stop::NotFound => (StatusCode::NOT_FOUND, "not-found", "", again),
        Stop::Stale => (StatusCode::GONE, "stale", "", ("/sign-in", "problem-next-sign-in")),
        Stop::Unusable(parameter, _) => (StatusCode::BAD_REQUEST, "client", parameter, again),
        Stop::Problem(status, key, detail) => (*status, key, detail, again),
        Stop::Go(_) => (StatusCode::SEE_OTHER, "not-found", "", again),
    }
}

/// The answer to a visit that was stopped.
fn stopped(visit: &Visit, stop: &Stop) -> Response {
    if let Stop::Go(to) = stop {
        return answer::go(to);
    }
    let reference = note(&visit.app, stop);
    let (status, key, detail, (next_href, next_key)) = parts(stop);
    let data = json!({
        "status": status.as_u16(),
        "title_key": format!("problem-{key}-title"),
        "text_key": format!("problem-{key}-text"),
        "detail": detail,
        "reference": reference,
        "next_href": next_href,
        "next_key": next_key,
    });
    let page = visit.page(Page::new("problem", data).status(status));
    let response = page.unwrap_or_else(|error| {
        tracing::error!(?error, "the error page itself cannot be rendered");
        answer::html(status, "Something went wrong. Please try again.".to_owned())
    });
    retry_after(response, stop)
}

/// The same where there is no visit to render with: a body that cannot be read, an unknown path.
pub(super) fn bare_page(app: &Arc<App>, stop: &Stop) -> Response {
    let (status, key, ..) = parts(stop);
    let reference = note(app, stop);
    let text = |part: &str| app.themes.text("en", &format!("problem-{key}-{part}"), &[]);
    let data = json!({
        "status": status.as_u16(),
        "title_key": format!("problem-{key}-title"),
        "text_key": format!("problem-{key}-text"),
        "detail": "",
        "reference": reference,
        "next_href": "/",
        "next_key": "problem-next-home",
        "frame": {
            "lang": "en", "dir": "ltr", "brand": app.brand, "csrf": "", "flow": "", "languages": [],
            "step": null, "client": null, "signed_in": false, "nav": [], "problems": [], "status": "",
        },
    });
    let body = app.themes.page("en", "problem", &data);
    let body = body.unwrap_or_else(|_| format!("{}. {}", text("title"), text("text")));
    retry_after(answer::html(status, body), stop)
}

fn retry_after(response: Response, stop: &Stop) -> Response {
    match stop {
        Stop::Fault(fault) => match fault.retry_after() {
            Some(seconds) => answer::with_header(response, header::RETRY_AFTER, &seconds.to_string()),
            None => response,
        },
        _ => response,
    }
}

/// Logs a fault once, with the reference that the page shows. What a person did wrong is not logged.
fn note(app: &App, stop: &Stop) -> String {
    let reference = hex(&app.ground.random.bytes::<5>());
    match stop {
        Stop::Unusable(_, reference) => return reference.clone(),
        Stop::Fault(fault) => tracing::error!(%fault, reference, "a request failed"),
        Stop::Forbidden | Stop::Problem(..) => tracing::info!(?stop, reference, "a request was refused"),
        _ => return String::new(),
    }
    reference
}
