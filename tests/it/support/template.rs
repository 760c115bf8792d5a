//! The installation that every test's own begins as a copy of. Schema and signing keys are there: making them anew would
//! take longer than most tests.

use super::app::build;
use super::stores::{self, is_on_postgres};
use sea_orm::{ConnectionTrait as _, Database};
use std::path::Path;
use tokio::sync::OnceCell;
use wardgate::random::Random;
use wardgate::seal::KeyRing;

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

/// What a copy is made of.
struct Template {
    ring: String,
    database: Original,
}

enum Original {
    /// The bytes of the file.
    Sqlite(Vec<u8>),
    /// The URL of a database that nobody is connected to.
    Postgres(String),
}

/// The settings of stores of a test's own, as TOML; with SQLite in a folder.
pub(crate) async fn copy(folder: &Path) -> String {
    let it = TEMPLATE.get_or_init(make).await;
    match &it.database {
        Original::Sqlite(bytes) => {
            std::fs::write(folder.join("wardgate.db"), bytes).unwrap();
            settings(&format!("sqlite://{}/wardgate.db", folder.display()), &it.ring)
        }
        Original::Postgres(url) => settings(&copy_of(url).await, &it.ring),
    }
}

async fn make() -> Template {
    let ring = KeyRing::generate(&Random::System).trim().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wardgate.db");
    let url = match is_on_postgres() {
        true => stores::new_postgres().await,
        false => format!("sqlite://{}", file.display()),
    };
    let app = build(&settings(&url, &ring)).await;
    app.keys.ready().await;
    app.ground.db.close().await;
    let database = if is_on_postgres() {
        Original::Postgres(url)
    } else {
        Original::Sqlite(std::fs::read(file).unwrap())
    };
    Template { ring, database }
}

fn settings(url: &str, ring: &str) -> String {
    let redis = match is_on_postgres() {
        true => format!("[ephemeral]\nstore = \"redis\"\nredis_url = \"{}\"\n", stores::redis()),
        false => String::new(),
    };
    format!("[database]\nurl = \"{url}\"\nconnections = 4\n[secrets]\nkey = \"{ring}\"\n{redis}")
}

async fn copy_of(url: &str) -> String {
    let (base, original) = url.rsplit_once('/').unwrap();
    let name = stores::new_name();
    let admin = Database::connect(stores::postgres_server()).await.unwrap();
    admin.execute_unprepared(&format!("CREATE DATABASE {name} TEMPLATE {original}")).await.unwrap();
    admin.close().await.unwrap();
    format!("{base}/{name}")
}
