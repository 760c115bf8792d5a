//! Applications in the console: made by kind, signed in to for real, changed, given a new secret, removed.

mod programs;

use crate::console::somebody;
use crate::support::{Form, Page, Person, RelyingParty, TestApp};
use reqwest::StatusCode;
use wardgate::rights::Role;

const CALLBACK: &str = "http://localhost:9010/callback";

/// The form of a kind.
async fn form(alma: &mut Person, kind: &str) -> Form {
    let page = alma.browser.open(&format!("/admin/new-client?kind={kind}")).await;
    page.form("/admin/new-client")
}

/// An application that the console made; gives the page that says so.
async fn made(alma: &mut Person, kind: &str, fields: &[(&str, &str)]) -> Page {
    let form = form(alma, kind).await;
    let form = fields.iter().fold(form, |form, (name, value)| form.with(name, value));
    alma.browser.submit(form).await
}

/// A line of the settings to copy.
fn setting(page: &Page, name: &str) -> String {
    let block = page.html.split("<pre class=\"block\"").nth(1).unwrap().split("</pre>").next().unwrap();
    let line = block.lines().find(|line| line.trim_start_matches(" tabindex=\"0\">").starts_with(name));
    let line = line.unwrap_or_else(|| panic!("no {name} in {block}")).replace("&#x3D;", "=");
    line.split_once("= ").unwrap().1.to_owned()
}

async fn relying_party(app: &TestApp, id: &str, secret: Option<&str>) -> RelyingParty {
    RelyingParty::discover((app.issuer(), app.http(), &app.app.ground.clock), id, secret, CALLBACK).await
}

#[tokio::test]
async fn people_sign_in_to_an_application_that_the_console_made() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let page = alma.browser.open("/admin/new-client").await;
    assert!(page.says("Server application") && page.says("Service"), "{}", page.html);
    let page = made(&mut alma, "server", &[("name", "Ward 4 tablets"), ("redirect_uris", CALLBACK)]).await;
    assert!(page.says("The application is there.") && page.says("shown this once"), "{}", page.html);
    assert_eq!(setting(&page, "client_id"), "ward-4-tablets");
    assert_eq!(setting(&page, "redirect_uri"), CALLBACK);
    let secret = setting(&page, "client_secret");
    let application = relying_party(&app, "ward-4-tablets", Some(&secret)).await;
    let pending = application.begin(&[]);
    let back = alma.browser.open(pending.url.as_str()).await;
    let signed_in = application.finish(pending, &back.at).await;
    assert_eq!(signed_in.claims.subject().as_str(), alma.id.to_string());

    let page = alma.browser.open("/admin/clients/ward-4-tablets").await;
    assert!(page.says("this console") && page.says("What it may do"), "{}", page.html);
    assert!(!page.html.contains(&secret), "no other page shows it");
    assert!(!app.everything_stored().await.contains(&secret), "and nothing keeps it");
    let list = alma.browser.open("/admin/clients?q=ward").await;
    assert!(list.says("Ward 4 tablets") && list.says("just now") && !list.says("Rota"), "{}", list.html);
    let trail = app.texts("SELECT actor FROM audit WHERE act = 'client.added' AND target LIKE 'ward%'").await;
    assert_eq!(trail, [format!("account:{}", alma.id)]);
}

