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
        Err(_) => sqlite(folder),
    }
}

/// The settings of SQLite in a folder.
pub(crate) fn sqlite(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        "[database]\nurl = \"sqlite://{folder}/wardgate.db\"\n\
         [secrets]\nkey_file = \"{folder}/wardgate.key\"\n"
    )
}

async fn postgres_and_redis() -> String {
    let (sql, redis) = (postgres(&new_postgres().await), redis());
    format!("{sql}[ephemeral]\nstore = \"redis\"\nredis_url = \"{redis}\"\n")
}

/// The settings of a PostgreSQL database.
pub(crate) fn postgres(url: &str) -> String {
    let ring = KeyRing::generate(&Random::System);
    format!("[database]\nurl = \"{url}\"\nconnections = 4\n[secrets]\nkey = \"{}\"\n", ring.trim())
}

/// The URL of a new, empty PostgreSQL database.
pub(crate) async fn new_postgres() -> String {
    let server = postgres_server();
    let name = format!("test_{}", hex(&Random::System.bytes::<8>()));
    let admin = Database::connect(server.as_str()).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    admin.close().await.unwrap();
    let (base, _) = server.rsplit_once('/').expect("the URL ends in a database");
    format!("{base}/{name}")
}

/// The URL of the server's own database.
pub(crate) fn postgres_server() -> String {
    service("WARDGATE_TEST_POSTGRES")
}

/// The URL of Redis, which all tests share.
pub(crate) fn redis() -> String {
    service("WARDGATE_TEST_REDIS")
}

/// What `scripts/test` says of a service. Nothing is skipped where it is missing.
pub(crate) fn service(variable: &str) -> String {
    let missing = |_| panic!("{variable} is not set: scripts/test starts the services and sets it");
    std::env::var(variable).unwrap_or_else(missing)
}
