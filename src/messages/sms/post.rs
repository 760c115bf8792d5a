//! One request to a gateway, and what of its answer counts. The gateway's address comes from the operator, so it may be
//! anywhere.

use std::time::Duration;

use crate::{
    config::problem::Problem,
    fetch::{self, FetchError, Http, Reach, Request},
    messages::delivery::SendError,
};

/// A client and what it sends.
pub(super) struct Post {
    http: Http,
    request: Request,
}

/// What a gateway said.
pub(super) struct Answer {
    pub(super) status: u16,
    body: Vec<u8>,
}

impl Post {
    /// Requests to `url`, the value of the setting `key`.
    pub(super) fn new(key: &str, method: &str, url: &str, timeout: Duration) -> Result<Self, Problem> {
        let request = Request::new(method, url).map_err(|text| Problem::new(key, text))?;
        Ok(Self { http: Http::new(Reach::Anywhere, timeout), request })
    }

    /// Adds a header to each request; none is ever printed.
    pub(super) fn header(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        self.request = self.request.clone().header(name, value)?;
        Ok(())
    }

    /// Sends `body`, perhaps with one more header, and reads the answer.
    pub(super) async fn send(
        &self,
        body: String,
        extra: Option<(&'static str, String)>,
    ) -> Result<Answer, SendError> {
        let mut request = self.request.clone().body(body);
        if let Some((name, value)) = extra {
            request = request.header(name, &value).map_err(|_| broken(FetchError::Unusable))?;
        }
        let fetch::Answer { status, body, .. } = self.http.send(request).await.map_err(broken)?;
        Ok(Answer { status, body })
    }
}

impl Answer {
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

fn broken(error: FetchError) -> SendError {
    SendError::Retry(match error {
        FetchError::TimedOut => "the gateway did not answer in time".into(),
        FetchError::Unreachable => "the gateway cannot be reached".into(),
        FetchError::TooLong(status) => format!("the gateway answered {status} with too much text"),
        FetchError::Broken => "the connection to the gateway broke".into(),
        _ => "the request to the gateway cannot be made".into(),
    })
}
