//! Named bundles of settings: what a registration does not say comes of its profile.

use super::{Application, AssertionAudience, AuthMethod, ClientPolicy, GrantType, Pkce};
use serde::{Deserialize, Serialize};

/// A bundle of settings for a kind of client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The safe settings of this server.
    #[default]
    Default,
    /// For confidential clients of libraries from before PKCE, which ask for no user info and keep the first refresh
    /// token that they get. The price: a stolen code or refresh token is of use to whoever also has the client's secret.
    LegacyLibrary,
}

impl Profile {
    /// Every profile, the usual one first.
    pub const ALL: [Self; 2] = [Self::Default, Self::LegacyLibrary];

    /// The name in configuration, commands and rows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::LegacyLibrary => "legacy-library",
        }
    }

    /// What it sets, for whoever chooses.
    #[must_use]
    pub const fn summary(self) -> &'static str {
        match self {
            Self::Default => {
                "PKCE required, claims at the user-info endpoint, no refresh tokens unless registered"
            }
            Self::LegacyLibrary => {
                "PKCE or a nonce, claims in the ID token, refresh tokens for the length of the session that stay \
                 the same, assertions also for the token endpoint; public and native clients still need PKCE and \
                 public ones get new refresh tokens each time"
            }
        }
    }

    /// Sets what the bundle sets on a policy that knows how its client proves itself and where it runs.
    pub fn apply(self, policy: &mut ClientPolicy) {
        if self == Self::Default {
            return;
        }
        let can_keep_a_secret =
            policy.auth_method != AuthMethod::None && policy.application == Application::Web;
        if can_keep_a_secret {
            policy.pkce = Pkce::OrNonce;
            policy.refresh.rotate = false;
        }
        policy.grant_types.insert(GrantType::RefreshToken);
        policy.refresh.with_session = true;
        policy.tokens.claims_in_id_token = true;
        policy.assertions.audience = AssertionAudience::TokenEndpoint;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{native_client, web_client};
    use super::*;

    #[test]
    fn a_profile_suits_its_kind_of_client_and_is_sound_by_itself() {
        for profile in Profile::ALL {
            assert_eq!(serde_json::to_value(profile).unwrap(), profile.as_str());
            for mut client in [web_client(), native_client()] {
                let before = client.clone();
                profile.apply(&mut client);
                assert_eq!(client.validate(false), [], "{profile:?}");
                assert_eq!(client == before, profile == Profile::Default, "{profile:?}");
            }
        }
    }

    #[test]
    fn public_and_native_clients_keep_pkce_in_every_profile() {
        let mut with_a_secret = native_client();
        with_a_secret.auth_method = AuthMethod::SecretBasic;
        for mut client in [native_client(), with_a_secret] {
            Profile::LegacyLibrary.apply(&mut client);
            assert_eq!((client.pkce, client.rotates()), (Pkce::Required, true));
        }
        let mut web = web_client();
        Profile::LegacyLibrary.apply(&mut web);
        assert_eq!((web.pkce, web.rotates()), (Pkce::OrNonce, false));
    }
}
