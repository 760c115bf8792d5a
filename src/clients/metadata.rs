//! Client metadata of the standards (RFC 7591 2, OpenID Connect Registration 1.0 2, Back-Channel and RP-Initiated
//! Logout): read into what a `[[client]]` says, so that the same rules hold for it, and printed as registered. Nothing
//! that it names is fetched.

use super::Client;
use super::registration::NewClient;
use super::written::describe;
use crate::config::{ClientConfig, Problem};
use crate::protocol::client::{Application, AuthMethod, ClientPolicy, GrantType};
use crate::protocol::scope::{self, Scope};
use secrecy::SecretString;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A JSON object of metadata.
pub(super) type Object = Map<String, Value>;

/// Members whose name differs from that of the setting.
const NAMES: [(&str, &str); 10] = [
    ("id", "client_id"),
    ("name", "client_name"),
    ("secret", "client_secret"),
    ("application", "application_type"),
    ("auth_method", "token_endpoint_auth_method"),
    ("assertion_alg", "token_endpoint_auth_signing_alg"),
    ("scopes", "scope"),
    ("service_scopes", "scope"),
    ("id_token_alg", "id_token_signed_response_alg"),
    ("home_uri", "client_uri"),
];

/// What a client would count on and does not get: to leave it out without a word would break or weaken it.
const UNSUPPORTED: [(&str, &str); 17] = [
    ("software_statement", "is not accepted: nobody's statements are known here"),
    ("default_max_age", "is not supported: send max_age with each request"),
    ("sector_identifier_uri", "is not supported: a person has one subject for all applications"),
    ("id_token_encrypted_response_alg", "is not supported: ID tokens are signed"),
    ("id_token_encrypted_response_enc", "is not supported: ID tokens are signed"),
    ("userinfo_signed_response_alg", "is not supported: user info is plain JSON"),
    ("userinfo_encrypted_response_alg", "is not supported: user info is plain JSON"),
    ("userinfo_encrypted_response_enc", "is not supported: user info is plain JSON"),
    ("request_object_signing_alg", "is not supported: there are no request objects"),
    ("request_object_encryption_alg", "is not supported: there are no request objects"),
    ("require_signed_request_object", "is not supported: there are no request objects"),
    ("authorization_signed_response_alg", "is not supported: answers are not signed"),
    ("introspection_signed_response_alg", "is not supported: answers are plain JSON"),
    ("require_pushed_authorization_requests", "is not supported"),
    ("tls_client_certificate_bound_access_tokens", "is not supported"),
    ("dpop_bound_access_tokens", "is not supported"),
    ("frontchannel_logout_uri", "is not supported: use backchannel_logout_uri"),
];

/// Metadata that was read.
pub(super) struct Read {
    /// The client.
    pub(super) client: NewClient,
    /// The secret that it brings.
    pub(super) secret: Option<SecretString>,
    /// Members that mean nothing here (RFC 7591 2).
    pub(super) ignored: Vec<String>,
}

/// Reads an object; `key` names it in problems. `usual` holds the id for one that brings none, the profile, and
/// whether the client is somebody else's.
///
/// # Errors
/// Everything that is wrong, each by its member.
pub(super) fn read(
    key: &str,
    object: Object,
    usual: &ClientConfig,
    development: bool,
) -> Result<Read, Vec<Problem>> {
    let mut members = Members { key, object, problems: Vec::new() };
    let config = members.config(usual);
    members.refuse_unsupported();
    let Members { object, mut problems, .. } = members;
    let mut ignored: Vec<String> = object.into_iter().map(|(name, _)| name).collect();
    ignored.sort();
    let described = describe(key, &config, development);
    let client = match described {
        Ok(client) if problems.is_empty() => client,
        Ok(_) => return Err(problems),
        Err(more) => {
            for problem in more.into_iter().map(|problem| by_member(key, problem)) {
                // What could not be read is missing too; that is no second mistake.
                if problems.iter().all(|known| known.key != problem.key) {
                    problems.push(problem);
                }
            }
            return Err(problems);
        }
    };
    Ok(Read { client, secret: config.secret, ignored })
}

/// The same problem under the name of the member.
fn by_member(key: &str, problem: Problem) -> Problem {
    let field = problem.key.strip_prefix(key).and_then(|rest| rest.strip_prefix('.')).unwrap_or_default();
    match NAMES.iter().find(|(setting, _)| *setting == field) {
        Some((_, member)) => Problem::new(format!("{key}.{member}"), problem.text),
        None => problem,
    }
}

struct Members<'a> {
    key: &'a str,
    object: Object,
    problems: Vec<Problem>,
}

