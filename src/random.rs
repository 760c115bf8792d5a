//! Randomness, as an argument, and the bearer secrets made of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// Where random bytes come from.
#[derive(Clone, Debug)]
pub enum Random {
    /// OpenSSL's generator, seeded by the operating system.
    System,
    /// A reproducible stream for tests and benchmarks: never in the product.
    Seeded(Arc<AtomicU64>),
}

impl Random {
    /// A reproducible stream.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self::Seeded(Arc::new(AtomicU64::new(seed)))
    }

    /// Random bytes.
    ///
    /// # Panics
    /// When the operating system has no randomness: nothing safe can be done then.
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            #[expect(clippy::disallowed_methods, reason = "the one place that asks for randomness")]
            Self::System => openssl::rand::rand_bytes(&mut bytes).expect("the system has no randomness"),
            Self::Seeded(next) => {
                for chunk in bytes.chunks_mut(32) {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    chunk.copy_from_slice(&openssl::sha::sha256(&n.to_be_bytes())[..chunk.len()]);
                }
            }
        }
        bytes
    }

    /// A bearer secret of 256 bits.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret(Zeroizing::new(URL_SAFE_NO_PAD.encode(self.bytes::<32>())))
    }

    /// A code that a person types from an e-mail: eight of 30 letters and digits that cannot be
    /// mistaken for each other (39 bits). Bytes that would favour some letters are thrown away (M3).
    #[must_use]
    pub fn typed_code(&self) -> String {
        const ALPHABET: &[u8; 30] = b"23456789ABCDEFGHJKMNPQRSTVWXYZ";
        let mut code = String::with_capacity(8);
        while code.len() < 8 {
            for byte in self.bytes::<16>() {
                if byte < 240 && code.len() < 8 {
                    code.push(char::from(ALPHABET[usize::from(byte % 30)]));
                }
            }
        }
        code
    }
}

/// A bearer secret in clear: 43 characters of base64url. Only its hash is stored.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// A secret that a browser or client sent. Of any form: a wrong one simply matches nothing.
    #[must_use]
    pub fn presented(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text to hand out.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// SHA-256: enough for a secret of 256 random bits (L4).
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        openssl::sha::sha256(self.0.as_bytes()).to_vec()
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_codes_use_every_letter_about_equally() {
        let random = Random::seeded(7);
        let mut seen = std::collections::BTreeMap::<char, u32>::new();
        for _ in 0..3_000 {
            random.typed_code().chars().for_each(|letter| *seen.entry(letter).or_default() += 1);
        }
        assert_eq!(seen.len(), 30);
        assert!(seen.values().all(|n| (650..950).contains(n)), "expected about 800 each: {seen:?}");
    }

    #[test]
    fn a_secret_does_not_print_itself() {
        let secret = Random::seeded(1).secret();
        assert_eq!(secret.text().len(), 43);
        assert!(!format!("{secret:?}").contains(secret.text()));
    }
}
