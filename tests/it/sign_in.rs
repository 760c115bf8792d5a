//! The password step, and every sign-in after the first.

use crate::support::{PASSWORD, Page, Person, TestApp};
use reqwest::{Method, StatusCode};
use wardgate::audit::{Actor, Origin};
use wardgate::lifecycle::Over;
use wardgate::rights::{Act, Area};

const ADA: &str = "ada@example.org";

async fn try_password(app: &TestApp, email: &str, password: &str) -> Page {
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    browser.submit(page.form("/sign-in").with("email", email).with("password", password)).await
}

/// What an outsider can compare: everything but what is random, and the address that was typed.
fn comparable(page: &Page, email: &str) -> (StatusCode, Vec<String>, String) {
    let mut headers: Vec<String> = page.headers.iter().map(|(name, _)| name.to_string()).collect();
    headers.sort();
    let mut html = page.html.replace(email, "EMAIL");
    if page.has_form("/sign-in") {
        let form = page.form("/sign-in");
        html = html.replace(form.value("csrf"), "CSRF").replace(form.value("flow"), "FLOW");
    }
    (page.status, headers, html)
}

#[tokio::test]
async fn the_next_sign_in_is_e_mail_password_code_and_in_and_other_apps_need_none() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(24);
    let (rota, phone_app) = (app.rota().await, app.phone_app().await);
    let mut browser = app.browser();
    let pending = rota.begin(&[("login_hint", ADA)]);
    let page = browser.open(pending.url.as_str()).await;
    assert_eq!(page.form("/sign-in").value("email"), ADA, "the hint is offered");
    assert!(page.says("to continue to Rota"));
    let page = app.sign_in(&mut browser, &ada, page).await;
    let first = rota.finish(pending, &page.at).await;
    let pending = phone_app.begin(&[]);
    let page = browser.open(pending.url.as_str()).await;
    let second = phone_app.finish(pending, &page.at).await;
    assert_eq!(first.claims.subject(), second.claims.subject());
    assert_eq!(first.claims.auth_time(), second.claims.auth_time(), "single sign-on is no new sign-in");
}

#[tokio::test]
async fn known_and_unknown_addresses_get_the_same_answer_and_the_same_work_a18_i50() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    let rows = async || {
        let mut counts = Vec::new();
        for table in ["audit", "counters", "mail_proofs", "outbox", "rates", "sessions", "challenges"] {
            counts.push(app.number(&format!("SELECT count(*) FROM {table}")).await);
        }
        counts
    };
    let (mut pages, mut work) = (Vec::new(), Vec::new());
    for email in [ADA, "nobody@example.org"] {
        let before = rows().await;
        let wrong = try_password(&app, email, "not the password at all").await;
        pages.push(comparable(&wrong, email));
        let mut browser = app.browser();
        let page = browser.open("/forgot").await;
        let page = browser.submit(page.form("/forgot").with("email", email)).await;
        let page = browser.submit(page.form("/forgot/code").with("code", "23456789")).await;
        let form = page.form("/forgot/code");
        let html = page.html.replace(form.value("csrf"), "CSRF").replace(email, "EMAIL");
        pages.push((page.status, browser.cookies.keys().cloned().collect(), html));
        let after = rows().await;
        work.push(before.iter().zip(after).map(|(before, after)| after - before).collect::<Vec<_>>());
    }
    assert_eq!((&pages[0], &pages[1]), (&pages[2], &pages[3]));
    assert_eq!(work[0], work[1], "rows of audit, counters, proofs, outbox, rates, sessions, challenges");
}

