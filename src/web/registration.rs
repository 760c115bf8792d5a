//! Where applications register themselves and manage their registration (RFC 7591, RFC 7592). There only where it is
//! switched on, and without CORS: registration is for servers and devices, not for scripts of other origins. Tokens come
//! in the header alone, since no body here is a form.

use super::answer::{self, Stop};
use super::bearer;
use super::endpoint::{Pages, bare_page};
use super::visit;
use crate::app::App;
use crate::clients::{NotRegistered, Registered, Registrant};
use crate::fault::Fault;
use crate::protocol::bearer::BearerToken;
use crate::protocol::error::BearerError;
use crate::protocol::metadata::REGISTER;
use crate::protocol::registration::RegistrationError;
use poem::http::{StatusCode, header};
use poem::{Request, Response, Route, get, post};
use serde_json::Value;
use std::sync::Arc;

/// Adds the endpoints.
pub(super) fn routes(routes: Route, page: &Pages) -> Route {
    let manage = get(page.plain(read)).put(page.plain(change)).delete(page.plain(remove));
    routes.at(REGISTER, post(page.plain(register))).at(format!("{REGISTER}/:id"), manage)
}

/// POST /register
async fn register(app: Arc<App>, mut request: Request) -> Response {
    let body = request.take_body().into_bytes().await.unwrap_or_default();
    let token = match bearer::token(&request, None) {
        Ok(token) => token,
        Err(error) => return bearer::refused(&error),
    };
    if !is_json(&request) {
        return wrong_type();
    }
    let origin = visit::origin(&app, &request, None);
    let registered = app.clients.register(registrant(&app, &token, &origin), &body).await;
    told(&app, registered, StatusCode::CREATED)
}

/// GET /register/CLIENT_ID
async fn read(app: Arc<App>, request: Request) -> Response {
    let token = match bearer::token(&request, None) {
        Ok(token) => token,
        Err(error) => return bearer::refused(&error),
    };
    let origin = visit::origin(&app, &request, None);
    let registered = app.clients.registered(registrant(&app, &token, &origin), id(&request)).await;
    told(&app, registered, StatusCode::OK)
}

/// PUT /register/CLIENT_ID
async fn change(app: Arc<App>, mut request: Request) -> Response {
    let body = request.take_body().into_bytes().await.unwrap_or_default();
    let token = match bearer::token(&request, None) {
        Ok(token) => token,
        Err(error) => return bearer::refused(&error),
    };
    if !is_json(&request) {
        return wrong_type();
    }
    let origin = visit::origin(&app, &request, None);
    let who = registrant(&app, &token, &origin);
    let registered = app.clients.change_registered(who, id(&request), &body).await;
    told(&app, registered, StatusCode::OK)
}

/// DELETE /register/CLIENT_ID
async fn remove(app: Arc<App>, request: Request) -> Response {
    let token = match bearer::token(&request, None) {
        Ok(token) => token,
        Err(error) => return bearer::refused(&error),
    };
    let origin = visit::origin(&app, &request, None);
    match app.clients.remove_registered(registrant(&app, &token, &origin), id(&request)).await {
        Ok(Ok(())) => Response::builder().status(StatusCode::NO_CONTENT).finish(),
        Ok(Err(refusal)) => refused(&refusal),
        Err(fault) => bare_page(&app, &Stop::Fault(fault)),
    }
}

fn registrant<'a>(app: &App, token: &'a BearerToken, origin: &'a crate::audit::Origin) -> Registrant<'a> {
    Registrant { origin, token: token.expose(), development: !app.config.is_production() }
}

fn id(request: &Request) -> &str {
    request.raw_path_param("id").unwrap_or_default()
}

fn is_json(request: &Request) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = value.and_then(|value| value.split(';').next()).unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

fn wrong_type() -> Response {
    let error = RegistrationError::metadata("The body must be application/json.");
    answer::json(StatusCode::UNSUPPORTED_MEDIA_TYPE, &error)
}

/// The client information response (RFC 7591 3.2.1, RFC 7592 3), or the error.
fn told(
    app: &Arc<App>,
    registered: Result<Result<Registered, NotRegistered>, Fault>,
    status: StatusCode,
) -> Response {
    let Registered { client, secret, access_token } = match registered {
        Ok(Ok(registered)) => registered,
        Ok(Err(refusal)) => return refused(&refusal),
        Err(fault) => return bare_page(app, &Stop::Fault(fault)),
    };
    let mut body = client.metadata();
    let mut add = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    if let Some(secret) = &secret {
        add("client_secret", secret.text().into());
        // It does not run out by itself.
        add("client_secret_expires_at", 0.into());
    }
    add("client_id_issued_at", client.created_at.0.into());
    add("registration_access_token", access_token.text().into());
    let issuer = app.links.issuer().trim_end_matches('/');
    add("registration_client_uri", format!("{issuer}{REGISTER}/{}", client.id).into());
    answer::with_header(answer::json(status, &body), header::PRAGMA, "no-cache")
}

fn refused(refusal: &NotRegistered) -> Response {
    match refusal {
        NotRegistered::Token => bearer::refused(&BearerError::InvalidToken),
        NotRegistered::Metadata(error) => answer::json(StatusCode::BAD_REQUEST, error),
        NotRegistered::TooOften(seconds) => {
            let error = RegistrationError::metadata("This client changes itself too often.");
            let response = answer::json(StatusCode::TOO_MANY_REQUESTS, &error);
            answer::with_header(response, header::RETRY_AFTER, &seconds.to_string())
        }
    }
}
