//! A clinician's dashboard as a relying party of an OpenID provider.
//!
//! It owns its own sessions (in memory, as this is a sample) and its pages; who the person is it learns from
//! the provider alone. It never sees a password, keeps no access token, and asks only for `openid profile`.
//!
//! | route | what it does | where |
//! |---|---|---|
//! | `/` | the dashboard, or on to `/login` | `sign_in` |
//! | `/login` | starts a sign-in; also the `initiate_login_uri` (OIDC Core 4) | `sign_in` |
//! | `/callback` | ends a sign-in: state, `iss`, code, ID token, UserInfo | `sign_in`, `provider` |
//! | `/sign-out`, `/signed-out` | ends the session here, then at the provider | `sign_out` |
//!
//! The demo includes this folder with `#[path]`; hence `pub(crate)` is the widest visibility here.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use poem::http::{HeaderValue, StatusCode, header};
use poem::listener::TcpAcceptor;
use poem::{Endpoint, EndpointExt, IntoResponse, Response, Route, Server, get, post};

use address::BaseUrl;
use pages::{Notice, Pages};
use provider::Provider;
use sessions::{Parked, Sessions};

mod address;
mod cookies;
mod pages;
mod patients;
mod provider;
mod sessions;
mod sign_in;
mod sign_out;
#[cfg(test)]
mod tests;

/// Connections that are still busy this long after the shutdown signal are cut.
const DRAIN: Duration = Duration::from_secs(5);

/// What the dashboard needs to know about itself and its provider.
pub(crate) struct Settings {
    /// The provider's issuer, exactly as its discovery document has it.
    pub(crate) issuer: String,
    /// The client identifier registered at the provider.
    pub(crate) client_id: String,
    /// The client secret, sent by HTTP Basic; without one the dashboard is a public client.
    pub(crate) client_secret: Option<String>,
    /// The address people's browsers use: scheme, host and port, no path.
    pub(crate) base_url: String,
    /// The product's name on every page.
    pub(crate) brand: String,
    /// Whom people write to when they are stuck.
    pub(crate) support_email: String,
}

/// Everything a handler works with.
struct App {
    base: BaseUrl,
    provider: Provider,
    pages: Pages,
    sessions: Sessions,
    /// Sign-ins that are under way at the provider, by `state`.
    sign_ins: Parked<sign_in::Attempt>,
    /// Sign-outs that are under way at the provider, by `state`.
    sign_outs: Parked<()>,
}

/// Serves the dashboard until `shutdown` is ready. The provider need not be up yet.
///
/// # Errors
/// `InvalidInput` for settings that are no usable addresses; otherwise what the listener reports.
pub(crate) async fn serve(
    listener: tokio::net::TcpListener,
    settings: Settings,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let routes = routes(settings)?;
    Server::new_with_acceptor(TcpAcceptor::from_tokio(listener)?)
        .run_with_graceful_shutdown(routes, shutdown, Some(DRAIN))
        .await
}

/// The dashboard as one endpoint, every answer with its security headers.
///
/// # Errors
/// `InvalidInput` for settings that are no usable addresses.
pub(crate) fn routes(settings: Settings) -> std::io::Result<impl Endpoint<Output = Response>> {
    let base = BaseUrl::parse(&settings.base_url)?;
    let app = Arc::new(App {
        provider: Provider::new(&settings, &base)?,
        pages: Pages::new(&settings),
        sessions: Sessions::default(),
        sign_ins: Parked::default(),
        sign_outs: Parked::default(),
        base,
    });
    let harden = Arc::clone(&app);
    Ok(Route::new()
        .at("/", get(sign_in::home))
        .at("/login", get(sign_in::login).post(sign_in::login_posted))
        .at("/callback", get(sign_in::callback))
        .at("/sign-out", post(sign_out::sign_out))
        .at("/signed-out", get(sign_out::signed_out))
        .at("/dashboard.css", get(pages::stylesheet))
        .at("/dashboard.js", get(pages::script))
        .at("/mark.svg", get(pages::mark))
        .data(app)
        .around(move |endpoint, request| {
            let app = Arc::clone(&harden);
            async move {
                let mut response = match endpoint.call(request).await {
                    Ok(response) => response.into_response(),
                    Err(error) => app.no_such_page(error.status()),
                };
                app.harden(&mut response);
                Ok(response)
            }
        }))
}

impl App {
    /// No route has this address, or none with this method.
    fn no_such_page(&self, status: StatusCode) -> Response {
        self.pages.notice(
            status,
            &Notice {
                title: "This page does not exist".into(),
                words: vec!["The address may be mistyped, or the page has moved.".into()],
                action: "Go to the dashboard",
                href: "/",
                reference: None,
            },
        )
    }

    /// Adds the headers that every answer carries; a handler's own `Cache-Control` stays.
    fn harden(&self, response: &mut Response) {
        let headers = response.headers_mut();
        for (name, value) in [
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (header::X_FRAME_OPTIONS, "DENY"),
            // Not `no-referrer`: that would make the browser send `Origin: null` with our own forms.
            (header::REFERRER_POLICY, "same-origin"),
            (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
            (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
            (
                header::HeaderName::from_static("permissions-policy"),
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
            ),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        if self.base.is_https() {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
        }
        if let Ok(policy) = HeaderValue::from_str(&self.content_security_policy()) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }

    /// Browsers apply `form-action` to the redirects that follow a form too, and the sign-out form ends at the
    /// provider: hence its origins.
    fn content_security_policy(&self) -> String {
        format!(
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; \
             frame-ancestors 'none'; form-action 'self' {}",
            self.provider.origins().join(" ")
        )
    }
}

/// An answer that sends the browser on with GET.
fn redirect(location: &str) -> Response {
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, location).finish()
}
