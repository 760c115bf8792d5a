//! What the handlers give to the pages: the same names, and values that lead into each branch of a page.

mod console;
mod invites;

use serde_json::{Value, json};

const LINK: &str = "https://login.example.org/x";
const WHEN: &str = "today until 16:40";

/// Each page with each of its faces.
pub(super) fn pages() -> Vec<(&'static str, Vec<Value>)> {
    let people = [signing_in(), choosing(), coming_in(), setting_up(), leading(), around()];
    people.into_iter().flatten().chain(console::pages()).chain(invites::pages()).collect()
}

/// The same page with some values changed, one face each.
fn faces(first: Value, others: &[Value]) -> Vec<Value> {
    let changed = |other: &Value| {
        let mut face = first.clone();
        for (name, value) in other.as_object().unwrap() {
            assert!(face.get(name).is_some(), "a face changes what is there: {name}");
            face[name] = value.clone();
        }
        face
    };
    let others: Vec<Value> = others.iter().map(changed).collect();
    [vec![first], others].concat()
}

fn signing_in() -> Vec<(&'static str, Vec<Value>)> {
    let code = json!({
        "number_masked": "•••• 56", "resend_wait": 30, "sends_left": 3, "delayed": true, "undelivered": false, "setting_up": true,
        "expires_minutes": 5,
    });
    let sign_out = json!({
        "client_name": "", "person": "Ada Byron",
        "fields": [{ "name": "client_id", "value": "rota" }, { "name": "state", "value": "s\"1" }],
    });
    let forgot_sms = json!({ "number_masked": "•••• 56", "resend_wait": 30, "sends_left": 3 });
    vec![
        ("sign_in", faces(json!({ "email": "ada@example.org" }), &[json!({ "email": "" })])),
        ("wait", vec![json!({ "seconds": 30, "until_text": WHEN })]),
        (
            "code",
            faces(
                code,
                &[
                    json!({ "delayed": false, "setting_up": false }),
                    json!({ "delayed": false, "undelivered": true }),
                    json!({ "sends_left": 0 }),
                ],
            ),
        ),
        ("forgot", vec![json!({ "email": "" })]),
        ("forgot_code", vec![json!({ "email_masked": "a•••@example.org" })]),
        ("forgot_sms", faces(forgot_sms, &[json!({ "sends_left": 0, "resend_wait": 0 })])),
        ("new_password", vec![json!({ "email": "ada@example.org", "minimum": 12 })]),
        ("access", faces(json!({ "asked": false }), &[json!({ "asked": true })])),
        (
            "form_post",
            vec![
                json!({ "action": LINK, "fields": [{ "name": "code", "value": "x" }, { "name": "iss", "value": LINK }] }),
            ],
        ),
        ("sign_out", faces(sign_out, &[json!({ "client_name": "Rota" })])),
        (
            "signed_out",
            faces(
                json!({ "return_href": "", "return_name": "" }),
                &[json!({ "return_href": LINK, "return_name": "Rota" })],
            ),
        ),
    ]
}

fn choosing() -> Vec<(&'static str, Vec<Value>)> {
    let everything = [
        "consent-openid",
        "consent-profile",
        "consent-email",
        "consent-phone",
        "consent-staff",
        "consent-offline",
    ];
    let consent = json!({
        "client_name": "Rota", "address": LINK, "third_party": true, "person": "Ada Byron",
        "email": "ada@example.org", "account": "1", "shown": "openid", "learns": everything,
    });
    let apps = json!({
        "apps": [
            { "id": "rota", "name": "Rota", "learns": everything },
            { "id": "dashboard", "name": "Dashboard", "learns": [] },
        ],
    });
    vec![
        (
            "select_account",
            vec![json!({ "accounts": [{ "value": "1", "name": "Ada Byron", "email": "ada@example.org" }] })],
        ),
        ("consent", faces(consent, &[json!({ "third_party": false, "learns": ["consent-openid"] })])),
        ("apps", faces(apps, &[json!({ "apps": [] })])),
    ]
}

