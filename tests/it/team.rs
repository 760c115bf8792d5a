//! The team page: invite, see how far each has come, help.

use crate::support::{Person, TestApp, permit, place};
use reqwest::StatusCode;
use wardgate::audit::{Actor, Origin};
use wardgate::invitations::directory::{self, Filter, Sight};
use wardgate::organisations;
use wardgate::rights::{Act, Area, Role};
use wardgate::store::paging::Wish;

const NUMBER: &str = "+447400123499";

async fn lead(app: &TestApp) -> Person {
    app.person_as("lena@example.org", NUMBER, Role::TeamLead).await
}

#[tokio::test]
async fn a_pasted_list_is_reported_line_by_line() {
    let app = TestApp::start().await;
    let mut lena = lead(&app).await;
    app.person("ada@example.org").await;
    let form = lena.browser.open("/team").await.form("/team/invite");
    let list = "new@example.org\n\n  bob@example.org , not an address; ada@example.org\nNEW@example.org";
    let page =
        lena.browser.submit(form.clone().with("addresses", list).with("message", "See you Monday")).await;
    assert!(page.says("2 invites were sent."), "{}", page.html);
    for line in [
        "new@example.org Invite sent. (line 1)",
        "not an address This is not an email address.",
        "ada@example.org Is in this team already.",
        "NEW@example.org This address is on the list twice.",
    ] {
        assert!(page.says(line), "{line}: {}", page.html);
    }
    let mail = app.mail("bob@example.org").await;
    assert!(mail.text.contains("Ada Byron writes:") && mail.text.contains("See you Monday"), "{}", mail.text);
    let page = lena.browser.submit(form.with("addresses", "bob@example.org")).await;
    assert!(page.says("Has an open invite already."));
}

#[tokio::test]
async fn each_person_is_seen_at_the_step_they_have_reached() {
    let app = TestApp::start().await;
    let mut lena = lead(&app).await;
    let step = async |lena: &mut Person| {
        let page = lena.browser.open("/team").await;
        let row = page
            .html
            .split("<tr role=\"row\">")
            .find(|row| row.contains("ada@example.org"))
            .unwrap()
            .to_owned();
        row.split("chip-").nth(1).unwrap().split(['>', '<']).nth(1).unwrap().to_owned()
    };
    let link = app.invite("ada@example.org").await;
    assert_eq!(step(&mut lena).await, "Invite sent");
    let mut browser = app.browser();
    let page = browser.open(&link).await;
    assert_eq!(step(&mut lena).await, "Invite sent", "looking is not opening");
    browser.submit(page.form("/invite/")).await;
    assert_eq!(step(&mut lena).await, "Invite opened");
    app.create_account(&mut browser, &link).await;
    assert_eq!(step(&mut lena).await, "Account created");
    let page = browser.open(&app.link("ada@example.org").await).await;
    let page = browser.submit(page.form("/verify/")).await;
    assert_eq!(step(&mut lena).await, "Email verified");
    let page = browser.submit(page.form("/set-up/phone").with("number", "07400 123456")).await;
    let code = app.sms_code("+447400123456").await;
    browser.submit(page.form("/sign-in/code").with("code", &code)).await;
    assert_eq!(step(&mut lena).await, "Phone set up");
    let rota = app.rota().await;
    let pending = rota.begin(&[]);
    let back = browser.open(pending.url.as_str()).await;
    rota.finish(pending, &back.at).await;
    assert_eq!(step(&mut lena).await, "App reached");
}

#[tokio::test]
async fn sending_again_replaces_the_link_and_withdrawing_asks_once() {
    let app = TestApp::start().await;
    let mut lena = lead(&app).await;
    let old = app.invite("ada@example.org").await;
    let page = lena.browser.open("/team").await;
    let page = lena.browser.submit(page.form("/team/invitations/")).await;
    assert!(page.says("The invite was sent again."));
    assert_ne!(app.link("ada@example.org").await, old);
    let action = page.html.split("action=\"").find(|at| at.split('"').next().unwrap().ends_with("/revoke"));
    let form = page.form(action.unwrap().split('"').next().unwrap());
    let page = lena.browser.submit(form).await;
    assert!(page.says("stops working at once"), "{}", page.html);
    assert_eq!(app.number("SELECT count(*) FROM invitations WHERE revoked_at IS NOT NULL").await, 0);
    let page = lena.browser.submit(page.form("/team/invitations/")).await;
    assert!(page.says("The invite was withdrawn."));
    let fresh = app.link("ada@example.org").await;
    assert_eq!(app.browser().open(&fresh).await.title(), "This invite was withdrawn");
}

