//! A new application: first its kind, then few fields, the rest under "More settings". Whatever was typed stays.

use super::super::super::answer::{Answer, Stop};
use super::super::super::frame::{Page, Problem};
use super::super::super::visit::Visit;
use super::super::entry::Caller;
use super::fields::{self, Form};
use super::{GUARD, PART, acts, kind_key};
use crate::clients::{Added, ClientKind, describe, named};
use crate::rights::Area;
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const HREF: &str = "/admin/new-client";

/// GET /admin/new-client
pub(super) async fn new(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Clients).await?;
    if !caller.may(GUARD) {
        return Err(Stop::Forbidden);
    }
    let Some(name) = visit.query.get("kind") else {
        let data = json!({ "kinds": ClientKind::ALL.map(choice) });
        return super::super::page(&visit, &caller, (PART, Page::new("admin_client_kinds", data)));
    };
    let kind: ClientKind = named(name).map_err(|_| Stop::NotFound)?;
    // The proof comes before the form: it must not cost what somebody typed.
    caller.permit(GUARD, &here(kind))?;
    let form = Form { kind, base: kind.usual(), with_id: true, is_limited: false, is_typed: false };
    render(&visit, &caller, form, Wrong::default())
}

fn here(kind: ClientKind) -> String {
    format!("{HREF}?kind={}", kind.name())
}

fn choice(kind: ClientKind) -> Value {
    let text_key = match kind {
        ClientKind::Server => "client-kind-server-text",
        ClientKind::Browser => "client-kind-browser-text",
        ClientKind::Native => "client-kind-native-text",
        ClientKind::Service => "client-kind-service-text",
    };
    json!({ "href": here(kind), "label_key": kind_key(kind), "text_key": text_key })
}

/// What is in the way of a form.
#[derive(Default)]
pub(super) struct Wrong {
    pub(super) problems: Vec<Problem>,
    /// Where both factors are proved again, in another tab.
    pub(super) prove: String,
    pub(super) status: Option<StatusCode>,
}

fn render(visit: &Visit, caller: &Caller, form: Form, wrong: Wrong) -> Answer {
    let Wrong { problems, prove, status } = wrong;
    let fields::Shown { main, more, is_more_open } = fields::shown(visit, form.clone(), &problems);
    let data = json!({
        "title_key": kind_key(form.kind),
        "action": HREF,
        "back_href": PART,
        "version": "",
        "kind": form.kind.name(),
        "main": main,
        "more": more,
        "is_more_open": is_more_open,
        "prove_href": prove,
        "button_key": "client-make-button",
    });
    let page = Page::new("admin_client_form", data).problems(problems);
    let page = match status {
        Some(status) => page.status(status),
        None => page,
    };
    super::super::page(visit, caller, (PART, page))
}

/// POST /admin/new-client
pub(super) async fn make(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Clients).await?;
    let kind: ClientKind = named(visit.field("kind")).map_err(|_| Stop::BadForm)?;
    let form = Form { kind, base: kind.usual(), with_id: true, is_limited: false, is_typed: true };
    let permit = match caller.permit(GUARD, &here(kind)) {
        Ok(permit) => permit,
        Err(Stop::Go(prove)) => return render(&visit, &caller, form, again(&visit, prove)),
        Err(stop) => return Err(stop),
    };
    let (mut written, mut problems) = fields::read(&visit, form.clone());
    if written.id.is_empty() {
        written.id = id_of(&written.name).unwrap_or_else(|| visit.app.clients.new_id());
    }
    kind.complete(&mut written);
    let development = !visit.app.config.is_production();
    let described = describe("client", &written, development);
    let new = match described {
        Ok(new) if problems.is_empty() => new,
        Ok(_) => return render(&visit, &caller, form, Wrong { problems, ..Wrong::default() }),
        Err(more) => {
            problems.extend(fields::beside(&more));
            return render(&visit, &caller, form, Wrong { problems, ..Wrong::default() });
        }
    };
    let problems = match visit.app.clients.add(permit, &visit.origin, new, development).await? {
        Added::Yes(secret) => {
            let client = visit.app.clients.find(&written.id).await?.ok_or(Stop::NotFound)?;
            let said = visit.text("status-client-added", &[]);
            return acts::shown_once(&visit, &caller, &client, (secret.as_ref(), said));
        }
        Added::Exists => vec![visit.problem("id", "error-client-id-taken", &[])],
        Added::Invalid(problems) => fields::beside(&problems),
    };
    render(&visit, &caller, form, Wrong { problems, ..Wrong::default() })
}

/// Both factors have to be proved once more, and what was typed stays where it is.
pub(super) fn again(visit: &Visit, prove: String) -> Wrong {
    let problems = vec![visit.problem("", "error-prove-again", &[])];
    Wrong { problems, prove, status: Some(StatusCode::FORBIDDEN) }
}

/// An id that people recognise; none of a name without a single letter that an id may have.
fn id_of(name: &str) -> Option<String> {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let id = words.join("-");
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_the_name() {
        for (name, id) in [
            ("Ward 4 – Tablets", Some("ward-4-tablets")),
            ("  Rota  ", Some("rota")),
            ("日本", None),
            ("", None),
        ] {
            assert_eq!(id_of(name).as_deref(), id);
        }
    }
}
