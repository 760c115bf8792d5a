//! The four kinds of application that a person tells apart, and what each is without more being said.

use super::registration::NewClient;
use crate::config::ClientConfig;
use crate::protocol::client::{Application, ClientPolicy, GrantType};
use serde::{Deserialize, Serialize};
use url::Url;

/// A kind of application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientKind {
    /// On a server, which can keep a secret.
    Server,
    /// Script in the browser.
    Browser,
    /// On the person's device.
    Native,
    /// It signs nobody in: it acts in its own name.
    Service,
}

impl ClientKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Server, Self::Browser, Self::Native, Self::Service];

    /// The name, as addresses and the API write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Browser => "browser",
            Self::Native => "native",
            Self::Service => "service",
        }
    }

    /// The kind of a registered application.
    #[must_use]
    pub fn of(policy: &ClientPolicy) -> Self {
        match policy.application {
            _ if !policy.grant_types.contains(&GrantType::AuthorizationCode) => Self::Service,
            Application::Web => Self::Server,
            Application::Browser => Self::Browser,
            Application::Native => Self::Native,
        }
    }

    /// What holds for a new application of this kind where nothing else is said.
    #[must_use]
    pub fn usual(self) -> ClientConfig {
        let mut policy = ClientPolicy::new("", Vec::new());
        if self == Self::Service {
            policy.grant_types = [GrantType::ClientCredentials].into();
            policy.scopes.clear();
        }
        let mut written = NewClient::new("", policy).as_written();
        written.public = matches!(self, Self::Browser | Self::Native);
        if written.public {
            written.auth_method = Some("none".to_owned());
        }
        let application = match self {
            Self::Browser => "browser",
            Self::Native => "native",
            Self::Server | Self::Service => "web",
        };
        written.application = Some(application.to_owned());
        written
    }

    /// Fills in what follows from what was said: the scripts of a browser application come from where it is.
    pub fn complete(self, written: &mut ClientConfig) {
        if self != Self::Browser || !written.origins.is_empty() {
            return;
        }
        for uri in &written.redirect_uris {
            let origin = Url::parse(uri).map(|url| url.origin().ascii_serialization());
            if let Some(origin) = origin.ok().filter(|it| it != "null" && !written.origins.contains(it)) {
                written.origins.push(origin);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::describe;

    #[test]
    fn each_kind_is_sound_with_the_few_fields_that_it_asks_for() {
        for kind in ClientKind::ALL {
            let mut written = kind.usual();
            (written.id, written.name) = ("app".to_owned(), "App".to_owned());
            match kind {
                ClientKind::Service => written.service_scopes = vec!["rota:read".to_owned()],
                ClientKind::Native => written.redirect_uris = vec!["com.example.app:/cb".to_owned()],
                _ => written.redirect_uris = vec!["https://app.example.com/cb".to_owned()],
            }
            kind.complete(&mut written);
            let new = describe("client", &written, false).unwrap_or_else(|problems| panic!("{problems:?}"));
            assert_eq!(ClientKind::of(&new.policy), kind);
            assert_eq!(
                new.policy.weaknesses("https://login.example.com").len(),
                usize::from(kind == ClientKind::Native)
            );
            let is_browser = kind == ClientKind::Browser;
            assert_eq!(new.policy.origins == ["https://app.example.com"], is_browser);
            assert_eq!(new.policy.auth_method.has_secret(), !written.public);
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }
}