#[tokio::test]
async fn each_kind_begins_with_what_is_safe_for_it() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let native = "com.example.ward:/callback";
    for (kind, fields) in [
        ("browser", vec![("redirect_uris", CALLBACK)]),
        ("native", vec![("redirect_uris", native)]),
        (
            "service",
            vec![("service_scopes", "rota:read rota:write"), ("resources", "https://rota.example.org")],
        ),
    ] {
        let page = made(&mut alma, kind, &[fields, vec![("name", kind)]].concat()).await;
        assert!(page.says("The application is there."), "{kind}: {}", page.html);
        assert_eq!(page.html.contains("client_secret "), kind == "service", "{kind}");
        let client = app.app.clients.find(kind).await.unwrap().unwrap();
        assert_eq!(client.policy.origins == ["http://localhost:9010"], kind == "browser");
        assert_eq!(client.policy.scopes.is_empty(), kind == "service");
    }
    let page = alma.browser.open("/admin/clients").await;
    for words in ["Browser application", "Native application", "Service", "the configuration"] {
        assert!(page.says(words), "{words}");
    }
    assert!(!page.says("Console"), "the console itself is none of them");
    assert_eq!(alma.browser.open("/admin/clients/wardgate-console").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_mistake_is_told_beside_its_field_and_nothing_typed_is_lost_a104() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let form = form(&mut alma, "server").await.with("name", "Ward").with("redirect_uris", CALLBACK);
    for (field, value) in [
        ("name", ""),
        ("id", "a b"),
        ("redirect_uris", "https://*.example.org/cb"),
        ("redirect_uris", "http://app.example.org/cb"),
        ("redirect_uris", "javascript:alert(1)"),
        ("home_uri", "http://app.example.org/"),
        ("backchannel_logout_uri", "https://10.0.0.1/out"),
        ("jwks_uri", "https://169.254.169.254/latest"),
        ("access_token_seconds", "soon"),
        ("access_token_seconds", "1"),
        ("scopes", "openid nonsense"),
        ("allow", "place=Northshore"),
        ("allow", "role=king"),
    ] {
        let page = alma.browser.submit(form.clone().with(field, value)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}: {}", page.html);
        assert!(page.html.contains(&format!("id=\"{field}-error\"")), "{field} {value}: {}", page.html);
        let again = page.form("/admin/new-client");
        assert_eq!(again.value(field), value, "it is still there");
        assert_eq!(again.value("pkce"), "required");
    }
    let page = alma.browser.submit(form.clone().with("id", "rota")).await;
    assert!(page.says("This id is taken"), "{}", page.html);
    assert_eq!(app.number("SELECT count(*) FROM clients WHERE source = 'console'").await, 0);
    let page = alma.browser.submit(form.with("name", "Ward' OR 1=1 --\u{7f}")).await;
    assert!(page.html.contains("id=\"name-error\""), "a107: {}", page.html);
}

#[tokio::test]
async fn an_application_is_made_and_changed_only_after_a_fresh_proof_and_typed_text_outlives_it() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let form = form(&mut alma, "server").await.with("name", "Ward").with("redirect_uris", CALLBACK);
    app.advance(600);
    let page = alma.browser.submit(form.clone()).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.says("Nothing was saved yet"), "{}", page.html);
    let kept = page.form("/admin/new-client");
    assert_eq!((kept.value("name"), kept.value("redirect_uris")), ("Ward", CALLBACK));
    let href = page.html.split("<a class=\"link\" href=\"/admin/sign-in").nth(1).unwrap();
    let href = format!("/admin/sign-in{}", href.split('"').next().unwrap());
    let page = alma.browser.open(&href.replace("&amp;", "&").replace("&#x3D;", "=")).await;
    let mut browser = alma.browser.clone();
    let page = app.sign_in(&mut browser, &alma, page).await;
    assert!(page.at.starts_with("/admin/new-client"), "{}", page.at);
    alma.browser = browser;
    let page = alma.browser.submit(kept).await;
    assert!(page.says("The application is there."), "{}", page.html);
    let page = alma.browser.open("/admin/clients/dashboard").await;
    assert!(page.says("configuration file") && !page.has_form("/admin/clients"), "{}", page.html);
    let other = TestApp::start().await;
    let mut auditor = somebody(&other, Role::Auditor).await;
    let page = auditor.browser.open("/admin/clients/rota").await;
    assert!(page.says("Rota") && !page.has_form("/admin/clients"), "{}", page.html);
    for path in ["/admin/new-client", "/admin/new-client?kind=server", "/admin/clients/rota/edit"] {
        assert_ne!(auditor.browser.open(path).await.status, StatusCode::OK, "{path}");
    }
    for role in [Role::OrganisationAdmin, Role::Support, Role::TeamLead] {
        let app = TestApp::start().await;
        let mut alma = somebody(&app, role).await;
        for path in ["/admin/clients", "/admin/clients/rota", "/admin/new-client?kind=server"] {
            assert_eq!(alma.browser.open(path).await.status, StatusCode::FORBIDDEN, "a103: {role:?} {path}");
        }
    }
}

