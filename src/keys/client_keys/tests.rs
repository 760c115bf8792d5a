use super::*;
use josekit::jwk::KeyPair as _;
use josekit::jws::{HS256, JwsSigner};
use serde_json::json;
use std::sync::LazyLock;

/// A key of a client: how it signs, and its public half.
struct Signer {
    alg: AssertionAlg,
    signer: Box<dyn JwsSigner>,
    public: Value,
}

static SIGNERS: LazyLock<Vec<Signer>> = LazyLock::new(|| {
    let rsa = RS256.generate_key_pair(2048).unwrap();
    let public = rsa.to_jwk_public_key();
    let mut private = rsa.to_jwk_private_key();
    private.set_parameter("alg", None).unwrap();
    let (rs256, ps256) = (RS256.signer_from_jwk(&private).unwrap(), PS256.signer_from_jwk(&private).unwrap());
    let ec = ES256.generate_key_pair().unwrap();
    let es256 = ES256.signer_from_jwk(&ec.to_jwk_private_key()).unwrap();
    let ed = EdDSA.generate_key_pair(josekit::jwk::alg::ed::EdCurve::Ed25519).unwrap();
    let eddsa = EdDSA.signer_from_jwk(&ed.to_jwk_private_key()).unwrap();
    let signer = |alg, signer, public: Jwk| {
        let members = ["kty", "n", "e", "crv", "x", "y"].into_iter();
        let public = members.filter_map(|name| Some((name.to_owned(), public.as_ref().get(name)?.clone())));
        Signer { alg, signer, public: Value::Object(public.collect()) }
    };
    vec![
        signer(AssertionAlg::Rs256, Box::new(rs256), public.clone()),
        signer(AssertionAlg::Ps256, Box::new(ps256), public),
        signer(AssertionAlg::Es256, Box::new(es256), ec.to_jwk_public_key()),
        signer(AssertionAlg::EdDsa, Box::new(eddsa), ed.to_jwk_public_key()),
    ]
});

fn signer(alg: AssertionAlg) -> &'static Signer {
    SIGNERS.iter().find(|signer| signer.alg == alg).unwrap()
}

impl Signer {
    /// An assertion with this header and these claims as text, rightly signed.
    fn sign_text(&self, header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let signature = self.signer.sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The same with more in the header than the algorithm; `null` takes a parameter out.
    fn sign(&self, more: Value) -> String {
        let mut header = json!({ "alg": self.alg.as_str() });
        header.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.sign_text(&header.to_string(), CLAIMS)
    }

    fn key(&self, more: Value) -> Value {
        let mut key = self.public.clone();
        key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        key
    }
}

const CLAIMS: &str = r#"{"iss":"app","sub":"app"}"#;

fn set(keys: &[Value]) -> KeySet {
    parse(keys).unwrap()
}

fn parse(keys: &[Value]) -> Result<KeySet, BadKeySet> {
    KeySet::parse(json!({ "keys": keys }).to_string().as_bytes())
}

#[test]
fn each_algorithm_verifies_what_its_key_signed() {
    for signer in SIGNERS.iter() {
        let name = signer.alg.as_str();
        let keys = [
            (signer.key(json!({ "kid": "1", "use": "sig", "alg": name })), None),
            (signer.key(json!({ "kid": "1" })), Some(signer.alg)),
            (signer.key(json!({ "key_ops": ["verify"] })), Some(signer.alg)),
        ];
        for (key, registered) in keys {
            let set = set(&[key]);
            assert!(set.suits(signer.alg));
            for header in [json!({}), json!({ "kid": "1" }), json!({ "kid": "1", "typ": "jwt" })] {
                let claims = set.verify(&signer.sign(header), registered).unwrap();
                assert_eq!(Value::Object(claims), serde_json::from_str::<Value>(CLAIMS).unwrap());
            }
        }
    }
    let named = signer(AssertionAlg::EdDsa).key(json!({ "alg": "Ed25519" }));
    assert!(set(&[named]).suits(AssertionAlg::EdDsa), "the name of RFC 9864");
}

#[test]
fn the_algorithm_is_that_of_the_registration_or_of_the_key_a83_i33() {
    let (rs, ps) = (signer(AssertionAlg::Rs256), signer(AssertionAlg::Ps256));
    let plain = set(&[rs.key(json!({}))]);
    assert!(plain.verify(&rs.sign(json!({})), None).is_ok(), "an RSA key that names none is for RS256");
    assert!(plain.verify(&ps.sign(json!({})), None).is_err());
    assert!(plain.verify(&ps.sign(json!({})), Some(AssertionAlg::Ps256)).is_ok());
    assert!(plain.verify(&rs.sign(json!({})), Some(AssertionAlg::Ps256)).is_err());
    let pinned = set(&[rs.key(json!({ "alg": "PS256" }))]);
    assert!(pinned.verify(&ps.sign(json!({})), None).is_ok());
    assert!(pinned.verify(&rs.sign(json!({})), Some(AssertionAlg::Rs256)).is_err());
    let ec = signer(AssertionAlg::Es256);
    let both = set(&[rs.key(json!({})), ec.key(json!({}))]);
    assert!(
        matches!(both.verify(&ec.sign(json!({})), None), Err(BadAssertion::UnknownKey)),
        "either would do"
    );
    assert!(both.verify(&ec.sign(json!({})), Some(AssertionAlg::Es256)).is_ok());
}

#[test]
fn no_algorithm_of_the_header_makes_a_forgery_pass_a83_i33() {
    for signer in SIGNERS.iter() {
        let key = signer.key(json!({ "kid": "1" }));
        let set = set(std::slice::from_ref(&key));
        let claims = URL_SAFE_NO_PAD.encode(CLAIMS);
        for shared in [key.to_string(), signer.public.to_string(), signer.public["x"].to_string()] {
            let secret = HS256.signer_from_bytes(format!("{shared:32}")).unwrap();
            let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","kid":"1"}"#);
            let signed = format!("{header}.{claims}");
            let signature = URL_SAFE_NO_PAD.encode(secret.sign(signed.as_bytes()).unwrap());
            assert!(set.verify(&format!("{signed}.{signature}"), Some(signer.alg)).is_err());
        }
        for alg in ["none", "None", "NONE", "", "HS256", "RS384", "RS256 "] {
            let header = URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "kid": "1" }).to_string());
            assert!(set.verify(&format!("{header}.{claims}."), Some(signer.alg)).is_err(), "{alg}");
            let resigned = signer.sign(json!({ "alg": alg, "kid": "1" }));
            assert!(set.verify(&resigned, Some(signer.alg)).is_err(), "{alg}");
        }
    }
}

