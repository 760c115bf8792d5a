//! The demo's inbox: every e-mail and text message that would have gone out, newest first. The
//! route exists in the demo alone.

use super::super::answer::{self, Answer};
use super::super::frame::Page;
use super::super::visit::Visit;
use crate::messages::memory::Delivered;
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// GET /demo/inbox
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let items: Vec<Value> = visit.app.mailbox.newest_first().iter().map(|it| item(&visit, it)).collect();
    let home = visit.app.config.clients.first().and_then(|client| client.home_uri.clone());
    let data = json!({ "items": items, "dashboard_href": home.unwrap_or_default() });
    visit.page(Page::new("demo_inbox", data))
}

/// GET /demo/inbox.json
pub(super) async fn json(visit: Arc<Visit>) -> Answer {
    let all: Vec<Value> = visit
        .app
        .mailbox
        .newest_first()
        .iter()
        .map(|it| {
            json!({
                "kind": it.kind.as_str(), "to": it.to, "subject": it.subject, "text": it.text,
                "html": it.html, "sent_at": it.sent_at,
            })
        })
        .collect();
    Ok(answer::json(StatusCode::OK, &all))
}

fn item(visit: &Visit, message: &Delivered) -> Value {
    let links: Vec<Value> = message
        .text
        .split_whitespace()
        .filter(|word| word.starts_with(visit.app.links.issuer()))
        .map(|link| json!({ "href": link, "label": link }))
        .collect();
    let language = &visit.browser.language;
    json!({
        "kind": message.kind.as_str(),
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "html_href": "",
        "sent_at": visit.app.desk.times.exact(language, crate::clock::Timestamp(message.sent_at)),
        "links": links,
        "code": message.code().unwrap_or_default(),
    })
}
