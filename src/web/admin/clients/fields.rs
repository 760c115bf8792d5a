//! The fields of an application's form: one table, read and shown by the same rules, whatever the kind. A field that is
//! not shown keeps what the base says.

use super::super::super::frame::Problem;
use super::super::super::visit::Visit;
use crate::clients::{ClientKind, Colour};
use crate::config::{self, ClientConfig};
use crate::rights::Audience;
use ClientKind::{Browser, Native, Server, Service};
use serde_json::{Value, json};

/// How a field is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Line,
    /// Several lines.
    Lines,
    Tick,
    Choice(&'static [&'static str]),
}

struct Field {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    shape: Shape,
    /// The kinds for which it is one of the few, and those for which it is among the rest.
    main: &'static [ClientKind],
    more: &'static [ClientKind],
}

type Kinds = &'static [ClientKind];
const ALL: Kinds = &ClientKind::ALL;
const PEOPLE: Kinds = &[Server, Browser, Native];
const SECRET: Kinds = &[Server, Service];
const NONE: Kinds = &[];
const COLOURS: [&str; 7] = [
    Colour::Brand.as_str(),
    Colour::Blue.as_str(),
    Colour::Green.as_str(),
    Colour::Violet.as_str(),
    Colour::Plum.as_str(),
    Colour::Amber.as_str(),
    Colour::Slate.as_str(),
];
const METHODS: &[&str] = &["client_secret_basic", "client_secret_post", "private_key_jwt"];

const fn field(
    name: &'static str,
    (label, hint): (&'static str, &'static str),
    shape: Shape,
    (main, more): (Kinds, Kinds),
) -> Field {
    Field { name, label, hint, shape, main, more }
}

/// Every field, in the order of the form. What is rarer is a matter of the command and the API.
static FIELDS: [Field; 28] = {
    use Shape::{Choice, Line, Lines, Tick};
    [
        field("name", ("name-label", ""), Line, (ALL, NONE)),
        field("id", ("client-id", "client-id-hint"), Line, (ALL, NONE)),
        field("redirect_uris", ("client-redirect-uris", "client-redirect-uris-hint"), Lines, (PEOPLE, NONE)),
        field("origins", ("client-origins", "client-origins-hint"), Lines, (&[Browser], &[Server])),
        field("service_scopes", ("client-service-scopes", "client-words-hint"), Line, (&[Service], NONE)),
        field("resources", ("client-resources", "client-resources-hint"), Lines, (&[Service], PEOPLE)),
        field("third_party", ("client-third-party", ""), Tick, (NONE, PEOPLE)),
        field("allow", ("client-allow", "client-allow-hint"), Lines, (NONE, PEOPLE)),
        field("colour", ("client-colour", ""), Choice(&COLOURS), (NONE, PEOPLE)),
        field("home_uri", ("client-home-uri", ""), Line, (NONE, PEOPLE)),
        field(
            "initiate_login_uri",
            ("client-initiate-login-uri", "client-initiate-login-uri-hint"),
            Line,
            (NONE, PEOPLE),
        ),
        field(
            "post_logout_redirect_uris",
            ("client-post-logout", "client-redirect-uris-hint"),
            Lines,
            (NONE, PEOPLE),
        ),
        field("backchannel_logout_uri", ("client-backchannel", ""), Line, (NONE, &[Server])),
        field("auth_method", ("client-auth-method", ""), Choice(METHODS), (NONE, SECRET)),
        field("jwks_uri", ("client-jwks-uri", ""), Line, (NONE, SECRET)),
        field("jwks", ("client-jwks", ""), Lines, (NONE, SECRET)),
        field("pkce", ("client-pkce", ""), Choice(&["required", "or_nonce", "optional"]), (NONE, &[Server])),
        field("grant_types", ("client-grant-types", "client-grant-types-hint"), Line, (NONE, PEOPLE)),
        field("scopes", ("client-scopes", "client-words-hint"), Line, (NONE, PEOPLE)),
        field("access_tokens", ("client-access-tokens", ""), Choice(&["opaque", "jwt"]), (NONE, ALL)),
        field("access_token_seconds", ("client-access-seconds", ""), Line, (NONE, ALL)),
        field(
            "id_token_alg",
            ("client-id-token-alg", ""),
            Choice(&["RS256", "PS256", "ES256", "EdDSA"]),
            (NONE, PEOPLE),
        ),
        field("id_token_seconds", ("client-id-seconds", ""), Line, (NONE, PEOPLE)),
        field("claims_in_id_token", ("client-claims-in-id-token", ""), Tick, (NONE, PEOPLE)),
        field("refresh_with_session", ("client-refresh-with-session", ""), Tick, (NONE, PEOPLE)),
        field("refresh_idle_seconds", ("client-refresh-idle", ""), Line, (NONE, PEOPLE)),
        field("refresh_absolute_seconds", ("client-refresh-absolute", ""), Line, (NONE, PEOPLE)),
        field("introspects", ("client-introspects", ""), Tick, (NONE, SECRET)),
    ]
};

