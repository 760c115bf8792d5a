//! People in the console and the API: who sees and changes whom, and that it holds at once.

pub(crate) mod commands;
mod places;

use crate::api::{Client, sent};
use crate::support::{Page, Person, TestApp, place};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wardgate::ids::AccountId;
use wardgate::rights::Role;

const NUMBER: &str = "+447400123498";
const ADA: &str = "ada@example.org";

/// Somebody with a role, signed in.
async fn alma(app: &TestApp, role: Role) -> Person {
    app.person_as("alma@example.org", NUMBER, role).await
}

fn path(id: AccountId) -> String {
    format!("/admin/people/{id}")
}

async fn open(who: &mut Person, id: AccountId) -> Page {
    who.browser.open(&path(id)).await
}

/// Presses a button of the person's page, and the one of the question that follows, if any.
async fn press(who: &mut Person, id: AccountId, act: &str) -> Page {
    let page = open(who, id).await;
    let page = who.browser.submit(page.form(&format!("{}/{act}", path(id)))).await;
    if page.html.contains("sure&#x3D;yes") || page.html.contains("sure=yes") {
        return who.browser.submit(page.form(&format!("{}/{act}", path(id)))).await;
    }
    page
}

async fn trail(app: &TestApp, act: &str) -> Vec<String> {
    app.texts(&format!("SELECT actor FROM audit WHERE act = '{act}' ORDER BY id")).await
}

/// Another place: its people work there alone.
async fn southside(app: &TestApp) -> TestApp {
    let (organisation, team) = place(&app.app, "Southside", "Eyes").await;
    app.in_place(organisation, team)
}

#[tokio::test]
async fn each_role_sees_and_changes_the_people_of_its_reach_and_nobody_else_a103_i43() {
    for (role, list, own, other, changes_own, changes_other) in [
        (Role::Clinician, false, false, false, false, false),
        (Role::TeamLead, false, false, false, false, false),
        (Role::OrganisationAdmin, true, true, false, true, false),
        (Role::Admin, true, true, true, true, true),
        (Role::Support, true, true, true, false, false),
        (Role::Auditor, true, true, true, false, false),
    ] {
        let app = TestApp::start().await;
        let ada = app.person(ADA).await;
        let eve = southside(&app).await.person_as("eve@example.org", "+447400123461", Role::Clinician).await;
        let mut alma = alma(&app, role).await;
        let page = alma.browser.open("/admin/people").await;
        let expected = if list { StatusCode::OK } else { StatusCode::FORBIDDEN };
        assert_eq!(page.status, expected, "{role:?}");
        assert_eq!((page.says(ADA), page.says("eve@example.org")), (list && own, list && other), "{role:?}");
        for (person, sees, changes) in [(&ada, own, changes_own), (&eve, other, changes_other)] {
            let page = open(&mut alma, person.id).await;
            let expected = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(page.status, expected, "{role:?} {}", person.email);
            let act = format!("{}/disable", path(person.id));
            assert_eq!(page.has_form(&act), changes, "{role:?} {}", person.email);
            let csrf = alma.browser.open("/account/apps").await;
            let csrf = csrf.form("/sign-out").value("csrf").to_owned();
            for act in ["disable", "enable", "sessions/end"] {
                let to = format!("{}/{act}?sure=yes", path(person.id));
                let answer = alma.browser.post(&to, &[("csrf", &csrf)]).await;
                let expected = match (sees, changes) {
                    (false, _) => StatusCode::NOT_FOUND,
                    (true, false) => StatusCode::FORBIDDEN,
                    (true, true) if act == "sessions/end" => StatusCode::SEE_OTHER,
                    // No version was sent with it.
                    (true, true) => StatusCode::PRECONDITION_FAILED,
                };
                assert_eq!(answer.status, expected, "{role:?} {} {act}", person.email);
            }
        }
        let disabled = app.number("SELECT count(*) FROM accounts WHERE disabled_at IS NOT NULL").await;
        assert_eq!(disabled, 0, "{role:?}");
    }
}