#[tokio::test]
async fn a_new_secret_works_at_once_and_the_old_one_as_long_as_was_chosen() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let fields = [("name", "Nightly"), ("service_scopes", "rota:read")];
    let first = setting(&made(&mut alma, "service", &fields).await, "client_secret");
    let page = alma.browser.open("/admin/clients/nightly").await;
    let form = page.form("/admin/clients/nightly/secret").with("keep_hours", "1");
    let page = alma.browser.submit(form).await;
    assert!(page.says("The old one works until"), "{}", page.html);
    let second = setting(&page, "client_secret");
    let token = async |secret: &str| {
        let answer =
            app.call_as("/token", ("nightly", secret), &[("grant_type", "client_credentials")]).await;
        answer.text("access_token").to_owned()
    };
    assert!(!token(&first).await.is_empty() && !token(&second).await.is_empty());
    app.advance_hours(1);
    assert!(token(&first).await.is_empty() && !token(&second).await.is_empty());
}

#[tokio::test]
async fn a_removal_says_what_ends_and_asks_once() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let fields = [("name", "Nightly"), ("service_scopes", "rota:read")];
    made(&mut alma, "service", &fields).await;
    let page = alma.browser.open("/admin/clients/nightly").await;
    let page = alma.browser.submit(page.form("/admin/clients/nightly/remove")).await;
    assert!(page.says("tokens stop working at once"), "{}", page.html);
    assert!(app.app.clients.find("nightly").await.unwrap().is_some(), "not yet");
    let page = alma.browser.submit(page.form("/admin/clients/nightly/remove")).await;
    assert!(page.says("was removed") && !page.says("Nightly"), "{}", page.html);
    assert!(app.app.clients.find("nightly").await.unwrap().is_none());
}

#[tokio::test]
async fn of_two_who_change_an_application_the_second_is_told_a106() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    made(&mut alma, "server", &[("name", "Ward"), ("redirect_uris", CALLBACK)]).await;
    let page = alma.browser.open("/admin/clients/ward/edit").await;
    let form = page.form("/admin/clients/ward/edit");
    let allow = "organisation=Northshore Hospital,role=team_lead";
    let page = alma.browser.submit(form.clone().with("allow", allow).with("third_party", "yes")).await;
    assert!(page.says("Saved.") && page.says("Third party"), "{}", page.html);
    let page = alma.browser.submit(form.with("name", "Ward 5")).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    let kept = page.form("/admin/clients/ward/edit");
    assert_eq!((kept.value("name"), page.says("Somebody else changed this")), ("Ward 5", true));
    let client = app.app.clients.find("ward").await.unwrap().unwrap();
    assert_eq!((client.name.as_str(), client.policy.third_party), ("Ward", true));
    assert_eq!(client.audiences, [allow.parse().unwrap()]);
    let page = alma.browser.submit(kept).await;
    assert!(page.says("Saved.") && page.says("Ward 5"), "{}", page.html);
    let trail = app.texts("SELECT detail FROM audit WHERE act = 'client.changed' ORDER BY id").await;
    assert!(
        trail[0].contains(r#""third_party":{"after":true,"before":false}"#)
            || trail[0].contains(r#""third_party":{"before":false,"after":true}"#),
        "{}",
        trail[0]
    );
    assert!(!trail[0].contains("redirect_uris"), "only what changed: {}", trail[0]);
}

#[tokio::test]
async fn the_page_tells_why_it_was_refused_and_starts_a_sign_in_to_try() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    app.browser()
        .open(
            "/authorize?response_type=code&client_id=rota&redirect_uri=https://evil.example/cb&scope=openid",
        )
        .await;
    let page = alma.browser.open("/admin/clients/rota").await;
    assert!(page.says("Why it was refused lately") && page.says("/authorize"), "{}", page.html);
    let page = alma.browser.open("/admin/clients/rota/try").await;
    assert!(page.at.starts_with("http://localhost:9002/callback?code="), "{}", page.at);
    let page = alma.browser.open("/admin/clients/dashboard/try").await;
    assert!(page.at.starts_with("http://localhost:9001/login?iss=http"), "{}", page.at);
}
