//! The team lead's page, and the invite that was withdrawn.

use super::chrome::Chrome;
use super::demo::{Demo, LENA, LENAS_PASSWORD, LENAS_PHONE};
use super::walk;

const BEN: &str = "ben.okri@northshore.example";
const CARA: &str = "cara.diaz@northshore.example";

#[tokio::test]
async fn a_team_lead_invites_a_list_withdraws_one_and_sends_one_again() {
    walk(true, async |demo, chrome| lead(demo, chrome, "").await).await;
}

#[tokio::test]
async fn a_team_lead_needs_no_scripts() {
    walk(false, async |demo, chrome| lead(demo, chrome, "no-script-").await).await;
}

async fn lead(demo: &Demo, chrome: &Chrome, prefix: &str) {
    sign_in(demo, chrome).await;
    chrome.look(&format!("{prefix}team")).await;
    chrome.press("Invite colleagues").await;
    chrome.fill("addresses", &format!("{BEN}\nnot an address\n{CARA}\n{BEN}")).await;
    chrome.fill("message", "See you on Monday.").await;
    chrome.look(&format!("{prefix}team-invite")).await;
    chrome.press("Send invites").await;
    chrome.read("2 invites were sent").await;
    chrome.read("This is not an email address").await;
    chrome.look(&format!("{prefix}team-report")).await;
    let first = demo.message(BEN, "You have been invited").await;
    withdraw(demo, chrome, prefix).await;
    chrome.press(&format!("Send again {BEN}")).await;
    chrome.read("The invite was sent again").await;
    chrome.look(&format!("{prefix}team-resent")).await;
    chrome.go(&format!("{}/sign-out", demo.issuer)).await;
    chrome.arrive("Sign out?").await;
    chrome.look(&format!("{prefix}sign-out")).await;
    chrome.go(first.link()).await;
    chrome.arrive("There is a newer invite").await;
    chrome.look(&format!("{prefix}invite-superseded")).await;
    demo.message(BEN, "You have been invited").await;
}

/// Withdraws an invite with its confirmation; who then follows it may ask for a new one.
async fn withdraw(demo: &Demo, chrome: &Chrome, prefix: &str) {
    let letter = demo.message(CARA, "You have been invited").await;
    chrome.press(&format!("Withdraw {CARA}")).await;
    chrome.arrive("Withdraw this invite?").await;
    chrome.read(CARA).await;
    chrome.look(&format!("{prefix}team-withdraw")).await;
    chrome.press("Withdraw invite").await;
    chrome.read("The invite was withdrawn").await;
    chrome.go(letter.link()).await;
    chrome.arrive("This invite was withdrawn").await;
    chrome.look(&format!("{prefix}invite-withdrawn")).await;
    chrome.press("Ask for a new one").await;
    chrome.read("We have told the person who invited you").await;
    chrome.look(&format!("{prefix}invite-asked")).await;
    let letter = demo.message(LENA, "asks for a new").await;
    chrome.look_at_mail("invite-asked", &letter).await;
    chrome.go(&format!("{}/team", demo.issuer)).await;
    chrome.arrive("Your team").await;
}

async fn sign_in(demo: &Demo, chrome: &Chrome) {
    chrome.go(&format!("{}/team", demo.issuer)).await;
    chrome.arrive("Sign in").await;
    chrome.fill("email", LENA).await;
    chrome.fill("password", LENAS_PASSWORD).await;
    chrome.press("Sign in").await;
    chrome.arrive("2-step verification").await;
    chrome.fill("code", demo.message(LENAS_PHONE, "is your code").await.code()).await;
    chrome.press("Next").await;
    chrome.arrive("Your team").await;
}
