//! Answers of pages: what ends a handler early, and the few kinds of response there are.

use super::cookies::{self, Name};
use crate::fault::Fault;
use poem::Response;
use poem::http::{HeaderName, HeaderValue, StatusCode, header};

/// What ends a handler before its page: an error page, or another place to go.
#[derive(Debug)]
pub(super) enum Stop {
    /// Something outside failed.
    Fault(Fault),
    /// A form that cannot be read: wrong type, broken encoding, repeated fields.
    BadForm,
    /// A form that did not come from our page in this browser.
    Forbidden,
    /// No such page.
    NotFound,
    /// The parked request is gone, or another browser's.
    Stale,
    /// A page that people see, by its key: `problem-<key>-title`.
    Problem(StatusCode, &'static str, String),
    /// An application's request that cannot even be answered to the application: the parameter at fault, and the
    /// reference under which the reason is kept.
    Unusable(&'static str, String),
    /// Go there instead.
    Go(String),
}

impl Stop {
    pub(super) fn bad_form() -> Self {
        Self::BadForm
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What a handler gives: a response, or what ended it.
pub(super) type Answer = Result<Response, Stop>;

/// 303: the browser goes there with GET, and no credential is posted on (B11).
pub(super) fn go(to: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, to).finish()
}

/// HTML with a status.
pub(super) fn html(status: StatusCode, body: String) -> Response {
    Response::builder().status(status).content_type("text/html; charset=utf-8").body(body)
}

/// JSON with a status.
pub(super) fn json(status: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => Response::builder().status(status).content_type("application/json").body(bytes),
        Err(error) => {
            tracing::error!(%error, "an answer cannot be written as JSON");
            Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).finish()
        }
    }
}

/// Adds a header; a value that is no header value is left out and logged.
pub(super) fn with_header(mut response: Response, name: HeaderName, value: &str) -> Response {
    match HeaderValue::from_str(value) {
        Ok(value) => {
            response.headers_mut().append(name, value);
        }
        Err(_) => tracing::error!(%name, "a header value was refused"),
    }
    response
}

/// Sets a cookie on a response.
pub(super) fn set_cookie(response: Response, name: Name, value: &str, https: bool) -> Response {
    with_header(response, header::SET_COOKIE, &cookies::set(name, value, https))
}

/// Takes a cookie away on a response.
pub(super) fn clear_cookie(response: Response, name: Name, https: bool) -> Response {
    with_header(response, header::SET_COOKIE, &cookies::clear(name, https))
}