impl Members<'_> {
    fn wrong(&mut self, member: &str, text: impl Into<String>) {
        self.problems.push(Problem::new(format!("{}.{member}", self.key), text));
    }

    /// Takes a member; one that is null is not there.
    fn take<T: DeserializeOwned>(&mut self, member: &str) -> Option<T> {
        let value = self.object.remove(member).filter(|value| !value.is_null())?;
        match serde_json::from_value(value) {
            Ok(value) => Some(value),
            Err(error) => {
                let text = error.to_string();
                let wanted = text.split_once("expected ").map_or("something else", |(_, wanted)| wanted);
                self.wrong(member, format!("must be {wanted}"));
                None
            }
        }
    }

    fn config(&mut self, usual: &ClientConfig) -> ClientConfig {
        let id = self.take("client_id").unwrap_or_else(|| usual.id.clone());
        let auth_method: Option<String> = self.take("token_endpoint_auth_method");
        let grant_types: Option<Vec<String>> = self.take("grant_types");
        let is_service = grant_types.as_ref().is_some_and(|types| types.iter().any(|it| it == SERVICE));
        let (scopes, service_scopes) = self.scopes(is_service);
        self.check_response_types(grant_types.as_deref());
        self.check_fixed();
        ClientConfig {
            name: self.take("client_name").unwrap_or_else(|| id.clone()),
            secret: self.take::<String>("client_secret").map(SecretString::from),
            profile: usual.profile.clone(),
            third_party: usual.third_party,
            public: auth_method.as_deref() == Some(AuthMethod::None.as_str()),
            application: self.take("application_type"),
            redirect_uris: self.take("redirect_uris").unwrap_or_default(),
            post_logout_redirect_uris: self.take("post_logout_redirect_uris").unwrap_or_default(),
            initiate_login_uri: self.take("initiate_login_uri"),
            home_uri: self.take("client_uri"),
            backchannel_logout_uri: self.take("backchannel_logout_uri"),
            jwks: self.take::<Object>("jwks").map(|jwks| Value::Object(jwks).to_string()),
            jwks_uri: self.take("jwks_uri"),
            assertion_alg: self.take("token_endpoint_auth_signing_alg"),
            id_token_alg: self.take("id_token_signed_response_alg"),
            auth_method,
            grant_types,
            scopes,
            service_scopes,
            id,
            ..ClientConfig::default()
        }
    }

    /// One member holds the scopes of people and of services; the others are those of a service.
    fn scopes(&mut self, is_service: bool) -> (Option<Vec<String>>, Vec<String>) {
        let Some(text) = self.take::<String>("scope") else { return (None, Vec::new()) };
        let words = text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned);
        // A service has the API's scopes for its own tokens.
        let of_people = |word: &str| Scope::parse(word).is_some_and(|scope| !(is_service && scope.is_api()));
        let (known, others): (Vec<_>, Vec<_>) = words.partition(|word| of_people(word));
        if is_service || others.is_empty() {
            return (Some(known), others);
        }
        for word in others {
            self.wrong("scope", format!("`{word}` is no known scope"));
        }
        (Some(known), Vec::new())
    }

    /// RFC 7591 2.1: response types fit grant types.
    fn check_response_types(&mut self, grant_types: Option<&[String]>) {
        let Some(types) = self.take::<Vec<String>>("response_types") else { return };
        let code = GrantType::AuthorizationCode.as_str();
        let wants_code = grant_types.is_none_or(|types| types.iter().any(|name| name == code));
        if types.iter().any(|name| name != "code") {
            self.wrong("response_types", "must be code alone");
        } else if wants_code != types.iter().any(|name| name == "code") {
            self.wrong("response_types", "must have code just when grant_types has authorization_code");
        }
    }

    /// What is always so here.
    fn check_fixed(&mut self) {
        if self.take::<String>("subject_type").is_some_and(|name| name != "public") {
            self.wrong("subject_type", "must be public: a person has one subject for all applications");
        }
        // Every ID token has `auth_time`, every logout token has `sid`.
        let _: Option<bool> = self.take("require_auth_time");
        let _: Option<bool> = self.take("backchannel_logout_session_required");
    }

    fn refuse_unsupported(&mut self) {
        for (member, text) in UNSUPPORTED {
            match self.object.remove(member) {
                None | Some(Value::Null | Value::Bool(false)) => {}
                Some(_) => self.wrong(member, text),
            }
        }
    }
}

const SERVICE: &str = GrantType::ClientCredentials.as_str();

/// The metadata of a client as it is registered (RFC 7591 3.2.1), without anything secret.
pub(super) fn print(client: &Client) -> Object {
    let policy = &client.policy;
    let signs_people_in = policy.grant_types.contains(&GrantType::AuthorizationCode);
    let keys = &policy.assertions;
    let all = json!({
        "client_id": client.id,
        "client_name": client.name,
        "client_uri": client.home_uri,
        "redirect_uris": policy.redirect_uris,
        "post_logout_redirect_uris": policy.post_logout_redirect_uris,
        "initiate_login_uri": client.initiate_login_uri,
        "backchannel_logout_uri": policy.backchannel_logout_uri,
        "backchannel_logout_session_required": policy.backchannel_logout_uri.as_ref().map(|_| true),
        "application_type": if policy.application == Application::Native { "native" } else { "web" },
        "token_endpoint_auth_method": policy.auth_method.as_str(),
        "token_endpoint_auth_signing_alg": keys.alg.map(|alg| alg.as_str()),
        "jwks": keys.jwks.as_ref().and_then(|jwks| serde_json::from_str::<Value>(jwks).ok()),
        "jwks_uri": keys.jwks_uri,
        "grant_types": policy.grant_types.iter().map(|grant| grant.as_str()).collect::<Vec<_>>(),
        "response_types": signs_people_in.then_some("code").into_iter().collect::<Vec<_>>(),
        "scope": scope_of(policy),
        "subject_type": "public",
        "id_token_signed_response_alg": policy.id_token_alg.as_str(),
    });
    let Value::Object(all) = all else { return Object::new() };
    all.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

fn scope_of(policy: &ClientPolicy) -> String {
    let people = scope::print(&policy.scopes);
    let services = policy.tokens.service_scopes.iter().map(String::as_str);
    std::iter::once(people.as_str())
        .filter(|text| !text.is_empty())
        .chain(services)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
