//! The house that the tests of this folder stand in, and the end of an authorization request.

mod exchange;
mod logout;
#[path = "../../tests/it/support/signed_in.rs"]
mod signed_in;
mod userinfo;

use super::*;
use crate::accounts::{self, Account, Hasher};
use crate::audit::{Actor, Origin};
use crate::clients::{Added, Client, NewClient};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::keys::tests::ground;
use crate::login::Session;
use crate::protocol::authorize::AuthorizationRequest;
use crate::protocol::bearer::BearerToken;
use crate::protocol::client::{ClientPolicy, Pkce};
use crate::protocol::error::{BearerError, OAuthError};
use crate::protocol::id_token::UserInfo;
use crate::protocol::params::Params;
use crate::protocol::token::TokenRequest;
use crate::rights::{Act, Guarded, Permit, Who, may};
use sea_orm::{EntityTrait, IntoActiveModel as _, PaginatorTrait as _};
use signed_in::{BOUND, VERIFIER, sent, session};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::OnceCell;

const ISSUER: &str = "https://id.example";
const CALLBACK: &str = "https://app.example/cb";

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
        let (account, session) = signed_in::signed_in(&ground).await;
        let app = register(&clients, "app").await;
        let rival = register(&clients, "rival").await;
        let settings = Config::from_toml("").unwrap().tokens;
        let parts = (clients.clone(), login);
        let grants = Grants::new(ground.clone(), keys(&ground).await, parts, (ISSUER, settings));
        Self { ground, grants, clients, app, rival, account, session, _folder: folder }
    }

    /// A code for `app` from a request with these parameters beside the usual ones.
    async fn code(&self, more: &str) -> String {
        signed_in::code(self.grants.finish(&self.request(more), &self.session, &self.account).await.unwrap())
    }

    /// A code that is bound to the challenge.
    async fn bound_code(&self) -> String {
        self.code(BOUND).await
    }

    fn request(&self, more: &str) -> AuthorizationRequest {
        let scope = if more.contains("scope=") { "" } else { "&scope=openid%20profile%20email%20phone" };
        signed_in::request(&self.app, &format!("&state=s{scope}{more}"))
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
        entities::token::Entity::find().count(self.ground.db.read()).await.unwrap()
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
