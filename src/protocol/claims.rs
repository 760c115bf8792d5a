//! The `claims` parameter (OIDC Core 5.5): claims that a client asks for one by one, and what of a person may be told.
//! Its JSON is read by the caller, since the rules of this folder know no JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::OAuthError;
use super::id_token::Person;
use super::params::Params;
use super::scope::Scope;

/// The longest `claims`, in bytes.
const MAX_CLAIMS: usize = 8192;

/// Claims by name, each with what was said of it.
pub type Wishes = BTreeMap<String, Option<Wish>>;

/// What was asked for, and where. Members that this server does not know are ignored (OIDC Core 5.5).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClaimsRequest {
    /// To be in the ID token.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub id_token: Wishes,
    /// To be at the UserInfo endpoint.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub userinfo: Wishes,
}

/// What was said of one claim (OIDC Core 5.5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wish {
    /// Whether the client cannot do without it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub essential: bool,
    /// The one value that is of use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values that are of use, best first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<Value>>,
}

/// The value of a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// Words.
    Text(String),
    /// A list of words.
    Texts(Vec<String>),
}

impl ClaimsRequest {
    /// The parameter `claims`, to be read as JSON.
    ///
    /// # Errors
    /// `invalid_request` for one that is too long.
    pub fn take(params: &Params) -> Result<Option<&str>, OAuthError> {
        match params.get("claims") {
            Some(text) if text.len() > MAX_CLAIMS => {
                Err(OAuthError::invalid_request("claims is longer than 8192 bytes."))
            }
            text => Ok(text),
        }
    }

    /// Leaves the claims about people that these scopes open.
    pub fn retain(&mut self, allowed: &BTreeSet<Scope>) {
        let known: BTreeSet<&str> = allowed.iter().flat_map(|scope| scope.claims()).copied().collect();
        self.id_token.retain(|name, _| known.contains(name.as_str()));
        self.userinfo.retain(|name, _| known.contains(name.as_str()));
    }

    /// What was said of a claim of the ID token.
    #[must_use]
    pub fn of_id_token(&self, name: &str) -> Option<&Wish> {
        self.id_token.get(name)?.as_ref()
    }

    /// The one subject that the client will take, wherever it said so (OIDC Core 5.5.1).
    ///
    /// # Errors
    /// `invalid_request` where it named two.
    pub fn subject(&self) -> Result<Option<&str>, OAuthError> {
        let named = |wishes: &'_ Wishes| wishes.get("sub").and_then(|wish| wish.as_ref()?.value.clone());
        match (named(&self.id_token), named(&self.userinfo)) {
            (Some(one), Some(other)) if one != other => {
                Err(OAuthError::invalid_request("claims names two values of sub."))
            }
            _ => {
                let wishes = [&self.id_token, &self.userinfo];
                let wish = wishes.iter().find_map(|wishes| wishes.get("sub")?.as_ref()?.value.as_ref());
                Ok(wish.map(|value| match value {
                    Value::Text(sub) => sub.as_str(),
                    // No subject is anything but text: nobody is meant.
                    Value::Flag(_) | Value::Number(_) | Value::Texts(_) => "",
                }))
            }
        }
    }

    /// The scopes that would have opened what was asked for by name: what a person who is asked has to know.
    #[must_use]
    pub fn scopes(&self, allowed: &BTreeSet<Scope>) -> BTreeSet<Scope> {
        let names = || self.id_token.keys().chain(self.userinfo.keys());
        let wanted = |scope: &&Scope| {
            **scope != Scope::Openid && names().any(|name| scope.claims().contains(&name.as_str()))
        };
        allowed.iter().filter(wanted).copied().collect()
    }
}

impl Wish {
    /// Whether a value is one of those that are of use; every one is where none is named.
    #[must_use]
    pub fn takes(&self, value: &Value) -> bool {
        let mut named = self.named().peekable();
        named.peek().is_none() || named.any(|wanted| wanted == value)
    }

    /// The values that are of use, best first.
    pub fn named(&self) -> impl Iterator<Item = &Value> {
        self.value.iter().chain(self.values.iter().flatten())
    }
}

/// The names of the claims that may be told: what the scopes open, and what was asked for by name as far as a scope
/// that the client may have opens it.
#[must_use]
pub fn open(scopes: &BTreeSet<Scope>, wishes: &Wishes, allowed: &BTreeSet<Scope>) -> BTreeSet<&'static str> {
    let by_scope = scopes.iter().flat_map(|scope| scope.claims());
    let by_name = allowed.iter().flat_map(|scope| scope.claims()).filter(|name| wishes.contains_key(**name));
    by_scope.chain(by_name).copied().filter(|name| *name != "sub").collect()
}

/// What is told of a person.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct PersonClaims(BTreeMap<&'static str, Value>);

