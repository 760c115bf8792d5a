//! Places and roles: who gives and takes them, and whom nobody can take them from.

use super::{ADA, NUMBER, alma, change, open, path, southside, trail};
use crate::api::{Answer, Client, sent};
use crate::support::{Person, TestApp, permit};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use wardgate::audit::{Actor, Origin};
use wardgate::ids::AccountId;
use wardgate::lifecycle::{Acted, NewPlace, Over};
use wardgate::rights::{Act, Area, Guarded, Role};

const BORIS: &str = "+447400123462";

/// Gives a place by the API, as the person was just seen.
async fn give(api: &Client<'_>, id: AccountId, body: &Value) -> Answer {
    let tag = api.get(&format!("/people/{id}")).await.header("etag").to_owned();
    let request = api.request(Method::POST, &format!("/people/{id}/places")).header("if-match", tag);
    sent(request.json(body)).await
}

/// Takes the first place that the caller sees.
async fn take(api: &Client<'_>, id: AccountId) -> Answer {
    let found = api.get(&format!("/people/{id}")).await;
    let place = found.json["places"][0]["id"].as_str().unwrap();
    let path = format!("/people/{id}/places/{place}");
    change(api, (Method::DELETE, &path), Some(found.header("etag"))).await
}

/// Gives a place by a command on the host.
async fn give_by_host(app: &TestApp, id: AccountId, role: Role) -> Acted {
    let new = NewPlace { organisation: app.organisation, team: Some(app.team), role };
    let over = Over { id, seen: None };
    let right = permit(Act::Guarded(Guarded::Roles, None));
    app.app.lifecycle.give_place(right, over, new, &Origin::of(Actor::Host)).await.unwrap()
}

async fn roles(app: &TestApp, id: AccountId) -> Vec<String> {
    let members = wardgate::organisations::members_of(app.app.ground.db.read(), id).await.unwrap();
    let mut all: Vec<_> =
        members.iter().map(|it| format!("{} {}", it.organisation.1, it.role.name())).collect();
    // Ids of the same second are in no order.
    all.sort_unstable();
    all
}

