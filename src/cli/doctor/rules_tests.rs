use super::super::finding::Level::{self, Ok as Fine, Problem, Warning};
use super::*;
use crate::keys::rotation::KeyTimes;

const ISSUER: &str = "https://login.example.org";

fn said(status: u16, location: &str, body: &str) -> Said {
    let location = (!location.is_empty()).then(|| location.to_owned());
    Said { status, location, body: body.into(), ..Said::default() }
}

fn judged(finding: &Finding, level: Level, words: &str) {
    let all = format!("{} {}", finding.text, finding.fix.as_deref().unwrap_or_default());
    assert!(finding.level == level && all.contains(words), "{words}: {finding:?}");
    assert_eq!(finding.fix.is_none(), level == Fine, "whoever reads it is told what to do: {finding:?}");
}

#[test]
fn a_file_of_secrets_is_for_its_owner() {
    for (mode, level) in
        [(0o100_600, Fine), (0o400, Fine), (0o640, Warning), (0o644, Problem), (0o602, Problem)]
    {
        judged(&rights("key-ring", "/k", mode), level, "/k");
    }
}

#[test]
fn clocks_may_differ_by_seconds() {
    let table =
        [(0, Fine, "agrees"), (-5, Fine, "agrees"), (6, Warning, "6 s ahead"), (-61, Problem, "61 s behind")];
    for (by, level, words) in table {
        judged(&clock("it", 1000, 1000 + by), level, words);
    }
}