#[tokio::test]
async fn links_keep_the_configured_host_whatever_the_headers_say_a19_i4_i5() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    let address = app.issuer().trim_start_matches("http://localhost:");
    let headers = "X-Forwarded-Host: evil.test\r\nX-Forwarded-Proto: https\r\nForwarded: host=evil.test\r\n\
                   X-Original-Host: evil.test\r\nX-Host: evil.test\r\nX-Forwarded-Server: evil.test\r\n";
    let mut answers = Vec::new();
    for head in [
        "GET /sign-in HTTP/1.1\r\nHost: evil.test\r\n".to_owned(),
        "GET http://evil.test/sign-in HTTP/1.1\r\nHost: evil.test\r\n".to_owned(),
        "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: evil.test\r\n".to_owned(),
        "GET /continue HTTP/1.1\r\nHost: evil.test\r\n".to_owned(),
        "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n".to_owned(),
    ] {
        answers.push(raw_request(address, &format!("{head}{headers}Connection: close\r\n\r\n")).await);
    }
    assert!(answers.iter().all(|answer| !answer.contains("evil.test")), "{answers:?}");
    let mut browser = app.browser();
    for name in ["x-forwarded-host", "forwarded", "x-original-host", "x-host"] {
        browser = browser.with_header(name, "evil.test");
    }
    let page = browser.open("/forgot").await;
    browser.submit(page.form("/forgot").with("email", ADA)).await;
    app.invite("new@example.org").await;
    for mail in app.mailbox.newest_first() {
        assert!(!mail.text.contains("evil.test") && !mail.html.contains("evil.test"));
        let links = mail.text.split_whitespace().filter(|word| word.starts_with("http"));
        assert!(links.into_iter().all(|link| link.starts_with(app.issuer())), "{}", mail.text);
    }
}

async fn raw_request(port: &str, head: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn no_page_sends_the_browser_to_a_foreign_place_a20_i51() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    for target in [
        "//evil.test",
        "https:evil.test",
        "\\evil.test",
        "%2f%2fevil.test",
        "data:text/html,x",
        "/\\evil.test",
    ] {
        let encoded: String = url::form_urlencoded::byte_serialize(target.as_bytes()).collect();
        let query = format!(
            "continue={encoded}&next={encoded}&return_to={encoded}&redirect_uri={encoded}&flow={encoded}"
        );
        for path in [
            "/",
            "/sign-in",
            "/continue",
            "/sign-out",
            "/signed-out",
            "/welcome",
            "/team",
            "/forgot",
            "/notice",
        ] {
            for browser in [app.browser(), ada.browser.clone()] {
                let page = browser.raw(Method::GET, &format!("{path}?{query}"), ("", Vec::new())).await;
                let to = page.headers.get("location").map_or("", |to| to.to_str().unwrap());
                let own = to.is_empty() || (to.starts_with('/') && !to[1..].starts_with(['/', '\\']));
                assert!(own || to.starts_with("http://localhost:9001/login?iss="), "{path} {target}: {to}");
            }
        }
    }
}

#[tokio::test]
async fn no_later_step_is_reached_by_asking_for_it_a21_i3_i18() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    app.advance_hours(24);
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let (csrf, flow) =
        (page.form("/sign-in").value("csrf").to_owned(), page.form("/sign-in").value("flow").to_owned());
    for path in
        ["/sign-in/code", "/sign-in/code/resend", "/set-up/phone", "/notice", "/join", "/verify-email"]
    {
        for flow in ["", &flow, "guessed"] {
            let fields = [("csrf", csrf.as_str()), ("flow", flow), ("code", "123456"), ("accept", "yes")];
            let page = browser.post(path, &fields).await;
            let to = page.headers.get("location").map_or("", |to| to.to_str().unwrap());
            assert!(
                page.status == StatusCode::GONE || to.starts_with("/sign-in"),
                "{path}: {} {to}",
                page.status
            );
            assert!(!browser.cookies.contains_key("wardgate_session"), "{path}");
        }
    }
    app.deliver().await;
    assert_eq!(app.mails(&ada.phone).await, 2, "the code and the notice of setting up, and no code since");
}

