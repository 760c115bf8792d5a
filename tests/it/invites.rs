//! The lists of invitations: what each filter finds, who sees what, and that a page costs the same however many rows.

use crate::api::Client;
use crate::peers::ruled;
use crate::statements::Statements;
use crate::support::{Person, TestApp, permit, place};
use reqwest::StatusCode;
use serde_json::json;
use wardgate::audit::{Actor, Origin};
use wardgate::invitations::directory::{self, Filter, Listed, Sight};
use wardgate::invitations::steps::Step;
use wardgate::invitations::{self, Invited, State};
use wardgate::lifecycle::Over;
use wardgate::organisations::InviteRules;
use wardgate::rights::{Act, Area, Reach, Role};
use wardgate::store::paging::Wish;

async fn found(app: &TestApp, filter: &Filter) -> Vec<Listed> {
    let (ground, sight) = (&app.app.ground, Sight::Reach(Reach::All));
    let wish = Wish::first(50);
    directory::page(ground.db.read(), ground.clock.now(), &sight, filter, &wish).await.unwrap().rows
}

fn addresses(rows: &[Listed]) -> Vec<&str> {
    rows.iter().map(|row| row.invitation.email.as_str()).collect()
}

/// One invitation for each step that a test can bring about quickly, named by it.
async fn one_of_each(app: &TestApp) -> Person {
    let host = Origin::of(Actor::Host);
    let at = Act::LookAfter { organisation: app.organisation, team: Some(app.team) };
    let ground = &app.app.ground;
    app.invite("expired@example.org").await;
    let link = app.invite("blocked@example.org").await;
    app.create_account(&mut app.browser(), &link).await;
    app.advance_hours(8 * 24);
    for (email, withdraw) in [("revoked@example.org", true), ("superseded@example.org", false)] {
        let Invited::Sent(id, _) = app.invite_as(email, Role::Clinician, &host).await else { panic!() };
        let row = invitations::find(ground.db.read(), id).await.unwrap().unwrap();
        if withdraw {
            invitations::revoke(ground, permit(at), &host, row).await.unwrap();
        } else {
            invitations::resend(ground, permit(at), 7, &host, row).await.unwrap();
        }
    }
    let mia = app.person_as("mia@example.org", "+447400123477", Role::TeamLead).await;
    app.invite_as("frozen@example.org", Role::Clinician, &Origin::of(Actor::Account(mia.id))).await;
    let over = Over { id: mia.id, seen: None };
    app.app.lifecycle.disable(permit(Act::Change(Area::People, None)), over, &host).await.unwrap();
    let link = app.invite("opened@example.org").await;
    let mut browser = app.browser();
    let page = browser.open(&link).await;
    browser.submit(page.form("/invite/")).await;
    let link = app.invite("account@example.org").await;
    app.create_account(&mut app.browser(), &link).await;
    let ada = app.person("phone@example.org").await;
    ruled(app, InviteRules { peer_approval: true, ..InviteRules::default() }).await;
    for (email, wanted) in [("waiting@example.org", true), ("declined@example.org", false)] {
        let by = Origin::of(Actor::Account(ada.id));
        let Invited::Waits(id) = app.invite_as(email, Role::Clinician, &by).await else { panic!() };
        let row = invitations::find(ground.db.read(), id).await.unwrap().unwrap();
        if !wanted {
            invitations::decline(ground, permit(at), &host, row).await.unwrap();
        }
    }
    app.deliver().await;
    app.invite_as("queued@example.org", Role::Clinician, &host).await;
    ada
}

#[tokio::test]
async fn each_filter_finds_exactly_the_invitations_of_which_the_rule_says_so() {
    let app = TestApp::start().await;
    one_of_each(&app).await;
    for step in Step::ALL {
        let rows = found(&app, &Filter { step: Some(step), ..Filter::default() }).await;
        assert!(rows.iter().all(|row| row.step == step), "{step:?}: {rows:?}");
        let own = format!("{}@example.org", step.name());
        let made = [Step::Undelivered, Step::Email, Step::Reached, Step::Closed, Step::Sent];
        assert_eq!(addresses(&rows).contains(&own.as_str()), !made.contains(&step), "{step:?}: {rows:?}");
    }
    let mut counted = 0;
    for state in State::ALL {
        let rows = found(&app, &Filter { state: Some(state), ..Filter::default() }).await;
        assert!(!rows.is_empty() && rows.iter().all(|row| row.state == state), "{state:?}: {rows:?}");
        counted += rows.len();
        assert_eq!(State::parse(state.name()), Some(state));
    }
    assert_eq!(app.number("SELECT count(*) FROM invitations").await, i64::try_from(counted).unwrap());
    let all = found(&app, &Filter::default()).await;
    assert!(all.iter().all(|row| row.state != State::Superseded) && all.len() == counted - 1);
    let by_name = found(&app, &Filter { words: "BYR".to_owned(), ..Filter::default() }).await;
    // Of those made in one second the order is any.
    let mut by_name = addresses(&by_name);
    by_name.sort_unstable();
    let byrons = ["account", "blocked", "mia", "phone"].map(|name| format!("{name}@example.org"));
    assert_eq!(by_name, byrons);
}

