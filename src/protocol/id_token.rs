//! What the client learns of a person: ID token and UserInfo (OIDC Core 2, 5).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::acr::{Acr, Amr};
use super::error::OAuthError;
use super::params::Params;
use super::scope::Scope;

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
    /// How strongly the person signed in.
    pub acr: Acr,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Staff {
    /// One of the closed list of professions.
    pub profession: String,
    /// The organisation of the first place.
    #[serde(skip_serializing_if = "Option::is_none")]
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

/// What scopes open of a person.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct PersonClaims {
    #[serde(flatten)]
    profile: Option<Profile>,
    #[serde(flatten)]
    email: Option<Email>,
    #[serde(flatten)]
    phone: Option<Phone>,
    #[serde(flatten)]
    staff: Option<Staff>,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
struct Profile {
    name: String,
    given_name: String,
    family_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<String>,
    updated_at: i64,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
struct Email {
    email: String,
    email_verified: bool,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
struct Phone {
    phone_number: String,
    phone_number_verified: bool,
}

impl UserInfo {
    /// The subject and what these scopes open, and nothing else (OIDC Core 5.4).
    #[must_use]
    pub fn of(person: &Person, scopes: &BTreeSet<Scope>) -> Self {
        Self { sub: person.sub.clone(), known: PersonClaims::of(person, scopes) }
    }
}

impl PersonClaims {
    /// What these scopes open (OIDC Core 5.4).
    #[must_use]
    pub fn of(person: &Person, scopes: &BTreeSet<Scope>) -> Self {
        let profile = || Profile {
            name: person.name.clone(),
            given_name: person.given_name.clone(),
            family_name: person.family_name.clone(),
            locale: person.locale.clone(),
            updated_at: person.updated_at,
        };
        let email = || Email { email: person.email.clone(), email_verified: person.email_verified };
        let phone = |number: &String| Phone {
            phone_number: number.clone(),
            phone_number_verified: person.phone_number_verified,
        };
        Self {
            profile: scopes.contains(&Scope::Profile).then(profile),
            email: scopes.contains(&Scope::Email).then(email),
            phone: person.phone_number.as_ref().filter(|_| scopes.contains(&Scope::Phone)).map(phone),
            staff: scopes.contains(&Scope::Staff).then(|| person.staff.clone()),
        }
    }
}

/// A person's data is not for logs.
impl fmt::Debug for PersonClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PersonClaims").finish_non_exhaustive()
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
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn ada() -> Person {
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

    fn claims(info: &UserInfo) -> BTreeSet<String> {
        let Value::Object(members) = serde_json::to_value(info).unwrap() else { panic!("not an object") };
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
            assert_eq!(claims(&UserInfo::of(&ada(), &scopes)), expected, "{scopes:?}");
        }
    }

    #[test]
    fn userinfo_has_no_empty_members() {
        let person = Person { phone_number: None, locale: None, ..ada() };
        let info = UserInfo::of(&person, &BTreeSet::from([Scope::Profile, Scope::Email, Scope::Phone]));
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
            acr: Acr::Aal2Restricted,
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
        let printed = format!("{:?} {:?}", ada(), UserInfo::of(&ada(), &BTreeSet::from(Scope::ALL)));
        assert!(
            !printed.contains("Ada") && !printed.contains("ada@") && !printed.contains("+44"),
            "{printed}"
        );
        let hint = IdTokenHint::take(&Params::parse(b"id_token_hint=a.b.c").unwrap()).unwrap().unwrap();
        assert_eq!((format!("{hint:?}").as_str(), hint.expose()), ("IdTokenHint(..)", "a.b.c"));
    }
}
