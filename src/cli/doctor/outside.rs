//! The installation as the world sees it, and the applications as it sees them.

use super::finding::{Finding, Level};
use super::rules::{self, CLAIMED, Said};
use crate::clients::{Client, Clients};
use crate::clock::Clock;
use crate::config::Config;
use crate::fetch::{Fetch, FetchError, Http, Reach, Request};
use crate::protocol::client::Application;
use crate::seal::KeyRing;
use crate::store::Ground;
use crate::web::health::{self, Seen};
use futures_util::future::join_all;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::net::TcpStream;

/// For one look at something.
const TIME: Duration = Duration::from_secs(5);

/// Whether anybody listens there.
pub(super) async fn reaches(host: &str, port: u16) -> Result<(), String> {
    let host = host.trim_matches(['[', ']']);
    match tokio::time::timeout(TIME, TcpStream::connect((host, port))).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(format!("nobody answers within {} s", TIME.as_secs())),
    }
}

/// The public address: discovery, TLS, the proxy, cookies, the clock of a node.
pub(super) async fn issuer(config: &Config, ring: Option<&KeyRing>) -> Vec<Finding> {
    let (http, issuer) = (Http::new(Reach::Anywhere, TIME), config.server.issuer.as_str());
    let is_https = issuer.starts_with("https:");
    let found = match get(&http, &format!("{issuer}/.well-known/openid-configuration"), None).await {
        Ok(said) => rules::discovery(issuer, &said),
        Err(error) => return vec![unreachable(issuer, error).await],
    };
    if found.level == Level::Problem {
        return vec![found];
    }
    let mut all = vec![found];
    if is_https {
        all.push(Finding::ok("tls", "the certificate is believed"));
        let plain = issuer.replacen("https:", "http:", 1);
        if let Ok(said) = get(&http, &plain, None).await {
            all.push(rules::plain_http(&said, issuer));
        }
    }
    all.extend(way_in(&http, config, ring).await);
    match get(&http, &format!("{issuer}/sign-in"), None).await {
        Ok(said) => {
            all.push(rules::cookies(is_https, &said));
            all.extend(is_https.then(|| rules::transport_security(&said)));
        }
        Err(error) => {
            all.push(Finding::problem("cookies", error.to_string(), "see why /sign-in does not answer"))
        }
    }
    all
}

/// Asks a node how requests come in.
async fn way_in(http: &Http, config: &Config, ring: Option<&KeyRing>) -> Vec<Finding> {
    let Some(ring) = ring else { return Vec::new() };
    let (issuer, now) = (&config.server.issuer, Clock::System.now());
    let proof = health::proof(ring, now);
    let said = match get(http, &format!("{issuer}/health"), Some(&proof)).await {
        Ok(said) => said,
        Err(error) => {
            return vec![Finding::problem("proxy", error.to_string(), "see why /health does not answer")];
        }
    };
    if said.status != 200 {
        let text = format!("/health answers with {}", said.status);
        return vec![Finding::problem(
            "proxy",
            text,
            "the node's database is away, or the proxy keeps /health back",
        )];
    }
    let mut body: Value = serde_json::from_slice(&said.body).unwrap_or_default();
    let Ok(seen) = serde_json::from_value::<Seen>(body["seen"].take()) else {
        let fix = "give the nodes and this command the same ring and version, and set their clocks";
        return vec![Finding::problem("proxy", "the node does not know this key ring", fix)];
    };
    vec![rules::proxy(issuer.starts_with("https:"), &seen), rules::clock("the node's clock", now.0, seen.now)]
}

async fn get(http: &Http, url: &str, proof: Option<&str>) -> Result<Said, FetchError> {
    let mut request = Request::new("GET", url).map_err(FetchError::Address)?;
    if let Some(proof) = proof {
        request = request.header(health::PROOF, proof).map_err(FetchError::Address)?;
        request = request.header("x-forwarded-for", CLAIMED).map_err(FetchError::Address)?;
    }
    let answer = http.send(request).await?;
    let all = |name: &str| answer.header(name).map(str::to_owned).collect::<Vec<_>>();
    Ok(Said {
        status: answer.status,
        location: all("location").into_iter().next(),
        cookies: all("set-cookie"),
        hsts: all("strict-transport-security"),
        body: answer.body,
    })
}

