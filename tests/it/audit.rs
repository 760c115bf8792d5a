//! The audit trail as a chain that an outsider can verify (A109, R13).

use crate::support::TestApp;
use sea_orm::ConnectionTrait as _;
use wardgate::audit::chain::Statement;
use wardgate::audit::{self, Actor, Line, Origin, Report};
use wardgate::keys::audit_key::{AuditKey, AuditVerifier};
use wardgate::rights::{Act, Guarded};

async fn verifier(app: &TestApp) -> AuditVerifier {
    AuditVerifier::of(&AuditKey::open(&app.app.ground).await.unwrap().public_jwk()).unwrap()
}

fn read(verifier: &AuditVerifier, text: &str) -> Option<Statement> {
    serde_json::from_value(verifier.read(text)?).ok()
}

async fn verify(app: &TestApp, anchors: &[String]) -> Report {
    let verifier = verifier(app).await;
    audit::verify(app.app.ground.db.read(), anchors, |text| read(&verifier, text)).await.unwrap()
}

/// An installation with a trail that is sealed and signed; gives the rows.
async fn sealed(settings: &str) -> (TestApp, i64) {
    let app = TestApp::with(settings).await;
    app.person("ada@example.org").await;
    app.app.worker().seal_audit().await.unwrap();
    let rows = app.number("SELECT count(*) FROM audit").await;
    assert_eq!(verify(&app, &[]).await, Report { sealed: rows, unsealed: 0, checkpoints: 1, broken: None });
    (app, rows)
}

async fn tamper(app: &TestApp, sql: &str) {
    let changed = app.app.ground.db.read().execute_unprepared(sql).await;
    // The pool for reading may not write on SQLite, so the harm is done through the writing one.
    if changed.is_err() {
        let sql = sql.to_owned();
        let done = app.app.ground.db.write(move |tx| {
            Box::pin(async move {
                tx.execute_unprepared(&sql).await?;
                Ok(())
            })
        });
        done.await.unwrap();
    }
}

#[tokio::test]
async fn whatever_is_done_to_a_sealed_row_is_found_and_named_a109() {
    let insert = "INSERT INTO audit (at, actor, act, target, outcome, address, user_agent, detail, place, digest, commitment) \
                  SELECT at, actor, act, target, outcome, address, user_agent, detail, (SELECT max(place) + 1 FROM audit), \
                  digest, commitment FROM audit WHERE place = 2";
    let table = [
        ("edited", "UPDATE audit SET target = 'nobody' WHERE place = 4", 4),
        ("a refusal made a success", "UPDATE audit SET outcome = 'refused' WHERE place = 3", 3),
        ("another time", "UPDATE audit SET at = at - 60 WHERE place = 5", 5),
        ("another address", "UPDATE audit SET address = '198.51.100.9' WHERE place = 6", 6),
        ("deleted", "DELETE FROM audit WHERE place = 3", 3),
        ("the first deleted", "DELETE FROM audit WHERE place = 1", 1),
        ("inserted", insert, 0),
        ("its seal taken off", "UPDATE audit SET place = NULL WHERE place = 2", 2),
        ("its digest taken off", "UPDATE audit SET digest = NULL WHERE place = 2", 2),
    ];
    for (what, sql, place) in table {
        let (app, rows) = sealed("").await;
        tamper(&app, sql).await;
        let broken = verify(&app, &[]).await.broken.unwrap_or_else(|| panic!("{what}: nothing was found"));
        assert_eq!(broken.place, if place == 0 { rows + 1 } else { place }, "{what}: {broken:?}");
    }
}

