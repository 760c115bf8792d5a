//! A Redis that is away, one that forgot everything, and one that went back to an old copy: it may end sign-ins in
//! progress, it never lets anything be used twice (DESIGN 4).

use super::stores::sign_in_form;
use super::{ADA, is_busy};
use crate::recovery::{NEW, at_the_password};
use crate::support::{Answer, Browser, Form, Page, Person, Process, TestApp, free_port, template, until};
use crate::text_message_code::{at_the_code, signed_in};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use wardgate::rights::Role;

const BEN: &str = "ben@example.org";
const NOBODY: &str = "nobody@example.org";

/// A Redis of the test's own, which it may stop.
struct Redis {
    folder: TempDir,
    port: u16,
    process: Process,
}

impl Redis {
    fn start(more: &[&str]) -> Self {
        let port = free_port();
        let folder = tempfile::tempdir().unwrap();
        let process = Self::spawn(folder.path(), port, more);
        Self { folder, port, process }.ready()
    }

    fn replica_of(primary: &Self) -> Self {
        Self::start(&["--replicaof", "127.0.0.1", &primary.port.to_string()])
    }

    fn spawn(folder: &Path, port: u16, more: &[&str]) -> Process {
        let port = port.to_string();
        let arguments = ["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no"];
        let arguments = [&arguments[..], &["--repl-diskless-sync-delay", "0"]].concat();
        let mut command = Command::new("redis-server");
        let command = command.args(arguments).args(more).current_dir(folder).stdout(Stdio::null());
        Process(command.spawn().expect("there is a redis-server: scripts/test installs it"))
    }

    fn ready(self) -> Self {
        for _ in 0..1000 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return self;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("redis-server does not start");
    }

    async fn tell<T: ::redis::FromRedisValue>(&self, words: &[&str]) -> T {
        let client = ::redis::Client::open(format!("redis://127.0.0.1:{}", self.port)).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let mut command = ::redis::Cmd::new();
        words.iter().for_each(|word| {
            command.arg(word);
        });
        command.query_async(&mut connection).await.unwrap()
    }

    /// The same address, with nothing in it.
    fn start_again(mut self) -> Self {
        self.process = Self::spawn(self.folder.path(), self.port, &[]);
        self.ready()
    }

    /// The replica stands at the address of its primary, which is gone.
    async fn take_over(&mut self, mut primary: Self) {
        primary.process.kill();
        let () = self.tell(&["CONFIG", "SET", "port", &primary.port.to_string()]).await;
        self.port = primary.port;
    }
}

async fn app_on(redis: &Redis) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let text = template::sqlite(folder.path()).await;
    let place = format!("redis_url = \"redis://127.0.0.1:{}\"", redis.port);
    TestApp::on(folder, &format!("{text}[ephemeral]\nstore = \"redis\"\n{place}\n"), |_| {}).await
}

async fn pages_are_back(app: &TestApp) {
    until("pages are back", async || app.browser().open("/sign-in").await.status == 200).await;
}

/// Signing in works as ever.
async fn heals(app: &TestApp, person: &Person) {
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let page = app.sign_in(&mut browser, person, page).await;
    assert!(signed_in(&page), "{} {}", page.at, page.html);
}

/// A browser at the second step of a sign-in, with what is asked for filled in.
async fn at_the_second_step(app: &TestApp, person: &Person) -> (Browser, Form) {
    let (browser, page) = at_the_code(app, person).await;
    let code = app.sms_code(&person.phone).await;
    (browser, page.form("/sign-in/code").with("code", &code))
}

async fn guess(app: &TestApp, email: &str, password: &str) -> String {
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    browser.submit(page.form("/sign-in").with("email", email).with("password", password)).await.title()
}

async fn forget(app: &TestApp) -> String {
    let mut browser = app.browser();
    let page = browser.open("/forgot").await;
    browser.submit(page.form("/forgot").with("email", NOBODY)).await.title()
}

/// As many wrong passwords and forgotten ones of an address as are taken without a wait.
async fn use_up_limits(app: &TestApp) {
    for _ in 0..5 {
        assert_eq!(guess(app, NOBODY, "a wrong guess").await, "Sign in");
    }
    for _ in 0..2 {
        assert_eq!(forget(app).await, "Check your email");
    }
}

async fn limits_hold(app: &TestApp) {
    assert_eq!(guess(app, NOBODY, "a wrong guess").await, "Please wait a while");
    assert_eq!(forget(app).await, "Please wait a while");
}

/// A code that was redeemed is refused, and the attempt ends what came of it.
async fn is_dead(app: &TestApp, secret: &str, spent: &Page, first: &Answer) {
    let again = app.redeem(("app", secret), spent).await;
    assert_eq!((again.status.as_u16(), again.text("error")), (400, "invalid_grant"));
    assert_eq!(app.userinfo_status(first.text("access_token")).await, 401);
    assert_eq!(app.number("SELECT count(*) FROM audit WHERE act = 'code.replayed'").await, 1);
    assert_eq!(app.number("SELECT count(*) FROM grants WHERE revoked_at IS NULL").await, 0);
}

