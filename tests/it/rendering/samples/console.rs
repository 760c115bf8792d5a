//! The same for the pages of the console.

use super::faces;
use serde_json::{Value, json};

/// Each page of the console with each of its faces.
pub(super) fn pages() -> Vec<(&'static str, Vec<Value>)> {
    [around(), organisations(), people()].into_iter().flatten().collect()
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

fn people() -> Vec<(&'static str, Vec<Value>)> {
    let place =
        |team: &str| json!({ "organisation": "Northshore", "team": team, "role_key": "role-clinician" });
    let row = json!({
        "href": "/admin/people/1", "name": "Ada Byron", "email": "ada@example.org", "state_key": "person-verified",
        "state_class": "good", "places": [place("Cardiology"), place("")],
    });
    let state =
        |key: &str, selected: bool| json!({ "value": "blocked", "label_key": key, "selected": selected });
    let list = json!({
        "rows": [row], "q": "ada", "is_filtered": true, "next_href": "/admin/people?after=1",
        "first_href": "/admin/people",
        "states": [state("person-blocked", true), state("person-unverified", false), state("person-disabled", false)],
        "organisations": [option("Northshore", true), option("Southside", false)],
    });
    let nobody = json!({ "rows": [], "is_filtered": false, "q": "" });
    let not_found = json!({ "rows": [], "next_href": "", "first_href": "" });
    let stuck = json!({
        "state_key": "person-blocked", "can_unblock": true, "can_disable": false, "can_enable": true, "can_end": false,
        "places": [], "elsewhere": true, "factors": [], "sessions": [], "agreed": [], "apps": [], "ledger": [],
        "is_preparing": false, "deadline": "", "scopes": [], "roles": [],
    });
    vec![
        ("admin_people", faces(list, &[nobody, not_found])),
        ("admin_person", faces(person(), &[stuck, json!({ "can_unblock": true })])),
    ]
}

fn option(label: &str, selected: bool) -> Value {
    json!({ "value": "1", "label": label, "selected": selected })
}

fn person() -> Value {
    let (ago, exact) = ("5 minutes ago", "24 Nov 2026 16:40 GMT");
    let place = |team: &str, may_take: bool| {
        json!({
            "id": "1", "organisation": "Northshore", "team": team, "role_key": "role-team-lead", "since_text": ago,
            "since_exact": exact, "may_take": may_take,
        })
    };
    let factor =
        |since: &str| json!({ "number_masked": "•••• 56", "since_text": since, "since_exact": exact });
    let session = |browser: &str, address: &str| {
        json!({
            "id": "1", "browser": browser, "address": address, "since_text": ago, "since_exact": exact,
            "seen_text": ago,
        })
    };
    let agreed = |client: &str| json!({ "client": client, "number": 2, "at_text": ago, "at_exact": exact });
    let line = |key: &str, why: Value| {
        json!({
            "client": "Rota", "state_key": key, "state_class": "good", "at_text": ago, "at_exact": exact, "why": why,
        })
    };
    let event = |is_refused: bool, address: &str| {
        json!({
            "act": "account.disabled", "actor": "Grace Hopper", "address": address, "is_refused": is_refused,
            "reason": if is_refused { json!("limit") } else { Value::Null }, "at_text": ago, "at_exact": exact,
        })
    };
    json!({
        "href": "/admin/people/1", "title": "Ada Byron", "email": "ada@example.org",
        "profession_key": "profession-nurse", "state_key": "person-unverified", "state_class": "wait",
        "deadline": super::WHEN, "created_text": ago, "created_exact": exact, "version": "0123456789abcdef",
        "places": [place("Cardiology", true), place("", false)], "elsewhere": false,
        "factors": [factor(ago), factor("")],
        "sessions": [session("Firefox", "192.0.2.1"), session("", "")], "agreed": [agreed(""), agreed("rota")],
        "apps": ["Rota"],
        "ledger": [line("told-yes", Value::Null), line("told-failed", json!("503"))], "is_preparing": true,
        "history": [event(false, "192.0.2.1"), event(true, "")], "next_href": "/admin/people/1?after=1",
        "first_href": "/admin/people/1", "can_unblock": false, "can_disable": true, "can_enable": false,
        "can_end": true, "scopes": [option("Cardiology · Northshore", false), option("Northshore", true)],
        "roles": [
            { "value": "admin", "label_key": "role-admin", "selected": true },
            { "value": "clinician", "label_key": "role-clinician", "selected": false },
        ],
    })
}
