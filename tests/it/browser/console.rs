//! The console, as an admin walks through it.

use super::chrome::Chrome;
use super::demo::Demo;
use super::walk;

const GRACE: &str = "grace.admin@northshore.example";
const PASSWORD: &str = "plum kettle orbit nine";
const PHONE: &str = "+447400100001";

#[tokio::test]
async fn an_admin_finds_every_part_of_the_console_and_works_in_it() {
    walk(true, async |demo, chrome| {
        sign_in(demo, chrome).await;
        chrome.look("admin-home").await;
        organisations(demo, chrome).await;
        invites(demo, chrome).await;
        operations(demo, chrome).await;
        super::notices::notices(demo, chrome).await;
    })
    .await;
}

/// Signs Grace in at the console.
pub(super) async fn sign_in(demo: &Demo, chrome: &Chrome) {
    chrome.go(&format!("{}/admin", demo.issuer)).await;
    chrome.arrive("Sign in").await;
    chrome.fill("email", GRACE).await;
    chrome.fill("password", PASSWORD).await;
    chrome.press("Sign in").await;
    chrome.arrive("2-step verification").await;
    chrome.fill("code", demo.message(PHONE, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("Administration").await;
}

async fn organisations(demo: &Demo, chrome: &Chrome) {
    chrome.go(&format!("{}/admin/organisations", demo.issuer)).await;
    chrome.arrive("Organisations").await;
    chrome.look("admin-organisations").await;
    chrome.press("Add an organisation").await;
    chrome.fill("name", "Southside Clinic").await;
    chrome.press("Add organisation").await;
    chrome.arrive("Southside Clinic").await;
    chrome.fill("peer_quota", "5").await;
    chrome.fill("invite_domains", "southside.example").await;
    chrome.press("Save").await;
    chrome.read("Saved").await;
    assert_eq!(chrome.typed("peer_quota").await, "5");
    chrome.fill("team", "Diabetes").await;
    chrome.press("Add team").await;
    chrome.read("The team is there").await;
    chrome.look("admin-organisation").await;
}

async fn invites(demo: &Demo, chrome: &Chrome) {
    chrome.go(&format!("{}/admin/invites", demo.issuer)).await;
    chrome.arrive("Invites").await;
    chrome.look("admin-invites").await;
    chrome.go(&format!("{}/admin/invites/new", demo.issuer)).await;
    chrome.arrive("Invite somebody").await;
    chrome.fill("email", "nora@northshore.example").await;
    chrome.look("admin-invite-new").await;
    chrome.press("Send invite").await;
    chrome.arrive("nora@northshore.example").await;
    chrome.read("The invite is on its way.").await;
    chrome.look("admin-invite").await;
    chrome.go(&format!("{}/admin/invites/bulk", demo.issuer)).await;
    chrome.arrive("Invite many at once").await;
    chrome.fill("list", "mia@northshore.example, Mia, Fox\nnora@northshore.example\nnobody").await;
    chrome.look("admin-invite-bulk").await;
    chrome.press("Check the list").await;
    chrome.arrive("List of 3 people").await;
    chrome.read("Not an email address").await;
    chrome.look("admin-invite-list").await;
    chrome.press("Send one invite").await;
    chrome.read("The invites are being sent.").await;
    demo.message("mia@northshore.example", "invited").await;
    chrome.go(&format!("{}/admin/invites?q=mia", demo.issuer)).await;
    chrome.read("Mia Fox").await;
}

async fn operations(demo: &Demo, chrome: &Chrome) {
    for (path, heading, name) in [
        ("/admin/messages", "Messages", "admin-messages"),
        ("/admin/messages/previews/invite.en", "invite · English", "admin-preview"),
        ("/admin/keys", "Signing keys", "admin-keys"),
        ("/admin/audit", "Audit trail", "admin-audit"),
        ("/admin/settings", "Effective settings", "admin-settings"),
    ] {
        chrome.go(&format!("{}{path}", demo.issuer)).await;
        chrome.arrive(heading).await;
        chrome.look(name).await;
    }
    chrome.go(&format!("{}/admin/keys", demo.issuer)).await;
    chrome.choose("wish", "now").await;
    chrome.press("Rotate keys").await;
    chrome.arrive("Rotate signing keys").await;
    chrome.look("admin-confirm").await;
    chrome.press("Rotate keys").await;
    chrome.read("The keys were rotated").await;
    chrome.go(&format!("{}/api/v1/docs", demo.issuer)).await;
    chrome.read("List the organisations that you see").await;
    chrome.complaints().await;
}