#[tokio::test]
async fn who_is_disabled_is_out_at_the_next_request_and_applications_are_told() {
    let app = TestApp::start().await;
    let mut alma = alma(&app, Role::Admin).await;
    let mut ada = app.person(ADA).await;
    let page = ada.browser.open("/account/apps").await;
    assert_eq!(page.at, "/account/apps");
    let page = open(&mut alma, ada.id).await;
    let question = alma.browser.submit(page.form(&format!("{}/disable", path(ada.id)))).await;
    assert!(
        question.says("Disable this account?") && question.says("Nothing is deleted"),
        "{}",
        question.html
    );
    assert_eq!(trail(&app, "account.disabled").await.len(), 0, "it asks first");
    let page = alma.browser.submit(question.form(&format!("{}/disable", path(ada.id)))).await;
    assert!(page.says("The account is disabled") && page.says("Not signed in anywhere"), "{}", page.html);
    assert!(page.says("More apps are about to be told"), "{}", page.html);
    let page = ada.browser.open("/account/apps").await;
    assert!(page.at.contains("/sign-in"), "the other browser is out at once: {}", page.at);
    let refused = app.sign_in_fails(&mut ada).await;
    assert!(refused, "and does not come in again");
    app.deliver().await;
    assert!(!open(&mut alma, ada.id).await.says("More apps are about to be told"));
    let page = press(&mut alma, ada.id, "enable").await;
    assert!(page.says("The account is enabled again"), "{}", page.html);
    app.advance(60);
    let page = ada.browser.open("/sign-in").await;
    let person =
        Person { email: ada.email.clone(), phone: ada.phone.clone(), id: ada.id, browser: app.browser() };
    let page = app.sign_in(&mut ada.browser, &person, page).await;
    assert!(!page.at.contains("/sign-in"), "{}", page.at);
}

impl TestApp {
    /// Whether a right password leads nowhere.
    async fn sign_in_fails(&self, who: &mut Person) -> bool {
        let page = who.browser.open("/sign-in").await;
        let form = page.form("/sign-in").with("email", &who.email).with("password", crate::support::PASSWORD);
        !who.browser.submit(form).await.has_form("/sign-in/code")
    }
}

#[tokio::test]
async fn an_unblock_gives_a_deadline_and_a_mail_and_no_proof() {
    let app = TestApp::start().await;
    let mut alma = alma(&app, Role::Support).await;
    let link = app.invite(ADA).await;
    let mut browser = app.browser();
    app.create_account(&mut browser, &link).await;
    let id = app.account_id(ADA).await;
    let page = open(&mut alma, id).await;
    assert!(page.says("Email not verified yet") && !page.has_form(&format!("{}/unblock", path(id))));
    app.advance_hours(25);
    let page = alma.browser.open("/sign-in").await;
    let again =
        Person { email: alma.email.clone(), phone: NUMBER.to_owned(), id: alma.id, browser: app.browser() };
    app.sign_in(&mut alma.browser, &again, page).await;
    let page = open(&mut alma, id).await;
    assert!(page.says("Blocked"), "{}", page.html);
    let mails = app.mails(ADA).await;
    let page = press(&mut alma, id, "unblock").await;
    assert!(page.says("The account is open again") && page.says("Email not verified yet"), "{}", page.html);
    assert_eq!(app.mails(ADA).await, mails + 1);
    assert_eq!(app.number("SELECT count(*) FROM accounts WHERE email_verified_at IS NULL").await, 1);
}

