//! What a client says of itself in a signed assertion (RFC 7523 3). The signature is checked before by `keys`.

use serde::Deserialize;

use super::client::AssertionAudience;

/// Seconds by which clocks may differ.
const SKEW: i64 = 60;
/// The longest life that is left when an assertion comes, in seconds.
const LONGEST: i64 = 300;
/// The longest `jti`, in bytes.
const MAX_JTI: usize = 512;

/// The claims of an assertion. Others are of no matter.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct AssertionClaims {
    iss: String,
    sub: String,
    aud: Audience,
    /// Times may have fractions (RFC 7519 2).
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
    jti: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Whom an assertion has to be for.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The policy of the client.
    pub audience: AssertionAudience,
    /// Our issuer identifier.
    pub issuer: &'a str,
    /// Our token endpoint.
    pub token_endpoint: &'a str,
}

/// What is left to do with sound claims: to spend the `jti`, and to remember it until a moment at which the assertion
/// is too old anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound<'a> {
    /// The id of the assertion among those of its client.
    pub jti: &'a str,
    /// Seconds since 1970.
    pub until: i64,
}

impl AssertionClaims {
    /// Checks everything but the signature and whether the assertion came before.
    ///
    /// # Errors
    /// What is wrong, for our log: the client is told only that it did not prove itself.
    pub fn check(
        &self,
        client_id: &str,
        recipient: Recipient<'_>,
        now: i64,
    ) -> Result<Sound<'_>, &'static str> {
        if self.iss != client_id || self.sub != client_id {
            return Err("iss and sub are not both the client id");
        }
        // An assertion that is for somebody else too could be passed on to us by them (I52).
        let audience = match &self.aud {
            Audience::One(audience) => audience,
            Audience::Many(several) => match several.as_slice() {
                [audience] => audience,
                _ => return Err("aud is not one audience alone"),
            },
        };
        if !recipient.audience.accepts(audience, recipient.issuer, recipient.token_endpoint) {
            return Err("aud is another audience");
        }
        self.check_times(now)?;
        if self.jti.is_empty() || self.jti.len() > MAX_JTI {
            return Err("jti is empty or too long");
        }
        Ok(Sound { jti: &self.jti, until: now + LONGEST + 2 * SKEW })
    }

    fn check_times(&self, now: i64) -> Result<(), &'static str> {
        let at = |seconds: i64| seconds as f64;
        if self.exp <= at(now - SKEW) {
            return Err("exp is over");
        }
        if self.exp > at(now + LONGEST + SKEW) {
            return Err("exp is more than five minutes ahead");
        }
        let later = |time: Option<f64>| time.is_some_and(|time| time > at(now + SKEW));
        if later(self.nbf) || later(self.iat) {
            return Err("nbf or iat is ahead");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: i64 = 1_795_510_800;
    const ISSUER: &str = "https://id.example.com";
    const TOKEN: &str = "https://id.example.com/token";

    fn check(policy: AssertionAudience, change: Value) -> Result<i64, String> {
        let mut claims = json!({ "iss": "app", "sub": "app", "aud": ISSUER, "exp": NOW + 60, "jti": "1" });
        for (name, value) in change.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        let claims: AssertionClaims = serde_json::from_value(claims).map_err(|error| error.to_string())?;
        let recipient = Recipient { audience: policy, issuer: ISSUER, token_endpoint: TOKEN };
        claims.check("app", recipient, NOW).map(|sound| sound.until).map_err(str::to_owned)
    }

    #[test]
    fn sound_claims_are_remembered_until_they_are_too_old_anyway() {
        for change in [
            json!({}),
            json!({ "aud": [ISSUER] }),
            json!({ "exp": NOW + 360 }),
            json!({ "exp": NOW - 59 }),
            json!({ "exp": 1_795_510_830.5 }),
            json!({ "iat": NOW + 60, "nbf": NOW + 60 }),
            json!({ "iat": NOW - 9999, "extra": { "a": [1] } }),
        ] {
            let until = check(AssertionAudience::Issuer, change.clone()).unwrap();
            assert!(until >= NOW + 360 + 60, "{change}");
        }
    }

    #[test]
    fn each_unsound_claim_is_refused_a83_i52() {
        for change in [
            json!({ "iss": "other" }),
            json!({ "sub": "other" }),
            json!({ "iss": "other", "sub": "other" }),
            json!({ "iss": null }),
            json!({ "sub": null }),
            json!({ "aud": null }),
            json!({ "aud": "https://other.example.com" }),
            json!({ "aud": [ISSUER, "https://other.example.com"] }),
            json!({ "aud": [ISSUER, ISSUER] }),
            json!({ "aud": [ISSUER, TOKEN] }),
            json!({ "aud": [] }),
            json!({ "aud": "" }),
            json!({ "aud": "https://id.example.com/" }),
            json!({ "aud": "HTTPS://id.example.com" }),
            json!({ "aud": { "0": ISSUER } }),
            json!({ "exp": null }),
            json!({ "exp": NOW - 60 }),
            json!({ "exp": NOW + 361 }),
            json!({ "exp": NOW + 600 }),
            json!({ "exp": "1795510860" }),
            json!({ "exp": 1e300 }),
            json!({ "exp": -1 }),
            json!({ "nbf": NOW + 61 }),
            json!({ "iat": NOW + 61 }),
            json!({ "jti": null }),
            json!({ "jti": "" }),
            json!({ "jti": 7 }),
            json!({ "jti": "x".repeat(MAX_JTI + 1) }),
        ] {
            for policy in [AssertionAudience::Issuer, AssertionAudience::TokenEndpoint] {
                assert!(check(policy, change.clone()).is_err(), "{policy:?} {change}");
            }
        }
    }

    #[test]
    fn the_token_endpoint_is_an_audience_only_by_setting_a83() {
        for audience in [json!(TOKEN), json!([TOKEN])] {
            let change = json!({ "aud": audience });
            assert!(check(AssertionAudience::Issuer, change.clone()).is_err());
            assert!(check(AssertionAudience::TokenEndpoint, change).is_ok());
        }
    }
}
