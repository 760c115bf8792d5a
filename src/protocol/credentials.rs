//! How a client says who it is at the token endpoint (RFC 6749 2.3, OIDC Core 9).

use std::fmt;

use super::client::{AuthMethod, ClientPolicy};
use super::error::OAuthError;
use super::params::{Params, form_decode};

/// A client secret as it came. Never printed; to be hashed and compared by the caller.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// The characters, to be hashed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

/// `client_assertion_type` of a JWT (RFC 7523 2.2).
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A JWT with which a client proves itself, as it came. Never printed; it is good for one use.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientAssertion(String);

impl ClientAssertion {
    /// The characters, to be verified.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientAssertion(..)")
    }
}

/// What a client claims to be and how it proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientCredentials {
    /// HTTP Basic (RFC 6749 2.3.1).
    Basic {
        /// Whom it claims to be.
        client_id: String,
        /// What it proves it with.
        secret: ClientSecret,
    },
    /// In the form body (RFC 6749 2.3.1).
    Post {
        /// Whom it claims to be.
        client_id: String,
        /// What it proves it with.
        secret: ClientSecret,
    },
    /// A signed JWT (RFC 7523 2.2).
    Assertion {
        /// Whom it claims to be, if it says so beside the JWT, whose subject tells it too (RFC 7521 4.2).
        client_id: Option<String>,
        /// What it proves it with.
        assertion: ClientAssertion,
    },
    /// A public client names itself (RFC 6749 3.2.1).
    None {
        /// Whom it claims to be.
        client_id: String,
    },
}

impl ClientCredentials {
    /// Gathers the credentials from the value of the Authorization header and the parameters of the **form body**. A
    /// secret in the query is never read, because the query is never given to this function (RFC 6749 2.3.1).
    ///
    /// # Errors
    /// `invalid_client` where nothing usable came (A82); `invalid_request` where two methods came at once, as
    /// RFC 6749 5.2 names that error.
    pub fn gather(authorization_header: Option<&str>, body: &Params) -> Result<Self, OAuthError> {
        let (id, secret) = (body.get("client_id"), body.get("client_secret"));
        if body.get("client_assertion").is_some() || body.get("client_assertion_type").is_some() {
            if secret.is_some() || authorization_header.is_some() {
                return Err(OAuthError::invalid_request("The client authenticates in two ways at once."));
            }
            let client_id = id.map(str::to_owned);
            return Ok(Self::Assertion { client_id, assertion: assertion(body)? });
        }
        let Some(header) = authorization_header else {
            let client_id = id.ok_or_else(|| OAuthError::invalid_client("client_id is missing."))?.to_owned();
            return Ok(match secret {
                Some(secret) => Self::Post { client_id, secret: ClientSecret(secret.to_owned()) },
                None => Self::None { client_id },
            });
        };
        if secret.is_some() {
            return Err(OAuthError::invalid_request("The client authenticates in two ways at once."));
        }
        let (client_id, secret) = basic(header)
            .ok_or_else(|| OAuthError::invalid_client("The Authorization header is no HTTP Basic."))?;
        if id.is_some_and(|id| id != client_id) {
            return Err(OAuthError::invalid_request("client_id differs from the Authorization header."));
        }
        Ok(Self::Basic { client_id, secret: ClientSecret(secret) })
    }

    /// Whom the client claims to be. Only an assertion may leave that to its subject.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        match self {
            Self::Basic { client_id, .. } | Self::Post { client_id, .. } | Self::None { client_id } => {
                Some(client_id)
            }
            Self::Assertion { client_id, .. } => client_id.as_deref(),
        }
    }

    /// The secret that the client proves it with.
    #[must_use]
    pub const fn secret(&self) -> Option<&ClientSecret> {
        match self {
            Self::Basic { secret, .. } | Self::Post { secret, .. } => Some(secret),
            Self::Assertion { .. } | Self::None { .. } => None,
        }
    }

    /// The method in use.
    #[must_use]
    pub const fn method(&self) -> AuthMethod {
        match self {
            Self::Basic { .. } => AuthMethod::SecretBasic,
            Self::Post { .. } => AuthMethod::SecretPost,
            Self::Assertion { .. } => AuthMethod::PrivateKeyJwt,
            Self::None { .. } => AuthMethod::None,
        }
    }

    /// Holds the client to the method it registered (OIDC Core 9), so that a confidential client cannot pass as a
    /// public one. The secret is still to be compared, the assertion to be verified.
    ///
    /// # Errors
    /// `invalid_client`.
    pub fn suit(&self, policy: &ClientPolicy) -> Result<(), OAuthError> {
        let is_named = self.client_id().is_none_or(|id| id == policy.client_id);
        if is_named && self.method() == policy.auth_method {
            return Ok(());
        }
        let (used, registered) = (self.method().as_str(), policy.auth_method.as_str());
        let why = format!("the client is registered for {registered} and used {used}");
        Err(OAuthError::invalid_client("Client authentication failed.").because(why))
    }
}

