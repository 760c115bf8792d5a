//! Applications: the list, the page of each, and what is done to them.

mod acts;
mod edit;
mod fields;
mod make;

use super::super::answer::{Answer, Stop};
use super::super::endpoint::Pages;
use super::super::frame::Page;
use super::super::visit::Visit;
use super::entry::Caller;
use crate::clients::{Client, ClientKind, directory};
use crate::clock::Timestamp;
use crate::outbox::{End, Record};
use crate::protocol::client::GrantType;
use crate::rights::{Act, Area, Guarded};
use poem::{Route, get, post};
use serde_json::{Value, json};
use std::sync::Arc;

const PART: &str = "/admin/clients";
/// What makes, changes or removes an application.
const GUARD: Act = Act::Guarded(Guarded::ClientSecrets, None);
/// Rows of what happened lately.
const LATELY: u64 = 20;

/// Adds the pages of this part.
pub(super) fn routes(routes: Route, page: &Pages) -> Route {
    routes
        .at(PART, get(page.show(list)))
        .at(make::HREF, get(page.show(make::new)).post(page.submit(make::make)))
        .at("/admin/clients/:id", get(page.show(show)))
        .at("/admin/clients/:id/edit", get(page.show(edit::form)).post(page.submit(edit::change)))
        .at("/admin/clients/:id/secret", post(page.submit(acts::rotate)))
        .at("/admin/clients/:id/remove", post(page.submit(acts::remove)))
        .at("/admin/clients/:id/try", get(page.show(acts::try_it)))
}

/// GET /admin/clients
async fn list(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Clients).await?;
    let said = match visit.query.get("said") {
        Some("removed") => visit.text("status-client-removed", &[]),
        _ => String::new(),
    };
    let words = visit.query.get("q").unwrap_or_default().trim();
    let wish = super::paging::wish(&visit)?;
    let page = directory::page(visit.app.ground.db.read(), words, &wish).await?;
    let row = |it: &directory::Listed| {
        json!({
            "href": format!("{PART}/{}", it.client.id),
            "id": it.client.id,
            "name": it.client.name,
            "kind_key": kind_key(ClientKind::of(&it.client.policy)),
            "source_key": source_key(&it.client),
            "third_party": it.client.policy.third_party,
            "used_text": used(&visit, it.last_used),
        })
    };
    let rows: Vec<Value> = page.rows.iter().map(row).collect();
    let data = json!({
        "rows": rows,
        "q": words,
        "next_href": super::paging::next(&visit, &page),
        "first_href": if wish.after.is_some() { PART } else { "" },
        "add_href": if caller.may(GUARD) { make::HREF } else { "" },
    });
    super::page(&visit, &caller, (PART, Page::new("admin_clients", data).said(said)))
}

fn used(visit: &Visit, at: Option<Timestamp>) -> String {
    let now = visit.app.ground.clock.now();
    at.map(|at| visit.app.desk.times.ago(&visit.browser.language, at, now)).unwrap_or_default()
}

fn kind_key(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Server => "client-kind-server",
        ClientKind::Browser => "client-kind-browser",
        ClientKind::Native => "client-kind-native",
        ClientKind::Service => "client-kind-service",
    }
}

fn source_key(client: &Client) -> &'static str {
    match client.source.as_str() {
        "config" => "client-source-config",
        "command" => "client-source-command",
        "dynamic" => "client-source-dynamic",
        _ => "client-source-console",
    }
}

/// The application of the path, for somebody who sees applications.
async fn seen(visit: &Visit) -> Result<(Caller, Arc<Client>), Stop> {
    let caller = visit.caller_for(Area::Clients).await?;
    let found = visit.app.clients.find(visit.segment("id")).await?;
    let client = found.filter(|client| !client.is_builtin()).ok_or(Stop::NotFound)?;
    Ok((caller, client))
}

/// GET /admin/clients/ID
async fn show(visit: Arc<Visit>) -> Answer {
    let (caller, client) = seen(&visit).await?;
    let said = match visit.query.get("said") {
        Some("changed") => visit.text("status-changed", &[]),
        _ => String::new(),
    };
    let data = data(&visit, &caller, &client).await?;
    super::page(&visit, &caller, (PART, Page::new("admin_client", data).said(said)))
}

