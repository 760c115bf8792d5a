//! In what a redirect URI differs from the registered ones, for the developer who asks why it was refused. It decides
//! nothing.

use url::Url;

/// The longest URI that is repeated, in characters.
const SHOWN: usize = 200;

/// What is different, against the registered URI that is nearest.
#[must_use]
pub fn difference(registered: &[String], got: &str) -> String {
    let shown = |text: &str| text.chars().take(SHOWN).collect::<String>();
    let nearest = registered.iter().filter_map(|known| Some((kind(known, got)?, known))).min();
    match nearest {
        Some((kind, known)) => {
            let what = kind.words();
            format!("redirect_uri differs in {what}: got {}, registered {}", shown(got), shown(known))
        }
        None => {
            let all: Vec<String> = registered.iter().take(10).map(|known| shown(known)).collect();
            format!(
                "redirect_uri is none of the registered ones: got {}, registered {}",
                shown(got),
                all.join(" ")
            )
        }
    }
}

/// A single difference; the smallest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Slash,
    Case,
    Encoding,
    Fragment,
    Query,
    Port,
    Scheme,
    Loopback,
    Path,
    Host,
}

impl Kind {
    const fn words(self) -> &'static str {
        match self {
            Self::Slash => "the trailing slash",
            Self::Case => "upper and lower case",
            Self::Encoding => "how it is written: an encoding, a default port, dots in the path",
            Self::Fragment => "the part behind #, which no redirect URI may have",
            Self::Query => "the query",
            Self::Port => "the port",
            Self::Scheme => "the scheme",
            Self::Loopback => "the name of this machine: localhost and 127.0.0.1 are not the same",
            Self::Path => "the path",
            Self::Host => "the host",
        }
    }
}

fn kind(known: &str, got: &str) -> Option<Kind> {
    if known.trim_end_matches('/') == got.trim_end_matches('/') {
        return Some(Kind::Slash);
    }
    if known.eq_ignore_ascii_case(got) {
        return Some(Kind::Case);
    }
    let (known, got) = (Url::parse(known).ok()?, Url::parse(got).ok()?);
    if known == got {
        return Some(Kind::Encoding);
    }
    let loopback = |url: &Url| matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let parts = [
        (Kind::Fragment, known.fragment() == got.fragment()),
        (Kind::Query, known.query() == got.query()),
        (
            Kind::Port,
            known.port_or_known_default() == got.port_or_known_default() || known.scheme() != got.scheme(),
        ),
        (Kind::Scheme, known.scheme() == got.scheme()),
        (
            if loopback(&known) && loopback(&got) { Kind::Loopback } else { Kind::Host },
            known.host() == got.host(),
        ),
        (Kind::Path, known.path() == got.path()),
    ];
    let mut different = parts.iter().filter(|(_, same)| !same).map(|(kind, _)| *kind);
    let first = different.next();
    first.filter(|_| different.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_thing_that_differs_is_named() {
        let registered = ["https://app.example.com/cb".to_owned(), "http://localhost:3000/cb".to_owned()];
        let table = [
            (
                "https://app.example.com/cb/",
                "differs in the trailing slash: got https://app.example.com/cb/, registered https://app.example.com/cb",
            ),
            ("https://APP.example.com/cb", "differs in upper and lower case"),
            ("https://app.example.com/CB", "differs in upper and lower case"),
            ("https://app.example.com:443/cb", "differs in how it is written"),
            ("https://app.example.com/x/../cb", "differs in how it is written"),
            ("https://app.example.com/cb#x", "differs in the part behind #"),
            ("https://app.example.com/cb?x=1", "differs in the query"),
            ("https://app.example.com:8443/cb", "differs in the port"),
            ("http://app.example.com/cb", "differs in the scheme"),
            ("http://127.0.0.1:3000/cb", "differs in the name of this machine"),
            (
                "http://localhost:3001/cb",
                "differs in the port: got http://localhost:3001/cb, registered http://localhost:3000/cb",
            ),
            ("https://app.example.com/callback", "differs in the path"),
            ("https://app.example.org/cb", "differs in the host"),
            ("https://evil.test/x", "is none of the registered ones"),
            ("javascript:alert(1)", "is none of the registered ones"),
            ("", "is none of the registered ones"),
        ];
        for (got, expected) in table {
            let told = difference(&registered, got);
            assert!(told.starts_with(&format!("redirect_uri {expected}")), "{got}: {told}");
        }
        assert!(difference(&registered, &"x".repeat(100_000)).len() < 3000);
    }
}
