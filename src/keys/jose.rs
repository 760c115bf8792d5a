//! One signing key and its JWTs (RFC 7515, RFC 7519).

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::JoseError;
use josekit::jwk::alg::ed::EdCurve;
use josekit::jwk::{Jwk, KeyPair};
use josekit::jws::{self, ES256, EdDSA, JwsHeader, JwsSigner, JwsVerifier, PS256, RS256};
use openssl::error::ErrorStack;
use openssl::pkey::{Id, PKey};
use openssl::sha::{sha256, sha512};
use serde::Serialize;
use serde_json::{Map, Value, json};
use zeroize::Zeroizing;

use crate::protocol::client::SigningAlg;

/// `typ` of an ID token (RFC 7519 5.1).
pub const ID_TOKEN: &str = "JWT";
/// `typ` of an access token (RFC 9068 2.1): it can be taken for no other token, and no other for it (A87).
pub const ACCESS_TOKEN: &str = "at+jwt";
/// `typ` of a logout token (Back-Channel Logout 1.0, 2.4).
pub const LOGOUT_TOKEN: &str = "logout+jwt";
/// Length of RSA keys (RFC 7518 3.3 allows no less).
const RSA_BITS: u32 = 2048;
/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 16 * 1024;

/// A private key that signs with one algorithm, parsed once: to parse it per signature would cost three times as much
/// as the signature. Never printed.
pub struct SigningKey {
    alg: SigningAlg,
    kid: String,
    pkcs8: Zeroizing<Vec<u8>>,
    public: BTreeMap<&'static str, String>,
    signer: Box<dyn JwsSigner>,
    verifier: Box<dyn JwsVerifier>,
}

