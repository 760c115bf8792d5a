//! Signing out: here first, then at the provider (OIDC RP-Initiated Logout), then back.

use std::sync::Arc;
use std::time::Instant;

use openidconnect::CsrfToken;
use poem::http::{StatusCode, header};
use poem::web::Data;
use poem::{Body, Request, Response, handler};

use super::pages::Notice;
use super::sign_in::{LARGEST_FORM, current};
use super::{App, address, cookies, redirect};

/// Ends the session, if the request comes from our own page.
#[handler]
pub(super) async fn sign_out(app: Data<&Arc<App>>, request: &Request, body: Body) -> Response {
    let app = app.0;
    let Some((id, session)) = current(app, request) else {
        return redirect("/signed-out");
    };
    let form = body.into_bytes_limit(LARGEST_FORM).await.unwrap_or_default();
    let sent = address::parameters(&form).ok().and_then(|mut form| form.remove("csrf")).unwrap_or_default();
    if !is_own_page(app, request) || !same(&sent, &session.csrf) {
        return not_from_here(app);
    }
    app.sessions.end(&id);
    let browser = cookies::read(request, cookies::LOGIN).unwrap_or_else(cookies::random_id);
    let state = CsrfToken::new_random_len(32);
    let mut response = match app.provider.sign_out_address(&session.id_token, state.clone()) {
        Some(address) => {
            app.sign_outs.park(state.into_secret(), browser.clone(), (), Instant::now());
            redirect(address.as_str())
        }
        None => redirect("/signed-out"),
    };
    cookies::clear(&mut response, cookies::SESSION, app.base.is_https());
    cookies::set(&mut response, cookies::LOGIN, &browser, app.base.is_https());
    response
}

/// Where the provider sends people after signing out. Only our own `state` says that it really did.
#[handler]
pub(super) async fn signed_out(app: Data<&Arc<App>>, request: &Request) -> Response {
    let app = app.0;
    if current(app, request).is_some() {
        return redirect("/");
    }
    let brand = app.pages.brand();
    let words = if came_back(app, request) {
        format!("Your session in {brand} and at the sign-in service has ended.")
    } else {
        format!("Your session in {brand} has ended in this browser.")
    };
    app.pages.notice(
        StatusCode::OK,
        &Notice {
            title: "You are signed out".into(),
            words: vec![words, "On a shared computer, close this window too.".into()],
            action: "Sign in again",
            href: "/login",
            reference: None,
        },
    )
}

fn came_back(app: &App, request: &Request) -> bool {
    let Ok(parameters) = address::parameters(request.uri().query().unwrap_or_default().as_bytes()) else {
        return false;
    };
    let browser = cookies::read(request, cookies::LOGIN);
    let (Some(state), Some(browser)) = (parameters.get("state"), browser) else { return false };
    app.sign_outs.take(state, &browser, Instant::now()).is_some()
}

/// Browsers say where a form comes from; those that do not are left to the token.
fn is_own_page(app: &App, request: &Request) -> bool {
    let site = request.header("sec-fetch-site");
    let origin = request.header(header::ORIGIN);
    site.is_none_or(|site| site == "same-origin") && origin.is_none_or(|origin| origin == app.base.origin())
}

fn same(sent: &str, expected: &str) -> bool {
    sent.len() == expected.len() && openssl::memcmp::eq(sent.as_bytes(), expected.as_bytes())
}

fn not_from_here(app: &App) -> Response {
    app.pages.notice(
        StatusCode::FORBIDDEN,
        &Notice {
            title: "You are still signed in".into(),
            words: vec![
                "The request to sign out did not come from the dashboard. Use its own button.".into(),
            ],
            action: "Go to the dashboard",
            href: "/",
            reference: None,
        },
    )
}
