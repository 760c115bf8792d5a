//! The same for the board of invitations.

use super::{WHEN, faces};
use serde_json::{Value, json};

const HREF: &str = "/admin/invites/1";

/// Each page of the board with each of its faces.
pub(super) fn pages() -> Vec<(&'static str, Vec<Value>)> {
    let form = json!({
        "email": "ada@example.org", "scopes": [option(true), option(false)], "roles": [labelled("role-clinician")],
        "clients": [option(false)], "message": "See you Monday",
    });
    let row = json!({
        "href": "/admin/invites/lists/1", "at_text": WHEN, "at_exact": WHEN, "lines": 5000,
        "state_key": "list-state-sending", "state_class": "wait",
    });
    let bulk = json!({
        "list": "ada@example.org", "scopes": [option(true)], "roles": [labelled("role-clinician")],
        "clients": [option(false)], "message": "See you Monday", "recent": [row],
    });
    vec![
        ("admin_invites", board()),
        ("admin_invite", invite()),
        ("admin_invite_new", faces(form, &[json!({ "clients": [], "message": "" })])),
        ("admin_invite_bulk", faces(bulk, &[json!({ "recent": [], "clients": [], "list": "" })])),
        ("admin_invite_list", list()),
    ]
}

fn option(selected: bool) -> Value {
    json!({ "value": "1", "label": "Cardiology · Northshore", "selected": selected })
}

fn labelled(key: &str) -> Value {
    json!({ "value": "1", "label_key": key, "selected": false })
}

fn row() -> Value {
    json!({
        "href": HREF, "email": "ada@example.org", "name": "Ada Byron", "place": "Cardiology · Northshore",
        "role_key": "role-clinician", "step_key": "invite-step-sent", "step_class": "wait", "since_text": WHEN,
        "since_exact": WHEN, "inviter": "Lena Marsh",
    })
}

fn board() -> Vec<Value> {
    let chosen = json!({ "value": "open", "label_key": "board-state-open", "selected": true });
    let full = json!({
        "rows": faces(row(), &[json!({ "name": "", "inviter": "" })]), "q": "ada", "states": [chosen, labelled("board-state-expired")],
        "steps": [labelled("invite-step-queued")], "organisations": [option(true)], "is_filtered": true,
        "may_invite": true, "next_href": "/admin/invites?after=1", "first_href": "/admin/invites",
    });
    let none =
        json!({ "rows": [], "is_filtered": false, "may_invite": false, "next_href": "", "first_href": "" });
    faces(full, &[none, json!({ "rows": [] })])
}

fn invite() -> Vec<Value> {
    let full = json!({
        "row": row(), "created_text": WHEN, "created_exact": WHEN, "expires_text": WHEN, "message": "See you Monday",
        "can_resend": true, "can_remind": true, "can_change": true, "can_revoke": true, "new_email": "",
        "new_inviter": "", "person_href": "/admin/people/1",
    });
    let bare = faces(row(), &[json!({ "name": "", "inviter": "" })]).remove(1);
    let seen = json!({
        "expires_text": "", "message": "", "can_resend": false, "can_remind": false, "can_change": false,
        "can_revoke": false, "person_href": "",
    });
    faces(full, &[seen, json!({ "row": bare })])
}

fn list() -> Vec<Value> {
    let row = |column: i32, team: &str, name: &str| {
        json!({
            "number": 3, "column": column, "email": "ada@example", "name": name, "team": team,
            "verdict_key": "verdict-not-an-address", "verdict_class": "bad",
        })
    };
    let verdict = |selected: bool| json!({ "value": "ok", "label_key": "verdict-ok", "count": 4998, "selected": selected });
    let full = json!({
        "href": "/admin/invites/lists/1", "state_key": "list-state-judged", "state_class": "neutral",
        "is_sending": true, "lines": 5000, "good": 4998, "sent": 2, "may_send": true,
        "verdicts": [verdict(true), verdict(false)], "rows": [row(1, "Heart", "Ada Byron"), row(0, "", "")],
        "next_href": "/admin/invites/lists/1?after=1", "first_href": "/admin/invites/lists/1",
    });
    let done =
        json!({ "is_sending": false, "may_send": false, "rows": [], "next_href": "", "first_href": "" });
    faces(full, &[done, json!({ "lines": 1, "good": 1 })])
}
