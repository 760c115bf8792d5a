//! The app over a new SQLite file with synced writes, and what the benchmarks do to it.

use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use std::sync::Arc;
use tempfile::TempDir;
use wardgate::accounts::{self, Account};
use wardgate::app::{self, App, Outside};
use wardgate::audit::{self, Actor, Entry, Origin};
use wardgate::clients::Client;
use wardgate::config::Config;
use wardgate::grants::TokenResponse;
use wardgate::ids::{AccountId, SessionId};
use wardgate::login::{AMR_PASSWORD_SMS, Session};
use wardgate::protocol::authorize::AuthorizationRequest;
use wardgate::protocol::claims::ClaimsRequest;
use wardgate::protocol::params::Params;
use wardgate::protocol::redirect::CallbackTarget;
use wardgate::protocol::response::Response;
use wardgate::protocol::token::TokenRequest;

/// Requests that are under way at the same time.
pub(crate) const AT_ONCE: usize = 50;
const CALLBACK: &str = "https://app.example/cb";
/// The example of RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

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
        let (account, session) = signed_in(&app).await;
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
        let query = format!(
            "response_type=code&client_id=app&redirect_uri={CALLBACK}&scope=openid%20profile%20offline_access&nonce=n\
             &code_challenge={CHALLENGE}&code_challenge_method=S256"
        );
        let params = Params::parse(query.as_bytes()).unwrap();
        let target = CallbackTarget::prove(&self.client.policy, &params).unwrap();
        let request =
            AuthorizationRequest::check(&params, &self.client.policy, &target, ClaimsRequest::default())
                .unwrap();
        let sent = self.app.grants.finish(&request, &self.session, &self.account).await.unwrap();
        let Response::Redirect(url) = sent else { panic!("the code travels in the query") };
        url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
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

/// A person with a session, as rows: who they are makes no difference to what is measured.
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
        password_hash: String::new(),
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
        expires_at: now.plus(12 * 3600),
        ended_at: None,
        address: "192.0.2.1".into(),
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
