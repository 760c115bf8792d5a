//! Scopes and the claims they open (OIDC Core 5.4).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A scope that this server knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// OIDC Core 3.1.2.1: makes the request one of OpenID Connect.
    Openid,
    /// OIDC Core 5.4: names, locale.
    Profile,
    /// OIDC Core 5.4: e-mail address and whether it is proven.
    Email,
    /// OIDC Core 5.4: phone number and whether it is proven.
    Phone,
    /// OIDC Core 5.4: a postal address. Nobody has one here, so it opens nothing.
    Address,
    /// What somebody is at work: profession, organisation, teams, roles.
    #[serde(rename = "wardgate:staff")]
    Staff,
    /// OIDC Core 11: a refresh token that outlives the session.
    #[serde(rename = "offline_access")]
    OfflineAccess,
    /// The API: see what the person may see.
    #[serde(rename = "wardgate:read")]
    ApiRead,
    /// The API: invite, and look after those who were invited.
    #[serde(rename = "wardgate:invites")]
    ApiInvites,
    /// The API: people, their places and sessions.
    #[serde(rename = "wardgate:people")]
    ApiPeople,
    /// The API: organisations and teams.
    #[serde(rename = "wardgate:organisations")]
    ApiOrganisations,
    /// The API: applications.
    #[serde(rename = "wardgate:clients")]
    ApiClients,
    /// The API: terms, disclaimers and other notices.
    #[serde(rename = "wardgate:notices")]
    ApiNotices,
    /// The API: messages, keys, exports.
    #[serde(rename = "wardgate:operations")]
    ApiOperations,
}

impl Scope {
    /// Every scope, `openid` first.
    pub const ALL: [Self; 14] = [
        Self::Openid,
        Self::Profile,
        Self::Email,
        Self::Phone,
        Self::Address,
        Self::Staff,
        Self::OfflineAccess,
        Self::ApiRead,
        Self::ApiInvites,
        Self::ApiPeople,
        Self::ApiOrganisations,
        Self::ApiClients,
        Self::ApiNotices,
        Self::ApiOperations,
    ];

    /// The scopes of an ordinary application: all but those of Wardgate's own API, which an admin has to name.
    pub fn usual() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|scope| !scope.is_api())
    }

    /// Whether it is a scope of Wardgate's own API: of tokens that act for a person, or of a service's own.
    #[must_use]
    pub const fn is_api(self) -> bool {
        match self {
            Self::Openid
            | Self::Profile
            | Self::Email
            | Self::Phone
            | Self::Address
            | Self::Staff
            | Self::OfflineAccess => false,
            Self::ApiRead
            | Self::ApiInvites
            | Self::ApiPeople
            | Self::ApiOrganisations
            | Self::ApiClients
            | Self::ApiNotices
            | Self::ApiOperations => true,
        }
    }

    /// The scope with this name. Case matters (RFC 6749 3.3).
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name)
    }

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Openid => "openid",
            Self::Profile => "profile",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Address => "address",
            Self::Staff => "wardgate:staff",
            Self::OfflineAccess => "offline_access",
            Self::ApiRead => "wardgate:read",
            Self::ApiInvites => "wardgate:invites",
            Self::ApiPeople => "wardgate:people",
            Self::ApiOrganisations => "wardgate:organisations",
            Self::ApiClients => "wardgate:clients",
            Self::ApiNotices => "wardgate:notices",
            Self::ApiOperations => "wardgate:operations",
        }
    }

    /// The claims that the scope opens at the UserInfo endpoint (OIDC Core 5.4), as far as this server has them.
    #[must_use]
    pub const fn claims(self) -> &'static [&'static str] {
        match self {
            Self::Openid => &["sub"],
            Self::Profile => &["name", "given_name", "family_name", "locale", "updated_at"],
            Self::Email => &["email", "email_verified"],
            Self::Phone => &["phone_number", "phone_number_verified"],
            Self::Staff => &["profession", "organisation", "teams", "roles"],
            Self::Address
            | Self::OfflineAccess
            | Self::ApiRead
            | Self::ApiInvites
            | Self::ApiPeople
            | Self::ApiOrganisations
            | Self::ApiClients
            | Self::ApiNotices
            | Self::ApiOperations => &[],
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Prints scopes as a `scope` value (RFC 6749 3.3): separated by one space, in the order of [`Scope::ALL`].
#[must_use]
pub fn print(scopes: &BTreeSet<Scope>) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// Reads a `scope` value (RFC 6749 3.3). Unknown scopes are left out, as OIDC Core 3.1.2.1 wants; `None` if one of
/// the words has a character that no scope may have.
#[must_use]
pub fn parse(value: &str) -> Option<BTreeSet<Scope>> {
    let well_formed = |word: &str| word.chars().all(|c| matches!(c, '!' | '#'..='[' | ']'..='~'));
    let mut words = value.split(' ').filter(|word| !word.is_empty());
    words.clone().all(well_formed).then(|| words.by_ref().filter_map(Scope::parse).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_and_unknown_ones_are_left_out() {
        let cases = [
            ("openid", Some("openid")),
            ("email openid", Some("openid email")),
            ("openid  openid ", Some("openid")),
            ("openid launch/patient patient/*.rs", Some("openid")),
            ("OPENID", Some("")),
            ("openid\tprofile", None),
            ("openid\nprofile", None),
            ("openid \"profile\"", None),
            ("openid pröfile", None),
        ];
        for (given, expected) in cases {
            assert_eq!(parse(given).map(|scopes| print(&scopes)).as_deref(), expected, "{given}");
        }
    }

    #[test]
    fn every_scope_prints_as_it_serialises() {
        for scope in Scope::ALL {
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.as_str());
            assert_eq!(Scope::parse(scope.as_str()), Some(scope));
        }
    }
}
