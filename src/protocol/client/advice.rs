//! A registration in sentences: what the client may do, and what of that is allowed and still weak.

use super::{
    AccessTokens, AssertionAudience, AuthMethod, ClientPolicy, ClientProblem, GrantType, Pkce, Refresh,
};
use crate::protocol::scope;
use url::Url;

/// Longer lives of tokens deserve a thought, in seconds.
const LONG_TOKEN: u32 = 3600;
/// A signed access token cannot be taken back where it is checked without asking.
const LONG_JWT: u32 = 900;
/// Longer lives of refresh tokens deserve a thought, in seconds.
const LONG_REFRESH: u32 = 180 * DAY;
const DAY: u32 = 24 * 3600;

impl ClientPolicy {
    /// What the client may do, a sentence each.
    #[must_use]
    pub fn abilities(&self) -> Vec<String> {
        let mut all = vec![match self.auth_method {
            AuthMethod::None => "It is a public client: it proves nothing about itself.".to_owned(),
            method => format!("It proves itself by {}.", method.as_str()),
        }];
        if self.grant_types.contains(&GrantType::AuthorizationCode) {
            all.push(format!("It signs people in; answers go to {}.", self.redirect_uris.join(", ")));
            all.push(format!("It may ask for the scopes {}.", scope::print(&self.scopes)));
            all.push(match self.pkce {
                Pkce::Required => "Each of its requests needs a code challenge.".to_owned(),
                Pkce::OrNonce => "Each of its requests needs a code challenge or a nonce.".to_owned(),
                Pkce::Optional => "Its requests need neither a code challenge nor a nonce.".to_owned(),
            });
            all.push(if self.third_party {
                "It belongs to somebody else: people are asked before it learns of them.".to_owned()
            } else {
                "It is the house's own: people are not asked before it learns of them.".to_owned()
            });
            all.push(format!("Its ID tokens are signed with {}.", self.id_token_alg));
        }
        self.tell_tokens(&mut all);
        if self.introspects {
            all.push("It may ask what any token is worth, as a resource server does.".to_owned());
        }
        if !self.origins.is_empty() {
            all.push(format!("Scripts of {} may call the token endpoint.", self.origins.join(", ")));
        }
        all.extend(
            self.backchannel_logout_uri.iter().map(|uri| format!("It hears of ended sessions at {uri}.")),
        );
        all
    }

    fn tell_tokens(&self, all: &mut Vec<String>) {
        let looks = match self.tokens.access {
            AccessTokens::Opaque => "opaque",
            AccessTokens::Jwt => "signed JWTs",
        };
        let (access, id) = (self.tokens.access_seconds, self.tokens.id_seconds);
        all.push(format!("Its access tokens are {looks} and live {access} s, its ID tokens {id} s."));
        if !self.tokens.resources.is_empty() {
            all.push(format!("It may ask for tokens for {}.", self.tokens.resources.join(", ")));
        }
        if self.grant_types.contains(&GrantType::RefreshToken) {
            let when = if self.refresh.with_session { "without asking" } else { "with offline_access" };
            let turn = if self.rotates() { "each use replaces them" } else { "they stay the same" };
            let (idle, most) = (self.refresh.idle_seconds / DAY, self.refresh.absolute_seconds / DAY);
            all.push(format!(
                "It gets refresh tokens {when}; {turn}; they end after {idle} idle days and {most} days at most."
            ));
        }
        if self.grant_types.contains(&GrantType::ClientCredentials) {
            let scopes = self.tokens.service_scopes.join(" ");
            all.push(format!("It gets tokens of its own, with the scopes {scopes:?}."));
        }
    }

