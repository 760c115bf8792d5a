//! Proof Key for Code Exchange with S256 (RFC 7636).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::OAuthError;

/// A code challenge: the base64url form of a SHA-256 (RFC 7636 4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Accepts exactly 43 base64url characters, the only length a SHA-256 has (A64, I17).
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        (value.len() == 43 && value.bytes().all(allowed)).then(|| Self(value.to_owned()))
    }

    /// Whether the verifier belongs to this challenge, given the base64url SHA-256 of the verifier (RFC 7636 4.6).
    /// The challenge went through the browser's address bar, so the time of the comparison tells nothing new.
    #[must_use]
    pub fn matches(&self, verifier_sha256_base64url: &str) -> bool {
        self.0 == verifier_sha256_base64url
    }

    /// The 43 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = &'static str;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        Self::parse(&value).ok_or("not 43 base64url characters")
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        challenge.0
    }
}

/// A code verifier (RFC 7636 4.1). Not printed: it is what proves the client's hold of the code.
#[derive(Clone, PartialEq, Eq)]
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// Accepts 43 to 128 unreserved characters (RFC 7636 4.1).
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        ((43..=128).contains(&value.len()) && value.bytes().all(allowed)).then(|| Self(value.to_owned()))
    }

    /// The characters, to be hashed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier(..)")
    }
}

/// What a token request proves about the authorization request before it (RFC 7636 4.6, RFC 9700 2.1.1; B5, I17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// No challenge was sent and no verifier came.
    NotUsed,
    /// The verifier belongs to the challenge.
    Holds,
    /// A verifier came that does not belong to the challenge.
    Wrong,
    /// A challenge was sent, and no verifier came: somebody leaves the proof out.
    VerifierMissing,
    /// No challenge was sent, and a verifier came: somebody took the challenge out of the client's request.
    Downgraded,
}

impl Proof {
    /// Weighs the stored challenge against the base64url SHA-256 of the verifier that came.
    #[must_use]
    pub fn weigh(challenge: Option<&CodeChallenge>, verifier_sha256_base64url: Option<&str>) -> Self {
        match (challenge, verifier_sha256_base64url) {
            (None, None) => Self::NotUsed,
            (Some(challenge), Some(hash)) if challenge.matches(hash) => Self::Holds,
            (Some(_), Some(_)) => Self::Wrong,
            (Some(_), None) => Self::VerifierMissing,
            (None, Some(_)) => Self::Downgraded,
        }
    }

    /// `Ok` where the code may be exchanged.
    ///
    /// # Errors
    /// `invalid_grant` (RFC 7636 4.6) otherwise.
    pub fn accept(self) -> Result<(), OAuthError> {
        match self {
            Self::NotUsed | Self::Holds => Ok(()),
            Self::Wrong => Err(OAuthError::invalid_grant("The code_verifier does not match.")),
            Self::VerifierMissing => Err(OAuthError::invalid_grant("The code_verifier is missing.")),
            Self::Downgraded => {
                Err(OAuthError::invalid_grant("A code_verifier came, but the request had no code_challenge."))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7636 appendix B.
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_challenge_has_exactly_43_base64url_characters_a64() {
        assert!(CodeChallenge::parse(CHALLENGE).is_some());
        let broken = [
            String::new(),
            "a".repeat(10),
            "a".repeat(42),
            "a".repeat(44),
            "a".repeat(1000),
            format!("{}=", "a".repeat(42)),
            format!("{}+", "a".repeat(42)),
            format!("{}/", "a".repeat(42)),
            format!("{}.", "a".repeat(42)),
            format!("{}é", "a".repeat(41)),
        ];
        for value in broken {
            assert_eq!(CodeChallenge::parse(&value), None, "{value}");
        }
        assert!(serde_json::from_str::<CodeChallenge>("\"short\"").is_err());
    }

    #[test]
    fn a_verifier_has_43_to_128_unreserved_characters() {
        for value in ["a".repeat(43), "Z9-._~".repeat(20), "a".repeat(128)] {
            assert!(CodeVerifier::parse(&value).is_some(), "{value}");
        }
        for value in ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(43)), "é".repeat(43)] {
            assert_eq!(CodeVerifier::parse(&value), None, "{value}");
        }
        let verifier = CodeVerifier::parse(&"secret".repeat(8)).unwrap();
        assert_eq!(format!("{verifier:?}"), "CodeVerifier(..)");
    }

    #[test]
    fn challenge_and_verifier_come_together_or_not_at_all_b5_i17() {
        let challenge = CodeChallenge::parse(CHALLENGE).unwrap();
        let other = "a".repeat(43);
        let cases = [
            (None, None, Proof::NotUsed, true),
            (Some(&challenge), Some(CHALLENGE), Proof::Holds, true),
            (Some(&challenge), Some(other.as_str()), Proof::Wrong, false),
            (Some(&challenge), Some(""), Proof::Wrong, false),
            (Some(&challenge), None, Proof::VerifierMissing, false),
            (None, Some(CHALLENGE), Proof::Downgraded, false),
        ];
        for (challenge, hash, expected, accepted) in cases {
            let proof = Proof::weigh(challenge, hash);
            assert_eq!((proof, proof.accept().is_ok()), (expected, accepted));
        }
    }
}
