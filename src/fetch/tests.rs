use super::address::is_public;
use super::http::Names;
use super::*;
use std::sync::LazyLock;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A server on this machine that answers every request alike, and counts them.
struct Site {
    port: u16,
    asked: Arc<AtomicI64>,
    sent: Arc<AtomicI64>,
}

impl Site {
    /// Sends `start`, then `piece` so many times, with a pause after each.
    async fn sending(start: &str, piece: &str, times: i64, pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let site = Self { port, asked: Arc::default(), sent: Arc::default() };
        let (asked, sent) = (Arc::clone(&site.asked), Arc::clone(&site.sent));
        let (start, piece) = (start.to_owned(), piece.to_owned());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::SeqCst);
                let (start, piece, sent) = (start.clone(), piece.clone(), Arc::clone(&sent));
                tokio::spawn(async move {
                    read(&mut stream).await;
                    let mut going = stream.write_all(start.as_bytes()).await.is_ok();
                    while going && sent.fetch_add(1, Ordering::SeqCst) < times {
                        going = stream.write_all(piece.as_bytes()).await.is_ok();
                        tokio::time::sleep(pause).await;
                    }
                });
            }
        });
        site
    }

    async fn answering(head: &str, body: &str) -> Self {
        let length = body.len();
        let answer =
            format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        Self::sending(&answer, "", 0, Duration::ZERO).await
    }

    fn url(&self) -> String {
        format!("http://localhost:{}/keys", self.port)
    }

    fn asked(&self) -> i64 {
        self.asked.load(Ordering::SeqCst)
    }
}

/// Reads the head of a request; those of these tests have no body.
async fn read(stream: &mut TcpStream) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") && stream.read_buf(&mut request).await.unwrap_or(0) > 0 {}
}

fn told(answers: &[&[&str]]) -> Names {
    let addresses =
        answers.iter().map(|answer| answer.iter().map(|address| address.parse().unwrap()).collect());
    Names::Told(Arc::new(Lock::new(addresses.collect())))
}

fn http(reach: Reach, names: Names) -> Http {
    Http::with_names(reach, Duration::from_millis(500), names)
}

async fn send(http: &Http, url: &str) -> Result<u16, FetchError> {
    http.send(Request::new("GET", url).unwrap()).await.map(|answer| answer.status)
}

/// One for all: to make one takes longer than a test.
static LOOPBACK: LazyLock<Http> = LazyLock::new(|| http(Reach::Loopback, Names::System));

fn fetch(clock: &Clock) -> Fetch {
    Fetch { http: LOOPBACK.clone(), ..Fetch::new(Reach::Loopback, clock.clone()) }
}