#[tokio::test]
async fn two_rows_that_changed_places_are_found_a109() {
    let (app, _) = sealed("").await;
    for sql in [
        "UPDATE audit SET place = 1000 WHERE place = 2",
        "UPDATE audit SET place = 2 WHERE place = 5",
        "UPDATE audit SET place = 5 WHERE place = 1000",
    ] {
        tamper(&app, sql).await;
    }
    assert_eq!(verify(&app, &[]).await.broken.unwrap().place, 2);
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_found_by_a_checkpoint_that_was_kept_elsewhere_a109() {
    let folder = tempfile::tempdir().unwrap();
    let anchor = folder.path().join("checkpoints");
    let settings = format!("[audit]\nanchor_file = '{}'\ncheckpoint_rows = 1", anchor.display());
    let (app, rows) = sealed(&settings).await;
    let kept: Vec<String> = std::fs::read_to_string(&anchor).unwrap().lines().map(str::to_owned).collect();
    assert_eq!(kept.len(), 1);
    tamper(&app, &format!("DELETE FROM audit WHERE place > {}", rows - 2)).await;
    assert_eq!(verify(&app, &[]).await.broken.unwrap().place, rows - 1, "its own checkpoint tells");
    tamper(&app, "DELETE FROM audit_checkpoints").await;
    assert_eq!(verify(&app, &[]).await.broken, None, "nothing in the database tells any more");
    assert_eq!(verify(&app, &kept).await.broken.unwrap().place, rows - 1);
}

#[tokio::test]
async fn a_checkpoint_that_somebody_else_signed_is_found() {
    let (app, _) = sealed("").await;
    let other = TestApp::start().await;
    let foreign = AuditKey::open(&other.app.ground).await.unwrap();
    let (stranger, own) = (foreign.public_jwk(), AuditKey::open(&app.app.ground).await.unwrap().public_jwk());
    if stranger == own {
        // Installations of the tests may be copies of one: then a broken signature does the same.
        tamper(&app, "UPDATE audit_checkpoints SET statement = statement || 'A'").await;
    } else {
        let statement = Statement { iss: app.issuer().to_owned(), iat: 1, place: 1, digest: "00".repeat(32) };
        let forged = foreign.sign(&statement).unwrap();
        tamper(&app, &format!("UPDATE audit_checkpoints SET statement = '{forged}'")).await;
    }
    assert!(verify(&app, &[]).await.broken.unwrap().what.contains("did not sign"));
}

#[tokio::test]
async fn an_exported_file_is_verified_with_nothing_but_the_public_key() {
    let (app, rows) = sealed("").await;
    let right = crate::support::permit(Act::Guarded(Guarded::Export, None));
    let mut text = String::new();
    let write = |line: &Line| {
        text.push_str(&serde_json::to_string(line).unwrap());
        text.push('\n');
        Ok(())
    };
    audit::export(&app.app.ground, right, &Origin::of(Actor::Host), write).await.unwrap();
    let verifier = verifier(&app).await;
    let check = |text: &str| {
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        audit::verify_lines(lines, &[], |text| read(&verifier, text))
    };
    let report = check(&text);
    assert_eq!((report.sealed, report.checkpoints, report.broken), (rows, 1, None));
    let shorter: Vec<&str> =
        text.lines().enumerate().filter(|(at, _)| *at != 4).map(|(_, line)| line).collect();
    assert_eq!(check(&shorter.join("\n")).broken.unwrap().place, 5);
    assert_eq!(
        check(&text.replace("email.proved", "email.proven")).broken.map(|it| it.place > 1),
        Some(true)
    );
    assert_eq!(
        app.number("SELECT count(*) FROM audit WHERE act = 'audit.exported'").await,
        1,
        "reading is an act"
    );
}

#[tokio::test]
async fn rows_that_wait_are_counted_and_two_sealers_give_each_place_once() {
    let (app, rows) = sealed("").await;
    app.person_as("ben@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    let waiting = verify(&app, &[]).await;
    assert!(waiting.unsealed > 0 && waiting.sealed == rows && waiting.broken.is_none());
    let worker = app.app.worker();
    let (one, other) = tokio::join!(worker.seal_audit(), worker.seal_audit());
    one.and(other).unwrap();
    let all = app.number("SELECT count(*) FROM audit").await;
    let after = verify(&app, &[]).await;
    assert_eq!((after.sealed, after.unsealed, after.broken), (all, 0, None));
    assert_eq!(after.checkpoints, 1, "the next one is not due");
    app.advance(5 * 60);
    worker.seal_audit().await.unwrap();
    assert_eq!(verify(&app, &[]).await.checkpoints, 2);
}
