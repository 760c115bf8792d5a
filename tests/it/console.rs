//! The console: who comes in, what each sees, and what an organisation's page does.

use crate::support::{Form, Page, Person, TestApp, permit, place};
use reqwest::StatusCode;
use wardgate::rights::{Act, Area, Role};

const NUMBER: &str = "+447400123498";

/// Somebody with a role, signed in.
pub(crate) async fn somebody(app: &TestApp, role: Role) -> Person {
    app.person_as("alma@example.org", NUMBER, role).await
}

#[tokio::test]
async fn the_console_signs_people_in_through_the_ordinary_authorization_endpoint() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let page = alma.browser.open("/admin/organisations").await;
    assert!(page.at.ends_with("/admin/organisations"), "comes back to the page: {}", page.at);
    assert!(page.says("Northshore"), "{}", page.html);
    let visited = alma.browser.seen.join("\n");
    assert!(visited.contains("/authorize?response_type=code&client_id=wardgate-console"), "{visited}");
    let token = &alma.browser.cookies["wardgate_console"];
    assert!(!visited.contains(token.as_str()), "the token is in no address");
}

#[tokio::test]
async fn who_is_not_signed_in_signs_in_first_and_ends_at_the_page() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    alma.browser.cookies.clear();
    let mut browser = app.browser();
    let page = browser.open("/admin/organisations").await;
    assert!(page.at.contains("/sign-in"), "{}", page.at);
    let page = app.sign_in(&mut browser, &alma, page).await;
    assert!(page.at.ends_with("/admin/organisations"), "{}", page.at);
}

#[tokio::test]
async fn each_role_sees_its_own_part_and_nobody_elses() {
    for (role, front, organisations) in [
        (Role::Clinician, StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
        (Role::TeamLead, StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
        (Role::OrganisationAdmin, StatusCode::OK, StatusCode::OK),
        (Role::Admin, StatusCode::OK, StatusCode::OK),
        (Role::Support, StatusCode::OK, StatusCode::FORBIDDEN),
        (Role::Auditor, StatusCode::OK, StatusCode::OK),
    ] {
        let app = TestApp::start().await;
        place(&app.app, "Southside", "Eyes").await;
        let mut alma = somebody(&app, role).await;
        assert_eq!(alma.browser.open("/admin").await.status, front, "{role:?}");
        let page = alma.browser.open("/admin/organisations").await;
        assert_eq!(page.status, organisations, "{role:?}");
        let sees_others = matches!(role, Role::Admin | Role::Auditor);
        assert_eq!(page.says("Southside"), sees_others, "{role:?}");
        let may_add = role == Role::Admin;
        assert_eq!(
            page.html.contains("method=\"post\" action=\"/admin/organisations\""),
            may_add,
            "{role:?}"
        );
    }
}

#[tokio::test]
async fn who_is_disabled_or_signed_out_is_out_of_the_console_at_once() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    alma.browser.open("/admin/organisations").await;
    let page = alma.browser.open("/sign-out").await;
    alma.browser.submit(page.form("/sign-out")).await;
    let page = alma.browser.open("/admin/organisations").await;
    assert!(page.at.contains("/sign-in"), "{}", page.at);
    app.sign_in(&mut alma.browser.clone(), &alma, page).await;
}

#[tokio::test]
async fn a_code_of_another_browser_and_a_foreign_issuer_open_nothing_a74() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    alma.browser.open("/admin").await;
    let seen = alma.browser.seen.join("\n");
    let back = seen.split('"').find(|text| text.contains("/admin/callback?")).unwrap();
    let mut other = app.browser();
    assert_eq!(other.open(back).await.status, StatusCode::GONE);
    assert!(!other.cookies.contains_key("wardgate_console"));
    assert_eq!(alma.browser.open(back).await.status, StatusCode::GONE, "and none a second time");
}

