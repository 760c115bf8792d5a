//! What writes to SQLite cost, every commit synced, and how close redeeming codes comes to the sum of its parts.
//! `cargo bench --bench stores`

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should stop where it stands")]

mod house;

use criterion::{Bencher, Criterion, Throughput};
use futures_util::future::join_all;
use house::{AT_ONCE, House, VERIFIER, at_the_same_time};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;
use wardgate::protocol::client::SigningAlg;
use wardgate::store::ephemeral::Kind;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().unwrap();
    let house = Arc::new(runtime.block_on(House::build()));
    writes(&mut criterion, &runtime, &house);
    parts(&mut criterion, &runtime, &house);
    redemption(&mut criterion, &runtime, &house);
    criterion.final_summary();
}

/// One row a write.
fn writes(criterion: &mut Criterion, runtime: &Runtime, house: &Arc<House>) {
    let mut group = criterion.benchmark_group("write of one row");
    group.measurement_time(Duration::from_secs(10));
    for at_once in [1, AT_ONCE] {
        group.throughput(Throughput::Elements(at_once as u64));
        group.bench_function(format!("{at_once} at once"), |bencher| {
            bencher.iter(|| runtime.block_on(at_the_same_time(at_once, || house.clone().write(1))));
        });
    }
    group.finish();
}

/// What a redemption is made of: a look at the code, a signature, a write of a few statements.
fn parts(criterion: &mut Criterion, runtime: &Runtime, house: &Arc<House>) {
    let mut group = criterion.benchmark_group("part");
    group.measurement_time(Duration::from_secs(10));
    group.bench_function("a read of short-lived state", |bencher| {
        let ephemeral = &house.app.ground.ephemeral;
        bencher.iter(|| runtime.block_on(ephemeral.get::<serde_json::Value>(Kind::Code, b"none")).unwrap());
    });
    group.bench_function("a signature, RS256", |bencher| {
        let claims = serde_json::json!({ "sub": house.account.id.to_string(), "nonce": VERIFIER });
        let keys = &house.app.keys;
        bencher.iter(|| runtime.block_on(keys.sign(SigningAlg::Rs256, "JWT", &claims)).unwrap());
    });
    group.throughput(Throughput::Elements(AT_ONCE as u64));
    group.bench_function(format!("a write of a read and three rows, {AT_ONCE} at once"), |bencher| {
        bencher.iter(|| runtime.block_on(at_the_same_time(AT_ONCE, || house.clone().write(3))));
    });
    group.finish();
}

/// The whole: a code with its verifier for tokens. The codes are issued beforehand.
fn redemption(criterion: &mut Criterion, runtime: &Runtime, house: &Arc<House>) {
    let mut group = criterion.benchmark_group("redeem a code with PKCE");
    group.measurement_time(Duration::from_secs(15));
    for at_once in [1, AT_ONCE] {
        group.throughput(Throughput::Elements(at_once as u64));
        group
            .bench_function(format!("{at_once} at once"), |bencher| redeem(bencher, runtime, house, at_once));
    }
    group.finish();
}

fn redeem(bencher: &mut Bencher<'_>, runtime: &Runtime, house: &Arc<House>, at_once: usize) {
    bencher.iter_custom(|rounds| {
        runtime.block_on(async {
            let mut spent = Duration::ZERO;
            for _ in 0..rounds {
                let mut codes = join_all((0..at_once).map(|_| house.code())).await;
                let begun = Instant::now();
                at_the_same_time(at_once, || {
                    let redeemed = house.clone().redeem(codes.pop().unwrap());
                    async { drop(redeemed.await) }
                })
                .await;
                spent += begun.elapsed();
            }
            spent
        })
    });
}
