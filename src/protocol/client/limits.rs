//! What a registration may say of grants, tokens, resources, origins and levels.

use super::rules::problem;
use super::{AuthMethod, ClientPolicy, ClientProblem, GrantType};
use crate::protocol::acr::Acr;
use crate::protocol::resource;
use crate::protocol::scope::Scope;
use url::Url;

/// The most entries of one list.
const MOST: usize = 64;
/// The longest scope or name of a level, in bytes.
const LONGEST_NAME: usize = 128;
/// Seconds that an access or ID token may live: from a minute to a day.
const TOKEN_LIFE: (u32, u32) = (60, 24 * 3600);
/// Seconds that a refresh token may live: from a minute to 400 days.
const REFRESH_LIFE: (u32, u32) = (60, 400 * 24 * 3600);

impl ClientPolicy {
    /// Grant types, and the scopes of services.
    pub(super) fn check_grants(&self, problems: &mut Vec<ClientProblem>) {
        let has = |grant: GrantType| self.grant_types.contains(&grant);
        if self.grant_types.is_empty() {
            problem(problems, "grant_types", "At least one grant type is needed.");
        }
        if has(GrantType::RefreshToken) && !has(GrantType::AuthorizationCode) {
            let text = "refresh_token comes of authorization_code: name both.";
            problem(problems, "grant_types", text);
        }
        // RFC 6749 4.4: for confidential clients alone.
        if has(GrantType::ClientCredentials) && self.auth_method == AuthMethod::None {
            problem(problems, "grant_types", "client_credentials is for clients that can prove themselves.");
        }
        let scopes = &self.tokens.service_scopes;
        if !scopes.is_empty() && !has(GrantType::ClientCredentials) {
            let text = "They are for the grant type client_credentials, which is not registered.";
            problem(problems, "service_scopes", text);
        }
        for scope in scopes {
            // RFC 6749 3.3; a scope of people would look like one that a person granted.
            let allowed = |c: char| matches!(c, '!' | '#'..='[' | ']'..='~');
            if scope.is_empty() || scope.len() > LONGEST_NAME || !scope.chars().all(allowed) {
                problem(problems, "service_scopes", &format!("{scope:?} is no scope."));
            } else if Scope::parse(scope).is_some_and(|scope| !scope.is_api()) {
                problem(problems, "service_scopes", &format!("{scope} is about people."));
            }
        }
        self.check_list("service_scopes", scopes, problems);
        if self.introspects && self.auth_method == AuthMethod::None {
            problem(problems, "introspects", "Introspection is for clients that can prove themselves.");
        }
    }

    /// How long tokens live.
    pub(super) fn check_lives(&self, problems: &mut Vec<ClientProblem>) {
        let lives = [
            ("access_token_seconds", self.tokens.access_seconds, TOKEN_LIFE),
            ("id_token_seconds", self.tokens.id_seconds, TOKEN_LIFE),
            ("refresh_idle_seconds", self.refresh.idle_seconds, REFRESH_LIFE),
            ("refresh_absolute_seconds", self.refresh.absolute_seconds, REFRESH_LIFE),
        ];
        for (field, seconds, (least, most)) in lives {
            if !(least..=most).contains(&seconds) {
                problem(problems, field, &format!("{seconds} is not from {least} to {most}."));
            }
        }
    }

    /// Resource servers (RFC 8707 2), origins of scripts, and names for levels.
    pub(super) fn check_names(&self, development: bool, problems: &mut Vec<ClientProblem>) {
        for resource in &self.tokens.resources {
            if !resource::is_sound(resource) {
                let text = format!("{resource}: is no absolute URI without a fragment (https, http or urn).");
                problem(problems, "resources", &text);
            }
        }
        self.check_list("resources", &self.tokens.resources, problems);
        for origin in &self.origins {
            if let Some(why) = origin_problem(origin, development) {
                problem(problems, "origins", &format!("{origin}: {why}"));
            }
        }
        self.check_list("origins", &self.origins, problems);
        for name in self.acr_aliases.keys() {
            let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\"\\".contains(&byte);
            if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(allowed) {
                problem(problems, "acr_aliases", &format!("{name:?} is no name of a level."));
            } else if Acr::parse(name).is_some() {
                problem(problems, "acr_aliases", &format!("{name} is a name of ours."));
            }
        }
        if self.acr_aliases.len() > MOST {
            problem(problems, "acr_aliases", "More than 64 entries.");
        }
    }

    fn check_list(&self, field: &'static str, list: &[String], problems: &mut Vec<ClientProblem>) {
        if list.len() > MOST {
            return problem(problems, field, "More than 64 entries.");
        }
        for (index, entry) in list.iter().enumerate() {
            if list[..index].contains(entry) {
                problem(problems, field, &format!("{entry}: is listed twice"));
            }
        }
    }
}

