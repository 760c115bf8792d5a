//! Where an answer may go: redirect URIs that are proven to belong to the client.

mod difference;

pub use difference::difference;

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::client::{Application, ClientPolicy};
use super::error::OAuthError;
use super::params::Params;
use super::response::{Response, ResponseMode};
use super::uri;

/// A redirect URI that a registered client has proven to be its own. Only this can carry an answer to the client; as
/// long as there is none, every error is a page of ours (B15, A60, A61).
///
/// Serialises as the URI, so that it can be parked with its request. Deserialising proves nothing again: it is meant
/// for our own store alone, never for anything that came over the network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallbackTarget {
    redirect_uri: String,
    url: Url,
}

/// Why there is no target, so that the person must see a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unproven {
    /// The request names no redirect URI. OIDC Core 3.1.2.1 requires it.
    MissingRedirect,
    /// The request names another client than the one that was looked up.
    WrongClient,
    /// The URI is none of the registered ones.
    Mismatch {
        /// What the request said, cut to 200 characters.
        got: String,
    },
    /// The registered URI is one that no client may have (A62): the registration went round the checks.
    Unsafe(&'static str),
}

impl Unproven {
    /// In words, for whoever looks after the client.
    #[must_use]
    pub fn reason(&self, policy: &ClientPolicy, got: &str) -> String {
        match self {
            Self::MissingRedirect => "redirect_uri is missing".to_owned(),
            Self::WrongClient => "the request names another client".to_owned(),
            Self::Mismatch { .. } => difference(&policy.redirect_uris, got),
            Self::Unsafe(why) => format!("the registered redirect_uri may not be used: {why}"),
        }
    }
}

impl CallbackTarget {
    /// Finds the request's redirect URI among the registered ones: the same bytes (RFC 9700 2.1, RFC 3986 6.2.1; B1,
    /// I15, I16), or for a native application a loopback IP literal where only the port differs (RFC 8252 7.3).
    ///
    /// # Errors
    /// See [`Unproven`]: the answer is a page on our own host.
    pub fn prove(policy: &ClientPolicy, params: &Params) -> Result<Self, Unproven> {
        if params.get("client_id") != Some(&policy.client_id) {
            return Err(Unproven::WrongClient);
        }
        let wanted = params.get("redirect_uri").ok_or(Unproven::MissingRedirect)?;
        let mismatch = || Unproven::Mismatch { got: wanted.chars().take(200).collect() };
        let mut registered = policy.redirect_uris.iter();
        let registered =
            registered.find(|uri| matches(uri, wanted, policy.application)).ok_or_else(mismatch)?;
        // http to loopback is judged by the mode when a client is registered, so here the wider rule is enough.
        if let Some(why) = uri::problem(registered, policy.application, true) {
            return Err(Unproven::Unsafe(why));
        }
        Self::try_from(wanted.to_owned()).map_err(|_| mismatch())
    }

    /// The redirect URI as the client wrote it: what the token request must repeat (RFC 6749 4.1.3).
    #[must_use]
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The answer with a code (RFC 6749 4.1.2), with the issuer against mix-up (RFC 9207 2; B16, A78).
    #[must_use]
    pub fn success(&self, mode: ResponseMode, code: &str, state: Option<&str>, issuer: &str) -> Response {
        self.with(mode, &[("code", Some(code)), ("state", state), ("iss", Some(issuer))])
    }

    /// The answer with an error (RFC 6749 4.1.2.1), with the issuer (RFC 9207 2; A78).
    #[must_use]
    pub fn error(
        &self,
        mode: ResponseMode,
        error: &OAuthError,
        state: Option<&str>,
        issuer: &str,
    ) -> Response {
        let description = Some(error.description()).filter(|text| !text.is_empty());
        self.with(
            mode,
            &[
                ("error", Some(error.code().as_str())),
                ("error_description", description),
                ("state", state),
                ("iss", Some(issuer)),
            ],
        )
    }

    /// In the query the parameters are added to what the client registered, which is kept as it is (RFC 6749 3.1.2).
    fn with(&self, mode: ResponseMode, parameters: &[(&'static str, Option<&str>)]) -> Response {
        let present = parameters.iter().filter_map(|(name, value)| value.map(|value| (*name, value)));
        let mut url = self.url.clone();
        match mode {
            ResponseMode::Query => {
                url.query_pairs_mut().extend_pairs(present);
            }
            ResponseMode::Fragment => {
                let mut fragment = url::form_urlencoded::Serializer::new(String::new());
                url.set_fragment(Some(&fragment.extend_pairs(present).finish()));
            }
            ResponseMode::FormPost => {
                let fields = present.map(|(name, value)| (name, value.to_owned())).collect();
                return Response::Post { action: self.redirect_uri.clone(), fields };
            }
        }
        Response::Redirect(url)
    }

    /// The source expression for `form-action` in Content-Security-Policy (CSP 3, 2.3.1): the origin, or only the
    /// scheme where the grammar knows no origin: private schemes and IPv6 literals.
    #[must_use]
    pub fn origin(&self) -> String {
        let ipv6 = matches!(self.url.host(), Some(url::Host::Ipv6(_)));
        if self.url.origin().is_tuple() && !ipv6 {
            return self.url.origin().ascii_serialization();
        }
        format!("{}:", self.url.scheme())
    }
}

impl TryFrom<String> for CallbackTarget {
    type Error = url::ParseError;

    /// For our own store; see the type.
    fn try_from(redirect_uri: String) -> Result<Self, Self::Error> {
        Url::parse(&redirect_uri).map(|url| Self { redirect_uri, url })
    }
}

impl From<CallbackTarget> for String {
    fn from(target: CallbackTarget) -> Self {
        target.redirect_uri
    }
}

/// Whether a wanted redirect URI is the registered one.
fn matches(registered: &str, wanted: &str, application: Application) -> bool {
    registered == wanted
        || application == Application::Native
            && loopback_without_port(registered)
                .is_some_and(|known| loopback_without_port(wanted) == Some(known))
}

/// Splits `http://127.0.0.1:PORT/…` or `http://[::1]:PORT/…` into what stands before and after the port. Nothing for
/// `localhost`: RFC 8252 8.3 advises against that name, since it may resolve elsewhere.
fn loopback_without_port(uri: &str) -> Option<(&'static str, &str)> {
    let (host, rest) = ["http://127.0.0.1", "http://[::1]"]
        .into_iter()
        .find_map(|host| uri.strip_prefix(host).map(|rest| (host, rest)))?;
    let tail = match rest.strip_prefix(':') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (port, tail) = rest.split_at(end);
            (!port.starts_with('0') && port.parse::<u16>().is_ok()).then_some(tail)?
        }
        None => rest,
    };
    (tail.is_empty() || tail.starts_with(['/', '?'])).then_some((host, tail))
}

impl fmt::Display for Unproven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingRedirect => f.write_str("The request has no redirect_uri."),
            Self::WrongClient => f.write_str("The request names another client."),
            Self::Mismatch { got } => {
                write!(f, "The redirect_uri {got:?} is not registered for this client.")
            }
            Self::Unsafe(why) => write!(f, "The registered redirect URI {why}."),
        }
    }
}

impl std::error::Error for Unproven {}

#[cfg(test)]
mod tests;
