//! The front page: what needs somebody's attention.

use super::super::answer::{Answer, Stop};
use super::super::frame::Page;
use super::super::visit::Visit;
use super::entry::Caller;
use crate::outbox::End;
use crate::outbox::directory::{self, Shown};
use crate::rights::Area;
use crate::themes::Arg;
use serde_json::{Value, json};
use std::sync::Arc;

/// GET /admin
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller().await?;
    let Value::Array(mut parts) = super::nav(&caller, "") else { return Err(Stop::Forbidden) };
    // The first is this page.
    parts.remove(0);
    if parts.is_empty() {
        return Err(Stop::Forbidden);
    }
    let data = json!({ "parts": parts, "attention": attention(&visit, &caller).await? });
    super::page(&visit, &caller, ("/admin", Page::new("admin_home", data)))
}

async fn attention(visit: &Visit, caller: &Caller) -> Result<Vec<Value>, Stop> {
    let mut all = Vec::new();
    if caller.sees(Area::Messages) {
        for (shown, key) in [(Shown::Late, "attention-late"), (Shown::Ended(End::Dead), "attention-dead")] {
            let count = directory::count(visit.app.ground.db.read(), shown).await?;
            if count > 0 {
                all.push(item(visit, key, count, &format!("/admin/messages?state={}", shown.name())));
            }
        }
    }
    Ok(all)
}

/// A line in words; a hundred and more is enough to know.
fn item(visit: &Visit, key: &str, count: u64, href: &str) -> Value {
    let count = i64::try_from(count.min(100)).unwrap_or(100);
    json!({ "href": href, "text": visit.text(key, &[("count", Arg::Number(count))]) })
}
