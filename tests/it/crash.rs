//! The real program, killed by SIGKILL while it works: what it acknowledged is there, and nothing is half done (R1).

use crate::support::{Browser, Form, PASSWORD, Process, free_port, permit};
use entities::{acceptance, account, audit, invitation, mail_proof, membership, outbox};
use reqwest::{Client, StatusCode, header};
use sea_orm::{Database, DatabaseConnection, EntityTrait, PaginatorTrait as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Barrier, Semaphore};
use wardgate::accounts::Address;
use wardgate::app::{self, App, Outside};
use wardgate::audit::{Actor, Origin};
use wardgate::clock::Clock;
use wardgate::config::Config;
use wardgate::invitations::{self, Invited, New, Policy};
use wardgate::organisations::{self, Added};
use wardgate::outbox::LEASE;
use wardgate::rights::{Act, Area, Role};

/// When the program is killed.
#[derive(Clone, Copy)]
enum Moment {
    /// So many accounts are written and, mostly, nobody was told.
    Written(u64),
    /// So many people were told.
    Acknowledged(u32),
}

const ROUNDS: [Moment; 6] = [
    Moment::Written(1),
    Moment::Acknowledged(1),
    Moment::Written(4),
    Moment::Acknowledged(5),
    Moment::Written(8),
    Moment::Acknowledged(9),
];
/// Sign-ups in a round, at once. They hash two by two, so that they come to the database one after the other: writes
/// that come together share a commit, and a kill would find all of them written or none.
const AT_ONCE: usize = 12;

/// The installation, whether the program runs or not.
struct House {
    folder: tempfile::TempDir,
    settings: String,
    issuer: String,
    http: Client,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let issuer = format!("http://127.0.0.1:{port}");
        let place = folder.path().display();
        let settings = format!(
            r#"
            mode = "development"
            [server]
            listen = "127.0.0.1:{port}"
            issuer = "{issuer}"
            [database]
            url = "sqlite://{place}/wardgate.db"
            [secrets]
            key_file = "{place}/wardgate.key"
            [brand]
            support_email = "help@example.org"
            [passwords]
            memory_kib = 16384
            passes = 1
            workers = 2
            [mail]
            transport = "folder"
            folder = "{place}/mail"
            from = "no-reply@example.org"
            [sms]
            transport = "folder"
            folder = "{place}/sms"
            "#
        );
        std::fs::write(folder.path().join("wardgate.toml"), &settings).unwrap();
        let http = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { folder, settings, issuer, http }
    }

    /// Starts the program, as an operator does, and waits until it answers.
    async fn start(&self) -> Process {
        Process::serve(&self.folder.path().join("wardgate.toml"), &self.issuer, &self.http).await
    }

    /// The same installation inside of the test, while the program does not run.
    async fn open(&self, clock: Clock) -> Arc<App> {
        let outside = Outside { clock, ..Outside::system() };
        app::build(Config::from_toml(&self.settings).unwrap(), outside).await.unwrap()
    }

    /// Paths of new invitations, as their e-mails name them.
    async fn invite(&self, count: usize) -> Vec<String> {
        let app = self.open(Clock::System).await;
        let (ground, origin) = (&app.ground, Origin::of(Actor::Host));
        let added = organisations::add(
            ground,
            permit(Act::Change(Area::Organisations, None)),
            &origin,
            ("Northshore", true),
        )
        .await;
        let (Added::New(organisation) | Added::Exists(organisation)) = added.unwrap();
        let act = Act::Invite { organisation, team: None, role: Role::Clinician };
        let mut paths = Vec::new();
        for n in 0..count {
            let new = New {
                address: Address::parse(&address(n)).unwrap(),
                client_id: None,
                message: None,
                language: "en".to_owned(),
            };
            let policy = Policy { days: 7, per_day: 200 };
            let invited = invitations::create(ground, permit(act), policy, &origin, new).await.unwrap();
            let Invited::Sent(_, token) = invited else { panic!("{invited:?}") };
            paths.push(format!("/invite/{}", token.text()));
        }
        ground.db.close().await;
        paths
    }

    /// Sends many sign-ups at once and kills the program in the middle; gives the addresses of all that were
    /// acknowledged.
    async fn sign_up_until(&self, moment: Moment, paths: &[String]) -> Vec<String> {
        let mut program = self.start().await;
        let url = format!("sqlite://{}/wardgate.db?mode=ro", self.folder.path().display());
        let reader = Database::connect(url).await.unwrap();
        let before = accounts(&reader).await;
        let mut browser = Browser::new(&self.issuer, self.http.clone());
        let start = Arc::new(Barrier::new(paths.len()));
        let acknowledged = Arc::new(Semaphore::new(0));
        let mut posts = Vec::new();
        for path in paths {
            let form = filled_in(&mut browser, path).await;
            let email = form.value("email_shown").to_owned();
            let cookies = browser.cookies.iter().map(|(name, value)| format!("{name}={value}"));
            let post = self.http.post(format!("{}{path}", self.issuer)).form(&form.fields);
            let post = post.header(header::COOKIE, Vec::from_iter(cookies).join("; "));
            let (start, acknowledged) = (Arc::clone(&start), Arc::clone(&acknowledged));
            posts.push(tokio::spawn(async move {
                start.wait().await;
                let answer = post.send().await.ok()?;
                assert_eq!(answer.status(), StatusCode::SEE_OTHER);
                acknowledged.add_permits(1);
                Some(email)
            }));
        }
        let reached = async {
            match moment {
                Moment::Written(count) => while accounts(&reader).await < before + count {},
                Moment::Acknowledged(count) => drop(acknowledged.acquire_many(count).await.unwrap()),
            }
        };
        tokio::time::timeout(Duration::from_secs(60), reached).await.expect("the sign-ups go on");
        program.kill();
        let mut emails = Vec::new();
        for post in posts {
            emails.extend(post.await.unwrap());
        }
        emails
    }
}

