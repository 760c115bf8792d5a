//! Applications that answer slowly, or never.

use super::client;
use super::receiver::{Receiver, SILENCE};
use crate::support::TestApp;
use serde_json::json;
use std::collections::BTreeSet;
use wardgate::ids::{AccountId, OutboxId, SessionId};
use wardgate::outbox::{self, LEASE};

/// Queues calls of an application, as the ends of so many sessions do.
async fn queue(app: &TestApp, client: &'static str, count: usize) {
    let (ground, now) = (&app.app.ground, app.app.ground.clock.now());
    let calls: Vec<_> = (0..count)
        .map(|_| {
            let (session, account) = (SessionId(ground.new_id()), AccountId(ground.new_id()));
            let payload = json!({ "client": client, "session": session, "account": account, "at": now });
            (OutboxId(ground.new_id()), payload)
        })
        .collect();
    let queued = ground.db.write(move |tx| {
        Box::pin(async move {
            for (id, payload) in calls {
                outbox::queue(tx, id, now, ("backchannel_logout", client.to_owned()), &payload).await?;
            }
            Ok(())
        })
    });
    queued.await.unwrap();
}

/// Waits until a receiver got so many calls.
async fn until(receiver: &Receiver, count: usize) {
    while receiver.received().len() < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_that_never_answers_holds_up_its_own_calls_alone_a100() {
    let app = TestApp::start().await;
    let (silent, healthy) = (Receiver::start(&[SILENCE; 400]).await, Receiver::start(&[]).await);
    client(&app, "silent", Some(&silent), |_| ()).await;
    client(&app, "healthy", Some(&healthy), |_| ()).await;
    app.advance(1);
    queue(&app, "silent", 200).await;
    app.advance(1);
    queue(&app, "healthy", 20).await;
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let worker = app.app.worker();
    let running = tokio::spawn(async move { worker.run(stopped).await });
    until(&healthy, 20).await;
    assert!(
        silent.received().len() <= 8,
        "calls that came first were not made first: {}",
        silent.received().len()
    );
    // Later ones too, while the silent application is being called, and again when its first calls come back.
    queue(&app, "healthy", 3).await;
    until(&healthy, 23).await;
    app.advance(60);
    queue(&app, "healthy", 3).await;
    until(&healthy, 26).await;
    let tried = "SELECT CAST(sum(attempts) AS BIGINT) FROM outbox WHERE about = 'silent'";
    let tries = app.number(tried).await;
    assert!((1..=24).contains(&tries), "{tries} tries");
    stop.send(true).unwrap();
    running.await.unwrap();
    let sent = "SELECT count(*) FROM outbox WHERE about = 'healthy' AND state = 'sent' AND attempts = 1";
    assert_eq!(app.number(sent).await, 26);
}

#[tokio::test]
async fn calls_of_many_applications_are_each_taken_once_by_one_worker() {
    let app = TestApp::start().await;
    let mut all = BTreeSet::new();
    for client in ["one", "two", "three"] {
        queue(&app, client, 10).await;
    }
    let (ground, now) = (&app.app.ground, app.app.ground.clock.now());
    let busy = BTreeSet::from(["two".to_owned()]);
    let due = outbox::due_calls(ground.db.read(), now, (&busy, 4)).await.unwrap();
    let mut clients: Vec<&str> = due.iter().map(|(_, client)| client.as_str()).collect();
    clients.sort_unstable();
    assert_eq!(clients, ["one", "one", "one", "one", "three", "three", "three", "three"]);
    let take = async |now| {
        let ids: Vec<OutboxId> = due.iter().map(|(id, _)| *id).collect();
        ground
            .db
            .write(move |tx| Box::pin(async move { outbox::lease_calls(tx, now, ids).await }))
            .await
            .unwrap()
    };
    let (first, second) = tokio::join!(take(now), take(now));
    for row in first.iter().chain(&second) {
        assert!(all.insert(row.id), "taken twice");
    }
    assert_eq!(all.len(), 8);
    assert_eq!(take(now.plus(LEASE - 1)).await.len(), 0);
    let again = outbox::due_calls(ground.db.read(), now, (&BTreeSet::new(), 4)).await.unwrap();
    assert_eq!(again.len(), 12, "the next four of each");
    assert!(again.iter().all(|(id, _)| !all.contains(id)));
    assert_eq!(take(now.plus(LEASE)).await.len(), 8, "whose worker died");
}
