//! `wardgate dev seed`: an installation full of made-up people, in which everything is as if they had come by themselves.

use crate::support::TestApp;
use wardgate::demo::crowd::{self, Crowd};

#[tokio::test]
async fn a_crowd_is_there_with_its_trail_sealed_and_anybody_of_it_signs_in() {
    let app = TestApp::start().await;
    let before = app.number("SELECT count(*) FROM audit").await;
    let crowd = Crowd { organisations: 2, people: 120, audit_rows: 700 };
    crowd::seed(&app.app, crowd, |_| ()).await.unwrap();
    for (table, count) in
        [("accounts", 120), ("memberships", 120), ("authenticators", 120), ("invitations", 132)]
    {
        assert_eq!(app.number(&format!("SELECT count(*) FROM {table}")).await, count, "{table}");
    }
    assert_eq!(app.number("SELECT count(*) FROM audit").await, before + 700);
    assert_eq!(app.number("SELECT count(*) FROM audit WHERE place IS NULL").await, 0);
    let mut browser = app.browser();
    let page = browser.open("/sign-in").await;
    let form = page.form("/sign-in").with("email", "person3@crowd.example").with("password", crowd::PASSWORD);
    assert_eq!(browser.submit(form).await.title(), "2-step verification");
}
