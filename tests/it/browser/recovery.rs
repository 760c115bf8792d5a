//! A forgotten password, to the end; a mailed link opened on another machine.

use super::chrome::Chrome;
use super::demo::{ADA, Demo, LENA, LENAS_PHONE};
use super::walk;

const NEW_PASSWORD: &str = "walnut ferry compass drum";

#[tokio::test]
async fn a_forgotten_password_is_replaced_with_a_mailed_code_and_a_text_message() {
    walk(true, async |demo, chrome| forgot(demo, chrome, "").await).await;
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_without_scripts_too() {
    walk(false, async |demo, chrome| forgot(demo, chrome, "no-script-").await).await;
}

async fn forgot(demo: &Demo, chrome: &Chrome, prefix: &str) {
    chrome.go(&demo.dashboard).await;
    chrome.press("Forgot your password?").await;
    chrome.arrive("Set a new password").await;
    chrome.look(&format!("{prefix}forgot")).await;
    chrome.fill("email", LENA).await;
    chrome.press("Send a code").await;
    chrome.arrive("Check your email").await;
    chrome.look(&format!("{prefix}forgot-code")).await;
    let letter = demo.message(LENA, "Type this code").await;
    chrome.fill("code", letter.code()).await;
    chrome.press("Next").await;
    chrome.arrive("2-step verification").await;
    chrome.look(&format!("{prefix}forgot-sms")).await;
    chrome.fill("code", demo.message(LENAS_PHONE, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("Choose a new password").await;
    chrome.fill("password", "password1234").await;
    chrome.press("Set new password").await;
    chrome.read("easy to guess").await;
    chrome.look(&format!("{prefix}new-password-problem")).await;
    chrome.fill("password", NEW_PASSWORD).await;
    chrome.press("Set new password").await;
    chrome.read("Your password is changed").await;
    chrome.look(&format!("{prefix}password-changed")).await;
    chrome.fill("email", LENA).await;
    chrome.fill("password", NEW_PASSWORD).await;
    chrome.press("Sign in").await;
    chrome.arrive("2-step verification").await;
    chrome.fill("code", demo.message(LENAS_PHONE, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("Before you start").await;
    chrome.look_at_mail("reset-code", &letter).await;
    let letter = demo.message(LENA, "password was changed").await;
    chrome.look_at_mail("password-changed", &letter).await;
}

#[tokio::test]
async fn a_mailed_link_opened_on_another_machine_asks_for_the_password_a13() {
    walk(true, async |demo, chrome| verify_elsewhere(demo, chrome).await).await;
}

async fn verify_elsewhere(demo: &Demo, chrome: &Chrome) {
    chrome.go(demo.message(ADA, "You have been invited").await.link()).await;
    chrome.fill("given_name", "Ada").await;
    chrome.fill("family_name", "Byron").await;
    chrome.choose("profession", "nurse").await;
    chrome.fill("password", NEW_PASSWORD).await;
    chrome.tick("terms").await;
    chrome.press("Create account").await;
    chrome.arrive("Check your email").await;
    chrome.become_another().await;
    let letter = demo.message(ADA, "Verify your email").await;
    chrome.go(letter.link()).await;
    chrome.arrive("Verify your email").await;
    chrome.look("verify-elsewhere").await;
    chrome.fill("password", NEW_PASSWORD).await;
    chrome.press("Verify email").await;
    chrome.arrive("Set up 2-step verification").await;
}
