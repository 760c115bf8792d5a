//! What each observation means and what to do about it. Pure: tables test it.

use super::finding::Finding;
use crate::clock::Timestamp;
use crate::keys::Listed;
use crate::keys::rotation::Standing;
use crate::protocol::client::SigningAlg;
use crate::web::health::Seen;
use serde_json::Value;

/// The address that the doctor claims in `X-Forwarded-For` (RFC 5737: nobody has it).
pub(super) const CLAIMED: &str = "192.0.2.1";
/// Seconds by which clocks may differ unnoticed; codes and tokens allow for more.
const CLOSE: i64 = 5;
/// Seconds beyond which tokens are refused by some applications.
const FAR: i64 = 60;
const DAY: i64 = 24 * 3600;

/// What an address answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) status: u16,
    pub(super) location: Option<String>,
    pub(super) body: Vec<u8>,
    /// Values of `Set-Cookie`.
    pub(super) cookies: Vec<String>,
    /// Values of `Strict-Transport-Security`.
    pub(super) hsts: Vec<String>,
}

/// Rights of a file that holds secrets.
pub(super) fn rights(check: &'static str, file: &str, mode: u32) -> Finding {
    let (shown, fix) = (mode & 0o777, format!("chmod 600 {file}"));
    match mode {
        _ if mode & 0o007 != 0 => {
            Finding::problem(check, format!("{file} ({shown:03o}) is open to every user"), fix)
        }
        _ if mode & 0o070 != 0 => {
            Finding::warning(check, format!("{file} ({shown:03o}) is open to its group"), fix)
        }
        _ => Finding::ok(check, format!("{file} ({shown:03o}) is its owner's alone")),
    }
}

/// How far another clock is from this machine's.
pub(super) fn clock(whose: &str, own: i64, other: i64) -> Finding {
    let by = other - own;
    let text = format!("{whose} is {} s {}", by.abs(), if by < 0 { "behind" } else { "ahead" });
    let fix = "run a time service (chrony, systemd-timesyncd) on every machine";
    match by.abs() {
        0..=CLOSE => Finding::ok("clock", format!("{whose} agrees within {CLOSE} s")),
        far if far > FAR => Finding::problem("clock", text, fix),
        _ => Finding::warning("clock", text, fix),
    }
}

/// The signing keys: one of every algorithm, and changed when they are due.
pub(super) fn signing_keys(keys: &[Listed], now: Timestamp, rotate_days: i64) -> Vec<Finding> {
    let check = "signing-keys";
    let mut all = Vec::new();
    for alg in SigningAlg::ALL {
        let of_alg: Vec<&Listed> = keys.iter().filter(|key| key.times.alg == alg).collect();
        let since = of_alg.iter().find_map(|key| match key.standing {
            Standing::Active(since) => Some(since),
            Standing::Next(_) | Standing::Retiring(_) => None,
        });
        let has_next = of_alg.iter().any(|key| matches!(key.standing, Standing::Next(_)));
        let age = since.map(|since| now.since(since) / DAY);
        all.push(match age {
            None => Finding::problem(
                check,
                format!("there is no {alg} key"),
                "start `wardgate serve`: it makes the missing ones",
            ),
            Some(age) if age > rotate_days && !has_next => Finding::problem(
                check,
                format!("{alg} signs for {age} days, but keys.rotate_days is {rotate_days}"),
                "a worker has to run: start `wardgate serve` or `wardgate worker`, or run `wardgate keys rotate`",
            ),
            Some(age) => {
                Finding::ok(check, format!("{alg} signs for {age} of {rotate_days} days"))
            }
        });
    }
    all
}

/// The discovery document as the world gets it (OpenID Connect Discovery 4.3).
pub(super) fn discovery(issuer: &str, said: &Said) -> Finding {
    let check = "issuer";
    if (300..400).contains(&said.status) {
        let to = said.location.as_deref().unwrap_or("nowhere");
        return Finding::problem(
            check,
            format!("{issuer} redirects to {to}; applications follow no redirect"),
            "let the proxy hand the request on, or write the address people end at as server.issuer",
        );
    }
    if said.status != 200 {
        return Finding::problem(
            check,
            format!("{issuer} answers discovery with {}", said.status),
            "the proxy has to hand every path to server.listen unchanged; see whether `wardgate serve` runs there",
        );
    }
    let document: Value = serde_json::from_slice(&said.body).unwrap_or_default();
    match document["issuer"].as_str() {
        Some(named) if named == issuer => Finding::ok(check, format!("{issuer} answers and names itself so")),
        Some(named) => Finding::problem(
            check,
            format!("{issuer} answers as {named}"),
            "server.issuer of the running nodes differs from this file: make them equal and restart",
        ),
        None => Finding::problem(
            check,
            format!("{issuer} answers with something that is no discovery document"),
            "something else answers at this address: look where the proxy sends it",
        ),
    }
}

/// What the issuer's host says by http, where the issuer is https.
pub(super) fn plain_http(said: &Said, issuer: &str) -> Finding {
    let leads = said.location.as_deref().is_some_and(|to| {
        to == issuer || to.strip_prefix(issuer).is_some_and(|rest| rest.starts_with(['/', '?']))
    });
    match (said.status, leads) {
        (300..400, true) => Finding::ok("tls", "http redirects to https"),
        (200..400, _) => Finding::problem(
            "tls",
            format!("the same host answers by http with {}", said.status),
            format!("let the proxy answer http with a redirect to {issuer}, or not at all"),
        ),
        (status, _) => Finding::ok("tls", format!("http is refused ({status})")),
    }
}

