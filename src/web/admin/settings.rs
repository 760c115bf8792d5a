//! The configuration in force, to be read: it is changed where it is written.

use super::super::answer::Answer;
use super::super::frame::Page;
use super::super::visit::Visit;
use crate::config::{Setting, Source};
use crate::rights::Area;
use serde_json::{Value, json};
use std::sync::Arc;

const PART: &str = "/admin/settings";

/// GET /admin/settings
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Settings).await?;
    let view = |it: &Setting| {
        let source_key = match it.source {
            Source::Default => "setting-default",
            Source::File => "setting-file",
            Source::Environment => "setting-environment",
        };
        json!({ "key": it.key, "value": it.value, "source_key": source_key, "is_own": it.source != Source::Default })
    };
    let rows: Vec<Value> = visit.app.config.effective().iter().map(view).collect();
    let file = visit.app.config.file.as_ref().map(|file| file.display().to_string());
    let data = json!({
        "rows": rows, "file": file.unwrap_or_default(), "version": env!("CARGO_PKG_VERSION"),
        "is_production": visit.app.config.is_production(),
    });
    super::page(&visit, &caller, (PART, Page::new("admin_settings", data)))
}