#[test]
fn the_issuer_has_to_answer_as_itself_and_redirect_nobody() {
    let own = format!(r#"{{"issuer":"{ISSUER}"}}"#);
    let table = [
        (said(200, "", &own), Fine, "answers"),
        (said(200, "", r#"{"issuer":"https://other.example.org"}"#), Problem, "as https://other.example.org"),
        (
            said(200, "", r#"{"issuer":"https://login.example.org/"}"#),
            Problem,
            "as https://login.example.org/",
        ),
        (said(200, "", "<html>"), Problem, "no discovery document"),
        (said(301, "https://www.example.org/", ""), Problem, "redirects to https://www.example.org/"),
        (said(502, "", ""), Problem, "502"),
    ];
    for (said, level, words) in table {
        judged(&discovery(ISSUER, &said), level, words);
    }
}

#[test]
fn plain_http_leads_to_https_or_nowhere() {
    let table = [
        (said(301, "https://login.example.org/", ""), Fine, "redirects"),
        (said(308, ISSUER, ""), Fine, "redirects"),
        (said(302, "https://login.example.org.evil.test/", ""), Problem, "302"),
        (said(200, "", ""), Problem, "200"),
        (said(403, "", ""), Fine, "refused"),
    ];
    for (said, level, words) in table {
        judged(&plain_http(&said, ISSUER), level, words);
    }
}

#[test]
fn a_proxy_tells_the_address_of_the_visitor_and_no_visitor_tells_another_a25() {
    let table = [
        (true, "10.0.0.2", "198.51.100.7", "198.51.100.7", Fine, "198.51.100.7"),
        (true, "10.0.0.2", "192.0.2.1,198.51.100.7", "198.51.100.7", Fine, "198.51.100.7"),
        (true, "10.0.0.2", "192.0.2.1", "192.0.2.1", Problem, "claim any address"),
        (true, "10.0.0.2", "192.0.2.1", "10.0.0.2", Problem, "does not tell"),
        (true, "10.0.0.2", "", "10.0.0.2", Problem, "does not tell"),
        (true, "10.0.0.2", "198.51.100.7", "10.0.0.2", Problem, "10.0.0.2/32"),
        (true, "fd00::2", "198.51.100.7", "fd00::2", Problem, "fd00::2/128"),
        (false, "127.0.0.1", "192.0.2.1", "127.0.0.1", Fine, "directly"),
        (false, "127.0.0.1", "192.0.2.1", "192.0.2.1", Problem, "claim any address"),
    ];
    for (is_https, peer, forwarded, address, level, words) in table {
        let [peer, forwarded, address] = [peer, forwarded, address].map(str::to_owned);
        judged(&proxy(is_https, &Seen { peer, forwarded, address, now: 0 }), level, words);
    }
}

#[test]
fn cookies_and_headers_arrive_as_they_were_sent() {
    let sent = "__Host-wardgate_browser=x; HttpOnly; SameSite=Lax; Secure; Path=/";
    let table = [
        (true, vec![sent], Fine, "host-bound"),
        (true, vec![], Problem, "sets none"),
        (
            true,
            vec![sent, "__Host-a=x; HttpOnly; SameSite=Lax; Path=/"],
            Problem,
            "__host-a arrives without secure",
        ),
        (true, vec!["__Host-a=x; SameSite=Lax; Secure; Path=/"], Problem, "without httponly"),
        (true, vec!["a=x; HttpOnly; SameSite=Lax; Secure; Path=/"], Problem, "without __Host-"),
        (true, vec!["a=x; HttpOnly; SameSite=Lax; Secure; Path=/; Domain=example.org"], Problem, "domain"),
        (false, vec!["a=x; HttpOnly; SameSite=Lax; Path=/"], Fine, "scripts"),
    ];
    for (is_https, cookies, level, words) in table {
        let cookies = cookies.into_iter().map(str::to_owned).collect();
        judged(&super::cookies(is_https, &Said { cookies, ..Said::default() }), level, words);
    }
    for (times, level) in [(0, Problem), (1, Fine), (2, Warning)] {
        let hsts = vec!["max-age=31536000".to_owned(); times];
        judged(&transport_security(&Said { hsts, ..Said::default() }), level, "Strict-Transport-Security");
    }
}

#[test]
fn a_signing_key_is_there_for_each_algorithm_and_changes_in_time() {
    let key = |alg, standing| Listed {
        times: KeyTimes {
            kid: "k".to_owned(),
            alg,
            created_at: Timestamp(0),
            active_from: Timestamp(0),
            token_seconds: 300,
        },
        standing,
    };
    let now = Timestamp(91 * DAY);
    let (old, new) = (Standing::Active(Timestamp(0)), Standing::Active(Timestamp(DAY)));
    let mut keys: Vec<Listed> = SigningAlg::ALL.map(|alg| key(alg, new)).into();
    assert!(signing_keys(&keys, now, 90).iter().all(|it| it.level == Fine));
    keys[0] = key(SigningAlg::ALL[0], old);
    judged(&signing_keys(&keys, now, 90)[0], Problem, "a worker has to run");
    keys.push(key(SigningAlg::ALL[0], Standing::Next(now.plus(60))));
    assert_eq!(signing_keys(&keys, now, 90)[0].level, Fine, "the next one is published");
    keys.retain(|key| key.times.alg != SigningAlg::ALL[0]);
    judged(&signing_keys(&keys, now, 90)[0], Problem, "there is no");
}

#[test]
fn what_waits_and_what_was_given_up_is_told() {
    assert_eq!(outbox(0, 0, 0)[0].level, Fine);
    judged(&outbox(3, 0, 0)[0], Problem, "no worker runs");
    let told = outbox(0, 101, 2);
    judged(&told[0], Warning, "more than 100 were tried");
    judged(&told[1], Warning, "2 were given up");
}

#[test]
fn an_application_answers_whatever_it_says_to_an_empty_call() {
    let table = [
        (Ok(400), Fine),
        (Ok(302), Fine),
        (Ok(405), Fine),
        (Ok(404), Warning),
        (Ok(503), Warning),
        (Err("the server cannot be reached".to_owned()), Warning),
    ];
    for (answer, level) in table {
        judged(&application("app", "redirect_uris", "https://app.example.org/cb", answer), level, "app");
    }
}
