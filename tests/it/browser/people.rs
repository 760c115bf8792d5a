//! An admin finds somebody, looks at the page, signs the person out, and disables and enables the account.

use super::chrome::Chrome;
use super::demo::Demo;
use super::walk;

const GRACE: (&str, &str, &str) =
    ("grace.admin@northshore.example", "plum kettle orbit nine", "+447400100001");

#[tokio::test]
async fn an_admin_finds_and_disables_somebody() {
    walk(true, async |demo, chrome| admin(demo, chrome, "").await).await;
}

#[tokio::test]
async fn an_admin_of_people_needs_no_scripts() {
    walk(false, async |demo, chrome| admin(demo, chrome, "no-script-").await).await;
}

async fn admin(demo: &Demo, chrome: &Chrome, prefix: &str) {
    chrome.go(&format!("{}/admin/people", demo.issuer)).await;
    chrome.arrive("Sign in").await;
    chrome.fill("email", GRACE.0).await;
    chrome.fill("password", GRACE.1).await;
    chrome.press("Sign in").await;
    chrome.arrive("2-step verification").await;
    chrome.fill("code", demo.message(GRACE.2, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("People").await;
    chrome.look(&format!("{prefix}admin-people")).await;
    chrome.fill("q", "nobody").await;
    chrome.press("Search").await;
    chrome.read("Nothing found").await;
    chrome.look(&format!("{prefix}admin-people-none")).await;
    chrome.fill("q", "lena ma").await;
    chrome.press("Search").await;
    chrome.press("Lena Marsh").await;
    chrome.arrive("Lena Marsh").await;
    chrome.look(&format!("{prefix}admin-person")).await;
    chrome.press("Disable").await;
    chrome.arrive("Disable this account?").await;
    chrome.look(&format!("{prefix}admin-person-disable")).await;
    chrome.press("Disable account").await;
    chrome.read("The account is disabled and signed out everywhere").await;
    chrome.look(&format!("{prefix}admin-person-disabled")).await;
    chrome.press("Enable again").await;
    chrome.read("The account is enabled again").await;
    chrome.go(&format!("{}/admin/people", demo.issuer)).await;
    chrome.press("Grace Okafor").await;
    chrome.arrive("Grace Okafor").await;
    chrome.press("Add or change a role").await;
    chrome.look(&format!("{prefix}admin-person-self")).await;
    chrome.press("Disable").await;
    chrome.press("Disable account").await;
    chrome.read("You cannot do this to yourself").await;
    chrome.look(&format!("{prefix}admin-person-refused")).await;
}