fn assertion(body: &Params) -> Result<ClientAssertion, OAuthError> {
    if body.get("client_assertion_type") != Some(JWT_BEARER) {
        let text = format!("client_assertion_type must be {JWT_BEARER}.");
        return Err(OAuthError::invalid_client(&text));
    }
    let missing = || OAuthError::invalid_client("client_assertion is missing.");
    body.get("client_assertion").map(|jwt| ClientAssertion(jwt.to_owned())).ok_or_else(missing)
}

/// Reads `Basic base64(form-encoded id ":" form-encoded secret)` (RFC 7617 2, RFC 6749 2.3.1). Neither may be empty.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = decode_base64(encoded.trim_matches(' '))?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let (id, secret) = (form_decode(&decoded[..colon]).ok()?, form_decode(&decoded[colon + 1..]).ok()?);
    (!id.is_empty() && !secret.is_empty()).then_some((id, secret))
}

/// Base64 with padding (RFC 4648 4), strictly: one text for each byte string.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    if text.is_empty() || !text.len().is_multiple_of(4) {
        return None;
    }
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let mut decoded = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in digits.bytes() {
        bits = bits << 6 | base64_digit(digit)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            decoded.push((bits >> held & 0xff) as u8);
            bits &= (1 << held) - 1;
        }
    }
    (bits == 0).then_some(decoded)
}

