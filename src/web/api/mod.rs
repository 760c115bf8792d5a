//! The administrative API under `/api/v1`: the same acts as the console, by the same use cases. Its document is made of
//! the code, served offline at `/api/v1/openapi.json`, with a page to read it at `/api/v1/docs`.
//!
//! Whoever calls has a token for this resource (RFC 8707) with the API's scopes: a person's, which does no more than the
//! person may, or a service's own.

mod answer;
mod caller;
mod clients;
mod idempotency;
mod invite_acts;
mod invite_lists;
mod invites;
mod notices;
mod notices_view;
mod operations;
mod organisations;
mod pace;
mod people;
mod people_view;
mod waiting;
mod words;

use super::answer::with_header;
use super::shell::{Policy, cacheable};
use crate::app::App;
use answer::Refusal;
use clients::{Clients, RegistrationTokens};
use invite_lists::InviteLists;
use invites::Invites;
use notices::Notices;
use operations::Operations;
use organisations::Organisations;
use pace::Pace;
use people::People;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderName, header};
use poem::{Endpoint, EndpointExt as _, Request, Response, Route, get};
use poem_openapi::OpenApiService;
use std::sync::{Arc, OnceLock};
use waiting::Waiting;

/// Where the API is.
const PATH: &str = "/api/v1";

/// Adds the API.
pub(super) fn routes(routes: Route, app: &Arc<App>) -> Route {
    routes.nest(PATH, Api { app: Arc::clone(app), built: OnceLock::new(), pace: Pace::default() })
}

/// The API, which is put together by the first call: most nodes never get one, and it is not small.
struct Api {
    app: Arc<App>,
    built: OnceLock<BoxEndpoint<'static, Response>>,
    pace: Pace,
}

impl Endpoint for Api {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let built = self.built.get_or_init(|| build(&self.app));
        let call = crate::seal::hex(&self.app.ground.random.bytes::<8>());
        let presented = request.header(header::AUTHORIZATION).unwrap_or_default().as_bytes();
        let standing = self.pace.count(presented, self.app.ground.clock.now());
        let answered = match standing.is_over {
            true => Err(Refusal::too_many(standing.reset).into()),
            false => built.call(request).await,
        };
        let mut response = answered.unwrap_or_else(|error| answer::of_error(error, &call));
        for (name, value) in standing.headers() {
            response = with_header(response, name, &value);
        }
        Ok(with_header(response, HeaderName::from_static("x-request-id"), &call))
    }
}

/// Every call.
type Calls =
    (Organisations, People, Invites, InviteLists, Waiting, Clients, RegistrationTokens, Notices, Operations);

/// The service; its document is the same in every installation.
fn service() -> OpenApiService<Calls, ()> {
    OpenApiService::new(
        (
            Organisations,
            People,
            Invites,
            InviteLists,
            Waiting,
            Clients,
            RegistrationTokens,
            Notices,
            Operations,
        ),
        "Wardgate",
        "1",
    )
    .server(PATH)
    .description("Administration of Wardgate: organisations, people, invitations, applications, notices.")
}

/// The document of the API (OpenAPI 3), as `docs/openapi.json` holds it.
#[must_use]
pub fn document() -> String {
    service().spec()
}

fn build(app: &Arc<App>) -> BoxEndpoint<'static, Response> {
    let service = service();
    let (document, page) = (service.spec(), service.swagger_ui_html());
    let policy = Policy::for_inline(&page);
    let document = poem::endpoint::make_sync(move |_| {
        let response = Response::builder().content_type("application/json").body(document.clone());
        cacheable(response, "private, max-age=300")
    });
    let page = poem::endpoint::make_sync(move |_| {
        let response = Response::builder().content_type("text/html; charset=utf-8").body(page.clone());
        policy.on(cacheable(response, "private, max-age=300"))
    });
    let route = Route::new().at("/openapi.json", get(document)).at("/docs", get(page)).nest("/", service);
    route.data(Arc::clone(app)).map_to_response().boxed()
}
