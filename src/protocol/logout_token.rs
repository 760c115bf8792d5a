//! What an application is told when a session ended (OpenID Connect Back-Channel Logout 1.0, 2.4).

use serde::Serialize;

/// Seconds for which a logout token is good: two minutes at most (Back-Channel Logout 4).
pub const LIFE: i64 = 120;

/// The claims of a logout token. It has no nonce, so that it is never taken for an ID token. Times are whole seconds
/// since 1970 in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogoutTokenClaims {
    /// The issuer.
    pub iss: String,
    /// The person.
    pub sub: String,
    /// The client; always one.
    pub aud: String,
    /// When the token was made.
    pub iat: i64,
    /// When the token ends.
    pub exp: i64,
    /// The same in every try of one event, so that the client can tell a repeat.
    pub jti: String,
    /// What happened.
    pub events: Events,
    /// The session that ended, as it is in the client's ID tokens.
    pub sid: String,
}

/// The one event: that the session ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Events {
    #[serde(rename = "http://schemas.openid.net/event/backchannel-logout")]
    logout: Nothing,
}

/// An empty object: the event has no more to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Nothing {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logout_token_is_written_as_section_2_4_wants_it() {
        let claims = LogoutTokenClaims {
            iss: "https://id.example".to_owned(),
            sub: "p-1".to_owned(),
            aud: "rota".to_owned(),
            iat: 100,
            exp: 100 + LIFE,
            jti: "e-1".to_owned(),
            events: Events::default(),
            sid: "s-1".to_owned(),
        };
        let expected = serde_json::json!({
            "iss": "https://id.example", "sub": "p-1", "aud": "rota", "iat": 100, "exp": 220, "jti": "e-1",
            "events": { "http://schemas.openid.net/event/backchannel-logout": {} }, "sid": "s-1",
        });
        assert_eq!(serde_json::to_value(claims).unwrap(), expected);
    }
}
