//! Levels of authentication: wishes, demands, an application's own names, and how they age (RFC 9470, P7, P9).

use crate::support::{Page, Person, TestApp, parameters};
use serde_json::{Value, json};
use wardgate::protocol::acr::Acr;

const ADA: &str = "ada@example.org";
const SMS: &str = "urn:wardgate:acr:aal2-restricted";
const STRONG: &str = "urn:wardgate:acr:aal2-pr";

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn demand(levels: &[&str]) -> String {
    let claims = json!({ "id_token": { "acr": { "essential": true, "values": levels } } });
    format!("&claims={}", encoded(&claims.to_string()))
}

async fn start(settings: &str) -> (TestApp, Person, String) {
    let app = TestApp::with(settings).await;
    let ada = app.person(ADA).await;
    let aliases = |policy: &mut wardgate::protocol::client::ClientPolicy| {
        policy.acr_aliases = [("2".to_owned(), Acr::Aal2Restricted), ("1".to_owned(), Acr::Pwd)].into();
        policy.refresh.with_session = true;
    };
    let secret = app.register("app", aliases).await;
    (app, ada, secret)
}

async fn acr(app: &TestApp, secret: &str, back: &Page) -> Value {
    let tokens = app.redeem(("app", secret), back).await;
    let known = app.call_as("/introspect", ("app", secret), &[("token", tokens.text("access_token"))]).await;
    let token = TestApp::claims_of(tokens.text("id_token"));
    assert_eq!(known.json["acr"], token["acr"], "resource servers read the same");
    assert_eq!(known.json["auth_time"], token["auth_time"]);
    let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens.text("refresh_token"))];
    let again = app.call_as("/token", ("app", secret), &fields).await;
    assert_eq!(TestApp::claims_of(again.text("id_token"))["acr"], token["acr"], "a refresh changes nothing");
    token["acr"].clone()
}

#[tokio::test]
async fn a_level_is_answered_in_the_applications_own_words() {
    let (app, mut ada, secret) = start("").await;
    let table = [
        (String::new(), SMS),
        (format!("&acr_values={}", encoded(SMS)), SMS),
        ("&acr_values=2".to_owned(), "2"),
        (format!("&acr_values={}", encoded(&format!("{STRONG} 2"))), "2"),
        ("&acr_values=1".to_owned(), SMS),
        (format!("&acr_values={}", encoded(STRONG)), SMS),
        (demand(&["1"]), "1"),
        (demand(&[STRONG, "2"]), "2"),
    ];
    for (more, expected) in table {
        let back = ada.browser.open(&app.link_of("app", &more)).await;
        assert_eq!(acr(&app, &secret, &back).await, expected, "{more}");
    }
}

#[tokio::test]
async fn a_demand_that_nobody_can_meet_is_refused_however_fresh_the_sign_in_is_a71_i23() {
    let (app, mut ada, _) = start("").await;
    for levels in [vec![STRONG], vec!["3"], vec!["urn:wardgate:acr:aal3", "x"]] {
        for more in ["", "&prompt=none", "&prompt=login&max_age=0"] {
            let link = app.link_of("app", &format!("{}{more}", demand(&levels)));
            for browser in [&mut ada.browser, &mut app.browser()] {
                let page = browser.open(&link).await;
                assert_eq!(
                    parameters(&page.at)["error"],
                    "unmet_authentication_requirements",
                    "{levels:?} {more}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_level_that_was_reached_long_ago_is_reached_again_by_both_factors_a70() {
    let (app, mut ada, secret) = start("[sign_in]\nlevel_minutes = 20\nidle_minutes = 60").await;
    let wish = format!("&acr_values={}", encoded(SMS));
    app.advance(20 * 60);
    assert!(ada.browser.open(&app.link_of("app", &wish)).await.at.contains("code="), "just in time");
    app.advance(1);
    for more in [wish.clone(), demand(&["2"])] {
        let silent = ada.browser.open(&app.link_of("app", &format!("{more}&prompt=none"))).await;
        assert_eq!(parameters(&silent.at)["error"], "login_required", "{more}");
    }
    assert!(ada.browser.open(&app.link_of("app", "")).await.at.contains("code="), "nobody else is bothered");
    assert!(
        ada.browser.open(&app.link_of("app", &demand(&["1"]))).await.at.contains("code="),
        "nor a lower level"
    );
    let page = ada.browser.open(&app.link_of("app", &wish)).await;
    assert_eq!(page.title(), "Sign in");
    let mut browser = ada.browser.clone();
    let back = app.sign_in(&mut browser, &ada, page).await;
    let tokens = app.redeem(("app", &secret), &back).await;
    let token = TestApp::claims_of(tokens.text("id_token"));
    assert_eq!(token["auth_time"], app.app.ground.clock.now().0);
}