async fn data(visit: &Visit, caller: &Caller, client: &Client) -> Result<Value, Stop> {
    let app = &visit.app;
    let href = format!("{PART}/{}", client.id);
    let names = app.clients.names().await?;
    let report = app.clients.report(client, &names, !app.config.is_production());
    let ids = [client.id.clone()];
    let last_used = directory::last_used(app.ground.db.read(), &ids).await?.remove(&client.id);
    let signs_in = client.policy.grant_types.contains(&GrantType::AuthorizationCode);
    let may_act = caller.may(GUARD);
    let is_ours = may_act && client.source != "config";
    let refusals = app.clients.refusals(&client.id, LATELY).await?;
    let logouts = app.grants.logouts(&client.id, LATELY).await?;
    let warnings = [report.problems, report.warnings].concat();
    Ok(json!({
        "href": href,
        "title": client.name,
        "id": client.id,
        "kind_key": kind_key(ClientKind::of(&client.policy)),
        "source_key": source_key(client),
        "third_party": client.policy.third_party,
        "used_text": used(visit, last_used),
        "block": block(visit, client, None),
        "may": report.may,
        "warnings": warnings,
        "settings": settings(client),
        "is_configured": client.source == "config",
        "edit_href": if is_ours { format!("{href}/edit") } else { String::new() },
        "remove_href": if is_ours { format!("{href}/remove") } else { String::new() },
        "secret_href": if is_ours && client.policy.auth_method.has_secret() { format!("{href}/secret") } else { String::new() },
        "try_href": if signs_in { format!("{href}/try") } else { String::new() },
        "refusals": refusals.iter().map(|it| refusal(visit, it)).collect::<Vec<_>>(),
        "hears": client.policy.backchannel_logout_uri.is_some(),
        "logouts": logouts.iter().map(|it| logout(visit, it)).collect::<Vec<_>>(),
    }))
}

/// Every setting that says something.
fn settings(client: &Client) -> Vec<Value> {
    let said = |value: &Value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
        _ => true,
    };
    let shown = |value: Value| match value {
        Value::String(text) => text,
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    };
    let not_here = ["id", "name", "source", "created_at", "secrets_until"];
    let settings =
        client.settings().into_iter().filter(|(key, value)| said(value) && !not_here.contains(key));
    settings.map(|(key, value)| json!({ "key": key, "value": shown(value) })).collect()
}

fn refusal(visit: &Visit, it: &crate::clients::Refusal) -> Value {
    let (times, language, now) =
        (&visit.app.desk.times, visit.browser.language.as_str(), visit.app.ground.clock.now());
    json!({
        "at_text": times.ago(language, it.at, now),
        "at_exact": times.exact(language, it.at),
        "endpoint": it.endpoint,
        "told": it.error,
        "reason": it.reason,
        "reference": it.reference,
    })
}

fn logout(visit: &Visit, it: &Record) -> Value {
    let (times, language, now) =
        (&visit.app.desk.times, visit.browser.language.as_str(), visit.app.ground.clock.now());
    let (state_key, class) = match it.end {
        Some(End::Sent) => ("client-logout-sent", "good"),
        Some(End::Dropped) => ("client-logout-dropped", "neutral"),
        Some(End::Dead) => ("client-logout-failed", "bad"),
        None => ("client-logout-waiting", "wait"),
    };
    json!({
        "at_text": times.ago(language, it.created_at, now),
        "at_exact": times.exact(language, it.created_at),
        "state_key": state_key,
        "state_class": class,
        "tries": it.attempts,
        "why": it.error.clone().unwrap_or_default(),
    })
}

/// What the application's own settings have to say, ready to be copied.
fn block(visit: &Visit, client: &Client, secret: Option<&str>) -> String {
    let issuer = visit.app.links.issuer();
    let mut lines = vec![
        format!("issuer        = {issuer}"),
        format!("discovery     = {issuer}/.well-known/openid-configuration"),
        format!("client_id     = {}", client.id),
    ];
    lines.extend(secret.map(|secret| format!("client_secret = {secret}")));
    lines.extend(client.policy.redirect_uris.iter().map(|uri| format!("redirect_uri  = {uri}")));
    lines.push(format!("auth_method   = {}", client.policy.auth_method.as_str()));
    lines.join("\n")
}