fn base64_digit(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::client::tests::{native_client, web_client};
    use crate::protocol::error::ErrorCode;

    fn gather(header: Option<&str>, body: &str) -> Result<ClientCredentials, OAuthError> {
        ClientCredentials::gather(header, &Params::parse(body.as_bytes()).unwrap())
    }

    fn secret(text: &str) -> ClientSecret {
        ClientSecret(text.to_owned())
    }

    #[test]
    fn basic_credentials_are_form_decoded() {
        let cases = [
            ("Basic ZGFzaGJvYXJkOnNlY3JldA==", "dashboard", "secret"),
            ("bAsIc   ZGFzaGJvYXJkOnNlY3JldA==", "dashboard", "secret"),
            ("Basic YSUzQWI6YyUyQmQrZSUyNQ==", "a:b", "c+d e%"),
            ("Basic YTpiOmM=", "a", "b:c"),
            ("Basic YTrDqQ==", "a", "é"),
        ];
        for (header, id, text) in cases {
            let expected = ClientCredentials::Basic { client_id: id.into(), secret: secret(text) };
            assert_eq!(gather(Some(header), ""), Ok(expected), "{header}");
        }
    }

    #[test]
    fn body_credentials_and_public_clients_are_read() {
        let post = ClientCredentials::Post { client_id: "a".into(), secret: secret("s") };
        assert_eq!(gather(None, "client_id=a&client_secret=s"), Ok(post));
        let public = ClientCredentials::None { client_id: "a".into() };
        assert_eq!(gather(None, "client_id=a"), Ok(public.clone()));
        assert_eq!(gather(None, "client_id=a&client_secret="), Ok(public), "an empty secret is none");
        let same = gather(Some("Basic ZGFzaGJvYXJkOnNlY3JldA=="), "client_id=dashboard");
        assert_eq!(same.unwrap().method(), AuthMethod::SecretBasic);
    }

    #[test]
    fn an_assertion_is_read_with_and_without_a_client_id() {
        let body = format!("client_assertion_type={JWT_BEARER}&client_assertion=a.b.c");
        for (id, expected) in [("", None), ("&client_id=a", Some("a"))] {
            let credentials = gather(None, &format!("{body}{id}")).unwrap();
            assert_eq!((credentials.client_id(), credentials.secret()), (expected, None));
            assert_eq!(credentials.method(), AuthMethod::PrivateKeyJwt);
            assert!(!format!("{credentials:?}").contains("a.b.c"));
        }
    }

    #[test]
    fn broken_credentials_are_refused_a82() {
        use ErrorCode::{InvalidClient, InvalidRequest};
        let good = "Basic ZGFzaGJvYXJkOnNlY3JldA==";
        let jwt = format!("client_assertion_type={JWT_BEARER}&client_assertion=a.b.c");
        let jwt_and_secret = format!("{jwt}&client_id=a&client_secret=s");
        let saml = jwt.replace("jwt-bearer", "saml2-bearer");
        let no_jwt = format!("client_id=a&client_assertion_type={JWT_BEARER}");
        let cases = [
            (None, "", InvalidClient),
            (None, "client_secret=s", InvalidClient),
            (None, "client_id=a&client_assertion=x", InvalidClient),
            (None, "client_id=a&client_assertion_type=x", InvalidClient),
            (Some(""), "client_id=a", InvalidClient),
            (Some("Basic"), "client_id=a", InvalidClient),
            (Some("Basic "), "client_id=a", InvalidClient),
            (Some("Bearer abc"), "client_id=a", InvalidClient),
            (Some("Basic ZGFzaGJvYXJkOnNlY3JldA"), "", InvalidClient), // no padding
            (Some("Basic ZGFzaGJvYXJkOnNlY3JldB=="), "", InvalidClient), // bits beyond the end
            (Some("Basic ZGFz_GJvYXJkOnNlY3JldA=="), "", InvalidClient), // base64url
            (Some("Basic ===="), "", InvalidClient),
            (Some("Basic YQ=="), "", InvalidClient),     // a
            (Some("Basic YTo="), "", InvalidClient),     // a:
            (Some("Basic OmE="), "", InvalidClient),     // :a
            (Some("Basic YTolWlo="), "", InvalidClient), // a:%ZZ
            (Some("Basic YTol"), "", InvalidClient),     // a:%
            (Some("Basic YTr/"), "", InvalidClient),     // a:\xff
            (Some("Basic YTolMDA="), "", InvalidClient), // a:%00
            (Some(good), "client_secret=secret", InvalidRequest),
            (Some(good), "client_id=dashboard&client_secret=secret", InvalidRequest),
            (Some(good), "client_id=other", InvalidRequest),
            (Some(good), jwt.as_str(), InvalidRequest),
            (Some("Bearer abc"), jwt.as_str(), InvalidRequest),
            (None, jwt_and_secret.as_str(), InvalidRequest),
            (None, saml.as_str(), InvalidClient),
            (None, no_jwt.as_str(), InvalidClient),
        ];
        for (header, body, expected) in cases {
            assert_eq!(gather(header, body).unwrap_err().code(), expected, "{header:?} {body}");
        }
    }

    #[test]
    fn a_client_keeps_to_its_registered_method() {
        let basic = gather(Some("Basic ZGFzaGJvYXJkOnNlY3JldA=="), "").unwrap();
        let post = gather(None, "client_id=dashboard&client_secret=s").unwrap();
        let none = gather(None, "client_id=dashboard").unwrap();
        assert!(basic.suit(&web_client()).is_ok());
        let jwt = format!("client_id=dashboard&client_assertion_type={JWT_BEARER}&client_assertion=a.b.c");
        let jwt = gather(None, &jwt).unwrap();
        let policy = ClientPolicy { auth_method: AuthMethod::PrivateKeyJwt, ..web_client() };
        assert!(jwt.suit(&policy).is_ok() && basic.suit(&policy).is_err());
        assert!(jwt.suit(&ClientPolicy { client_id: "other".into(), ..policy }).is_err());
        for wrong in [post, none, jwt] {
            assert_eq!(wrong.suit(&web_client()).unwrap_err().code(), ErrorCode::InvalidClient);
        }
        assert!(gather(None, "client_id=desktop").unwrap().suit(&native_client()).is_ok());
        assert!(gather(None, "client_id=desktop&client_secret=s").unwrap().suit(&native_client()).is_err());
        assert!(basic.suit(&native_client()).is_err());
    }

    #[test]
    fn secrets_are_never_printed() {
        let printed = format!("{:?}", gather(None, "client_id=a&client_secret=hush").unwrap());
        assert!(printed.contains('a') && !printed.contains("hush"));
    }
}
