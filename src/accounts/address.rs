//! E-mail addresses as shown and as compared (L15). Pure.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::MixedScript as _;

/// An acceptable address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    shown: String,
    key: String,
}

impl Address {
    /// Trims, brings to NFC, lower-cases the domain to its A-label. Refuses control, bidirectional and
    /// other invisible characters, mixed scripts in the domain, and everything over 254 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.trim().nfc().collect();
        let (local, domain) = text.rsplit_once('@')?;
        if local.is_empty() || local.len() > 64 || !local.bytes().all(is_local_byte) {
            return None;
        }
        if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
            return None;
        }
        let domain = a_label(domain)?;
        let shown = format!("{local}@{domain}");
        let key = shown.to_ascii_lowercase();
        (shown.len() <= 254).then_some(Self { shown, key })
    }

    /// As it is mailed to and shown.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// As it is compared: two spellings of one mailbox share it; plus-addresses stay distinct.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// The domain of addresses, as those are compared: by its A-label, in lower case.
#[must_use]
pub fn email_domain(text: &str) -> Option<String> {
    let text: String = text.trim().nfc().collect();
    a_label(&text).filter(|domain| domain.len() <= 253)
}

fn a_label(domain: &str) -> Option<String> {
    if !domain.split('.').all(|label| label.is_single_script()) {
        return None;
    }
    let domain = idna::domain_to_ascii_strict(domain).ok()?;
    let labels: Vec<&str> = domain.split('.').collect();
    let fits = labels.len() >= 2 && labels.iter().all(|label| !label.is_empty());
    fits.then_some(domain)
}

/// What RFC 5322 allows unquoted in a local part. Quoted and non-ASCII local parts are refused: few
/// mail servers take them and they are the usual way to smuggle look-alikes.
fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

/// An address with its middle hidden, for pages that somebody else might see: `a•••@example.org`.
#[must_use]
pub fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first: String = local.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_mailbox_share_a_key_a11() {
        for text in [" Ada@Example.ORG ", "ada@EXAMPLE.org", "ADA@example.org"] {
            assert_eq!(Address::parse(text).unwrap().key(), "ada@example.org", "{text}");
        }
        assert_ne!(Address::parse("ada+x@a.org").unwrap().key(), Address::parse("ada@a.org").unwrap().key());
        assert_eq!(Address::parse("ada@BÜCHER.example").unwrap().key(), "ada@xn--bcher-kva.example");
    }

    #[test]
    fn addresses_that_hide_something_are_refused_a11_i31() {
        let long = format!("ada@{}.org", "a".repeat(63).repeat(4));
        let refused = [
            "",
            "ada",
            "@a.org",
            "ada@",
            "ada@localhost",
            "a@b",
            "ada@a..org",
            ".ada@a.org",
            "a..b@a.org",
            "ada\r\nBcc: eve@a.org@a.org",
            "ada @a.org",
            "ada@a.org\nbcc:x",
            "\u{202e}ada@a.org",
            "аda@a.org",
            "ada@exаmple.org",
            "ada@a.org,eve@a.org",
            "\"ada\"@a.org",
            "ada@[127.0.0.1]",
            &long,
        ];
        for text in refused {
            assert_eq!(Address::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_masked_address_keeps_the_first_letter_and_the_domain() {
        assert_eq!(masked("ada@example.org"), "a•••@example.org");
    }
}
