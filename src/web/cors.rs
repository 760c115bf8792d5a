//! Which other origins' scripts may read an answer (the CORS protocol of the Fetch standard).
//!
//! An answer of `/token`, `/revoke` or `/userinfo` is for the registered origins of the client that proved itself, or
//! that the presented token was issued to, and for no other. A preflight cannot know the client yet: it is answered for
//! an origin that any client has registered, and gives nothing away but that. There is no wildcard and no
//! `Access-Control-Allow-Credentials`, so cookies never count. Nothing else here answers to CORS, but for the public
//! documents, which are open to all.

use super::answer;
use crate::app::App;
use crate::clients::Client;
use poem::http::{HeaderName, Method, StatusCode, header};
use poem::{Endpoint, IntoResponse, Request, Response};
use std::sync::Arc;

/// Seconds for which a browser keeps the answer to a preflight.
const KEPT: &str = "600";
/// What a client sends beyond what every form may.
const HEADERS: &str = "authorization, content-type";

/// The client that an answer is for.
#[derive(Clone)]
struct ReadableBy(Arc<Client>);

/// Marks an answer as one that the scripts of a client may read, from its registered origins.
pub(super) fn readable_by(mut response: Response, client: &Arc<Client>) -> Response {
    response.extensions_mut().insert(ReadableBy(Arc::clone(client)));
    response
}

/// The origin of the page whose script asks. `null` is none: every sandbox has it.
pub(super) fn origin_of(request: &Request) -> Option<String> {
    let origin = request.headers().get(header::ORIGIN)?.to_str().ok()?;
    (origin != "null").then(|| origin.to_owned())
}

/// An endpoint that scripts of other origins may call with these methods.
pub(super) struct Cors<E> {
    app: Arc<App>,
    inner: E,
    methods: &'static str,
}

impl<E> Cors<E> {
    pub(super) fn new(app: &Arc<App>, methods: &'static str, inner: E) -> Self {
        Self { app: Arc::clone(app), inner, methods }
    }

    async fn preflight(&self, origin: &str) -> Response {
        let response = Response::builder().status(StatusCode::NO_CONTENT).finish();
        let known = self.app.clients.has_origin(origin).await.unwrap_or_else(|fault| {
            tracing::error!(%fault, "the origins of clients cannot be read");
            false
        });
        if !known {
            return response;
        }
        let headers = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
            (header::ACCESS_CONTROL_ALLOW_METHODS, self.methods),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, HEADERS),
            (header::ACCESS_CONTROL_MAX_AGE, KEPT),
        ];
        headers
            .into_iter()
            .fold(response, |response, (name, value)| answer::with_header(response, name, value))
    }
}

impl<E> Endpoint for Cors<E>
where
    E: Endpoint,
    E::Output: IntoResponse,
{
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let origin = origin_of(&request);
        let asks_first = request.method() == Method::OPTIONS
            && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        let mut response = if asks_first {
            self.preflight(origin.as_deref().unwrap_or_default()).await
        } else {
            self.inner.call(request).await?.into_response()
        };
        let reader = response.extensions().get::<ReadableBy>().cloned();
        if let Some((origin, ReadableBy(client))) = origin.zip(reader)
            && client.policy.origins.contains(&origin)
        {
            response = answer::with_header(response, header::ACCESS_CONTROL_ALLOW_ORIGIN, &origin);
            let exposed: [HeaderName; 2] = [header::WWW_AUTHENTICATE, header::RETRY_AFTER];
            let exposed = exposed.map(|name| name.to_string()).join(", ");
            response = answer::with_header(response, header::ACCESS_CONTROL_EXPOSE_HEADERS, &exposed);
        }
        Ok(answer::with_header(response, header::VARY, "Origin"))
    }
}
