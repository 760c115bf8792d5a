//! Where a bearer token comes from (RFC 6750 2).

use std::fmt;

use super::error::BearerError;
use super::params::Params;

/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 8192;

/// An access token as it came. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct BearerToken(String);

impl BearerToken {
    /// Takes the token from the value of the Authorization header (RFC 6750 2.1) or from the form body of a POST
    /// (2.2). A token in the query (2.3) is never read, because the query is never given to this function.
    ///
    /// # Errors
    /// [`BearerError::Missing`] without a token, [`BearerError::InvalidRequest`] with two,
    /// [`BearerError::InvalidToken`] with one that RFC 6750 2.1 does not allow.
    pub fn gather(authorization_header: Option<&str>, body: Option<&Params>) -> Result<Self, BearerError> {
        let scheme_and_token = authorization_header.and_then(|header| header.split_once(' '));
        let from_header = scheme_and_token
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim_matches(' '));
        let from_body = body.and_then(|params| params.get("access_token"));
        let token = match (from_header, from_body) {
            (Some(_), Some(_)) => return Err(BearerError::InvalidRequest("Two access tokens came at once.")),
            (Some(token), None) | (None, Some(token)) => token,
            (None, None) => return Err(BearerError::Missing),
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
        if token.is_empty() || token.len() > MAX_TOKEN || !token.bytes().all(allowed) {
            return Err(BearerError::InvalidToken);
        }
        Ok(Self(token.to_owned()))
    }

    /// The characters, to be hashed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_token_comes_from_the_header_or_the_body() {
        let two = BearerError::InvalidRequest("Two access tokens came at once.");
        let long = format!("Bearer {}", "a".repeat(MAX_TOKEN + 1));
        let cases = [
            (Some("Bearer abc"), None, Ok("abc")),
            (Some("bearer  a-._~+/="), None, Ok("a-._~+/=")),
            (None, Some("access_token=abc"), Ok("abc")),
            (Some("Basic YTpi"), Some("access_token=abc"), Ok("abc")),
            (Some("Bearer abc"), Some("access_token=abc"), Err(two)),
            (None, None, Err(BearerError::Missing)),
            (None, Some("access_token="), Err(BearerError::Missing)),
            (Some("Basic YTpi"), None, Err(BearerError::Missing)),
            (Some("Bearer"), None, Err(BearerError::Missing)),
            (Some("Bearer "), None, Err(BearerError::InvalidToken)),
            (Some("Bearer a b"), None, Err(BearerError::InvalidToken)),
            (Some("Bearer a\"b"), None, Err(BearerError::InvalidToken)),
            (Some(long.as_str()), None, Err(BearerError::InvalidToken)),
        ];
        for (header, body, expected) in cases {
            let params = body.map(|body: &str| Params::parse(body.as_bytes()).unwrap());
            let token = BearerToken::gather(header, params.as_ref());
            assert_eq!(
                token.as_ref().map(BearerToken::expose),
                expected.as_ref().copied(),
                "{header:?} {body:?}"
            );
        }
    }

    #[test]
    fn a_token_is_never_printed() {
        assert_eq!(
            format!("{:?}", BearerToken::gather(Some("Bearer hush"), None).unwrap()),
            "BearerToken(..)"
        );
    }
}
