//! Pages that need no account.

use super::chrome::Chrome;
use super::demo::{Demo, LENA};
use super::{until, walk};

#[tokio::test]
async fn pages_for_everybody_say_the_next_step_and_who_helps() {
    walk(true, async |demo, chrome| {
        everybody(demo, chrome).await;
        guess(demo, chrome).await;
    })
    .await;
}

async fn everybody(demo: &Demo, chrome: &Chrome) {
    for (path, heading, name) in [
        ("/access", "By invite only", "access"),
        ("/terms", "Terms and conditions", "terms"),
        ("/nothing/here", "There is no such page", "not-found"),
        ("/invite/unknown", "We cannot find this invite", "invite-unknown"),
        ("/verify/unknown", "This link no longer works", "verify-unknown"),
        ("/signed-out", "You are signed out", "signed-out"),
        ("/authorize?client_id=unknown", "The app sent an unusable request", "bad-client"),
        ("/continue?flow=gone", "This page was open for too long", "stale"),
    ] {
        chrome.go(&format!("{}{path}", demo.issuer)).await;
        chrome.arrive(heading).await;
        chrome.read("support@huma.com").await;
        chrome.look(name).await;
    }
}

/// Too many wrong passwords lead to a page that says until when to wait.
async fn guess(demo: &Demo, chrome: &Chrome) {
    for _ in 0..20 {
        // Opened anew for each guess: the page that is left has the same heading, and may still be there.
        chrome.go(&format!("{}/sign-in", demo.issuer)).await;
        chrome.arrive("Sign in").await;
        chrome.fill("email", LENA).await;
        chrome.fill("password", "not the password").await;
        chrome.press("Sign in").await;
        let answered = until(|| async {
            let page = chrome.words("main").await?;
            ["do not match an account", "too many tries"].into_iter().find(|words| page.contains(words))
        });
        if answered.await == Some("too many tries") {
            break;
        }
    }
    chrome.arrive("Please wait a while").await;
    chrome.look("wait").await;
}