#[tokio::test]
async fn one_session_ends_and_the_others_go_on_then_all_end() {
    let app = TestApp::start().await;
    let mut alma = alma(&app, Role::Admin).await;
    let mut ada = app.person(ADA).await;
    app.advance(120);
    let mut phone = app.browser();
    let page = phone.open("/sign-in").await;
    app.sign_in(&mut phone, &ada, page).await;
    let page = open(&mut alma, ada.id).await;
    let form = page.form(&format!("{}/sessions/end", path(ada.id)));
    assert!(!form.value("session").is_empty(), "the latest is the first");
    let page = alma.browser.submit(form).await;
    assert!(page.says("Signed out. Apps are being told."), "{}", page.html);
    assert!(phone.open("/account/apps").await.at.contains("/sign-in"));
    assert_eq!(ada.browser.open("/account/apps").await.at, "/account/apps");
    let to = format!("{}/sessions/end?sure=yes", path(ada.id));
    let csrf = page.form(&format!("{}/sessions/end", path(ada.id))).value("csrf").to_owned();
    alma.browser.post(&to, &[("csrf", &csrf)]).await;
    assert!(ada.browser.open("/account/apps").await.at.contains("/sign-in"));
    assert_eq!(trail(&app, "sessions.ended").await.len(), 2);
}

#[tokio::test]
async fn reading_a_person_is_in_the_trail_and_shows_no_whole_number() {
    let app = TestApp::start().await;
    let mut alma = alma(&app, Role::Auditor).await;
    let ada = app.person(ADA).await;
    let page = open(&mut alma, ada.id).await;
    assert!(page.says("•••• 56") && !page.html.contains(&ada.phone[4..]), "{}", page.html);
    assert!(page.says("Terms and conditions") && page.says("Account made"), "{}", page.html);
    assert!(page.says("Clinician dashboard") || page.says("None at the moment"));
    assert_eq!(trail(&app, "person.read").await, [format!("account:{}", alma.id)]);
    assert!(open(&mut alma, ada.id).await.says("Page of the person opened"), "and on the page itself");
    assert_eq!(alma.browser.open(&format!("{}?after=00", path(ada.id))).await.status, StatusCode::NOT_FOUND);
}

