//! Signing in: from `/` or from the provider's side to `/login`, to the provider, back to `/callback`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use openidconnect::{Nonce, PkceCodeVerifier};
use poem::http::{StatusCode, header};
use poem::web::Data;
use poem::{Body, Request, Response, handler};

use super::pages::Notice;
use super::provider::Failure;
use super::sessions::Session;
use super::{App, address, cookies, redirect};

/// Longer hints are no addresses (RFC 5321, 4.5.3.1.3) and are left out.
const LONGEST_HINT: usize = 254;
/// Forms sent to us hold a few short fields.
pub(super) const LARGEST_FORM: usize = 8 * 1024;

/// A sign-in under way at the provider.
pub(super) struct Attempt {
    nonce: Nonce,
    verifier: PkceCodeVerifier,
    target: String,
}

/// The dashboard, for a person who is signed in.
#[handler]
pub(super) async fn home(app: Data<&Arc<App>>, request: &Request) -> Response {
    match current(app.0, request) {
        Some((_, session)) => app.pages.dashboard(&session),
        None => redirect("/login"),
    }
}

/// The way to the provider, also by a link of the provider's own (`initiate_login_uri`).
#[handler]
pub(super) async fn login(app: Data<&Arc<App>>, request: &Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    if request.header(header::HOST).is_some_and(|host| app.base.is_other_loopback_name(host)) {
        return redirect(&app.base.page(&format!("/login?{query}")));
    }
    start(app.0, request, query.as_bytes()).await
}

/// The same by POST, which OIDC Core 4 allows.
#[handler]
pub(super) async fn login_posted(app: Data<&Arc<App>>, request: &Request, body: Body) -> Response {
    match body.into_bytes_limit(LARGEST_FORM).await {
        Ok(form) => start(app.0, request, &form).await,
        Err(_) => refused(app.0, "the form could not be read"),
    }
}

async fn start(app: &App, request: &Request, parameters: &[u8]) -> Response {
    let Ok(mut parameters) = address::parameters(parameters) else {
        return refused(app, "a parameter is repeated");
    };
    if parameters.get("iss").is_some_and(|iss| !app.provider.is_issuer(iss)) {
        return refused(app, "iss is not our provider");
    }
    let Ok(target) = app.base.own_target(parameters.get("target_link_uri").map(String::as_str)) else {
        return refused(app, "target_link_uri is not a page of ours");
    };
    let hint = parameters.remove("login_hint").filter(|hint| !hint.is_empty() && hint.len() <= LONGEST_HINT);
    let departure = match app.provider.depart(hint).await {
        Ok(departure) => departure,
        Err(failure) => return failed(app, failure),
    };
    // One id for the browser, not for the attempt: two tabs may sign in side by side.
    let browser = cookies::read(request, cookies::LOGIN).unwrap_or_else(cookies::random_id);
    let attempt = Attempt { nonce: departure.nonce, verifier: departure.verifier, target };
    app.sign_ins.park(departure.state.into_secret(), browser.clone(), attempt, Instant::now());
    let mut response = redirect(departure.address.as_str());
    cookies::set(&mut response, cookies::LOGIN, &browser, app.base.is_https());
    response
}

/// The way back. In this order: the browser and state, the issuer, a refusal, the code.
#[handler]
pub(super) async fn callback(app: Data<&Arc<App>>, request: &Request) -> Response {
    let app = app.0;
    let Ok(mut parameters) = address::parameters(request.uri().query().unwrap_or_default().as_bytes()) else {
        return refused(app, "a parameter is repeated");
    };
    let Some(attempt) = attempt_of(app, request, &parameters) else {
        return stale(app);
    };
    match app.provider.accepts_response_from(parameters.get("iss").map(String::as_str)).await {
        Ok(true) => {}
        Ok(false) => return refused(app, "iss is missing or not our provider (RFC 9207)"),
        Err(failure) => return failed(app, failure),
    }
    if let Some(error) = parameters.get("error") {
        return turned_back(app, error);
    }
    let Some(code) = parameters.remove("code") else {
        return refused(app, "neither code nor error");
    };
    match app.provider.arrive(code, attempt.verifier, &attempt.nonce).await {
        Ok((person, id_token)) => {
            // A new id for a new session; whoever was signed in here before is not any more.
            if let Some(old) = cookies::read(request, cookies::SESSION) {
                app.sessions.end(&old);
            }
            let id = app.sessions.begin(person, id_token, Instant::now());
            let mut response = redirect(&app.base.page(&attempt.target));
            cookies::set(&mut response, cookies::SESSION, &id, app.base.is_https());
            response
        }
        Err(failure) => failed(app, failure),
    }
}

