//! A79 to A81, I17, I44: codes, and what comes of them.

use super::*;
use crate::keys::jose;
use crate::protocol::client::SigningAlg;
use crate::protocol::error::ErrorCode;
use serde_json::json;

fn assert_invalid_grant(outcome: Result<TokenResponse, OAuthError>, what: &str) {
    assert_eq!(outcome.expect_err(what).code(), ErrorCode::InvalidGrant, "{what}");
}

#[tokio::test]
async fn a_code_gives_tokens_that_say_who_signed_in_how_and_when() {
    let house = House::new().await;
    let code = house.bound_code().await;
    let tokens = house.redeem(&code).await.unwrap();
    let claims = house.grants.keys.verify(jose::ID_TOKEN, tokens.id_token.as_deref().unwrap()).await.unwrap();
    let now = house.ground.clock.now().0;
    let expected = json!({
        "iss": ISSUER, "sub": house.account.id, "aud": "app", "exp": now + 600, "iat": now,
        "auth_time": now - 5, "nonce": "n1", "acr": "urn:wardgate:acr:aal2-restricted", "amr": ["pwd", "sms", "mfa"],
        "at_hash": jose::at_hash(SigningAlg::Rs256, &tokens.access_token), "sid": house.session.id, "jti": claims["jti"],
    });
    assert_eq!(serde_json::Value::Object(claims), expected);
    assert_eq!((tokens.token_type, tokens.expires_in), (TokenType::Bearer, 600));
    assert_eq!(tokens.scope, "openid profile email phone");
    assert!(house.userinfo(&tokens.access_token).await.is_ok());
    assert_eq!(house.trail("token.issued").await, [("token.issued".to_owned(), None)]);
    assert_eq!(first_use(house.ground.db.read(), house.account.id).await.unwrap().unwrap().0, now);
    assert!(!format!("{tokens:?}").contains(&tokens.access_token));
}

#[tokio::test]
async fn the_id_token_is_signed_as_the_client_registered() {
    let house = House::new().await;
    for alg in SigningAlg::ALL {
        let mut client = Client::clone(&house.app);
        client.policy.id_token_alg = alg;
        let code = house.bound_code().await;
        let tokens = house.exchange(&client, presented(&code, CALLBACK, Some(VERIFIER))).await.unwrap();
        let kid = jose::kid_of(tokens.id_token.as_deref().unwrap()).unwrap();
        let set: serde_json::Value = serde_json::from_slice(&house.grants.keys.jwks().await).unwrap();
        let key = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid.as_str()).unwrap();
        assert_eq!(key["alg"], alg.as_str());
    }
}

