//! One request: no redirects, no proxy from the environment, a time limit, a bounded answer.

use super::address::Reach;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response};
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use url::Url;

/// An answer beyond this many bytes is not read further and not trusted.
const LONGEST: usize = 64 * 1024;

/// Why nothing came. In our own words: the library's would hold the address, and with it perhaps a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address itself is refused.
    #[error("the address {0}")]
    Address(&'static str),
    /// The name leads to an address that is refused.
    #[error("the name leads to an address that is not on the public internet")]
    Private,
    /// Nobody is there.
    #[error("the server cannot be reached")]
    Unreachable,
    /// It took too long.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The answer has another status than 200.
    #[error("the server answered {0}")]
    Status(u16),
    /// The answer, of this status, is too long.
    #[error("the server answered {0} with too much text")]
    TooLong(u16),
    /// The connection broke.
    #[error("the connection to the server broke")]
    Broken,
    /// The request cannot be made.
    #[error("the request to the server cannot be made")]
    Unusable,
    /// It was tried a moment ago.
    #[error("the server did not answer a moment ago")]
    Resting,
}

/// What is sent. Its headers are never printed.
#[derive(Clone)]
pub struct Request {
    method: Method,
    url: String,
    headers: HeaderMap,
    body: String,
}

impl Request {
    /// A request without headers and body.
    ///
    /// # Errors
    /// What is wrong with the method or the address, as the end of a sentence.
    pub fn new(method: &str, url: &str) -> Result<Self, &'static str> {
        let method = method.parse().map_err(|_| "has a method that is none")?;
        Url::parse(url).map_err(|_| "is no web address")?;
        Ok(Self { method, url: url.to_owned(), headers: HeaderMap::new(), body: String::new() })
    }

    /// Adds a header.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence.
    pub fn header(mut self, name: &str, value: &str) -> Result<Self, &'static str> {
        let name: HeaderName = name.parse().map_err(|_| "is not the name of a header")?;
        let mut value: HeaderValue = value.parse().map_err(|_| "its value must be printable ASCII")?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// With this body.
    #[must_use]
    pub fn body(self, body: String) -> Self {
        Self { body, ..self }
    }
}

/// What a server said.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// At most 64 KiB.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// Seconds for which the server says that the answer is good (RFC 9111 5.2.2.1).
    pub(super) fn max_age(&self) -> Option<i64> {
        let directives = self.header("cache-control").next()?.split(',');
        directives.filter_map(|part| part.trim().strip_prefix("max-age=")?.parse().ok()).next()
    }

    /// The values of a header, one for each time it is there; what is no ASCII is left out.
    pub fn header(&self, name: &str) -> impl Iterator<Item = &str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    async fn read(mut response: Response) -> Result<Self, FetchError> {
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| told(&error))? {
            if body.len() + chunk.len() > LONGEST {
                return Err(FetchError::TooLong(status));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, body, headers })
    }
}

/// A client. It is made at the first request, which takes longer than most of them: it reads the machine's TLS roots.
/// Cheap to clone.
#[derive(Clone)]
pub struct Http(Arc<Inner>);

struct Inner {
    reach: Reach,
    time: Duration,
    names: Names,
    client: OnceLock<Option<Client>>,
}

impl Http {
    /// One that reaches so far and waits so long for a whole answer.
    #[must_use]
    pub fn new(reach: Reach, time: Duration) -> Self {
        Self::with_names(reach, time, Names::System)
    }

    pub(super) fn with_names(reach: Reach, time: Duration, names: Names) -> Self {
        Self(Arc::new(Inner { reach, time, names, client: OnceLock::new() }))
    }

    /// How far it reaches.
    #[must_use]
    pub fn reach(&self) -> Reach {
        self.0.reach
    }

    /// Sends a request and reads the answer, whatever its status.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn send(&self, request: Request) -> Result<Answer, FetchError> {
        let url = self.0.reach.check(&request.url).map_err(FetchError::Address)?;
        let client = self.0.client.get_or_init(|| self.0.client()).as_ref().ok_or(FetchError::Unusable)?;
        let sent = client.request(request.method, url).headers(request.headers).body(request.body).send();
        let answer = async { Answer::read(sent.await.map_err(|error| told(&error))?).await };
        tokio::time::timeout(self.0.time, answer).await.unwrap_or(Err(FetchError::TimedOut))
    }
}

impl Inner {
    /// No connection is kept: each request looks its name up and checks what it is connected to.
    fn client(&self) -> Option<Client> {
        Client::builder()
            .redirect(Policy::none())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Checked { reach: self.reach, names: self.names.clone() }))
            .user_agent("wardgate")
            .build()
            .ok()
    }
}

/// Who looks names up.
#[derive(Clone)]
pub(super) enum Names {
    /// The machine.
    System,
    /// A test, which says what each look-up answers.
    #[cfg(test)]
    Told(Arc<std::sync::Mutex<Vec<Vec<IpAddr>>>>),
}

impl Names {
    async fn look_up(&self, name: &str) -> std::io::Result<Vec<IpAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.map(|it| it.ip()).collect()),
            #[cfg(test)]
            Self::Told(answers) => Ok(answers.lock().expect("no test panics in here").remove(0)),
        }
    }
}

/// Looks a name up and hands on what it leads to, if all of that may be connected to. The connection is made to these
/// addresses: nothing looks the name up again, so a second answer cannot differ (DNS rebinding).
struct Checked {
    reach: Reach,
    names: Names,
}

#[derive(Debug, thiserror::Error)]
#[error("not on the public internet")]
struct NotAllowed;

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, names) = (self.reach, self.names.clone());
        Box::pin(async move {
            let found = names.look_up(name.as_str()).await?;
            if !found.iter().all(|address| reach.allows(*address)) {
                return Err(NotAllowed.into());
            }
            // The port 0 stands for that of the address.
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}

fn told(error: &reqwest::Error) -> FetchError {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<NotAllowed>() {
            return FetchError::Private;
        }
        cause = inner.source();
    }
    match error {
        error if error.is_timeout() => FetchError::TimedOut,
        error if error.is_connect() => FetchError::Unreachable,
        error if error.is_builder() => FetchError::Unusable,
        _ => FetchError::Broken,
    }
}
