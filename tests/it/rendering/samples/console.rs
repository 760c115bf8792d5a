//! The same for the pages of the console.

mod notices;

use super::{LINK, WHEN, faces};
use serde_json::{Value, json};

/// Each page of the console with each of its faces.
pub(super) fn pages() -> Vec<(&'static str, Vec<Value>)> {
    let parts = [around(), organisations(), people(), clients(), notices::pages(), operations()];
    parts.into_iter().flatten().collect()
}

fn around() -> Vec<(&'static str, Vec<Value>)> {
    let part = |current: bool| json!({ "href": "/admin/organisations", "label_key": "nav-organisations", "current": current });
    let attention =
        json!({ "href": "/admin/messages?state=late", "text": "2 messages are late and tried again" });
    let full = json!({ "parts": [part(false)], "attention": [attention] });
    vec![("admin_home", faces(full, &[json!({ "attention": [] })]))]
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
        "may_change": true, "peer_quota": "5", "peer_approval": true, "invite_domains": "nhs.example",
        "invite_days": "3",
        "roles": [{ "value": "clinician", "label_key": "role-clinician", "selected": true }],
        "clients": [{ "value": "rota", "label": "Rota", "selected": false }],
        "facts": [{ "label_key": "organisation-days", "value": "3" }],
    });
    let read_only = json!({ "may_change": false, "peers_may_invite": false, "teams": [] });
    let trusted = json!({ "may_change": false, "peers_may_invite": true });
    vec![
        ("admin_organisations", faces(list, &[none, not_found])),
        ("admin_organisation", faces(one, &[read_only, trusted])),
    ]
}

fn operations() -> Vec<(&'static str, Vec<Value>)> {
    vec![
        ("admin_keys", keys()),
        ("admin_messages", messages()),
        ("admin_preview", previews()),
        ("admin_audit", audit()),
        ("admin_settings", settings()),
    ]
}

fn keys() -> Vec<Value> {
    let row = |state_key: &str| {
        json!({
            "alg": "ES256", "kid": "kid-1", "state_key": state_key, "state_class": "good",
            "at_text": "24 Nov 2026 16:40 GMT",
        })
    };
    let rows = [row("key-next"), row("key-active"), row("key-retiring")];
    faces(
        json!({ "rows": rows, "algs": ["RS256", "ES256"], "may_rotate": true }),
        &[json!({ "may_rotate": false })],
    )
}

fn messages() -> Vec<Value> {
    let row = |state_key: &str, attempts: i32| {
        json!({
            "id": "1", "kind": "invite", "state_key": state_key, "state_class": "warn", "attempts": attempts,
            "failure": "connection refused", "created_text": "24 Nov 2026 16:40 GMT",
            "next_text": "24 Nov 2026 16:50 GMT", "can_try": true,
        })
    };
    let states = ["waiting", "late", "sent", "dropped", "dead"];
    let rows: Vec<Value> =
        states.iter().zip(0..).map(|(name, tries)| row(&format!("message-{name}"), tries)).collect();
    let choice = |name: &&str| json!({ "value": name, "label_key": format!("message-{name}"), "selected": *name == "late" });
    let preview = json!({
        "message": "invite", "languages": [{ "code": "en", "name": "English", "href": "/admin/messages/previews/invite.en" }],
    });
    let full = json!({
        "rows": rows, "states": states.iter().map(choice).collect::<Vec<_>>(), "filtered": false,
        "next_href": "/admin/messages?after=1", "first_href": "/admin/messages", "previews": [preview],
    });
    faces(full, &[json!({ "rows": [] }), json!({ "rows": [], "filtered": true })])
}

fn previews() -> Vec<Value> {
    let full = json!({
        "message": "phone_added", "language_name": "English", "subject": "A phone was added", "text": "Dear Ada,",
        "html_href": "/admin/messages/previews/phone_added.en/html", "sms": "Huma: a phone was added.",
    });
    faces(full, &[json!({ "subject": "" }), json!({ "sms": "" })])
}

fn audit() -> Vec<Value> {
    let row = |reason: &str, sealed: bool| {
        json!({
            "at_text": "24 Nov 2026 16:40 GMT", "actor": "account:1", "act": "client.added", "act_text": "Application added", "target": "rota",
            "reason": reason, "client": "rota", "address": "192.0.2.1", "user_agent": "Browser",
            "detail": [{ "field": "name", "value": "Rota" }], "sealed": sealed,
        })
    };
    let full = json!({
        "rows": [row("", true), row("not allowed", false)], "act": "client", "actor": "", "target": "", "client": "",
        "refused": true, "follows": false, "next_href": "/admin/audit?after=1", "first_href": "/admin/audit",
        "may_export": true,
    });
    faces(full, &[json!({ "rows": [], "refused": false, "follows": true, "may_export": false })])
}

