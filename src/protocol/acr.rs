//! How strongly and by which means somebody signed in: `acr` and `amr` (OIDC Core 2; REQUIREMENTS P7, P8).

use std::fmt;

use serde::{Deserialize, Serialize};

/// An authentication context class. Ordered: a later one satisfies a demand for an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Acr {
    /// Password alone.
    #[serde(rename = "urn:wardgate:acr:pwd")]
    Pwd,
    /// Password and a code by text message, an authenticator that NIST SP 800-63B-4 calls restricted.
    #[serde(rename = "urn:wardgate:acr:aal2-restricted")]
    Aal2Restricted,
}

impl Acr {
    /// Every class, weakest first.
    pub const ALL: [Self; 2] = [Self::Pwd, Self::Aal2Restricted];

    /// The URN on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "urn:wardgate:acr:pwd",
            Self::Aal2Restricted => "urn:wardgate:acr:aal2-restricted",
        }
    }

    /// The class with this URN.
    #[must_use]
    pub fn parse(urn: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|acr| acr.as_str() == urn)
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An authentication method (RFC 8176 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Amr {
    /// Password.
    Pwd,
    /// Code by text message.
    Sms,
    /// More than one factor.
    Mfa,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_prints_as_it_serialises_and_the_stronger_one_is_greater() {
        for acr in Acr::ALL {
            assert_eq!(serde_json::to_value(acr).unwrap(), acr.as_str());
            assert_eq!(Acr::parse(acr.as_str()), Some(acr));
        }
        assert!(Acr::Aal2Restricted > Acr::Pwd);
        assert_eq!(Acr::parse("urn:wardgate:acr:aal3"), None);
    }

    #[test]
    fn methods_serialise_as_rfc_8176_names_them() {
        let json = serde_json::to_string(&[Amr::Pwd, Amr::Sms, Amr::Mfa]).unwrap();
        assert_eq!(json, r#"["pwd","sms","mfa"]"#);
    }
}
