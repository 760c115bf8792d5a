//! How many SQL statements a request costs (BEGIN, SAVEPOINT and COMMIT are not counted): a budget, so that none
//! comes in unseen. The client is known already, as it is for a second at a time.

use crate::support::{Person, TestApp};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Metadata, Subscriber};
use wardgate::protocol::scope::Scope;

const ADA: &str = "ada@example.org";

/// The statements of this thread's runtime, in their order.
#[derive(Clone, Default)]
pub(crate) struct Statements(Arc<Mutex<Vec<String>>>);

/// Hears of statements alone: spans of the other tests' threads are none of its business.
impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "wardgate::statement"
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Text(self));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Text<'a>(&'a Statements);

impl Visit for Text<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "text" {
            self.0.0.lock().unwrap().push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

impl Statements {
    /// Hears this thread's statements until the guard is gone.
    pub(crate) async fn hear(app: &TestApp) -> (Self, DefaultGuard) {
        let statements = Self::default();
        let guard = tracing::subscriber::set_default(statements.clone());
        app.number("SELECT count(*) FROM clients").await;
        // Another test's thread, where nobody listens, may have met the event first: then it counts as unheard.
        tracing::callsite::rebuild_interest_cache();
        statements.take();
        (statements, guard)
    }

    /// Those since the last look.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// What each request may cost where short-lived state is in SQL, and where it is in Redis.
const BUDGET: [(&str, usize, usize); 14] = [
    ("authorize with a live session", 5, 4),
    ("code exchange", 4, 3),
    ("code exchange with a refresh token", 4, 3),
    ("refresh", 4, 4),
    ("client credentials", 0, 0),
    ("userinfo: email", 1, 1),
    ("userinfo: phone", 2, 2),
    ("userinfo: staff", 2, 2),
    ("introspection of an access token", 1, 1),
    ("introspection of a refresh token", 1, 1),
    ("introspection of what nobody got", 1, 1),
    ("introspection of a service's token", 2, 2),
    ("revocation of an access token", 3, 3),
    ("revocation of a refresh token", 3, 3),
];

/// An application `app` whose secret is given, and a person who uses it already.
async fn start() -> (TestApp, Person, String) {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let secret = app
        .register("app", |policy| {
            policy.tokens.service_scopes = vec!["rota:read".to_owned()];
            policy.scopes.insert(Scope::Staff);
        })
        .await;
    ada.browser.open(&app.link_of("app", "")).await;
    (app, ada, secret)
}

/// What requests of each sort cost, in the order of the budget.
async fn measure() -> Vec<Vec<String>> {
    let (app, mut ada, secret) = start().await;
    let (statements, _heard) = Statements::hear(&app).await;
    let client = ("app", secret.as_str());
    let mut costs = Vec::new();
    let ask = async |path: &str, fields: &[(&str, &str)]| {
        statements.take();
        let answer = app.call_as(path, client, fields).await;
        (answer, statements.take())
    };
    let userinfo = async |token: &str| {
        statements.take();
        assert_ne!(app.userinfo_of(token).await["sub"], serde_json::Value::Null);
        statements.take()
    };
    let mut tokens = Vec::new();
    for scope in ["email", "phone%20offline_access", "wardgate:staff"] {
        statements.take();
        let back = ada.browser.open(&app.link_of("app", &format!("&scope=openid%20{scope}"))).await;
        let authorize = statements.take();
        let answer = app.redeem(client, &back).await;
        assert_ne!(answer.text("access_token"), "", "{answer:?}");
        costs.extend((tokens.is_empty()).then_some(authorize));
        costs.extend((tokens.len() < 2).then(|| statements.take()));
        tokens.push(answer);
    }
    let (access, refresh) = (tokens[0].text("access_token"), tokens[1].text("refresh_token"));
    let grant = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let (next, cost) = ask("/token", &grant).await;
    costs.push(cost);
    let (service, cost) = ask("/token", &[("grant_type", "client_credentials")]).await;
    costs.push(cost);
    for answer in &tokens {
        costs.push(userinfo(answer.text("access_token")).await);
    }
    for token in [access, next.text("refresh_token"), "unknown", service.text("access_token")] {
        costs.push(ask("/introspect", &[("token", token)]).await.1);
    }
    for token in [access, next.text("refresh_token")] {
        costs.push(ask("/revoke", &[("token", token)]).await.1);
    }
    costs
}

// One thread: the subscriber hears what the runtime's own thread does.
#[tokio::test]
async fn a_request_costs_the_statements_of_its_budget() {
    let costs = measure().await;
    assert_eq!(costs.len(), BUDGET.len());
    let in_redis = crate::support::stores::is_on_postgres();
    let over = costs.iter().zip(BUDGET).filter_map(|(cost, (what, sql, redis))| {
        let budget = if in_redis { redis } else { sql };
        let text = || format!("{what}: {} and not {budget}\n  {}", cost.len(), cost.join("\n  "));
        (cost.len() != budget).then(text)
    });
    let over: Vec<String> = over.collect();
    assert!(over.is_empty(), "{}", over.join("\n"));
}
