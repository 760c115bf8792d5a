use std::sync::LazyLock;

use josekit::jws::HS256;

use super::*;

static RSA: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(SigningAlg::Rs256).unwrap());
static EC: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(SigningAlg::Es256).unwrap());
static PSS: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(SigningAlg::Ps256).unwrap());
static ED: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(SigningAlg::EdDsa).unwrap());

fn keys() -> [&'static SigningKey; 4] {
    [&RSA, &PSS, &EC, &ED]
}

fn claims() -> Value {
    json!({ "iss": "https://id.example.com", "sub": "p-1", "aud": "dashboard" })
}

fn encode(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

fn header_of(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap()).unwrap()
}

/// A token with any header, signed for real by this key.
fn forge(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.signer.sign(signed.as_bytes()).unwrap());
    format!("{signed}.{signature}")
}

#[test]
fn a_signed_token_verifies_and_names_its_key() {
    for key in keys() {
        let token = key.sign(ID_TOKEN, &claims()).unwrap();
        assert_eq!(header_of(&token), json!({ "alg": key.alg().as_str(), "kid": key.kid(), "typ": "JWT" }));
        assert_eq!(kid_of(&token).as_deref(), Some(key.kid()));
        assert_eq!(Value::Object(key.verify(ID_TOKEN, &token).unwrap()), claims());
    }
}

#[test]
fn short_numbers_in_an_es256_signature_are_padded() {
    // One signature in 128 has a number with a leading zero byte.
    for _ in 0..600 {
        let token = EC.sign(ID_TOKEN, &claims()).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(token.rsplit('.').next().unwrap()).unwrap();
        assert_eq!(signature.len(), 64);
        EC.verify(ID_TOKEN, &token).unwrap();
    }
}

#[test]
fn a_changed_token_is_rejected() {
    for key in keys() {
        let token = key.sign(ID_TOKEN, &claims()).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let other = encode(&json!({ "sub": "p-2" }));
        let header = |change: Value| {
            let mut header = header_of(&token);
            header.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            encode(&header)
        };
        let flipped = if parts[2].starts_with('A') { "B" } else { "A" };
        let another = if key.alg() == SigningAlg::Ps256 { "RS256" } else { "PS256" };
        let tampered = [
            format!("{}.{other}.{}", parts[0], parts[2]),
            format!("{}.{}.{flipped}{}", parts[0], parts[1], &parts[2][1..]),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}", parts[0], parts[1]),
            format!("{token}.x"),
            format!("{token}="),
            format!(" {token}"),
            format!("{}.{}.{}", header(json!({ "alg": "none" })), parts[1], parts[2]),
            format!("{}.{}.", header(json!({ "alg": "none" })), parts[1]),
            format!("{}.{}.{}", header(json!({ "alg": "HS256" })), parts[1], parts[2]),
            format!("{}.{}.{}", header(json!({ "alg": another })), parts[1], parts[2]),
            format!("{}.{}.{}", header(json!({ "kid": "other" })), parts[1], parts[2]),
            String::new(),
            "..".to_owned(),
            "a.b.c".to_owned(),
        ];
        for token in tampered {
            assert!(key.verify(ID_TOKEN, &token).is_err(), "{token}");
        }
    }
}