    /// What is allowed and still weak, or says nothing. `issuer` is our own address: who lives elsewhere is likely
    /// somebody else.
    #[must_use]
    pub fn weaknesses(&self, issuer: &str) -> Vec<ClientProblem> {
        let mut all = Vec::new();
        self.weak_sign_in(issuer, &mut all);
        self.weak_tokens(&mut all);
        let Refresh { with_session, rotate, idle_seconds, absolute_seconds } = &self.refresh;
        let refreshes = self.grant_types.contains(&GrantType::RefreshToken);
        let usual = Refresh { with_session: *with_session, rotate: *rotate, ..Refresh::default() };
        let rows = [
            (
                !refreshes && (*with_session || self.refresh != usual),
                "grant_types",
                "Refresh settings do nothing without refresh_token.",
            ),
            (
                refreshes && !self.rotates(),
                "refresh_rotate",
                "A stolen refresh token is not noticed, because each use keeps it.",
            ),
            (
                refreshes && *absolute_seconds > LONG_REFRESH,
                "refresh_absolute_seconds",
                "People stay signed in for more than 180 days.",
            ),
            (
                refreshes && idle_seconds > absolute_seconds,
                "refresh_idle_seconds",
                "It is longer than refresh_absolute_seconds and does nothing.",
            ),
        ];
        all.extend(rows.into_iter().filter(|row| row.0).map(|(_, field, text)| weak(field, text)));
        all
    }

    fn weak_sign_in(&self, issuer: &str, all: &mut Vec<ClientProblem>) {
        let signs_in = self.grant_types.contains(&GrantType::AuthorizationCode);
        match self.pkce {
            Pkce::Required => {}
            _ if !signs_in => {}
            Pkce::OrNonce => {
                all.push(weak("pkce", "A code is protected by PKCE only if the library wants it."))
            }
            Pkce::Optional => {
                all.push(weak("pkce", "A stolen code can be used by whoever has it and the secret."))
            }
        }
        if !signs_in && !self.redirect_uris.is_empty() {
            all.push(weak("redirect_uris", "They do nothing without authorization_code."));
        }
        for uri in &self.redirect_uris {
            let Ok(url) = Url::parse(uri) else { continue };
            if url.scheme() == "http" {
                let loopback_name = url.host_str() == Some("localhost");
                let text = if loopback_name {
                    "is http to a name that may lead elsewhere: write 127.0.0.1 (RFC 8252 8.3)."
                } else {
                    "is http: right for an application on the person's device alone."
                };
                all.push(weak("redirect_uris", &format!("{uri} {text}")));
            } else if url.scheme() != "https" {
                let text = "is a scheme that another application on the device may claim too.";
                all.push(weak("redirect_uris", &format!("{uri} {text}")));
            } else if signs_in && !self.third_party && is_foreign(&url, issuer) {
                let text =
                    "is on another domain: is it really the house's own? Else register it as third_party.";
                all.push(weak("third_party", &format!("{uri} {text}")));
            }
        }
    }

    fn weak_tokens(&self, all: &mut Vec<ClientProblem>) {
        let keys = &self.assertions;
        let signs = self.auth_method == AuthMethod::PrivateKeyJwt;
        let jwt = self.tokens.access == AccessTokens::Jwt;
        let (access, id) = (self.tokens.access_seconds, self.tokens.id_seconds);
        let serves = self.grant_types.contains(&GrantType::ClientCredentials);
        let rows = [
            (
                access > LONG_TOKEN,
                "access_token_seconds",
                "Whoever steals an access token has it for more than an hour.",
            ),
            (
                jwt && access > LONG_JWT && access <= LONG_TOKEN,
                "access_token_seconds",
                "A signed access token is good until it runs out, even after its person is disabled: 900 at most would be better.",
            ),
            (
                id > LONG_TOKEN,
                "id_token_seconds",
                "An ID token says who signs in now: it needs no more than minutes.",
            ),
            (
                self.tokens.claims_in_id_token,
                "claims_in_id_token",
                "ID tokens hold claims about people, and pass through browsers as id_token_hint.",
            ),
            (
                !signs && (keys.jwks.is_some() || keys.jwks_uri.is_some()),
                "auth_method",
                "It has keys, and proves itself without them.",
            ),
            (
                signs && keys.audience == AssertionAudience::TokenEndpoint,
                "assertion_audience",
                "Assertions may be for the token endpoint's address too, which another server could claim as its own.",
            ),
            (
                serves && self.tokens.service_scopes.is_empty(),
                "service_scopes",
                "Its tokens of its own have no scope.",
            ),
        ];
        all.extend(rows.into_iter().filter(|row| row.0).map(|(_, field, text)| weak(field, text)));
    }
}

