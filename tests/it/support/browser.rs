//! A browser: a cookie jar of its own, follows redirects on our pages, stops where it leaves them.

use super::page::{Form, Page};
use cookie::Cookie;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Response};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::LazyLock;
use url::Url;

/// A person's browser.
#[derive(Clone, Debug)]
pub(crate) struct Browser {
    http: Client,
    issuer: Url,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Headers that every request has, e.g. `accept-language`.
    pub(crate) headers: HeaderMap,
    /// Every answer so far, headers without cookies, then the body.
    pub(crate) seen: Vec<String>,
}

impl Browser {
    pub(crate) fn new(issuer: &str, http: Client) -> Self {
        Self {
            http,
            issuer: Url::parse(issuer).unwrap(),
            cookies: BTreeMap::new(),
            headers: HeaderMap::new(),
            seen: Vec::new(),
        }
    }

    /// The same browser with one more header.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).unwrap();
        self.headers.append(HeaderName::from_static(name), value);
        self
    }

    /// Opens an address: a path of ours or a whole link.
    pub(crate) async fn open(&mut self, link: &str) -> Page {
        let url = self.issuer.join(link).unwrap();
        let page = self.send(Method::GET, url, None).await;
        self.follow(page).await
    }

    /// Presses a form's button.
    pub(crate) async fn submit(&mut self, form: Form) -> Page {
        let fields: Vec<(&str, &str)> =
            form.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let page = self.post(&form.action, &fields).await;
        self.follow(page).await
    }

    /// Posts fields as they are, without following.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let url = self.issuer.join(path).unwrap();
        self.send(Method::POST, url, Some(body)).await
    }

    /// One request, without following.
    pub(crate) async fn get(&mut self, link: &str) -> Page {
        let url = self.issuer.join(link).unwrap();
        self.send(Method::GET, url, None).await
    }

    /// Any request, with this browser's cookies; nothing is kept or followed.
    pub(crate) async fn raw(&self, method: Method, path: &str, (kind, body): (&str, Vec<u8>)) -> Page {
        let mut request = self.http.request(method, self.issuer.join(path).unwrap());
        request = request.headers(self.headers.clone()).header(header::COOKIE, self.cookie_header());
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind).body(body);
        }
        page(&self.issuer, request.send().await.unwrap()).await
    }

    async fn follow(&mut self, mut page: Page) -> Page {
        for _ in 0..10 {
            let Some(to) = page.headers.get(header::LOCATION) else { return page };
            let to = self.issuer.join(to.to_str().unwrap()).unwrap();
            if to.origin() != self.issuer.origin() {
                return Page { at: to.to_string(), ..page };
            }
            page = self.send(Method::GET, to, None).await;
        }
        panic!("redirects without an end, the last to {}", page.at)
    }

    async fn send(&mut self, method: Method, url: Url, body: Option<String>) -> Page {
        let mut request = self.http.request(method, url).headers(self.headers.clone());
        request = request.header(header::COOKIE, self.cookie_header());
        if let Some(body) = body {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        }
        let response = request.send().await.unwrap();
        for set in response.headers().get_all(header::SET_COOKIE) {
            let cookie = Cookie::parse(set.to_str().unwrap().to_owned()).unwrap();
            if cookie.max_age().is_some_and(|age| age.is_zero()) || cookie.value().is_empty() {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let page = page(&self.issuer, response).await;
        let mut headers = page.headers.clone();
        headers.remove(header::SET_COOKIE);
        self.seen.push(format!("{headers:?}\n{}", page.html));
        page
    }

    fn cookie_header(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }
}

/// HTTP over loopback only: `localhost` is IPv4 here, as the listener is. One for all tests, since each that is made
/// reads the machine's TLS roots; it keeps no connections, which would belong to the runtime of one test.
pub(crate) fn http() -> &'static Client {
    static HTTP: LazyLock<Client> = LazyLock::new(|| {
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).resolve("localhost", here);
        client.pool_max_idle_per_host(0).no_proxy().build().unwrap()
    });
    &HTTP
}

async fn page(issuer: &Url, response: Response) -> Page {
    let (status, headers, url) = (response.status(), response.headers().clone(), response.url().clone());
    let own = url.origin() == issuer.origin();
    let path = match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    };
    let at = if own { path } else { url.to_string() };
    let bytes = response.bytes().await.unwrap();
    Page { status, at, headers, html: String::from_utf8_lossy(&bytes).into_owned() }
}
