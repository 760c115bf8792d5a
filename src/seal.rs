//! The key ring from outside the database, and what is done with it: authenticated encryption,
//! MACs, constant-time compare. Each purpose has its own derived key, so a value sealed for one
//! place opens in no other.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use openssl::hash::MessageDigest;
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use std::sync::Arc;
use zeroize::Zeroizing;

use crate::random::{Random, Secret};

const NONCE: usize = 12;
const TAG: usize = 16;

/// The keys, newest first. Cheap to clone; does not print.
#[derive(Clone)]
pub struct KeyRing(Arc<Vec<Key>>);

struct Key {
    id: String,
    bytes: Zeroizing<Vec<u8>>,
}

/// Why a key ring cannot be read. Says the line, never the key.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// No line held a key.
    #[error("holds no key: write one line `id:base64-of-32-bytes`")]
    Empty,
    /// A line is not `id:base64`.
    #[error("line {0} is not `id:base64-of-32-bytes`")]
    Line(usize),
}

impl KeyRing {
    /// Reads `id:base64` lines; the first is used for new values, the others still open old ones.
    ///
    /// # Errors
    /// When a line is malformed or there is none.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut keys = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = line.split_once(':').and_then(|(id, key)| {
                let bytes = STANDARD.decode(key.trim()).ok().filter(|bytes| bytes.len() == 32)?;
                (!id.is_empty() && id.len() <= 32)
                    .then(|| Key { id: id.to_owned(), bytes: Zeroizing::new(bytes) })
            });
            keys.push(key.ok_or(KeyRingError::Line(number + 1))?);
        }
        if keys.is_empty() { Err(KeyRingError::Empty) } else { Ok(Self(Arc::new(keys))) }
    }

    /// The text of a ring with one new key, for a key file.
    #[must_use]
    pub fn generate(random: &Random) -> Zeroizing<String> {
        Zeroizing::new(format!("k1:{}\n", STANDARD.encode(random.bytes::<32>())))
    }

    /// Id of the key that new values use.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.0[0].id
    }

    /// HMAC-SHA-256 of `parts` (each with its length, so that they cannot run into each other)
    /// under the current key derived for `purpose`.
    #[must_use]
    pub fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        mac(&self.0[0].derive(purpose), parts)
    }

    /// The same under a named key; `None` when the ring no longer holds it.
    #[must_use]
    pub fn mac_with(&self, id: &str, purpose: &str, parts: &[&[u8]]) -> Option<[u8; 32]> {
        let key = self.0.iter().find(|key| key.id == id)?;
        Some(mac(&key.derive(purpose), parts))
    }

    /// AES-256-GCM under the current key: key id, nonce, ciphertext, tag.
    ///
    /// # Panics
    /// When OpenSSL has no AES-GCM.
    #[must_use]
    pub fn seal(&self, purpose: &str, plain: &[u8], random: &Random) -> Vec<u8> {
        let key = &self.0[0];
        let id = u8::try_from(key.id.len()).expect("key ids are short");
        [&[id], key.id.as_bytes(), &encrypt(&key.derive(purpose), purpose, plain, random)].concat()
    }

    /// Opens what `seal` made for the same purpose; `None` for anything else.
    #[must_use]
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (length, rest) = sealed.split_first()?;
        let (id, rest) = rest.split_at_checked(usize::from(*length))?;
        let key = self.0.iter().find(|key| key.id.as_bytes() == id)?;
        decrypt(&key.derive(purpose), purpose, rest)
    }

    /// Seals text for a JSON column.
    #[must_use]
    pub fn seal_text(&self, purpose: &str, plain: &str, random: &Random) -> String {
        URL_SAFE_NO_PAD.encode(self.seal(purpose, plain.as_bytes(), random))
    }

    /// Opens what `seal_text` made.
    #[must_use]
    pub fn open_text(&self, purpose: &str, sealed: &str) -> Option<Zeroizing<String>> {
        let plain = self.open(purpose, &URL_SAFE_NO_PAD.decode(sealed).ok()?)?;
        String::from_utf8(plain.to_vec()).ok().map(Zeroizing::new)
    }

    /// Six digits from a salt, each code equally likely: draws that would favour small numbers are
    /// drawn again (M3). The same salt gives the same code, so a resend stores nothing.
    #[must_use]
    pub fn six_digits(&self, salt: &[u8]) -> String {
        const FAIR: u32 = u32::MAX - u32::MAX % 1_000_000;
        for round in 0_u8..=255 {
            let mac = self.mac("sms code", &[salt, &[round]]);
            let draw = u32::from_be_bytes([mac[0], mac[1], mac[2], mac[3]]);
            if draw < FAIR {
                return format!("{:06}", draw % 1_000_000);
            }
        }
        unreachable!("256 draws above {FAIR} in a row do not happen")
    }
}

/// AES-256-GCM under a key that only whoever holds the secret can derive: nonce, ciphertext, tag.
#[must_use]
pub fn seal_under(secret: &Secret, purpose: &str, plain: &[u8], random: &Random) -> Vec<u8> {
    encrypt(&derive(secret.text().as_bytes(), purpose), purpose, plain, random)
}