#[test]
fn a_header_that_says_too_much_is_refused_though_rightly_signed_a83_i33() {
    let signer = signer(AssertionAlg::Es256);
    let set = set(&[signer.key(json!({ "kid": "1" }))]);
    assert!(
        set.verify(&signer.sign(json!({ "kid": "1", "typ": "client-authentication+jwt" })), None).is_ok()
    );
    for header in [
        json!({ "kid": "../../x" }),
        json!({ "kid": "1' OR '1'='1" }),
        json!({ "kid": ["1"] }),
        json!({ "kid": null }),
        json!({ "kid": "1", "jku": "https://evil.example/keys" }),
        json!({ "kid": "1", "jwk": signer.public }),
        json!({ "kid": "1", "x5u": "https://evil.example/chain" }),
        json!({ "kid": "1", "x5c": ["MII"] }),
        json!({ "kid": "1", "crit": ["exp"] }),
        json!({ "kid": "1", "crit": [] }),
        json!({ "kid": "1", "crit": null }),
        json!({ "kid": "1", "b64": false }),
        json!({ "kid": "1", "zip": "DEF" }),
        json!({ "kid": "1", "typ": "logout+jwt" }),
        json!({ "kid": "1", "typ": "at+jwt" }),
        json!({ "kid": "1", "typ": 1 }),
    ] {
        assert!(set.verify(&signer.sign(header.clone()), None).is_err(), "{header}");
    }
}

