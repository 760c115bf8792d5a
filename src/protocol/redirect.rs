//! Where an answer may go: redirect URIs that are proven to belong to the client.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::client::{Application, ClientPolicy};
use super::error::OAuthError;
use super::params::Params;
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
    pub fn success(&self, code: &str, state: Option<&str>, issuer: &str) -> Url {
        self.with(&[("code", Some(code)), ("state", state), ("iss", Some(issuer))])
    }

    /// The answer with an error (RFC 6749 4.1.2.1), with the issuer (RFC 9207 2; A78).
    #[must_use]
    pub fn error(&self, error: &OAuthError, state: Option<&str>, issuer: &str) -> Url {
        let description = Some(error.description()).filter(|text| !text.is_empty());
        self.with(&[
            ("error", Some(error.code().as_str())),
            ("error_description", description),
            ("state", state),
            ("iss", Some(issuer)),
        ])
    }

    /// Adds to the query that the client registered, which is kept as it is (RFC 6749 3.1.2).
    fn with(&self, parameters: &[(&str, Option<&str>)]) -> Url {
        let mut url = self.url.clone();
        let present = parameters.iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        url.query_pairs_mut().extend_pairs(present);
        url
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
mod tests {
    use super::*;
    use crate::protocol::client::tests::{native_client, web_client};
    use crate::protocol::error::ErrorCode;

    fn prove(policy: &ClientPolicy, uri: &str) -> Result<CallbackTarget, Unproven> {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("client_id", &policy.client_id).append_pair("redirect_uri", uri);
        CallbackTarget::prove(policy, &Params::parse(query.finish().as_bytes()).unwrap())
    }

    fn target(uri: &str) -> CallbackTarget {
        CallbackTarget::try_from(uri.to_owned()).unwrap()
    }

    #[test]
    fn only_the_registered_bytes_are_a_target_a60_i15_i16() {
        let client = web_client();
        assert_eq!(
            prove(&client, "https://app.example.com/cb").unwrap().redirect_uri(),
            "https://app.example.com/cb"
        );
        for uri in [
            "https://app.example.com/cb/",
            "https://app.example.com/CB",
            "https://app.example.com/Cb",
            "https://APP.example.com/cb",
            "HTTPS://app.example.com/cb",
            "http://app.example.com/cb",
            "https://app.example.com:443/cb",
            "https://app.example.com:8443/cb",
            "https://app.example.com./cb",
            "https://app.example.com//cb",
            "https://app.example.com/./cb",
            "https://app.example.com/x/../cb",
            "https://app.example.com/cb/..",
            "https://app.example.com/cb/..;/x",
            "https://app.example.com/cb;x",
            "https://app.example.com/%63b",
            "https://app.example.com/cb%2f",
            "https://app.example.com/%2e/cb",
            "https://app.example.com/%2e%2e/cb",
            "https://app.example.com/cb?",
            "https://app.example.com/cb?x",
            "https://app.example.com/cb#",
            "https://app.example.com/cb#x",
            "https://user@app.example.com/cb",
            "https://@app.example.com/cb",
            "https://app.example.com@evil.example/cb",
            "https://app.example.com:x@evil.example/cb",
            "https://evil.example/https://app.example.com/cb",
            "https://app.example.com.evil.example/cb",
            "https://appXexample.com/cb",
            "https://app.example.comevil/cb",
            "https://app.еxample.com/cb",
            "https://app。example.com/cb",
            " https://app.example.com/cb",
            "https://app.example.com/cb ",
            "https://app.example.com/cb\t",
            "https://app.example.com/cb\n",
            "https://app.example.com/cb\r\nLocation: https://evil.example",
            "https:/app.example.com/cb",
            "https:\\\\app.example.com\\cb",
            "//app.example.com/cb",
            "/cb",
            "javascript:alert(1)//https://app.example.com/cb",
            "data:text/html,https://app.example.com/cb",
            "https://localhost/cb",
            "https://127.0.0.1/cb",
        ] {
            assert!(matches!(prove(&client, uri), Err(Unproven::Mismatch { .. })), "{uri}");
        }
    }

    #[test]
    fn a_missing_redirect_or_another_client_gives_no_target_a61() {
        let client = web_client();
        let prove = |query: &str| CallbackTarget::prove(&client, &Params::parse(query.as_bytes()).unwrap());
        assert_eq!(prove("client_id=dashboard"), Err(Unproven::MissingRedirect));
        assert_eq!(prove("client_id=dashboard&redirect_uri="), Err(Unproven::MissingRedirect));
        let uri = "https%3A%2F%2Fapp.example.com%2Fcb";
        assert_eq!(prove(&format!("client_id=other&redirect_uri={uri}")), Err(Unproven::WrongClient));
        assert_eq!(prove(&format!("redirect_uri={uri}")), Err(Unproven::WrongClient));
        assert!(prove(&format!("client_id=dashboard&redirect_uri={uri}")).is_ok());
    }

    #[test]
    fn a_loopback_redirect_of_a_native_app_may_choose_its_port_b1() {
        let client = native_client();
        for uri in [
            "http://127.0.0.1/cb",
            "http://127.0.0.1:1/cb",
            "http://127.0.0.1:65535/cb",
            "http://[::1]:51004/cb?x=1",
            "http://localhost/cb",
            "com.example.app:/cb",
        ] {
            assert_eq!(prove(&client, uri).unwrap().redirect_uri(), uri);
        }
        for uri in [
            "http://localhost:51004/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:080/cb",
            "http://127.0.0.1:65536/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.1:+80/cb",
            "http://127.0.0.1:80@evil.example/cb",
            "http://127.0.0.1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:80.evil.example/cb",
            "http://127.0.0.1:51004/cb2",
            "http://127.0.0.1:51004/cb?x=1",
            "http://127.0.0.1:51004/cb#x",
            "http://127.0.0.2:51004/cb",
            "http://[::1]:51004/cb",
            "https://127.0.0.1:51004/cb",
            "com.example.app:51004/cb",
        ] {
            assert!(prove(&client, uri).is_err(), "{uri}");
        }
        let mut web = web_client();
        web.redirect_uris = vec!["http://127.0.0.1:9000/cb".into()];
        assert!(prove(&web, "http://127.0.0.1:9001/cb").is_err(), "only native applications choose");
    }

    #[test]
    fn a_dangerous_uri_is_refused_at_run_time_too_a62() {
        for uri in
            ["javascript:alert(1)", "data:text/html,x", "http://app.example.com/cb", "https://a.example/#x"]
        {
            let mut client = web_client();
            client.redirect_uris = vec![uri.into()];
            assert!(matches!(prove(&client, uri), Err(Unproven::Unsafe(_))), "{uri}");
        }
    }

    #[test]
    fn answers_keep_the_registered_query_and_carry_the_issuer_a78() {
        let issuer = "https://id.example.com";
        let cases = [
            (
                "https://a.example/cb",
                "https://a.example/cb?code=c%26d&state=s+%3C&iss=https%3A%2F%2Fid.example.com",
            ),
            (
                "https://a.example/cb?t=%2F1",
                "https://a.example/cb?t=%2F1&code=c%26d&state=s+%3C&iss=https%3A%2F%2Fid.example.com",
            ),
            (
                "com.example.app:/cb",
                "com.example.app:/cb?code=c%26d&state=s+%3C&iss=https%3A%2F%2Fid.example.com",
            ),
            (
                "com.example.app:cb",
                "com.example.app:cb?code=c%26d&state=s+%3C&iss=https%3A%2F%2Fid.example.com",
            ),
        ];
        for (uri, expected) in cases {
            assert_eq!(target(uri).success("c&d", Some("s <"), issuer).as_str(), expected);
        }
        let error = OAuthError::new(ErrorCode::AccessDenied, "No.");
        let url = target("https://a.example/cb").error(&error, None, issuer);
        let expected =
            "https://a.example/cb?error=access_denied&error_description=No.&iss=https%3A%2F%2Fid.example.com";
        assert_eq!(url.as_str(), expected);
    }

    #[test]
    fn a_state_with_line_ends_and_markup_stays_inert_a65() {
        let state = "\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>&iss=https://evil.example#";
        let url = target("https://a.example/cb").success("c", Some(state), "https://id.example.com");
        assert!(url.as_str().bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"#".contains(&byte)));
        let read = Params::parse(url.query().unwrap().as_bytes()).unwrap();
        assert_eq!((read.get("state"), read.get("iss")), (Some(state), Some("https://id.example.com")));
    }

    #[test]
    fn the_origin_is_a_source_expression() {
        let cases = [
            ("https://a.example/cb?x=1", "https://a.example"),
            ("https://a.example:8443/cb", "https://a.example:8443"),
            ("http://127.0.0.1:51004/cb", "http://127.0.0.1:51004"),
            ("http://[::1]:51004/cb", "http:"),
            ("com.example.app:/cb", "com.example.app:"),
        ];
        for (uri, expected) in cases {
            assert_eq!(target(uri).origin(), expected);
        }
    }

    #[test]
    fn a_target_can_be_parked_as_its_uri() {
        let target = target("http://127.0.0.1:80/cb");
        let json = serde_json::to_string(&target).unwrap();
        assert_eq!(json, r#""http://127.0.0.1:80/cb""#);
        assert_eq!(serde_json::from_str::<CallbackTarget>(&json).unwrap(), target);
        assert!(serde_json::from_str::<CallbackTarget>(r#""/cb""#).is_err());
    }
}
