//! Tokens of services are not stored; the trail has their number.

use crate::support::TestApp;

const COUNTS: &str =
    "SELECT client_id || ' ' || detail FROM audit WHERE act = 'service_tokens.issued' ORDER BY id";

#[tokio::test]
async fn the_trail_says_once_a_minute_how_many_tokens_a_service_got() {
    let app = TestApp::start().await;
    let ask = async |id: &str, secret: &str, times: usize| {
        for _ in 0..times {
            let answer = app.call_as("/token", (id, secret), &[("grant_type", "client_credentials")]).await;
            assert_ne!(answer.text("access_token"), "", "{answer:?}");
        }
    };
    let service = async |id| {
        app.register(id, |policy| policy.tokens.service_scopes = vec!["rota:read".to_owned()]).await
    };
    let (one, other) = (service("one").await, service("other").await);
    let began = app.app.ground.clock.now().0;
    ask("one", &one, 3).await;
    app.round().await;
    assert!(app.texts(COUNTS).await.is_empty(), "the minute is not over");
    app.advance(30);
    ask("one", &one, 2).await;
    ask("other", &other, 1).await;
    app.advance(30);
    app.round().await;
    app.round().await;
    let first = format!("one {{\"count\":5,\"since\":{began}}}");
    assert_eq!(app.texts(COUNTS).await.join(","), first);
    app.app.grants.write_counts(true).await.unwrap();
    let rest = format!("other {{\"count\":1,\"since\":{}}}", began + 30);
    assert_eq!(app.texts(COUNTS).await, [first, rest], "the program ends");
}
