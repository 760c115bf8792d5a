//! What the client learns of a person: ID token and UserInfo (OIDC Core 2, 5).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::acr::Amr;
use super::claims::{PersonClaims, Value};
use super::error::OAuthError;
use super::params::Params;

/// The claims of an ID token (OIDC Core 2). Times are whole seconds since 1970 in UTC. What a scope opens is at the
/// UserInfo endpoint, not here (OIDC Core 5.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The person, as this client may know them.
    pub sub: String,
    /// The client; always one.
    pub aud: String,
    /// When the token ends.
    pub exp: i64,
    /// When the token was made.
    pub iat: i64,
    /// When the person signed in, with all factors.
    pub auth_time: i64,
    /// The nonce of the authorization request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How strongly the person signed in, in the client's own word if it has one.
    pub acr: String,
    /// By which means.
    pub amr: Vec<Amr>,
    /// The left half of the access token's hash (OIDC Core 3.1.3.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// The session at this server (Back-Channel Logout 2.1).
    pub sid: String,
    /// Unique to each token (RFC 7519 4.1.7).
    pub jti: String,
    /// What the scopes open, for a client that reads it here and not at the UserInfo endpoint.
    #[serde(flatten)]
    pub known: Option<PersonClaims>,
}

impl IdTokenClaims {
    /// The names of the claims, for the metadata.
    pub const NAMES: [&'static str; 12] =
        ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash", "sid", "jti"];
}

/// The facts about a person from which claims are made.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The subject: 1 to 255 ASCII characters (OIDC Core 2).
    pub sub: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The whole name, in the person's order.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Whether the address is proven.
    pub email_verified: bool,
    /// Phone number in E.164 form.
    pub phone_number: Option<String>,
    /// Whether the number is proven.
    pub phone_number_verified: bool,
    /// Language tag (BCP 47).
    pub locale: Option<String>,
    /// When any of these last changed, in seconds since 1970.
    pub updated_at: i64,
    /// What the person is at work.
    pub staff: Staff,
}

/// What somebody is at work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staff {
    /// One of the closed list of professions.
    pub profession: String,
    /// The organisation of the first place.
    pub organisation: Option<String>,
    /// The names of the teams.
    pub teams: Vec<String>,
    /// The roles, each once.
    pub roles: Vec<String>,
}

/// A person's data is not for logs: only the subject is printed.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Person").field("sub", &self.sub).finish_non_exhaustive()
    }
}

/// The answer of the UserInfo endpoint (OIDC Core 5.3.2): the subject, and what the scopes open.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct UserInfo {
    sub: String,
    #[serde(flatten)]
    known: PersonClaims,
}

impl UserInfo {
    /// The subject, and what is told of the person.
    #[must_use]
    pub const fn new(sub: String, known: PersonClaims) -> Self {
        Self { sub, known }
    }
}

impl Person {
    /// The value of a claim by its name (OIDC Core 5.1), as far as this server has it.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<Value> {
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        match name {
            "name" => text(&self.name),
            "given_name" => text(&self.given_name),
            "family_name" => text(&self.family_name),
            "locale" => self.locale.clone().map(Value::Text),
            "updated_at" => Some(Value::Number(self.updated_at)),
            "email" => text(&self.email),
            "email_verified" => Some(Value::Flag(self.email_verified)),
            "phone_number" => self.phone_number.clone().map(Value::Text),
            "phone_number_verified" => {
                self.phone_number.is_some().then_some(Value::Flag(self.phone_number_verified))
            }
            "profession" => text(&self.staff.profession),
            "organisation" => self.staff.organisation.clone().map(Value::Text),
            "teams" => Some(Value::Texts(self.staff.teams.clone())),
            "roles" => Some(Value::Texts(self.staff.roles.clone())),
            _ => None,
        }
    }
}

/// A person's data is not for logs: only the subject is printed.
impl fmt::Debug for UserInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserInfo").field("sub", &self.sub).finish_non_exhaustive()
    }
}

/// The longest ID token that is taken as a hint, in bytes.
const MAX_HINT: usize = 8192;

/// An ID token that a client sends back as a hint (OIDC Core 3.1.2.1, RP-Initiated Logout 2). It proves nothing until
/// `keys` has verified it and the caller has checked issuer and audience (A72). Not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IdTokenHint(String);

impl IdTokenHint {
    /// Takes the parameter `id_token_hint`.
    ///
    /// # Errors
    /// `invalid_request` for a hint that is too long to be a token of ours.
    pub fn take(params: &Params) -> Result<Option<Self>, OAuthError> {
        match params.get("id_token_hint") {
            Some(hint) if hint.len() > MAX_HINT => {
                Err(OAuthError::invalid_request("id_token_hint is too long."))
            }
            hint => Ok(hint.map(|hint| Self(hint.to_owned()))),
        }
    }

