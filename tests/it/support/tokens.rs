//! The endpoints for clients, as a client calls them.

use super::app::{TestApp, permit};
use super::page::Page;
use super::relying_party::parameters;
use reqwest::StatusCode;
use serde_json::Value;
use wardgate::audit::{Actor, Origin};
use wardgate::clients::{Added, NewClient};
use wardgate::protocol::client::{ClientPolicy, GrantType, Pkce};
use wardgate::rights::{Act, Guarded};

/// Where applications that a test registers get their answers.
pub(crate) const APP_CALLBACK: &str = "http://localhost:9004/callback";

/// An answer of an endpoint for clients.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) json: Value,
}

impl Answer {
    /// A field as text; empty when it is not there.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_default()
    }
}

impl TestApp {
    /// Registers an application with every grant, changed as a test needs it; gives its secret.
    pub(crate) async fn register(&self, id: &str, change: impl FnOnce(&mut ClientPolicy)) -> String {
        let mut policy = ClientPolicy {
            grant_types: GrantType::ALL.into(),
            pkce: Pkce::OrNonce,
            ..ClientPolicy::new(id, vec![APP_CALLBACK.to_owned()])
        };
        change(&mut policy);
        let new = NewClient::new(id, policy);
        let right = permit(Act::Guarded(Guarded::ClientSecrets, None));
        match self.app.clients.add(right, &Origin::of(Actor::Host), new, true).await.unwrap() {
            Added::Yes(secret) => secret.map(|secret| secret.text().to_owned()).unwrap_or_default(),
            other => panic!("{other:?}"),
        }
    }

    /// An authorization request of such an application with more parameters.
    pub(crate) fn link_of(&self, id: &str, more: &str) -> String {
        let callback: String = url::form_urlencoded::byte_serialize(APP_CALLBACK.as_bytes()).collect();
        let scope = if more.contains("scope=") { "" } else { "&scope=openid" };
        format!("/authorize?response_type=code&client_id={id}&redirect_uri={callback}&nonce=n{scope}{more}")
    }

    /// What the application gets for the code that a browser brought back.
    pub(crate) async fn redeem(&self, client: (&str, &str), back: &Page) -> Answer {
        let code = parameters(&back.at).remove("code").unwrap_or_else(|| panic!("no code in {}", back.at));
        let fields = [("grant_type", "authorization_code"), ("code", &code), ("redirect_uri", APP_CALLBACK)];
        self.call_as("/token", client, &fields).await
    }

    /// What the application gets for a refresh token.
    pub(crate) async fn refresh(&self, client: (&str, &str), token: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.call_as("/token", client, &fields).await
    }

    /// The claims of an ID token; its signature is checked elsewhere.
    pub(crate) fn claims_of(id_token: &str) -> Value {
        use base64::Engine as _;
        let payload = id_token.split('.').nth(1).unwrap();
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    /// The answer of the UserInfo endpoint.
    pub(crate) async fn userinfo_of(&self, token: &str) -> Value {
        let request = self.http.get(format!("{}/userinfo", self.issuer())).bearer_auth(token);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// A form to an endpoint, by a client with HTTP Basic.
    pub(crate) async fn call_as(&self, path: &str, client: (&str, &str), fields: &[(&str, &str)]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.issuer())).basic_auth(client.0, Some(client.1));
        answer(request.form(fields)).await
    }

    /// A form to an endpoint, without credentials.
    pub(crate) async fn call_openly(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        answer(self.http.post(format!("{}{path}", self.issuer())).form(fields)).await
    }

    /// The status of the UserInfo endpoint for a token.
    pub(crate) async fn userinfo_status(&self, token: &str) -> StatusCode {
        self.http.get(format!("{}/userinfo", self.issuer())).bearer_auth(token).send().await.unwrap().status()
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let status = response.status();
    Answer { status, json: response.json().await.unwrap_or_default() }
}
