//! What an invitation was made on is asked again when somebody accepts it.

use crate::support::{PASSWORD, Page, Person, TestApp, permit, place};
use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use wardgate::accounts::Address;
use wardgate::audit::{Actor, Origin};
use wardgate::ids::AccountId;
use wardgate::invitations::change::{self, Readdressed};
use wardgate::invitations::directory::{self, Filter, Sight};
use wardgate::invitations::{self, Changed, Invitation, Invited, State};
use wardgate::lifecycle::{Acted, NewPlace, Over};
use wardgate::rights::{self, Act, Area, Guarded, Reach, Role};
use wardgate::store::paging::Wish;

const ADA: &str = "ada@example.org";
const LENA: &str = "lena@example.org";
const NUMBER: &str = "+447400123499";

/// An app, a team lead who invited Ada, and Ada's link.
async fn invited(role: Role) -> (TestApp, Person, String) {
    let app = TestApp::start().await;
    let lena = app.person_as(LENA, NUMBER, role).await;
    app.invite_as(ADA, Role::Clinician, &Origin::of(Actor::Account(lena.id))).await;
    let link = app.link(ADA).await;
    (app, lena, link)
}

fn host() -> Origin {
    Origin::of(Actor::Host)
}

async fn disable(app: &TestApp, id: AccountId) {
    let over = Over { id, seen: None };
    let right = permit(Act::Change(Area::People, None));
    assert_eq!(app.app.lifecycle.disable(right, over, &host()).await.unwrap(), Acted::Done);
}

async fn enable(app: &TestApp, id: AccountId) {
    let over = Over { id, seen: None };
    let right = permit(Act::Change(Area::People, None));
    assert_eq!(app.app.lifecycle.enable(right, over, &host()).await.unwrap(), Acted::Done);
}

async fn row(app: &TestApp, email: &str) -> Invitation {
    found(app, Filter { words: email.to_owned(), ..Filter::default() }).await
}

async fn open_row(app: &TestApp, email: &str) -> Invitation {
    found(app, Filter { words: email.to_owned(), state: Some(State::Open), ..Filter::default() }).await
}

async fn found(app: &TestApp, filter: Filter) -> Invitation {
    let (ground, sight) = (&app.app.ground, Sight::Reach(Reach::All));
    let wish = Wish::first(1);
    let page = directory::page(ground.db.read(), ground.clock.now(), &sight, &filter, &wish).await.unwrap();
    page.rows.into_iter().next().unwrap().invitation
}

async fn execute(app: &TestApp, sql: &'static str) {
    app.app
        .ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                tx.execute_unprepared(sql).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
}

async fn state(app: &TestApp, email: &str) -> State {
    invitations::state(&row(app, email).await, app.app.ground.clock.now())
}

async fn acts(app: &TestApp, act: &str) -> i64 {
    app.number(&format!("SELECT count(*) FROM audit WHERE act = '{act}'")).await
}

async fn accounts(app: &TestApp) -> i64 {
    app.number("SELECT count(*) FROM accounts").await
}

/// The page of an invitation, filled in before what happens next, and posted after.
async fn post_after(app: &TestApp, link: &str, meanwhile: impl AsyncFnOnce()) -> Page {
    let mut browser = app.browser();
    let form = browser.open(link).await.form("/invite/");
    let form = form.with("given_name", "Ada").with("family_name", "Byron").with("profession", "nurse");
    meanwhile().await;
    browser.submit(form.with("password", PASSWORD).with("terms", "yes")).await
}

