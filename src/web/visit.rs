//! One request of a person's browser, read once: cookies, form, language, who it is.

use super::answer::Stop;
use super::cookies::{self, Name};
use crate::app::App;
use crate::audit::{Actor, Origin};
use crate::fault::Fault;
use crate::ids::AccountId;
use crate::journey::Visitor;
use crate::login::Browser;
use crate::protocol::params::Params;
use crate::random::Secret;
use crate::seal::{hex, same};
use poem::Request;
use poem::http::{HeaderMap, Method, header};
use std::net::IpAddr;
use std::sync::Arc;

/// How many other accounts a browser may keep signed in.
pub(super) const OTHERS: usize = 3;

/// A request and everything a handler asks of it.
pub(super) struct Visit {
    pub(super) app: Arc<App>,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Params,
    pub(super) form: Params,
    pub(super) browser: Browser,
    pub(super) visitor: Visitor,
    pub(super) origin: Origin,
    pub(super) session_secret: Option<Secret>,
    /// The secrets of the visitor's `others`, in the same order.
    pub(super) other_secrets: Vec<Secret>,
    pub(super) progress_secret: Option<Secret>,
    pub(super) recovery_secret: Option<Secret>,
    pub(super) console_secret: Option<Secret>,
    pub(super) browser_secret: Secret,
    pub(super) browser_is_new: bool,
    pub(super) language_chosen: bool,
    segments: Vec<(String, String)>,
    sites: Sites,
}

/// What the browser says about where a request comes from.
struct Sites {
    origin: Option<String>,
    fetch_site: Option<String>,
}

impl Visit {
    /// Reads a request. Its body is bounded by the shell already.
    pub(super) async fn read(app: &Arc<App>, mut request: Request) -> Result<Self, Stop> {
        let body = request.take_body().into_bytes().await.map_err(|_| Stop::bad_form())?;
        let content_type = text(request.headers(), header::CONTENT_TYPE.as_str());
        let is_form =
            content_type.split(';').next().is_some_and(|it| it.trim() == "application/x-www-form-urlencoded");
        let form = match (request.method() == Method::POST, is_form) {
            // The shell has bounded it, page by page.
            (true, true) => Params::parse_long(&body).map_err(|_| Stop::bad_form())?,
            (true, false) if !body.is_empty() => return Err(Stop::bad_form()),
            _ => Params::parse(b"").map_err(|_| Stop::bad_form())?,
        };
        let query = request.uri().query().unwrap_or_default().as_bytes();
        let query = Params::parse(query).map_err(|_| Stop::bad_form())?;
        Self::gather(app, &request, query, form).await
    }

    async fn gather(app: &Arc<App>, request: &Request, query: Params, form: Params) -> Result<Self, Stop> {
        let https = app.links.is_https();
        let cookie_header = joined(request.headers(), header::COOKIE.as_str());
        let cookie = |name| cookies::read(&cookie_header, name, https);
        let known = cookie(Name::Browser);
        let (session_secret, progress_secret) = (cookie(Name::Session), cookie(Name::Progress));
        let mut visitor = visitor(app, session_secret.as_ref(), progress_secret.as_ref()).await?;
        let other_secrets = others(app, cookie(Name::Others), &mut visitor).await?;
        let account = visitor.signed_in().map(|account| account.id);
        let wish = query.get("ui_locales").map(str::to_owned);
        let language = language(app, request.headers(), wish.as_deref(), (cookie(Name::Language), &visitor));
        let browser_is_new = known.is_none();
        let browser_secret = known.unwrap_or_else(|| app.ground.random.secret());
        Ok(Self {
            app: Arc::clone(app),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            browser: Browser { hash: browser_secret.hash(), language },
            origin: origin(app, request, account),
            language_chosen: wish.is_some(),
            sites: Sites {
                origin: optional(request.headers(), header::ORIGIN.as_str()),
                fetch_site: optional(request.headers(), "sec-fetch-site"),
            },
            segments: segments(request),
            recovery_secret: cookie(Name::Recovery),
            console_secret: cookie(Name::Console),
            query,
            form,
            visitor,
            session_secret,
            other_secrets,
            progress_secret,
            browser_secret,
            browser_is_new,
        })
    }

