//! The public keys of an application, and the assertions that it signs with them (RFC 7517, RFC 7523).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::JoseError;
use josekit::jwk::Jwk;
use josekit::jws::{self, ES256, EdDSA, JwsVerifier, PS256, RS256};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::protocol::client::AssertionAlg;

/// The longest assertion that is looked at, in bytes.
const MAX_ASSERTION: usize = 8 * 1024;
/// The most keys in one set: a set is for one application.
const MAX_KEYS: usize = 32;
/// The longest member of a key: an RSA modulus of 8192 bits. A longer one would cost us more than its sender.
const MAX_MEMBER: usize = 1366;
/// Members of a private or shared key (RFC 7518 6). A set that has one gave it away.
const SECRET_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "k"];
/// `typ` of an assertion, where it has one: the old, the general and the new name.
const TYPES: [&str; 2] = ["JWT", "client-authentication+jwt"];
/// Header parameters that would bring or point to a key, or change what is signed.
const REFUSED_HEADERS: [&str; 7] = ["crit", "b64", "zip", "jku", "jwk", "x5u", "x5c"];

type Object = Map<String, Value>;

/// A set of parsed keys: to parse them for each signature would cost three times as much as to check it.
#[derive(Debug)]
pub struct KeySet(Vec<PublicKey>);

struct PublicKey {
    kid: Option<String>,
    /// What the key can check, its own algorithm first.
    verifiers: Vec<(AssertionAlg, Box<dyn JwsVerifier>)>,
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

/// Why a set is refused, as the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKeySet {
    /// It is no JSON object with a list of objects called `keys`.
    #[error("is no JWK set: a JSON object with a list `keys`")]
    Form,
    /// It has too many keys.
    #[error("has more than {MAX_KEYS} keys")]
    TooMany,
    /// It has a private or a shared key.
    #[error("has a private or shared key in it: that key is no secret any more")]
    Secret,
    /// It has no key for any of the algorithms.
    #[error("has no key for a signature with RS256, PS256, ES256 or EdDSA")]
    Useless,
}

