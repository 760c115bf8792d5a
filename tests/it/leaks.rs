//! No secret is where it does not belong: logs, pages, the trail, the outbox.

use crate::support::{PASSWORD, PHONE, TestApp};
use std::cell::RefCell;
use std::io::Write;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::dynamic_filter_fn;
use tracing_subscriber::layer::SubscriberExt as _;

const ADA: &str = "ada@example.org";

thread_local! {
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Writes what a thread logs into its own buffer, if it has one.
struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.as_mut().map(|log| log.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Keeps everything this thread logs from now on, at the finest level. The subscriber is the whole process's: one of a
/// thread alone misses lines that other threads have met first.
fn capture_log() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let wanted = dynamic_filter_fn(|_, _| LOG.with_borrow(Option::is_some));
        let lines = tracing_subscriber::fmt::layer().with_writer(|| ThreadLog).with_filter(wanted);
        tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines)).unwrap();
    });
    LOG.set(Some(Vec::new()));
}

fn captured_log() -> String {
    String::from_utf8(LOG.take().unwrap_or_default()).unwrap()
}

/// Whether a secret stands in a text as a word of its own.
fn holds(text: &str, secret: &str) -> bool {
    let edge = |c: Option<char>| !c.is_some_and(|c| c.is_ascii_alphanumeric());
    text.match_indices(secret)
        .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + secret.len()..].chars().next()))
}

#[tokio::test]
async fn codes_passwords_and_tokens_are_in_no_log_no_page_and_no_row_a35_i8() {
    capture_log();
    let app = TestApp::start().await;
    let mut secrets = vec![PASSWORD.to_owned()];
    let invite = app.invite(ADA).await;
    let mut browser = app.browser();
    app.create_account(&mut browser, &invite).await;
    let (verify, mail_code) = (app.link(ADA).await, app.mail_code(ADA).await);
    let page = browser.open(&verify).await;
    let page = browser.submit(page.form("/verify/")).await;
    let page = browser.submit(page.form("/set-up/phone").with("number", PHONE)).await;
    let sms_code = app.sms_code(PHONE).await;
    let page = browser.submit(page.form("/sign-in/code").with("code", "12 34")).await;
    let wrong = if sms_code == "999999" { "999998" } else { "999999" };
    let page = browser.submit(page.form("/sign-in/code").with("code", wrong)).await;
    browser.submit(page.form("/sign-in/code").with("code", &sms_code)).await;
    let rota = app.rota().await;
    let pending = rota.begin(&[]);
    let back = browser.open(pending.url.as_str()).await;
    let code = rota.code(&pending, &back.at);
    let signed_in = rota.finish(pending, &back.at).await;
    let last = |link: &str| link.rsplit('/').next().unwrap().to_owned();
    secrets.extend([last(&invite), last(&verify), mail_code.clone(), sms_code.clone(), code]);
    secrets.extend(browser.cookies.values().cloned());
    secrets.push(app.access_token(&signed_in.tokens));
    app.deliver().await;

    let log = captured_log();
    assert!(log.contains("/sign-in/code"), "requests are logged");
    let mut kept = String::new();
    for (table, column) in
        [("audit", "detail"), ("audit", "target"), ("audit", "reason"), ("outbox", "payload")]
    {
        let sql = format!("SELECT coalesce({column}, '') FROM {table}");
        kept.extend(app.texts(&sql).await.into_iter().map(|text| text + "\n"));
    }
    for secret in &secrets {
        assert!(!holds(&log, secret), "{secret} is in the log");
        assert!(!holds(&kept, secret), "{secret} is in a row");
    }
    let pages = browser.seen.join("\n");
    for secret in [PASSWORD, &mail_code, &sms_code] {
        assert!(!holds(&pages, secret), "{secret} is on a page");
    }
}

#[tokio::test]
async fn what_is_stored_of_a_secret_is_its_hash_or_sealed() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let rota = app.rota().await;
    let pending = rota.begin(&[]);
    let back = ada.browser.open(pending.url.as_str()).await;
    let signed_in = rota.finish(pending, &back.at).await;
    let mut stored = app.everything_stored().await;
    stored.make_ascii_lowercase();
    let session = ada.browser.cookies["wardgate_session"].to_ascii_lowercase();
    for secret in [&session, &app.access_token(&signed_in.tokens).to_ascii_lowercase(), &PASSWORD.to_owned()]
    {
        assert!(!stored.contains(secret.as_str()), "{secret}");
    }
    assert!(stored.contains("$argon2id$"), "passwords are");
    assert!(!stored.contains("private key") && !stored.contains("\"d\":"), "signing keys are sealed");
}
