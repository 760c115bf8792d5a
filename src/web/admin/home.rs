//! The front page: what needs somebody's attention.

use super::super::answer::{Answer, Stop};
use super::super::frame::Page;
use super::super::visit::Visit;
use serde_json::json;
use std::sync::Arc;

/// GET /admin
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller().await?;
    let parts = super::nav(&caller, "");
    if parts.as_array().is_none_or(|parts| parts.len() < 2) {
        return Err(Stop::Forbidden);
    }
    let data = json!({ "parts": parts });
    super::page(&visit, &caller, ("/admin", Page::new("admin_home", data)))
}
