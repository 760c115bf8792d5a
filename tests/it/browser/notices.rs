//! An admin writes a notice and publishes it; somebody who is signed in elsewhere is asked the next time.

use super::chrome::Chrome;
use super::demo::{Demo, LENA, LENAS_PASSWORD, LENAS_PHONE};

const ENGLISH: &str = "## What is new\n\nReadings of *scales* are shown too. [Read how](https://example.org/scales).\n\n\
    - Weight once a day\n- **No** advice on doses";
const GERMAN: &str = "## Was neu ist\n\nWerte von *Waagen* werden auch gezeigt.\n\n- Gewicht einmal am Tag";

/// For an admin who is signed in at the console.
pub(super) async fn notices(demo: &Demo, chrome: &Chrome) {
    let elsewhere = Chrome::open(true).await;
    sign_in_elsewhere(demo, &elsewhere).await;
    write(demo, chrome).await;
    publish(demo, chrome).await;
    elsewhere.go(&format!("{}/login", demo.dashboard.trim_end_matches('/'))).await;
    elsewhere.arrive("Scales").await;
    elsewhere.look("notice").await;
    elsewhere.press("Continue").await;
    elsewhere.read("Tick the box to go on").await;
    elsewhere.tick("accept").await;
    elsewhere.press("Continue").await;
    elsewhere.arrive("Patients on remote monitoring").await;
    elsewhere.quit().await;
    accepted(demo, chrome).await;
}

async fn sign_in_elsewhere(demo: &Demo, chrome: &Chrome) {
    chrome.go(&demo.dashboard).await;
    chrome.arrive("Sign in").await;
    chrome.fill("email", LENA).await;
    chrome.fill("password", LENAS_PASSWORD).await;
    chrome.press("Sign in").await;
    chrome.arrive("2-step verification").await;
    chrome.fill("code", demo.message(LENAS_PHONE, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("Before you start").await;
    chrome.tick("accept").await;
    chrome.press("Start using Huma").await;
    chrome.arrive("Patients on remote monitoring").await;
}

async fn write(demo: &Demo, chrome: &Chrome) {
    chrome.go(&format!("{}/admin/notices", demo.issuer)).await;
    chrome.arrive("Notices").await;
    chrome.look("admin-notices").await;
    chrome.press("Write a notice").await;
    chrome.arrive("Write a notice").await;
    chrome.choose("audience", "everybody").await;
    chrome.fill("name", "scales").await;
    chrome.fill("title_0", "Waagen").await;
    chrome.fill("text_0", GERMAN).await;
    chrome.fill("title_1", "Scales").await;
    chrome.fill("text_1", "<b>New</b>").await;
    chrome.press("Save the draft").await;
    chrome.read("HTML cannot be used here").await;
    chrome.look("admin-notice-form").await;
    assert_eq!(chrome.typed("title_0").await, "Waagen", "nothing typed is lost");
    chrome.fill("text_1", ENGLISH).await;
    chrome.press("Save the draft").await;
    chrome.read("The draft is saved").await;
    chrome.look("admin-notice").await;
    let preview = chrome.href("English").await;
    chrome.go(&preview).await;
    chrome.arrive("Scales").await;
    chrome.read("This is a preview").await;
    chrome.look("admin-notice-preview").await;
}

async fn publish(demo: &Demo, chrome: &Chrome) {
    chrome.go(&format!("{}/admin/notices/scales", demo.issuer)).await;
    chrome.press("Publish").await;
    chrome.arrive("Publish this notice").await;
    chrome.read("2 people will be asked").await;
    chrome.press("Publish it now").await;
    chrome.read("People are asked from now on").await;
    chrome.press("Version 1").await;
    chrome.arrive("Version 1").await;
    chrome.look("admin-notice-version").await;
}

async fn accepted(demo: &Demo, chrome: &Chrome) {
    chrome.go(&format!("{}/admin/notices/scales/people", demo.issuer)).await;
    chrome.arrive("Who accepted").await;
    chrome.read("1 accepted, 1 have not yet").await;
    chrome.read("Lena Marsh").await;
    chrome.look("admin-notice-people").await;
    chrome.complaints().await;
}
