//! The protocol's endpoints.

use super::answer::{self, Answer, Stop};
use super::bearer;
use super::cors::{self, Cors};
use super::endpoint::Pages;
use super::pages;
use super::shell::cacheable;
use super::visit::{self, Visit};
use crate::app::App;
use crate::audit::Origin;
use crate::clients::Client;
use crate::journey::{Need, Step, silent_error};
use crate::protocol::authorize::{AuthorizationRequest, Prompt, state_to_echo};
use crate::protocol::client::{AuthMethod, ClientPolicy};
use crate::protocol::credentials::ClientCredentials;
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::logout::LogoutRequest;
use crate::protocol::metadata;
use crate::protocol::params::Params;
use crate::protocol::redirect::CallbackTarget;
use crate::protocol::response::ResponseMode;
use crate::protocol::token::TokenRequest;
use crate::seal::{hex, sha256};
use poem::http::{HeaderName, Method, StatusCode, header};
use poem::{Request, Response, Route, get, post};
use std::sync::Arc;

/// A cross-site POST is answered with a GET of the same request: Lax cookies do not travel with it.
const LONGEST_QUERY: usize = 16 * 1024;

/// The header with the reference of a refusal.
const REFERENCE: &str = "wardgate-reference";

/// Adds the endpoints.
pub(super) fn routes(routes: Route, page: &Pages) -> Route {
    let app = page.app();
    let [openid, oauth] = metadata::well_known(app.links.issuer());
    let userinfo = get(page.plain(userinfo)).post(page.plain(userinfo));
    routes
        .at(openid, get(page.plain(discovery)))
        .at(oauth, get(page.plain(discovery)))
        .at(metadata::JWKS, get(page.plain(jwks)))
        .at(metadata::AUTHORIZE, get(page.show(authorize)).post(page.show(authorize)))
        .at(metadata::TOKEN, Cors::new(app, "POST", post(page.plain(token))))
        .at(metadata::INTROSPECT, post(page.plain(introspect)))
        .at(metadata::REVOKE, Cors::new(app, "POST", post(page.plain(revoke))))
        .at(metadata::USERINFO, Cors::new(app, "GET, POST", userinfo))
        .at(metadata::LOGOUT, get(page.show(logout)).post(page.show(logout)))
}

async fn discovery(app: Arc<App>, request: Request) -> Response {
    published(&request, app.discovery.clone())
}

async fn jwks(app: Arc<App>, request: Request) -> Response {
    published(&request, app.keys.jwks().await.to_vec())
}

/// A public document: open to any origin, kept for five minutes, 304 when it is unchanged.
fn published(request: &Request, body: Vec<u8>) -> Response {
    let tag = format!("\"{}\"", hex(&sha256(&body)[..16]));
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let response = if known == Some(tag.as_str()) {
        Response::builder().status(StatusCode::NOT_MODIFIED).finish()
    } else {
        Response::builder().content_type("application/json").body(body)
    };
    let response = answer::with_header(response, header::ETAG, &tag);
    let response = answer::with_header(response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    cacheable(response, "public, max-age=300")
}

/// GET and POST /authorize. Until the callback is proven every error is a page (B15).
async fn authorize(visit: Arc<Visit>) -> Answer {
    let is_post = visit.method == Method::POST;
    let params = if is_post { &visit.form } else { &visit.query };
    if is_post && visit.is_cross_site() {
        return by_get(metadata::AUTHORIZE, params);
    }
    let (client, target) = callback(&visit, params).await?;
    match accept(&visit, params, &client.policy, &target).await {
        Ok(answer) => answer,
        Err(error) => {
            if !error.code().is_routine() {
                note(&visit.app, metadata::AUTHORIZE, &client.id, &error).await;
            }
            let mode = ResponseMode::of(params);
            let response = target.error(mode, &error, state_to_echo(params), visit.app.links.issuer());
            visit.deliver(response, target.origin())
        }
    }
}

/// The same request by GET; one that is too long for that is refused: without the cookies nothing is done.
fn by_get(path: &str, params: &Params) -> Answer {
    let query = params.to_query();
    if query.len() > LONGEST_QUERY {
        return Err(Stop::BadForm);
    }
    Ok(answer::go(&format!("{path}?{query}")))
}

/// The application and its proven callback; else a page, with a reference for whoever looks after the application.
async fn callback(visit: &Visit, params: &Params) -> Result<(Arc<Client>, CallbackTarget), Stop> {
    let id = params.get("client_id").unwrap_or_default();
    let note = async |parameter: &'static str, reason: String| {
        let error = "a page, and no answer to the application";
        let reference = visit.app.clients.note_refusal(metadata::AUTHORIZE, id, error, &reason).await;
        Stop::Unusable(parameter, reference)
    };
    let Some(client) = visit.app.clients.find(id).await? else {
        let reason = if id.is_empty() { "client_id is missing" } else { "no client has this id" };
        return Err(note("client_id", reason.to_owned()).await);
    };
    match CallbackTarget::prove(&client.policy, params) {
        Ok(target) => Ok((client, target)),
        Err(unproven) => {
            let got = params.get("redirect_uri");
            let reason = unproven.reason(&client.policy, got.unwrap_or_default());
            Err(note("redirect_uri", reason).await)
        }
    }
}

