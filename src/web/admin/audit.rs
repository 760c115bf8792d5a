//! The trail: who did what to whom, newest first; followed as it grows, and taken out as a file.

use super::super::answer::{Answer, Stop, with_header};
use super::super::frame::Page;
use super::super::visit::Visit;
use crate::audit::directory::{self, Filter};
use crate::audit::{Export, Row, acts};
use crate::rights::{Act, Area, Guarded};
use crate::store::Ground;
use futures_util::stream;
use poem::http::header;
use poem::{Body, Response};
use serde_json::{Map, Value, json};
use std::sync::Arc;

const PART: &str = "/admin/audit";
/// Seconds between two looks while somebody follows.
const FOLLOW: &str = "5";

/// GET /admin/audit
pub(super) async fn list(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Audit).await?;
    let wish = super::paging::wish(&visit)?;
    let text =
        |name| visit.query.get(name).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = Filter {
        act: text("act"),
        actor: text("actor"),
        target: text("target"),
        client: text("client"),
        refused: visit.query.get("refused").is_some(),
        ..Filter::default()
    };
    let follows = visit.query.get("follow").is_some();
    let page = directory::page(&visit.app.ground, (caller.who(), &visit.origin), &filter, &wish).await?;
    let rows: Vec<Value> = page.rows.iter().map(|it| row(&visit, it)).collect();
    let typed = |value: &Option<String>| value.clone().unwrap_or_default();
    let data = json!({
        "rows": rows, "act": typed(&filter.act), "actor": typed(&filter.actor), "target": typed(&filter.target),
        "client": typed(&filter.client), "refused": filter.refused, "follows": follows,
        "next_href": super::paging::next(&visit, &page),
        "first_href": if wish.after.is_some() { PART } else { "" },
        "may_export": caller.may(Act::Guarded(Guarded::Export, None)),
    });
    let response = super::page(&visit, &caller, (PART, Page::new("admin_audit", data)))?;
    Ok(if follows { with_header(response, header::REFRESH, FOLLOW) } else { response })
}

fn row(visit: &Visit, it: &Row) -> Value {
    let (times, language) = (&visit.app.desk.times, visit.browser.language.as_str());
    let detail: Map<String, Value> = serde_json::from_str(&it.detail).unwrap_or_default();
    let detail: Vec<Value> = detail
        .into_iter()
        .map(|(field, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            json!({ "field": field, "value": value })
        })
        .collect();
    json!({
        "at_text": times.exact(language, it.at), "actor": it.actor, "act": it.act, "target": it.target,
        "act_text": act_in_words(visit, &it.act),
        "reason": it.reason.clone().unwrap_or_default(), "client": it.client_id.clone().unwrap_or_default(),
        "address": it.address, "user_agent": it.user_agent, "detail": detail, "sealed": it.place.is_some(),
    })
}

/// An act in words; one that this node does not know by its name.
pub(super) fn act_in_words(visit: &Visit, act: &str) -> String {
    acts::words(act).map_or_else(|| act.to_owned(), |key| visit.text(&key, &[]))
}

/// GET /admin/audit/export: as JSON lines, which `wardgate audit verify` checks anywhere.
pub(super) async fn export(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Audit).await?;
    let permit = caller.permit(Act::Guarded(Guarded::Export, None), PART)?;
    let ground = visit.app.ground.clone();
    let export = Export::begin(&ground, permit, &visit.origin).await.map_err(Stop::from)?;
    let pages = stream::unfold((export, ground), next);
    let response = Response::builder().content_type("application/jsonl").body(Body::from_bytes_stream(pages));
    Ok(with_header(response, header::CONTENT_DISPOSITION, "attachment; filename=\"wardgate-audit.jsonl\""))
}

type Under = (Export, Ground);

async fn next((mut export, ground): Under) -> Option<(Result<Vec<u8>, std::io::Error>, Under)> {
    let lines = match export.next(&ground).await {
        Ok(lines) => lines?,
        // The file ends in the middle of the trail then, which whoever verifies it finds.
        Err(fault) => return Some((Err(std::io::Error::other(fault.to_string())), (export, ground))),
    };
    let mut bytes = Vec::new();
    for line in &lines {
        let written = serde_json::to_writer(&mut bytes, line);
        if let Err(error) = written {
            return Some((Err(error.into()), (export, ground)));
        }
        bytes.push(b'\n');
    }
    Some((Ok(bytes), (export, ground)))
}
