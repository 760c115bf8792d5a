//! Notices: what is in force, what is being written, and what changed from version to version.

mod receipts;
mod write;

use super::super::answer::{Answer, Stop};
use super::super::endpoint::Pages;
use super::super::frame::{Page, Problem};
use super::super::visit::Visit;
use super::entry::Caller;
use crate::clock::Timestamp;
use crate::config::Texts;
use crate::fault::Fault;
use crate::ids::OrganisationId;
use crate::notices::changes::{Change, changes};
use crate::notices::{self, Kind, Notice, State, directory};
use crate::organisations;
use crate::rights::{self, Act, Area, Reach};
use poem::http::StatusCode;
use poem::{Route, get, post};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

const PART: &str = "/admin/notices";
/// What writes, publishes and throws away.
const CHANGE: Act = Act::Change(Area::Notices, None);

/// Adds the pages of this part.
pub(super) fn routes(routes: Route, page: &Pages) -> Route {
    routes
        .at(PART, get(page.show(list)))
        .at(write::HREF, get(page.show(write::new)).post(page.submit(write::begin)))
        .at("/admin/notices/:name", get(page.show(show)))
        .at("/admin/notices/:name/edit", get(page.show(write::edit)).post(page.submit(write::change)))
        .at("/admin/notices/:name/preview", get(page.show(write::preview)))
        .at("/admin/notices/:name/publish", post(page.submit(write::publish)))
        .at("/admin/notices/:name/discard", post(page.submit(write::discard)))
        .at("/admin/notices/:name/versions/:number", get(page.show(version)))
        .at("/admin/notices/:name/people", get(page.show(receipts::people)))
        .at("/admin/notices/:name/receipts/:form", get(page.show(receipts::export)))
}

/// GET /admin/notices
async fn list(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Notices).await?;
    let said = match visit.query.get("said") {
        Some("discarded") => visit.text("status-notice-discarded", &[]),
        _ => String::new(),
    };
    let wish = super::paging::wish(&visit)?;
    let reach = rights::reach(caller.who(), Area::Notices);
    let page = directory::page(visit.app.ground.db.read(), &reach, &wish).await?;
    let names = organisation_names(&visit, page.rows.iter().filter_map(|it| it.organisation)).await?;
    let mut rows = Vec::new();
    for it in &page.rows {
        rows.push(row(&visit, it, &names).await?);
    }
    let data = json!({
        "rows": rows,
        "next_href": super::paging::next(&visit, &page),
        "first_href": if wish.after.is_some() { PART } else { "" },
        "add_href": if caller.may(CHANGE) { write::HREF } else { "" },
    });
    super::page(&visit, &caller, (PART, Page::new("admin_notices", data).said(said)))
}

async fn row(
    visit: &Visit,
    it: &directory::Listed,
    names: &HashMap<OrganisationId, String>,
) -> Result<Value, Stop> {
    let texts = it.current.as_ref().map(|it| &it.texts).or(it.draft.as_ref().map(|it| &it.texts));
    let name = it.kind.name();
    Ok(json!({
        "href": format!("{PART}/{name}"),
        "name": name,
        "title": title(visit, texts.map_or("{}", String::as_str))?,
        "for": audience(visit, &it.kind, it.organisation, names).await?,
        "number": it.current.as_ref().map_or(0, |it| it.version),
        "since_text": it.current.as_ref().map(|it| exact(visit, it.published_at)).unwrap_or_default(),
        "has_draft": it.draft.is_some(),
        "is_configured": visit.app.notices.declared(&it.kind).is_some(),
    }))
}

fn exact(visit: &Visit, at: Timestamp) -> String {
    visit.app.desk.times.exact(&visit.browser.language, at)
}

/// The title of texts in the language of the page, or in any.
fn title(visit: &Visit, texts: &str) -> Result<String, Stop> {
    let texts: Texts = serde_json::from_str(texts).map_err(Fault::from)?;
    let own = texts.get(&visit.browser.language).or_else(|| texts.values().next());
    Ok(own.map(|text| text.title.clone()).unwrap_or_default())
}

/// Whom a notice is for, in words.
async fn audience(
    visit: &Visit,
    kind: &Kind,
    organisation: Option<OrganisationId>,
    names: &HashMap<OrganisationId, String>,
) -> Result<String, Stop> {
    if let Kind::Disclaimer(client) = kind {
        let found = visit.app.clients.find(client).await?;
        return Ok(found.map_or_else(|| client.clone(), |found| found.name.clone()));
    }
    Ok(match organisation {
        Some(id) => names.get(&id).cloned().unwrap_or_default(),
        None => visit.text("notice-everybody", &[]),
    })
}

async fn organisation_names(
    visit: &Visit,
    ids: impl IntoIterator<Item = OrganisationId>,
) -> Result<HashMap<OrganisationId, String>, Stop> {
    let wanted: Vec<_> = ids.into_iter().collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let all = organisations::directory::choices(visit.app.ground.db.read(), &Reach::Within(wanted)).await?;
    Ok(all.into_iter().map(|(it, _)| (it.id, it.name)).collect())
}

