//! What an organisation says about inviting into it: quota, domains, days, first choices, approval.

use crate::api::{Client, sent};
use crate::support::{Page, Person, TestApp, permit, place};
use reqwest::{Method, StatusCode};
use serde_json::json;
use wardgate::audit::{Actor, Origin};
use wardgate::invitations::{self, Changed, Invited, rules};
use wardgate::organisations::{self, Change, Edited, InviteRules};
use wardgate::rights::{Act, Area, Role};

const LENA: &str = "lena@example.org";
const DAY: i64 = 24 * 3600;

/// Gives the organisation these rules.
pub(crate) async fn ruled(app: &TestApp, new: InviteRules) {
    let ground = &app.app.ground;
    let old = organisations::find(ground.db.read(), app.organisation).await.unwrap().unwrap();
    let change = Change { rules: rules::read(new).unwrap(), ..Change::of(&old) };
    let right = permit(Act::Change(Area::Organisations, None));
    let seen = organisations::version(&old);
    let host = Origin::of(Actor::Host);
    let edited = organisations::change(ground, right, &host, (old.id, &seen), change).await.unwrap();
    assert!(matches!(edited, Edited::Done(_)));
}

async fn by(app: &TestApp, who: &Person, email: &str) -> Invited {
    app.invite_as(email, Role::Clinician, &Origin::of(Actor::Account(who.id))).await
}

async fn lead(app: &TestApp) -> Person {
    app.person_as(LENA, "+447400123499", Role::TeamLead).await
}

