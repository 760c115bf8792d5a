//! Wardgate's cookies. Each holds one opaque secret; what it means is on the server.

use crate::random::Secret;
use cookie::{Cookie, SameSite};

/// The longest value, in bytes.
const LONGEST: usize = 256;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// Tells browsers apart: binds flows and forms to the browser that was shown them.
    Browser,
    /// A sign-in in progress.
    Progress,
    /// A session.
    Session,
    /// Sessions of other accounts in this browser, divided by dots.
    Others,
    /// A recovery in progress.
    Recovery,
    /// The language that somebody chose.
    Language,
    /// A token of the console.
    Console,
}

impl Name {
    /// `__Host-` keeps sister domains from setting it; plain http of development cannot have it.
    fn text(self, https: bool) -> String {
        let name = match self {
            Self::Browser => "wardgate_browser",
            Self::Progress => "wardgate_progress",
            Self::Session => "wardgate_session",
            Self::Others => "wardgate_others",
            Self::Recovery => "wardgate_recovery",
            Self::Language => "wardgate_language",
            Self::Console => "wardgate_console",
        };
        if https { format!("__Host-{name}") } else { name.to_owned() }
    }
}

/// The value of a cookie in a `Cookie` header. Of a repeated name none counts: one of them was
/// planted.
pub(super) fn read(header: &str, name: Name, https: bool) -> Option<Secret> {
    let name = name.text(https);
    let mut values = Cookie::split_parse(header).flatten().filter(|cookie| cookie.name() == name);
    let value =
        values.next().filter(|cookie| !cookie.value().is_empty() && cookie.value().len() <= LONGEST)?;
    values.next().is_none().then(|| Secret::presented(value.value()))
}

/// A `Set-Cookie` value that ends with the browser (N11).
pub(super) fn set(name: Name, value: &str, https: bool) -> String {
    base(name, value.to_owned(), https).to_string()
}

/// A `Set-Cookie` value that takes a cookie away.
pub(super) fn clear(name: Name, https: bool) -> String {
    let mut cookie = base(name, String::new(), https);
    cookie.make_removal();
    cookie.to_string()
}

fn base(name: Name, value: String, https: bool) -> Cookie<'static> {
    Cookie::build((name.text(https), value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(https)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_that_is_there_twice_does_not_count() {
        let read = |header| read(header, Name::Session, true).map(|secret| secret.text().to_owned());
        assert_eq!(read("__Host-wardgate_session=a; x=y"), Some("a".to_owned()));
        assert_eq!(read("__Host-wardgate_session=a; __Host-wardgate_session=b"), None);
        assert_eq!(read("wardgate_session=a"), None);
        assert_eq!(read("__Host-wardgate_session="), None);
    }

    #[test]
    fn cookies_of_production_are_host_bound_and_secure() {
        let text = set(Name::Session, "abc", true);
        for part in ["__Host-wardgate_session=abc", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("Domain") && !text.contains("Max-Age") && !text.contains("Expires"));
    }
}