fn coming_in() -> Vec<(&'static str, Vec<Value>)> {
    let account = json!({
        "token": "t0ken", "email": "ada@example.org", "organisation": "Northshore Hospital",
        "team": "Cardiology", "inviter": "Lena Marsh", "given_name": "Ada", "family_name": "Byron",
        "profession": "nurse", "terms_accepted": true, "minimum": 12, "terms_version": 3,
        "professions": [
            { "value": "doctor", "label": "Doctor", "selected": false },
            { "value": "nurse", "label": "Nurse", "selected": true },
        ],
    });
    let dead = json!({ "token": "t0ken", "reason": "expired", "can_ask": true, "asked": false, "team": "", "organisation": "" });
    let join =
        json!({ "organisation": "Northshore Hospital", "team": "Cardiology", "role_key": "role-clinician" });
    let reasons = ["used", "revoked", "gone", "superseded", "unknown"];
    let mut reasons: Vec<Value> =
        reasons.iter().map(|reason| json!({ "reason": reason, "can_ask": false })).collect();
    reasons.push(json!({ "asked": true, "can_ask": false }));
    let frozen = |asked: bool| {
        json!({
            "reason": "frozen", "asked": asked, "can_ask": !asked, "team": "Cardiology",
            "organisation": "Northshore Hospital",
        })
    };
    reasons.extend([frozen(false), frozen(true)]);
    let uninformed = json!({ "team": "", "profession": "", "given_name": "", "terms_accepted": false });
    vec![
        ("create_account", faces(account, &[uninformed])),
        ("invite_dead", faces(dead, &reasons)),
        ("join", faces(join, &[json!({ "team": "" })])),
        ("terms", vec![json!({ "title": "Terms", "blocks": blocks(), "version": 3 })]),
    ]
}

/// A text with everything that one may have.
pub(super) fn blocks() -> Vec<Value> {
    let run = |text: &str, strong: bool, href: &str| json!({ "text": text, "strong": strong, "emphasis": strong, "href": href });
    let runs = vec![run("First ", false, ""), run("second", true, ""), run("third", false, LINK)];
    let block =
        |tag: &str| json!({ "tag": tag, "runs": runs, "items": [{ "runs": [run("An item", false, "")] }] });
    ["h2", "h3", "p", "ul", "ol"].map(block).to_vec()
}

fn other_notices() -> Vec<Value> {
    vec![
        json!({ "kind": "terms", "client_name": "" }),
        json!({ "kind": "notice", "client_name": "", "until_text": WHEN }),
        json!({ "kind": "notice", "client_name": "", "is_preview": true }),
    ]
}

fn setting_up() -> Vec<(&'static str, Vec<Value>)> {
    let check = json!({
        "email_masked": "a•••@example.org", "deadline": WHEN, "blocked": false, "sent": false, "resend_wait": 0,
    });
    let link = json!({
        "token": "t0ken", "same_browser": true, "email_masked": "a•••@example.org",
    });
    let phone = json!({
        "number": "07400 123456", "country": "GB",
        "countries": [
            { "code": "GB", "label": "United Kingdom +44", "selected": true },
            { "code": "IE", "label": "Ireland +353", "selected": false },
        ],
    });
    let notice = json!({
        "kind": "disclaimer", "title": "Before you start", "blocks": blocks(), "until_text": "",
        "client_name": "Clinician dashboard", "colour_class": "", "version": 1, "notice_id": "1", "is_preview": false,
    });
    let set_up = json!({ "client_name": "Clinician dashboard", "open_href": LINK, "team_href": true });
    vec![
        (
            "check_email",
            faces(check, &[json!({ "blocked": true }), json!({ "blocked": true, "sent": true })]),
        ),
        ("verify_link", faces(link, &[json!({ "same_browser": false })])),
        (
            "verify_done",
            faces(json!({ "next_href": "/continue", "not_me": false }), &[json!({ "not_me": true })]),
        ),
        ("link_dead", vec![json!({ "kind": "verify" })]),
        ("phone", vec![phone]),
        ("notice", faces(notice, &other_notices())),
        ("set_up", faces(set_up, &[json!({ "client_name": "", "open_href": "", "team_href": false })])),
    ]
}