#[tokio::test]
async fn a_code_that_comes_twice_revokes_what_came_of_it_a79() {
    for seconds in [0, 61] {
        let house = House::new().await;
        let code = house.bound_code().await;
        let tokens = house.redeem(&code).await.unwrap();
        assert!(house.userinfo(&tokens.access_token).await.is_ok());
        house.ground.clock.advance(seconds);
        assert_invalid_grant(house.redeem(&code).await, "a replay");
        assert_eq!(house.userinfo(&tokens.access_token).await, Err(BearerError::InvalidToken));
        assert_invalid_grant(house.redeem(&code).await, "another replay");
        let used = Some("used before".to_owned());
        assert_eq!(house.trail("code.replayed").await, [("code.replayed".to_owned(), used)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_at_once_one_succeeds_and_its_tokens_die_a80() {
    let house = Arc::new(House::new().await);
    let code = house.bound_code().await;
    let tries = (0..50).map(|_| {
        let (house, code) = (Arc::clone(&house), code.clone());
        tokio::spawn(async move { house.redeem(&code).await })
    });
    let mut given = Vec::new();
    for one in futures_util::future::join_all(tries).await {
        given.extend(one.unwrap().ok());
    }
    assert_eq!(given.len(), 1);
    assert_eq!(house.tokens().await, 1);
    assert_eq!(house.userinfo(&given[0].access_token).await, Err(BearerError::InvalidToken));
    assert_eq!(house.trail("code.replayed").await.len(), 1);
}

/// Each wrong exchange is refused, ends the code for the right client as well, and is recorded.
#[tokio::test]
async fn a_wrong_exchange_spends_the_code_a81_i17_i44() {
    let (other, challenge) = ("a".repeat(43), crate::seal::sha256_base64url(VERIFIER.as_bytes()));
    let cases: [(&str, &str, &str, Option<&str>); 7] = [
        ("rival", "rival", CALLBACK, Some(VERIFIER)),
        ("another redirect URI", "app", "https://app.example/other", Some(VERIFIER)),
        ("a redirect URI with a slash more", "app", "https://app.example/cb/", Some(VERIFIER)),
        ("a redirect URI in capitals", "app", "https://APP.example/cb", Some(VERIFIER)),
        ("a wrong verifier", "app", CALLBACK, Some(&other)),
        ("the challenge as verifier", "app", CALLBACK, Some(&challenge)),
        ("no verifier", "app", CALLBACK, None),
    ];
    for (what, by, redirect_uri, verifier) in cases {
        let house = House::new().await;
        let code = house.bound_code().await;
        let client = if by == "app" { &house.app } else { &house.rival };
        assert_invalid_grant(house.exchange(client, presented(&code, redirect_uri, verifier)).await, what);
        assert_invalid_grant(house.redeem(&code).await, what);
        house.ground.clock.advance(61);
        assert_invalid_grant(house.redeem(&code).await, what);
        assert_eq!(house.tokens().await, 0, "{what}");
        let trail = house.trail("").await;
        assert_eq!(trail.iter().filter(|(_, reason)| reason.is_some()).count(), 1, "{what}: {trail:?}");
        assert_eq!(first_use(house.ground.db.read(), house.account.id).await.unwrap(), None, "{what}");
    }
}

#[tokio::test]
async fn a_verifier_without_a_challenge_is_a_downgrade_i17() {
    let house = House::new().await;
    let code = house.code("").await;
    assert_invalid_grant(house.redeem(&code).await, "a verifier for no challenge");
    let code = house.code("").await;
    let tokens = house.exchange(&house.app, presented(&code, CALLBACK, None)).await.unwrap();
    assert!(house.userinfo(&tokens.access_token).await.is_ok());
}

#[tokio::test]
async fn another_client_with_a_used_code_ends_the_tokens_of_the_first_i44() {
    let house = House::new().await;
    let code = house.bound_code().await;
    let tokens = house.redeem(&code).await.unwrap();
    let stolen = presented(&code, CALLBACK, Some(VERIFIER));
    assert_invalid_grant(house.exchange(&house.rival, stolen).await, "rival");
    assert_eq!(house.userinfo(&tokens.access_token).await, Err(BearerError::InvalidToken));
    let why = Some("the code was issued to another client".to_owned());
    assert_eq!(house.trail("token.issued").await[1], ("token.issued".to_owned(), why));
}

#[tokio::test]
async fn a_right_and_a_wrong_exchange_at_once_leave_no_living_token_i44() {
    for _ in 0..10 {
        let house = Arc::new(House::new().await);
        let code = house.bound_code().await;
        let stolen = presented(&code, CALLBACK, Some(VERIFIER));
        let (right, wrong) = tokio::join!(house.redeem(&code), house.exchange(&house.rival, stolen));
        assert_invalid_grant(wrong, "rival");
        if let Ok(tokens) = right {
            assert_eq!(house.userinfo(&tokens.access_token).await, Err(BearerError::InvalidToken));
        }
    }
}

#[tokio::test]
async fn a_code_works_for_sixty_seconds_a81() {
    for (seconds, works) in [(59, true), (60, false), (61, false)] {
        let house = House::new().await;
        let code = house.bound_code().await;
        house.ground.clock.advance(seconds);
        assert_eq!(house.redeem(&code).await.is_ok(), works, "after {seconds} s");
    }
}

#[tokio::test]
async fn a_code_dies_with_session_person_and_client_a81() {
    for what in ["logout", "disabled", "session over", "client renewed", "session gone"] {
        let house = House::new().await;
        let code = house.bound_code().await;
        match what {
            "logout" => house.sign_out().await,
            "disabled" => house.disable().await,
            "session over" => {
                house.ground.clock.advance(12 * 3600 - 30);
                let late = house.bound_code().await;
                house.ground.clock.advance(30);
                assert_invalid_grant(house.redeem(&late).await, what);
                continue;
            }
            "client renewed" => {
                house.clients.remove(permit(), &origin(), "app").await.unwrap();
                house.ground.clock.advance(1);
                register(&house.clients, "app").await;
            }
            _ => {
                let all = entities::session::Entity::delete_many();
                let gone = house.ground.db.write(|tx| Box::pin(async move { Ok(all.exec(tx).await?) }));
                gone.await.unwrap();
            }
        }
        let app = house.clients.find("app").await.unwrap().unwrap();
        let outcome = house.exchange(&app, presented(&code, CALLBACK, Some(VERIFIER))).await;
        assert_invalid_grant(outcome, what);
        assert_eq!(house.tokens().await, 0, "{what}");
        let refusals = house.trail("token.issued").await;
        assert!(refusals.len() == 1 && refusals[0].1.is_some(), "{what}: {refusals:?}");
    }
}

#[tokio::test]
async fn garbage_is_refused_and_leaves_no_row() {
    let house = House::new().await;
    let before = house.trail("").await.len();
    for code in ["x", "%C3%A9", &"a".repeat(10_000)] {
        assert_invalid_grant(house.redeem(code).await, code);
    }
    assert_eq!(house.trail("").await.len(), before);
    assert_eq!(entities::grant::Entity::find().count(house.ground.db.read()).await.unwrap(), 0);
}

#[tokio::test]
async fn what_the_ephemeral_store_forgets_or_remembers_too_long_is_not_used_twice() {
    let house = House::new().await;
    let code = house.bound_code().await;
    let kept = entities::ephemeral::Entity::find().one(house.ground.db.read()).await.unwrap().unwrap();
    house.redeem(&code).await.unwrap();
    let restored = entities::ephemeral::Model { expires_at: kept.expires_at.plus(3600), ..kept };
    let restore = house.ground.db.write(|tx| {
        Box::pin(async move {
            entities::ephemeral::Entity::delete_many().exec(tx).await?;
            entities::ephemeral::Entity::insert(restored.into_active_model())
                .exec_without_returning(tx)
                .await?;
            Ok(())
        })
    });
    restore.await.unwrap();
    assert_invalid_grant(house.redeem(&code).await, "a code from a restored store");
    house.ground.clock.advance(600);
    assert_invalid_grant(house.redeem(&code).await, "a code that is over, in a store that still has it");
    assert_eq!(house.tokens().await, 1);
}