async fn counted(app: &TestApp, of: &str) -> i64 {
    app.number(&format!("SELECT count(*) FROM invitations WHERE email LIKE '{of}%'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn however_many_a_peer_sends_at_once_no_more_than_the_quota_of_a_day_go_out() {
    let app = TestApp::start().await;
    let (ada, lena) = (app.person("ada@example.org").await, lead(&app).await);
    ruled(&app, InviteRules { peer_quota: 3, ..InviteRules::default() }).await;
    let emails: Vec<String> = (0..12).map(|n| format!("peer{n}@example.org")).collect();
    let all = futures_util::future::join_all(emails.iter().map(|email| by(&app, &ada, email))).await;
    let went = all.iter().filter(|it| matches!(it, Invited::Sent(..))).count();
    assert_eq!((went, counted(&app, "peer").await), (3, 3), "{all:?}");
    assert!(all.iter().all(|it| matches!(it, Invited::Sent(..) | Invited::Limit(_))), "{all:?}");
    for n in 0..5 {
        let sent = by(&app, &lena, &format!("lead{n}@example.org")).await;
        assert!(matches!(sent, Invited::Sent(..)), "a lead is bound by no quota: {sent:?}");
    }
    app.advance(DAY - 1);
    assert!(matches!(by(&app, &ada, "late@example.org").await, Invited::Limit(_)));
    app.advance(1);
    assert!(matches!(by(&app, &ada, "late@example.org").await, Invited::Sent(..)));
}

#[tokio::test]
async fn addresses_of_other_domains_are_invited_by_nobody_a11() {
    let app = TestApp::start().await;
    let (ada, mut lena) = (app.person("ada@example.org").await, lead(&app).await);
    let invite_domains = vec!["Hospital.Example".to_owned(), "BÜCHER.example".to_owned()];
    ruled(&app, InviteRules { invite_domains, ..InviteRules::default() }).await;
    for (email, allowed) in [
        ("a@HOSPITAL.example", true),
        ("b@xn--bcher-kva.example", true),
        ("c@bücher.EXAMPLE", true),
        ("d@example.org", false),
        ("e@sub.hospital.example", false),
        ("f@evil-hospital.example", false),
    ] {
        for who in [&ada, &lena] {
            let invited = by(&app, who, email).await;
            assert_eq!(matches!(invited, Invited::Domain), !allowed, "{email}: {invited:?}");
        }
    }
    let page = lena.browser.open("/team").await;
    let form = page.form("/team/invite").with("addresses", "x@example.org\nx@hospital.example");
    let page = lena.browser.submit(form).await;
    assert!(page.says("Your organisation does not invite addresses of this domain."), "{}", page.html);
    assert!(page.says("One invite was sent."), "{}", page.html);
}

#[tokio::test]
async fn a_link_lives_as_long_as_the_organisation_says_and_leads_where_it_says() {
    let app = TestApp::start().await;
    let mut lena = lead(&app).await;
    app.register("ward", |_| ()).await;
    let rules = InviteRules {
        invite_days: 2,
        default_client: Some("ward".to_owned()),
        default_role: Some(Role::TeamLead),
        ..InviteRules::default()
    };
    ruled(&app, rules).await;
    let page = lena.browser.open("/team").await;
    let form = page.form("/team/invite");
    assert_eq!((form.value("client"), form.value("role")), ("ward", "team_lead"), "offered first");
    lena.browser.submit(form.with("addresses", "new@example.org")).await;
    let sql = "SELECT client_id FROM invitations WHERE email = 'new@example.org'";
    assert_eq!(app.texts(sql).await, ["ward"]);
    let link = app.link("new@example.org").await;
    app.advance(2 * DAY - 1);
    assert!(app.browser().open(&link).await.has_form("/invite/"));
    app.advance(1);
    assert_eq!(app.browser().open(&link).await.title(), "This invite has run out");
    let (ground, host) = (&app.app.ground, Origin::of(Actor::Host));
    let token = wardgate::random::Secret::presented(link.rsplit_once('/').unwrap().1);
    let row = invitations::by_token(ground.db.read(), token.hash()).await.unwrap().unwrap();
    let right = permit(Act::LookAfter { organisation: app.organisation, team: Some(app.team) });
    assert_eq!(invitations::resend(ground, right, 7, &host, row).await.unwrap(), Changed::Yes);
    let link = app.link("new@example.org").await;
    app.advance(2 * DAY);
    assert_eq!(app.browser().open(&link).await.title(), "This invite has run out", "sent again: the same");
}

/// The path of an act on the one row that has it.
fn act(page: &Page, name: &str) -> Option<String> {
    page.html.split('"').find(|at| at.starts_with("/team/") && at.ends_with(name)).map(str::to_owned)
}

#[tokio::test]
async fn a_peers_invite_is_mailed_when_the_lead_has_approved_it_and_not_before() {
    let app = TestApp::start().await;
    let (mut ada, mut lena) = (app.person("ada@example.org").await, lead(&app).await);
    ruled(&app, InviteRules { peer_approval: true, ..InviteRules::default() }).await;
    let page = ada.browser.open("/team").await;
    let form = page.form("/team/invite").with("addresses", "yes@example.org\nno@example.org");
    let page = ada.browser.submit(form).await;
    assert!(page.says("2 invites wait to be approved by your team lead."), "{}", page.html);
    assert_eq!((app.mails("yes@example.org").await, app.mails("no@example.org").await), (0, 0));
    assert_eq!(app.number("SELECT count(*) FROM outbox WHERE kind = 'invite' AND state = 'queued'").await, 0);
    assert!(act(&page, "/approve").is_none() && act(&page, "/resend").is_none(), "{}", page.html);

    let page = lena.browser.open("/team").await;
    let approve = act(&page, "/approve").unwrap();
    let form = ada.browser.open("/team").await.form("/team/invite");
    let tried = ada.browser.post(&approve, &[("csrf", form.value("csrf"))]).await;
    assert_eq!(tried.status, StatusCode::FORBIDDEN, "nobody approves the own");
    let resend = approve.replace("/approve", "/resend");
    ada.browser.post(&resend, &[("csrf", form.value("csrf"))]).await;
    assert_eq!((app.mails("yes@example.org").await, app.mails("no@example.org").await), (0, 0));

    let page = lena.browser.submit(page.form(&approve)).await;
    assert!(page.says("The invite was approved and sent."), "{}", page.html);
    let page = lena.browser.submit(page.form(&act(&page, "/decline").unwrap())).await;
    assert!(page.says("The invite was declined."), "{}", page.html);
    let mails = [app.mails("yes@example.org").await, app.mails("no@example.org").await];
    assert_eq!(mails.iter().sum::<usize>(), 1, "{mails:?}");
    let approved = if mails[0] == 1 { "yes@example.org" } else { "no@example.org" };
    assert!(app.mail(approved).await.text.contains("Ada Byron"), "from who asked for it");
    assert!(ada.browser.open("/team").await.says("Not approved"));
    let link = app.link(approved).await;
    assert_eq!(app.create_account(&mut app.browser(), &link).await.title(), "Check your email");
    for (act, expected) in [("asked_for", 2), ("approved", 1), ("declined", 1)] {
        let sql = format!("SELECT count(*) FROM audit WHERE act = 'invitation.{act}'");
        assert_eq!(app.number(&sql).await, expected, "{act}");
    }
    // What a lead sends waits for nobody.
    assert!(matches!(by(&app, &lena, "direct@example.org").await, Invited::Sent(..)));
}

#[tokio::test]
async fn a_lead_of_another_team_approves_nothing_and_the_api_does_what_the_page_does_a103_i43() {
    let app = TestApp::start().await;
    let ada = app.person("ada@example.org").await;
    ruled(&app, InviteRules { peer_approval: true, ..InviteRules::default() }).await;
    let Invited::Waits(id) = by(&app, &ada, "new@example.org").await else { panic!() };
    let (organisation, team) = place(&app.app, "Southshore", "Surgery").await;
    let mut far =
        app.in_place(organisation, team).person_as("far@example.org", "+447400123455", Role::TeamLead).await;
    let csrf = far.browser.open("/team").await.form("/team/invite").value("csrf").to_owned();
    for act in ["approve", "decline", "take-over"] {
        let path = format!("/team/invitations/{id}/{act}");
        assert_eq!(far.browser.post(&path, &[("csrf", &csrf)]).await.status, StatusCode::NOT_FOUND, "{act}");
    }
    let client = Client::person(&app, &mut far, "wardgate:read wardgate:invites").await;
    for act in ["approve", "decline", "take-over"] {
        let answer = client.post(&format!("/invites/{id}/{act}"), &json!({})).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{act}");
    }
    let service = Client::service(&app, &["wardgate:read", "wardgate:invites"]).await;
    let frozen = service.post(&format!("/invites/{id}/take-over"), &json!({})).await;
    assert_eq!(frozen.status, StatusCode::PRECONDITION_FAILED, "it is not frozen");
    let approved = service.post(&format!("/invites/{id}/approve"), &json!({})).await;
    assert_eq!((approved.status, &approved.json["state"]), (StatusCode::OK, &json!("open")), "{approved:?}");
    let again = service.post(&format!("/invites/{id}/approve"), &json!({})).await;
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(app.mails("new@example.org").await, 1);
}

#[tokio::test]
async fn the_rules_are_read_and_changed_by_the_api_and_what_cannot_be_is_named_a107() {
    let app = TestApp::start().await;
    let client = Client::service(&app, &["wardgate:read", "wardgate:organisations"]).await;
    let path = format!("/organisations/{}", app.organisation);
    let patch = async |body| {
        let tag = client.get(&path).await.header("etag").to_owned();
        sent(client.request(Method::PATCH, &path).header("if-match", tag).json(&body)).await
    };
    let answer = patch(json!({
        "peer_quota": 5, "peer_approval": true, "invite_domains": ["B.example", "a.example"], "invite_days": 3,
        "default_role": "clinician", "default_client": "dashboard",
    }))
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
    assert_eq!(answer.json["invite_domains"], json!(["a.example", "b.example"]));
    let answer = patch(json!({ "default_client": "", "default_role": "", "invite_domains": [] })).await;
    assert_eq!((&answer.json["peer_quota"], &answer.json["default_client"]), (&json!(5), &json!("")));
    let trail = app.texts("SELECT detail FROM audit WHERE act = 'organisation.changed' ORDER BY id").await;
    assert!(trail[0].contains("peer_quota") && trail[0].contains("a.example"), "{trail:?}");
    for (field, value) in [
        ("peer_quota", json!(-1)),
        ("invite_days", json!(1000)),
        ("invite_domains", json!(["'; DROP TABLE organisations; --"])),
        ("invite_domains", json!(["a.example\r\nb.example"])),
        ("default_role", json!("admin")),
        ("default_role", json!("king")),
        ("default_client", json!("nobody")),
    ] {
        let answer = patch(json!({ field: value })).await;
        assert!(answer.status.is_client_error(), "{field}: {answer:?}");
        assert!(answer.json.to_string().contains(field), "{field}: {answer:?}");
    }
    assert_eq!(client.get(&path).await.json["peer_quota"], 5);
}

#[tokio::test]
async fn the_console_shows_the_rules_keeps_what_was_typed_and_says_what_is_wrong() {
    let app = TestApp::start().await;
    let mut alma = crate::console::somebody(&app, Role::OrganisationAdmin).await;
    let path = format!("/admin/organisations/{}", app.organisation);
    let form = alma.browser.open(&path).await.form(&path);
    let typed = form.with("peer_quota", "lots").with("invite_domains", "hospital.example not_one");
    let page = alma.browser.submit(typed).await;
    assert!(page.says("Give a whole number from 0 to 100,000."), "{}", page.html);
    assert!(page.says("One of these is no domain of email addresses."), "{}", page.html);
    let form = page.form(&path);
    assert_eq!(form.value("peer_quota"), "lots");
    let form =
        form.with("peer_quota", "4").with("invite_domains", "Hospital.example").with("invite_days", "5");
    let page = alma.browser.submit(form.with("default_role", "clinician").with("peer_approval", "yes")).await;
    let kept = page.form(&path);
    assert_eq!((kept.value("peer_quota"), kept.value("invite_days")), ("4", "5"), "{}", page.html);
    assert_eq!(app.texts("SELECT invite_domains FROM organisations").await, ["hospital.example"]);
}