#[tokio::test]
async fn a_password_field_of_any_shape_is_one_refusal_a22_a26_i49() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let csrf = page.form("/sign-in").value("csrf").to_owned();
    let form = "application/x-www-form-urlencoded";
    let good = format!("csrf={csrf}&email=ada%40example.org&password=green+teapot+orbit+seven");
    let multipart =
        format!("--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--x--\r\n");
    let table = [
        (form, format!("csrf={csrf}&email=ada%40example.org"), 422),
        (form, format!("csrf={csrf}&email=ada%40example.org&password="), 422),
        (form, format!("csrf={csrf}&email=ada%40example.org&password[]=x"), 422),
        (form, format!("{good}&password=again"), 400),
        (form, "csrf=%zz".to_owned(), 400),
        (form, String::new(), 403),
        ("application/json", format!("{{\"csrf\":\"{csrf}\",\"password\":[]}}"), 400),
        ("multipart/form-data; boundary=x", multipart, 400),
        ("text/plain", good.clone(), 400),
    ];
    for (kind, body, status) in table {
        let page = browser.raw(Method::POST, "/sign-in", (kind, body.clone().into_bytes())).await;
        assert_eq!(page.status.as_u16(), status, "{kind} {body}");
        assert!(!page.headers.contains_key("set-cookie"), "{kind} {body}");
    }
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        let page = browser.raw(method.clone(), "/sign-in", (form, good.clone().into_bytes())).await;
        assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
    let get = browser.get(&format!("/sign-in?{good}")).await;
    assert_eq!(get.title(), "Sign in", "a password in an address is not looked at");
    let overridden = browser.clone().with_header("x-http-method-override", "POST");
    let page = overridden.raw(Method::GET, "/sign-in", (form, good.into_bytes())).await;
    assert_eq!(page.title(), "Sign in");
    let failures = app
        .number("SELECT CAST(sum(failures) AS BIGINT) FROM counters WHERE subject LIKE 'password:%'")
        .await;
    assert_eq!(failures, 3, "each evaluated guess was counted, and nothing else");
}

#[tokio::test]
async fn wrong_passwords_share_one_counter_over_spellings_and_addresses_a23_i32_n6() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    let spellings = ["ada@example.org", "ADA@example.org", " Ada@Example.ORG ", "ada@EXAMPLE.org"];
    let (mut evaluated, mut tries) = (0, 0);
    loop {
        let mut browser = app.browser().with_header("x-forwarded-for", &format!("203.0.113.{}", tries % 250));
        let page = browser.open("/sign-in").await;
        let form =
            page.form("/sign-in").with("email", spellings[tries % 4]).with("password", "wrong wrong wrong");
        let page = browser.submit(form).await;
        tries += 1;
        match page.title().as_str() {
            "Please wait a while" => app.advance(3600),
            _ if page.says("set a new password") => break,
            _ => evaluated += 1,
        }
        assert!(tries < 400);
    }
    assert_eq!(evaluated, 100, "the factor is off at the cap");
    let page = try_password(&app, ADA, PASSWORD).await;
    assert!(page.says("Too many wrong tries."), "also for the right password");
}

#[tokio::test]
async fn an_attacker_cannot_lock_a_person_out_for_longer_than_the_wait_a24_i30() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    for _ in 0..8 {
        try_password(&app, ADA, "wrong wrong wrong").await;
    }
    let page = try_password(&app, ADA, PASSWORD).await;
    assert_eq!(
        (page.status, page.title()),
        (StatusCode::TOO_MANY_REQUESTS, "Please wait a while".to_owned())
    );
    assert!(page.html.contains("href=\"/forgot"), "the way out is offered at once");
    app.advance(3600);
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let page = app.sign_in(&mut browser, &ada, page).await;
    assert!(page.at.starts_with("http://localhost:9001/login"), "{}", page.at);
    let failures = "SELECT CAST(sum(failures) AS BIGINT) FROM counters";
    assert_eq!(app.number(failures).await, 0, "a success clears the count");
}

#[tokio::test]
async fn headers_of_an_unlisted_peer_change_nothing_a25_i19_i20() {
    let app = TestApp::start().await;
    app.person(ADA).await;
    let long = "1.1.1.1,".repeat(1000);
    for value in ["garbage", "fe80::1%eth0", "1.2.3.4, 5.6.7.8", long.as_str(), "127.0.0.1", ""] {
        let mut browser = app.browser().with_header("x-forwarded-for", value).with_header("x-real-ip", value);
        let page = browser.open("/sign-in").await;
        let page = browser.submit(page.form("/sign-in").with("email", ADA).with("password", PASSWORD)).await;
        assert_eq!(page.title(), "2-step verification", "{value}: the second factor is asked for as ever");
    }
    let addresses = app.texts("SELECT DISTINCT address FROM audit WHERE act = 'sign_in.password'").await;
    assert_eq!(addresses, ["127.0.0.1"]);
}

