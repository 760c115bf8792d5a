//! The demo's inbox: every e-mail and text message that would have gone out, newest first. These
//! routes exist in the demo alone.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::Page;
use super::super::shell::Mail;
use super::super::visit::Visit;
use crate::clock::Timestamp;
use crate::messages::memory::{Delivered, Kind};
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// What the buttons of our e-mails say, by the beginning of the path they lead to.
const BUTTONS: [(&str, &str); 3] =
    [("/invite/", "create-account-button"), ("/verify/", "verify-button"), ("/team", "mail-asked-button")];

/// GET /demo/inbox
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let items: Vec<Value> = visit.app.mailbox.newest_first().iter().map(|it| item(&visit, it)).collect();
    let home = visit.app.config.clients.first().and_then(|client| client.home_uri.clone());
    let data = json!({ "items": items, "dashboard_href": home.unwrap_or_default() });
    visit.page(Page::new("demo_inbox", data))
}

/// GET /demo/inbox/ID: an e-mail as a mail program shows it.
pub(super) async fn mail(visit: Arc<Visit>) -> Answer {
    let all = visit.app.mailbox.newest_first();
    let found = all.into_iter().find(|it| it.kind == Kind::Email && it.id == visit.segment("id"));
    let mut response = answer::html(StatusCode::OK, found.ok_or(Stop::NotFound)?.html);
    response.extensions_mut().insert(Mail);
    Ok(response)
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
        .filter_map(|word| Some((word, word.strip_prefix(visit.app.links.issuer())?)))
        .map(|(link, path)| {
            let button = BUTTONS.iter().find(|(start, _)| path.starts_with(start));
            let label = button.map_or_else(|| link.to_owned(), |(_, key)| visit.text(key, &[]));
            json!({ "href": link, "label": label })
        })
        .collect();
    let language = &visit.browser.language;
    json!({
        "kind": message.kind.as_str(),
        "to": message.to,
        "subject": message.subject,
        "text": message.text,
        "html_href": if message.html.is_empty() { String::new() } else { format!("/demo/inbox/{}", message.id) },
        "sent_at": visit.app.desk.times.exact(language, Timestamp(message.sent_at)),
        "links": links,
        "code": message.code().unwrap_or_default(),
    })
}