/// Why an assertion is not one of this set's. For logs; a client learns no more than that it did not prove itself.
#[derive(Debug, thiserror::Error)]
pub enum BadAssertion {
    /// Longer than any assertion needs to be.
    #[error("the assertion is longer than {MAX_ASSERTION} bytes")]
    TooLong,
    /// It is no JWT, or one with a member twice.
    #[error("the assertion is no sound JWT")]
    Form,
    /// Its header brings a key along, names another use, or changes the signature's meaning.
    #[error("the assertion's header has a {0} that is refused")]
    Header(&'static str),
    /// No key fits, or several do.
    #[error("no key fits the assertion alone")]
    UnknownKey,
    /// The signature is not that key's, with the algorithm that it is for.
    #[error("the assertion's signature is not that of its key and algorithm")]
    Signature(#[from] JoseError),
}

impl KeySet {
    /// Reads a JWK set. Keys for another use or of an unknown kind are left out, as RFC 7517 5 wants.
    ///
    /// # Errors
    /// See [`BadKeySet`].
    pub fn parse(json: &[u8]) -> Result<Self, BadKeySet> {
        let set: Value = serde_json::from_slice(json).map_err(|_| BadKeySet::Form)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(BadKeySet::Form)?;
        if keys.len() > MAX_KEYS {
            return Err(BadKeySet::TooMany);
        }
        let keys: Option<Vec<_>> = keys.iter().map(Value::as_object).collect();
        let keys = keys.ok_or(BadKeySet::Form)?;
        let is_secret = |key: &&Object| SECRET_MEMBERS.iter().any(|member| key.contains_key(*member));
        if keys.iter().any(is_secret) {
            return Err(BadKeySet::Secret);
        }
        let usable: Vec<PublicKey> = keys.into_iter().filter_map(PublicKey::read).collect();
        if usable.is_empty() { Err(BadKeySet::Useless) } else { Ok(Self(usable)) }
    }

    /// Whether a key can check signatures of this algorithm.
    #[must_use]
    pub fn suits(&self, alg: AssertionAlg) -> bool {
        self.0.iter().any(|key| key.verifier(Some(alg)).is_some())
    }

    /// Checks that one of the keys signed the assertion, and gives its claims. **Only the signature is checked.**
    ///
    /// The algorithm is the registered one, or the one that the key is for, whatever the header says (RFC 8725 3.1;
    /// I33); nothing in the header can bring a key along or point to one.
    ///
    /// # Errors
    /// See [`BadAssertion`].
    pub fn verify(
        &self,
        assertion: &str,
        alg: Option<AssertionAlg>,
    ) -> Result<Map<String, Value>, BadAssertion> {
        let (header, claims) = parts(assertion)?;
        check_header(&header)?;
        let kid = match header.get("kid") {
            None => None,
            Some(Value::String(kid)) => Some(kid.as_str()),
            Some(_) => return Err(BadAssertion::Header("kid")),
        };
        let mut fitting = self.0.iter().filter(|key| key.is_called(kid)).filter_map(|key| key.verifier(alg));
        // OIDC Core 10.1: where several keys would do, the header says which.
        let (Some(verifier), None) = (fitting.next(), fitting.next()) else {
            return Err(BadAssertion::UnknownKey);
        };
        jws::deserialize_compact(assertion, verifier)?;
        Ok(claims)
    }
}

impl PublicKey {
    fn read(key: &Object) -> Option<Self> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        if key.contains_key("use") && text("use") != Some("sig") {
            return None;
        }
        if let Some(operations) = key.get("key_ops") {
            operations.as_array()?.iter().find(|operation| *operation == "verify")?;
        }
        let own = match key.get("alg") {
            None => None,
            Some(alg) => Some(AssertionAlg::parse(alg.as_str()?)?),
        };
        let (kind, members): (_, &[&str]) = match text("kty")? {
            "RSA" => ([AssertionAlg::Rs256, AssertionAlg::Ps256].as_slice(), &["kty", "n", "e"]),
            "EC" => (&[AssertionAlg::Es256], &["kty", "crv", "x", "y"]),
            "OKP" if text("crv")? == "Ed25519" => (&[AssertionAlg::EdDsa], &["kty", "crv", "x"]),
            _ => return None,
        };
        let member = |name: &&str| {
            let value = text(name).filter(|value| value.len() <= MAX_MEMBER)?;
            Some(((*name).to_owned(), Value::from(value)))
        };
        let jwk = Jwk::from_map(members.iter().map(member).collect::<Option<Map<_, _>>>()?).ok()?;
        let wanted = kind.iter().filter(|alg| own.is_none_or(|own| own == **alg));
        let verifiers: Vec<_> = wanted.filter_map(|alg| Some((*alg, verifier(*alg, &jwk).ok()?))).collect();
        let kid = match key.get("kid") {
            None => None,
            Some(kid) => Some(kid.as_str()?.to_owned()),
        };
        (!verifiers.is_empty()).then_some(Self { kid, verifiers })
    }

    /// Whether the key may be the one that a header means. One without a name may be any.
    fn is_called(&self, kid: Option<&str>) -> bool {
        self.kid.as_deref().zip(kid).is_none_or(|(own, wanted)| own == wanted)
    }

    fn verifier(&self, alg: Option<AssertionAlg>) -> Option<&dyn JwsVerifier> {
        let mut all = self.verifiers.iter();
        all.find(|(own, _)| alg.is_none_or(|alg| alg == *own)).map(|(_, verifier)| &**verifier)
    }
}

/// josekit refuses RSA keys below 2048 bits, other curves, and points that are not on theirs.
fn verifier(alg: AssertionAlg, jwk: &Jwk) -> Result<Box<dyn JwsVerifier>, JoseError> {
    Ok(match alg {
        AssertionAlg::Rs256 => Box::new(RS256.verifier_from_jwk(jwk)?),
        AssertionAlg::Ps256 => Box::new(PS256.verifier_from_jwk(jwk)?),
        AssertionAlg::Es256 => Box::new(ES256.verifier_from_jwk(jwk)?),
        AssertionAlg::EdDsa => Box::new(EdDSA.verifier_from_jwk(jwk)?),
    })
}

/// The subject of an assertion, to find the client whose keys verify it. Proves nothing.
#[must_use]
pub fn subject_of(assertion: &str) -> Option<String> {
    let (_, claims) = parts(assertion).ok()?;
    claims.get("sub")?.as_str().map(str::to_owned)
}

/// Header and claims, before anything is proven.
fn parts(assertion: &str) -> Result<(Object, Object), BadAssertion> {
    if assertion.len() > MAX_ASSERTION {
        return Err(BadAssertion::TooLong);
    }
    let parts: Vec<&str> = assertion.split('.').collect();
    let [header, claims, _signature] = parts.as_slice() else { return Err(BadAssertion::Form) };
    let read = |part: &str| {
        let json = URL_SAFE_NO_PAD.decode(part).ok()?;
        serde_json::from_slice::<Once>(&json).ok().map(|once| once.0)
    };
    read(header).zip(read(claims)).ok_or(BadAssertion::Form)
}

fn check_header(header: &Object) -> Result<(), BadAssertion> {
    if let Some(name) = REFUSED_HEADERS.into_iter().find(|name| header.contains_key(*name)) {
        return Err(BadAssertion::Header(name));
    }
    match header.get("typ") {
        None => Ok(()),
        Some(Value::String(typ)) if TYPES.iter().any(|known| known.eq_ignore_ascii_case(typ)) => Ok(()),
        Some(_) => Err(BadAssertion::Header("typ")),
    }
}

/// A JSON object in which no name comes twice: two readers that pick different ones would see different claims (I33).
struct Once(Object);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Once;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Once, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if map.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name comes twice"));
                    }
                }
                Ok(Once(map))
            }
        }
        deserializer.deserialize_map(Names)
    }
}

#[cfg(test)]
mod tests;
