//! One request to a gateway: no redirects, no proxy from the environment, a time limit, a bounded answer. The gateway's
//! address comes from the operator, so the address rules of `fetch` do not apply. The only user of reqwest here.

use std::time::Duration;

use reqwest::{
    Client, Method, Response,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect::Policy,
};

use crate::{config::problem::Problem, messages::delivery::SendError};

/// An answer beyond this many bytes is not read further and not trusted.
const ANSWER_LIMIT: usize = 64 * 1024;

/// A client and where its requests go.
pub(super) struct Post {
    client: Client,
    method: Method,
    url: String,
    headers: HeaderMap,
}

/// What a gateway said.
pub(super) struct Answer {
    pub(super) status: u16,
    body: Vec<u8>,
}

impl Post {
    /// Requests to `url`, the value of the setting `key`.
    pub(super) fn new(key: &str, method: &str, url: &str, timeout: Duration) -> Result<Self, Problem> {
        let client = Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .timeout(timeout)
            .connect_timeout(timeout)
            .user_agent("wardgate")
            .build()
            .map_err(|error| Problem::new(key, format!("no client for it: {error}")))?;
        let method = method.parse().map_err(|_| Problem::new(key, "its method is none"))?;
        url::Url::parse(url).map_err(|error| Problem::new(key, format!("is not a web address: {error}")))?;
        Ok(Self { client, method, url: url.to_owned(), headers: HeaderMap::new() })
    }

    /// Adds a header to each request; none is ever printed.
    pub(super) fn header(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let name: HeaderName = name.parse().map_err(|_| "is not the name of a header")?;
        let mut value: HeaderValue = value.parse().map_err(|_| "its value must be printable ASCII")?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(())
    }

    /// Sends `body`, perhaps with one more header, and reads the answer.
    pub(super) async fn send(
        &self,
        body: String,
        extra: Option<(&'static str, String)>,
    ) -> Result<Answer, SendError> {
        let mut request =
            self.client.request(self.method.clone(), &self.url).headers(self.headers.clone()).body(body);
        if let Some((name, value)) = extra {
            request = request.header(name, value);
        }
        let response = request.send().await.map_err(|error| broken(&error))?;
        Answer::read(response).await
    }
}

impl Answer {
    async fn read(mut response: Response) -> Result<Self, SendError> {
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
            if body.len() + chunk.len() > ANSWER_LIMIT {
                return Err(SendError::Retry(format!("the gateway answered {status} with too much text")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, body })
    }

    /// The scalar that `pointer` (RFC 6901) finds in the answer, as it would be written.
    pub(super) fn at(&self, pointer: &str) -> Option<String> {
        let answer: serde_json::Value = serde_json::from_slice(&self.body).ok()?;
        match answer.pointer(pointer)? {
            serde_json::Value::String(text) => Some(text.clone()),
            value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_)) => Some(value.to_string()),
            _ => None,
        }
    }
}

/// In our own words: reqwest's would hold the address, and with it perhaps a key.
fn broken(error: &reqwest::Error) -> SendError {
    SendError::Retry(
        match error {
            error if error.is_timeout() => "the gateway did not answer in time",
            error if error.is_connect() => "the gateway cannot be reached",
            error if error.is_builder() => "the request to the gateway cannot be made",
            _ => "the connection to the gateway broke",
        }
        .into(),
    )
}
