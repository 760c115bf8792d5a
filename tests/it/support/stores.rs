//! Which stores a test runs on: SQLite and SQL-backed short-lived state, or, where
//! `WARDGATE_TEST_STORE=postgres-redis`, a PostgreSQL database of its own and Redis.

use sea_orm::{ConnectionTrait, Database};
use std::path::Path;
use wardgate::random::Random;
use wardgate::seal::{KeyRing, hex};

/// The settings of the stores, as TOML. Fails when PostgreSQL and Redis are asked for and not there.
pub(crate) async fn settings(folder: &Path) -> String {
    match std::env::var("WARDGATE_TEST_STORE").as_deref() {
        Ok("postgres-redis") => postgres_and_redis().await,
        Ok(other) => panic!("WARDGATE_TEST_STORE: `{other}` is not known"),
        Err(_) => {
            let folder = folder.display();
            format!(
                "[database]\nurl = \"sqlite://{folder}/wardgate.db\"\n\
                 [secrets]\nkey_file = \"{folder}/wardgate.key\"\n"
            )
        }
    }
}

async fn postgres_and_redis() -> String {
    let server = std::env::var("WARDGATE_TEST_POSTGRES").expect("WARDGATE_TEST_POSTGRES names the server");
    let redis = std::env::var("WARDGATE_TEST_REDIS").expect("WARDGATE_TEST_REDIS names the server");
    let name = format!("test_{}", hex(&Random::System.bytes::<8>()));
    let admin = Database::connect(server.as_str()).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (base, _) = server.rsplit_once('/').expect("the URL ends in a database");
    let ring = KeyRing::generate(&Random::System);
    format!(
        "[database]\nurl = \"{base}/{name}\"\nconnections = 4\n\
         [ephemeral]\nstore = \"redis\"\nredis_url = \"{redis}\"\n\
         [secrets]\nkey = \"{}\"\n",
        ring.trim()
    )
}
