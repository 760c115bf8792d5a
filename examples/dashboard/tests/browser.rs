//! Just enough of a browser: a cookie jar and the endpoint it talks to.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cookie::Cookie;
use poem::endpoint::BoxEndpoint;
use poem::http::{HeaderMap, Method, header};
use poem::{Endpoint, EndpointExt, Request, Response};
use url::Url;

use super::super::{Settings, cookies, routes};
use super::BASE;
use super::fake_provider::FakeProvider;

pub(super) struct Browser {
    dashboard: Arc<BoxEndpoint<'static, Response>>,
    jar: HashMap<String, String>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
    headers: HeaderMap,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(super) fn location(&self) -> &str {
        self.header("location")
    }

    pub(super) fn location_parameters(&self) -> BTreeMap<String, String> {
        Url::parse(self.location()).unwrap().query_pairs().into_owned().collect()
    }
}

impl Browser {
    /// A browser before a dashboard of its own.
    pub(super) fn at(provider: &FakeProvider) -> Self {
        let settings = Settings {
            issuer: provider.issuer().to_owned(),
            client_id: "clinician-dashboard".into(),
            client_secret: Some("secret".into()),
            base_url: BASE.into(),
            brand: "Huma".into(),
            support_email: "support@example.org".into(),
        };
        Self { dashboard: Arc::new(routes(settings).unwrap().boxed()), jar: HashMap::new() }
    }

    /// Another person's browser before the same dashboard.
    pub(super) fn another(&self) -> Self {
        Self { dashboard: Arc::clone(&self.dashboard), jar: HashMap::new() }
    }

    pub(super) async fn get(&mut self, path: &str) -> Answer {
        self.get_at(path, "localhost:8090").await
    }

    pub(super) async fn get_at(&mut self, path: &str, host: &str) -> Answer {
        self.send(Request::builder().uri_str(path).header(header::HOST, host).finish()).await
    }

    pub(super) async fn post(&mut self, path: &str, form: &str) -> Answer {
        self.post_from(path, form, "same-origin").await
    }

    pub(super) async fn post_from(&mut self, path: &str, form: &str, site: &str) -> Answer {
        let request = Request::builder().method(Method::POST).uri_str(path).header("sec-fetch-site", site);
        self.send(request.body(form.to_owned())).await
    }

    /// Opens a login page and returns the authorization request it leads to.
    pub(super) async fn start_sign_in(&mut self, path: &str) -> BTreeMap<String, String> {
        self.get(path).await.location_parameters()
    }

    /// Signs in and returns the token of the sign-out form.
    pub(super) async fn sign_in(&mut self, provider: &FakeProvider) -> String {
        let request = self.start_sign_in("/login").await;
        self.get(&provider.answer_to(&request)).await;
        let page = self.get("/").await.text;
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    pub(super) fn is_signed_in(&self) -> bool {
        self.jar.contains_key(cookies::SESSION)
    }

    async fn send(&mut self, mut request: Request) -> Answer {
        let cookies: Vec<String> = self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request.headers_mut().insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        let mut response = self.dashboard.get_response(request).await;
        for line in response.headers().get_all(header::SET_COOKIE) {
            let cookie = Cookie::parse(line.to_str().unwrap().to_owned()).unwrap();
            if cookie.value().is_empty() {
                self.jar.remove(cookie.name());
            } else {
                self.jar.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let text = response.take_body().into_string().await.unwrap();
        Answer { status: response.status().as_u16(), text, headers: response.headers().clone() }
    }
}
