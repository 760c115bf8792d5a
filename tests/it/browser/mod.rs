//! A real Chromium walks through the demo as people do: with scripts and without, on a wide screen and a phone, light
//! and dark, in English and German. Pictures of every page are left in `target/screenshots`; with `WARDGATE_TEST_PICTURES`
//! in the environment in dark too.
//!
//! Needs the services of `scripts/test`: a ChromeDriver and the accessibility checker axe.

mod applications;
mod chrome;
mod console;
mod demo;
mod look;
mod notices;
mod pages;
mod people;
mod recovery;
mod sign_up;
mod team;

use chrome::Chrome;
use demo::Demo;
use futures_util::FutureExt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::{Duration, Instant};

/// How long a page or a message may take: two cores are shared by several browsers.
const PATIENCE: Duration = Duration::from_secs(20);

/// A walk through a demo of its own in a fresh browser, which is closed also when the walk fails: left to its own end,
/// a driver blocks for two minutes.
async fn walk(scripts: bool, steps: impl AsyncFnOnce(&Demo, &Chrome)) {
    let (demo, chrome) = (Demo::start(), Chrome::open(scripts).await);
    let walked = AssertUnwindSafe(steps(&demo, &chrome)).catch_unwind().await;
    chrome.quit().await;
    if let Err(panic) = walked {
        resume_unwind(panic);
    }
}

/// Looks again and again until there is something; `None` when patience has run out.
async fn until<T, F: Future<Output = Option<T>>>(look: impl Fn() -> F) -> Option<T> {
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if let Some(found) = look().await {
            return Some(found);
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    None
}
