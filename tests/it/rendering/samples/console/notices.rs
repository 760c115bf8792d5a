//! The pages of notices.

use super::super::{LINK, WHEN, faces};
use serde_json::{Value, json};

pub(super) fn pages() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("admin_notices", list()),
        ("admin_notice", one()),
        ("admin_notice_form", form()),
        ("admin_notice_version", version()),
        ("admin_notice_people", people()),
    ]
}

fn list() -> Vec<Value> {
    let row = |number: i32| {
        json!({
            "href": LINK, "name": "radiology", "title": "Radiology", "for": "Everybody", "number": number,
            "since_text": WHEN, "has_draft": number == 0, "is_configured": number > 0,
        })
    };
    let full = json!({
        "rows": [row(0), row(2)], "next_href": LINK, "first_href": LINK, "add_href": "/admin/new-notice",
    });
    faces(full, &[json!({ "next_href": "", "first_href": "", "add_href": "" })])
}

fn one() -> Vec<Value> {
    let version = |until: &str, own: bool| json!({ "href": LINK, "number": 1, "since_text": WHEN, "until_text": until, "is_configured": own });
    let preview = json!({ "code": "en", "name": "English", "href": LINK });
    let full = json!({
        "href": LINK, "name": "terms", "title": "Terms", "for": "Everybody", "place": "", "draft_text": WHEN,
        "versions": [version(WHEN, true), version("", false)], "draft_days": 14, "previews": [preview],
        "seen": "0123", "edit_href": LINK, "people_href": LINK, "may_change": true,
    });
    let configured = json!({
        "place": "[terms]", "draft_text": "", "draft_days": 0, "edit_href": "", "may_change": false,
    });
    let new = json!({ "versions": [], "people_href": "", "draft_days": 0 });
    faces(full, &[configured, new, json!({ "draft_text": "" }), json!({ "may_change": false })])
}

fn form() -> Vec<Value> {
    let field = json!({
        "code": "en", "language_name": "English", "title_name": "title_0", "title": "Radiology",
        "text_name": "text_0", "text": "New.",
    });
    let choice = json!({ "value": "everybody", "label": "Everybody", "selected": true });
    let other = json!({ "value": "client:rota", "label": "Disclaimer of Rota", "selected": false });
    let full = json!({
        "back_href": LINK, "action": LINK, "is_new": true, "name": "radiology", "choices": [choice, other],
        "fields": [field], "grace_days": "14", "version": "0123",
    });
    faces(full, &[json!({ "is_new": false, "choices": [] })])
}

fn version() -> Vec<Value> {
    let part = |state: &str| json!({ "state": state, "text": "A paragraph." });
    let text = |old: &str| {
        json!({
            "code": "en", "language_name": "English", "title": "Radiology", "old_title": old,
            "parts": [part("added"), part("removed"), part("kept")],
        })
    };
    let full = json!({
        "href": LINK, "name": "radiology", "number": 2, "since_text": WHEN, "has_before": true, "text_hash": "abc",
        "texts": [text("X-rays"), text("")],
    });
    faces(full, &[json!({ "has_before": false })])
}

fn people() -> Vec<Value> {
    let row = |href: &str, at: &str| json!({ "href": href, "name": "Ada Byron", "email": "ada@example.org", "at_text": at, "language": "en" });
    let full = json!({
        "href": LINK, "name": "radiology", "number": 2, "agreed": 12, "missing": 3, "is_missing": false,
        "rows": [row(LINK, WHEN), row("", "")], "next_href": LINK, "first_href": LINK, "csv_href": LINK,
        "jsonl_href": LINK,
    });
    faces(full, &[json!({ "rows": [], "is_missing": true, "csv_href": "", "jsonl_href": "" })])
}