#[tokio::test]
async fn nobody_gives_a_role_beyond_the_own_reach_a103_i43() {
    let app = TestApp::start().await;
    let south = southside(&app).await;
    let ada = app.person(ADA).await;
    let eve = south.person_as("eve@example.org", "+447400123461", Role::Clinician).await;
    let mut alma = alma(&app, Role::OrganisationAdmin).await;
    let api = Client::person(&app, &mut alma, "wardgate:read wardgate:people").await;
    let (own, other) = (app.organisation.to_string(), south.organisation.to_string());
    for (organisation, team, role, status) in [
        (&own, None, "admin", StatusCode::FORBIDDEN),
        (&own, None, "support", StatusCode::FORBIDDEN),
        (&own, None, "auditor", StatusCode::FORBIDDEN),
        (&other, None, "clinician", StatusCode::FORBIDDEN),
        (&own, Some(south.team), "clinician", StatusCode::NOT_FOUND),
        (&own, None, "king", StatusCode::BAD_REQUEST),
        (&own, Some(app.team), "team_lead", StatusCode::OK),
        (&own, None, "organisation_admin", StatusCode::OK),
    ] {
        let body =
            json!({ "organisation": organisation, "team": team.map(|id| id.to_string()), "role": role });
        let answer = give(&api, ada.id, &body).await;
        assert_eq!(answer.status, status, "{body} {answer:?}");
    }
    let expected = ["Northshore Hospital organisation_admin", "Northshore Hospital team_lead"];
    assert_eq!(roles(&app, ada.id).await, expected);
    let body = json!({ "organisation": own, "role": "clinician" });
    assert_eq!(
        give(&api, eve.id, &body).await.status,
        StatusCode::NOT_FOUND,
        "others' people are not drawn in"
    );
    assert_eq!(roles(&app, eve.id).await, ["Southside clinician"]);
    let changed = app.texts("SELECT detail FROM audit WHERE act = 'membership.changed'").await;
    assert_eq!(changed.len(), 1);
    assert!(changed[0].contains(r#""role":{"before":"clinician","after":"team_lead"}"#), "{changed:?}");
}

#[tokio::test]
async fn who_works_elsewhere_too_is_not_disabled_by_one_of_both_a103_i43() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    assert_eq!(give_by_host(&southside(&app).await, ada.id, Role::Clinician).await, Acted::Done);
    let mut alma = alma(&app, Role::OrganisationAdmin).await;
    let page = open(&mut alma, ada.id).await;
    assert!(page.says("also works in organisations that you do not look after"), "{}", page.html);
    assert!(!page.says("Southside") && !page.has_form(&format!("{}/disable", path(ada.id))), "{}", page.html);
    let api = Client::person(&app, &mut alma, "wardgate:read wardgate:people").await;
    let found = api.get(&format!("/people/{}", ada.id)).await;
    assert_eq!(
        (&found.json["works_elsewhere"], found.json["places"].as_array().unwrap().len()),
        (&json!(true), 1)
    );
    let history = api.get(&format!("/people/{}/history", ada.id)).await.json.to_string();
    assert!(!history.contains("membership.added"), "what happened elsewhere stays there: {history}");
    let tag = Some(found.header("etag"));
    for (method, part) in [(Method::POST, "disable"), (Method::DELETE, "sessions")] {
        let answer = change(&api, (method, &format!("/people/{}/{part}", ada.id)), tag).await;
        assert_eq!((answer.status, answer.problem()), (StatusCode::FORBIDDEN, "forbidden"), "{part}");
    }
    // The right of the one organisation, used while the person got a place in another.
    let right = permit(Act::Change(Area::People, Some(app.organisation)));
    let over = Over { id: ada.id, seen: None };
    let acted = app.app.lifecycle.disable(right, over, &Origin::of(Actor::Account(alma.id))).await.unwrap();
    assert_eq!(acted, Acted::Beyond);
    assert_eq!(take(&api, ada.id).await.status, StatusCode::OK, "out of the own one");
    assert_eq!(roles(&app, ada.id).await, ["Southside clinician"]);
}

#[tokio::test]
async fn the_last_admin_is_neither_disabled_nor_removed_and_nobody_locks_the_own_door() {
    let app = TestApp::start().await;
    let mut alma = alma(&app, Role::Admin).await;
    let by_person = Client::person(&app, &mut alma, "wardgate:read wardgate:people").await;
    let scopes = ["wardgate:read", "wardgate:people", "wardgate:sensitive"];
    let by_service = Client::service(&app, &scopes).await;
    let disable = format!("/people/{}/disable", alma.id);
    for (api, act, problem) in [
        (&by_person, "disable", "yourself"),
        (&by_person, "take", "yourself"),
        (&by_service, "disable", "last-admin"),
        (&by_service, "take", "last-admin"),
    ] {
        let answer = if act == "take" {
            take(api, alma.id).await
        } else {
            let tag = api.get(&format!("/people/{}", alma.id)).await.header("etag").to_owned();
            change(api, (Method::POST, &disable), Some(&tag)).await
        };
        assert_eq!((answer.status, answer.problem()), (StatusCode::CONFLICT, problem), "{act}");
    }
    let less = json!({ "organisation": app.organisation.to_string(), "team": app.team.to_string(), "role": "auditor" });
    assert_eq!(give(&by_service, alma.id, &less).await.problem(), "last-admin", "nor made less");
    let boris = app.person_as("boris@example.org", BORIS, Role::Admin).await;
    assert_eq!(take(&by_person, boris.id).await.status, StatusCode::OK, "with another one it goes");
    assert_eq!(roles(&app, alma.id).await, ["Northshore Hospital admin"]);
}

/// Two admins; each does this to the other at the same time.
async fn against_each_other(app: &TestApp, people: [&Person; 2], takes: bool) -> Vec<Acted> {
    let act = async |who: &Person, whom: &Person| {
        let (over, origin) = (Over { id: whom.id, seen: None }, Origin::of(Actor::Account(who.id)));
        let lifecycle = &app.app.lifecycle;
        if takes {
            let members =
                wardgate::organisations::members_of(app.app.ground.db.read(), whom.id).await.unwrap();
            let right = permit(Act::Guarded(Guarded::Roles, None));
            return lifecycle.take_place(right, over, members[0].id, &origin).await.unwrap();
        }
        lifecycle.disable(permit(Act::Change(Area::People, None)), over, &origin).await.unwrap()
    };
    let [one, other] = people;
    let (first, second) = tokio::join!(act(one, other), act(other, one));
    vec![first, second]
}

#[tokio::test]
async fn of_two_admins_who_remove_each_other_one_stays() {
    for takes in [false, true] {
        let app = TestApp::start().await;
        let alma = alma(&app, Role::Admin).await;
        let boris = app.person_as("boris@example.org", BORIS, Role::Admin).await;
        let mut acted = against_each_other(&app, [&alma, &boris], takes).await;
        acted.sort_by_key(|acted| *acted == Acted::LastAdmin);
        assert_eq!(acted, [Acted::Done, Acted::LastAdmin], "takes: {takes}");
    }
}

#[tokio::test]
async fn a_role_takes_a_fresh_proof_of_both_factors_which_comes_back_to_the_person() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let mut alma = alma(&app, Role::Admin).await;
    let page = open(&mut alma, ada.id).await;
    app.advance(6 * 60);
    let form = page.form(&format!("{}/places/give", path(ada.id))).with("role", "team_lead");
    let form = form.with("scope", &format!("{}.{}", app.organisation, app.team));
    let page = alma.browser.submit(form.clone()).await;
    assert!(page.at.contains("/sign-in"), "{}", page.at);
    assert_eq!(roles(&app, ada.id).await, ["Northshore Hospital clinician"]);
    let again =
        Person { email: alma.email.clone(), phone: NUMBER.to_owned(), id: alma.id, browser: app.browser() };
    let page = app.sign_in(&mut alma.browser, &again, page).await;
    assert_eq!(page.at, path(ada.id));
    let page = alma.browser.submit(form.clone()).await;
    assert!(page.says("The role is saved.") && page.says("Team lead"), "{}", page.html);
    let page = alma.browser.submit(form.with("role", "clinician")).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED, "that was another version");
    assert!(page.says("Somebody else changed this person"), "{}", page.html);
    let question = alma.browser.submit(page.form(&format!("{}/places/take", path(ada.id)))).await;
    assert!(question.says("Cardiology · Northshore Hospital"), "{}", question.html);
    let page = alma.browser.submit(question.form(&format!("{}/places/take", path(ada.id)))).await;
    assert!(page.says("The role was removed.") && page.says("No organisation yet."), "{}", page.html);
    assert_eq!(trail(&app, "membership.removed").await, [format!("account:{}", alma.id)]);
}

#[tokio::test]
async fn the_api_asks_for_a_fresh_proof_and_a_service_for_the_sensitive_scope() {
    let app = TestApp::start().await;
    let ada = app.person(ADA).await;
    let mut alma = alma(&app, Role::Admin).await;
    let body = json!({ "organisation": app.organisation.to_string(), "role": "auditor" });
    let service = Client::service(&app, &["wardgate:read", "wardgate:people"]).await;
    assert_eq!(give(&service, ada.id, &body).await.problem(), "forbidden");
    let api = Client::person(&app, &mut alma, "wardgate:read wardgate:people").await;
    app.advance(5 * 60 - 1);
    let late = give(&api, ada.id, &body).await;
    assert_eq!(late.status, StatusCode::OK, "{late:?}");
    app.advance(2);
    let answer = give(&api, ada.id, &body).await;
    assert_eq!(
        (answer.status, answer.problem()),
        (StatusCode::UNAUTHORIZED, "insufficient-user-authentication")
    );
    assert!(answer.header("www-authenticate").contains("max_age=\"300\""), "{answer:?}");
}