    /// The token, to be verified.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for IdTokenHint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdTokenHint(..)")
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::claims::{Wishes, open};
    use super::super::scope::Scope;
    use super::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    /// Somebody with every claim.
    pub(in crate::protocol) fn ada() -> Person {
        Person {
            sub: "p-1".into(),
            given_name: "Ada".into(),
            family_name: "King".into(),
            name: "Ada King".into(),
            email: "ada@example.com".into(),
            email_verified: true,
            phone_number: Some("+441632960001".into()),
            phone_number_verified: true,
            locale: Some("en-GB".into()),
            updated_at: 1_700_000_000,
            staff: Staff {
                profession: "nurse".into(),
                organisation: Some("Northshore".into()),
                teams: vec!["Cardiology".into()],
                roles: vec!["clinician".into()],
            },
        }
    }

    fn userinfo(person: &Person, scopes: &BTreeSet<Scope>) -> UserInfo {
        let none = Wishes::new();
        let open = open(scopes, &none, scopes);
        UserInfo::new(person.sub.clone(), PersonClaims::of(person, &open, scopes, &none))
    }

    fn claims(info: &UserInfo) -> BTreeSet<String> {
        let serde_json::Value::Object(members) = serde_json::to_value(info).unwrap() else {
            panic!("not an object")
        };
        members.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn userinfo_gives_what_the_scopes_open_and_nothing_else() {
        for bits in 0..8_u8 {
            let chosen = [Scope::Profile, Scope::Email, Scope::Phone];
            let chosen = chosen.into_iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
            let scopes: BTreeSet<_> = chosen.map(|(_, scope)| scope).chain([Scope::Openid]).collect();
            let expected =
                scopes.iter().flat_map(|scope| scope.claims()).map(|&name| name.to_owned()).collect();
            assert_eq!(claims(&userinfo(&ada(), &scopes)), expected, "{scopes:?}");
        }
    }

    #[test]
    fn userinfo_has_no_empty_members() {
        let person = Person { phone_number: None, locale: None, ..ada() };
        let info = userinfo(&person, &BTreeSet::from([Scope::Profile, Scope::Email, Scope::Phone]));
        let expected = json!({
            "sub": "p-1", "name": "Ada King", "given_name": "Ada", "family_name": "King",
            "updated_at": 1_700_000_000, "email": "ada@example.com", "email_verified": true,
        });
        assert_eq!(serde_json::to_value(&info).unwrap(), expected);
    }

    #[test]
    fn an_id_token_has_the_claims_of_oidc_core_2() {
        let mut token = IdTokenClaims {
            iss: "https://id.example.com".into(),
            sub: "p-1".into(),
            aud: "dashboard".into(),
            exp: 1_700_000_300,
            iat: 1_700_000_000,
            auth_time: 1_699_999_990,
            nonce: Some("n".into()),
            acr: "urn:wardgate:acr:aal2-restricted".into(),
            amr: vec![Amr::Pwd, Amr::Sms, Amr::Mfa],
            at_hash: Some("77QmUPtjPfzWtF2AnpK9RQ".into()),
            sid: "s-1".into(),
            jti: "t-1".into(),
            known: None,
        };
        let value = serde_json::to_value(&token).unwrap();
        assert_eq!(value["aud"], "dashboard");
        assert_eq!(value["acr"], "urn:wardgate:acr:aal2-restricted");
        assert_eq!(value["amr"], json!(["pwd", "sms", "mfa"]));
        let names: BTreeSet<&str> = value.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, BTreeSet::from(IdTokenClaims::NAMES));
        (token.nonce, token.at_hash) = (None, None);
        let value = serde_json::to_value(&token).unwrap();
        assert!(value.get("nonce").is_none() && value.get("at_hash").is_none());
    }

    #[test]
    fn personal_data_is_never_printed() {
        let printed = format!("{:?} {:?}", ada(), userinfo(&ada(), &BTreeSet::from(Scope::ALL)));
        assert!(
            !printed.contains("Ada") && !printed.contains("ada@") && !printed.contains("+44"),
            "{printed}"
        );
        let hint = IdTokenHint::take(&Params::parse(b"id_token_hint=a.b.c").unwrap()).unwrap().unwrap();
        assert_eq!((format!("{hint:?}").as_str(), hint.expose()), ("IdTokenHint(..)", "a.b.c"));
    }
}
