//! The app as the tests have it: the same parts as in production, on a clock that stands still until
//! it is moved, with a mailbox instead of gateways, and a worker that runs when it is told to.

use super::browser::{Browser, http};
use super::page::Page;
use super::template;
use openidconnect::OAuth2TokenResponse as _;
use sea_orm::{ConnectionTrait as _, Statement};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use wardgate::accounts::Address;
use wardgate::app::{self, App, Outside};
use wardgate::audit::{Actor, Origin};
use wardgate::clock::{Clock, Timestamp};
use wardgate::config::Config;
use wardgate::ids::{AccountId, OrganisationId, TeamId};
use wardgate::invitations::{self, Invited, New, Policy};
use wardgate::messages::memory::{Delivered, Kind, Mailbox};
use wardgate::organisations::{self, Added};
use wardgate::random::Random;
use wardgate::rights::{self, Act, Area, Permit, Role, Who};

/// The password of everybody in the tests.
pub(crate) const PASSWORD: &str = "green teapot orbit seven";
/// A number that nobody has, as E.164.
pub(crate) const PHONE: &str = "+447400123456";
/// Tuesday 24 November 2026, 09:00 in London.
const NOW: Timestamp = Timestamp(1_795_510_800);
/// Every table that holds what people and applications gave or got.
const TABLES: [&str; 22] = [
    "accounts",
    "assertions",
    "audit",
    "authenticators",
    "challenges",
    "client_registrations",
    "clients",
    "consents",
    "counters",
    "ephemeral",
    "grants",
    "invitations",
    "invite_batches",
    "invite_lines",
    "kept_answers",
    "mail_proofs",
    "outbox",
    "refusals",
    "registration_tokens",
    "sessions",
    "signing_keys",
    "tokens",
];
/// The applications' secret.
pub(super) const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The running app.
#[derive(Clone)]
pub(crate) struct TestApp {
    pub(crate) app: Arc<App>,
    pub(crate) mailbox: Mailbox,
    pub(crate) organisation: OrganisationId,
    pub(crate) team: TeamId,
    pub(super) http: reqwest::Client,
    _folder: Arc<TempDir>,
    _stop: watch::Sender<bool>,
}

/// Somebody who has an account, both factors proved.
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) id: AccountId,
    /// Where the person made the account.
    pub(crate) browser: Browser,
}

impl TestApp {
    /// A fresh installation with an organisation, a team and three applications.
    pub(crate) async fn start() -> Self {
        Self::with("").await
    }

    /// The same with more settings, as TOML.
    pub(crate) async fn with(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stores = template::copy(folder.path()).await;
        Self::on(folder, &format!("{stores}\n{settings}"), |_| {}).await
    }

    /// The same on stores that are given as TOML, with some settings changed.
    pub(crate) async fn on(folder: TempDir, stores: &str, change: impl FnOnce(&mut Config)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let text = format!("{}\n{stores}", basics(port));
        let mut config = Config::from_toml(&text).unwrap();
        change(&mut config);
        let mailbox = Mailbox::default();
        let outside = Outside {
            clock: Clock::fixed(NOW),
            random: Random::System,
            mailbox: mailbox.clone(),
            is_demo: false,
        };
        let app = app::build(config, outside).await.unwrap();
        // Otherwise they are written while a test holds locks of its own.
        app.keys.ready().await;
        let (stop, stopped) = watch::channel(false);
        let serving = Arc::clone(&app);
        tokio::spawn(async move { wardgate::web::serve(listener, &serving, stopped).await });
        let (organisation, team) = place(&app, "Northshore Hospital", "Cardiology").await;
        Self {
            app,
            mailbox,
            organisation,
            team,
            http: http().clone(),
            _folder: Arc::new(folder),
            _stop: stop,
        }
    }

