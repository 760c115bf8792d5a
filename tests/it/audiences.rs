//! Who may use which application: asked at every authorization and every use of a token, live session or not.

use crate::support::{Page, Person, TestApp, parameters};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use wardgate::rights::Role;

const ADA: &str = "ada@example.org";

fn settings(allow: &str) -> String {
    format!(
        "[[client]]\nid = 'ward'\nname = 'Ward round'\nsecret = '0123456789abcdef0123456789abcdef'\n\
         redirect_uris = ['http://localhost:9004/callback']\npkce = 'or_nonce'\n\
         grant_types = ['authorization_code', 'refresh_token']\nrefresh_with_session = true\nallow = {allow}"
    )
}

const SECRET: &str = "0123456789abcdef0123456789abcdef";

async fn ask(app: &TestApp, who: &mut Person, more: &str) -> Page {
    who.browser.open(&app.link_of("ward", more)).await
}

#[tokio::test]
async fn whom_an_application_is_not_for_is_refused_each_time_with_a_live_session_too_a73_i40() {
    let app =
        TestApp::with(&settings("[{ organisation = 'Northshore Hospital', role = 'team_lead' }]")).await;
    let mut ada = app.person(ADA).await;
    for more in ["", "&prompt=login", "&prompt=none", "&max_age=0", "&prompt=select_account"] {
        let mut page = ask(&app, &mut ada, more).await;
        if page.has_form("/select-account") {
            let value = page
                .html
                .split("name=\"account\" value=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
                .to_owned();
            page = ada.browser.submit(page.form("/select-account").with("account", &value)).await;
        }
        if page.title() == "Sign in" {
            app.advance_hours(1);
            let mut browser = ada.browser.clone();
            page = app.sign_in(&mut browser, &ada, page).await;
            ada.browser = browser;
        }
        assert_eq!(parameters(&page.at)["error"], "access_denied", "{more}");
    }
    let mut lena = app.person_as("lena@example.org", "+447400123499", Role::TeamLead).await;
    assert!(ask(&app, &mut lena, "").await.at.contains("code="));
    assert_eq!(
        app.app.clients.refusals("ward", 1).await.unwrap()[0].reason,
        "the application is not for this person"
    );
}

#[tokio::test]
async fn who_leaves_the_place_is_out_at_the_next_use_of_anything_a88_i22() {
    let app =
        TestApp::with(&settings("[{ organisation = 'Northshore Hospital', team = 'Cardiology' }]")).await;
    let mut ada = app.person(ADA).await;
    let back = ask(&app, &mut ada, "").await;
    let tokens = app.redeem(("ward", SECRET), &back).await;
    let unused = ask(&app, &mut ada, "").await;
    let (access, refresh) = (tokens.text("access_token").to_owned(), tokens.text("refresh_token").to_owned());
    assert_eq!(app.userinfo_status(&access).await, StatusCode::OK);
    let sql = "DELETE FROM memberships";
    let left = app.app.ground.db.write(move |tx| {
        Box::pin(async move {
            tx.execute_unprepared(sql).await?;
            Ok(())
        })
    });
    left.await.unwrap();
    assert_eq!(app.userinfo_status(&access).await, StatusCode::UNAUTHORIZED);
    for token in [&access, &refresh] {
        let known = app.call_as("/introspect", ("ward", SECRET), &[("token", token)]).await;
        assert_eq!(known.json, serde_json::json!({ "active": false }));
    }
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(app.call_as("/token", ("ward", SECRET), &fields).await.text("error"), "invalid_grant");
    assert_eq!(app.redeem(("ward", SECRET), &unused).await.text("error"), "invalid_grant");
    assert_eq!(parameters(&ask(&app, &mut ada, "").await.at)["error"], "access_denied");
}

#[tokio::test]
async fn an_audience_that_nobody_could_mean_is_a_mistake_of_the_configuration() {
    for wrong in ["[{ organization = 'x' }]", "[{ role = 'boss' }]", "'everybody'"] {
        assert!(wardgate::config::Config::from_toml(&settings(wrong)).is_err(), "{wrong}");
    }
}