fn weak(field: &'static str, text: &str) -> ClientProblem {
    ClientProblem { field, text: text.to_owned() }
}

/// Whether an address is on another domain than ours, as far as names tell: ours without its first label, if that
/// leaves two.
fn is_foreign(url: &Url, issuer: &str) -> bool {
    let issuer = Url::parse(issuer).ok();
    let (Some(own), Some(host)) = (issuer.as_ref().and_then(Url::domain), url.host_str()) else {
        return true;
    };
    let parent = own.split_once('.').map(|(_, rest)| rest).filter(|rest| rest.contains('.'));
    let domain = parent.unwrap_or(own);
    host != domain && !host.ends_with(&format!(".{domain}"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{native_client, web_client};
    use super::*;

    #[test]
    fn a_sound_client_of_the_house_has_no_weakness_and_says_what_it_may() {
        assert_eq!(web_client().weaknesses("https://login.example.com"), []);
        let told = web_client().abilities().join(" ");
        for part in
            ["client_secret_basic", "https://app.example.com/cb", "openid profile email", "code challenge"]
        {
            assert!(told.contains(part), "{part}: {told}");
        }
    }

    #[test]
    fn each_weak_setting_names_its_key() {
        type Spoil = fn(&mut ClientPolicy);
        let refreshing = |c: &mut ClientPolicy| {
            c.grant_types.insert(GrantType::RefreshToken);
        };
        let cases: [(&str, Spoil); 14] = [
            ("pkce", |c| c.pkce = Pkce::OrNonce),
            ("pkce", |c| c.pkce = Pkce::Optional),
            ("third_party", |c| c.redirect_uris = vec!["https://app.other.org/cb".into()]),
            ("third_party", |c| c.redirect_uris = vec!["https://notexample.com/cb".into()]),
            ("redirect_uris", |c| c.redirect_uris = vec!["http://127.0.0.1/cb".into()]),
            ("access_token_seconds", |c| c.tokens.access_seconds = 7200),
            ("access_token_seconds", |c| {
                (c.tokens.access, c.tokens.access_seconds) = (AccessTokens::Jwt, 1800)
            }),
            ("id_token_seconds", |c| c.tokens.id_seconds = 7200),
            ("claims_in_id_token", |c| c.tokens.claims_in_id_token = true),
            ("grant_types", |c| c.refresh.with_session = true),
            ("grant_types", |c| c.refresh.idle_seconds = 3600),
            ("auth_method", |c| c.assertions.jwks_uri = Some("https://app.example.com/keys".into())),
            ("service_scopes", |c| {
                c.grant_types = [GrantType::AuthorizationCode, GrantType::ClientCredentials].into()
            }),
            ("assertion_audience", |c| {
                c.auth_method = AuthMethod::PrivateKeyJwt;
                c.assertions.audience = AssertionAudience::TokenEndpoint;
            }),
        ];
        let fields = |client: &ClientPolicy| -> Vec<&str> {
            client.weaknesses("https://login.example.com").iter().map(|problem| problem.field).collect()
        };
        for (at, (field, spoil)) in cases.into_iter().enumerate() {
            let mut client = web_client();
            spoil(&mut client);
            assert_eq!(fields(&client), [field], "row {at}");
        }
        let mut client = web_client();
        refreshing(&mut client);
        assert_eq!(fields(&client), [""; 0]);
        client.refresh =
            Refresh { rotate: false, absolute_seconds: 200 * DAY, idle_seconds: 201 * DAY, ..client.refresh };
        assert_eq!(fields(&client), ["refresh_rotate", "refresh_absolute_seconds", "refresh_idle_seconds"]);
    }

    #[test]
    fn addresses_on_a_device_are_told_one_by_one() {
        let told: Vec<String> = native_client()
            .weaknesses("https://login.example.com")
            .into_iter()
            .map(|problem| problem.text)
            .collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[2].contains("write 127.0.0.1") && told[3].contains("claim"), "{told:?}");
    }
}