/// Somebody of another name, who has not proved the address.
async fn named(app: &TestApp, email: &str, (given, family): (&str, &str)) {
    let link = app.invite(email).await;
    let mut browser = app.browser();
    let form = browser.open(&link).await.form("/invite/");
    let form = form.with("given_name", given).with("family_name", family).with("profession", "nurse");
    browser.submit(form.with("password", crate::support::PASSWORD).with("terms", "yes")).await;
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_name_and_address_a107() {
    let app = TestApp::start().await;
    let mut alma = alma(&app, Role::Admin).await;
    named(&app, "zoe@example.org", ("Zoë", "Van Dyke Strauß")).await;
    let api = Client::service(&app, &["wardgate:read"]).await;
    let count = async |query: &str| {
        let answer = api.get(&format!("/people?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {answer:?}");
        answer.json["items"].as_array().unwrap().len()
    };
    for (words, found) in [
        ("", 2),
        ("alma@", 1),
        ("ALMA", 1),
        ("byr", 1),
        ("Ada By", 1),
        ("by ada", 1),
        ("ZOË", 1),
        ("van dyke STRAUSS", 1),
        ("zoë van", 1),
        ("zoe van", 1),
        ("zoe by", 0),
        ("yron", 0),
        ("example", 0),
        ("%", 0),
        ("_", 0),
        ("a' OR '1'='1", 0),
        ("*)(uid=*", 0),
        ("alma\u{0}@", 1),
        ("\r\nX", 0),
        ("\u{10ffff}", 0),
    ] {
        let query: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
        assert_eq!(count(&format!("q={query}")).await, found, "{words:?}");
        let page = alma.browser.open(&format!("/admin/people?q={query}")).await;
        if words.contains('\0') {
            assert_eq!(page.status, StatusCode::BAD_REQUEST);
            continue;
        }
        assert_eq!(page.status, StatusCode::OK, "{words:?}");
        assert_eq!(page.html.matches("href=\"/admin/people/").count(), found, "{words:?} {}", page.html);
    }
    let own = app.organisation;
    for (filter, found) in [
        ("state=verified".to_owned(), 1),
        ("state=unverified".to_owned(), 1),
        ("state=blocked".to_owned(), 0),
        ("state=disabled".to_owned(), 0),
        (format!("organisation={own}"), 2),
        (format!("state=verified&organisation={own}&q=ada"), 1),
        ("organisation=00000000-0000-0000-0000-000000000000".to_owned(), 0),
    ] {
        assert_eq!(count(&filter).await, found, "{filter}");
    }
    app.advance_hours(25);
    let api = Client::again(&app, &["wardgate:read"]).await;
    let answer = api.get("/people?state=blocked").await;
    assert_eq!(answer.json["items"][0]["email"], "zoe@example.org", "{answer:?}");
}

#[tokio::test]
async fn lists_and_histories_come_in_pages_and_nothing_is_asked_beyond_a_bound_a106_i39() {
    let app = TestApp::start().await;
    for number in 0..5 {
        named(&app, &format!("p{number}@example.org"), ("Same", "Name")).await;
    }
    let api = Client::service(&app, &["wardgate:read"]).await;
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = api.get(&format!("/people?limit=2{after}")).await;
        let items = page.json["items"].as_array().unwrap();
        seen.extend(items.iter().map(|it| it["email"].as_str().unwrap().to_owned()));
        let Some(next) = page.json["next"].as_str() else { break };
        after = format!("&after={next}");
    }
    seen.sort_unstable();
    let expected: Vec<_> = (0..5).map(|number| format!("p{number}@example.org")).collect();
    assert_eq!(seen, expected, "namesakes are each there once");
    let id = app.account_id("p0@example.org").await;
    let foreign = api.get("/people?limit=2").await.json["next"].as_str().unwrap().to_owned();
    for (path, status) in [
        ("/people?limit=0".to_owned(), StatusCode::BAD_REQUEST),
        ("/people?limit=-1".to_owned(), StatusCode::BAD_REQUEST),
        ("/people?limit=1000000000".to_owned(), StatusCode::BAD_REQUEST),
        ("/people?after=00".to_owned(), StatusCode::BAD_REQUEST),
        ("/people?state=odd".to_owned(), StatusCode::BAD_REQUEST),
        (format!("/people?q={}", "a".repeat(101)), StatusCode::BAD_REQUEST),
        (format!("/people?q={}", "a+".repeat(50)), StatusCode::OK),
        (format!("/people/{id}/history?after={foreign}"), StatusCode::BAD_REQUEST),
        (format!("/people/{id}/history?limit=1"), StatusCode::OK),
        ("/people/00000000-0000-0000-0000-000000000000".to_owned(), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(api.get(&path).await.status, status, "{path}");
    }
    let first = api.get(&format!("/people/{id}/history?limit=1")).await;
    let next = first.json["next"].as_str().unwrap();
    let second = api.get(&format!("/people/{id}/history?limit=1&after={next}")).await;
    assert_eq!(first.json["items"][0]["act"], "person.read");
    assert_ne!(second.json["items"][0]["at"], Value::Null, "{second:?}");
}

/// A change of a person by the API with a version.
async fn change(api: &Client<'_>, (method, path): (Method, &str), tag: Option<&str>) -> crate::api::Answer {
    let request = api.request(method, path);
    sent(match tag {
        Some(tag) => request.header("if-match", tag),
        None => request,
    })
    .await
}

#[tokio::test]
async fn the_api_changes_a_person_who_was_seen_and_of_two_the_second_is_refused() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let api = Client::service(&app, &["wardgate:read", "wardgate:people"]).await;
    let path = format!("/people/{}", ada.id);
    let found = api.get(&path).await;
    assert_eq!(
        (&found.json["state"], &found.json["factors"][0]["number"]),
        (&json!("verified"), &json!("•••• 56"))
    );
    assert!(!found.json.to_string().contains(&ada.phone[4..]), "{found:?}");
    let tag = found.header("etag").to_owned();
    let disable = format!("{path}/disable");
    let answer = change(&api, (Method::POST, &disable), None).await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::PRECONDITION_REQUIRED, "version-needed"));
    let answer = change(&api, (Method::POST, &disable), Some(&tag)).await;
    assert_eq!((answer.status, &answer.json["state"]), (StatusCode::OK, &json!("disabled")), "{answer:?}");
    let second = change(&api, (Method::POST, &format!("{path}/enable")), Some(&tag)).await;
    assert_eq!((second.status, second.problem()), (StatusCode::PRECONDITION_FAILED, "changed-meanwhile"));
    let third = change(&api, (Method::POST, &format!("{path}/enable")), Some(answer.header("etag"))).await;
    assert_eq!((third.status, &third.json["state"]), (StatusCode::OK, &json!("verified")));
    let answer = change(&api, (Method::POST, &format!("{path}/unblock")), None).await;
    assert_eq!((answer.status, answer.problem()), (StatusCode::CONFLICT, "nothing-to-unblock"));
    let sessions = format!("{path}/sessions");
    assert_eq!(api.get(&sessions).await.json, json!([]), "disabling ended them");
    let foreign = format!("{sessions}/00000000-0000-0000-0000-000000000000");
    assert_eq!(change(&api, (Method::DELETE, &foreign), None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(change(&api, (Method::DELETE, &sessions), None).await.status, StatusCode::NO_CONTENT);
    assert_eq!(trail(&app, "account.disabled").await, ["service:provisioning"]);
    let reader = Client::again(&app, &["wardgate:read"]).await;
    let refused = change(&reader, (Method::POST, &disable), Some(&tag)).await;
    assert_eq!((refused.status, refused.problem()), (StatusCode::FORBIDDEN, "forbidden"));
}

#[tokio::test]
async fn a_session_of_somebody_else_is_none_of_this_person_a103() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let mut eve = app.person_as("eve@example.org", "+447400123461", Role::Clinician).await;
    let api = Client::service(&app, &["wardgate:read", "wardgate:people"]).await;
    let sessions = api.get(&format!("/people/{}/sessions", eve.id)).await;
    let session = sessions.json[0]["id"].as_str().unwrap();
    let mixed = format!("/people/{}/sessions/{session}", ada.id);
    assert_eq!(change(&api, (Method::DELETE, &mixed), None).await.status, StatusCode::NOT_FOUND);
    assert_eq!(eve.browser.open("/account/apps").await.at, "/account/apps");
    let own = format!("/people/{}/sessions/{session}", eve.id);
    assert_eq!(change(&api, (Method::DELETE, &own), None).await.status, StatusCode::NO_CONTENT);
    assert!(eve.browser.open("/account/apps").await.at.contains("/sign-in"));
}

