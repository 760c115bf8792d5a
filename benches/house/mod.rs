//! The app over a new SQLite file with synced writes, and what the benchmarks do to it.

#[path = "../../tests/it/support/signed_in.rs"]
mod signed_in;

use sea_orm::EntityTrait as _;
pub(crate) use signed_in::VERIFIER;
use std::sync::Arc;
use tempfile::TempDir;
use wardgate::accounts::Account;
use wardgate::app::{self, App, Outside};
use wardgate::audit::{self, Actor, Entry, Origin};
use wardgate::clients::Client;
use wardgate::config::Config;
use wardgate::grants::TokenResponse;
use wardgate::login::Session;
use wardgate::protocol::params::Params;
use wardgate::protocol::token::TokenRequest;

/// Requests that are under way at the same time.
pub(crate) const AT_ONCE: usize = 50;
const CALLBACK: &str = "https://app.example/cb";

/// Runs `count` works as tasks of their own and waits for all.
pub(crate) async fn at_the_same_time<W>(count: usize, mut work: impl FnMut() -> W)
where
    W: Future<Output = ()> + Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|_| tokio::spawn(work())).collect();
    for task in tasks {
        task.await.unwrap();
    }
}

/// The app over a new SQLite file, a client and a person who is signed in.
pub(crate) struct House {
    pub(crate) app: Arc<App>,
    client: Arc<Client>,
    pub(crate) account: Account,
    session: Session,
    _folder: TempDir,
}

impl House {
    pub(crate) async fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let text = format!(
            r#"
            mode = "development"
            server.issuer = "http://localhost:8080"
            database.url = "sqlite://{folder}/bench.db"
            secrets.key_file = "{folder}/bench.key"
            brand.support_email = "help@example.org"
            mail.transport = "memory"
            mail.from = "no-reply@example.org"
            sms.transport = "memory"
            [[client]]
            id = "app"
            name = "App"
            secret = "a secret of the benchmark, long enough"
            redirect_uris = ["{CALLBACK}"]
            grant_types = ["authorization_code", "refresh_token", "client_credentials"]
            service_scopes = ["rota:read"]
            "#,
            folder = folder.path().display()
        );
        let app = app::build(Config::from_toml(&text).unwrap(), Outside::system()).await.unwrap();
        let client = app.clients.find("app").await.unwrap().unwrap();
        let (account, session) = signed_in::signed_in(&app.ground).await;
        Self { app, client, account, session, _folder: folder }
    }

    /// A write that reads one row and appends `rows`.
    pub(crate) async fn write(self: Arc<Self>, rows: usize) {
        let (id, now) = (self.session.id, self.app.ground.clock.now());
        let written = self.app.ground.db.write(move |tx| {
            Box::pin(async move {
                if rows > 1 {
                    entities::session::Entity::find_by_id(id).one(tx).await?;
                }
                for _ in 0..rows {
                    let entry = Entry::done("bench.written", id).client("app");
                    audit::append(tx, now, &Origin::of(Actor::Host), entry).await?;
                }
                Ok(())
            })
        });
        written.await.unwrap();
    }

    pub(crate) async fn code(&self) -> String {
        let more = format!("&scope=openid%20profile%20offline_access{}", signed_in::BOUND);
        let request = signed_in::request(&self.client, &more);
        signed_in::code(self.app.grants.finish(&request, &self.session, &self.account).await.unwrap())
    }

    pub(crate) async fn redeem(self: Arc<Self>, code: String) -> TokenResponse {
        let verifier = format!("&redirect_uri={CALLBACK}&code_verifier={VERIFIER}");
        self.token(&format!("grant_type=authorization_code&code={code}{verifier}")).await
    }

    /// The answer to a token request.
    pub(crate) async fn token(&self, body: &str) -> TokenResponse {
        let request =
            TokenRequest::parse(&Params::parse(body.as_bytes()).unwrap(), &self.client.policy).unwrap();
        let tokens = self.app.grants.exchange(&self.client, request, &Origin::of(Actor::Visitor)).await;
        tokens.unwrap().unwrap()
    }
}
