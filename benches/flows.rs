//! Whole flows in process, on SQLite with synced writes, beside the sum of their parts as sea-orm does them in the same
//! run: a signature, reads, grouped writes of as many rows. The goal is 60 % of that sum's rate.
//! `cargo bench --bench flows`

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop where it stands")]

mod house;

use futures_util::future::join_all;
use house::{AT_ONCE, House, VERIFIER, at_the_same_time};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use wardgate::protocol::bearer::BearerToken;
use wardgate::protocol::client::SigningAlg;
use wardgate::store::ephemeral::Kind;

/// Rounds of `AT_ONCE` operations that are measured, after one in ten that is not.
const ROUNDS: usize = 60;

fn main() {
    Runtime::new().unwrap().block_on(async {
        let house = Arc::new(House::build().await);
        house.app.keys.ready().await;
        let parts = Parts::measure(&house).await;
        println!("parts, each {AT_ONCE} at once: {parts:?}");
        let Parts { signature, read, write_of_two, write_of_three, write_of_four } = parts;
        let none = async || vec![String::new(); AT_ONCE];
        let code =
            time(
                &house,
                none,
                |house, _| async move { drop(house.clone().redeem(house.code().await).await) },
            );
        report("code + PKCE", code.await, write_of_two + read + signature + write_of_three);
        let tokens = async || refresh_tokens(&house).await;
        let refresh = time(&house, tokens, |house, token| async move {
            house.token(&format!("grant_type=refresh_token&refresh_token={token}")).await;
        });
        report("refresh", refresh.await, read + signature + write_of_four);
        let service = time(&house, none, |house, _| async move {
            house.token("grant_type=client_credentials").await;
        });
        report("client credentials", service.await, signature);
        let access = house.clone().redeem(house.code().await).await.access_token;
        let same = async || vec![access.clone(); AT_ONCE];
        let known = time(&house, same, |house, token| async move {
            let client = house.app.clients.find("app").await.unwrap().unwrap();
            house.app.grants.introspect(&client, &token).await.unwrap();
        });
        report("introspection", known.await, read);
        let person = time(&house, same, |house, token| async move {
            let token = BearerToken::gather(Some(&format!("Bearer {token}")), None).unwrap();
            house.app.grants.userinfo(&token).await.unwrap().unwrap();
        });
        report("userinfo", person.await, read);
    });
}

fn report(flow: &str, whole: Duration, parts: Duration) {
    let share = 100.0 * parts.as_secs_f64() / whole.as_secs_f64();
    println!("{flow:20} {whole:>10.1?} each, its parts {parts:>10.1?}: {share:.0} %");
}

/// What one costs where as many are under way at the same time as in a flow.
#[derive(Debug)]
struct Parts {
    signature: Duration,
    read: Duration,
    write_of_two: Duration,
    write_of_three: Duration,
    write_of_four: Duration,
}

impl Parts {
    async fn measure(house: &Arc<House>) -> Self {
        let none = async || vec![String::new(); AT_ONCE];
        let signature = time(house, none, |house, _| async move {
            let claims = serde_json::json!({ "sub": house.account.id.to_string(), "nonce": VERIFIER });
            house.app.keys.sign(SigningAlg::Rs256, "JWT", &claims).await.unwrap();
        });
        let signature = signature.await;
        let read = time(house, none, |house, _| async move {
            house.app.ground.ephemeral.get::<serde_json::Value>(Kind::Code, b"none").await.unwrap();
        });
        let read = read.await;
        let write = async |rows| time(house, none, move |house, _| house.write(rows)).await;
        let (write_of_two, write_of_three) = (write(2).await, write(3).await);
        Self { signature, read, write_of_two, write_of_three, write_of_four: write(4).await }
    }
}

/// The time of one operation, many at once. What each is given is made beforehand and not measured.
async fn time<W>(
    house: &Arc<House>,
    given: impl AsyncFn() -> Vec<String>,
    work: impl Fn(Arc<House>, String) -> W,
) -> Duration
where
    W: Future<Output = ()> + Send + 'static,
{
    let mut spent = Duration::ZERO;
    for round in 0..ROUNDS + ROUNDS / 10 {
        let given = Mutex::new(given().await);
        let begun = Instant::now();
        at_the_same_time(AT_ONCE, || work(house.clone(), given.lock().unwrap().pop().unwrap())).await;
        if round >= ROUNDS / 10 {
            spent += begun.elapsed();
        }
    }
    spent / u32::try_from(ROUNDS * AT_ONCE).unwrap()
}

async fn refresh_tokens(house: &Arc<House>) -> Vec<String> {
    let issued = join_all((0..AT_ONCE).map(|_| async { house.clone().redeem(house.code().await).await }));
    issued.await.into_iter().map(|tokens| tokens.refresh_token.unwrap()).collect()
}