/// Whether the proxy tells addresses rightly. The request claimed to come from `CLAIMED`.
pub(super) fn proxy(is_https: bool, seen: &Seen) -> Finding {
    let check = "proxy";
    let Seen { peer, forwarded, address, .. } = seen;
    let header = "let the proxy set the header, for nginx: proxy_set_header X-Forwarded-For $remote_addr";
    match (address == CLAIMED, forwarded.as_str()) {
        (true, _) => Finding::problem(
            check,
            "a visitor can claim any address in X-Forwarded-For, and limits by address do not hold",
            header,
        ),
        (_, CLAIMED) if !is_https => Finding::ok(check, format!("none: requests come from {peer} directly")),
        (_, "") | (_, CLAIMED) => Finding::problem(
            check,
            format!("the proxy {peer} does not tell whom it asks for: everybody counts as one address"),
            format!("{header}; and name the proxy in server.trusted_proxies"),
        ),
        (_, _) if address == peer => Finding::problem(
            check,
            format!("the proxy {peer} is not listed: everybody counts as one address"),
            format!("add \"{peer}/{}\" to server.trusted_proxies", if peer.contains(':') { 128 } else { 32 }),
        ),
        _ => Finding::ok(check, format!("{peer} tells addresses; this machine is {address}")),
    }
}

/// The cookies of the sign-in page, as they arrive.
pub(super) fn cookies(is_https: bool, said: &Said) -> Finding {
    let check = "cookies";
    let fix = "the proxy must hand on Set-Cookie unchanged: take out whatever rewrites cookies";
    if said.cookies.is_empty() {
        return Finding::problem(check, "the sign-in page sets none", fix);
    }
    let wanted: &[&str] = if is_https {
        &["httponly", "samesite=lax", "path=/", "secure"]
    } else {
        &["httponly", "samesite=lax"]
    };
    for cookie in &said.cookies {
        let mut parts = cookie.split(';').map(|part| part.trim().to_ascii_lowercase());
        let name = parts.next().unwrap_or_default();
        let name = name.split('=').next().unwrap_or_default().to_owned();
        let attributes: Vec<String> = parts.collect();
        let lacks = wanted.iter().find(|it| !attributes.iter().any(|there| there == *it));
        let foreign = attributes.iter().any(|it| it.starts_with("domain"));
        let text = match lacks {
            Some(lacks) => format!("{name} arrives without {lacks}"),
            None if foreign => format!("{name} arrives with a domain"),
            None if is_https && !name.starts_with("__host-") => format!("{name} arrives without __Host-"),
            None => continue,
        };
        return Finding::problem(check, text, fix);
    }
    Finding::ok(check, if is_https { "host-bound, secure, not for scripts" } else { "not for scripts" })
}

/// Our own header, once.
pub(super) fn transport_security(said: &Said) -> Finding {
    let fix = "Wardgate sends its own security headers: let the proxy neither add nor remove any";
    match said.hsts.as_slice() {
        [_] => Finding::ok("headers", "Strict-Transport-Security is there once"),
        [] => Finding::problem("headers", "Strict-Transport-Security is lost on the way", fix),
        many => Finding::warning(
            "headers",
            format!("Strict-Transport-Security is there {} times", many.len()),
            fix,
        ),
    }
}

/// Messages and calls that wait, and those given up.
pub(super) fn outbox(lying: u64, late: u64, dead: u64) -> Vec<Finding> {
    let check = "outbox";
    let many = |count: u64| if count > 100 { "more than 100".to_owned() } else { count.to_string() };
    let mut all = Vec::new();
    if lying > 0 {
        all.push(Finding::problem(
            check,
            format!("{} are due for minutes and nobody takes them", many(lying)),
            "no worker runs: start `wardgate serve` or `wardgate worker`",
        ));
    }
    if late > 0 {
        all.push(Finding::warning(
            check,
            format!("{} were tried in vain and will be tried again", many(late)),
            "the console's page of messages says why each failed",
        ));
    }
    if dead > 0 {
        all.push(Finding::warning(
            check,
            format!("{} were given up", many(dead)),
            "the console's page of messages says why each failed; for applications: wardgate client logouts ID",
        ));
    }
    if all.is_empty() {
        all.push(Finding::ok(check, "nothing is late or given up"));
    }
    all
}

/// An address that an application registered: some answer is enough, since it lacks what it would be called with.
pub(super) fn application(id: &str, field: &str, url: &str, answer: Result<u16, String>) -> Finding {
    let what = format!("{id} {field} {url}");
    let fix = format!("see whether the application runs, or correct {field}");
    match answer {
        Ok(status @ (404 | 410)) => {
            Finding::warning("applications", format!("{what}: there is no such page ({status})"), fix)
        }
        Ok(status) if status >= 500 => {
            Finding::warning("applications", format!("{what}: it answers with {status}"), fix)
        }
        Ok(_) => Finding::ok("applications", format!("{what} answers")),
        Err(why) => Finding::warning("applications", format!("{what}: {why}"), fix),
    }
}

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;
