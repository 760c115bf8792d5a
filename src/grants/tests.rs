//! The house that the tests of this folder stand in, and the end of an authorization request.

mod exchange;
mod logout;
mod userinfo;

use super::*;
use crate::accounts::{self, Account, Hasher};
use crate::audit::{Actor, Origin};
use crate::clients::{Added, Client, NewClient};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::fault::Fault;
use crate::ids::{AccountId, SessionId};
use crate::keys::tests::ground;
use crate::login::Session;
use crate::protocol::authorize::AuthorizationRequest;
use crate::protocol::bearer::BearerToken;
use crate::protocol::claims::ClaimsRequest;
use crate::protocol::client::{ClientPolicy, Pkce};
use crate::protocol::error::{BearerError, OAuthError};
use crate::protocol::id_token::UserInfo;
use crate::protocol::params::Params;
use crate::protocol::redirect::CallbackTarget;
use crate::protocol::response::Response;
use crate::protocol::token::TokenRequest;
use crate::rights::{Act, Guarded, Permit, Who, may};
use sea_orm::{EntityTrait, IntoActiveModel as _, PaginatorTrait as _};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::OnceCell;

const ISSUER: &str = "https://id.example";
const CALLBACK: &str = "https://app.example/cb";
/// The example of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A person who is signed in, two clients `app` and `rival`, and the use cases over a new database.
struct House {
    ground: Ground,
    grants: Grants,
    clients: Clients,
    app: Arc<Client>,
    rival: Arc<Client>,
    account: Account,
    session: Session,
    _folder: TempDir,
}

/// RSA keys take their time, so all tests sign with the same.
async fn keys(ground: &Ground) -> Keys {
    static KEYS: OnceCell<Keys> = OnceCell::const_new();
    let make = || async {
        let keys = Keys::open(ground.clone()).await.unwrap();
        keys.ready().await;
        keys
    };
    KEYS.get_or_init(make).await.clone()
}

fn sent(response: Response) -> url::Url {
    match response {
        Response::Redirect(url) => url,
        Response::Post { .. } => panic!("not a redirect"),
    }
}

fn origin() -> Origin {
    Origin::of(Actor::Visitor)
}

fn permit() -> Permit {
    may(&Who::Host, Act::Guarded(Guarded::ClientSecrets, None)).unwrap()
}

impl House {
    async fn new() -> Self {
        let (ground, folder) = ground().await;
        let config = Config::from_toml("").unwrap();
        let hasher = Hasher::new(&config.passwords, ground.ring.clone(), ground.random.clone());
        let login = Login::new(ground.clone(), hasher, config.sign_in, config.phone);
        let clients = crate::clients::tests::clients_on(&ground);
        let account = account(&ground);
        let session = session(&ground, account.id);
        let (row, other) = (account.clone(), session.clone());
        let stored = ground.db.write(|tx| {
            Box::pin(async move {
                accounts::insert(tx, row).await?;
                entities::session::Entity::insert(other.into_active_model()).exec(tx).await?;
                Ok(())
            })
        });
        stored.await.unwrap();
        let app = register(&clients, "app").await;
        let rival = register(&clients, "rival").await;
        let settings = Config::from_toml("").unwrap().tokens;
        let parts = (clients.clone(), login);
        let grants = Grants::new(ground.clone(), keys(&ground).await, parts, (ISSUER, settings));
        Self { ground, grants, clients, app, rival, account, session, _folder: folder }
    }

    /// A code for `app` from a request with these parameters beside the usual ones.
    async fn code(&self, more: &str) -> String {
        let url = sent(self.grants.finish(&self.request(more), &self.session, &self.account).await.unwrap());
        let pair = url.query_pairs().find(|(name, _)| name == "code").unwrap();
        pair.1.into_owned()
    }

    /// A code that is bound to the challenge.
    async fn bound_code(&self) -> String {
        self.code(&format!("&nonce=n1&code_challenge={CHALLENGE}&code_challenge_method=S256")).await
    }

    fn request(&self, more: &str) -> AuthorizationRequest {
        let scope = if more.contains("scope=") { "" } else { "&scope=openid%20profile%20email%20phone" };
        let text = format!("response_type=code&client_id=app&redirect_uri={CALLBACK}&state=s{scope}{more}");
        let params = Params::parse(text.as_bytes()).unwrap();
        let target = CallbackTarget::prove(&self.app.policy, &params).unwrap();
        AuthorizationRequest::check(&params, &self.app.policy, &target, ClaimsRequest::default()).unwrap()
    }

    async fn exchange(&self, client: &Client, request: TokenRequest) -> Result<TokenResponse, OAuthError> {
        self.grants.exchange(client, request, &origin()).await.unwrap()
    }

    /// The exchange as the client itself does it.
    async fn redeem(&self, code: &str) -> Result<TokenResponse, OAuthError> {
        self.exchange(&self.app, presented(code, CALLBACK, Some(VERIFIER))).await
    }