async fn filled_in(browser: &mut Browser, path: &str) -> Form {
    let form =
        browser.open(path).await.form("/invite/").with("given_name", "Ada").with("family_name", "Byron");
    form.with("profession", "nurse").with("password", PASSWORD).with("terms", "yes")
}

fn address(n: usize) -> String {
    format!("person{n}@example.org")
}

/// How many accounts there are, as another process sees it.
async fn accounts(reader: &DatabaseConnection) -> u64 {
    account::Entity::find().count(reader).await.unwrap()
}

/// What the database holds.
struct Found {
    accounts: Vec<account::Model>,
    invitations: Vec<invitation::Model>,
    proofs: Vec<mail_proof::Model>,
    outbox: Vec<outbox::Model>,
    members: BTreeSet<String>,
    agreed: BTreeSet<String>,
    created: Vec<String>,
}

impl Found {
    async fn read(app: &App) -> Self {
        let db = app.ground.db.read();
        let members = membership::Entity::find().all(db).await.unwrap();
        let agreed = acceptance::Entity::find().all(db).await.unwrap();
        let trail = audit::Entity::find().all(db).await.unwrap().into_iter();
        Self {
            accounts: account::Entity::find().all(db).await.unwrap(),
            invitations: invitation::Entity::find().all(db).await.unwrap(),
            proofs: mail_proof::Entity::find().all(db).await.unwrap(),
            outbox: outbox::Entity::find().all(db).await.unwrap(),
            members: members.iter().map(|row| row.account_id.to_string()).collect(),
            agreed: agreed.iter().map(|row| row.account_id.to_string()).collect(),
            created: trail.filter(|row| row.act == "account.created").map(|row| row.target).collect(),
        }
    }