#[tokio::test]
async fn people_of_other_places_are_neither_seen_nor_touched_a103() {
    let app = TestApp::start().await;
    let mut lena = lead(&app).await;
    let (organisation, team) = place(&app.app, "Southshore", "Surgery").await;
    app.in_place(organisation, team).invite("far@example.org").await;
    app.invite("near@example.org").await;
    let page = lena.browser.open("/team").await;
    assert!(page.says("near@example.org") && !page.says("far@example.org"));
    let (ground, reach) = (&app.app.ground, wardgate::rights::Reach::All);
    let everything = (Sight::Reach(reach), Filter::default(), Wish::first(10));
    let (sight, filter, wish) = &everything;
    let all = directory::page(ground.db.read(), ground.clock.now(), sight, filter, wish).await.unwrap().rows;
    let far =
        all.iter().find(|it| it.invitation.email == "far@example.org").unwrap().invitation.id.to_string();
    let csrf = page.form("/team/invite").value("csrf").to_owned();
    for act in ["invitations/ID/resend", "invitations/ID/revoke?sure=yes", "people/ID/unblock"] {
        for id in [far.as_str(), "x"] {
            let path = format!("/team/{}", act.replace("ID", id));
            let page = lena.browser.post(&path, &[("csrf", &csrf)]).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
    let scope = format!("{organisation}.{team}");
    let fields =
        [("csrf", csrf.as_str()), ("scope", &scope), ("role", "clinician"), ("addresses", "x@example.org")];
    assert_eq!(lena.browser.post("/team/invite", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let own = format!("{}.{}", app.organisation, app.team);
    let fields =
        [("csrf", csrf.as_str()), ("scope", &own), ("role", "admin"), ("addresses", "x@example.org")];
    assert_eq!(lena.browser.post("/team/invite", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.mails("x@example.org").await, 0);
}

#[tokio::test]
async fn a_clinician_invites_colleagues_only_where_the_organisation_lets_peers() {
    let app = TestApp::start().await;
    let mut ada = app.person("ada@example.org").await;
    let page = ada.browser.open("/team").await;
    let form = page.form("/team/invite").with("addresses", "peer@example.org");
    assert!(!page.html.contains("value=\"team_lead\""), "only the own role is offered");
    assert!(ada.browser.submit(form).await.says("One invite was sent."));
    let (origin, right) = (Origin::of(Actor::Host), permit(Act::Change(Area::Organisations, None)));
    organisations::add(&app.app.ground, right, &origin, ("Strict Clinic", false)).await.unwrap();
    let (organisation, team) = place(&app.app, "Strict Clinic", "Ward").await;
    let mut bob =
        app.in_place(organisation, team).person_as("bob@example.org", "+447400123457", Role::Clinician).await;
    assert_eq!(bob.browser.open("/team").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn addresses_that_hide_something_are_refused_line_by_line_and_one_mailbox_is_invited_once_a11_i31() {
    let app = TestApp::start().await;
    let mut lena = lead(&app).await;
    let form = lena.browser.open("/team").await.form("/team/invite");
    let before = app.number("SELECT count(*) FROM invitations").await;
    let long = format!("{}@example.org", "a".repeat(250));
    let hidden = ["\u{202e}ada@example.org", "аda@example.org", "ada@exаmple.org", &long, "ada@[127.0.0.1]"];
    let page = lena.browser.submit(form.clone().with("addresses", &hidden.join("\n"))).await;
    assert_eq!(page.html.matches("This is not an email address.").count(), hidden.len(), "{}", page.html);
    assert_eq!(app.number("SELECT count(*) FROM invitations").await, before);
    let spellings = "Ada@BÜCHER.example\nada@xn--bcher-kva.example\nADA@bücher.EXAMPLE";
    let page = lena.browser.submit(form.with("addresses", spellings)).await;
    assert!(page.says("One invite was sent."), "{}", page.html);
    assert_eq!(app.number("SELECT count(*) FROM invitations").await, before + 1);
    let injected = "eve@example.org\r\nBcc: mallory@example.org";
    let page = lena.browser.open("/forgot").await;
    lena.browser.submit(page.form("/forgot").with("email", injected)).await;
    app.deliver().await;
    let to_others =
        |it: &wardgate::messages::memory::Delivered| it.to.contains("eve") || it.to.contains("mallory");
    assert!(!app.mailbox.newest_first().iter().any(to_others));
}
