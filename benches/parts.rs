//! What the parts of a sign-in cost that need no store: signatures, a password hash, the journey's decision, the
//! checks of an authorization request. `cargo bench --bench parts`

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop where it stands")]

use criterion::Criterion;
use serde_json::json;
use std::hint::black_box;
use std::time::Duration;
use tokio::runtime::Runtime;
use wardgate::accounts::{Hasher, Password};
use wardgate::config::Config;
use wardgate::ids::AccountId;
use wardgate::journey::{Facts, Known, Need, PhoneFact, Proved, next_step};
use wardgate::keys::jose::{ID_TOKEN, SigningKey};
use wardgate::protocol::authorize::AuthorizationRequest;
use wardgate::protocol::claims::ClaimsRequest;
use wardgate::protocol::client::{ClientPolicy, SigningAlg};
use wardgate::protocol::params::Params;
use wardgate::protocol::redirect::CallbackTarget;
use wardgate::random::Random;
use wardgate::seal::KeyRing;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    sign(&mut criterion);
    hash(&mut criterion);
    decide(&mut criterion);
    check(&mut criterion);
    criterion.final_summary();
}

/// An ID token of the usual size.
fn sign(criterion: &mut Criterion) {
    let claims = json!({
        "iss": "https://login.example.org", "sub": "019a0000-0000-7000-8000-000000000000", "aud": "dashboard",
        "exp": 1_790_000_600, "iat": 1_790_000_000, "auth_time": 1_790_000_000, "nonce": "n-0S6_WzA2Mj",
        "acr": "urn:example:aal2", "amr": ["pwd", "sms", "mfa"], "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
        "sid": "019a0000-0000-7000-8000-000000000001", "jti": "019a0000-0000-7000-8000-000000000002",
    });
    for alg in SigningAlg::ALL {
        let key = SigningKey::generate(alg).unwrap();
        criterion.bench_function(&format!("sign {}", alg.as_str()), |bencher| {
            bencher.iter(|| key.sign(ID_TOKEN, black_box(&claims)).unwrap());
        });
    }
}

/// Argon2id at the default costs, its memory kept between the hashes.
fn hash(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let ring = KeyRing::parse(&KeyRing::generate(&Random::System)).unwrap();
    let hasher = Hasher::new(&Config::from_toml("").unwrap().passwords, ring, Random::System);
    let password = Password::typed("quiet harbour lantern six");
    let mut group = criterion.benchmark_group("hash");
    group.measurement_time(Duration::from_secs(10)).sample_size(50);
    group.bench_function("argon2id, default costs", |bencher| {
        bencher.iter(|| runtime.block_on(hasher.hash(&password)).unwrap());
    });
    group.finish();
}

fn decide(criterion: &mut Criterion) {
    let known = Known {
        account: AccountId(uuid::Uuid::nil()),
        proved: Proved::Both,
        email_proved: true,
        blocked: false,
        phone: PhoneFact::Proved,
        terms_due: false,
        admitted: true,
        consent_due: false,
        disclaimer_due: false,
    };
    let (facts, waits) = (Facts::Known(known), std::collections::BTreeSet::new());
    criterion.bench_function("next_step", |bencher| {
        bencher.iter(|| next_step(black_box(&Need::Home), &waits, black_box(&facts)));
    });
}

/// From the bytes of the query to a checked request, the callback proven on the way.
fn check(criterion: &mut Criterion) {
    let policy = ClientPolicy::new("dashboard", vec!["https://app.example/callback".to_owned()]);
    let query = "response_type=code&client_id=dashboard&redirect_uri=https%3A%2F%2Fapp.example%2Fcallback\
                 &scope=openid%20profile%20email&state=af0ifjsldkj&nonce=n-0S6_WzA2Mj\
                 &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
    criterion.bench_function("authorization request: prove the callback, all checks", |bencher| {
        bencher.iter(|| {
            let params = Params::parse(black_box(query).as_bytes()).unwrap();
            let target = CallbackTarget::prove(&policy, &params).unwrap();
            AuthorizationRequest::check(&params, &policy, &target, ClaimsRequest::default()).unwrap()
        });
    });
}
