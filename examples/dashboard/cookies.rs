//! The dashboard's two cookies. Both hold a random id and nothing else.

use cookie::{Cookie, SameSite};
use openidconnect::CsrfToken;
use poem::http::{HeaderValue, header};
use poem::{Request, Response};

/// Names the session of a person who is signed in.
pub(super) const SESSION: &str = "dashboard_session";
/// Names the browser, so that a sign-in or sign-out ends where it began.
pub(super) const LOGIN: &str = "dashboard_login";

/// The characters that 256 bits make in base64url.
const ID_LENGTH: usize = 43;

/// A fresh id of 256 random bits.
pub(super) fn random_id() -> String {
    CsrfToken::new_random_len(32).into_secret()
}

/// The id that the browser sent under this name, if it looks like one of ours.
pub(super) fn read(request: &Request, name: &str) -> Option<String> {
    request
        .headers()
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == name && cookie.value().len() == ID_LENGTH)
        .map(|cookie| cookie.value().to_owned())
}

/// Sets a cookie that lives as long as the browser window.
pub(super) fn set(response: &mut Response, name: &'static str, id: &str, secure: bool) {
    append(response, Cookie::new(name, id.to_owned()), secure);
}

/// Takes a cookie back.
pub(super) fn clear(response: &mut Response, name: &'static str, secure: bool) {
    let mut cookie = Cookie::new(name, "");
    cookie.make_removal();
    append(response, cookie, secure);
}

fn append(response: &mut Response, mut cookie: Cookie<'static>, secure: bool) {
    cookie.set_path("/");
    cookie.set_http_only(true);
    // Lax, not Strict: the provider sends the person back with a cross-site GET.
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(secure);
    if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