impl PersonClaims {
    /// The open claims that the person has. One that was asked for with a value that the person does not have is left
    /// out, unless a scope opens it anyway.
    #[must_use]
    pub fn of(
        person: &Person,
        open: &BTreeSet<&'static str>,
        scopes: &BTreeSet<Scope>,
        wishes: &Wishes,
    ) -> Self {
        let by_scope = |name: &str| scopes.iter().any(|scope| scope.claims().contains(&name));
        let fits = |name: &str, value: &Value| {
            by_scope(name) || wishes.get(name).and_then(Option::as_ref).is_none_or(|wish| wish.takes(value))
        };
        let told = open.iter().filter_map(|name| Some((*name, person.claim(name)?)));
        Self(told.filter(|(name, value)| fits(name, value)).collect())
    }

    /// Whether nothing is told.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// A person's data is not for logs: names only.
impl fmt::Debug for PersonClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::id_token::tests::ada;
    use super::*;
    use serde_json::json;

    fn request(value: serde_json::Value) -> ClaimsRequest {
        serde_json::from_value(value).unwrap()
    }

    fn told(asked: serde_json::Value, scopes: &[Scope], allowed: &[Scope]) -> serde_json::Value {
        let wishes = request(json!({ "userinfo": asked })).userinfo;
        let (scopes, allowed) = (scopes.iter().copied().collect(), allowed.iter().copied().collect());
        let open = open(&scopes, &wishes, &allowed);
        serde_json::to_value(PersonClaims::of(&ada(), &open, &scopes, &wishes)).unwrap()
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        let it = request(json!({
            "userinfo": {
                "given_name": { "essential": true }, "nickname": null, "email": { "essential": true },
                "http://example.info/claims/groups": null,
            },
            "id_token": {
                "auth_time": { "essential": true }, "acr": { "values": ["urn:mace:incommon:iap:silver"] },
            },
            "verified_claims": { "x": {} },
        }));
        assert!(it.userinfo["given_name"].as_ref().unwrap().essential && it.userinfo["nickname"].is_none());
        assert_eq!(it.of_id_token("acr").unwrap().named().count(), 1);
        assert_eq!(serde_json::from_value::<ClaimsRequest>(serde_json::to_value(&it).unwrap()).unwrap(), it);
        for broken in [json!("x"), json!({ "userinfo": [] }), json!({ "id_token": { "acr": "x" } })] {
            assert!(serde_json::from_value::<ClaimsRequest>(broken).is_err());
        }
    }

    #[test]
    fn a_claim_by_name_is_told_where_the_client_may_have_its_scope() {
        let (openid, email, profile) = (Scope::Openid, Scope::Email, Scope::Profile);
        let table = [
            (
                json!({ "email": null }),
                vec![openid],
                vec![openid, email],
                json!({ "email": "ada@example.com" }),
            ),
            (json!({ "email": null }), vec![openid], vec![openid], json!({})),
            (
                json!({ "sub": null, "password": null, "nickname": null }),
                vec![openid],
                vec![openid, email],
                json!({}),
            ),
            (
                json!({ "family_name": { "value": "King" }, "given_name": { "values": ["Ben", "Eve"] } }),
                vec![openid],
                vec![openid, profile],
                json!({ "family_name": "King" }),
            ),
            (
                json!({ "email": { "value": "other@example.com" } }),
                vec![openid, email],
                vec![openid, email],
                json!({ "email": "ada@example.com", "email_verified": true }),
            ),
        ];
        for (asked, scopes, allowed, expected) in table {
            assert_eq!(told(asked.clone(), &scopes, &allowed), expected, "{asked}");
        }
    }

    #[test]
    fn a_subject_is_one() {
        let sub = |value: serde_json::Value| request(value).subject().map(|sub| sub.map(str::to_owned)).ok();
        assert_eq!(sub(json!({})), Some(None));
        assert_eq!(sub(json!({ "id_token": { "sub": { "value": "a" } } })), Some(Some("a".to_owned())));
        assert_eq!(sub(json!({ "userinfo": { "sub": { "value": 7 } } })), Some(Some(String::new())));
        let two = json!({ "id_token": { "sub": { "value": "a" } }, "userinfo": { "sub": { "value": "b" } } });
        assert_eq!(sub(two), None);
    }

    #[test]
    fn who_is_asked_learns_of_the_scopes_behind_the_names() {
        let all = BTreeSet::from(Scope::ALL);
        let it = request(
            json!({ "userinfo": { "phone_number": null, "sub": null }, "id_token": { "email": null } }),
        );
        assert_eq!(it.scopes(&all), BTreeSet::from([Scope::Email, Scope::Phone]));
    }

    #[test]
    fn what_no_allowed_scope_opens_is_not_kept() {
        let mut it = request(
            json!({ "userinfo": { "email": null, "x": null }, "id_token": { "acr": null, "name": null } }),
        );
        it.retain(&BTreeSet::from([Scope::Openid, Scope::Email]));
        assert_eq!(it, request(json!({ "userinfo": { "email": null } })));
    }

    #[test]
    fn it_is_bounded() {
        let params = |length| Params::parse(format!("claims={}", "x".repeat(length)).as_bytes()).unwrap();
        assert!(ClaimsRequest::take(&params(MAX_CLAIMS)).is_ok());
        assert!(ClaimsRequest::take(&params(MAX_CLAIMS + 1)).is_err());
    }
}