#[tokio::test]
async fn a_page_is_one_statement_and_the_last_page_follows_the_first() {
    let app = TestApp::start().await;
    let host = Origin::of(Actor::Host);
    let (statements, _heard) = Statements::hear(&app).await;
    let ground = &app.app.ground;
    for most in [1, 20] {
        for number in 0..most {
            app.invite_as(&format!("a{most}-{number}@example.org"), Role::Clinician, &host).await;
        }
        statements.take();
        found(&app, &Filter::default()).await;
        assert_eq!(statements.take().len(), 1);
    }
    let (mut seen, mut wish) = (Vec::new(), Wish::first(8));
    loop {
        let (sight, filter) = (Sight::Reach(Reach::All), Filter::default());
        let now = ground.clock.now();
        let page = directory::page(ground.db.read(), now, &sight, &filter, &wish).await.unwrap();
        seen.extend(page.rows.iter().map(|row| row.invitation.id));
        let Some(next) = page.next else { break };
        wish.after = Some(next);
    }
    let distinct: std::collections::BTreeSet<_> = seen.iter().map(ToString::to_string).collect();
    assert_eq!((seen.len(), distinct.len()), (21, 21));
}

#[tokio::test]
async fn a_list_is_cut_down_to_what_its_reader_sees_a103() {
    let app = TestApp::start().await;
    app.invite("near@example.org").await;
    let (organisation, team) = place(&app.app, "Southshore", "Surgery").await;
    app.in_place(organisation, team).invite("far@example.org").await;
    let me = wardgate::ids::AccountId(uuid::Uuid::nil());
    let own = |led: Vec<directory::At>| Sight::Own { led, within: Vec::new(), me };
    let ground = &app.app.ground;
    for (sight, expected) in [
        (Sight::Reach(Reach::All), 2),
        (Sight::Reach(Reach::Within(vec![organisation])), 1),
        (Sight::Reach(Reach::Within(Vec::new())), 0),
        (own(vec![(organisation, Some(team))]), 1),
        (own(vec![(organisation, Some(app.team))]), 0),
        (own(vec![(app.organisation, None), (organisation, None)]), 2),
        (own(Vec::new()), 0),
    ] {
        let (now, filter, wish) = (ground.clock.now(), Filter::default(), Wish::first(9));
        let page = directory::page(ground.db.read(), now, &sight, &filter, &wish).await.unwrap();
        assert_eq!(page.rows.len(), expected, "{sight:?}");
    }
}

#[tokio::test]
async fn the_api_lists_shows_and_withdraws_invites_where_its_caller_may_a103() {
    let app = TestApp::start().await;
    app.invite("near@example.org").await;
    let (organisation, team) = place(&app.app, "Southshore", "Surgery").await;
    app.in_place(organisation, team).invite("far@example.org").await;
    let mut alma = app.person_as("alma@example.org", "+447400123497", Role::OrganisationAdmin).await;
    let client = Client::person(&app, &mut alma, "wardgate:read wardgate:invites").await;
    let list = client.get("/invites?state=open").await;
    let rows = list.json["items"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["email"]), (1, &json!("near@example.org")), "{list:?}");
    assert_eq!((&rows[0]["step"], &rows[0]["state"]), (&json!("sent"), &json!("open")), "{list:?}");
    assert_eq!(client.get("/invites?state=nothing").await.status, StatusCode::BAD_REQUEST);
    let far = found(&app, &Filter { words: "far@".to_owned(), ..Filter::default() }).await;
    for act in ["", "/resend", "/revoke"] {
        let path = format!("/invites/{}{act}", far[0].invitation.id);
        let answer =
            if act.is_empty() { client.get(&path).await } else { client.post(&path, &json!({})).await };
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}: {answer:?}");
    }
    let path = format!("/invites/{}", rows[0]["id"].as_str().unwrap());
    assert_eq!(client.get(&path).await.json["organisation"], "Northshore Hospital");
    let revoked = client.post(&format!("{path}/revoke"), &json!({})).await;
    assert_eq!((revoked.status, &revoked.json["state"]), (StatusCode::OK, &json!("revoked")), "{revoked:?}");
    let again = client.post(&format!("{path}/revoke"), &json!({})).await;
    assert_eq!((again.status, again.problem()), (StatusCode::PRECONDITION_FAILED, "changed-meanwhile"));
}