/// Why a key cannot be made or read, or why it cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// josekit refuses.
    #[error("the signing key cannot be used")]
    Jose(#[from] JoseError),
    /// OpenSSL refuses.
    #[error("the signing key cannot be read or written")]
    OpenSsl(#[from] ErrorStack),
    /// The public half has no such member.
    #[error("the public key has no member {0}")]
    Member(&'static str),
    /// The claims have no JSON form.
    #[error("the claims cannot be written as JSON")]
    Claims(#[from] serde_json::Error),
}

/// Why a token is not taken for one of this key's. For logs; a client learns no more than that it is invalid.
#[derive(Debug, thiserror::Error)]
pub enum Rejected {
    /// Longer than any token of ours.
    #[error("the token is longer than {MAX_TOKEN} bytes")]
    TooLong,
    /// Form, header or signature is not this key's.
    #[error("the token was not signed by this key for this use")]
    NotOurs(#[from] JoseError),
    /// What was signed is no JSON object.
    #[error("the token's claims are no JSON object")]
    Claims(#[from] serde_json::Error),
}

/// Public members, key id, signer and verifier of a key of one algorithm of josekit, which has a type for each.
macro_rules! parts {
    ($alg:expr, $pkcs8:expr, $members:expr) => {{
        let pair = $alg.key_pair_from_der($pkcs8)?;
        let public = members(&pair.to_jwk_public_key(), $members)?;
        let kid = thumbprint(&public)?;
        let mut signer = $alg.signer_from_der($pkcs8)?;
        let mut verifier = $alg.verifier_from_der(pair.to_der_public_key())?;
        signer.set_key_id(&kid);
        verifier.set_key_id(&kid);
        let both: (Box<dyn JwsSigner>, Box<dyn JwsVerifier>) = (Box::new(signer), Box::new(verifier));
        (public, kid, both.0, both.1)
    }};
}

impl SigningKey {
    /// Makes a new key: RSA of 2048 bits for RS256 and PS256, P-256 for ES256, Ed25519 for EdDSA.
    ///
    /// Randomness is an argument everywhere else; here it comes from OpenSSL's generator inside josekit, since a key
    /// that a seed could bring back would be worth nothing. RSA takes 0.2 s of CPU and more: call it in
    /// `spawn_blocking`, ahead of need.
    ///
    /// # Errors
    /// If OpenSSL has no randomness or no memory.
    pub fn generate(alg: SigningAlg) -> Result<Self, KeyError> {
        let der = Zeroizing::new(match alg {
            SigningAlg::Rs256 => RS256.generate_key_pair(RSA_BITS)?.to_der_private_key(),
            SigningAlg::Ps256 => PS256.generate_key_pair(RSA_BITS)?.to_der_private_key(),
            SigningAlg::Es256 => ES256.generate_key_pair()?.to_der_private_key(),
            SigningAlg::EdDsa => EdDSA.generate_key_pair(EdCurve::Ed25519)?.to_der_private_key(),
        });
        // josekit writes EC keys as SEC 1.
        let pkcs8 = Zeroizing::new(PKey::private_key_from_der(&der)?.private_key_to_pkcs8()?);
        Self::from_der(alg, &pkcs8)
    }

    /// Reads a key from PKCS#8 DER (RFC 5958), as [`SigningKey::to_der`] wrote it.
    ///
    /// # Errors
    /// If the bytes are no PKCS#8, or the key is not one for this algorithm, or an RSA key is shorter than 2048 bits.
    pub fn from_der(alg: SigningAlg, pkcs8: &[u8]) -> Result<Self, KeyError> {
        let private = PKey::private_key_from_pkcs8(pkcs8)?;
        if alg == SigningAlg::EdDsa && private.id() != Id::ED25519 {
            return Err(KeyError::Member("crv"));
        }
        let (public, kid, signer, verifier) = match alg {
            SigningAlg::Rs256 => parts!(RS256, pkcs8, ["e", "kty", "n"]),
            SigningAlg::Ps256 => parts!(PS256, pkcs8, ["e", "kty", "n"]),
            SigningAlg::Es256 => parts!(ES256, pkcs8, ["crv", "kty", "x", "y"]),
            SigningAlg::EdDsa => parts!(EdDSA, pkcs8, ["crv", "kty", "x"]),
        };
        Ok(Self { alg, kid, pkcs8: Zeroizing::new(pkcs8.to_vec()), public, signer, verifier })
    }

    /// The private key as PKCS#8 DER, in clear: for the caller to seal before it is stored. Wiped when dropped.
    #[must_use]
    pub fn to_der(&self) -> Zeroizing<Vec<u8>> {
        self.pkcs8.clone()
    }

    /// The algorithm.
    #[must_use]
    pub const fn alg(&self) -> SigningAlg {
        self.alg
    }

    /// The key id: the SHA-256 thumbprint of the public key (RFC 7638), so that it cannot be given twice.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key as a JWK (RFC 7517 4) with `kid`, `use` and `alg`. Made of named public members only.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        let named = [("kid", self.kid.as_str()), ("use", "sig"), ("alg", self.alg.as_str())];
        let public = self.public.iter().map(|(name, value)| (*name, value.as_str()));
        Value::Object(public.chain(named).map(|(name, value)| (name.to_owned(), value.into())).collect())
    }

    /// Signs claims as a compact JWS (RFC 7515 3.1) with `alg`, `kid` and this `typ` in the header (RFC 8725 3.11).
    /// 0.3 ms of CPU with RSA, 0.03 ms with ES256 and EdDSA.
    ///
    /// # Errors
    /// If the claims have no JSON form, or OpenSSL fails.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut header = JwsHeader::new();
        header.set_token_type(typ);
        Ok(jws::serialize_compact(&serde_json::to_vec(claims)?, &header, &*self.signer)?)
    }

    /// Checks that this key signed the token for this `typ`, and gives the claims. **Only the signature is checked**:
    /// expiry, issuer and audience are the caller's.
    ///
    /// The algorithm is the key's own, whatever the header says (RFC 8725 3.1); `kid` must be this key's; any `crit`
    /// is refused, whatever it holds (RFC 7515 4.1.11; josekit ignores one that is no array); unsecured tokens have no
    /// way in.
    ///
    /// # Errors
    /// See [`Rejected`].
    pub fn verify(&self, typ: &str, token: &str) -> Result<Map<String, Value>, Rejected> {
        if token.len() > MAX_TOKEN {
            return Err(Rejected::TooLong);
        }
        let (claims, _) = jws::deserialize_compact_with_selector(token, |header| {
            let for_this_use = header.token_type().is_some_and(|given| given.eq_ignore_ascii_case(typ));
            let plain = header.claim("crit").is_none() && header.claim("b64").is_none();
            Ok((for_this_use && plain).then_some(&*self.verifier))
        })?;
        Ok(serde_json::from_slice(&claims)?)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("alg", &self.alg).field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// The key id that a token names, to choose the key with which it is verified. Proves nothing.
#[must_use]
pub fn kid_of(token: &str) -> Option<String> {
    let (header, _) = token.get(..MAX_TOKEN.min(token.len()))?.split_once('.')?;
    let header: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    header.get("kid")?.as_str().map(str::to_owned)
}

/// The key set (RFC 7517 5) as prepared bytes of JSON.
#[must_use]
pub fn jwks<'a>(keys: impl IntoIterator<Item = &'a SigningKey>) -> Vec<u8> {
    let keys: Vec<Value> = keys.into_iter().map(SigningKey::public_jwk).collect();
    json!({ "keys": keys }).to_string().into_bytes()
}

/// `at_hash` of an access token (OIDC Core 3.1.3.6): the left half of its hash by the algorithm that signs the ID token;
/// that of Ed25519 is SHA-512 (RFC 8032 5.1).
#[must_use]
pub fn at_hash(alg: SigningAlg, access_token: &str) -> String {
    let bytes = access_token.as_bytes();
    match alg {
        SigningAlg::Rs256 | SigningAlg::Ps256 | SigningAlg::Es256 => {
            URL_SAFE_NO_PAD.encode(&sha256(bytes)[..16])
        }
        SigningAlg::EdDsa => URL_SAFE_NO_PAD.encode(&sha512(bytes)[..32]),
    }
}

/// Only these members of a JWK, so that no private one can slip in.
fn members<const N: usize>(
    jwk: &Jwk,
    names: [&'static str; N],
) -> Result<BTreeMap<&'static str, String>, KeyError> {
    let member = |name| match jwk.parameter(name) {
        Some(Value::String(value)) => Ok((name, value.clone())),
        _ if name == "kty" => Ok((name, jwk.key_type().to_owned())),
        _ => Err(KeyError::Member(name)),
    };
    names.into_iter().map(member).collect()
}

/// RFC 7638 3: the required members in the order of their names, without white space.
fn thumbprint(public: &BTreeMap<&'static str, String>) -> Result<String, KeyError> {
    Ok(URL_SAFE_NO_PAD.encode(sha256(&serde_json::to_vec(public)?)))
}

#[cfg(test)]
mod tests;