/// Keeps why a request was refused; gives the reference.
async fn note(app: &App, endpoint: &str, client_id: &str, error: &OAuthError) -> String {
    app.clients.note_refusal(endpoint, client_id, error.code().as_str(), error.reason()).await
}

/// From here on errors go to the application.
async fn accept(
    visit: &Visit,
    params: &Params,
    policy: &ClientPolicy,
    target: &CallbackTarget,
) -> Result<Answer, OAuthError> {
    let request = visit.app.grants.judge(params, policy, target).await?;
    let silent = request.prompt.contains(&Prompt::None);
    match next(visit, request).await {
        Ok((request, Step::Done, _)) => Ok(done(visit, &request).await),
        Ok((_, step, id)) => match silent_error(step).filter(|_| silent) {
            Some(code) => Err(OAuthError::new(code, "a page would have to be shown")),
            None => match id {
                Some(id) => Ok(Ok(answer::go(&pages::href(step, &id)))),
                None => Err(OAuthError::new(ErrorCode::ServerError, "the request was not parked")),
            },
        },
        Err(stop) => Ok(Err(stop)),
    }
}

/// The step of a request, parked unless it is done or silent.
async fn next(
    visit: &Visit,
    request: AuthorizationRequest,
) -> Result<(AuthorizationRequest, Step, Option<String>), Stop> {
    let silent = request.prompt.contains(&Prompt::None);
    let session = visit.visitor.session.as_ref().map(|(session, _)| session);
    let need = Need::Authorize(Box::new(request.clone()));
    let flow = visit.app.journey.flow(need, &visit.browser.hash, session);
    let step = visit.app.journey.advance("", &flow, &visit.visitor).await?;
    let id = if step == Step::Done || silent { None } else { Some(visit.app.journey.park(&flow).await?) };
    Ok((request, step, id))
}

async fn done(visit: &Visit, request: &AuthorizationRequest) -> Answer {
    let Some((session, account)) = &visit.visitor.session else { return Err(Stop::Stale) };
    let response = visit.app.grants.finish(request, session, account).await?;
    visit.deliver(response, request.target.origin())
}

/// POST /token
async fn token(app: Arc<App>, request: Request) -> Response {
    let it = match proved(&app, metadata::TOKEN, request).await {
        Ok(it) => it,
        Err(response) => return response,
    };
    let answered = match TokenRequest::parse(&it.params, &it.client.policy) {
        Ok(request) => app.grants.exchange(&it.client, request, &it.origin).await,
        Err(error) => Ok(Err(error)),
    };
    let response = match answered {
        Ok(Ok(tokens)) => no_cache(answer::json(StatusCode::OK, &tokens)),
        Ok(Err(error)) => it.refuse(&app, &error).await,
        Err(fault) => super::endpoint::bare_page(&app, &Stop::Fault(fault)),
    };
    cors::readable_by(response, &it.client)
}

/// POST /introspect (RFC 7662)
async fn introspect(app: Arc<App>, request: Request) -> Response {
    let it = match proved(&app, metadata::INTROSPECT, request).await {
        Ok(it) => it,
        Err(response) => return response,
    };
    let Some(token) = it.params.get("token") else { return it.refuse(&app, &no_token()).await };
    // Who can keep no secret cannot prove to be the one it asks as (RFC 7662 2.1).
    if it.client.policy.auth_method == AuthMethod::None {
        let error = OAuthError::invalid_client("Introspection needs a client that can prove itself.");
        return it.refuse(&app, &error).await;
    }
    match app.grants.introspect(&it.client, token).await {
        Ok(known) => no_cache(answer::json(StatusCode::OK, &known)),
        Err(fault) => super::endpoint::bare_page(&app, &Stop::Fault(fault)),
    }
}

/// POST /revoke (RFC 7009): 200 for every token, known or not.
async fn revoke(app: Arc<App>, request: Request) -> Response {
    let it = match proved(&app, metadata::REVOKE, request).await {
        Ok(it) => it,
        Err(response) => return response,
    };
    let response = match it.params.get("token") {
        None => it.refuse(&app, &no_token()).await,
        Some(token) => match app.grants.revoke(&it.client, token, &it.origin).await {
            Ok(()) => no_cache(Response::builder().status(StatusCode::OK).finish()),
            Err(fault) => super::endpoint::bare_page(&app, &Stop::Fault(fault)),
        },
    };
    cors::readable_by(response, &it.client)
}