/// The notice of the path, for somebody who may see it. Somebody else's looks like none.
async fn seen(visit: &Visit) -> Result<(Caller, Kind, State), Stop> {
    let caller = visit.caller_for(Area::Notices).await?;
    let kind = Kind::parse(visit.segment("name")).ok_or(Stop::NotFound)?;
    let state = visit.app.notices.state(&kind).await?.ok_or(Stop::NotFound)?;
    match (rights::reach(caller.who(), Area::Notices), state.organisation()) {
        (Reach::Within(own), Some(organisation)) if !own.contains(&organisation) => Err(Stop::NotFound),
        _ => Ok((caller, kind, state)),
    }
}

/// GET /admin/notices/NAME
async fn show(visit: Arc<Visit>) -> Answer {
    let (caller, kind, state) = seen(&visit).await?;
    let said = match visit.query.get("said") {
        Some("saved") => visit.text("status-notice-saved", &[]),
        Some("published") => visit.text("status-notice-published", &[]),
        Some("discarded") => visit.text("status-notice-discarded", &[]),
        _ => String::new(),
    };
    render(&visit, (&caller, &kind, &state), said, (Vec::new(), StatusCode::OK)).await
}

async fn render(
    visit: &Visit,
    (caller, kind, state): (&Caller, &Kind, &State),
    said: String,
    (problems, status): (Vec<Problem>, StatusCode),
) -> Answer {
    let conn = visit.app.ground.db.read();
    let href = format!("{PART}/{}", kind.name());
    let names = organisation_names(visit, state.organisation()).await?;
    let declared = visit.app.notices.declared(kind);
    let may = caller.may(CHANGE) && declared.is_none();
    let texts = state.current.as_ref().map(|it| &it.texts).or(state.draft.as_ref().map(|it| &it.texts));
    let versions: Vec<Value> =
        notices::versions(conn, kind).await?.iter().map(|it| version_row(visit, kind, it)).collect();
    let data = json!({
        "href": href,
        "name": kind.name(),
        "title": title(visit, texts.map_or("{}", String::as_str))?,
        "for": audience(visit, kind, state.organisation(), &names).await?,
        "place": declared.unwrap_or_default(),
        "versions": versions,
        "draft_text": state.draft.as_ref().map(|it| exact(visit, it.changed_at)).unwrap_or_default(),
        "draft_days": state.draft.as_ref().map_or(0, |it| it.grace_days),
        "previews": previews(visit, &href),
        "seen": state.version(),
        "edit_href": if may { format!("{href}/edit") } else { String::new() },
        "people_href": if state.current.is_some() { format!("{href}/people") } else { String::new() },
        "may_change": may,
    });
    let page = Page::new("admin_notice", data).said(said).problems(problems);
    let page = if status == StatusCode::OK { page } else { page.status(status) };
    super::page(visit, caller, (PART, page))
}

fn version_row(visit: &Visit, kind: &Kind, it: &Notice) -> Value {
    let until = notices::owed::deadline(it.published_at, it.grace_days);
    json!({
        "href": format!("{PART}/{}/versions/{}", kind.name(), it.version),
        "number": it.version,
        "since_text": exact(visit, it.published_at),
        "until_text": if it.grace_days > 0 { exact(visit, until) } else { String::new() },
        "is_configured": it.source == "config",
    })
}

/// The preview in each language.
fn previews(visit: &Visit, href: &str) -> Vec<Value> {
    let themes = &visit.app.themes;
    let language = |code: &String| {
        json!({
            "code": code, "name": themes.text(code, "language-name", &[]),
            "href": format!("{href}/preview?language={code}"),
        })
    };
    visit.app.notices.languages().iter().map(language).collect()
}

/// GET /admin/notices/NAME/versions/NUMBER: what it says, and what of it the version before did not.
async fn version(visit: Arc<Visit>) -> Answer {
    let (caller, kind, _) = seen(&visit).await?;
    let number: i32 = visit.segment("number").parse().map_err(|_| Stop::NotFound)?;
    let conn = visit.app.ground.db.read();
    let new = notices::named(conn, &kind, number).await?.ok_or(Stop::NotFound)?;
    let old = notices::named(conn, &kind, number.saturating_sub(1)).await?;
    let read = |texts: &str| serde_json::from_str::<Texts>(texts).map_err(Fault::from);
    let old = old.map(|old| read(&old.texts)).transpose()?.unwrap_or_default();
    let texts: Vec<Value> =
        read(&new.texts)?.iter().map(|(code, text)| {
            let before = old.get(code);
            let parts = changes(before.map_or("", |it| it.text.as_str()), &text.text);
            let (title, old_title) = (text.title.as_str(), before.map_or("", |it| it.title.as_str()));
            json!({
                "code": code, "language_name": visit.app.themes.text(code, "language-name", &[]), "title": title,
                "old_title": if old_title == title { "" } else { old_title },
                "parts": parts.into_iter().map(|it| part(it, before.is_none())).collect::<Vec<_>>(),
            })
        }).collect();
    let data = json!({
        "href": format!("{PART}/{}", kind.name()),
        "name": kind.name(),
        "number": number,
        "since_text": exact(&visit, new.published_at),
        "has_before": !old.is_empty(),
        "text_hash": new.text_hash,
        "texts": texts,
    });
    super::page(&visit, &caller, (PART, Page::new("admin_notice_version", data)))
}

/// Of the first version nothing is new.
fn part(it: Change<'_>, is_first: bool) -> Value {
    let (state, text) = match it {
        Change::Added(text) if !is_first => ("added", text),
        Change::Kept(text) | Change::Added(text) => ("kept", text),
        Change::Removed(text) => ("removed", text),
    };
    json!({ "state": state, "text": text })
}
