//! A99: who may end a session, and where the browser goes then.

use super::*;
use crate::keys::jose::{self, SigningKey};
use crate::protocol::client::SigningAlg;
use crate::protocol::logout::LogoutRequest;

const BYE: &str = "post_logout_redirect_uri=https%3A%2F%2Fapp.example%2Fbye";

async fn hint(house: &House) -> String {
    let code = house.bound_code().await;
    house.redeem(&code).await.unwrap().id_token.unwrap()
}

async fn plan(house: &House, query: &str, current: Option<&Session>) -> (bool, Option<String>) {
    let params = Params::parse(query.as_bytes()).unwrap();
    let request = LogoutRequest::parse(&params).unwrap();
    let current = current.map(|session| (session.clone(), house.account.clone()));
    let plan = house.grants.plan_logout(&request, current.as_ref()).await.unwrap();
    (plan.proven, plan.target.map(String::from))
}

#[tokio::test]
async fn a_token_of_the_session_ends_it_at_once_even_when_it_is_old() {
    let house = House::new().await;
    let hint = hint(&house).await;
    house.ground.clock.advance(3600);
    let query = format!("id_token_hint={hint}&{BYE}&state=x");
    let onward = Some("https://app.example/bye?state=x".to_owned());
    assert_eq!(plan(&house, &query, Some(&house.session)).await, (true, onward.clone()));
    assert_eq!(plan(&house, &query, None).await, (true, onward), "nothing is left to end");
    let named = format!("{query}&client_id=app");
    assert!(plan(&house, &named, Some(&house.session)).await.0);
}

#[tokio::test]
async fn whoever_proves_nothing_is_asked_a99() {
    let house = House::new().await;
    let hint = hint(&house).await;
    let another = session(&house.ground, house.account.id);
    let stranger = SigningKey::generate(SigningAlg::Rs256).unwrap();
    let claims = house.grants.keys.verify(jose::ID_TOKEN, &hint).await.unwrap();
    let forged = stranger.sign(jose::ID_TOKEN, &claims).unwrap();
    let mut elsewhere = claims.clone();
    elsewhere["iss"] = "https://other.example".into();
    let elsewhere = house.grants.keys.sign(SigningAlg::Rs256, jose::ID_TOKEN, &elsewhere).await.unwrap();
    let cases = [
        ("no hint", String::new(), &house.session),
        ("only a client id", "client_id=app".to_owned(), &house.session),
        ("a hint of another session", format!("id_token_hint={hint}"), &another),
        ("a forged hint", format!("id_token_hint={forged}"), &house.session),
        ("a hint of another issuer", format!("id_token_hint={elsewhere}"), &house.session),
        ("a hint of another client", format!("id_token_hint={hint}&client_id=rival"), &house.session),
        ("garbage", "id_token_hint=garbage".to_owned(), &house.session),
    ];
    for (what, query, current) in cases {
        assert_eq!(plan(&house, &query, Some(current)).await, (false, None), "{what}");
    }
}

#[tokio::test]
async fn the_browser_goes_only_where_the_client_registered_a99() {
    let house = House::new().await;
    let hint = hint(&house).await;
    let proven = format!("id_token_hint={hint}");
    let bad = ["https://evil.example/", "https://app.example/bye/", "https://app.example/bye?x=1", CALLBACK];
    for uri in bad {
        let query = format!("{proven}&post_logout_redirect_uri={uri}");
        assert_eq!(plan(&house, &query, Some(&house.session)).await, (true, None), "{uri}");
    }
    let asked = format!("client_id=app&{BYE}");
    let onward = Some("https://app.example/bye".to_owned());
    assert_eq!(
        plan(&house, &asked, Some(&house.session)).await,
        (false, onward),
        "after the person said yes"
    );
    assert_eq!(plan(&house, &asked, None).await, (false, None), "nobody is there to be asked");
    let foreign = format!("{proven}&client_id=rival&{BYE}");
    assert_eq!(plan(&house, &foreign, Some(&house.session)).await, (false, None));
    house.clients.remove(permit(), &origin(), "app").await.unwrap();
    let gone = format!("{proven}&{BYE}");
    assert_eq!(plan(&house, &gone, Some(&house.session)).await, (true, None));
}
