//! Databases that are locked or away.

use super::{ADA, is_busy};
use crate::support::{Browser, Form, PASSWORD, Person, TestApp, stores, template, until};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, TransactionTrait as _};
use tokio::sync::watch;
use wardgate::audit::{Actor, Origin};
use wardgate::config::Config;
use wardgate::messages::memory::Kind;
use wardgate::rights::Role;

/// From now on no row of the trail can be written.
pub(super) async fn break_the_trail(app: &TestApp) {
    let sqlite = "CREATE TRIGGER no_trail BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk'); END";
    let postgres = "CREATE OR REPLACE FUNCTION no_trail() RETURNS trigger AS $$ BEGIN RAISE 'disk'; END $$ LANGUAGE plpgsql; \
                    CREATE TRIGGER no_trail BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION no_trail()";
    run(app, if app.app.ground.db.is_postgres() { postgres } else { sqlite }).await;
}

/// They can again.
pub(super) async fn mend_the_trail(app: &TestApp) {
    let postgres = "DROP TRIGGER no_trail ON audit";
    run(app, if app.app.ground.db.is_postgres() { postgres } else { "DROP TRIGGER no_trail" }).await;
}

async fn run(app: &TestApp, sql: &str) {
    app.app.ground.db.read().execute_unprepared(sql).await.unwrap();
}

/// The filled-in sign-in of a person.
pub(super) async fn sign_in_form(browser: &mut Browser, person: &Person) -> Form {
    let form = browser.open("/sign-in").await.form("/sign-in");
    form.with("email", &person.email).with("password", PASSWORD)
}

async fn health(app: &TestApp) -> u16 {
    app.browser().open("/health").await.status.as_u16()
}

#[tokio::test]
async fn a_locked_file_is_told_with_a_time_to_come_again_and_heals_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}/wardgate.db", folder.path().display());
    let settings = template::sqlite(folder.path()).await;
    let app = TestApp::on(folder, &settings, |_| {}).await;
    let ada = app.person(ADA).await;
    let mut browser = app.browser();
    let form = sign_in_form(&mut browser, &ada).await;
    let trail = "SELECT count(*) FROM audit";
    let before = app.number(trail).await;
    let other = Database::connect(file).await.unwrap();
    other.execute_unprepared("BEGIN EXCLUSIVE").await.unwrap();
    let page = browser.submit(form.clone()).await;
    assert!(is_busy(&page), "{} {}", page.status, page.html);
    assert_eq!(health(&app).await, 200, "reading goes on");
    other.execute_unprepared("ROLLBACK").await.unwrap();
    assert_eq!(app.number(trail).await, before);
    assert_eq!(browser.submit(form).await.title(), "2-step verification");
}

/// An app on a PostgreSQL of its own, a connection beside it, and the name of its database.
async fn on_postgres(change: impl FnOnce(&mut Config)) -> (TestApp, DatabaseConnection, String) {
    let (url, settings) = template::postgres().await;
    let name = url.rsplit_once('/').unwrap().1.to_owned();
    let app = TestApp::on(tempfile::tempdir().unwrap(), &settings, change).await;
    (app, Database::connect(stores::postgres_server()).await.unwrap(), name)
}

#[tokio::test]
async fn a_database_that_is_away_is_told_and_when_it_is_back_pages_and_worker_go_on() {
    let (app, server, name) = on_postgres(|_| {}).await;
    let ada = app.person(ADA).await;
    let mut browser = app.browser();
    let form = sign_in_form(&mut browser, &ada).await;
    let (stop, stopped) = watch::channel(false);
    let worker = app.app.worker();
    let worker = tokio::spawn(async move { worker.run(stopped).await });

    let close = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false");
    server.execute_unprepared(&close).await.unwrap();
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    server.execute_unprepared(&end).await.unwrap();
    for _ in 0..2 {
        let page = browser.submit(form.clone()).await;
        assert!(is_busy(&page), "{} {}", page.status, page.html);
        assert_eq!(health(&app).await, 503);
    }
    assert!(!worker.is_finished());

    let open = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true");
    server.execute_unprepared(&open).await.unwrap();
    until("it is healthy", async || health(&app).await == 200).await;
    let page = browser.submit(form).await;
    assert_eq!(page.title(), "2-step verification");
    app.invite_as("bob@example.org", Role::Clinician, &Origin::of(Actor::Host)).await;
    let arrived = async || app.mailbox.last(Kind::Email, "bob@example.org").is_some();
    until("the worker delivers", arrived).await;
    stop.send(true).unwrap();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_table_that_somebody_holds_costs_a_request_its_time_and_no_more() {
    let (app, _, name) = on_postgres(|config| config.server.request_seconds = 1).await;
    let ada = app.person(ADA).await;
    let mut browser = app.browser();
    let form = sign_in_form(&mut browser, &ada).await;
    let (base, _) = stores::postgres_server()
        .rsplit_once('/')
        .map(|(base, rest)| (base.to_owned(), rest.to_owned()))
        .unwrap();
    let other = Database::connect(format!("{base}/{name}")).await.unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("LOCK TABLE accounts IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let page = browser.submit(form.clone()).await;
    assert!(is_busy(&page), "{} {}", page.status, page.html);
    held.rollback().await.unwrap();
    assert_eq!(browser.submit(form).await.title(), "2-step verification");
}
