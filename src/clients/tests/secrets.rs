use super::*;

async fn works(clients: &Clients, secret: &str) -> bool {
    clients.authenticate(&basic("app", secret)).await.unwrap().is_ok()
}

async fn add(clients: &Clients) -> String {
    let added = clients.add(permit(), &host(), new_client("app", "https://app.example/cb"), false).await;
    let Added::Yes(Some(secret)) = added.unwrap() else { panic!("not added") };
    secret.text().to_owned()
}

async fn rotate(clients: &Clients, keep_old: i64) -> String {
    let rotated = clients.rotate_secret(permit(), &host(), "app", keep_old).await.unwrap();
    let Rotated::Yes(secret, _) = rotated else { panic!("{rotated:?}") };
    secret.text().to_owned()
}

#[tokio::test]
async fn an_old_secret_works_until_its_end_beside_the_new_one() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let first = add(&clients).await;
    let second = rotate(&clients, 3600).await;
    ground.clock.advance(3599);
    assert!(works(&clients, &first).await && works(&clients, &second).await);
    ground.clock.advance(1);
    assert!(!works(&clients, &first).await);
    assert!(works(&clients, &second).await);
    let third = rotate(&clients, 0).await;
    assert!(!works(&clients, &second).await, "at once");
    assert!(works(&clients, &third).await);
    assert_eq!(acts(&ground).await[1..], ["client.secret_rotated app", "client.secret_rotated app"]);
}

#[tokio::test]
async fn no_more_than_two_secrets_work_and_no_rotation_prolongs_one() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let mut secrets = vec![add(&clients).await];
    for _ in 0..3 {
        secrets.push(rotate(&clients, 3600).await);
    }
    let mut working = Vec::new();
    for secret in &secrets {
        working.push(works(&clients, secret).await);
    }
    assert_eq!(working, [false, false, true, true]);
    let stored = entities::client::Entity::find_by_id("app").one(ground.db.read()).await.unwrap().unwrap();
    assert!(secrets.iter().all(|secret| !stored.secret_hashes.contains(secret.as_str())));
}

#[tokio::test]
async fn a_secret_that_is_not_ours_to_change_stays() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    clients.sync_config(&parse(TWO), false).await.unwrap();
    let mut public = new_client("public", "https://app.example/cb");
    public.policy.auth_method = crate::protocol::client::AuthMethod::None;
    clients.add(permit(), &host(), public, false).await.unwrap();
    let outcome = async |id| clients.rotate_secret(permit(), &host(), id, 0).await.unwrap();
    assert!(matches!(outcome("dashboard").await, Rotated::Configured));
    assert!(matches!(outcome("public").await, Rotated::NoSecret));
    assert!(matches!(outcome("nobody").await, Rotated::Unknown));
    assert!(clients.authenticate(&basic("dashboard", SECRET)).await.unwrap().is_ok());
}

#[tokio::test]
async fn a_configured_client_changes_its_secret_with_the_old_one_beside_it() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    let new = "f".repeat(32);
    let both = TWO.replacen("secret =", &format!("secret = '{new}'\n    old_secret ="), 1);
    let works = async |secret: &str| clients.authenticate(&basic("dashboard", secret)).await.unwrap().is_ok();
    for (config, expected) in [
        (TWO.to_owned(), [false, true]),
        (both.clone(), [true, true]),
        (both.replace(&format!("old_secret = \"{SECRET}\""), ""), [true, false]),
    ] {
        assert_eq!(clients.sync_config(&parse(&config), false).await.unwrap(), []);
        assert_eq!([works(&new).await, works(SECRET).await], expected, "{config}");
    }
    let alone = TWO.replacen("secret =", "old_secret =", 1);
    let keys: Vec<String> = check_config(&parse(&alone), false).into_iter().map(|p| p.key).collect();
    assert_eq!(keys, ["client[0].secret", "client[0].old_secret"]);
}

#[tokio::test]
async fn a_row_from_before_secrets_could_end_still_works() {
    let (ground, _folder) = ground().await;
    let clients = clients_on(&ground);
    add(&clients).await;
    let old = serde_json::to_string(&[sha256(SECRET.as_bytes()).to_vec()]).unwrap();
    let written = ground.db.write(|tx| {
        Box::pin(async move {
            use sea_orm::sea_query::Expr;
            let change = entities::client::Entity::update_many();
            change.col_expr(entities::client::Column::SecretHashes, Expr::value(old)).exec(tx).await?;
            Ok(())
        })
    });
    written.await.unwrap();
    ground.clock.advance(1);
    assert!(works(&clients, SECRET).await);
}
