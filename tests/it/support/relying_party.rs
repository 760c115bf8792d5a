//! An independent relying party: the `openidconnect` crate against the running app.

use super::app::{SECRET, TestApp};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use std::collections::HashMap;
use url::Url;
use wardgate::clock::Clock;

type Discovered = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// An application.
pub(crate) struct RelyingParty {
    client: Discovered,
    http: reqwest::Client,
    clock: Clock,
}

/// What it keeps while the person is away.
pub(crate) struct Pending {
    pub(crate) url: Url,
    verifier: PkceCodeVerifier,
    state: CsrfToken,
    nonce: Nonce,
}

impl Pending {
    /// The proof that the code is ours.
    pub(crate) fn verifier(&self) -> &str {
        self.verifier.secret()
    }
}

/// Who came back.
pub(crate) struct SignedIn {
    pub(crate) claims: CoreIdTokenClaims,
    pub(crate) tokens: CoreTokenResponse,
}

impl RelyingParty {
    /// Set up by discovery alone, as a developer would.
    pub(crate) async fn discover(
        (issuer, http, clock): (&str, &reqwest::Client, &Clock),
        id: &str,
        secret: Option<&str>,
        callback: &str,
    ) -> Self {
        let issuer = IssuerUrl::new(issuer.to_owned()).unwrap();
        let metadata = CoreProviderMetadata::discover_async(issuer, http).await.unwrap();
        let secret = secret.map(|secret| ClientSecret::new(secret.to_owned()));
        let client = CoreClient::from_provider_metadata(metadata, ClientId::new(id.to_owned()), secret)
            .set_redirect_uri(RedirectUrl::new(callback.to_owned()).unwrap());
        Self { client, http: http.clone(), clock: clock.clone() }
    }

    /// Sends its secret in the body.
    pub(crate) fn by_post(mut self) -> Self {
        self.client = self.client.set_auth_type(AuthType::RequestBody);
        self
    }

    /// An authorization request with PKCE, state and nonce; `extra` parameters as they are.
    pub(crate) fn begin(&self, extra: &[(&str, &str)]) -> Pending {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let mut request = self.client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
        let scope =
            extra.iter().find(|(name, _)| *name == "scope").map_or("profile email phone", |(_, scope)| scope);
        for scope in scope.split(' ').filter(|scope| *scope != "openid") {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        for (name, value) in extra.iter().filter(|(name, _)| *name != "scope") {
            request = request.add_extra_param(*name, *value);
        }
        let (url, state, nonce) = request.set_pkce_challenge(challenge).url();
        Pending { url, verifier, state, nonce }
    }

    /// Redeems the code of the callback and checks the ID token, as the crate does.
    pub(crate) async fn finish(&self, pending: Pending, callback: &str) -> SignedIn {
        let code = self.code(&pending, callback);
        let request = self.client.exchange_code(AuthorizationCode::new(code)).unwrap();
        let tokens = request.set_pkce_verifier(pending.verifier).request_async(&self.http).await.unwrap();
        let id_token = tokens.id_token().expect("the answer has an ID token");
        let clock = self.clock.clone();
        let now = move || chrono::DateTime::from_timestamp(clock.now().0, 0).unwrap();
        let verifier = self.client.id_token_verifier().set_time_fn(now);
        let claims = id_token.claims(&verifier, &pending.nonce).unwrap().clone();
        let algorithm = id_token.signing_alg().unwrap();
        let key = id_token.signing_key(&verifier).unwrap();
        let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).unwrap();
        assert_eq!(Some(&hash), claims.access_token_hash(), "at_hash belongs to the access token");
        SignedIn { claims, tokens }
    }

    /// The code of a callback, after `state` and `iss` were compared.
    pub(crate) fn code(&self, pending: &Pending, callback: &str) -> String {
        let parameters = parameters(callback);
        assert_eq!(parameters.get("state"), Some(pending.state.secret()), "{callback}");
        assert!(parameters.contains_key("iss"), "{callback}");
        parameters.get("code").unwrap_or_else(|| panic!("no code in {callback}")).clone()
    }

    /// The claims of the userinfo endpoint.
    pub(crate) async fn userinfo(&self, tokens: &CoreTokenResponse) -> serde_json::Value {
        self.ask_userinfo(tokens).await.json().await.unwrap()
    }

    /// The status of the userinfo endpoint.
    pub(crate) async fn userinfo_status(&self, tokens: &CoreTokenResponse) -> reqwest::StatusCode {
        self.ask_userinfo(tokens).await.status()
    }

    async fn ask_userinfo(&self, tokens: &CoreTokenResponse) -> reqwest::Response {
        let endpoint = self.client.user_info_url().unwrap().url().clone();
        self.http.get(endpoint).bearer_auth(tokens.access_token().secret()).send().await.unwrap()
    }
}

impl TestApp {
    /// The clinician dashboard, which has a disclaimer.
    pub(crate) async fn dashboard(&self) -> RelyingParty {
        RelyingParty::discover(
            (self.issuer(), &self.http, &self.app.ground.clock),
            "dashboard",
            Some(SECRET),
            "http://localhost:9001/callback",
        )
        .await
    }

    /// Another application, without one.
    pub(crate) async fn rota(&self) -> RelyingParty {
        let callback = "http://localhost:9002/callback";
        RelyingParty::discover(
            (self.issuer(), &self.http, &self.app.ground.clock),
            "rota",
            Some(SECRET),
            callback,
        )
        .await
        .by_post()
    }

    /// An application called `legacy` that a test has configured.
    pub(crate) async fn legacy(&self) -> RelyingParty {
        let (id, callback) = ("legacy", "http://localhost:9005/callback");
        RelyingParty::discover(
            (self.issuer(), &self.http, &self.app.ground.clock),
            id,
            Some(SECRET),
            callback,
        )
        .await
    }

    /// Any application, which does not prove itself.
    pub(crate) async fn relying_party(&self, id: &str, callback: &str) -> RelyingParty {
        RelyingParty::discover((self.issuer(), &self.http, &self.app.ground.clock), id, None, callback).await
    }

    /// A public application that signs with ES256.
    pub(crate) async fn phone_app(&self) -> RelyingParty {
        RelyingParty::discover(
            (self.issuer(), &self.http, &self.app.ground.clock),
            "phone-app",
            None,
            "http://localhost:9003/callback",
        )
        .await
    }
}

/// The parameters of a callback's address.
pub(crate) fn parameters(callback: &str) -> HashMap<String, String> {
    Url::parse(callback).unwrap().query_pairs().into_owned().collect()
}
