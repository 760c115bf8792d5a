//! The applications that somebody uses, and taking back what one of them may do.

use super::super::answer::{self, Answer};
use super::super::frame::Page;
use super::super::visit::Visit;
use super::consent::in_words;
use crate::journey::Need;
use serde_json::{Value, json};
use std::sync::Arc;

/// GET /account/apps
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let account = visit.ready(Need::Applications).await?;
    let used = visit.app.grants.applications(account).await?;
    let view = |it: &crate::grants::Used| {
        let learns = if it.learns.is_empty() { Vec::new() } else { in_words(&it.learns) };
        json!({ "id": it.client.id, "name": it.client.name, "learns": learns })
    };
    let said = match visit.query.get("said") {
        Some("removed") => visit.text("status-app-removed", &[]),
        _ => String::new(),
    };
    let apps: Vec<Value> = used.iter().map(view).collect();
    visit.page(Page::new("apps", json!({ "apps": apps })).said(said))
}

/// POST /account/apps/remove
pub(super) async fn remove(visit: Arc<Visit>) -> Answer {
    let account = visit.ready(Need::Applications).await?;
    visit.app.grants.withdraw(account, visit.field("client_id"), &visit.origin).await?;
    Ok(answer::go("/account/apps?said=removed"))
}