#[tokio::test]
async fn a_tool_of_an_organisation_admin_reaches_no_further_than_its_person_a103_i43() {
    let app = TestApp::start().await;
    let eve = southside(&app).await.person_as("eve@example.org", "+447400123461", Role::Clinician).await;
    let ada = app.person(ADA).await;
    let mut alma = alma(&app, Role::OrganisationAdmin).await;
    let api = Client::person(&app, &mut alma, "wardgate:read wardgate:people").await;
    let list = api.get("/people").await;
    let text = list.json.to_string();
    assert!(text.contains(ADA) && !text.contains("eve@example.org"), "{text}");
    for part in ["", "/history", "/sessions", "/logouts"] {
        let answer = api.get(&format!("/people/{}{part}", eve.id)).await;
        assert_eq!((answer.status, answer.problem()), (StatusCode::NOT_FOUND, "not-found"), "{part}");
        assert_eq!(api.get(&format!("/people/{}{part}", ada.id)).await.status, StatusCode::OK, "{part}");
    }
    for (method, part) in
        [(Method::POST, "/disable"), (Method::POST, "/unblock"), (Method::DELETE, "/sessions")]
    {
        let path = format!("/people/{}{part}", eve.id);
        assert_eq!(
            change(&api, (method, &path), Some("\"0\"")).await.status,
            StatusCode::NOT_FOUND,
            "{part}"
        );
    }
}
