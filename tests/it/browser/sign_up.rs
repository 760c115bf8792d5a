//! From the invite to the dashboard, word by word as the guide for clinicians says, and in again the next day.

use super::chrome::Chrome;
use super::demo::{ADA, Demo};
use super::walk;

const PASSWORD: &str = "violet anchor teapot mosaic";
const PHONE: &str = "+447400123456";

#[tokio::test]
async fn an_invited_clinician_reaches_the_dashboard_and_signs_in_again() {
    walk(true, async |demo, chrome| from_invite_to_dashboard(demo, chrome, "").await).await;
}

#[tokio::test]
async fn the_same_way_can_be_gone_without_scripts() {
    walk(false, async |demo, chrome| from_invite_to_dashboard(demo, chrome, "no-script-").await).await;
}

#[tokio::test]
async fn the_way_can_be_gone_in_german() {
    walk(true, async |demo, chrome| in_german(demo, chrome).await).await;
}

async fn from_invite_to_dashboard(demo: &Demo, chrome: &Chrome, prefix: &str) {
    let look = |name: &str| format!("{prefix}{name}");
    sign_up(demo, chrome, &look).await;
    first_code_and_disclaimer(demo, chrome, &look).await;
    chrome.press("Sign out").await;
    chrome.arrive("You are signed out").await;
    chrome.look(&look("dashboard-signed-out")).await;
    sign_in_again(demo, chrome, &look).await;
    what_applications_ask(demo, chrome, &look).await;
    chrome.go(&format!("{}/demo/inbox", demo.issuer)).await;
    chrome.look(&look("inbox")).await;
}

async fn sign_up(demo: &Demo, chrome: &Chrome, look: &impl Fn(&str) -> String) {
    let invite = demo.message(ADA, "You have been invited").await;
    chrome.look_at_mail("invite", &invite).await;
    chrome.go(&format!("{}/demo/inbox", demo.issuer)).await;
    chrome.arrive("Demo inbox").await;
    chrome.look(&look("inbox-first")).await;
    let mail = chrome.href("See it as an email").await;
    let policy = reqwest::get(&mail).await.unwrap().headers()["content-security-policy"].clone();
    assert!(policy.to_str().unwrap().starts_with("sandbox; "), "an e-mail runs nothing: {policy:?}");
    chrome.go(&mail).await;
    chrome.arrive("You have been invited to Huma").await;
    chrome.press("Create account").await;
    chrome.arrive("Create your Huma account").await;
    let can_show_password = chrome.words("[data-password] button").await.is_some();
    assert_eq!(can_show_password, chrome.scripts, "scripts run where they are meant to");
    chrome.look(&look("create-account")).await;
    chrome.fill("given_name", "Ada").await;
    chrome.fill("password", "short").await;
    chrome.press("Create account").await;
    chrome.read("need another look").await;
    assert_eq!(chrome.typed("given_name").await, "Ada", "nothing typed is lost");
    chrome.look(&look("create-account-problems")).await;
    chrome.fill("family_name", "Byron").await;
    chrome.choose("profession", "doctor").await;
    chrome.fill("password", PASSWORD).await;
    chrome.tick("terms").await;
    chrome.press("Create account").await;
    chrome.arrive("Check your email").await;
    chrome.look(&look("check-email")).await;
    let letter = demo.message(ADA, "Verify your email").await;
    chrome.look_at_mail("verify-email", &letter).await;
    chrome.go(letter.link()).await;
    chrome.arrive("Verify your email").await;
    chrome.look(&look("verify-email")).await;
    chrome.press("Verify email").await;
    chrome.arrive("Set up 2-step verification").await;
    chrome.look(&look("phone")).await;
    chrome.fill("number", "07400 12").await;
    chrome.press("Continue").await;
    chrome.read("not a complete phone number").await;
    chrome.look(&look("phone-problem")).await;
    chrome.fill("number", "07400 123456").await;
    chrome.press("Continue").await;
}

