//! The settings of an application that is there.

use super::super::super::answer::{self, Answer, Stop};
use super::super::super::frame::Page;
use super::super::super::visit::Visit;
use super::super::entry::Caller;
use super::fields::{self, Form};
use super::make::{Wrong, again};
use super::{GUARD, PART, acts, seen};
use crate::clients::{Client, ClientKind, Edited, describe};
use poem::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

fn form_of(client: &Client, is_typed: bool) -> Form {
    Form {
        kind: ClientKind::of(&client.policy),
        base: client.as_written(),
        with_id: false,
        is_limited: client.source == "dynamic",
        is_typed,
    }
}

/// GET /admin/clients/ID/edit
pub(super) async fn form(visit: Arc<Visit>) -> Answer {
    let (caller, client) = seen(&visit).await?;
    if client.source == "config" {
        return Err(Stop::NotFound);
    }
    caller.permit(GUARD, &format!("{PART}/{}/edit", client.id))?;
    render(&visit, &caller, (&client, false), (client.version(), Wrong::default()))
}

fn render(
    visit: &Visit,
    caller: &Caller,
    (client, is_typed): (&Client, bool),
    (version, wrong): (String, Wrong),
) -> Answer {
    let Wrong { problems, prove, status } = wrong;
    let form = form_of(client, is_typed);
    let kind = form.kind;
    let fields::Shown { main, more, is_more_open } = fields::shown(visit, form, &problems);
    let data = json!({
        "title_key": "client-edit-title",
        "action": format!("{PART}/{}/edit", client.id),
        "back_href": format!("{PART}/{}", client.id),
        "version": version,
        "kind": kind.name(),
        "main": main,
        "more": more,
        "is_more_open": is_more_open,
        "prove_href": prove,
        "button_key": "save-button",
    });
    let page = Page::new("admin_client_form", data).problems(problems);
    let page = match status {
        Some(status) => page.status(status),
        None => page,
    };
    super::super::page(visit, caller, (PART, page))
}

/// POST /admin/clients/ID/edit
pub(super) async fn change(visit: Arc<Visit>) -> Answer {
    let (caller, client) = seen(&visit).await?;
    let href = format!("{PART}/{}", client.id);
    let version = visit.field("version").to_owned();
    let permit = match caller.permit(GUARD, &format!("{href}/edit")) {
        Ok(permit) => permit,
        Err(Stop::Go(prove)) => {
            return render(&visit, &caller, (&client, true), (version, again(&visit, prove)));
        }
        Err(stop) => return Err(stop),
    };
    let (mut written, mut problems) = fields::read(&visit, form_of(&client, true));
    ClientKind::of(&client.policy).complete(&mut written);
    let development = !visit.app.config.is_production();
    let described = describe("client", &written, development).map_err(|more| fields::beside(&more));
    let new = match described {
        Ok(new) if problems.is_empty() => new,
        other => {
            problems.extend(other.err().unwrap_or_default());
            let wrong = Wrong { problems, ..Wrong::default() };
            return render(&visit, &caller, (&client, true), (version, wrong));
        }
    };
    let seen = (client.id.as_str(), version.as_str());
    let wrong = match visit.app.clients.change(permit, &visit.origin, seen, (new, development)).await? {
        Edited::Done(client, Some(secret)) => {
            let said = visit.text("status-changed", &[]);
            return acts::shown_once(&visit, &caller, &client, (Some(&secret), said));
        }
        Edited::Done(..) => return Ok(answer::go(&format!("{href}?said=changed"))),
        Edited::Stale => Wrong {
            problems: vec![visit.problem("", "error-client-changed-meanwhile", &[])],
            status: Some(StatusCode::PRECONDITION_FAILED),
            prove: String::new(),
        },
        Edited::Gone => return Err(Stop::NotFound),
        Edited::Configured | Edited::SelfManaged => return Err(Stop::Forbidden),
        Edited::Invalid(problems) => Wrong { problems: fields::beside(&problems), ..Wrong::default() },
    };
    // Whoever was told saves over what is there now, having been told.
    let now = visit.app.clients.find(&client.id).await?.ok_or(Stop::NotFound)?;
    render(&visit, &caller, (&now, true), (now.version(), wrong))
}