#[tokio::test]
async fn the_open_invites_of_somebody_who_is_disabled_freeze_in_the_same_write_a7() {
    let (app, lena, link) = invited(Role::TeamLead).await;
    app.invite("bob@example.org").await;
    let before = accounts(&app).await;
    let page = post_after(&app, &link, async || disable(&app, lena.id).await).await;
    assert_eq!(page.title(), "This invite waits to be confirmed");
    assert!(page.says("The team lead of Cardiology or an admin of Northshore Hospital can confirm it."));
    assert_eq!((accounts(&app).await, state(&app, ADA).await), (before, State::Frozen));
    assert_eq!(state(&app, "bob@example.org").await, State::Open, "the host's have no inviter");
    assert_eq!(acts(&app, "invitation.frozen").await, 1);
    let page = app.browser().open(&link).await;
    assert_eq!(
        (page.status, page.title()),
        (StatusCode::GONE, "This invite waits to be confirmed".to_owned())
    );
    // Opening the account again lets nothing go: somebody else decides.
    enable(&app, lena.id).await;
    assert_eq!(state(&app, ADA).await, State::Frozen);
}

#[tokio::test]
async fn whoever_leads_the_team_takes_a_frozen_invite_over_and_the_same_link_works_again() {
    let (app, lena, link) = invited(Role::TeamLead).await;
    let mut mia = app.person_as("mia@example.org", "+447400123498", Role::TeamLead).await;
    disable(&app, lena.id).await;
    let page = mia.browser.open("/team").await;
    assert!(page.says("Waits to be confirmed"), "{}", page.html);
    let before = app.mails(ADA).await;
    let action = page.html.split('"').find(|at| at.ends_with("/take-over")).unwrap().to_owned();
    let page = mia.browser.submit(page.form(&action)).await;
    assert!(page.says("The invite is yours now and its link works again."), "{}", page.html);
    let taken = row(&app, ADA).await;
    assert_eq!((taken.inviter_id, taken.frozen_at), (Some(mia.id), None));
    assert_eq!(acts(&app, "invitation.taken_over").await, 1);
    assert_eq!(app.mails(ADA).await, before, "the link that is there works: no new one");
    assert_eq!(app.create_account(&mut app.browser(), &link).await.title(), "Check your email");
}

#[tokio::test]
async fn an_invite_that_froze_before_its_mail_went_out_is_mailed_when_it_is_taken_over() {
    let app = TestApp::start().await;
    let lena = app.person_as(LENA, NUMBER, Role::TeamLead).await;
    let mia = app.person_as("mia@example.org", "+447400123498", Role::TeamLead).await;
    app.invite_as(ADA, Role::Clinician, &Origin::of(Actor::Account(lena.id))).await;
    disable(&app, lena.id).await;
    assert_eq!(app.mails(ADA).await, 0, "nothing goes out for somebody who may not invite");
    take_over(&app, mia.id, Changed::Yes).await;
    let link = app.link(ADA).await;
    assert_eq!(app.create_account(&mut app.browser(), &link).await.title(), "Check your email");
}

async fn take_over(app: &TestApp, by: AccountId, expected: Changed) {
    let (organisation, team) = (app.organisation, Some(app.team));
    let permits = (
        permit(Act::LookAfter { organisation, team }),
        permit(Act::Invite { organisation, team, role: Role::Clinician }),
    );
    let (ground, origin) = (&app.app.ground, Origin::of(Actor::Account(by)));
    let taken = invitations::take_over(ground, permits, &origin, row(app, ADA).await).await.unwrap();
    assert_eq!(taken, expected);
}

