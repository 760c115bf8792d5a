//! The board of invitations in the console, the acts on one invitation, and the same by API and commands.

use crate::api::{Client, sent};
use crate::people::commands::{Host, at_this_machines_time};
use crate::support::{Page, Person, TestApp, place};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wardgate::invitations::directory::{self, Filter, Sight};
use wardgate::rights::{Reach, Role};
use wardgate::store::paging::Wish;

const NUMBER: &str = "+447400123491";

async fn somebody(app: &TestApp, role: Role) -> Person {
    app.person_as("alma@example.org", NUMBER, role).await
}

/// The address of the first link on a page to one invitation.
fn first(page: &Page) -> String {
    let rows = page.html.split("<tbody").nth(1).unwrap();
    rows.split("href=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn the_board_shows_each_step_and_is_cut_down_to_the_own_organisation_a103() {
    let app = TestApp::start().await;
    let (organisation, team) = place(&app.app, "Southside", "Eyes").await;
    app.in_place(organisation, team).invite("far@example.org").await;
    app.invite("near@example.org").await;
    let mut alma = somebody(&app, Role::OrganisationAdmin).await;
    let page = alma.browser.open("/admin/invites").await;
    assert!(page.says("near@example.org") && !page.says("far@example.org"), "{}", page.html);
    assert!(page.says("Invite sent") && !page.says("Southside"), "{}", page.html);
    let page = alma.browser.open("/admin/invites?state=open&q=near").await;
    assert!(page.says("near@example.org") && !page.says("alma@example.org"), "{}", page.html);
    let none = alma.browser.open("/admin/invites?step=undelivered").await;
    assert!(none.says("Nothing found"), "{}", none.html);
    let (ground, sight) = (&app.app.ground, Sight::Reach(Reach::Within(vec![organisation])));
    let (now, filter, wish) = (ground.clock.now(), Filter::default(), Wish::first(1));
    let found = directory::page(ground.db.read(), now, &sight, &filter, &wish).await.unwrap();
    let far = found.rows[0].invitation.id;
    let csrf = page.form("/sign-out").value("csrf").to_owned();
    assert_eq!(alma.browser.open(&format!("/admin/invites/{far}")).await.status, StatusCode::NOT_FOUND);
    for act in ["resend", "remind", "revoke?sure=yes", "address", "hand-over"] {
        let fields = [("csrf", csrf.as_str()), ("email", "x@example.org"), ("inviter", "alma@example.org")];
        let page = alma.browser.post(&format!("/admin/invites/{far}/{act}"), &fields).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{act}");
    }
    let scope = format!("{organisation}.{team}");
    for path in ["/admin/invites/new", "/admin/invites/bulk"] {
        let fields = [
            ("csrf", csrf.as_str()),
            ("email", "x@example.org"),
            ("list", "x@example.org"),
            ("scope", &scope),
            ("role", "clinician"),
        ];
        let page = alma.browser.post(path, &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.says("You cannot invite this address"), "{}", page.html);
    }
    assert_eq!(app.mails("x@example.org").await, 0);
}

#[tokio::test]
async fn who_only_sees_the_board_changes_nothing_on_it() {
    let app = TestApp::start().await;
    app.invite("near@example.org").await;
    let mut alma = somebody(&app, Role::Auditor).await;
    let page = alma.browser.open("/admin/invites").await;
    assert!(page.says("near@example.org") && !page.html.contains("/admin/invites/new"), "{}", page.html);
    let href = first(&alma.browser.open("/admin/invites?q=near").await);
    let page = alma.browser.open(&href).await;
    assert!(page.says("near@example.org") && !page.has_form(&href), "{}", page.html);
    let csrf = page.form("/sign-out").value("csrf").to_owned();
    for act in ["resend", "remind", "revoke?sure=yes", "address", "hand-over"] {
        let page = alma.browser.post(&format!("{href}/{act}"), &[("csrf", &csrf)]).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{act}");
    }
    for path in ["/admin/invites/new", "/admin/invites/bulk"] {
        assert_eq!(alma.browser.open(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn an_invite_is_made_reminded_readdressed_and_withdrawn_and_each_old_link_is_dead_a7() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let form = alma.browser.open("/admin/invites/new").await.form("/admin/invites/new");
    let scope = format!("{}.{}", app.organisation, app.team);
    let form = form.with("scope", &scope).with("role", "clinician");
    let page = alma.browser.submit(form.clone().with("email", "not an address")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = alma.browser.submit(form.clone().with("email", "bob@example.org")).await;
    assert!(page.says("The invite is on its way.") && page.says("Ada Byron"), "{}", page.html);
    let first = app.link("bob@example.org").await;
    let again = alma.browser.submit(form.with("email", "BOB@example.org")).await;
    assert!(again.says("Has an open invite already"), "{}", again.html);

    let page = alma.browser.submit(action(&page, "/remind")).await;
    assert!(page.says("The reminder is on its way, with a new link."), "{}", page.html);
    let mail = app.mail("bob@example.org").await;
    assert!(mail.subject.starts_with("Reminder:") && mail.text.contains("no longer works"), "{}", mail.text);
    let second = app.link("bob@example.org").await;
    assert_eq!(app.browser().open(&first).await.title(), "There is a newer invite");

    let form = action(&page, "/address");
    let wrong = alma.browser.submit(form.clone().with("email", "bob@")).await;
    assert!(wrong.says("This is not an email address"), "{}", wrong.html);
    let page = alma.browser.submit(form.with("email", "robert@example.org")).await;
    assert!(page.says("The invite goes to the new address."), "{}", page.html);
    assert_eq!(page.title(), "robert@example.org");
    let mut browser = app.browser();
    let dead = browser.open(&second).await;
    assert_eq!((dead.status, dead.title().as_str()), (StatusCode::GONE, "There is a newer invite"));
    let trail = app.texts("SELECT detail FROM audit WHERE act = 'invitation.address_changed'").await;
    assert!(trail[0].contains(r#""before":"bob@example.org","after":"robert@example.org""#), "{trail:?}");

    let third = app.link("robert@example.org").await;
    let open = app.browser().open(&third).await;
    let question = alma.browser.submit(action(&page, "/revoke")).await;
    assert!(question.says("stops working at once") && question.says("robert@example.org"));
    let page = alma.browser.submit(action(&question, "/revoke?sure=yes")).await;
    assert!(page.says("The invite was withdrawn."), "{}", page.html);
    let fields = open.form("/invite/").with("given_name", "Bob").with("family_name", "B");
    assert_ne!(app.browser().submit(fields).await.status, StatusCode::OK, "a tab that was open before");
    assert_eq!(app.number("SELECT count(*) FROM accounts WHERE email_key LIKE 'rob%'").await, 0);
}

/// The form whose action ends so.
fn action(page: &Page, end: &str) -> crate::support::Form {
    let actions = page.html.split("action=\"").skip(1).map(|at| at.split('"').next().unwrap());
    let plain = |at: &str| at.replace("&#x3D;", "=").replace("&amp;", "&");
    let found = actions.map(plain).find(|at| at.ends_with(end));
    page.form(&found.unwrap_or_else(|| panic!("no form to {end}: {}", page.html)))
}

#[tokio::test]
async fn an_invite_is_handed_over_to_somebody_who_may_invite_there_and_to_nobody_else() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    app.person_as("lena@example.org", "+447400123492", Role::TeamLead).await;
    let (organisation, team) = place(&app.app, "Southside", "Eyes").await;
    let far = app.in_place(organisation, team);
    far.person_as("finn@example.org", "+447400123493", Role::TeamLead).await;
    let link = app.invite("bob@example.org").await;
    let href = first(&alma.browser.open("/admin/invites?q=bob").await);
    let page = alma.browser.open(&href).await;
    assert!(page.says("The host or a service"), "{}", page.html);
    let form = action(&page, "/hand-over");
    for nobody in ["finn@example.org", "nobody@example.org", "x"] {
        let page = alma.browser.submit(form.clone().with("inviter", nobody)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{nobody}");
        assert!(page.says("This is nobody who may invite there."), "{nobody}: {}", page.html);
    }
    let page = alma.browser.submit(form.clone().with("inviter", "lena@example.org")).await;
    assert!(page.says("The invite was handed over.") && !page.says("The host or a service"), "{}", page.html);
    let page = alma.browser.submit(form.with("inviter", "lena@example.org")).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED, "it is hers already");
    let trail = app.texts("SELECT detail FROM audit WHERE act = 'invitation.handed_over'").await;
    assert!(trail.len() == 1 && trail[0].contains("\"before\":null"), "{trail:?}");
    assert_eq!(app.browser().open(&link).await.status, StatusCode::OK, "the link stays");
}

fn body(app: &TestApp, email: &str) -> Value {
    json!({
        "email": email, "organisation_id": app.organisation.to_string(), "team_id": app.team.to_string(),
        "role": "clinician", "message": "'; DROP TABLE invitations; --",
    })
}

#[tokio::test]
async fn a_service_invites_once_for_each_key_and_mistakes_are_named_by_field() {
    let app = TestApp::start().await;
    let (_, elsewhere) = place(&app.app, "Southside", "Eyes").await;
    let client = Client::service(&app, &["wardgate:invites", "wardgate:read"]).await;
    let new = body(&app, "bob@example.org");
    let call = || {
        let request = client.request(Method::POST, "/invites").json(&new);
        sent(request.header("Idempotency-Key", "0123456789abcdef"))
    };
    let (one, two) = (call().await, call().await);
    assert_eq!((one.status, two.status), (StatusCode::CREATED, StatusCode::CREATED), "{one:?}");
    assert_eq!(one.json, two.json);
    assert_eq!((&one.json["step"], app.mails("bob@example.org").await), (&json!("queued"), 1));
    let trail = app.texts("SELECT actor FROM audit WHERE act = 'invitation.created'").await;
    assert_eq!(trail, ["service:provisioning"]);
    let again = client.post("/invites", &new).await;
    assert_eq!((again.status, again.problem()), (StatusCode::CONFLICT, "already-invited"));
    for (field, value) in [
        ("email", json!("bob")),
        ("client_id", json!("nothing")),
        ("team_id", json!(elsewhere.to_string())),
        ("organisation_id", json!("00000000-0000-0000-0000-000000000000")),
    ] {
        let mut wrong = body(&app, "new@example.org");
        wrong[field] = value;
        let answer = client.post("/invites", &wrong).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}: {answer:?}");
        let named = answer.json["errors"][0]["field"].as_str().unwrap();
        assert!(named == field || field == "organisation_id", "{answer:?}");
    }
    let mut unknown = body(&app, "new@example.org");
    unknown["given_rights"] = json!("all");
    assert_eq!(client.post("/invites", &unknown).await.status, StatusCode::BAD_REQUEST, "I53");
    assert_eq!(app.mails("new@example.org").await, 0);
}

#[tokio::test]
async fn a_token_invites_where_its_person_may_and_with_the_scope_alone_a103_i43() {
    let app = TestApp::start().await;
    let (organisation, team) = place(&app.app, "Southside", "Eyes").await;
    let mut alma = somebody(&app, Role::OrganisationAdmin).await;
    let reader = Client::again(&app, &["wardgate:read"]).await;
    assert_eq!(reader.post("/invites", &body(&app, "x@example.org")).await.status, StatusCode::FORBIDDEN);
    let client = Client::person(&app, &mut alma, "wardgate:read wardgate:invites").await;
    let far = app.in_place(organisation, team);
    assert_eq!(client.post("/invites", &body(&far, "x@example.org")).await.status, StatusCode::FORBIDDEN);
    let mut above = body(&app, "x@example.org");
    above["role"] = json!("admin");
    assert_eq!(client.post("/invites", &above).await.status, StatusCode::FORBIDDEN);
    // Their own team of another organisation, smuggled in under the own one.
    let mut mixed = body(&app, "x@example.org");
    mixed["team_id"] = json!(team.to_string());
    assert_eq!(client.post("/invites", &mixed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.mails("x@example.org").await, 0);
    // An address with an account elsewhere is invited like any other (A8).
    far.person_as("eve@example.org", "+447400123494", Role::Clinician).await;
    let made = client.post("/invites", &body(&app, "eve@example.org")).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    let path = format!("/invites/{}", made.json["id"].as_str().unwrap());
    assert_eq!((&made.json["inviter"], &made.json["person"]), (&json!("Ada Byron"), &Value::Null), "A8");
    let there = client.post("/invites", &body(&app, "alma@example.org")).await;
    assert_eq!((there.status, there.problem()), (StatusCode::CONFLICT, "already-there"));

    let old = app.link("eve@example.org").await;
    let moved = client.post(&format!("{path}/address"), &json!({ "email": "eva@example.org" })).await;
    assert_eq!(
        (moved.status, &moved.json["email"]),
        (StatusCode::OK, &json!("eva@example.org")),
        "{moved:?}"
    );
    assert_eq!(app.browser().open(&old).await.title(), "There is a newer invite", "A7");
    let stale = client.post(&format!("{path}/remind"), &json!({})).await;
    assert_eq!((stale.status, stale.problem()), (StatusCode::PRECONDITION_FAILED, "changed-meanwhile"));
    let path = format!("/invites/{}", moved.json["id"].as_str().unwrap());
    let unfit = client.post(&format!("{path}/hand-over"), &json!({ "inviter": "eve@example.org" })).await;
    assert_eq!(unfit.json["errors"][0]["field"], "inviter", "{unfit:?}");
    let reminded = client.post(&format!("{path}/remind"), &json!({})).await;
    assert_eq!((reminded.status, &reminded.json["state"]), (StatusCode::OK, &json!("superseded")));
    assert!(app.mail("eva@example.org").await.subject.starts_with("Reminder:"));
}

#[tokio::test]
async fn commands_list_and_look_after_invitations() {
    let app = TestApp::start().await;
    at_this_machines_time(&app);
    app.person_as("lena@example.org", NUMBER, Role::TeamLead).await;
    app.invite("bob@example.org").await;
    let host = Host::of(&app);
    let json = |arguments: &[&str]| {
        let output = host.any(&[&["invite"], arguments, &["--json"]].concat());
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<Value>>()
    };
    let rows = json(&["list", "--state", "open", "--step", "sent"]);
    assert_eq!(
        (rows.len(), &rows[0]["email"], &rows[0]["team"]),
        (1, &json!("bob@example.org"), &json!("Cardiology"))
    );
    let id = rows[0]["id"].as_str().unwrap();
    let moved = json(&["address", id, "robert@example.org"]);
    let new = moved[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(json(&["remind", id]), [json!({ "changed": false })], "its place was taken");
    assert_eq!(json(&["hand-over", &new, "lena@example.org"]), [json!({ "changed": true })]);
    assert_eq!(json(&["hand-over", &new, "lena@example.org"]), [json!({ "changed": false })]);
    assert_eq!(json(&["remind", &new]), [json!({ "changed": true })]);
    let newest = json(&["list", "--search", "robert"])[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(json(&["revoke", &newest]), [json!({ "changed": true })]);
    let refused = host.any(&["invite", "list", "--step", "nowhere"]);
    assert_eq!(refused.status.code(), Some(2), "{refused:?}");
}