async fn first_form(alma: &mut Person) -> Form {
    let page = alma.browser.open("/admin/organisations").await;
    let href = page.html.split("href=\"/admin/organisations/").nth(1).unwrap();
    let id = href.split('"').next().unwrap();
    let page = alma.browser.open(&format!("/admin/organisations/{id}")).await;
    page.form(&format!("/admin/organisations/{id}"))
}

#[tokio::test]
async fn of_two_who_edit_an_organisation_the_second_is_told_and_nothing_is_lost() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let form = first_form(&mut alma).await;
    let page = alma.browser.submit(form.clone().with("name", "Northshore Trust")).await;
    assert!(page.says("Saved.") && page.says("Northshore Trust"), "{}", page.html);
    let page = alma.browser.submit(form.with("name", "Northshore Group")).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    assert!(page.says("Somebody else changed this"), "{}", page.html);
    assert!(page.html.contains("value=\"Northshore Group\""), "what was typed is still there");
    let page = alma.browser.submit(page.form("/admin/organisations/")).await;
    assert!(page.says("Saved.") && page.says("Northshore Group"), "{}", page.html);
    let trail = app.texts("SELECT detail FROM audit WHERE act = 'organisation.changed' ORDER BY id").await;
    assert_eq!(trail[0], r#"{"name":{"before":"Northshore Hospital","after":"Northshore Trust"}}"#);
    assert_eq!(trail.len(), 2);
}

#[tokio::test]
async fn a_name_is_checked_and_unique_and_an_addition_lands_on_its_page() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let form = alma.browser.open("/admin/organisations").await.form("/admin/organisations");
    let long = "x".repeat(81);
    for (name, words) in
        [("", "1 to 80"), (long.as_str(), "1 to 80"), ("Northshore Hospital", "name is taken")]
    {
        let page = alma.browser.submit(form.clone().with("name", name)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says(words), "{name}: {}", page.html);
    }
    let page = alma.browser.submit(form.with("name", "Eastgate")).await;
    assert!(page.says("Now add its teams"), "{}", page.html);
    let id = page.at.split('/').next_back().unwrap().split('?').next().unwrap().to_owned();
    let form = page.form(&format!("/admin/organisations/{id}/teams"));
    let page = alma.browser.submit(form.clone().with("team", "Lungs")).await;
    assert!(page.says("The team is there.") && page.says("Lungs"), "{}", page.html);
    let page = alma.browser.submit(form.with("team", "Lungs")).await;
    assert!(page.says("name is taken"));
}

#[tokio::test]
async fn long_lists_come_in_pages_and_a_cursor_is_of_use_in_its_own_list_alone_a107() {
    let app = TestApp::start().await;
    let mut alma = somebody(&app, Role::Admin).await;
    let act = Act::Change(Area::Organisations, None);
    for number in 0..60 {
        let name = format!("Ward {number:03}");
        let host = wardgate::audit::Origin::of(wardgate::audit::Actor::Host);
        let ground = &app.app.ground;
        wardgate::organisations::add(ground, permit(act), &host, (&name, false)).await.unwrap();
    }
    let page = alma.browser.open("/admin/organisations?q=ward").await;
    assert!(page.says("Ward 000") && page.says("Ward 049") && !page.says("Ward 050"));
    let next = link(&page, "after");
    let page = alma.browser.open(&next).await;
    assert!(page.says("Ward 050") && page.says("Ward 059") && !page.says("Northshore"));
    assert!(!page.html.contains("after"), "the last page has no next one");
    let forged = next.replace(&next[next.len() - 8..], "00000000");
    assert_eq!(alma.browser.open(&forged).await.status, StatusCode::NOT_FOUND);
    let page = alma.browser.open("/admin/organisations?q=100%25").await;
    assert!(page.says("Nothing found"), "a sign that stands for others stands for itself");
}

fn link(page: &Page, part: &str) -> String {
    let href = page.html.split("href=\"").find(|at| at.split('"').next().unwrap().contains(part));
    href.unwrap().split('"').next().unwrap().replace("&amp;", "&").replace("&#x3D;", "=")
}