    /// The same stores, read by a process that has just started, at an address of its own.
    pub(crate) async fn restarted(&self) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut config = self.app.config.clone();
        config.server.issuer = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let outside = Outside { clock: self.app.ground.clock.clone(), ..Outside::system() };
        let app = app::build(config, outside).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let serving = Arc::clone(&app);
        tokio::spawn(async move { wardgate::web::serve(listener, &serving, stopped).await });
        Self { app, _stop: stop, ..self.clone() }
    }

    pub(crate) fn issuer(&self) -> &str {
        self.app.links.issuer()
    }

    /// What applications call the provider with.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// A browser that was never here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.issuer(), self.http.clone())
    }

    /// Moves the clock.
    pub(crate) fn advance_hours(&self, hours: i64) {
        self.advance(hours * 3600);
    }

    /// Moves the clock by seconds.
    pub(crate) fn advance(&self, seconds: i64) {
        self.app.ground.clock.advance(seconds);
    }

    /// Delivers what is due.
    pub(crate) async fn deliver(&self) {
        self.app.worker().deliver_due().await.unwrap();
    }

    /// Reminders and sweeps, then delivers what is due.
    pub(crate) async fn round(&self) {
        self.app.worker().round().await.unwrap();
        self.deliver().await;
    }

    /// The newest e-mail to an address.
    pub(crate) async fn mail(&self, to: &str) -> Delivered {
        self.deliver().await;
        let mail = self.mailbox.last(Kind::Email, to);
        mail.unwrap_or_else(|| panic!("no mail to {to}; there are {:?}", self.mailbox.newest_first()))
    }

    /// How many e-mails an address got.
    pub(crate) async fn mails(&self, to: &str) -> usize {
        self.deliver().await;
        self.mailbox.newest_first().iter().filter(|message| message.to == to).count()
    }

    /// The link of the newest e-mail to an address.
    pub(crate) async fn link(&self, to: &str) -> String {
        let mail = self.mail(to).await;
        let link = mail.text.split_whitespace().find(|word| word.starts_with("http"));
        link.unwrap_or_else(|| panic!("no link in {}", mail.text)).to_owned()
    }

    /// The code of the newest e-mail to an address.
    pub(crate) async fn mail_code(&self, to: &str) -> String {
        let mail = self.mail(to).await;
        let is_code = |word: &&str| {
            word.len() == 8 && word.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        let code = mail.text.split(|c: char| !c.is_ascii_alphanumeric()).find(is_code);
        code.unwrap_or_else(|| panic!("no code in {}", mail.text)).to_owned()
    }

    /// The code of the newest text message to a number.
    pub(crate) async fn sms_code(&self, to: &str) -> String {
        self.deliver().await;
        let message = self.mailbox.last(Kind::Sms, to).unwrap_or_else(|| panic!("no message to {to}"));
        message.text.rsplit_once('#').unwrap().1.to_owned()
    }

    /// The same app, inviting into another place.
    pub(crate) fn in_place(&self, organisation: OrganisationId, team: TeamId) -> Self {
        Self { organisation, team, ..self.clone() }
    }

    /// Invites an address into the team, by a command on the host; gives the mailed link.
    pub(crate) async fn invite(&self, email: &str) -> String {
        self.invite_as(email, Role::Clinician, &Origin::of(Actor::Host)).await;
        self.link(email).await
    }

    /// Invites for a role, by somebody.
    pub(crate) async fn invite_as(&self, email: &str, role: Role, origin: &Origin) -> Invited {
        let place = Act::Invite { organisation: self.organisation, team: Some(self.team), role };
        let new = New {
            address: Address::parse(email).unwrap(),
            client_id: Some("dashboard".to_owned()),
            message: None,
            language: "en".to_owned(),
        };
        let policy = Policy { days: 7, per_day: 200 };
        invitations::create(&self.app.ground, permit(place), policy, origin, new).await.unwrap()
    }

    /// Invites somebody and walks through the whole of setting up.
    pub(crate) async fn person(&self, email: &str) -> Person {
        self.person_as(email, PHONE, Role::Clinician).await
    }

    /// The same with a number and a role.
    pub(crate) async fn person_as(&self, email: &str, phone: &str, role: Role) -> Person {
        self.invite_as(email, role, &Origin::of(Actor::Host)).await;
        let mut browser = self.browser();
        let link = self.link(email).await;
        self.create_account(&mut browser, &link).await;
        let link = self.link(email).await;
        let page = browser.open(&link).await;
        let page = browser.submit(page.form("/verify/")).await;
        let page = browser.submit(page.form("/set-up/phone").with("number", phone)).await;
        let code = self.sms_code(phone).await;
        let page = browser.submit(page.form("/sign-in/code").with("code", &code)).await;
        assert!(page.at.starts_with("http://localhost:9001/login"), "lands at {}", page.at);
        self.deliver().await;
        Person { email: email.to_owned(), phone: phone.to_owned(), id: self.account_id(email).await, browser }
    }

    /// Fills in an invitation's page as it should be.
    pub(crate) async fn create_account(&self, browser: &mut Browser, link: &str) -> Page {
        let page = browser.open(link).await;
        let form = page.form("/invite/").with("given_name", "Ada").with("family_name", "Byron");
        let form = form.with("profession", "nurse").with("password", PASSWORD).with("terms", "yes");
        browser.submit(form).await
    }

    /// E-mail, password and code, from the page where the sign-in begins.
    pub(crate) async fn sign_in(&self, browser: &mut Browser, person: &Person, page: Page) -> Page {
        let form = page.form("/sign-in").with("email", &person.email).with("password", PASSWORD);
        let page = browser.submit(form).await;
        let code = self.sms_code(&person.phone).await;
        browser.submit(page.form("/sign-in/code").with("code", &code)).await
    }

    pub(crate) async fn account_id(&self, email: &str) -> AccountId {
        let address = Address::parse(email).unwrap();
        let account = wardgate::accounts::by_address(self.app.ground.db.read(), address.key()).await.unwrap();
        account.unwrap_or_else(|| panic!("no account of {email}")).id
    }

    /// The first column of a query, as a number.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let db = self.app.ground.db.read();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    /// Every value of the first column of a query, as text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let db = self.app.ground.db.read();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// Every value of every table, as text.
    pub(crate) async fn everything_stored(&self) -> String {
        let db = self.app.ground.db.read();
        let mut all = String::new();
        for table in TABLES {
            let statement =
                Statement::from_string(db.get_database_backend(), format!("SELECT * FROM {table}"));
            for row in db.query_all_raw(statement).await.unwrap() {
                for column in row.column_names() {
                    let bytes =
                        || row.try_get::<Option<Vec<u8>>>("", &column).map(|it| it.unwrap_or_default());
                    let text = row.try_get::<Option<String>>("", &column).map(Option::unwrap_or_default);
                    let text = text.or_else(|_| bytes().map(|it| String::from_utf8_lossy(&it).into_owned()));
                    all.push_str(&text.unwrap_or_default());
                    all.push('\n');
                }
            }
        }
        all
    }

    /// The access token of an answer.
    pub(crate) fn access_token(&self, tokens: &openidconnect::core::CoreTokenResponse) -> String {
        tokens.access_token().secret().clone()
    }
}

