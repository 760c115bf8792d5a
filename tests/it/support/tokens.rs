//! The endpoints for clients, as a client calls them.

use super::app::TestApp;
use reqwest::StatusCode;
use serde_json::Value;

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
