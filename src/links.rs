//! Addresses that people and browsers are sent to, built from the configured issuer alone: no
//! request header ever takes part (L7).

use crate::random::Secret;
use url::Url;

/// Builds links.
#[derive(Clone, Debug)]
pub struct Links {
    base: Url,
    issuer: String,
}

impl Links {
    /// Links under an issuer.
    ///
    /// # Errors
    /// When it is not a URL.
    pub fn new(issuer: &str) -> Result<Self, url::ParseError> {
        Ok(Self { base: Url::parse(issuer)?, issuer: issuer.to_owned() })
    }

    /// The issuer identifier, exactly as configured.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Scheme, host and port, as browsers send it in `Origin`.
    #[must_use]
    pub fn origin(&self) -> String {
        self.base.origin().ascii_serialization()
    }

    /// The host alone.
    #[must_use]
    pub fn host(&self) -> &str {
        self.base.host_str().unwrap_or_default()
    }

    /// Whether pages come over https.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// The link of an invitation.
    #[must_use]
    pub fn invite(&self, token: &Secret) -> String {
        self.under(&["invite", token.text()])
    }

    /// The link that proves an address.
    #[must_use]
    pub fn verify(&self, token: &Secret) -> String {
        self.under(&["verify", token.text()])
    }

    /// The team page.
    #[must_use]
    pub fn team(&self) -> String {
        self.under(&["team"])
    }

    /// The resource identifier of the API: what its tokens are for (RFC 8707).
    #[must_use]
    pub fn api(&self) -> String {
        self.under(&["api", "v1"])
    }

    /// Where the console's own sign-in comes back to.
    #[must_use]
    pub fn console_callback(&self) -> String {
        self.under(&["admin", "callback"])
    }

    fn under(&self, segments: &[&str]) -> String {
        let mut url = self.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.clear().extend(segments);
        }
        url.into()
    }
}
