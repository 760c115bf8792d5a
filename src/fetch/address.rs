//! Where a request may go.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// How far requests reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// https to the public internet: for what applications register, in production.
    Public,
    /// The same and this machine, there also by http: for development.
    Loopback,
    /// Wherever an operator says.
    Anywhere,
}

impl Reach {
    /// How far addresses that applications registered reach.
    #[must_use]
    pub const fn of(development: bool) -> Self {
        if development { Self::Loopback } else { Self::Public }
    }

    /// Reads an address, and judges it as far as that goes before its name is looked up.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence that begins with it.
    pub fn check(self, url: &str) -> Result<Url, &'static str> {
        let url = Url::parse(url).map_err(|_| "is no web address")?;
        let host = url.host().ok_or("is no web address")?;
        let here = match &host {
            Host::Domain(name) => *name == "localhost",
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
        };
        match (url.scheme(), self) {
            ("https", _) | ("http", Self::Anywhere) => {}
            ("http", Self::Loopback) if here => {}
            ("http", Self::Loopback) => {
                return Err("must be https (http is for this machine, in development)");
            }
            _ => return Err("must be https"),
        }
        if self == Self::Anywhere {
            return Ok(url);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("has a user name or password");
        }
        if url.fragment().is_some() {
            return Err("has a fragment");
        }
        let allowed = match host {
            Host::Domain(_) => self == Self::Loopback || !here,
            Host::Ipv4(ip) => self.allows(ip.into()),
            Host::Ipv6(ip) => self.allows(ip.into()),
        };
        if allowed { Ok(url) } else { Err("is not on the public internet") }
    }

    /// Whether an address that a name leads to may be connected to.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        match self {
            Self::Public => is_public(address),
            Self::Loopback => is_public(address) || address.is_loopback(),
            Self::Anywhere => true,
        }
    }
}

/// Whether an address is one of the public internet: in none of the special blocks of IANA's registries (RFC 6890).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        [0 | 10 | 127, ..]              // this network, private, loopback
            | [100, 64..=127, ..]       // shared by carriers (RFC 6598)
            | [169, 254, ..]            // link-local, where clouds answer with credentials
            | [172, 16..=31, ..]        // private
            | [192, 0, 0 | 2, _]        // protocol assignments, documentation
            | [192, 88, 99, _]          // 6to4 relays
            | [192, 168, ..]            // private
            | [198, 18 | 19, ..]        // benchmarks
            | [198, 51, 100, _]         // documentation
            | [203, 0, 113, _]          // documentation
            | [224..=255, ..] // multicast, reserved, broadcast
    )
}

/// Only global unicast, 2000::/3, and of that nothing that wraps an IPv4 address or is set aside. So mapped, NAT64,
/// unique-local, link-local and multicast addresses are out. The price: a node whose only way out is NAT64 fetches
/// nothing.
fn is_public_v6(ip: Ipv6Addr) -> bool {
    match ip.segments() {
        [0x2001, 0..=0x1ff, ..] => false, // protocol assignments, Teredo among them
        [0x2001, 0xdb8, ..] => false,     // documentation
        [0x2002, ..] => false,            // 6to4
        [0x3fff, 0..=0xfff, ..] => false, // documentation
        [first, ..] => first >> 13 == 0b001,
    }
}