/// The right of whoever runs commands on the host.
pub(crate) fn permit(act: Act) -> Permit {
    rights::may(&Who::Host, act).unwrap()
}

/// Makes an organisation with a team.
pub(crate) async fn place(app: &App, organisation: &str, team: &str) -> (OrganisationId, TeamId) {
    let (ground, origin) = (&app.ground, Origin::of(Actor::Host));
    let permit = permit(Act::Change(Area::Organisations, None));
    let (Added::New(organisation) | Added::Exists(organisation)) =
        organisations::add(ground, permit, &origin, (organisation, true)).await.unwrap();
    let (Added::New(team) | Added::Exists(team)) =
        organisations::add_team(ground, permit, &origin, (organisation, team)).await.unwrap();
    (organisation, team)
}

/// The app on stores that are given as TOML, serving nobody.
pub(super) async fn build(stores: &str) -> Arc<App> {
    let config = Config::from_toml(&format!("{}\n{stores}", basics(1))).unwrap();
    let outside = Outside { clock: Clock::fixed(NOW), ..Outside::system() };
    app::build(config, outside).await.unwrap()
}

fn basics(port: u16) -> String {
    format!(
        r#"
        mode = "development"
        [server]
        issuer = "http://localhost:{port}"
        [brand]
        name = "Huma"
        support_email = "help@example.org"
        [passwords]
        memory_kib = 256
        passes = 1
        [mail]
        transport = "memory"
        from = "no-reply@example.org"
        [sms]
        transport = "memory"
        [[client]]
        id = "dashboard"
        name = "Clinician dashboard"
        secret = "{SECRET}"
        redirect_uris = ["http://localhost:9001/callback"]
        post_logout_redirect_uris = ["http://localhost:9001/signed-out"]
        initiate_login_uri = "http://localhost:9001/login"
        home_uri = "http://localhost:9001/"
        colour = "green"
        [client.disclaimer.en]
        title = "Before you start"
        text = "Readings come from devices at home."
        [[client]]
        id = "rota"
        name = "Rota"
        secret = "{SECRET}"
        auth_method = "client_secret_post"
        redirect_uris = ["http://localhost:9002/callback"]
        [[client]]
        id = "phone-app"
        name = "Phone app"
        public = true
        id_token_alg = "ES256"
        redirect_uris = ["http://localhost:9003/callback"]
        "#
    )
}