#[test]
fn only_addresses_of_the_public_internet_are_public_a84_i34() {
    let public = ["8.8.8.8", "1.1.1.1", "100.63.0.1", "100.128.0.1", "172.15.0.1", "172.32.0.1", "192.0.3.1"];
    let public6 = ["2606:4700::1111", "2a00:1450:4001::1", "2001:200::1"];
    for address in public.into_iter().chain(public6) {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
    for address in [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::a00:1",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:20::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "4000::1",
    ] {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
}

#[test]
fn an_address_is_judged_before_anybody_is_asked_i34() {
    let table = [
        ("https://app.example.com/keys", true, true),
        ("https://app.example.com:8443/keys?x=1", true, true),
        ("https://8.8.8.8/keys", true, true),
        ("https://localhost/keys", false, true),
        ("https://127.0.0.1/keys", false, true),
        ("https://[::1]/keys", false, true),
        ("http://localhost:9000/keys", false, true),
        ("http://127.0.0.1:9000/keys", false, true),
        ("http://app.example.com/keys", false, false),
        ("http://localhost.example.com/keys", false, false),
        ("https://10.0.0.1/keys", false, false),
        ("https://169.254.169.254/latest/meta-data", false, false),
        ("https://0x0a000001/keys", false, false),
        ("https://167772161/keys", false, false),
        ("https://0/keys", false, false),
        ("https://[::ffff:10.0.0.1]/keys", false, false),
        ("https://[fd00::1]/keys", false, false),
        ("https://user@app.example.com/keys", false, false),
        ("https://:pw@app.example.com/keys", false, false),
        ("https://app.example.com/keys#x", false, false),
        ("ftp://app.example.com/keys", false, false),
        ("file:///etc/passwd", false, false),
        ("data:application/json,{}", false, false),
        ("//app.example.com/keys", false, false),
        ("", false, false),
    ];
    for (url, production, development) in table {
        let got = [Reach::Public, Reach::Loopback].map(|reach| reach.check(url).is_ok());
        assert_eq!(got, [production, development], "{url}");
    }
}

#[tokio::test]
async fn in_production_no_packet_reaches_a_machine_that_is_not_public_a84() {
    let site = Site::answering("200 OK", "{}").await;
    let here = |host: &str| format!("https://{host}:{}/keys", site.port);
    let answers: [&[&str]; 5] =
        [&["127.0.0.1"], &["10.0.0.1"], &["::1"], &["::ffff:127.0.0.1"], &["8.8.8.8", "127.0.0.1"]];
    let http = http(Reach::Public, told(&answers));
    for host in ["127.0.0.1", "[::1]", "localhost"] {
        assert!(matches!(send(&http, &here(host)).await, Err(FetchError::Address(_))), "{host}");
    }
    for answer in answers {
        assert_eq!(send(&http, &here("keys.example.com")).await, Err(FetchError::Private), "{answer:?}");
    }
    assert_eq!(site.asked(), 0);
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_the_address_that_was_checked_is_connected_to_a84() {
    let site = Site::answering("200 OK", "{}").await;
    let rebinding = told(&[&["127.0.0.1"], &["10.0.0.1"], &["127.0.0.1"]]);
    let http = http(Reach::Loopback, rebinding.clone());
    assert_eq!(send(&http, &site.url()).await, Ok(200));
    let Names::Told(left) = &rebinding else { panic!("told") };
    assert_eq!(left.lock().unwrap().len(), 2, "one look-up for one request");
    assert_eq!(send(&http, &site.url()).await, Err(FetchError::Private), "and a new one for the next");
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed_a84() {
    let inside = Site::answering("200 OK", "{}").await;
    for status in ["301 x", "302 x", "303 x", "307 x", "308 x"] {
        let site = Site::answering(&format!("{status}\r\nLocation: {}", inside.url()), "").await;
        let fetched = fetch(&Clock::fixed(Timestamp(0))).get(&site.url()).await;
        assert!(matches!(fetched, Err(FetchError::Status(301..=308))), "{status}: {fetched:?}");
        assert_eq!((site.asked(), inside.asked()), (1, 0));
    }
}

#[tokio::test]
async fn ten_megabytes_are_cut_off_a84() {
    let kibibyte = "x".repeat(1024);
    let chunk = format!("400\r\n{kibibyte}\r\n");
    for (head, piece) in [("Content-Length: 10485760", &kibibyte), ("Transfer-Encoding: chunked", &chunk)] {
        let start = format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n");
        let site = Site::sending(&start, piece, 10_240, Duration::ZERO).await;
        let answer = send(&LOOPBACK, &site.url()).await;
        assert_eq!(answer, Err(FetchError::TooLong(200)), "{head}");
        let sent = site.sent.load(Ordering::SeqCst);
        assert!(sent < 10_240, "{head}: it was read to its end");
    }
}

#[tokio::test]
async fn a_slow_drip_and_a_silent_server_are_given_up_a84() {
    let drip = Site::sending("HTTP/1.1 200 OK\r\n\r\n", " ", i64::MAX, Duration::from_millis(20)).await;
    let slow_head = Site::sending("HTTP/1.1 200 OK\r\nX: ", "x", i64::MAX, Duration::from_millis(20)).await;
    let silent = Site::sending("", "", 1, Duration::from_secs(600)).await;
    for site in [drip, slow_head, silent] {
        assert_eq!(send(&LOOPBACK, &site.url()).await, Err(FetchError::TimedOut));
    }
}

#[tokio::test]
async fn what_is_not_a_200_is_no_document() {
    for status in ["404 x", "500 x", "204 x"] {
        let site = Site::answering(status, "").await;
        let fetched = fetch(&Clock::fixed(Timestamp(0))).get(&site.url()).await;
        assert!(matches!(fetched, Err(FetchError::Status(_))), "{status}: {fetched:?}");
    }
    let gone = format!("http://localhost:{}/", {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().port()
    });
    let fetched = fetch(&Clock::fixed(Timestamp(0))).get(&gone).await;
    assert!(matches!(fetched, Err(FetchError::Unreachable)), "{fetched:?}");
}

#[tokio::test]
async fn a_document_is_kept_as_long_as_its_server_says_within_bounds() {
    let table = [
        ("no-store", 300),
        ("max-age=1", 300),
        ("public, max-age=900", 900),
        ("max-age=9999999", 3600),
        ("x", 300),
    ];
    for (control, life) in table {
        let clock = Clock::fixed(Timestamp(1_000));
        let site = Site::answering(&format!("200 OK\r\nCache-Control: {control}"), "{}").await;
        let fetch = fetch(&clock);
        for (moved, asked) in [(0, 1), (life - 1, 1), (1, 2)] {
            clock.advance(moved);
            assert_eq!(&*fetch.get(&site.url()).await.unwrap().body, b"{}");
            assert_eq!(site.asked(), asked, "{control} after {moved}");
        }
    }
}

#[tokio::test]
async fn a_newer_document_is_fetched_twice_a_minute_at_most_i34() {
    let clock = Clock::fixed(Timestamp(1_000));
    let site = Site::answering("200 OK", "{}").await;
    let fetch = fetch(&clock);
    let mut seen = fetch.get(&site.url()).await.unwrap();
    for (moved, asked) in [(0, 1), (29, 1), (1, 2), (0, 2), (29, 2), (1, 3)] {
        clock.advance(moved);
        seen = fetch.newer(&site.url(), &seen).await.unwrap();
        assert_eq!(site.asked(), asked, "after {moved}");
    }
    let old = Fetched { at: seen.at.plus(-1), ..seen.clone() };
    clock.advance(60);
    assert_eq!(
        fetch.newer(&site.url(), &old).await.unwrap().at,
        seen.at,
        "somebody else fetched it meanwhile"
    );
    assert_eq!(site.asked(), 3);
}

#[tokio::test]
async fn a_server_that_is_away_is_asked_twice_a_minute_and_its_document_used_for_an_hour() {
    let clock = Clock::fixed(Timestamp(1_000));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
    let asked = Arc::<AtomicI64>::default();
    let count = Arc::clone(&asked);
    tokio::spawn(async move {
        let body = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
        while let Ok((mut stream, _)) = listener.accept().await {
            read(&mut stream).await;
            let is_first = count.fetch_add(1, Ordering::SeqCst) == 0;
            let answer = if is_first { body } else { "HTTP/1.1 503 x\r\nContent-Length: 0\r\n\r\n" };
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let fetch = fetch(&clock);
    for (moved, expected) in [(0, 1), (300, 2), (29, 2), (1, 3), (3269, 4)] {
        clock.advance(moved);
        assert!(fetch.get(&url).await.is_ok(), "the old one after {moved}");
        assert_eq!(asked.load(Ordering::SeqCst), expected, "after {moved}");
    }
    clock.advance(1);
    assert!(matches!(fetch.get(&url).await, Err(FetchError::Resting)), "an hour is over");
    clock.advance(30);
    assert!(matches!(fetch.get(&url).await, Err(FetchError::Status(503))));
    assert!(matches!(fetch.get(&url).await, Err(FetchError::Resting)));
    assert_eq!(asked.load(Ordering::SeqCst), 5);
}

#[tokio::test]
async fn fifty_that_ask_at_once_make_one_request() {
    let site = Site::answering("200 OK", "{}").await;
    let fetch = fetch(&Clock::fixed(Timestamp(1_000)));
    let url = site.url();
    let all = futures_util::future::join_all((0..50).map(|_| fetch.get(&url))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn the_cache_is_bounded() {
    let clock = Clock::fixed(Timestamp(1_000));
    let fetch = fetch(&clock);
    for number in 0..300 {
        clock.advance(1);
        fetch.slot(&format!("https://app{number}.example.com/keys"));
        fetch.slot("https://app0.example.com/keys");
    }
    let slots = fetch.slots.lock().unwrap();
    assert_eq!(slots.len(), KEPT);
    assert!(slots.contains_key("https://app0.example.com/keys"), "what is used stays");
    assert!(slots.contains_key("https://app299.example.com/keys"));
}

#[test]
fn a_request_is_made_of_sound_parts() {
    let request = || Request::new("POST", "https://app.example.com/").unwrap();
    assert!(Request::new("P OST", "https://app.example.com/").is_err());
    assert!(Request::new("POST", "/logout").is_err());
    assert!(request().header("Content-Type", "application/json").is_ok());
    assert!(request().header("Content Type", "application/json").is_err());
    assert!(request().header("X-Key", "a\r\nX: b").is_err());
}
