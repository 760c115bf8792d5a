//! The API against its own document: `schemathesis` makes up requests, good and bad ones, and looks at every answer.

use crate::api::Client;
use crate::support::TestApp;
use crate::support::stores::service;
use std::process::Command;
use std::time::Duration;
use wardgate::rights::ApiScope;

/// Made-up requests for each kind of parameter of a call.
const EXAMPLES: &str = "12";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_of_the_api_is_one_that_its_document_has_and_none_is_our_fault() {
    let app = TestApp::start().await;
    app.app.keys.ready().await;
    let scopes = ApiScope::ALL.map(ApiScope::name);
    let client = Client::service(&app, &scopes).await;
    let base = format!("{}/api/v1", app.issuer());
    // A pipe that nobody empties would stop it.
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("log");
    let log = std::fs::File::create(&file).unwrap();
    let mut run = Command::new(service("WARDGATE_TEST_SCHEMATHESIS"))
        .args(["run", &format!("{base}/openapi.json"), "--url", &base])
        .args(["-H", &format!("Authorization: Bearer {}", client.token())])
        .args(["--checks", "not_a_server_error,status_code_conformance,content_type_conformance"])
        .args(["--checks", "response_headers_conformance,response_schema_conformance"])
        .args(["--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES])
        .args(["--seed", "1", "--no-color", "--generation-database", "none"])
        .current_dir(folder.path())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap();
    // It calls faster than a token may: the window is opened again and again.
    while run.try_wait().unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(200)).await;
        app.advance(60);
    }
    let ended = run.wait().unwrap();
    let said = std::fs::read_to_string(&file).unwrap();
    assert!(ended.success() && said.contains("passed"), "{said}");
    println!("{said}");
}