#[tokio::test]
async fn who_loses_the_role_loses_the_invites_of_it_and_of_no_other_place_a103_i43() {
    let app = TestApp::start().await;
    let lena = app.person_as(LENA, NUMBER, Role::TeamLead).await;
    let by_lena = Origin::of(Actor::Account(lena.id));
    let (organisation, team) = place(&app.app, "Southshore", "Surgery").await;
    let new = NewPlace { organisation, team: Some(team), role: Role::TeamLead };
    let over = || Over { id: lena.id, seen: None };
    let right = || permit(Act::Guarded(Guarded::Roles, None));
    app.app.lifecycle.give_place(right(), over(), new, &host()).await.unwrap();
    app.invite_as(ADA, Role::TeamLead, &by_lena).await;
    app.invite_as("colleague@example.org", Role::Clinician, &by_lena).await;
    app.in_place(organisation, team).invite_as("far@example.org", Role::TeamLead, &by_lena).await;
    // A clinician still invites colleagues here, where the organisation lets peers; a lead no more.
    let fewer = NewPlace { organisation: app.organisation, team: Some(app.team), role: Role::Clinician };
    app.app.lifecycle.give_place(right(), over(), fewer, &host()).await.unwrap();
    assert_eq!(state(&app, ADA).await, State::Frozen);
    assert_eq!(state(&app, "colleague@example.org").await, State::Open);
    assert_eq!(state(&app, "far@example.org").await, State::Open);
    let members = wardgate::organisations::members_of(app.app.ground.db.read(), lena.id).await.unwrap();
    for member in members {
        app.app.lifecycle.take_place(right(), over(), member.id, &host()).await.unwrap();
    }
    assert_eq!(state(&app, "colleague@example.org").await, State::Frozen);
    assert_eq!(state(&app, "far@example.org").await, State::Frozen);
}

#[tokio::test]
async fn an_inviter_without_the_right_is_noticed_when_the_invite_is_accepted_whichever_way_it_was_lost() {
    let (app, _, link) = invited(Role::Clinician).await;
    let page = post_after(&app, &link, async || {
        let ground = &app.app.ground;
        let all = wardgate::organisations::all(ground.db.read()).await.unwrap();
        let old = all.iter().find(|it| it.id == app.organisation).unwrap();
        let change = wardgate::organisations::Change {
            peers_may_invite: false,
            ..wardgate::organisations::Change::of(old)
        };
        let right = permit(Act::Change(Area::Organisations, None));
        let seen = wardgate::organisations::version(old);
        wardgate::organisations::change(ground, right, &host(), (old.id, &seen), change).await.unwrap();
    })
    .await;
    assert_eq!(page.title(), "This invite waits to be confirmed");
    assert_eq!(state(&app, ADA).await, State::Frozen);
    assert_eq!(app.number("SELECT count(*) FROM accounts").await, 1);
}

#[tokio::test]
async fn a_reminder_and_a_new_address_are_the_leads_own_where_the_inviter_may_not_invite_any_more() {
    let (app, _, _) = invited(Role::Clinician).await;
    let mia = app.person_as("mia@example.org", "+447400123498", Role::TeamLead).await;
    let ground = &app.app.ground;
    let (origin, right) = (Origin::of(Actor::Account(mia.id)), || {
        permit(Act::LookAfter { organisation: app.organisation, team: Some(app.team) })
    });
    execute(&app, "UPDATE organisations SET peers_may_invite = FALSE").await;
    let done = change::remind(ground, right(), 7, &origin, row(&app, ADA).await).await.unwrap();
    let reminded = open_row(&app, ADA).await;
    assert_eq!((done, reminded.inviter_id), (Changed::Yes, Some(mia.id)));
    // As the peer's own again, which it is no more.
    execute(
        &app,
        "UPDATE invitations SET inviter_id = (SELECT id FROM accounts WHERE email = 'lena@example.org')",
    )
    .await;
    let what = (reminded, Address::parse("ada.b@example.org").unwrap());
    let done = change::readdress(ground, right(), 7, &origin, what).await.unwrap();
    assert!(matches!(done, Readdressed::Yes(_)), "{done:?}");
    assert_eq!(row(&app, "ada.b@example.org").await.inviter_id, Some(mia.id));
    let link = app.link("ada.b@example.org").await;
    assert_eq!(app.create_account(&mut app.browser(), &link).await.title(), "Check your email");
}

