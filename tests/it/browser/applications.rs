//! An admin adds an application, keeps its settings, changes it, gives it a new secret and removes it.

use super::chrome::Chrome;
use super::demo::Demo;
use super::walk;

const GRACE: &str = "grace.admin@northshore.example";
const GRACES_PASSWORD: &str = "plum kettle orbit nine";
const GRACES_PHONE: &str = "+447400100001";

#[tokio::test]
async fn an_admin_looks_after_an_application() {
    walk(true, async |demo, chrome| admin(demo, chrome, "").await).await;
}

#[tokio::test]
async fn an_admin_needs_no_scripts() {
    walk(false, async |demo, chrome| admin(demo, chrome, "no-script-").await).await;
}

async fn admin(demo: &Demo, chrome: &Chrome, prefix: &str) {
    sign_in(demo, chrome).await;
    chrome.look(&format!("{prefix}clients")).await;
    chrome.press("Add an application").await;
    chrome.arrive("Add an application").await;
    chrome.look(&format!("{prefix}client-kinds")).await;
    chrome.go(&format!("{}/admin/new-client?kind=server", demo.issuer)).await;
    chrome.arrive("Server application").await;
    chrome.look(&format!("{prefix}client-new")).await;
    chrome.fill("name", "Ward 4 tablets").await;
    chrome.fill("redirect_uris", "http://ward.example.org/callback").await;
    chrome.press("Add application").await;
    chrome.read("must be https").await;
    chrome.look(&format!("{prefix}client-mistake")).await;
    chrome.fill("redirect_uris", "https://ward.example.org/callback").await;
    chrome.press("Add application").await;
    chrome.read("shown this once").await;
    chrome.look(&format!("{prefix}client-secret")).await;
    chrome.press("I have copied it").await;
    chrome.arrive("Ward 4 tablets").await;
    chrome.read("this console").await;
    chrome.look(&format!("{prefix}client")).await;
    chrome.press("Change settings").await;
    chrome.arrive("Settings of the application").await;
    chrome.press("More settings").await;
    chrome.tick("third_party").await;
    chrome.look(&format!("{prefix}client-edit")).await;
    chrome.press("Save").await;
    chrome.read("Saved.").await;
    chrome.press("Make a new secret").await;
    chrome.read("The old one works until").await;
    chrome.press("I have copied it").await;
    chrome.press("Remove this application").await;
    chrome.arrive("Remove this application").await;
    chrome.look(&format!("{prefix}client-remove")).await;
    chrome.press("Remove application").await;
    chrome.read("The application was removed").await;
    chrome.go(&format!("{}/admin/clients/clinician-dashboard", demo.issuer)).await;
    chrome.read("configuration file").await;
    chrome.look(&format!("{prefix}client-configured")).await;
}

async fn sign_in(demo: &Demo, chrome: &Chrome) {
    chrome.go(&format!("{}/admin/clients", demo.issuer)).await;
    chrome.arrive("Sign in").await;
    chrome.fill("email", GRACE).await;
    chrome.fill("password", GRACES_PASSWORD).await;
    chrome.press("Sign in").await;
    chrome.arrive("2-step verification").await;
    chrome.fill("code", demo.message(GRACES_PHONE, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("Applications").await;
}