    /// A named part of the path.
    pub(super) fn segment(&self, name: &str) -> &str {
        self.segments.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// A field of the form; empty when it is missing.
    pub(super) fn field(&self, name: &str) -> &str {
        self.form.get(name).unwrap_or_default()
    }

    /// The id of the flow, from the form or the query.
    pub(super) fn flow_id(&self) -> &str {
        self.form.get("flow").or_else(|| self.query.get("flow")).unwrap_or_default()
    }

    /// The token of this browser's forms.
    pub(super) fn csrf(&self) -> String {
        hex(&self.app.ground.ring.mac("csrf", &[&self.browser.hash]))
    }

    /// Refuses a form that did not come from our own page in this browser: the token, and what the
    /// browser itself says of its origin. `Origin: null` proves nothing, and browsers send it with
    /// our own forms because of `Referrer-Policy: no-referrer`; then `Sec-Fetch-Site` has to tell.
    pub(super) fn check_form(&self) -> Result<(), Stop> {
        let own = self.app.links.origin();
        let origin_fits = match self.sites.origin.as_deref() {
            Some("null") => self.sites.fetch_site.as_deref() == Some("same-origin"),
            Some(origin) => origin == own,
            None => true,
        };
        let site_fits = matches!(self.sites.fetch_site.as_deref(), None | Some("same-origin" | "none"));
        let token_fits = !self.browser_is_new && same(self.csrf().as_bytes(), self.field("csrf").as_bytes());
        if origin_fits && site_fits && token_fits { Ok(()) } else { Err(Stop::Forbidden) }
    }

    /// Whether the request was made by another site's page.
    pub(super) fn is_cross_site(&self) -> bool {
        match (self.sites.fetch_site.as_deref(), self.sites.origin.as_deref()) {
            (Some(site), _) => !matches!(site, "same-origin" | "none"),
            (None, Some(origin)) => origin != self.app.links.origin(),
            (None, None) => false,
        }
    }

    /// Who is signed in, or the way to sign in first.
    pub(super) fn signed_in(&self) -> Option<AccountId> {
        self.visitor.signed_in().map(|account| account.id)
    }
}

async fn visitor(app: &App, session: Option<&Secret>, progress: Option<&Secret>) -> Result<Visitor, Fault> {
    let session = match session {
        Some(secret) => app.login.session(secret).await?,
        None => None,
    };
    let progress = match progress {
        Some(secret) => app.login.progress(secret).await?,
        None => None,
    };
    Ok(Visitor { session, progress, others: Vec::new() })
}

/// Looks up the other sessions of a browser; gives the secrets of the live ones. Most browsers have none.
async fn others(app: &App, cookie: Option<Secret>, visitor: &mut Visitor) -> Result<Vec<Secret>, Fault> {
    let mut secrets = Vec::new();
    let Some(cookie) = cookie else { return Ok(secrets) };
    for text in cookie.text().split('.').take(OTHERS) {
        let secret = Secret::presented(text);
        if let Some(found) = app.login.session_aside(&secret).await? {
            secrets.push(secret);
            visitor.others.push(found);
        }
    }
    Ok(secrets)
}

/// `ui_locales`, then what was chosen before, then the account's language, then the browser's.
fn language(
    app: &App,
    headers: &HeaderMap,
    wish: Option<&str>,
    (chosen, visitor): (Option<Secret>, &Visitor),
) -> String {
    let accepted = text(headers, header::ACCEPT_LANGUAGE.as_str());
    let account = visitor.signed_in().map(|account| account.locale.clone());
    let chosen = chosen.as_ref().map(Secret::text);
    let wishes = wish.into_iter().flat_map(|wish| wish.split(' ')).chain(chosen).chain(account.as_deref());
    let accepted = accepted.split(',').map(|part| part.split(';').next().unwrap_or_default().trim());
    app.themes.choose(wishes.chain(accepted).take(40)).to_owned()
}

/// From where a request comes, and who is signed in there.
pub(super) fn origin(app: &App, request: &Request, account: Option<AccountId>) -> Origin {
    let peer = request.remote_addr().as_socket_addr().map(std::net::SocketAddr::ip);
    let forwarded = joined(request.headers(), "x-forwarded-for");
    let address = peer.map(|peer| client_address(peer, &forwarded, &app.config.server.trusted_proxies));
    let agent = text(request.headers(), header::USER_AGENT.as_str());
    let user_agent = agent.chars().filter(|c| !c.is_control()).take(200).collect();
    Origin {
        actor: account.map_or(Actor::Visitor, Actor::Account),
        address: address.map(|address| address.to_string()).unwrap_or_default(),
        user_agent,
    }
}

/// The address of the person's machine: the peer's, or, while the peer is a listed proxy, the next
/// one from the right of `X-Forwarded-For`. Anything that is no address ends the walk (A25, I19).
fn client_address(peer: IpAddr, forwarded: &str, proxies: &[ipnet::IpNet]) -> IpAddr {
    let listed = |address: &IpAddr| proxies.iter().any(|network| network.contains(address));
    let mut address = peer.to_canonical();
    for hop in forwarded.rsplit(',').take(16) {
        if !listed(&address) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(next) => address = next.to_canonical(),
            Err(_) => break,
        }
    }
    address
}

/// The named parts of our routes: `:token` of mailed links, `:id` of rows.
fn segments(request: &Request) -> Vec<(String, String)> {
    let named = |name: &str| request.raw_path_param(name).map(|value| (name.to_owned(), value.to_owned()));
    ["token", "id", "name", "number", "form"].into_iter().filter_map(named).collect()
}

fn optional(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
}

fn text(headers: &HeaderMap, name: &str) -> String {
    optional(headers, name).unwrap_or_default()
}

pub(super) fn joined(headers: &HeaderMap, name: &str) -> String {
    let values: Vec<&str> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
    values.join(if name == "cookie" { "; " } else { "," })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_proxies_are_believed_a25_i19() {
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let table = [
            ("192.0.2.1", "203.0.113.9", "192.0.2.1"),
            ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
            ("10.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
            ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
            ("10.0.0.1", "203.0.113.9, garbage", "10.0.0.1"),
            ("10.0.0.1", "fe80::1%eth0", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("::ffff:10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ];
        for (peer, forwarded, expected) in table {
            let got = client_address(peer.parse().unwrap(), forwarded, &proxies);
            assert_eq!(got, expected.parse::<IpAddr>().unwrap(), "{peer} {forwarded}");
        }
        let long = "1.1.1.1,".repeat(1024);
        assert_eq!(client_address("192.0.2.1".parse().unwrap(), &long, &proxies).to_string(), "192.0.2.1");
    }
}