#[test]
fn what_is_no_sound_jwt_or_too_long_is_refused_i33() {
    let signer = signer(AssertionAlg::Es256);
    let set = set(&[signer.key(json!({}))]);
    let header = r#"{"alg":"ES256"}"#;
    assert!(set.verify(&signer.sign_text(header, CLAIMS), None).is_ok());
    let good = signer.sign_text(header, CLAIMS);
    let (body, signature) = good.rsplit_once('.').unwrap();
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_ASSERTION));
    for (what, jwt) in [
        ("a name twice in the claims", signer.sign_text(header, r#"{"sub":"app","iss":"a","sub":"evil"}"#)),
        ("a name twice in the header", signer.sign_text(r#"{"alg":"ES256","alg":"ES256"}"#, CLAIMS)),
        ("claims that are a list", signer.sign_text(header, "[1]")),
        ("claims that are text", signer.sign_text(header, "\"a\"")),
        ("too much", signer.sign_text(header, &long)),
        ("one more part", format!("{good}.x")),
        ("no signature", format!("{body}.")),
        ("two parts", body.to_owned()),
        ("another signature", format!("{body}.{}", &signature.replace(&signature[..4], "AAAA"))),
        ("nothing", String::new()),
        ("dots", "..".to_owned()),
    ] {
        assert!(set.verify(&jwt, None).is_err(), "{what}");
    }
    assert_eq!(subject_of(&good).as_deref(), Some("app"));
    assert_eq!(subject_of("a.b.c"), None);
}

#[test]
fn a_key_is_found_by_its_name_or_by_being_the_only_one() {
    let (ec, ed) = (signer(AssertionAlg::Es256), signer(AssertionAlg::EdDsa));
    let two = set(&[ec.key(json!({ "kid": "1" })), ed.key(json!({ "kid": "2" }))]);
    assert!(two.verify(&ec.sign(json!({ "kid": "1" })), None).is_ok());
    assert!(two.verify(&ed.sign(json!({ "kid": "2" })), None).is_ok());
    assert!(matches!(two.verify(&ec.sign(json!({ "kid": "2" })), None), Err(BadAssertion::Signature(_))));
    for header in [json!({ "kid": "3" }), json!({})] {
        assert!(matches!(two.verify(&ec.sign(header), None), Err(BadAssertion::UnknownKey)));
    }
    let twice = set(&[ec.key(json!({ "kid": "1" })), ec.key(json!({ "kid": "1" }))]);
    assert!(matches!(twice.verify(&ec.sign(json!({ "kid": "1" })), None), Err(BadAssertion::UnknownKey)));
}

#[test]
fn a_set_without_a_usable_key_or_with_a_secret_one_is_refused() {
    let ec = signer(AssertionAlg::Es256);
    let short = openssl::rsa::Rsa::generate(1024).unwrap();
    let short = URL_SAFE_NO_PAD.encode(short.n().to_vec());
    let cases = [
        (vec![], BadKeySet::Useless),
        (vec![ec.key(json!({ "use": "enc" }))], BadKeySet::Useless),
        (vec![ec.key(json!({ "use": 1 }))], BadKeySet::Useless),
        (vec![ec.key(json!({ "key_ops": ["sign"] }))], BadKeySet::Useless),
        (vec![ec.key(json!({ "alg": "RS256" }))], BadKeySet::Useless),
        (vec![ec.key(json!({ "alg": "HS256" }))], BadKeySet::Useless),
        (vec![ec.key(json!({ "kid": 1 }))], BadKeySet::Useless),
        (vec![ec.key(json!({ "crv": "P-384" }))], BadKeySet::Useless),
        (vec![ec.key(json!({ "x": "AAAA" }))], BadKeySet::Useless),
        (vec![ec.key(json!({ "kty": "OKP", "crv": "Ed448" }))], BadKeySet::Useless),
        (vec![json!({ "kty": "RSA", "n": short, "e": "AQAB" })], BadKeySet::Useless),
        (vec![json!({ "kty": "RSA", "n": "x".repeat(MAX_MEMBER + 1), "e": "AQAB" })], BadKeySet::Useless),
        (vec![ec.key(json!({ "d": "AAAA" }))], BadKeySet::Secret),
        (vec![ec.key(json!({})), json!({ "kty": "oct", "k": "AAAA" })], BadKeySet::Secret),
        (vec![json!("key")], BadKeySet::Form),
        (vec![ec.key(json!({})); MAX_KEYS + 1], BadKeySet::TooMany),
    ];
    for (keys, expected) in cases {
        assert_eq!(parse(&keys).unwrap_err(), expected, "{keys:?}");
    }
    for text in ["", "{}", "[]", "null", r#"{"keys":{}}"#, r#"{"keys":[}"#] {
        assert_eq!(KeySet::parse(text.as_bytes()).unwrap_err(), BadKeySet::Form, "{text}");
    }
    let mixed = [json!({ "kty": "new" }), ec.key(json!({ "use": "enc" })), ec.key(json!({}))];
    assert!(set(&mixed).suits(AssertionAlg::Es256), "keys of no use here are left out");
}
