//! What happened, to whom, from where. `append` runs in the act's own transaction: an act whose
//! row cannot be written does not happen. Rows hold no secret and no code.

//!
//! The worker seals rows into a chain of digests (`seal`) and signs checkpoints of it; `chain` has the rules, by which
//! anybody can find the first row that was changed, added or taken out. Whoever signs is handed in: this leaf knows no
//! keys.

pub mod acts;
pub mod chain;
pub mod directory;
mod export;
pub mod formats;
mod history;
mod seal;
mod store;
mod verify;

pub use entities::audit::Model as Row;
pub use export::{Export, export, newest};
pub use history::about;
pub use seal::{Checkpoints, seal, seal_checkpoint};
pub use store::{append, append_all};
pub use verify::{Line, Report, verify, verify_lines};

use crate::ids::{AccountId, OrganisationId};
use serde::Serialize;
use std::net::{IpAddr, Ipv6Addr};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody not signed in.
    Visitor,
    /// A person.
    Account(AccountId),
    /// A service, by its `client_id`.
    Service(String),
    /// A command on the host.
    Host,
    /// The worker, by itself.
    Worker,
}

impl std::fmt::Display for Actor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Visitor => f.write_str("visitor"),
            Self::Account(id) => write!(f, "account:{id}"),
            Self::Service(id) => write!(f, "service:{id}"),
            Self::Host => f.write_str("host"),
            Self::Worker => f.write_str("worker"),
        }
    }
}

/// From where somebody acts. Header values are cut and cleaned when it is built.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Who.
    pub actor: Actor,
    /// Address of the person's machine, as far as listed proxies tell it.
    pub address: String,
    /// The browser's own description.
    pub user_agent: String,
}

impl Origin {
    /// An act of the process itself.
    #[must_use]
    pub fn of(actor: Actor) -> Self {
        Self { actor, address: String::new(), user_agent: String::new() }
    }

    /// What limits count by: of an IPv6 address the /64, within which one party has every address (RFC 4291 2.5.1);
    /// an IPv4 address by itself.
    #[must_use]
    pub fn network(&self) -> String {
        match self.address.parse::<Ipv6Addr>().map(|address| address.to_canonical()) {
            Ok(IpAddr::V6(address)) => {
                let network = address.to_bits() >> 64 << 64;
                format!("{}/64", Ipv6Addr::from_bits(network))
            }
            Ok(address) => address.to_string(),
            Err(_) => self.address.clone(),
        }
    }

    /// The same place, by somebody who is known by now.
    #[must_use]
    pub fn by(&self, account: AccountId) -> Self {
        Self { actor: Actor::Account(account), ..self.clone() }
    }
}

/// One row of the trail.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) act: &'static str,
    pub(crate) target: String,
    pub(crate) refused: Option<String>,
    pub(crate) organisation_id: Option<OrganisationId>,
    pub(crate) client_id: Option<String>,
    pub(crate) detail: serde_json::Map<String, serde_json::Value>,
}

impl Entry {
    /// `act` was done to `target`.
    #[must_use]
    pub fn done(act: &'static str, target: impl ToString) -> Self {
        Self {
            act,
            target: target.to_string(),
            refused: None,
            organisation_id: None,
            client_id: None,
            detail: serde_json::Map::new(),
        }
    }

    /// `act` on `target` was refused, and why.
    #[must_use]
    pub fn refused(act: &'static str, target: impl ToString, reason: impl ToString) -> Self {
        Self { refused: Some(reason.to_string()), ..Self::done(act, target) }
    }

    /// In which organisation it happened.
    #[must_use]
    pub fn organisation(self, id: OrganisationId) -> Self {
        Self { organisation_id: Some(id), ..self }
    }

    /// For which application it happened.
    #[must_use]
    pub fn client(self, id: &str) -> Self {
        Self { client_id: Some(id.to_owned()), ..self }
    }

    /// A field that changed, before and after. Never a secret.
    #[must_use]
    pub fn changed(self, field: &str, before: impl Serialize, after: impl Serialize) -> Self {
        let values = serde_json::json!({ "before": serde_json::to_value(before).ok(), "after": serde_json::to_value(after).ok() });
        self.with(field, values)
    }

    /// A telling field. Never a secret.
    #[must_use]
    pub fn with(mut self, field: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(serde_json::Value::Null);
        self.detail.insert(field.to_owned(), value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_party_is_one_network_however_many_addresses_it_has() {
        let table = [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
            ("::1", "::/64"),
            ("", ""),
        ];
        for (address, network) in table {
            let origin = Origin { address: address.to_owned(), ..Origin::of(Actor::Visitor) };
            assert_eq!(origin.network(), network, "{address}");
        }
    }
}
