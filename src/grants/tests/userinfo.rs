//! A88, I22: UserInfo asks the gate each time.

use super::*;
use crate::clients::Removed;
use entities::authenticator;
use serde_json::{Value, json};

async fn token(house: &House, more: &str) -> String {
    let code = house.code(more).await;
    house.exchange(&house.app, presented(&code, CALLBACK, None)).await.unwrap().access_token
}

async fn claims(house: &House, token: &str) -> Value {
    serde_json::to_value(house.userinfo(token).await.unwrap()).unwrap()
}

async fn add_phone(house: &House, verified_at: Option<Timestamp>) {
    let row = authenticator::Model {
        id: crate::ids::AuthenticatorId(house.ground.new_id()),
        account_id: house.account.id,
        kind: "sms".into(),
        phone: "+447400123456".into(),
        created_at: house.ground.clock.now(),
        verified_at,
        removed_at: None,
    };
    let insert = authenticator::Entity::insert(row.into_active_model());
    house.ground.db.write(|tx| Box::pin(async move { Ok(insert.exec(tx).await?) })).await.unwrap();
}

#[tokio::test]
async fn each_scope_opens_its_claims_and_an_unproved_phone_none() {
    let house = House::new().await;
    let (sub, now) = (house.account.id, house.ground.clock.now());
    let openid = token(&house, "&scope=openid").await;
    assert_eq!(claims(&house, &openid).await, json!({ "sub": sub }));
    let profile = token(&house, "&scope=openid%20profile").await;
    let expected = json!({
        "sub": sub, "name": "Ada Brown", "given_name": "Ada", "family_name": "Brown", "locale": "en",
        "updated_at": now.0,
    });
    assert_eq!(claims(&house, &profile).await, expected);
    let phone = token(&house, "&scope=openid%20email%20phone").await;
    let email = json!({ "sub": sub, "email": "ada@clinic.example", "email_verified": true });
    assert_eq!(claims(&house, &phone).await, email);
    add_phone(&house, None).await;
    assert_eq!(claims(&house, &phone).await, email);
    add_phone(&house, Some(now)).await;
    let mut all = email;
    all["phone_number"] = "+447400123456".into();
    all["phone_number_verified"] = true.into();
    assert_eq!(claims(&house, &phone).await, all);
}

#[tokio::test]
async fn a_token_dies_at_once_with_person_session_client_and_time_a88_i22() {
    for what in ["disabled", "logout", "client removed", "client renewed", "token over", "session over"] {
        let house = House::new().await;
        if what == "session over" {
            house.ground.clock.advance(12 * 3600 - 10);
        }
        let token = token(&house, "").await;
        assert!(house.userinfo(&token).await.is_ok());
        match what {
            "disabled" => house.disable().await,
            "logout" => house.sign_out().await,
            "client removed" => {
                let removed = house.clients.remove(permit(), &origin(), "app").await.unwrap();
                assert_eq!(removed, Removed::Yes);
            }
            "client renewed" => {
                house.clients.remove(permit(), &origin(), "app").await.unwrap();
                house.ground.clock.advance(1);
                register(&house.clients, "app").await;
            }
            "token over" => house.ground.clock.advance(600),
            _ => house.ground.clock.advance(10),
        }
        assert_eq!(house.userinfo(&token).await, Err(BearerError::InvalidToken), "{what}");
    }
}

#[tokio::test]
async fn idle_time_of_the_browser_does_not_end_a_token_in_use() {
    let house = House::new().await;
    house.ground.clock.advance(31 * 60);
    let token = token(&house, "").await;
    assert!(house.userinfo(&token).await.is_ok());
}

#[tokio::test]
async fn a_scope_that_is_taken_from_the_client_closes() {
    let house = House::new().await;
    let token = token(&house, "").await;
    let row = entities::client::Entity::find_by_id("app").one(house.ground.db.read()).await.unwrap().unwrap();
    let mut policy = house.app.policy.clone();
    policy.scopes.remove(&crate::protocol::scope::Scope::Email);
    let narrowed = entities::client::ActiveModel {
        id: sea_orm::ActiveValue::Unchanged(row.id),
        policy: sea_orm::ActiveValue::Set(serde_json::to_string(&policy).unwrap()),
        ..Default::default()
    };
    let update = entities::client::Entity::update(narrowed);
    house.ground.db.write(|tx| Box::pin(async move { Ok(update.exec(tx).await?) })).await.unwrap();
    house.ground.clock.advance(1);
    let claims = claims(&house, &token).await;
    assert!(claims.get("email").is_none() && claims.get("name").is_some(), "{claims}");
}

#[tokio::test]
async fn no_other_token_opens_userinfo_a87() {
    let house = House::new().await;
    let code = house.bound_code().await;
    let tokens = house.redeem(&code).await.unwrap();
    for other in [code.as_str(), tokens.id_token.as_deref().unwrap(), "garbage"] {
        assert_eq!(house.userinfo(other).await, Err(BearerError::InvalidToken));
    }
}
