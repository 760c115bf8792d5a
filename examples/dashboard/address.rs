//! The dashboard's own address, and what counts as one of its own pages.

use std::collections::BTreeMap;
use std::io;

use url::{Host, Url};

/// Pages that a sign-in must not end on.
const NO_TARGETS: [&str; 4] = ["/login", "/callback", "/sign-out", "/signed-out"];

/// The origin that people's browsers use for the dashboard.
pub(super) struct BaseUrl(Url);

/// The address leads to another site.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ForeignTarget;

/// A parameter was sent twice.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Repeated;

impl BaseUrl {
    /// Takes `http(s)://host[:port]`, with or without a final slash.
    pub(super) fn parse(text: &str) -> io::Result<Self> {
        let refuse =
            |why: &str| io::Error::new(io::ErrorKind::InvalidInput, format!("base URL {text}: {why}"));
        let url = Url::parse(text).map_err(|error| refuse(&error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refuse("is neither http nor https"));
        }
        if url.path() != "/"
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
        {
            return Err(refuse("must be scheme, host and port alone"));
        }
        Ok(Self(url))
    }

    /// The full address of an own page; `path` begins with a slash.
    pub(super) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    /// The origin in its serialised form, as browsers send it in `Origin`.
    pub(super) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    pub(super) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Reads `target_link_uri` as path and query of an own page, so that the dashboard is no open redirector
    /// (OIDC Core 4). Absent, or one of the sign-in pages themselves: the dashboard.
    pub(super) fn own_target(&self, target: Option<&str>) -> Result<String, ForeignTarget> {
        let url = self.0.join(target.unwrap_or("/")).map_err(|_| ForeignTarget)?;
        let foreign =
            url.origin() != self.0.origin() || !url.username().is_empty() || url.password().is_some();
        // `//other.example` as a path would be another host once it stands alone in a Location.
        if foreign || url.path().starts_with("//") {
            return Err(ForeignTarget);
        }
        if NO_TARGETS.contains(&url.path()) {
            return Ok("/".into());
        }
        Ok(url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())))
    }

    /// Whether `host`, from the request, is this machine under another name than the base URL's: cookies set
    /// there would not come back to the callback.
    pub(super) fn is_other_loopback_name(&self, host: &str) -> bool {
        let Ok(asked) = Url::parse(&format!("{}://{host}", self.0.scheme())) else { return false };
        asked.host() != self.0.host() && is_loopback(&asked) && is_loopback(&self.0)
    }
}

/// Whether the URL's host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Reads a query or form body; a repeated parameter is refused (RFC 6749, 3.1).
pub(super) fn parameters(encoded: &[u8]) -> Result<BTreeMap<String, String>, Repeated> {
    let mut found = BTreeMap::new();
    for (name, value) in url::form_urlencoded::parse(encoded) {
        if found.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(Repeated);
        }
    }
    Ok(found)
}