fn settings() -> Vec<Value> {
    let row = |name: &str| json!({ "key": "server.issuer", "value": "https://id.example", "source_key": format!("setting-{name}"), "is_own": name != "default" });
    let full = json!({
        "rows": [row("default"), row("file"), row("environment")], "file": "/etc/wardgate.toml", "version": "0.1.0",
        "is_production": true,
    });
    faces(full, &[json!({ "file": "", "is_production": false })])
}

fn clients() -> Vec<(&'static str, Vec<Value>)> {
    let row = |third_party: bool, used: &str| {
        json!({
            "href": "/admin/clients/rota", "id": "rota", "name": "Rota", "kind_key": "client-kind-server",
            "source_key": "client-source-console", "third_party": third_party, "used_text": used,
        })
    };
    let list = json!({
        "rows": [row(true, "3 days ago"), row(false, "")], "q": "", "next_href": "/admin/clients?after=1",
        "first_href": "/admin/clients", "add_href": "/admin/new-client",
    });
    let none = json!({ "rows": [], "next_href": "", "first_href": "", "add_href": "" });
    let not_found = json!({ "rows": [], "next_href": "", "first_href": "", "q": "north" });
    let kind = json!({
        "href": "/admin/new-client?kind=server", "label_key": "client-kind-server",
        "text_key": "client-kind-server-text",
    });
    let secret = json!({ "href": "/admin/clients/rota", "title": "Rota", "has_secret": true, "block": "client_id = rota" });
    vec![
        ("admin_clients", faces(list, &[none, not_found])),
        ("admin_client", client()),
        ("admin_client_form", client_form()),
        ("admin_client_kinds", vec![json!({ "kinds": [kind] })]),
        ("admin_client_secret", faces(secret, &[json!({ "has_secret": false })])),
    ]
}

fn client() -> Vec<Value> {
    let one = json!({
        "href": "/admin/clients/rota", "title": "Rota", "id": "rota", "kind_key": "client-kind-server",
        "source_key": "client-source-config", "third_party": true, "used_text": "3 days ago",
        "block": "client_id = rota", "may": ["It signs people in."], "warnings": ["pkce: weak"],
        "settings": [{ "key": "pkce", "value": "required" }], "is_configured": true, "edit_href": LINK,
        "remove_href": LINK, "secret_href": LINK, "try_href": LINK, "hears": true,
        "refusals": [{
            "at_text": WHEN, "at_exact": WHEN, "endpoint": "/token", "told": "invalid_grant", "reason": "The code is dead.",
            "reference": "0123456789",
        }],
        "logouts": [{
            "at_text": WHEN, "at_exact": WHEN, "state_key": "client-logout-sent", "state_class": "good", "tries": 2,
            "why": "status 500",
        }],
    });
    let bare = json!({
        "third_party": false, "used_text": "", "warnings": [], "is_configured": false, "edit_href": "", "remove_href": "",
        "secret_href": "", "try_href": "", "refusals": [], "logouts": [],
    });
    let once = json!({
        "at_text": WHEN, "at_exact": WHEN, "state_key": "client-logout-sent", "state_class": "good", "tries": 1, "why": "",
    });
    faces(one, &[bare, json!({ "hears": false }), json!({ "logouts": [once] })])
}

fn client_form() -> Vec<Value> {
    let field = |name: &str, is_tick: bool, is_lines: bool, options: Value| {
        json!({
            "name": name, "label_key": "client-pkce", "hint_key": if is_lines { "client-words-hint" } else { "" },
            "value": "yes", "is_tick": is_tick, "is_lines": is_lines, "options": options,
        })
    };
    let options =
        json!([{ "value": "required", "selected": true }, { "value": "optional", "selected": false }]);
    let form = json!({
        "title_key": "client-edit-title", "action": LINK, "back_href": LINK, "version": "0123", "kind": "server",
        "main": [field("name", false, false, json!([])), field("redirect_uris", false, true, json!([]))],
        "more": [field("pkce", false, false, options), field("introspects", true, false, json!([]))],
        "is_more_open": true, "prove_href": LINK, "button_key": "save-button",
    });
    faces(form, &[json!({ "is_more_open": false, "prove_href": "" })])
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
    let agreed = |client: &str, notice: &str| json!({ "client": client, "notice": notice, "number": 2, "at_text": ago, "at_exact": exact });
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
        "sessions": [session("Firefox", "192.0.2.1"), session("", "")], "agreed": [agreed("", ""), agreed("rota", ""), agreed("", "radiology")],
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