/// Whether it is the way there or TLS on it.
async fn unreachable(issuer: &str, error: FetchError) -> Finding {
    let url = url::Url::parse(issuer).ok();
    let place = url.as_ref().and_then(|url| Some((url.host_str()?, url.port_or_known_default()?)));
    let Some((host, port)) = place else {
        return Finding::problem("issuer", format!("{issuer}: {error}"), "correct server.issuer");
    };
    match reaches(host, port).await {
        Ok(()) if url.as_ref().is_some_and(|url| url.scheme() == "https") => Finding::problem(
            "tls",
            format!("{host} port {port} answers, but not by https that can be believed: {error}"),
            "give the proxy a certificate for this name, with its chain, from an authority that this machine knows",
        ),
        Ok(()) => Finding::problem(
            "issuer",
            format!("{issuer}: {error}"),
            "see whether `wardgate serve` answers there",
        ),
        Err(why) => Finding::problem(
            "issuer",
            format!("{host} port {port}: {why}"),
            "see whether the name leads to the proxy, the proxy runs, and `wardgate serve` behind it",
        ),
    }
}

/// What clients break of the rules, and whether the addresses that they registered answer.
pub(super) async fn applications(config: &Config, ground: &Ground) -> Vec<Finding> {
    let development = !config.is_production();
    let fetch = Fetch::new(Reach::of(development), Clock::System);
    let clients = Clients::new(ground.clone(), (&config.server.issuer, &config.brand.name), fetch.clone());
    let (list, names) = match (clients.list().await, clients.names().await) {
        (Ok(list), Ok(names)) => (list, names),
        (Err(fault), _) | (_, Err(fault)) => {
            return vec![Finding::problem(
                "applications",
                fault.to_string(),
                "see whether the database answers",
            )];
        }
    };
    let mut all = Vec::new();
    for client in &list {
        let report = clients.report(client, &names, development);
        let fix = || format!("wardgate client check {}", client.id);
        let told = |text: &String| format!("{} {text}", client.id);
        all.extend(report.problems.iter().map(|it| Finding::problem("applications", told(it), fix())));
        all.extend(report.warnings.iter().map(|it| Finding::warning("applications", told(it), fix())));
    }
    let looks = list.iter().flat_map(addresses).map(|(id, field, url)| {
        let fetch = &fetch;
        async move { rules::application(&id, field, &url, knock(fetch, &url).await) }
    });
    all.extend(join_all(looks).await);
    all
}

async fn knock(fetch: &Fetch, url: &str) -> Result<u16, String> {
    let request = Request::new("GET", url).map_err(str::to_owned)?;
    match fetch.send(request).await {
        Ok(answer) => Ok(answer.status),
        Err(FetchError::TooLong(status)) => Ok(status),
        Err(error) => Err(error.to_string()),
    }
}

/// The addresses of a client at which a server should answer; those of programs on people's devices are not among them.
fn addresses(client: &Client) -> BTreeSet<(String, &'static str, String)> {
    let policy = &client.policy;
    let of = |field: &'static str, urls: Vec<&String>| {
        let named = move |url: &String| (client.id.clone(), field, url.clone());
        urls.into_iter().map(named).collect::<Vec<_>>()
    };
    let redirects: Vec<&String> = match policy.application {
        Application::Native => Vec::new(),
        Application::Web | Application::Browser => policy.redirect_uris.iter().collect(),
    };
    let mut all = of("redirect_uris", redirects);
    all.extend(of("backchannel_logout_uri", policy.backchannel_logout_uri.iter().collect()));
    all.extend(of("jwks_uri", policy.assertions.jwks_uri.iter().collect()));
    all.extend(of("initiate_login_uri", client.initiate_login_uri.iter().collect()));
    all.extend(of("home_uri", client.home_uri.iter().collect()));
    all.into_iter().collect()
}
