//! Files, database and Redis, as they are found.

use super::finding::Finding;
use super::rules;
use crate::app;
use crate::clock::Clock;
use crate::config::{Config, EphemeralStore};
use crate::fault::Fault;
use crate::keys;
use crate::outbox::End;
use crate::outbox::directory::{self, Shown};
use crate::random::Random;
use crate::store::{Db, Ephemeral, Ground};
use secrecy::ExposeSecret as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Seconds after which a worker that runs has taken what is due.
const TAKEN: i64 = 300;

/// The files that hold secrets.
pub(super) fn files(config: &Config) -> Vec<Finding> {
    let mut all = Vec::new();
    if config.secrets.key.expose_secret().is_empty() {
        all.push(rights("key-ring", &config.secrets.key_file));
    }
    let others =
        [&config.mail.password_file, &config.sms.http.hmac_secret_file, &config.sms.twilio.auth_token_file];
    let others = others.into_iter().filter(|file| !file.as_os_str().is_empty());
    all.extend(others.map(|file| rights("files", file)));
    match app::read_ring(config) {
        Ok(Some(ring)) => {
            all.push(Finding::ok("key-ring", format!("new values use the key {}", ring.current())))
        }
        Ok(None) => {}
        Err(problem) => all.push(Finding::problem(
            "key-ring",
            problem.to_string(),
            "restore the ring from its backup; the process has to be able to read it",
        )),
    }
    all
}

fn rights(check: &'static str, file: &Path) -> Finding {
    let shown = file.display();
    match std::fs::metadata(file) {
        Ok(about) => rules::rights(check, &shown.to_string(), about.permissions().mode()),
        Err(error) => Finding::problem(
            check,
            format!("{shown}: {error}"),
            "name the right file, or restore it from its backup; a new installation makes its ring at the first start",
        ),
    }
}

/// Database, schema and Redis; the ground to look further from when all of what that needs is there.
pub(super) async fn open(config: &Config) -> (Vec<Finding>, Option<Ground>) {
    let mut all = redis(config).await;
    let url = config.database.url.expose_secret();
    if let Some(file) = sqlite_file(url).filter(|file| !Path::new(file).exists()) {
        let text = format!("{file} does not exist");
        all.push(Finding::problem("database", text, "correct database.url, or make it: wardgate migrate"));
        return (all, None);
    }
    let db = match Db::connect(url, 2).await {
        Ok(db) => db,
        Err(error) => {
            let fix = "see whether the server runs and database.url is right";
            all.push(Finding::problem("database", error.to_string(), fix));
            return (all, None);
        }
    };
    let is_current = schema(&db, &mut all).await;
    match db.clock().await {
        Ok(Some(other)) => all.push(rules::clock("the database's clock", Clock::System.now().0, other)),
        Ok(None) => {}
        Err(error) => {
            all.push(Finding::problem("clock", error.to_string(), "see whether the database answers"))
        }
    }
    let ring = app::read_ring(config).ok().flatten();
    let (Some(ring), true) = (ring, is_current) else {
        db.close().await;
        return (all, None);
    };
    let (clock, random) = (Clock::System, Random::System);
    let ephemeral = Ephemeral::Sql(db.clone(), clock.clone());
    (all, Some(Ground { clock, random, ring, db, ephemeral }))
}

async fn schema(db: &Db, all: &mut Vec<Finding>) -> bool {
    let (finding, is_current) = match db.pending().await {
        Ok(0) => (Finding::ok("database", "answers and is up to date"), true),
        Ok(count) => {
            let text = format!("{count} changes of the schema are missing");
            (
                Finding::problem(
                    "database",
                    text,
                    "run `wardgate migrate`, or start a node: it does the same",
                ),
                false,
            )
        }
        Err(error) => {
            let fix = "the database belongs to another version: run this one's, or correct database.url";
            (Finding::problem("database", error.to_string(), fix), false)
        }
    };
    all.push(finding);
    is_current
}

async fn redis(config: &Config) -> Vec<Finding> {
    if config.ephemeral.store == EphemeralStore::Sql {
        return Vec::new();
    }
    vec![match Ephemeral::redis(config.ephemeral.redis_url.expose_secret()).await {
        Ok(_) => Finding::ok("redis", "answers"),
        Err(fault) => {
            let fix = "see whether the server runs and ephemeral.redis_url is right";
            Finding::problem("redis", fault.to_string(), fix)
        }
    }]
}

/// The file of an embedded database.
fn sqlite_file(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    path.split('?').next()
}

/// What the rows say: keys that sign, and what waits.
pub(super) async fn rows(config: &Config, ground: &Ground) -> Vec<Finding> {
    let now = ground.clock.now();
    let mut all = Vec::new();
    let found = async {
        keys::check(ground).await?;
        all.extend(rules::signing_keys(&keys::listed(ground).await?, now, config.keys.rotate_days));
        let conn = ground.db.read();
        let lying = directory::left_lying(conn, now.plus(-TAKEN)).await?;
        let late = directory::count(conn, Shown::Late).await?;
        let dead = directory::count(conn, Shown::Ended(End::Dead)).await?;
        all.extend(rules::outbox(lying, late, dead));
        Ok::<(), Fault>(())
    };
    if let Err(fault) = found.await {
        let fix = "the ring of secrets.key_file has to be the one that this database was made with";
        all.push(Finding::problem("signing-keys", fault.to_string(), fix));
    }
    all
}