#[tokio::test]
async fn a_wrong_password_tells_nothing_about_the_state_of_an_account_a27() {
    let app = TestApp::start().await;
    app.person("fine@example.org").await;
    let disabled =
        app.person_as("gone@example.org", "+447400123457", wardgate::rights::Role::Clinician).await;
    disable(&app, &disabled).await;
    let link = app.invite("late@example.org").await;
    app.create_account(&mut app.browser(), &link).await;
    app.advance_hours(25);
    let link = app.invite("new@example.org").await;
    app.create_account(&mut app.browser(), &link).await;
    let emails =
        ["fine@example.org", "gone@example.org", "late@example.org", "new@example.org", "none@example.org"];
    let mut pages = Vec::new();
    for email in emails {
        pages.push(comparable(&try_password(&app, email, "not the password at all").await, email));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    let right = try_password(&app, "gone@example.org", PASSWORD).await;
    assert_eq!(
        comparable(&right, "gone@example.org"),
        pages[0],
        "a right password of a closed account is no password"
    );
}

async fn disable(app: &TestApp, person: &Person) {
    let over = Over { id: person.id, seen: None };
    let act = Act::Change(Area::People, None);
    app.app.lifecycle.disable(crate::support::permit(act), over, &Origin::of(Actor::Host)).await.unwrap();
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_everywhere() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let rota = app.rota().await;
    let pending = rota.begin(&[]);
    let page = ada.browser.open(pending.url.as_str()).await;
    let signed_in = rota.finish(pending, &page.at).await;
    disable(&app, &ada).await;
    assert_eq!(ada.browser.open("/continue").await.title(), "Sign in");
    let silent = ada.browser.open(rota.begin(&[("prompt", "none")]).url.as_str()).await;
    assert!(silent.at.contains("error=login_required"), "{}", silent.at);
    let answer = rota.userinfo_status(&signed_in.tokens).await;
    assert_eq!(answer, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn long_bodies_and_bursts_are_bounded_a28_r14() {
    let app = TestApp::with("").await;
    app.person(ADA).await;
    let browser = app.browser();
    let form = "application/x-www-form-urlencoded";
    let page = browser.raw(Method::POST, "/sign-in", (form, vec![b'a'; 1 << 20])).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let long = "x".repeat(60_000);
    let page = browser.submit(page.form("/sign-in").with("email", ADA).with("password", &long)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "too long to be a password: not hashed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_burst_of_sign_ins_is_shed_with_a_time_to_come_back_a28_r14() {
    let folder = tempfile::tempdir().unwrap();
    let stores = crate::support::template::sqlite(folder.path()).await;
    // Hashes slow enough that the queue of one is full while others come.
    let app = TestApp::on(folder, &stores, |config| {
        (config.passwords.workers, config.passwords.queue, config.passwords.memory_kib) = (1, 1, 64 * 1024);
    });
    let app = app.await;
    let posts = (0..30).map(|n| {
        let mut browser = app.browser();
        async move {
            let page = browser.open("/sign-in").await;
            let form = page.form("/sign-in").with("email", &format!("n{n}@example.org"));
            browser.submit(form.with("password", "wrong wrong wrong")).await
        }
    });
    let pages = futures_util::future::join_all(posts).await;
    let shed: Vec<&Page> =
        pages.iter().filter(|page| page.status == StatusCode::SERVICE_UNAVAILABLE).collect();
    assert!(!shed.is_empty() && shed.len() < 30, "{} of 30 were shed", shed.len());
    assert!(shed.iter().all(|page| page.headers.contains_key("retry-after")));
    assert!(pages.iter().all(|page| matches!(page.status.as_u16(), 422 | 503)));
}