#[tokio::test]
async fn who_has_an_account_joins_no_team_by_a_frozen_invite() {
    let app = TestApp::start().await;
    let mut ada = app.person(ADA).await;
    let (organisation, team) = place(&app.app, "Southshore", "Surgery").await;
    let there = app.in_place(organisation, team);
    let lena = there.person_as(LENA, NUMBER, Role::TeamLead).await;
    there.invite_as(ADA, Role::Clinician, &Origin::of(Actor::Account(lena.id))).await;
    let page = ada.browser.open(&app.link(ADA).await).await;
    assert_eq!(page.title(), "Join Surgery");
    disable(&app, lena.id).await;
    let page = ada.browser.submit(page.form("/join")).await;
    assert_eq!(page.title(), "This invite waits to be confirmed");
    assert_eq!(app.number("SELECT count(*) FROM memberships").await, 2);
}

#[tokio::test]
async fn an_invite_to_what_is_gone_is_dead_and_says_so() {
    let (app, _, link) = invited(Role::TeamLead).await;
    let before = accounts(&app).await;
    let page = post_after(&app, &link, async || {
        execute(&app, "UPDATE invitations SET client_id = 'gone'").await;
    })
    .await;
    assert_eq!((page.status, page.title()), (StatusCode::GONE, "This invite leads nowhere".to_owned()));
    assert_eq!((accounts(&app).await, state(&app, ADA).await), (before, State::Revoked));
    assert_eq!(app.browser().open(&link).await.title(), "This invite leads nowhere");
    app.invite_as("bob@example.org", Role::Clinician, &host()).await;
    let link = app.link("bob@example.org").await;
    execute(&app, "UPDATE invitations SET role = 'porter' WHERE email = 'bob@example.org'").await;
    assert_eq!(app.browser().open(&link).await.title(), "This invite leads nowhere");
}

#[tokio::test]
async fn the_reader_of_a_frozen_invite_asks_once_and_those_who_lead_are_told() {
    let (app, lena, link) = invited(Role::TeamLead).await;
    app.person_as("mia@example.org", "+447400123498", Role::TeamLead).await;
    disable(&app, lena.id).await;
    let before = (app.mails(LENA).await, app.mails("mia@example.org").await);
    let mut browser = app.browser();
    let page = browser.open(&link).await;
    let form = page.form("/invite/");
    for _ in 0..2 {
        let page = browser.submit(form.clone()).await;
        assert!(page.says("We have told those who can confirm your invite."), "{}", page.html);
    }
    assert_eq!((app.mails(LENA).await, app.mails("mia@example.org").await), (before.0, before.1 + 1));
}

#[tokio::test]
async fn who_was_the_inviter_of_a_frozen_invite_brings_it_back_by_no_other_way_a7() {
    let (app, lena, link) = invited(Role::Clinician).await;
    disable(&app, lena.id).await;
    enable(&app, lena.id).await;
    let (ground, origin) = (&app.app.ground, Origin::of(Actor::Account(lena.id)));
    let who = wardgate::organisations::who(ground.db.read(), lena.id).await.unwrap();
    let (organisation, team) = (app.organisation, Some(app.team));
    let right = rights::may(&who, Act::Invite { organisation, team, role: Role::Clinician }).unwrap();
    let again = invitations::resend(ground, right, 7, &origin, row(&app, ADA).await).await.unwrap();
    assert_eq!(again, Changed::No);
    let anew = app.invite_as(ADA, Role::Clinician, &origin).await;
    assert!(matches!(anew, Invited::AlreadyInvited), "{anew:?}");
    let withdrawn = invitations::revoke(ground, right, &origin, row(&app, ADA).await).await.unwrap();
    assert_eq!(withdrawn, Changed::Yes, "taking it back harms nobody");
    let again = invitations::resend(ground, right, 7, &origin, row(&app, ADA).await).await.unwrap();
    assert_eq!(again, Changed::No, "what was withdrawn stays so");
    assert_eq!(app.browser().open(&link).await.title(), "This invite was withdrawn");
    take_over(&app, lena.id, Changed::No).await;
}