/// The live session of this browser, with its id.
pub(super) fn current(app: &App, request: &Request) -> Option<(String, Session)> {
    let id = cookies::read(request, cookies::SESSION)?;
    let session = app.sessions.find(&id, Instant::now())?;
    Some((id, session))
}

fn attempt_of(app: &App, request: &Request, parameters: &BTreeMap<String, String>) -> Option<Attempt> {
    let browser = cookies::read(request, cookies::LOGIN)?;
    app.sign_ins.take(parameters.get("state")?, &browser, Instant::now())
}

/// The provider sent an error instead of a code.
fn turned_back(app: &App, error: &str) -> Response {
    let (title, words) = match error {
        "access_denied" => (
            format!("You have not started using {}", app.pages.brand()),
            "You chose not to go on, so nothing was opened. You can start again whenever you are ready.",
        ),
        "temporarily_unavailable" | "server_error" => (
            "The sign-in service is busy".into(),
            "It could not finish just now. Please wait a minute, then sign in again.",
        ),
        _ => (
            "Sign-in did not finish".into(),
            "The sign-in service could not sign you in. Please sign in again.",
        ),
    };
    // The registered errors are short lower-case words; anything else is not worth repeating.
    let plain = error.len() <= 40 && error.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    tracing::info!(error = if plain { error } else { "unreadable" }, "the provider sent an error");
    app.pages.notice(
        StatusCode::OK,
        &Notice {
            title,
            words: vec![words.into()],
            action: "Sign in again",
            href: "/login",
            // Who declined knows why.
            reference: (plain && error != "access_denied").then(|| error.to_owned()),
        },
    )
}

/// A callback that belongs to no sign-in of this browser: reloaded, too late, from elsewhere, or forged.
fn stale(app: &App) -> Response {
    app.pages.notice(
        StatusCode::BAD_REQUEST,
        &Notice {
            title: "This sign-in has run out".into(),
            words: vec![
                "It was finished already, took too long, or began in another browser.".into(),
                "If you keep seeing this page, allow cookies for this address.".into(),
            ],
            action: "Go to the dashboard",
            href: "/",
            reference: None,
        },
    )
}

/// A request that must not be obeyed; the reason is for the log.
fn refused(app: &App, reason: &str) -> Response {
    tracing::warn!(reason, "sign-in refused");
    app.pages.notice(
        StatusCode::BAD_REQUEST,
        &Notice {
            title: "This link does not work here".into(),
            words: vec![format!("We could not use it to sign you in to {}.", app.pages.brand())],
            action: "Sign in",
            href: "/login",
            reference: None,
        },
    )
}

fn failed(app: &App, failure: Failure) -> Response {
    let (status, title, words) = match failure {
        Failure::Unreachable(error) => {
            tracing::warn!("the provider does not answer: {error:#}");
            let words = "This is most often over in a minute. Nothing is wrong with your account.";
            (StatusCode::SERVICE_UNAVAILABLE, "The sign-in service does not answer", words)
        }
        Failure::Refused(error) => {
            tracing::warn!("sign-in failed: {error:#}");
            let words = "We could not confirm who you are, so you are not signed in. Please sign in again.";
            (StatusCode::BAD_GATEWAY, "Sign-in did not finish", words)
        }
    };
    app.pages.notice(
        status,
        &Notice {
            title: title.into(),
            words: vec![words.into()],
            action: "Try again",
            href: "/login",
            reference: None,
        },
    )
}
