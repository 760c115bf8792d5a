//! The installation that every test's own begins as a copy of. Schema and signing keys are there: making them anew would
//! take longer than most tests.

use super::app::build;
use super::stores::{self, is_on_postgres};
use sea_orm::{ConnectionTrait as _, Database};
use std::path::Path;
use tokio::sync::OnceCell;
use wardgate::random::Random;
use wardgate::seal::KeyRing;

static SQLITE: OnceCell<(Vec<u8>, String)> = OnceCell::const_new();
static POSTGRES: OnceCell<(String, String)> = OnceCell::const_new();

/// The settings of stores of a test's own, as TOML, as `WARDGATE_TEST_STORE` says; with SQLite in a folder.
pub(crate) async fn copy(folder: &Path) -> String {
    match is_on_postgres() {
        true => {
            let place = stores::redis();
            let redis = format!("[ephemeral]\nstore = \"redis\"\nredis_url = \"{place}\"\n");
            format!("{}{redis}", postgres().await.1)
        }
        false => sqlite(folder).await,
    }
}

/// The settings of a SQLite of a test's own in a folder.
pub(crate) async fn sqlite(folder: &Path) -> String {
    let (bytes, ring) = SQLITE.get_or_init(make_sqlite).await;
    std::fs::write(folder.join("wardgate.db"), bytes).unwrap();
    settings(&format!("sqlite://{}/wardgate.db", folder.display()), ring)
}

/// The URL and the settings of a PostgreSQL of a test's own.
pub(crate) async fn postgres() -> (String, String) {
    let (original, ring) = POSTGRES.get_or_init(make_postgres).await;
    let (base, original) = original.rsplit_once('/').unwrap();
    let name = stores::new_name();
    let admin = Database::connect(stores::postgres_server()).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {original}")).await.unwrap();
    admin.close().await.unwrap();
    let url = format!("{base}/{name}");
    let settings = settings(&url, ring);
    (url, settings)
}

/// The bytes of the file, and the key ring.
async fn make_sqlite() -> (Vec<u8>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wardgate.db");
    let ring = make(&format!("sqlite://{}", file.display())).await;
    (std::fs::read(file).unwrap(), ring)
}

/// The URL of a database that nobody is connected to, and the key ring.
async fn make_postgres() -> (String, String) {
    let url = stores::new_postgres().await;
    let ring = make(&url).await;
    (url, ring)
}

async fn make(url: &str) -> String {
    let ring = KeyRing::generate(&Random::System).trim().to_owned();
    let app = build(&settings(url, &ring)).await;
    app.keys.ready().await;
    app.ground.db.close().await;
    ring
}

fn settings(url: &str, ring: &str) -> String {
    format!("[database]\nurl = \"{url}\"\nconnections = 4\n[secrets]\nkey = \"{ring}\"\n")
}
