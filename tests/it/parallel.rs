//! One code, many hands: two programs on one database, and short-lived state that forgets or comes back (DESIGN 4).

use crate::support::stores::{self, is_on_postgres};
use crate::support::{PASSWORD, TestApp, parameters};
use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use sea_orm::{EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use wardgate::accounts::{self, Account};
use wardgate::app::{self, App, Outside};
use wardgate::config::Config;
use wardgate::ids::{AccountId, SessionId};
use wardgate::login::{AMR_PASSWORD_SMS, Session};
use wardgate::protocol::authorize::AuthorizationRequest;
use wardgate::protocol::claims::ClaimsRequest;
use wardgate::protocol::params::Params;
use wardgate::protocol::redirect::CallbackTarget;
use wardgate::protocol::response::Response;
use wardgate::random::Secret;
use wardgate::store::ephemeral::Kind;

const CALLBACK: &str = "http://localhost:9001/callback";
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The running program; it ends with the test, whatever happens.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The settings of a node; both have one issuer and one store.
fn settings(folder: &Path, stores: &str, port: u16) -> String {
    let place = folder.display();
    format!(
        r#"
        mode = "development"
        [server]
        listen = "127.0.0.1:{port}"
        issuer = "http://localhost:9999"
        [brand]
        support_email = "help@example.org"
        [mail]
        transport = "folder"
        folder = "{place}/mail"
        from = "no-reply@example.org"
        [sms]
        transport = "folder"
        folder = "{place}/sms"
        [[client]]
        id = "app"
        name = "App"
        secret = "{SECRET}"
        redirect_uris = ["{CALLBACK}"]
        {stores}
        "#
    )
}

async fn start(http: &Client, folder: &Path, stores: &str) -> (Program, String) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let file = folder.join(format!("{port}.toml"));
    std::fs::write(&file, settings(folder, stores, port)).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wardgate"));
    let child = command.args(["serve", "--config"]).arg(file).env_clear().stderr(Stdio::null()).spawn();
    let (program, address) = (Program(child.unwrap()), format!("http://127.0.0.1:{port}"));
    for _ in 0..1000 {
        let health = http.get(format!("{address}/health")).send().await;
        if health.is_ok_and(|health| health.status() == StatusCode::OK) {
            return (program, address);
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the program does not start");
}

/// A code for somebody whose account and session are rows alone.
async fn code(app: &App) -> String {
    let (account, session) = signed_in(app).await;
    let client = app.clients.find("app").await.unwrap().unwrap();
    let query = format!(
        "response_type=code&client_id=app&redirect_uri={CALLBACK}&scope=openid&nonce=n\
         &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
    );
    let params = Params::parse(query.as_bytes()).unwrap();
    let target = CallbackTarget::prove(&client.policy, &params).unwrap();
    let request =
        AuthorizationRequest::check(&params, &client.policy, &target, ClaimsRequest::default()).unwrap();
    let sent = app.grants.finish(&request, &session, &account).await.unwrap();
    let Response::Redirect(url) = sent else { panic!("the code travels in the query") };
    parameters(url.as_str()).remove("code").unwrap()
}

async fn signed_in(app: &App) -> (Account, Session) {
    let (ground, now) = (&app.ground, app.ground.clock.now());
    let account = Account {
        id: AccountId(ground.new_id()),
        given_name: "Ada".into(),
        family_name: "Byron".into(),
        profession: "nurse".into(),
        email: "ada@example.org".into(),
        email_key: "ada@example.org".into(),
        email_verified_at: Some(now),
        verify_by: now,
        reminders: 0,
        password_hash: PASSWORD.into(),
        pepper_id: String::new(),
        password_set_at: now,
        disabled_at: None,
        locale: "en".into(),
        landing_client_id: None,
        created_at: now,
        given_key: b"ada".to_vec(),
        family_key: b"byron".to_vec(),
    };
    let session = Session {
        id: SessionId(ground.new_id()),
        secret_hash: ground.random.secret().hash(),
        account_id: account.id,
        amr: AMR_PASSWORD_SMS.to_owned(),
        auth_time: now,
        seen_at: now,
        expires_at: now.plus(3600),
        ended_at: None,
        address: String::new(),
        user_agent: String::new(),
    };
    let (person, browser) = (account.clone(), session.clone());
    let stored = ground.db.write(|tx| {
        Box::pin(async move {
            accounts::insert(tx, person).await?;
            entities::session::Entity::insert(browser.into_active_model()).exec(tx).await?;
            Ok(())
        })
    });
    stored.await.unwrap();
    (account, session)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_redeemed_fifty_times_at_once_at_two_programs_is_redeemed_once_a86() {
    let folder = tempfile::tempdir().unwrap();
    let stores = match is_on_postgres() {
        true => {
            let redis = format!("[ephemeral]\nstore = \"redis\"\nredis_url = \"{}\"\n", stores::redis());
            format!("{}{redis}", stores::postgres(&stores::new_postgres().await))
        }
        false => stores::sqlite(folder.path()),
    };
    let config = Config::from_toml(&settings(folder.path(), &stores, 1)).unwrap();
    let app = app::build(config, Outside::system()).await.unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    let one = start(&http, folder.path(), &stores).await;
    let other = start(&http, folder.path(), &stores).await;
    // Until the first key for signing is made, an exchange waits for it.
    app.keys.ready().await;
    let code = code(&app).await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
    ];
    let posts = [&one.1, &other.1].into_iter().cycle().take(50).map(|address| {
        http.post(format!("{address}/token")).basic_auth("app", Some(SECRET)).form(&fields).send()
    });
    let mut statuses: Vec<StatusCode> =
        join_all(posts).await.into_iter().map(|answer| answer.unwrap().status()).collect();
    statuses.sort();
    let mut expected = vec![StatusCode::OK];
    expected.resize(50, StatusCode::BAD_REQUEST);
    assert_eq!(statuses, expected);
    let db = app.ground.db.read();
    assert_eq!(entities::access_token::Entity::find().count(db).await.unwrap(), 1);
    let grants = entities::grant::Entity::find().all(db).await.unwrap();
    assert_eq!(grants.len(), 1);
    assert!(grants[0].revoked_at.is_some(), "the second use ended what came of the first");
    app.ground.db.close().await;
}

#[tokio::test]
async fn a_redeemed_code_is_dead_though_short_lived_state_forgot_it_or_has_it_again_a86() {
    for comes_back in [false, true] {
        let app = TestApp::start().await;
        let mut ada = app.person("ada@example.org").await;
        let secret = app.register("app", |_| ()).await;
        let back = ada.browser.open(&app.link_of("app", "")).await;
        let handle = Secret::presented(&parameters(&back.at)["code"]).hash();
        let state = &app.app.ground.ephemeral;
        let record: serde_json::Value = state.get(Kind::Code, &handle).await.unwrap().unwrap();
        let first = app.redeem(("app", &secret), &back).await;
        assert_eq!(first.status, StatusCode::OK);
        // A flush; then, perhaps, an old copy of what was there.
        state.forget(Kind::Code, &handle).await.unwrap();
        if comes_back {
            state.put(Kind::Code, &handle, &record, 60).await.unwrap();
        }
        let again = app.redeem(("app", &secret), &back).await;
        assert_eq!((again.status, again.text("error")), (StatusCode::BAD_REQUEST, "invalid_grant"));
        assert_eq!(app.userinfo_status(first.text("access_token")).await, StatusCode::UNAUTHORIZED);
        assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'code.replayed'").await, 1);
    }
}
