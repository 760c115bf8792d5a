//! What ends a person, a consent or an application, against each way to get or use a token.

use crate::support::{Page, Person, TestApp, permit};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use serde_json::json;
use wardgate::audit::{Actor, Origin};
use wardgate::protocol::client::ClientPolicy;
use wardgate::rights::{Act, Area, Guarded};

const ADA: &str = "ada@example.org";

/// Everything that an application may hold of a person: both kinds of access and refresh tokens, and a code.
struct Held {
    secret: String,
    tokens: Vec<(&'static str, String)>,
    code: Page,
}

/// An answer of somebody else's application, which is allowed what it asks for.
async fn ask(app: &TestApp, ada: &mut Person, more: &str) -> Page {
    let page = ada.browser.open(&app.link_of("app", more)).await;
    if !page.has_form("/consent") {
        return page;
    }
    ada.browser.submit(page.form("/consent").with("answer", "allow")).await
}

async fn hold(app: &TestApp, ada: &mut Person) -> Held {
    let third_party = |policy: &mut ClientPolicy| {
        policy.third_party = true;
        policy.refresh.with_session = true;
    };
    let secret = app.register("app", third_party).await;
    let mut tokens = Vec::new();
    for (scope, kinds) in [
        ("openid", ["access", "refresh"]),
        ("openid%20offline_access", ["access for offline use", "refresh for offline use"]),
    ] {
        let back = ask(app, ada, &format!("&scope={scope}")).await;
        let answer = app.redeem(("app", &secret), &back).await;
        tokens.push((kinds[0], answer.text("access_token").to_owned()));
        tokens.push((kinds[1], answer.text("refresh_token").to_owned()));
    }
    let code = ask(app, ada, "").await;
    Held { secret, tokens, code }
}

async fn end(app: &TestApp, ada: &mut Person, how: &str) {
    let (host, db) = (Origin::of(Actor::Host), app.app.ground.db.read());
    match how {
        "the person is disabled" => {
            let over = wardgate::lifecycle::Over { id: ada.id, seen: None };
            app.app.lifecycle.disable(permit(Act::Change(Area::People, None)), over, &host).await.unwrap();
        }
        "the access is taken back" => {
            app.app.grants.withdraw(ada.id, "app", &host).await.unwrap();
        }
        "the application is removed" => {
            assert_eq!(
                app.app
                    .clients
                    .remove(permit(Act::Guarded(Guarded::ClientSecrets, None)), &host, "app")
                    .await
                    .unwrap(),
                wardgate::clients::Removed::Yes
            );
        }
        "the address counts as unproved" => {
            db.execute_unprepared("UPDATE accounts SET email_verified_at = NULL").await.unwrap();
        }
        "the person is blocked" => {
            let sql = "UPDATE accounts SET email_verified_at = NULL, verify_by = created_at - 1";
            db.execute_unprepared(sql).await.unwrap();
        }
        "the session ends" => {
            let page = ada.browser.open("/sign-out").await;
            ada.browser.submit(page.form("/sign-out")).await;
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn whatever_ends_is_over_at_the_next_call_of_every_kind_a88_i22_i28_a16() {
    for how in [
        "the person is disabled",
        "the access is taken back",
        "the application is removed",
        "the address counts as unproved",
        "the person is blocked",
        "the session ends",
    ] {
        let app = TestApp::start().await;
        let mut ada = app.person(ADA).await;
        let asking = app.register("api", |policy| policy.introspects = true).await;
        let held = hold(&app, &mut ada).await;
        end(&app, &mut ada, how).await;
        let app_is_there = how != "the application is removed";
        for (kind, token) in &held.tokens {
            let what = format!("{how}: {kind}");
            let survives = how == "the session ends" && kind.contains("offline");
            if kind.starts_with("access") {
                let known = app.call_as("/introspect", ("api", &asking), &[("token", token)]).await.json;
                assert_eq!(known["active"], json!(survives), "{what}");
                let status = app.userinfo_status(token).await;
                assert_eq!(status == StatusCode::OK, survives, "{what}");
            } else {
                let client = ("app", held.secret.as_str());
                if app_is_there {
                    let known = app.call_as("/introspect", client, &[("token", token)]).await.json;
                    assert_eq!(known["active"], json!(survives), "{what}");
                }
                let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str())];
                let answer = app.call_as("/token", client, &fields).await;
                let error = if app_is_there { "invalid_grant" } else { "invalid_client" };
                assert_eq!(answer.text("error"), if survives { "" } else { error }, "{what}");
            }
        }
        let answer = app.redeem(("app", &held.secret), &held.code).await;
        let error = if app_is_there { "invalid_grant" } else { "invalid_client" };
        assert_eq!(answer.text("error"), error, "{how}: code");
        let silent = ada.browser.open(&app.link_of("app", "&prompt=none")).await;
        assert!(!silent.at.contains("code="), "{how}: no new code");
    }
}
