//! A person with a session, as rows: for tests and measurements to which it makes no difference how they came about.
//! The unit tests of `grants` and the benchmarks include this file with `#[path]`.

use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use wardgate::accounts::{self, Account};
use wardgate::clients::Client;
use wardgate::ids::{AccountId, SessionId};
use wardgate::login::{AMR_PASSWORD_SMS, Session};
use wardgate::protocol::authorize::AuthorizationRequest;
use wardgate::protocol::claims::ClaimsRequest;
use wardgate::protocol::params::Params;
use wardgate::protocol::redirect::CallbackTarget;
use wardgate::protocol::response::Response;
use wardgate::store::Ground;

/// The example of RFC 7636 appendix B.
pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The parameters of a request that binds its code to the verifier.
pub(crate) const BOUND: &str =
    "&nonce=n1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

/// Stores somebody who signed in five seconds ago.
pub(crate) async fn signed_in(ground: &Ground) -> (Account, Session) {
    let account = account(ground);
    let session = session(ground, account.id);
    let (person, browser) = (account.clone(), session.clone());
    let stored = ground.db.write(|tx| {
        Box::pin(async move {
            accounts::insert(tx, person).await?;
            entities::session::Entity::insert(browser.into_active_model()).exec(tx).await?;
            Ok(())
        })
    });
    stored.await.unwrap();
    (account, session)
}

fn account(ground: &Ground) -> Account {
    let now = ground.clock.now();
    Account {
        id: AccountId(ground.new_id()),
        given_name: "Ada".into(),
        family_name: "Brown".into(),
        profession: "nurse".into(),
        email: "ada@clinic.example".into(),
        email_key: "ada@clinic.example".into(),
        email_verified_at: Some(now),
        verify_by: now,
        reminders: 0,
        password_hash: String::new(),
        pepper_id: String::new(),
        password_set_at: now,
        disabled_at: None,
        locale: "en".into(),
        landing_client_id: None,
        created_at: now.plus(-60),
        given_key: b"ada".to_vec(),
        family_key: b"brown".to_vec(),
    }
}

/// A session of an account, not stored yet.
pub(crate) fn session(ground: &Ground, account_id: AccountId) -> Session {
    let now = ground.clock.now();
    Session {
        id: SessionId(ground.new_id()),
        secret_hash: ground.random.secret().hash(),
        account_id,
        amr: AMR_PASSWORD_SMS.to_owned(),
        auth_time: now.plus(-5),
        seen_at: now,
        expires_at: now.plus(12 * 3600),
        ended_at: None,
        address: "192.0.2.1".into(),
        user_agent: String::new(),
    }
}

/// The request of a client for a code, with its first redirect URI and more parameters.
pub(crate) fn request(client: &Client, more: &str) -> AuthorizationRequest {
    let (id, callback) = (&client.id, &client.policy.redirect_uris[0]);
    let text = format!("response_type=code&client_id={id}&redirect_uri={callback}{more}");
    let params = Params::parse(text.as_bytes()).unwrap();
    let target = CallbackTarget::prove(&client.policy, &params).unwrap();
    AuthorizationRequest::check(&params, &client.policy, &target, ClaimsRequest::default()).unwrap()
}

/// The address to which an answer in the query sends the browser.
pub(crate) fn sent(response: Response) -> url::Url {
    match response {
        Response::Redirect(url) => url,
        Response::Post { .. } => panic!("not a redirect"),
    }
}

/// The code in it.
pub(crate) fn code(response: Response) -> String {
    let url = sent(response);
    url.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned()
}