    /// Every account is whole, and no other row speaks of one that is not there.
    fn is_whole(&self) {
        for account in &self.accounts {
            let (id, email) = (account.id, &account.email);
            let accepted = self.invitations.iter().filter(|row| row.account_id == Some(id));
            let accepted: Vec<_> = accepted.map(|row| (&row.email, row.accepted_at.is_some())).collect();
            assert_eq!(accepted, [(email, true)], "{email}: its invitation");
            let proofs: Vec<_> = self.proofs.iter().filter(|row| row.account_id == Some(id)).collect();
            assert_eq!(proofs.len(), 1, "{email}: its proof");
            let about = proofs[0].id.to_string();
            let letters = self.outbox.iter().filter(|row| row.kind == "verify_email" && row.about == about);
            assert_eq!(letters.count(), 1, "{email}: its letter");
            let id = id.to_string();
            assert!(
                self.members.contains(&id) && self.agreed.contains(&id),
                "{email}: its place, its agreement"
            );
            assert_eq!(self.created.iter().filter(|target| **target == id).count(), 1, "{email}: its trail");
        }
        let count = self.accounts.len();
        let accepted = self.invitations.iter().filter(|row| row.accepted_at.is_some()).count();
        let letters = self.outbox.iter().filter(|row| row.kind == "verify_email").count();
        let others =
            [accepted, letters, self.proofs.len(), self.members.len(), self.agreed.len(), self.created.len()];
        assert_eq!(others, [count; 6], "something speaks of an account that is not there");
    }
}

/// Ids of the messages that were handed over.
fn delivered(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder.join("mail")).unwrap().map(|file| file.unwrap().path());
    let whole = files.filter(|file| file.extension().is_some_and(|extension| extension == "eml"));
    whole
        .map(|file| {
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let (_, id) = name.split_once("-email-").unwrap();
            (id.to_owned(), std::fs::read_to_string(&file).unwrap())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9_and_nothing_is_half_done_a111() {
    let house = House::new();
    let paths = house.invite(ROUNDS.len() * AT_ONCE).await;
    let mut acknowledged = BTreeSet::new();
    for (paths, moment) in paths.chunks(AT_ONCE).zip(ROUNDS) {
        acknowledged.extend(house.sign_up_until(moment, paths).await);
        let app = house.open(Clock::System).await;
        let found = Found::read(&app).await;
        found.is_whole();
        let there: BTreeSet<String> = found.accounts.iter().map(|account| account.email.clone()).collect();
        let lost: Vec<_> = acknowledged.difference(&there).collect();
        assert!(lost.is_empty(), "acknowledged and gone: {lost:?}");
        app.ground.db.close().await;
    }
    let app = house.open(Clock::System).await;
    let there = Found::read(&app).await.accounts;
    app.ground.db.close().await;
    let missing = |n: &usize| there.iter().all(|account| account.email != address(*n));
    let cut_off = (0..paths.len()).find(missing).expect("the kills came in the middle of the work");

    let mut program = house.start().await;
    let mut browser = Browser::new(&house.issuer, house.http.clone());
    let form = filled_in(&mut browser, &paths[cut_off]).await;
    assert_eq!(browser.submit(form).await.title(), "Check your email", "who was cut off tries again");
    let mut browser = Browser::new(&house.issuer, house.http.clone());
    let form = browser.open("/sign-in").await.form("/sign-in").with("password", PASSWORD);
    let page = browser.submit(form.with("email", acknowledged.first().unwrap())).await;
    assert_eq!(page.title(), "Check your email", "who has an account signs in");
    program.kill();

    // What a killed worker held comes back when its lease ends.
    let later = Clock::fixed(Clock::System.now().plus(LEASE + 1));
    let app = house.open(later).await;
    app.worker().deliver_due().await.unwrap();
    let found = Found::read(&app).await;
    let mails = delivered(house.folder.path());
    for row in &found.outbox {
        let accepted = row.kind == "invite" && row.state == "dropped";
        assert!(row.state == "sent" || accepted, "{} is {}: {:?}", row.kind, row.state, row.error);
        assert!(accepted || mails[&row.id.to_string()].contains("@example.org"), "{} left no mail", row.kind);
    }
}
