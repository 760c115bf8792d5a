//! Everything HTTP: the accept loop, the shell around every request, the protocol endpoints and the
//! pages. Handlers gather input, call one use case and render its outcome; only this module uses poem.
//!
//! ```text
//! /.well-known/openid-configuration /.well-known/oauth-authorization-server
//! /jwks /authorize /token /userinfo /logout                                      oidc.rs
//! /register /register/CLIENT_ID                                                    registration.rs
//! /sign-in /sign-in/code /continue /set-up/phone /notice /join                     pages/
//! /invite/TOKEN /verify-email /verify/TOKEN /forgot …                              pages/
//! /team                                                                            pages/team.rs
//! /admin …                                                                         admin/
//! /api/v1/…                                                                        api/
//! /assets/HASH.FILE                                                                here
//! /health                                                                          health.rs
//! ```

mod admin;
mod answer;
mod api;
mod bearer;
mod cookies;
mod cors;
mod endpoint;
mod frame;
pub mod health;
mod oidc;
mod pages;
mod registration;
mod server;
mod shell;
mod visit;

pub use api::document as api_document;
pub use server::{Server, serve};

use crate::app::App;
use poem::{Endpoint, Request, Response, Route, get};
use std::sync::Arc;

/// Every route, in the shell.
#[must_use]
pub fn routes(app: &Arc<App>) -> impl Endpoint<Output = Response> + use<> {
    let page = endpoint::Pages::new(app);
    let routes = pages::routes(Route::new(), &page);
    let routes = if app.is_demo { pages::demo_routes(routes, &page) } else { routes };
    let routes = oidc::routes(routes, &page);
    let routes = admin::routes(routes, &page);
    let routes = api::routes(routes, app);
    let is_open = app.config.registration.dynamic;
    let routes = if is_open { registration::routes(routes, &page) } else { routes };
    let routes =
        routes.at("/assets/:file", get(page.plain(assets))).at("/health", get(page.plain(health::health)));
    shell::Shell::new(app, routes)
}

/// GET /assets/HASH.FILE: its name changes with its content, so it is kept for a year.
async fn assets(app: Arc<App>, request: Request) -> Response {
    let name = request.uri().path().trim_start_matches("/assets/");
    match app.themes.asset(name) {
        Some(asset) => {
            let response = Response::builder().content_type(asset.media_type).body(asset.content.to_vec());
            shell::cacheable(response, "public, max-age=31536000, immutable")
        }
        None => endpoint::bare_page(&app, &answer::Stop::NotFound),
    }
}
