//! `[server]`: where Wardgate listens and what it is called from outside.

use super::{Problem, range};
use ipnet::IpNet;
use serde::Deserialize;
use std::net::SocketAddr;
use url::{Host, Url};

/// Listening, issuer, proxies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// Issuer identifier: scheme, host and port, no path, no trailing slash.
    pub issuer: String,
    /// Networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections at a time.
    pub max_connections: usize,
    /// Seconds for a whole request.
    pub request_seconds: u64,
}

impl Server {
    /// The issuer's host without port: what mails show and text messages are bound to (M1).
    #[must_use]
    pub fn host(&self) -> String {
        Url::parse(&self.issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(super) fn problems(&self, production: bool) -> Vec<Problem> {
        let mut all = Vec::new();
        if let Some(text) = self.issuer_problem(production) {
            all.push(Problem::new("server.issuer", text));
        }
        range(&mut all, "server.max_connections", self.max_connections, (1, 1_000_000));
        range(&mut all, "server.request_seconds", self.request_seconds, (1, 600));
        all
    }

    fn issuer_problem(&self, production: bool) -> Option<String> {
        if self.issuer.is_empty() {
            return Some("is missing: write the address people use, e.g. https://login.example.org".into());
        }
        let Ok(url) = Url::parse(&self.issuer) else { return Some("is not a URL".into()) };
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Some("must have no path, query or fragment".into());
        }
        if url.as_str().trim_end_matches('/') != self.issuer {
            return Some(format!("must be written {}", url.as_str().trim_end_matches('/')));
        }
        match (url.scheme(), production) {
            ("https", _) => None,
            ("http", true) => Some("must be https in production".into()),
            ("http", false) if is_loopback(&url) => None,
            ("http", false) => Some("may be http only for localhost in development".into()),
            _ => Some("must start with https://".into()),
        }
    }
}

/// Whether a URL names this machine.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}