fn no_token() -> OAuthError {
    OAuthError::invalid_request("token is missing.")
}

/// A request of a client that has proved itself.
struct Proved {
    client: Arc<Client>,
    params: Params,
    origin: Origin,
    endpoint: &'static str,
    used_header: bool,
}

impl Proved {
    async fn refuse(&self, app: &App, error: &OAuthError) -> Response {
        let reference = note(app, self.endpoint, &self.client.id, error).await;
        refused(error, &reference, self.used_header)
    }
}

/// Who asks at an endpoint for clients; else the answer.
async fn proved(app: &Arc<App>, endpoint: &'static str, mut request: Request) -> Result<Proved, Response> {
    let body = request.take_body().into_bytes().await.unwrap_or_default();
    let header = text(&request, header::AUTHORIZATION.as_str());
    let (origin, used_header) = (visit::origin(app, &request, None), header.is_some());
    let refuse = async |client_id: &str, error: &OAuthError| {
        let reference = note(app, endpoint, client_id, error).await;
        refused(error, &reference, used_header)
    };
    let params = match Params::parse(&body) {
        Ok(params) => params,
        Err(error) => return Err(refuse("", &error.into()).await),
    };
    let credentials = match ClientCredentials::gather(header.as_deref(), &params) {
        Ok(credentials) => credentials,
        Err(error) => return Err(refuse(params.get("client_id").unwrap_or_default(), &error).await),
    };
    match app.clients.authenticate(&credentials).await {
        Ok(Ok(client)) => Ok(Proved { client, params, origin, endpoint, used_header }),
        Ok(Err(error)) => Err(refuse(credentials.client_id().unwrap_or_default(), &error).await),
        Err(fault) => Err(super::endpoint::bare_page(app, &Stop::Fault(fault))),
    }
}

/// An error of an endpoint for clients (RFC 6749 5.2), and the reference under which its reason is kept.
fn refused(error: &OAuthError, reference: &str, used_header: bool) -> Response {
    let status = StatusCode::from_u16(error.code().token_status()).unwrap_or(StatusCode::BAD_REQUEST);
    let response = no_cache(answer::json(status, error));
    let response = answer::with_header(response, HeaderName::from_static(REFERENCE), reference);
    if status == StatusCode::UNAUTHORIZED && used_header {
        return answer::with_header(response, header::WWW_AUTHENTICATE, "Basic realm=\"token\"");
    }
    response
}

/// GET and POST /userinfo
async fn userinfo(app: Arc<App>, mut request: Request) -> Response {
    let body = request.take_body().into_bytes().await.unwrap_or_default();
    let is_post = request.method() == Method::POST;
    let params = if is_post { Params::parse(&body).ok() } else { None };
    let token = bearer::token(&request, params.as_ref());
    // Only a script of another page asks who may read the answer.
    let reader = match (&token, cors::origin_of(&request)) {
        (Ok(token), Some(_)) => app.grants.client_of(token).await.unwrap_or_default(),
        _ => None,
    };
    let known = match token {
        Ok(token) => match app.grants.userinfo(&token).await {
            Ok(known) => known,
            Err(fault) => return super::endpoint::bare_page(&app, &Stop::Fault(fault)),
        },
        Err(error) => Err(error),
    };
    let response = match known {
        Ok(claims) => no_cache(answer::json(StatusCode::OK, &claims)),
        Err(error) => bearer::refused(&error),
    };
    match reader {
        Some(client) => cors::readable_by(response, &client),
        None => response,
    }
}

/// GET and POST /logout
async fn logout(visit: Arc<Visit>) -> Answer {
    let params = if visit.method == Method::POST { &visit.form } else { &visit.query };
    if visit.method == Method::POST && visit.is_cross_site() {
        return by_get(metadata::LOGOUT, params);
    }
    let unusable =
        |error: OAuthError| Stop::Problem(StatusCode::BAD_REQUEST, "client", error.description().to_owned());
    let request = LogoutRequest::parse(params).map_err(unusable)?;
    let session = visit.visitor.session.as_ref();
    let plan = visit.app.grants.plan_logout(&request, session).await?;
    if let Some(id) = plan.left_behind {
        visit.app.login.sign_out(id, &visit.origin).await?;
    }
    // A token proves the session that it names, never those of other accounts that stand aside.
    let at_once = if session.is_some() { plan.proven } else { visit.visitor.others.is_empty() };
    if at_once {
        return pages::sign_out::finish(&visit, &plan).await;
    }
    pages::sign_out::ask(&visit, &request, &plan)
}

fn no_cache(response: Response) -> Response {
    answer::with_header(response, header::PRAGMA, "no-cache")
}

fn text(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}
