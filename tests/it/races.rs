//! Two writes at once on PostgreSQL, where each has a connection of its own: what an exchange stands on ends between
//! its statements. Each test holds one of the two where it hurts most. SQLite has one writer: there it cannot happen.

use crate::recovery::{NEW, at_the_password};
use crate::support::{Answer, PHONE, Page, Person, TestApp, permit, template, until};
use crate::text_message_code::at_the_code;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, Statement, TransactionTrait as _};
use std::cell::Cell;
use wardgate::audit::{Actor, Origin};
use wardgate::lifecycle::Over;
use wardgate::rights::{Act, Area};

const ADA: &str = "ada@example.org";
const OFFLINE: &str = "&scope=openid%20offline_access";

/// Somebody who is signed in, two applications, of which `lab` is somebody else's, and a connection beside the app's.
struct Stand {
    app: TestApp,
    ada: Person,
    beside: DatabaseConnection,
    /// Of both applications.
    secrets: [(&'static str, String); 2],
}

/// An answer, and whether the other side had to wait for it: told at the database, since an answer that is on its way
/// through HTTP may come after an end that waited for it.
struct Raced<A, T> {
    answer: A,
    waited: bool,
    end: T,
}

impl Stand {
    async fn new() -> Self {
        let (url, settings) = template::postgres().await;
        let app = TestApp::on(tempfile::tempdir().unwrap(), &settings, |_| {}).await;
        let ada = app.person(ADA).await;
        let own = app.register("app", |_| ()).await;
        let lab = app.register("lab", |policy| policy.third_party = true).await;
        let beside = Database::connect(url).await.unwrap();
        Self { app, ada, beside, secrets: [("app", own), ("lab", lab)] }
    }

    fn client(&self, id: &str) -> (&'static str, &str) {
        let (id, secret) = self.secrets.iter().find(|(known, _)| *known == id).unwrap();
        (id, secret)
    }

    /// The browser at the callback with a code, after a yes where one is asked for.
    async fn code(&mut self, id: &str, more: &str) -> Page {
        let page = self.ada.browser.open(&self.app.link_of(id, more)).await;
        if page.at.contains("code=") {
            return page;
        }
        self.ada.browser.submit(page.form("/consent").with("answer", "allow")).await
    }

    /// How many statements wait for a lock.
    async fn waiting(&self) -> i64 {
        let sql = "SELECT count(*) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let statement = Statement::from_string(self.beside.get_database_backend(), sql);
        self.beside.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
    }

    /// An exchange is held at a table that it writes after it has looked at everything; then `end` runs as far as it
    /// gets.
    async fn held<A, T>(
        &self,
        table: &str,
        exchange: impl Future<Output = A>,
        end: impl Future<Output = T>,
    ) -> Raced<A, T> {
        let held = self.beside.begin().await.unwrap();
        held.execute_unprepared(&format!("LOCK TABLE {table} IN EXCLUSIVE MODE")).await.unwrap();
        let (waited, ended) = (Cell::new(false), Cell::new(false));
        let meanwhile = async {
            until("the exchange is held", async || self.waiting().await == 1).await;
            let end = async {
                let end = end.await;
                ended.set(true);
                end
            };
            let release = async {
                until("the end is through or waits", async || ended.get() || self.waiting().await == 2).await;
                waited.set(!ended.get());
                held.rollback().await.unwrap();
            };
            futures_util::join!(end, release).0
        };
        let (answer, end) = futures_util::join!(exchange, meanwhile);
        Raced { answer, waited: waited.get(), end }
    }

    /// What an exchange comes to that waits for a change which is under way.
    async fn behind(&self, change: &str, exchange: impl Future<Output = Answer>) -> Answer {
        let held = self.beside.begin().await.unwrap();
        held.execute_unprepared(change).await.unwrap();
        let commit = async {
            until("the exchange waits", async || self.waiting().await == 1).await;
            held.commit().await.unwrap();
        };
        futures_util::join!(exchange, commit).0
    }

    /// Grants that nobody has ended.
    async fn alive(&self) -> i64 {
        self.app.number("SELECT count(*) FROM grants WHERE revoked_at IS NULL").await
    }

    /// Time goes by while the person reads pages.
    async fn an_hour_goes_by(&mut self) {
        for _ in 0..3 {
            self.app.advance(20 * 60);
            self.ada.browser.open("/account/apps").await;
        }
    }
}

#[tokio::test]
async fn a_grant_does_not_outlive_the_password_that_is_reset_while_its_code_is_redeemed_a53() {
    let mut stand = Stand::new().await;
    stand.an_hour_goes_by().await;
    let (mut browser, page) = at_the_password(&stand.app).await;
    let back = stand.code("app", OFFLINE).await;
    let form = page.form("/forgot/password").with("password", NEW);
    let raced =
        stand.held("tokens", stand.app.redeem(stand.client("app"), &back), browser.submit(form)).await;
    assert!(raced.end.says("Your password is changed."), "{}", raced.end.html);
    assert_eq!(stand.alive().await, 0, "{:?}", raced.answer);
    let again = stand.app.refresh(stand.client("app"), raced.answer.text("refresh_token")).await;
    assert_eq!(again.text("error"), "invalid_grant");
}

#[tokio::test]
async fn a_grant_does_not_outlive_the_consent_that_is_withdrawn_while_its_code_is_redeemed_a88() {
    let mut stand = Stand::new().await;
    let back = stand.code("lab", OFFLINE).await;
    let origin = Origin::of(Actor::Visitor);
    let end = stand.app.app.grants.withdraw(stand.ada.id, "lab", &origin);
    let raced = stand.held("tokens", stand.app.redeem(stand.client("lab"), &back), end).await;
    raced.end.unwrap();
    assert_eq!(stand.alive().await, 0, "{:?}", raced.answer);
    let again = stand.app.refresh(stand.client("lab"), raced.answer.text("refresh_token")).await;
    assert_eq!(again.text("error"), "invalid_grant");
}

#[tokio::test]
async fn nothing_is_handed_out_once_an_account_was_closed_i28() {
    let mut stand = Stand::new().await;
    let back = stand.code("app", OFFLINE).await;
    let (app, origin) = (&stand.app.app, Origin::of(Actor::Host));
    let over = Over { id: stand.ada.id, seen: None };
    let end = app.lifecycle.disable(permit(Act::Change(Area::People, None)), over, &origin);
    let raced = stand.held("tokens", stand.app.redeem(stand.client("app"), &back), end).await;
    raced.end.unwrap();
    assert!(raced.waited, "who is told that the account is closed finds nothing under way");
    assert_eq!(stand.alive().await, 0, "{:?}", raced.answer);
    assert_eq!(stand.app.userinfo_status(raced.answer.text("access_token")).await, 401);
}

#[tokio::test]
async fn what_is_refreshed_while_the_grant_is_ended_is_of_no_use() {
    let mut stand = Stand::new().await;
    let back = stand.code("lab", OFFLINE).await;
    let first = stand.app.redeem(stand.client("lab"), &back).await;
    let origin = Origin::of(Actor::Visitor);
    let end = stand.app.app.grants.withdraw(stand.ada.id, "lab", &origin);
    let raced =
        stand.held("audit", stand.app.refresh(stand.client("lab"), first.text("refresh_token")), end).await;
    raced.end.unwrap();
    assert_eq!(stand.alive().await, 0);
    assert_ne!(raced.answer.text("access_token"), "", "it looked first");
    assert_eq!(stand.app.userinfo_status(raced.answer.text("access_token")).await, 401);
    let again = stand.app.refresh(stand.client("lab"), raced.answer.text("refresh_token")).await;
    assert_eq!(again.text("error"), "invalid_grant");
}

#[tokio::test]
async fn an_exchange_that_waited_sees_what_was_changed_meanwhile() {
    let mut stand = Stand::new().await;
    for change in ["UPDATE consents SET revoked_at = 1", "UPDATE sessions SET ended_at = 1"] {
        let back = stand.code("lab", OFFLINE).await;
        let answer = stand.behind(change, stand.app.redeem(stand.client("lab"), &back)).await;
        assert_eq!(answer.text("error"), "invalid_grant", "{change}");
    }
    assert_eq!(stand.alive().await, 0);
    assert_eq!(stand.app.number("SELECT count(*) FROM tokens").await, 0);
}

#[tokio::test]
async fn a_code_that_is_used_while_it_is_typed_again_signs_in_once_and_nobody_waits_in_vain_a32() {
    let stand = Stand::new().await;
    let (mut browser, page) = at_the_code(&stand.app, &stand.ada).await;
    let form = page.form("/sign-in/code").with("code", &stand.app.sms_code(PHONE).await);
    let mut other = browser.clone();
    let before = stand.app.number("SELECT count(*) FROM sessions").await;
    let raced = stand.held("authenticators", browser.submit(form.clone()), other.submit(form)).await;
    assert!(raced.waited, "a guess waits for its turn");
    assert_eq!(raced.answer.status.as_u16(), 303);
    assert_eq!(raced.end.status.as_u16(), 422, "{}", raced.end.html);
    assert_eq!(stand.app.number("SELECT count(*) FROM sessions").await, before + 1);
}
