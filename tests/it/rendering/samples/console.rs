//! The same for the pages of the console.

use super::faces;
use serde_json::{Value, json};

/// Each page of the console with each of its faces.
pub(super) fn pages() -> Vec<(&'static str, Vec<Value>)> {
    [around(), organisations()].into_iter().flatten().collect()
}

fn around() -> Vec<(&'static str, Vec<Value>)> {
    let part = |current: bool| json!({ "href": "/admin/organisations", "label_key": "nav-organisations", "current": current });
    vec![("admin_home", vec![json!({ "parts": [part(true), part(false)] })])]
}

fn organisations() -> Vec<(&'static str, Vec<Value>)> {
    let row = |peers: bool| {
        json!({
            "href": "/admin/organisations/1", "name": "Northshore Hospital", "teams": 3, "people": 120,
            "peers_may_invite": peers,
        })
    };
    let list = json!({
        "rows": [row(true), row(false)], "q": "", "next_href": "/admin/organisations?after=1",
        "first_href": "/admin/organisations", "may_add": true, "name": "",
    });
    let none = json!({ "rows": [], "next_href": "", "first_href": "" });
    let not_found = json!({ "rows": [], "next_href": "", "first_href": "", "q": "north", "may_add": false });
    let one = json!({
        "href": "/admin/organisations/1", "title": "Northshore Hospital", "name": "Northshore Hospital",
        "peers_may_invite": true, "version": "0123456789abcdef", "teams": [{ "name": "Cardiology" }], "team": "",
        "may_change": true,
    });
    let read_only = json!({ "may_change": false, "peers_may_invite": false, "teams": [] });
    let trusted = json!({ "may_change": false, "peers_may_invite": true });
    vec![
        ("admin_organisations", faces(list, &[none, not_found])),
        ("admin_organisation", faces(one, &[read_only, trusted])),
    ]
}