#[tokio::test]
async fn without_redis_sign_ins_wait_and_sessions_stay_and_when_it_is_back_both_go_on() {
    let mut redis = Redis::start(&[]);
    let app = app_on(&redis).await;
    let mut ada = app.person(ADA).await;
    let mut browser = app.browser();
    let form = sign_in_form(&mut browser, &ada).await;

    redis.process.kill();
    let shown: Page = app.browser().open("/sign-in").await;
    assert!(is_busy(&shown), "{} {}", shown.status, shown.html);
    let page = browser.submit(form.clone()).await;
    assert!(is_busy(&page), "{} {}", page.status, page.html);
    assert_eq!(ada.browser.open("/welcome").await.title(), "You are set up", "who is in stays in");

    let _redis = redis.start_again();
    until("pages are back", async || app.browser().open("/sign-in").await.status == 200).await;
    let page = browser.submit(form).await;
    assert_eq!(page.title(), "This page was open for too long", "what was in progress begins again");
    let page = browser.open("/sign-in").await;
    let page = app.sign_in(&mut browser, &ada, page).await;
    assert!(page.at.starts_with("http://localhost:9001/login"), "{}", page.at);
}

#[tokio::test]
async fn a_redis_that_is_flushed_ends_what_is_in_progress_and_lets_nothing_be_used_twice_a86() {
    let redis = Redis::start(&[]);
    let app = app_on(&redis).await;
    let mut ada = app.person(ADA).await;
    let secret = app.register("app", |_| ()).await;
    app.advance(20 * 60);
    let (mut browser, form) = at_the_second_step(&app, &ada).await;
    let unused = ada.browser.open(&app.link_of("app", "")).await;
    let spent = ada.browser.open(&app.link_of("app", "")).await;
    let first = app.redeem(("app", &secret), &spent).await;
    assert_eq!(app.userinfo_status(first.text("access_token")).await, 200);
    use_up_limits(&app).await;

    let () = redis.tell(&["FLUSHALL"]).await;
    is_dead(&app, &secret, &spent, &first).await;
    let lost = app.redeem(("app", &secret), &unused).await;
    assert_eq!((lost.status.as_u16(), lost.text("error")), (400, "invalid_grant"));
    let page = browser.submit(form).await;
    assert_eq!((page.status.as_u16(), page.title().as_str()), (410, "This page was open for too long"));
    limits_hold(&app).await;
    assert_eq!(ada.browser.open("/welcome").await.title(), "You are set up", "who is in stays in");
    app.advance(60);
    heals(&app, &ada).await;
}

#[tokio::test]
async fn a_replica_that_takes_over_with_an_old_copy_lets_nothing_be_used_twice_a86() {
    let primary = Redis::start(&[]);
    let mut replica = Redis::replica_of(&primary);
    let app = app_on(&primary).await;
    app.person(ADA).await;
    let ben = app.person_as(BEN, "+447400123457", Role::Clinician).await;
    let secret = app.register("app", |_| ()).await;
    app.advance_hours(1);
    let mut his = ben.browser.clone();
    let page = his.open("/sign-in").await;
    app.sign_in(&mut his, &ben, page).await;
    app.advance(20 * 60);
    let (mut forgetful, page) = at_the_password(&app).await;
    let new_password = page.form("/forgot/password").with("password", NEW);
    let (mut browser, code) = at_the_second_step(&app, &ben).await;
    let spent = his.open(&app.link_of("app", "")).await;

    let has_code = async || replica.tell::<Vec<String>>(&["KEYS", "wardgate:code:*"]).await.len() == 1;
    until("the replica has it all", has_code).await;
    let () = replica.tell(&["REPLICAOF", "NO", "ONE"]).await;
    let (mut old_forgetful, mut old_browser) = (forgetful.clone(), browser.clone());
    let first = app.redeem(("app", &secret), &spent).await;
    assert_eq!(app.userinfo_status(first.text("access_token")).await, 200);
    assert!(signed_in(&browser.submit(code.clone()).await));
    let page = forgetful.submit(new_password.clone()).await;
    assert!(page.says("Your password is changed."), "{}", page.html);
    use_up_limits(&app).await;

    replica.take_over(primary).await;
    pages_are_back(&app).await;
    let codes: Vec<String> = replica.tell(&["KEYS", "wardgate:code:*"]).await;
    assert_eq!(codes.len(), 1, "it has the code that was redeemed");
    is_dead(&app, &secret, &spent, &first).await;
    assert!(!signed_in(&old_browser.submit(code).await), "a text message's code opens one session");
    old_forgetful.submit(new_password.with("password", "another velvet tractor one")).await;
    assert_eq!(guess(&app, ADA, "another velvet tractor one").await, "Sign in", "a recovery is used once");
    assert_eq!(guess(&app, ADA, NEW).await, "2-step verification");
    limits_hold(&app).await;
    app.advance(60);
    heals(&app, &ben).await;
}