async fn first_code_and_disclaimer(demo: &Demo, chrome: &Chrome, look: &impl Fn(&str) -> String) {
    chrome.arrive("2-step verification").await;
    chrome.look(&look("first-code")).await;
    chrome.fill("code", demo.message(PHONE, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("Before you start").await;
    chrome.look(&look("disclaimer")).await;
    chrome.press("Start using Huma").await;
    chrome.read("Tick the box to go on").await;
    chrome.look(&look("disclaimer-problem")).await;
    chrome.tick("accept").await;
    chrome.press("Start using Huma").await;
    chrome.arrive("Patients on remote monitoring").await;
    chrome.look(&look("dashboard")).await;
}

async fn sign_in_again(demo: &Demo, chrome: &Chrome, look: &impl Fn(&str) -> String) {
    chrome.go(&demo.dashboard).await;
    chrome.arrive("Sign in").await;
    chrome.look(&look("sign-in")).await;
    chrome.fill("email", ADA).await;
    chrome.fill("password", "not the password").await;
    chrome.press("Sign in").await;
    chrome.read("do not match an account").await;
    assert_eq!(chrome.typed("email").await, ADA, "nothing typed is lost");
    chrome.look(&look("sign-in-problem")).await;
    chrome.fill("password", PASSWORD).await;
    chrome.press("Sign in").await;
    chrome.arrive("2-step verification").await;
    chrome.look(&look("code")).await;
    chrome.fill("code", demo.message(PHONE, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("Patients on remote monitoring").await;
}

/// The pages that somebody who is signed in sees when an application wants them, and the list of applications.
async fn what_applications_ask(demo: &Demo, chrome: &Chrome, look: &impl Fn(&str) -> String) {
    let callback = format!("{}/callback", demo.dashboard.trim_end_matches('/'));
    let callback: String = url::form_urlencoded::byte_serialize(callback.as_bytes()).collect();
    let request = format!(
        "{}/authorize?response_type=code&client_id=clinician-dashboard&redirect_uri={callback}&scope=openid%20profile\
         %20email%20phone%20wardgate:staff&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\
         &code_challenge_method=S256",
        demo.issuer
    );
    for (prompt, heading) in [
        ("consent", "Share your details with Huma?"),
        ("select_account", "Choose an account"),
        ("create", "By invite only"),
    ] {
        chrome.go(&format!("{request}&prompt={prompt}")).await;
        chrome.arrive(heading).await;
        chrome.look(&look(&format!("prompt-{prompt}"))).await;
        if prompt == "consent" {
            // The dashboard began no such sign-in and says so; what it may learn is remembered.
            chrome.press("Allow").await;
            chrome.arrive("This sign-in has run out").await;
        }
    }
    for (path, heading, name) in [
        ("/account/apps", "Apps you use", "apps"),
        ("/logout?client_id=clinician-dashboard", "Sign out?", "logout-question"),
    ] {
        chrome.go(&format!("{}{path}", demo.issuer)).await;
        chrome.arrive(heading).await;
        chrome.look(&look(name)).await;
    }
}

async fn in_german(demo: &Demo, chrome: &Chrome) {
    let invite = demo.message(ADA, "You have been invited").await;
    chrome.go(&format!("{}?ui_locales=de", invite.link())).await;
    chrome.arrive("Ihr Konto bei Huma anlegen").await;
    chrome.press_main().await;
    chrome.look("de-create-account-problems").await;
    chrome.fill("given_name", "Ada").await;
    chrome.fill("family_name", "Byron").await;
    chrome.choose("profession", "midwife").await;
    chrome.fill("password", PASSWORD).await;
    chrome.tick("terms").await;
    chrome.press_main().await;
    chrome.arrive("Sehen Sie in Ihr Postfach").await;
    chrome.look("de-check-email").await;
    let letter = demo.message(ADA, "Bestätigen Sie").await;
    chrome.look_at_mail("de-verify-email", &letter).await;
    chrome.go(letter.link()).await;
    chrome.look("de-verify-email").await;
    chrome.press_main().await;
    chrome.arrive("Bestätigung in zwei Schritten einrichten").await;
    chrome.look("de-phone").await;
    chrome.fill("number", "07400 123456").await;
    chrome.press_main().await;
    chrome.arrive("Bestätigung in zwei Schritten").await;
    chrome.look("de-first-code").await;
    chrome.fill("code", demo.message(PHONE, "@localhost").await.code()).await;
    chrome.press_main().await;
    chrome.arrive("Bevor Sie beginnen").await;
    chrome.look("de-disclaimer").await;
}
