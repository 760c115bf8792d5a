//! What a registration may say: the same rules wherever it comes from.

use super::{Application, AuthMethod, ClientPolicy, GrantType, Pkce};
use crate::protocol::scope::Scope;
use crate::protocol::uri;

/// One thing that is wrong with a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientProblem {
    /// The key that the setting has in a `[[client]]`.
    pub field: &'static str,
    /// A sentence for the person who registers the client.
    pub text: String,
}

/// The longest client id, in bytes.
const MAX_CLIENT_ID: usize = 128;
/// The most URIs in one list.
const MAX_URIS: usize = 64;
/// The longest key set, in bytes.
const MAX_JWKS: usize = 32 * 1024;

impl ClientPolicy {
    /// Everything that is wrong with the registration; empty if nothing is. `development` also allows http to
    /// loopback addresses for clients that are not native.
    #[must_use]
    pub fn validate(&self, development: bool) -> Vec<ClientProblem> {
        let mut problems = Vec::new();
        self.check_id(&mut problems);
        self.check_uris("redirect_uris", &self.redirect_uris, development, &mut problems);
        let after_logout = &self.post_logout_redirect_uris;
        self.check_uris("post_logout_redirect_uris", after_logout, development, &mut problems);
        // A service signs nobody in: it has no page to come back to.
        let signs_people_in = self.grant_types.contains(&GrantType::AuthorizationCode);
        if signs_people_in && self.redirect_uris.is_empty() {
            problem(&mut problems, "redirect_uris", "At least one redirect URI is needed.");
        }
        self.check_authentication(&mut problems);
        self.check_grants(&mut problems);
        if signs_people_in && !self.scopes.contains(&Scope::Openid) {
            problem(&mut problems, "scopes", "The scope openid is needed.");
        }
        self.check_lives(&mut problems);
        self.check_names(development, &mut problems);
        problems
    }

    /// RFC 6749 appendix A.1, without the colon, which would end the name in Basic credentials of clients that
    /// forget to encode it, and without the space.
    fn check_id(&self, problems: &mut Vec<ClientProblem>) {
        let id = &self.client_id;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if id.is_empty() || id.len() > MAX_CLIENT_ID || !id.bytes().all(allowed) {
            let text = "A client id has 1 to 128 characters: letters, digits, - . _ ~.";
            problem(problems, "client_id", text);
        }
    }

    fn check_uris(
        &self,
        field: &'static str,
        uris: &[String],
        development: bool,
        problems: &mut Vec<ClientProblem>,
    ) {
        if uris.len() > MAX_URIS {
            return problem(problems, field, "More than 64 URIs.");
        }
        for (index, uri) in uris.iter().enumerate() {
            if let Some(why) = uri::problem(uri, self.application, development) {
                let shown: String = uri.chars().take(200).collect();
                problem(problems, field, &format!("{shown}: {why}"));
            }
            if uris[..index].contains(uri) {
                problem(problems, field, &format!("{uri}: is listed twice"));
            }
        }
    }

    fn check_authentication(&self, problems: &mut Vec<ClientProblem>) {
        // RFC 6749 2.1: a secret that is shipped to every browser is none.
        if self.application == Application::Browser && self.auth_method != AuthMethod::None {
            problem(problems, "auth_method", "An application in the browser cannot keep a secret: use none.");
        }
        // RFC 9700 2.1.1 and RFC 8252 6.
        let public = self.auth_method == AuthMethod::None || self.application == Application::Native;
        if public && self.pkce != Pkce::Required {
            problem(problems, "pkce", "Public and native clients need PKCE: use required.");
        }
        let keys = &self.assertions;
        match (self.auth_method, &keys.jwks, &keys.jwks_uri) {
            // RFC 7591 2: they must not both be present.
            (_, Some(_), Some(_)) => problem(problems, "jwks", "Keys and jwks_uri are both there."),
            (AuthMethod::PrivateKeyJwt, None, None) => {
                problem(problems, "jwks", "private_key_jwt needs keys or a jwks_uri.");
            }
            _ => {}
        }
        if keys.jwks.as_ref().is_some_and(|jwks| jwks.len() > MAX_JWKS) {
            problem(problems, "jwks", "The key set is longer than 32 KiB.");
        }
    }
}

pub(super) fn problem(problems: &mut Vec<ClientProblem>, field: &'static str, text: &str) {
    problems.push(ClientProblem { field, text: text.to_owned() });
}

#[cfg(test)]
mod tests {
    use super::super::tests::{native_client, web_client};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sound_registrations_have_no_problems() {
        for client in [web_client(), native_client()] {
            assert_eq!(client.validate(false), []);
        }
    }

    #[test]
    fn each_unsound_registration_names_its_field() {
        type Spoil = fn(&mut ClientPolicy);
        let cases: [(&str, Spoil); 16] = [
            ("client_id", |c| c.client_id.clear()),
            ("client_id", |c| c.client_id = "a:b".into()),
            ("client_id", |c| c.client_id = "a b".into()),
            ("client_id", |c| c.client_id = "x".repeat(129)),
            ("redirect_uris", |c| c.redirect_uris.clear()),
            ("redirect_uris", |c| c.redirect_uris.push("javascript:alert(1)".into())),
            ("redirect_uris", |c| c.redirect_uris.push(c.redirect_uris[0].clone())),
            ("redirect_uris", |c| {
                c.redirect_uris = (0..65).map(|i| format!("https://a{i}.example/")).collect()
            }),
            ("post_logout_redirect_uris", |c| c.post_logout_redirect_uris.push("http://a.example/".into())),
            ("scopes", |c| c.scopes = BTreeSet::from([Scope::Email])),
            ("auth_method", |c| c.application = Application::Browser),
            ("pkce", |c| (c.auth_method, c.pkce) = (AuthMethod::None, Pkce::OrNonce)),
            ("jwks", |c| c.auth_method = AuthMethod::PrivateKeyJwt),
            ("jwks", |c| {
                c.assertions.jwks = Some("{}".into());
                c.assertions.jwks_uri = Some("https://app.example.com/keys".into());
            }),
            ("jwks", |c| c.assertions.jwks = Some("x".repeat(MAX_JWKS + 1))),
            ("auth_method", |c| {
                c.application = Application::Browser;
                c.auth_method = AuthMethod::PrivateKeyJwt;
                c.assertions.jwks_uri = Some("https://app.example.com/keys".into());
            }),
        ];
        for (field, spoil) in cases {
            let mut client = web_client();
            spoil(&mut client);
            let problems = client.validate(false);
            assert_eq!(problems.iter().map(|p| p.field).collect::<Vec<_>>(), [field], "{problems:?}");
        }
    }

    #[test]
    fn native_clients_need_pkce_even_with_a_secret() {
        let client =
            ClientPolicy { auth_method: AuthMethod::SecretBasic, pkce: Pkce::Optional, ..native_client() };
        assert_eq!(client.validate(false).len(), 1);
    }
}