/// What is wrong with an origin (RFC 6454 6.2), as browsers write it: it is compared byte by byte.
fn origin_problem(origin: &str, development: bool) -> Option<&'static str> {
    let Ok(url) = Url::parse(origin) else { return Some("is no origin") };
    if url.origin().ascii_serialization() != origin || origin.contains('*') {
        return Some("is no exact origin: scheme, host and port alone, in lower case");
    }
    let here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    match url.scheme() {
        "https" => None,
        "http" if development && here => None,
        _ => Some("must be https"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{native_client, web_client};
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn each_unsound_setting_names_its_key() {
        type Spoil = fn(&mut ClientPolicy);
        let service = |c: &mut ClientPolicy| {
            c.grant_types.insert(GrantType::ClientCredentials);
        };
        let cases: [(&str, Spoil); 22] = [
            ("grant_types", |c| c.grant_types = BTreeSet::from([GrantType::RefreshToken])),
            ("service_scopes", |c| c.tokens.service_scopes = vec!["a".into()]),
            ("resources", |c| c.tokens.resources = vec!["/r4".into()]),
            ("resources", |c| c.tokens.resources = vec!["https://fhir.example/#x".into()]),
            ("resources", |c| c.tokens.resources = vec!["file:///x".into()]),
            ("resources", |c| c.tokens.resources = vec!["urn:a".into(), "urn:a".into()]),
            ("origins", |c| c.origins = vec!["https://app.example/".into()]),
            ("origins", |c| c.origins = vec!["https://*.example".into()]),
            ("origins", |c| c.origins = vec!["https://app.example:443".into()]),
            ("origins", |c| c.origins = vec!["https://APP.example".into()]),
            ("origins", |c| c.origins = vec!["http://app.example".into()]),
            ("origins", |c| c.origins = vec!["http://localhost:3000".into()]),
            ("origins", |c| c.origins = vec!["null".into()]),
            ("origins", |c| c.origins = vec!["*".into()]),
            ("access_token_seconds", |c| c.tokens.access_seconds = 59),
            ("id_token_seconds", |c| c.tokens.id_seconds = 86_401),
            ("refresh_idle_seconds", |c| c.refresh.idle_seconds = 0),
            ("refresh_absolute_seconds", |c| c.refresh.absolute_seconds = u32::MAX),
            ("acr_aliases", |c| c.acr_aliases = BTreeMap::from([("a b".into(), Acr::Pwd)])),
            ("acr_aliases", |c| c.acr_aliases = BTreeMap::from([(String::new(), Acr::Pwd)])),
            ("acr_aliases", |c| c.acr_aliases = BTreeMap::from([("urn:wardgate:acr:pwd".into(), Acr::Pwd)])),
            ("grant_types", |c| c.grant_types.clear()),
        ];
        for (at, (field, spoil)) in cases.into_iter().enumerate() {
            let mut client = web_client();
            spoil(&mut client);
            let problems = client.validate(false);
            let fields: Vec<_> = problems.iter().map(|problem| problem.field).collect();
            assert_eq!(fields, [field], "row {at}: {problems:?}");
        }
        for scope in ["", "a b", "a\"b", "openid", "wardgate:staff", &"a".repeat(129)] {
            let mut client = web_client();
            service(&mut client);
            client.tokens.service_scopes = vec![scope.to_owned()];
            let fields: Vec<_> = client.validate(false).iter().map(|problem| problem.field).collect();
            assert_eq!(fields, ["service_scopes"], "{scope}");
        }
    }

    #[test]
    fn a_client_that_can_prove_nothing_is_no_service_and_no_resource_server() {
        let mut client = native_client();
        client.grant_types.insert(GrantType::ClientCredentials);
        client.tokens.service_scopes = vec!["rota:read".into()];
        client.introspects = true;
        let fields: Vec<_> = client.validate(false).iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["grant_types", "introspects"]);
    }

    #[test]
    fn a_service_needs_no_redirect_uri_and_no_openid() {
        let mut service = ClientPolicy::new("service", Vec::new());
        service.grant_types = BTreeSet::from([GrantType::ClientCredentials]);
        service.scopes.clear();
        service.tokens.service_scopes = vec!["rota:read".into()];
        assert_eq!(service.validate(false), []);
        service.grant_types.insert(GrantType::AuthorizationCode);
        let fields: Vec<_> = service.validate(false).iter().map(|problem| problem.field).collect();
        assert_eq!(fields, ["redirect_uris", "scopes"]);
    }

    #[test]
    fn origins_of_this_machine_are_for_development() {
        let mut client = web_client();
        client.origins = vec!["http://localhost:3000".into(), "https://app.example:8443".into()];
        assert_eq!(client.validate(true), []);
        client.origins = vec!["http://app.example".into()];
        assert_eq!(client.validate(true).len(), 1);
    }
}