fn leading() -> Vec<(&'static str, Vec<Value>)> {
    let row = json!({
        "id": "1", "email": "ada@example.org", "name": "Ada Byron", "role_key": "role-clinician",
        "team": "Cardiology", "step_key": "invite-step-sent", "step_class": "wait",
        "since_text": "2 hours ago", "since_exact": "24 Nov 2026 16:40 GMT", "can_resend": true,
        "can_revoke": true, "can_take_over": true, "can_approve": true, "can_unblock": true, "expires_text": WHEN,
    });
    let bare = json!({
        "name": "", "team": "", "can_resend": false, "can_revoke": false, "can_take_over": false, "can_approve": false, "can_unblock": false,
        "expires_text": "",
    });
    let team = json!({
        "scopes": [{ "value": "1", "label": "Northshore Hospital", "selected": true }],
        "roles": [{ "value": "clinician", "label_key": "role-clinician", "selected": true }],
        "clients": [{ "value": "rota", "label": "Rota", "selected": false }],
        "rows": faces(row, &[bare]),
        "report": [
            { "line": 1, "email": "ada@example.org", "ok": true, "text": "Invite sent." },
            { "line": 2, "email": "ada", "ok": false, "text": "This is not an email address." },
        ],
        "addresses": "", "message": "",
    });
    let confirm = json!({
        "title_key": "team-revoke-title", "text": "The invite stops working.", "action": "/team/invitations/1/revoke",
        "button_key": "team-revoke-button", "back_href": "/team",
    });
    let empty = json!({ "rows": [], "report": [], "clients": [], "addresses": "ada" });
    vec![("team", faces(team, &[empty])), ("confirm", vec![confirm])]
}

fn around() -> Vec<(&'static str, Vec<Value>)> {
    let problem = json!({
        "status": 503, "title_key": "problem-busy-title", "text_key": "problem-busy-text", "detail": "redirect_uri",
        "reference": "00ff", "next_href": "/", "next_key": "problem-next-home",
    });
    let mail = json!({
        "kind": "email", "to": "ada@example.org", "subject": "Verify your email", "text": "Hello",
        "html_href": LINK, "sent_at": WHEN, "links": [{ "href": LINK, "label": LINK }], "code": "K7MQ2WXY",
    });
    let sms = json!({ "kind": "sms", "subject": "", "html_href": "", "links": [], "code": "" });
    let inbox = json!({
        "items": faces(mail, &[sms]), "dashboard_href": LINK,
    });
    vec![
        (
            "problem",
            faces(problem, &[json!({ "detail": "", "reference": "", "next_href": "", "next_key": "" })]),
        ),
        ("demo_inbox", faces(inbox, &[json!({ "items": [] })])),
    ]
}

/// The frame at its least and at its most.
pub(super) fn frames(language: &str, brand: &Value) -> [Value; 2] {
    let bare = json!({
        "lang": language, "dir": "ltr", "brand": brand, "csrf": "c5rf", "flow": "", "languages": [],
        "step": null, "client": null, "signed_in": false, "nav": [], "problems": [], "status": "",
    });
    let full = json!({
        "flow": "f10w",
        "languages": [
            { "code": "de", "name": "Deutsch", "href": "/sign-in?ui_locales=de", "current": false },
            { "code": "en", "name": "English", "href": "/sign-in?ui_locales=en", "current": true },
        ],
        "step": { "number": 2, "of": 4, "key": "step-email" },
        "client": { "name": "Rota" },
        "signed_in": true,
        "nav": [{ "href": "/team", "label_key": "nav-team", "current": true }],
        "problems": problems(),
        "status": "The invite was sent again.",
    });
    faces(bare, &[full]).try_into().unwrap()
}

/// A problem at every field there is, and one at none.
fn problems() -> Value {
    let fields = [
        "",
        "email",
        "password",
        "given_name",
        "family_name",
        "profession",
        "terms",
        "number",
        "country",
        "code",
        "accept",
        "addresses",
        "scope",
        "role",
        "client",
        "message",
        "list",
    ];
    fields.iter().map(|field| json!({ "field": field, "text": "Please fill this in." })).collect()
}