/// All that anybody but the application itself says of one that registered itself.
const LIMITED: [&str; 2] = ["allow", "colour"];

/// A form that is shown or read.
#[derive(Clone)]
pub(super) struct Form {
    pub(super) kind: ClientKind,
    /// What holds where nothing was typed.
    pub(super) base: ClientConfig,
    /// Whether its id is still open.
    pub(super) with_id: bool,
    /// Whether it registered itself.
    pub(super) is_limited: bool,
    /// Whether it shows what was typed.
    pub(super) is_typed: bool,
}

impl Form {
    fn has(&self, field: &Field) -> bool {
        let of_kind = field.main.contains(&self.kind) || field.more.contains(&self.kind);
        let open =
            (self.with_id || field.name != "id") && (!self.is_limited || LIMITED.contains(&field.name));
        of_kind && open
    }
}

/// Where a setting is kept.
enum Slot<'a> {
    Text(&'a mut String),
    Maybe(&'a mut Option<String>),
    List(&'a mut Vec<String>),
    MaybeList(&'a mut Option<Vec<String>>),
    Flag(&'a mut bool),
    MaybeFlag(&'a mut Option<bool>),
    Number(&'a mut Option<u32>),
    Audiences(&'a mut Vec<Audience>),
}

fn slot<'a>(written: &'a mut ClientConfig, name: &str) -> Option<Slot<'a>> {
    Some(match name {
        "name" => Slot::Text(&mut written.name),
        "id" => Slot::Text(&mut written.id),
        "redirect_uris" => Slot::List(&mut written.redirect_uris),
        "origins" => Slot::List(&mut written.origins),
        "service_scopes" => Slot::List(&mut written.service_scopes),
        "resources" => Slot::List(&mut written.resources),
        "third_party" => Slot::Flag(&mut written.third_party),
        "allow" => Slot::Audiences(&mut written.allow),
        "colour" => Slot::Maybe(&mut written.colour),
        "home_uri" => Slot::Maybe(&mut written.home_uri),
        "initiate_login_uri" => Slot::Maybe(&mut written.initiate_login_uri),
        "post_logout_redirect_uris" => Slot::List(&mut written.post_logout_redirect_uris),
        "backchannel_logout_uri" => Slot::Maybe(&mut written.backchannel_logout_uri),
        "auth_method" => Slot::Maybe(&mut written.auth_method),
        "jwks_uri" => Slot::Maybe(&mut written.jwks_uri),
        "jwks" => Slot::Maybe(&mut written.jwks),
        "pkce" => Slot::Maybe(&mut written.pkce),
        "grant_types" => Slot::MaybeList(&mut written.grant_types),
        "scopes" => Slot::MaybeList(&mut written.scopes),
        "access_tokens" => Slot::Maybe(&mut written.access_tokens),
        "access_token_seconds" => Slot::Number(&mut written.access_token_seconds),
        "id_token_alg" => Slot::Maybe(&mut written.id_token_alg),
        "id_token_seconds" => Slot::Number(&mut written.id_token_seconds),
        "claims_in_id_token" => Slot::MaybeFlag(&mut written.claims_in_id_token),
        "refresh_with_session" => Slot::MaybeFlag(&mut written.refresh_with_session),
        "refresh_idle_seconds" => Slot::Number(&mut written.refresh_idle_seconds),
        "refresh_absolute_seconds" => Slot::Number(&mut written.refresh_absolute_seconds),
        "introspects" => Slot::Flag(&mut written.introspects),
        _ => return None,
    })
}

/// What a form shows of a setting.
fn printed(slot: &Slot<'_>, shape: Shape) -> String {
    let between = if shape == Shape::Lines { "\n" } else { " " };
    let tick = |is_on: bool| if is_on { "yes".to_owned() } else { String::new() };
    match slot {
        Slot::Text(text) => (*text).clone(),
        Slot::Maybe(text) => text.as_deref().unwrap_or_default().to_owned(),
        Slot::List(list) => list.join(between),
        Slot::MaybeList(list) => list.as_deref().unwrap_or_default().join(between),
        Slot::Flag(flag) => tick(**flag),
        Slot::MaybeFlag(flag) => tick(flag.unwrap_or_default()),
        Slot::Number(number) => number.map(|number| number.to_string()).unwrap_or_default(),
        Slot::Audiences(all) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    }
}

/// Keeps what was typed; `false` for a number that is none.
fn keep(slot: Slot<'_>, text: &str) -> Result<(), String> {
    let words = || text.split_whitespace().map(str::to_owned).collect();
    match slot {
        Slot::Text(kept) => text.clone_into(kept),
        Slot::Maybe(kept) => *kept = (!text.is_empty()).then(|| text.to_owned()),
        Slot::List(kept) => *kept = words(),
        Slot::MaybeList(kept) => *kept = Some(words()),
        Slot::Flag(kept) => *kept = text == "yes",
        Slot::MaybeFlag(kept) => *kept = Some(text == "yes"),
        Slot::Number(kept) if text.is_empty() => *kept = None,
        Slot::Number(kept) => *kept = Some(text.parse().map_err(|_| String::new())?),
        Slot::Audiences(kept) => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let all: Result<Vec<_>, _> =
                lines.map(|line| line.parse().map_err(|why: String| format!("{line}: {why}"))).collect();
            *kept = all?;
        }
    }
    Ok(())
}

/// What was typed, over the base.
pub(super) fn read(visit: &Visit, form: Form) -> (ClientConfig, Vec<Problem>) {
    let mut written = form.base.clone();
    let mut problems = Vec::new();
    for field in FIELDS.iter().filter(|field| form.has(field)) {
        let Some(slot) = slot(&mut written, field.name) else { continue };
        if let Err(text) = keep(slot, visit.field(field.name).trim()) {
            problems.push(match text.is_empty() {
                true => visit.problem(field.name, "error-client-number", &[]),
                false => Problem { field: field.name, text },
            });
        }
    }
    written.public = written.auth_method.as_deref() == Some("none");
    (written, problems)
}

/// What the rules say, each beside its field, else above the form.
pub(super) fn beside(problems: &[config::Problem]) -> Vec<Problem> {
    let told = |problem: &config::Problem| {
        let key = problem.key.strip_prefix("client.").unwrap_or(&problem.key);
        let key = if key == "client_id" { "id" } else { key };
        match FIELDS.iter().find(|field| field.name == key) {
            Some(field) => Problem { field: field.name, text: problem.text.clone() },
            None => Problem { field: "", text: format!("{key}: {}", problem.text) },
        }
    };
    problems.iter().map(told).collect()
}

/// The fields as a page shows them.
pub(super) struct Shown {
    pub(super) main: Vec<Value>,
    pub(super) more: Vec<Value>,
    /// Whether the rest is open, since something in it is wrong or it is all that there is.
    pub(super) is_more_open: bool,
}

pub(super) fn shown(visit: &Visit, mut form: Form, problems: &[Problem]) -> Shown {
    let (mut main, mut more, mut is_more_open) = (Vec::new(), Vec::new(), form.is_limited);
    for field in &FIELDS {
        if !form.has(field) {
            continue;
        }
        let typed = form.is_typed.then(|| visit.field(field.name).to_owned());
        let value = typed.or_else(|| Some(printed(&slot(&mut form.base, field.name)?, field.shape)));
        let value = value.unwrap_or_default();
        if field.main.contains(&form.kind) {
            main.push(view(field, &value));
        } else {
            is_more_open |= problems.iter().any(|problem| problem.field == field.name);
            more.push(view(field, &value));
        }
    }
    Shown { main, more, is_more_open }
}

fn view(field: &Field, value: &str) -> Value {
    let options = match field.shape {
        Shape::Choice(options) => options,
        _ => &[],
    };
    let option = |option: &&str| json!({ "value": option, "selected": *option == value });
    json!({
        "name": field.name,
        "label_key": field.label,
        "hint_key": field.hint,
        "value": value,
        "is_tick": field.shape == Shape::Tick,
        "is_lines": field.shape == Shape::Lines,
        "options": options.iter().map(option).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_has_its_setting_and_comes_back_as_it_was_printed() {
        for kind in ClientKind::ALL {
            let mut base = kind.usual();
            base.allow = vec!["organisation=North,role=team_lead".parse().unwrap()];
            base.redirect_uris = vec!["https://a.example/cb".to_owned(), "https://b.example/cb".to_owned()];
            for field in &FIELDS {
                let text = printed(&slot(&mut base, field.name).unwrap(), field.shape);
                keep(slot(&mut base, field.name).unwrap(), &text).unwrap();
                assert_eq!(
                    printed(&slot(&mut base, field.name).unwrap(), field.shape),
                    text,
                    "{}",
                    field.name
                );
            }
        }
    }
}
