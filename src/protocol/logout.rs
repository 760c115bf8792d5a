//! Logout that a client asks for (OpenID Connect RP-Initiated Logout 1.0).

use serde::{Deserialize, Serialize};
use url::Url;

use super::authorize::{MAX_STATE, bounded, ui_locales};
use super::client::ClientPolicy;
use super::error::OAuthError;
use super::id_token::IdTokenHint;
use super::params::Params;
use super::redirect::Unproven;
use super::uri;

/// What came to the logout endpoint (RP-Initiated Logout 2). Nothing in it is proven: without a verified hint the
/// person is asked before anything ends (ASVS 10.6.2), and every error is a page of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// An ID token of the session that is to end; to be verified, though it may be expired.
    pub id_token_hint: Option<IdTokenHint>,
    /// Who asks. Must agree with the audience of the hint if both came (RP-Initiated Logout 2).
    pub client_id: Option<String>,
    /// Where the browser is wished to go afterwards.
    pub post_logout_redirect_uri: Option<String>,
    /// To be given back at that address.
    pub state: Option<String>,
    /// Whom the client means: an address, a subject or a session. A hint against signing out the wrong person, never
    /// a proof.
    pub logout_hint: Option<String>,
    /// Well-formed language tags, in the client's order.
    pub ui_locales: Vec<String>,
}

impl LogoutRequest {
    /// Reads the parameters of a GET or a form POST.
    ///
    /// # Errors
    /// `invalid_request` for a value that is too long.
    pub fn parse(params: &Params) -> Result<Self, OAuthError> {
        Ok(Self {
            id_token_hint: IdTokenHint::take(params)?,
            client_id: bounded(params, "client_id", 128)?,
            post_logout_redirect_uri: bounded(params, "post_logout_redirect_uri", 2048)?,
            state: bounded(params, "state", MAX_STATE)?,
            logout_hint: bounded(params, "logout_hint", 512)?,
            ui_locales: ui_locales(params),
        })
    }

    /// Whether the hint means somebody else than the one with these names: the person is asked then.
    #[must_use]
    pub fn means_another(&self, names: &[&str]) -> bool {
        self.logout_hint
            .as_ref()
            .is_some_and(|hint| !names.iter().any(|name| name.eq_ignore_ascii_case(hint)))
    }
}

/// A place to go after the logout that is proven to be the client's own. Serialises as its address, so that it can be
/// parked while the person is asked; deserialising is meant for our own store alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PostLogoutTarget(Url);

impl PostLogoutTarget {
    /// Finds the wished address among those the client registered, byte by byte (RP-Initiated Logout 3), and adds the
    /// state. `None` where no address is wished. `policy` is that of the client that the verified hint or, without
    /// one, `client_id` names.
    ///
    /// # Errors
    /// See [`Unproven`]: the browser stays with us (B3).
    pub fn prove(policy: &ClientPolicy, request: &LogoutRequest) -> Result<Option<Self>, Unproven> {
        if request.client_id.as_ref().is_some_and(|id| *id != policy.client_id) {
            return Err(Unproven::WrongClient);
        }
        let Some(wanted) = &request.post_logout_redirect_uri else {
            return Ok(None);
        };
        let mismatch = || Unproven::Mismatch { got: wanted.chars().take(200).collect() };
        if !policy.post_logout_redirect_uris.contains(wanted) {
            return Err(mismatch());
        }
        if let Some(why) = uri::problem(wanted, policy.application, true) {
            return Err(Unproven::Unsafe(why));
        }
        let mut url = Url::parse(wanted).map_err(|_| mismatch())?;
        if let Some(state) = &request.state {
            url.query_pairs_mut().append_pair("state", state);
        }
        Ok(Some(Self(url)))
    }

    /// Where the browser goes, with the state.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }
}

impl TryFrom<String> for PostLogoutTarget {
    type Error = url::ParseError;

    /// For our own store; see the type.
    fn try_from(address: String) -> Result<Self, Self::Error> {
        Url::parse(&address).map(Self)
    }
}

impl From<PostLogoutTarget> for String {
    fn from(target: PostLogoutTarget) -> Self {
        target.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::client::tests::web_client;

    fn prove(query: &str) -> Result<Option<PostLogoutTarget>, Unproven> {
        let request = LogoutRequest::parse(&Params::parse(query.as_bytes()).unwrap()).unwrap();
        PostLogoutTarget::prove(&web_client(), &request)
    }

    #[test]
    fn a_registered_address_is_a_target_and_carries_the_state() {
        let target =
            prove("client_id=dashboard&post_logout_redirect_uri=https://app.example.com/bye&state=a%26b");
        let target = target.unwrap().unwrap();
        assert_eq!(target.url().as_str(), "https://app.example.com/bye?state=a%26b");
        let json = serde_json::to_string(&target).unwrap();
        assert_eq!(serde_json::from_str::<PostLogoutTarget>(&json).unwrap(), target);
    }

    #[test]
    fn anything_else_leaves_the_browser_with_us_b3() {
        assert_eq!(prove(""), Ok(None));
        assert_eq!(prove("state=x&id_token_hint=a.b.c"), Ok(None));
        let uri = "https://app.example.com/bye";
        let wrong = format!("client_id=other&post_logout_redirect_uri={uri}");
        assert_eq!(prove(&wrong), Err(Unproven::WrongClient));
        for uri in [
            "https://app.example.com/bye/",
            "https://app.example.com/bye?x",
            "https://app.example.com/Bye",
            "https://app.example.com/cb",
            "https://app.example.com:443/bye",
            "https://app.example.com/x/../bye",
            "https://app.example.com@evil.example/bye",
            "//app.example.com/bye",
            "javascript:alert(1)",
        ] {
            let mismatch = Unproven::Mismatch { got: uri.to_owned() };
            assert_eq!(prove(&format!("post_logout_redirect_uri={uri}")), Err(mismatch));
        }
    }

    #[test]
    fn a_dangerous_registered_address_is_not_used_a62() {
        let mut client = web_client();
        client.post_logout_redirect_uris = vec!["javascript:alert(1)".into()];
        let params = Params::parse(b"post_logout_redirect_uri=javascript:alert(1)").unwrap();
        let request = LogoutRequest::parse(&params).unwrap();
        assert!(matches!(PostLogoutTarget::prove(&client, &request), Err(Unproven::Unsafe(_))));
    }

    #[test]
    fn a_hint_that_names_somebody_else_is_noticed() {
        let names = ["ada@example.org", "sub-1", "sid-1"];
        let means_another = |query: &str| {
            LogoutRequest::parse(&Params::parse(query.as_bytes()).unwrap()).unwrap().means_another(&names)
        };
        for (query, expected) in [
            ("", false),
            ("logout_hint=Ada@Example.org", false),
            ("logout_hint=sub-1", false),
            ("logout_hint=sid-1", false),
            ("logout_hint=ben@example.org", true),
        ] {
            assert_eq!(means_another(query), expected, "{query}");
        }
    }

    #[test]
    fn values_are_bounded_a65() {
        let bounds = [
            ("state", MAX_STATE),
            ("client_id", 128),
            ("post_logout_redirect_uri", 2048),
            ("logout_hint", 512),
        ];
        for (name, max) in bounds {
            let parse = |bytes: usize| {
                let query = format!("{name}={}", "x".repeat(bytes));
                LogoutRequest::parse(&Params::parse(query.as_bytes()).unwrap())
            };
            assert!(parse(max).is_ok() && parse(max + 1).is_err(), "{name}");
        }
    }
}