    async fn userinfo(&self, token: &str) -> Result<UserInfo, BearerError> {
        let token = BearerToken::gather(Some(&format!("Bearer {token}")), None).unwrap();
        self.grants.userinfo(&token).await.unwrap()
    }

    async fn disable(&self) {
        let (id, now) = (self.account.id, self.ground.clock.now());
        let done = self
            .ground
            .db
            .write(move |tx| Box::pin(async move { accounts::mark_disabled(tx, id, now).await }));
        assert!(done.await.unwrap());
    }

    async fn sign_out(&self) {
        self.grants.login.sign_out(self.session.id, &origin()).await.unwrap();
    }

    /// The acts in the trail that begin so, with their reasons.
    async fn trail(&self, act: &str) -> Vec<(String, Option<String>)> {
        let rows = entities::audit::Entity::find().all(self.ground.db.read()).await.unwrap();
        rows.into_iter().filter(|row| row.act.starts_with(act)).map(|row| (row.act, row.reason)).collect()
    }

    async fn tokens(&self) -> u64 {
        entities::access_token::Entity::find().count(self.ground.db.read()).await.unwrap()
    }
}

async fn register(clients: &Clients, id: &str) -> Arc<Client> {
    let mut new: NewClient = crate::clients::tests::new_client(id, CALLBACK);
    // So that tests can leave PKCE out.
    new.policy.pkce = Pkce::Optional;
    let added = clients.add(permit(), &Origin::of(Actor::Host), new, false).await.unwrap();
    assert!(matches!(added, Added::Yes(_)));
    clients.find(id).await.unwrap().unwrap()
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

fn session(ground: &Ground, account_id: AccountId) -> Session {
    let now = ground.clock.now();
    Session {
        id: SessionId(ground.new_id()),
        secret_hash: ground.random.secret().hash(),
        account_id,
        amr: crate::login::AMR_PASSWORD_SMS.to_owned(),
        auth_time: now.plus(-5),
        seen_at: now,
        expires_at: now.plus(12 * 3600),
        ended_at: None,
        address: "192.0.2.1".into(),
        user_agent: String::new(),
    }
}

fn presented(code: &str, redirect_uri: &str, verifier: Option<&str>) -> TokenRequest {
    let verifier = verifier.map(|verifier| format!("&code_verifier={verifier}")).unwrap_or_default();
    let body = format!("grant_type=authorization_code&code={code}&redirect_uri={redirect_uri}{verifier}");
    let policy = ClientPolicy::new("app", vec![CALLBACK.into()]);
    TokenRequest::parse(&Params::parse(body.as_bytes()).unwrap(), &policy).unwrap()
}

#[tokio::test]
async fn an_authorization_ends_with_a_code_that_is_stored_nowhere() {
    let house = House::new().await;
    let url = sent(house.grants.finish(&house.request(""), &house.session, &house.account).await.unwrap());
    let answer: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    assert_eq!(answer[1..], [("state".into(), "s".into()), ("iss".into(), ISSUER.to_owned())]);
    assert_eq!(answer[0].1.len(), 43);
    let kept = entities::ephemeral::Entity::find().all(house.ground.db.read()).await.unwrap();
    let trail = entities::audit::Entity::find().all(house.ground.db.read()).await.unwrap();
    assert!(!format!("{kept:?}{trail:?}").contains(&answer[0].1));
    assert_eq!(house.trail("code.issued").await.len(), 1);
}

#[tokio::test]
async fn a_refusal_goes_to_the_client_with_state_and_issuer() {
    let house = House::new().await;
    let error = OAuthError::new(crate::protocol::error::ErrorCode::AccessDenied, "No.");
    let url = sent(house.grants.refuse(&house.request(""), &error));
    assert_eq!(
        url.as_str(),
        "https://app.example/cb?error=access_denied&error_description=No.&state=s&iss=https%3A%2F%2Fid.example"
    );
}

#[tokio::test]
async fn a_session_of_somebody_else_makes_no_code() {
    let house = House::new().await;
    let stranger = Account { id: AccountId(house.ground.new_id()), ..house.account.clone() };
    let outcome = house.grants.finish(&house.request(""), &house.session, &stranger).await;
    assert!(matches!(outcome, Err(Fault::Internal(_))));
    assert_eq!(entities::ephemeral::Entity::find().count(house.ground.db.read()).await.unwrap(), 0);
}

#[tokio::test]
async fn old_tokens_are_swept_and_the_grants_stay() {
    let house = House::new().await;
    let code = house.bound_code().await;
    house.redeem(&code).await.unwrap();
    for (seconds, left) in [(0, 1), (600, 1), (1, 0)] {
        house.ground.clock.advance(seconds);
        let now: Timestamp = house.ground.clock.now();
        house.ground.db.write(move |tx| Box::pin(async move { sweep(tx, now).await })).await.unwrap();
        assert_eq!(house.tokens().await, left);
    }
    assert_eq!(entities::grant::Entity::find().count(house.ground.db.read()).await.unwrap(), 1);
}