#[test]
fn a_header_that_says_too_much_or_too_little_is_rejected_though_rightly_signed() {
    for key in keys() {
        let (alg, kid) = (key.alg().as_str(), key.kid());
        assert!(
            key.verify(ID_TOKEN, &forge(key, &json!({"alg": alg, "kid": kid, "typ": "jwt"}), &claims()))
                .is_ok()
        );
        let headers = [
            json!({ "alg": "none", "kid": kid, "typ": "JWT" }),
            json!({ "alg": "HS256", "kid": kid, "typ": "JWT" }),
            json!({ "alg": "RS384", "kid": kid, "typ": "JWT" }),
            json!({ "alg": [alg], "kid": kid, "typ": "JWT" }),
            json!({ "kid": kid, "typ": "JWT" }),
            json!({ "alg": alg, "typ": "JWT" }),
            json!({ "alg": alg, "kid": "other", "typ": "JWT" }),
            json!({ "alg": alg, "kid": kid }),
            json!({ "alg": alg, "kid": kid, "typ": "at+jwt" }),
            json!({ "alg": alg, "kid": kid, "typ": "JWT", "crit": ["exp"] }),
            json!({ "alg": alg, "kid": kid, "typ": "JWT", "crit": [] }),
            json!({ "alg": alg, "kid": kid, "typ": "JWT", "crit": "exp" }),
            json!({ "alg": alg, "kid": kid, "typ": "JWT", "crit": null }),
            json!({ "alg": alg, "kid": kid, "typ": "JWT", "crit": ["b64"], "b64": false }),
            json!({ "alg": alg, "kid": kid, "typ": "JWT", "b64": false }),
        ];
        for header in headers {
            assert!(key.verify(ID_TOKEN, &forge(key, &header, &claims())).is_err(), "{header}");
        }
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    for key in keys() {
        let private = PKey::private_key_from_pkcs8(&key.to_der()).unwrap();
        let secrets = [
            private.public_key_to_der(),
            private.public_key_to_pem(),
            Ok(key.public_jwk().to_string().into()),
        ];
        for secret in secrets {
            let mut signer = HS256.signer_from_bytes(secret.unwrap()).unwrap();
            signer.set_key_id(key.kid());
            let mut header = JwsHeader::new();
            header.set_token_type(ID_TOKEN);
            let token = jws::serialize_compact(claims().to_string().as_bytes(), &header, &signer).unwrap();
            assert!(key.verify(ID_TOKEN, &token).is_err());
        }
    }
}

#[test]
fn another_key_of_the_same_kind_verifies_nothing() {
    let other = SigningKey::generate(SigningAlg::Es256).unwrap();
    assert_ne!(other.kid(), EC.kid());
    let header = json!({ "alg": "ES256", "kid": EC.kid(), "typ": "JWT" });
    assert!(EC.verify(ID_TOKEN, &forge(&other, &header, &claims())).is_err());
    assert!(RSA.verify(ID_TOKEN, &EC.sign(ID_TOKEN, &claims()).unwrap()).is_err());
}

#[test]
fn claims_must_be_an_object_of_bounded_size() {
    for claims in [json!([1]), json!("text"), json!(null)] {
        let token = EC.sign(ID_TOKEN, &claims).unwrap();
        assert!(matches!(EC.verify(ID_TOKEN, &token), Err(Rejected::Claims(_))), "{claims}");
    }
    let token = EC.sign(ID_TOKEN, &json!({ "a": "x".repeat(MAX_TOKEN) })).unwrap();
    assert!(matches!(EC.verify(ID_TOKEN, &token), Err(Rejected::TooLong)));
    assert_eq!(kid_of("é".repeat(MAX_TOKEN).as_str()), None);
}

#[test]
fn the_published_key_has_no_private_member() {
    let cases = [
        (&*RSA, ["alg", "e", "kid", "kty", "n", "use"].as_slice()),
        (&*PSS, &["alg", "e", "kid", "kty", "n", "use"]),
        (&*EC, &["alg", "crv", "kid", "kty", "use", "x", "y"]),
        (&*ED, &["alg", "crv", "kid", "kty", "use", "x"]),
    ];
    for (key, expected) in cases {
        let jwk = key.public_jwk();
        let mut names: Vec<&str> = jwk.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, expected);
        assert_eq!((&jwk["use"], &jwk["alg"]), (&json!("sig"), &json!(key.alg().as_str())));
    }
    let set: Value = serde_json::from_slice(&jwks(keys())).unwrap();
    assert_eq!(set, json!({ "keys": keys().map(SigningKey::public_jwk) }));
}

#[test]
fn the_thumbprint_is_that_of_rfc_7638_section_3_1() {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknj\
             hMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qM\
             QvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJ\
             zKnqDKgw";
    let public = BTreeMap::from([("kty", "RSA".to_owned()), ("n", n.to_owned()), ("e", "AQAB".to_owned())]);
    assert_eq!(thumbprint(&public).unwrap(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

#[test]
fn the_access_token_hash_is_that_of_oidc_core_appendix_a() {
    let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    for alg in [SigningAlg::Rs256, SigningAlg::Ps256, SigningAlg::Es256] {
        assert_eq!(at_hash(alg, token), "77QmUPtjPfzWtF2AnpK9RQ");
    }
    // The left half of SHA-512 is 32 bytes: `printf %s TOKEN | openssl sha512 -binary | head -c 32 | basenc --base64url`.
    assert_eq!(at_hash(SigningAlg::EdDsa, token), "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM");
}

#[test]
fn a_key_survives_being_stored() {
    for key in keys() {
        let again = SigningKey::from_der(key.alg(), &key.to_der()).unwrap();
        assert_eq!((again.kid(), again.public_jwk()), (key.kid(), key.public_jwk()));
        let token = again.sign(ID_TOKEN, &claims()).unwrap();
        assert!(key.verify(ID_TOKEN, &token).is_ok());
    }
}

#[test]
fn a_key_for_another_algorithm_or_of_the_wrong_form_is_refused() {
    let sec1 = PKey::private_key_from_pkcs8(&EC.to_der()).unwrap().private_key_to_der().unwrap();
    let short =
        PKey::from_rsa(openssl::rsa::Rsa::generate(1024).unwrap()).unwrap().private_key_to_pkcs8().unwrap();
    let group = openssl::ec::EcGroup::from_curve_name(openssl::nid::Nid::SECP384R1).unwrap();
    let p384 = PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap();
    let p384 = p384.private_key_to_pkcs8().unwrap();
    let ed448 = PKey::generate_ed448().unwrap().private_key_to_pkcs8().unwrap();
    let cases: [(SigningAlg, &[u8]); 12] = [
        (SigningAlg::EdDsa, &ed448),
        (SigningAlg::EdDsa, &EC.to_der()),
        (SigningAlg::Ps256, &short),
        (SigningAlg::Ps256, &EC.to_der()),
        (SigningAlg::Rs256, &PSS.to_der()),
        (SigningAlg::Rs256, &EC.to_der()),
        (SigningAlg::Es256, &RSA.to_der()),
        (SigningAlg::Es256, &sec1),
        (SigningAlg::Es256, &p384),
        (SigningAlg::Rs256, &short),
        (SigningAlg::Rs256, b""),
        (SigningAlg::Es256, b"\x30\x00"),
    ];
    for (index, (alg, der)) in cases.into_iter().enumerate() {
        assert!(SigningKey::from_der(alg, der).is_err(), "case {index}");
    }
}

#[test]
fn a_key_is_never_printed() {
    let printed = format!("{:?}", *EC);
    assert_eq!(printed, format!("SigningKey {{ alg: Es256, kid: {:?}, .. }}", EC.kid()));
}
