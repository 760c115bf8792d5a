//! Around every request: a bounded body, a deadline, HEAD as GET, security headers, one line in the
//! log. It logs the route's pattern, never the query or the path's secrets.

use super::answer::{self, Stop};
use super::endpoint::bare_page;
use super::frame::FormAction;
use crate::app::App;
use crate::fault::Fault;
use crate::seal::{hex, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, IntoResponse, PathPattern, Request, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt as _;

/// Largest body: a form of a page or a token request.
const BODY: usize = 64 * 1024;
/// The same where a list of thousands of people comes, and where that is: page and call.
const LONG_BODY: usize = 1024 * 1024;
const LONG: [&str; 2] = ["/admin/invites/bulk", "/api/v1/invites/bulk"];
/// How much of a larger one is read before it is refused, and for how long.
const DRAINED: u64 = 2 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// The endpoint around all others.
pub(super) struct Shell<E> {
    app: Arc<App>,
    inner: E,
    deadline: Duration,
}

impl<E> Shell<E> {
    pub(super) fn new(app: &Arc<App>, inner: E) -> Self {
        let deadline = Duration::from_secs(app.config.server.request_seconds);
        Self { app: Arc::clone(app), inner, deadline }
    }
}

impl<E> Endpoint for Shell<E>
where
    E: Endpoint,
    E::Output: IntoResponse,
{
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let begun = Instant::now();
        let method = request.method().clone();
        let is_head = method == Method::HEAD;
        if is_head {
            request.set_method(Method::GET);
        }
        let mut response = match tokio::time::timeout(self.deadline, self.bounded(request)).await {
            Ok(response) => response,
            Err(_) => bare_page(&self.app, &Stop::Fault(Fault::Busy { what: "the request", retry_after: 5 })),
        };
        if is_head {
            response.set_body(Body::empty());
        }
        self.headers(&mut response);
        self.log(&method, &response, begun);
        Ok(response)
    }
}

impl<E> Shell<E>
where
    E: Endpoint,
    E::Output: IntoResponse,
{
    async fn bounded(&self, mut request: Request) -> Response {
        let too_large = Stop::Problem(StatusCode::PAYLOAD_TOO_LARGE, "too-large", String::new());
        let most = if LONG.contains(&request.uri().path()) { LONG_BODY } else { BODY };
        match body(request.take_body(), most).await {
            Some(bytes) => request.set_body(bytes),
            None => return bare_page(&self.app, &too_large),
        }
        match self.inner.call(request).await {
            Ok(response) => response.into_response(),
            Err(error) => self.refused(&error),
        }
    }

    /// An unknown path or a wrong method.
    fn refused(&self, error: &poem::Error) -> Response {
        let stop = match error.status() {
            StatusCode::NOT_FOUND => Stop::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => {
                Stop::Problem(StatusCode::METHOD_NOT_ALLOWED, "method", String::new())
            }
            _ => Stop::Fault(Fault::internal(error)),
        };
        bare_page(&self.app, &stop)
    }

    fn headers(&self, response: &mut Response) {
        let form_action = response.extensions().get::<FormAction>().map(|target| target.0.clone());
        let is_asset = response.extensions().get::<Cacheable>().is_some();
        let is_mail = response.extensions().get::<Mail>().is_some();
        let own = response.extensions().get::<Policy>().map(|policy| policy.0.clone());
        let headers = response.headers_mut();
        let csp = match own {
            Some(own) => own,
            None if is_mail => MAIL.to_owned(),
            None => content_security_policy(form_action.as_deref()),
        };
        let fixed = [
            ("content-security-policy", csp.as_str()),
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            // Browsers refuse to show what is sandboxed and sets itself apart as well.
            ("cross-origin-opener-policy", if is_mail { "unsafe-none" } else { "same-origin" }),
            ("permissions-policy", "camera=(), geolocation=(), microphone=()"),
        ];
        for (name, value) in fixed {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        if self.app.links.is_https() {
            let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
        }
        if !is_asset {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
    }

    fn log(&self, method: &Method, response: &Response, begun: Instant) {
        let pattern = response.data::<PathPattern>().map_or("-", |pattern| pattern.0.as_ref());
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let request = hex(&self.app.ground.random.bytes::<4>());
        tracing::info!(%method, route = pattern, status = response.status().as_u16(), micros, request, "request");
    }
}

/// The whole body; none when it is too large. Some of what is too much is read and thrown away: a browser that is still
/// sending when the connection closes shows its person an error of its own and not our answer.
async fn body(body: Body, most: usize) -> Option<Vec<u8>> {
    let mut reader = body.into_async_read();
    let mut bytes = Vec::new();
    let read = u64::try_from(most).unwrap_or(u64::MAX);
    (&mut reader).take(read + 1).read_to_end(&mut bytes).await.ok()?;
    if bytes.len() > most {
        let (mut rest, mut nowhere) = (reader.take(DRAINED), tokio::io::sink());
        let _ = tokio::time::timeout(DRAIN_TIME, tokio::io::copy(&mut rest, &mut nowhere)).await;
        return None;
    }
    Some(bytes)
}

/// Marks a response that may be kept: it has its own `Cache-Control`.
#[derive(Clone)]
pub(super) struct Cacheable;

/// Marks the HTML of an e-mail, which brings its own style.
#[derive(Clone)]
pub(super) struct Mail;

/// An e-mail runs nothing, loads nothing and is nobody: as in a mail program, only its links lead on.
const MAIL: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// Nothing foreign, nothing inline, no frames. `form-action` is checked along redirects too, so a
/// page whose form ends at an application names that application's origin.
fn content_security_policy(form_action: Option<&str>) -> String {
    let target = form_action.map(|origin| format!(" {origin}")).unwrap_or_default();
    format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'self'{target}; frame-ancestors 'none'; base-uri 'none'"
    )
}

/// The policy of the one page that brings its script inside: the one that explains the API. Each script is allowed by
/// its hash; the styles that it makes as it runs cannot be.
#[derive(Clone)]
pub(super) struct Policy(String);

impl Policy {
    pub(super) fn for_inline(page: &str) -> Self {
        let (mut scripts, mut rest) = (String::new(), page);
        // One after the other: the text of a script may name the tag too.
        while let Some((_, after)) = rest.split_once("<script") {
            let Some((script, after)) = after.split_once('>').and_then(|(_, it)| it.split_once("</script>"))
            else {
                break;
            };
            scripts.push_str(&format!(" 'sha256-{}'", STANDARD.encode(sha256(script.as_bytes()))));
            rest = after;
        }
        Self(format!(
            "default-src 'none'; style-src 'unsafe-inline'; script-src{scripts}; img-src 'self' data:; connect-src 'self'; \
             form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
        ))
    }

    pub(super) fn on(&self, mut response: Response) -> Response {
        response.extensions_mut().insert(self.clone());
        response
    }
}

/// An answer that browsers may keep.
pub(super) fn cacheable(response: Response, control: &str) -> Response {
    let mut response = answer::with_header(response, header::CACHE_CONTROL, control);
    response.extensions_mut().insert(Cacheable);
    response
}