/// Opens what [`seal_under`] made with the same secret for the same purpose.
#[must_use]
pub fn open_under(secret: &Secret, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    decrypt(&derive(secret.text().as_bytes(), purpose), purpose, sealed)
}

fn encrypt(key: &[u8; 32], purpose: &str, plain: &[u8], random: &Random) -> Vec<u8> {
    let (nonce, mut tag): ([u8; NONCE], _) = (random.bytes(), [0; TAG]);
    let cipher = Cipher::aes_256_gcm();
    let body = encrypt_aead(cipher, key, Some(&nonce), purpose.as_bytes(), plain, &mut tag)
        .expect("AES-256-GCM is part of OpenSSL");
    [nonce.as_slice(), &body, &tag].concat()
}

fn decrypt(key: &[u8; 32], purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, rest) = sealed.split_at_checked(NONCE)?;
    let (body, tag) = rest.split_at_checked(rest.len().checked_sub(TAG)?)?;
    let plain = decrypt_aead(Cipher::aes_256_gcm(), key, Some(nonce), purpose.as_bytes(), body, tag);
    plain.ok().map(Zeroizing::new)
}

fn derive(secret: &[u8], purpose: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(hmac(secret, &[b"wardgate/1/", purpose.as_bytes()]))
}

impl Key {
    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        derive(&self.bytes, purpose)
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
    let framed: Vec<&[u8]> =
        lengths.iter().zip(parts).flat_map(|(length, part)| [length.as_slice(), part]).collect();
    hmac(key, &framed)
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let key = openssl::pkey::PKey::hmac(key).expect("OpenSSL has HMAC");
    let mut signer =
        openssl::sign::Signer::new(MessageDigest::sha256(), &key).expect("OpenSSL has HMAC-SHA-256");
    for part in parts {
        signer.update(part).expect("HMAC takes any bytes");
    }
    let mut out = [0; 32];
    signer.sign(&mut out).expect("HMAC-SHA-256 is 32 bytes");
    out
}

/// SHA-256.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    openssl::sha::sha256(bytes)
}

/// SHA-256 as base64url without padding: the form of PKCE challenges (RFC 7636 4.2).
#[must_use]
pub fn sha256_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(sha256(bytes))
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Bytes of hex; `None` for anything else.
#[must_use]
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// Equality in constant time for a given length.
#[must_use]
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && openssl::memcmp::eq(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(seed: u64) -> KeyRing {
        KeyRing::parse(&KeyRing::generate(&Random::seeded(seed))).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_only_for_its_purpose_and_untouched() {
        let (ring, random) = (ring(1), Random::seeded(9));
        let sealed = ring.seal("link", b"secret", &random);
        assert_eq!(ring.open("link", &sealed).unwrap().as_slice(), b"secret");
        assert!(ring.open("key", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut touched = sealed.clone();
            touched[at] ^= 1;
            assert!(ring.open("link", &touched).is_none(), "byte {at}");
            assert!(ring.open("link", &sealed[..at]).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn an_old_key_still_opens_after_a_new_one_came_first() {
        let old = KeyRing::generate(&Random::seeded(1));
        let sealed = KeyRing::parse(&old).unwrap().seal("x", b"y", &Random::seeded(3));
        let both = format!("k2:{}\n{}", STANDARD.encode([7; 32]), *old);
        let both = KeyRing::parse(&both).unwrap();
        assert_eq!(both.current(), "k2");
        assert_eq!(both.open("x", &sealed).unwrap().as_slice(), b"y");
    }

    #[test]
    fn macs_of_shifted_parts_differ() {
        let ring = ring(2);
        assert_ne!(ring.mac("p", &[b"ab", b"c"]), ring.mac("p", &[b"a", b"bc"]));
        assert_ne!(ring.mac("p", &[b"a"]), ring.mac("q", &[b"a"]));
        assert!(ring.mac_with("k9", "p", &[b"a"]).is_none());
    }

    #[test]
    fn six_digits_keep_leading_zeros_and_repeat_for_a_salt() {
        let ring = ring(3);
        let codes: Vec<String> = (0_u32..20_000).map(|n| ring.six_digits(&n.to_be_bytes())).collect();
        assert!(codes.iter().all(|code| code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())));
        let zeros = codes.iter().filter(|code| code.starts_with('0')).count();
        assert!((1_800..2_200).contains(&zeros), "one in ten starts with 0, saw {zeros}");
        assert_eq!(ring.six_digits(b"salt"), ring.six_digits(b"salt"));
    }

    #[test]
    fn a_malformed_ring_names_the_line_and_not_the_key() {
        let error = KeyRing::parse("# comment\nk1:c2hvcnQ=").map(|_| ()).unwrap_err().to_string();
        assert_eq!(error, "line 2 is not `id:base64-of-32-bytes`");
    }

    #[test]
    fn hex_is_read_back_and_nothing_else_is() {
        assert_eq!(unhex(&hex(&[0, 127, 255])), Some(vec![0, 127, 255]));
        assert_eq!((unhex("0"), unhex("zz"), unhex("é1")), (None, None, None));
    }
}
