//! How strongly and by which means somebody signed in: `acr` and `amr` (OIDC Core 2; REQUIREMENTS P7, P8).

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How many levels of a request are looked at.
const MAX_NAMES: usize = 16;

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

/// The levels that a request names, best first, with what each means here; a client may have words of its own (P7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AcrWish {
    names: Vec<(String, Option<Acr>)>,
    /// Whether anything else is of no use to the client: an essential `acr` (OIDC Core 5.5.1.1), not a wish.
    demanded: bool,
}

impl AcrWish {
    /// Reads names by the client's own words first.
    #[must_use]
    pub fn new<'a>(
        names: impl Iterator<Item = &'a str>,
        aliases: &BTreeMap<String, Acr>,
        demanded: bool,
    ) -> Self {
        let read = |name: &str| aliases.get(name).copied().or_else(|| Acr::parse(name));
        Self { names: names.take(MAX_NAMES).map(|name| (name.to_owned(), read(name))).collect(), demanded }
    }

    /// Whether nothing was named.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The lowest of the named levels: with it, the request is content.
    #[must_use]
    pub fn least(&self) -> Option<Acr> {
        self.names.iter().filter_map(|(_, level)| *level).min()
    }

    /// Whether a sign-in of this level will do. A wish is content with anything (OIDC Core 3.1.2.1).
    #[must_use]
    pub fn is_met(&self, reached: Acr) -> bool {
        !self.demanded || self.least().is_some_and(|least| least <= reached)
    }

    /// What to call a level that was reached: by the client's word for it; where only lower ones were demanded, by the
    /// best of them, since nothing else may be answered (OIDC Core 5.5.1.1); else by its URN.
    #[must_use]
    pub fn name(&self, reached: Acr) -> String {
        let best = |fits: &dyn Fn(Acr) -> bool| {
            self.names.iter().find(|(_, level)| level.is_some_and(fits)).map(|(name, _)| name.clone())
        };
        let exact = best(&|level| level == reached);
        let lower = || if self.demanded { best(&|level| level <= reached) } else { None };
        exact.or_else(lower).unwrap_or_else(|| reached.as_str().to_owned())
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
    fn a_demand_is_met_by_the_level_alone_and_answered_in_the_clients_words_a71_i23() {
        let aliases = BTreeMap::from([("2".to_owned(), Acr::Aal2Restricted), ("1".to_owned(), Acr::Pwd)]);
        let (pwd, sms, strong) =
            ("urn:wardgate:acr:pwd", "urn:wardgate:acr:aal2-restricted", "urn:wardgate:acr:aal2-pr");
        let table = [
            (vec![], true, false, sms),
            (vec![sms], true, true, sms),
            (vec!["2", sms], true, true, "2"),
            (vec!["1"], true, true, "1"),
            (vec![strong, "1", "2"], true, true, "2"),
            (vec![strong], true, false, sms),
            (vec!["3"], true, false, sms),
            (vec![strong], false, true, sms),
            (vec![strong, pwd], false, true, sms),
            (vec![pwd, "2"], false, true, "2"),
        ];
        for (names, demanded, met, answer) in table {
            let wish = AcrWish::new(names.iter().copied(), &aliases, demanded);
            assert_eq!(wish.is_met(Acr::Aal2Restricted), met, "{names:?} {demanded}");
            assert_eq!(wish.name(Acr::Aal2Restricted), answer, "{names:?} {demanded}");
        }
        let both = AcrWish::new(["2"].into_iter(), &aliases, true);
        assert!(!both.is_met(Acr::Pwd), "one factor is never two");
    }

    #[test]
    fn methods_serialise_as_rfc_8176_names_them() {
        let json = serde_json::to_string(&[Amr::Pwd, Amr::Sms, Amr::Mfa]).unwrap();
        assert_eq!(json, r#"["pwd","sms","mfa"]"#);
    }
}
