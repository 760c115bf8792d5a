//! Who agreed to a notice and who has not yet; and the receipts as a file.

use super::super::super::answer::{Answer, Stop, with_header};
use super::super::super::frame::Page;
use super::super::super::visit::Visit;
use super::{PART, exact, seen};
use crate::notices::people::{self, Person};
use crate::notices::{Export, Kind, Line, csv};
use crate::rights::{self, Act, Area, Guarded};
use crate::store::Ground;
use futures_util::stream;
use poem::http::header;
use poem::{Body, Response};
use serde_json::{Value, json};
use std::sync::Arc;

const EXPORT: Act = Act::Guarded(Guarded::Export, None);

/// GET /admin/notices/NAME/people: of the version in force.
pub(super) async fn people(visit: Arc<Visit>) -> Answer {
    let (caller, kind, state) = seen(&visit).await?;
    let current = state.current.ok_or(Stop::NotFound)?;
    let (conn, wish) = (visit.app.ground.db.read(), super::super::paging::wish(&visit)?);
    let reach = rights::reach(caller.who(), Area::Notices);
    let is_missing = visit.query.get("shown") == Some("missing");
    let page = match is_missing {
        true => people::missing(conn, &reach, &current, &wish).await?,
        false => people::agreed(conn, &reach, &current, &wish).await?,
    };
    let (agreed, missing) = people::counts(conn, &reach, &current).await?;
    let sees_people = caller.sees(Area::People);
    let row = |it: &Person| {
        json!({
            "href": if sees_people { format!("/admin/people/{}", it.account) } else { String::new() },
            "name": it.name,
            "email": it.email,
            "at_text": it.agreed.as_ref().map(|it| exact(&visit, it.at)).unwrap_or_default(),
            "language": it.agreed.as_ref().map(|it| it.language.clone()).unwrap_or_default(),
        })
    };
    let rows: Vec<Value> = page.rows.iter().map(row).collect();
    let href = format!("{PART}/{}", kind.name());
    let may_export = caller.may(EXPORT);
    let data = json!({
        "href": href,
        "name": kind.name(),
        "number": current.version,
        "agreed": agreed,
        "missing": missing,
        "is_missing": is_missing,
        "rows": rows,
        "next_href": super::super::paging::next(&visit, &page),
        "first_href": if wish.after.is_some() { format!("{href}/people") } else { String::new() },
        "csv_href": if may_export { format!("{href}/receipts/csv") } else { String::new() },
        "jsonl_href": if may_export { format!("{href}/receipts/jsonl") } else { String::new() },
    });
    super::super::page(&visit, &caller, (PART, Page::new("admin_notice_people", data)))
}

/// GET /admin/notices/NAME/receipts/FORM: every receipt of every version, as comma-separated values or as JSON lines.
pub(super) async fn export(visit: Arc<Visit>) -> Answer {
    let (caller, kind, _) = seen(&visit).await?;
    let (is_csv, content_type) = match visit.segment("form") {
        "csv" => (true, "text/csv; charset=utf-8"),
        "jsonl" => (false, "application/jsonl"),
        _ => return Err(Stop::NotFound),
    };
    let permit = caller.permit(EXPORT, &visit.path)?;
    let ground = visit.app.ground.clone();
    let file = format!("attachment; filename=\"{}.{}\"", kind.name(), visit.segment("form"));
    let export = begin(&ground, permit, (&visit, kind)).await?;
    let head = is_csv.then(|| Ok(csv(None).into_bytes()));
    let lines = stream::unfold((export, ground, is_csv), next);
    let all = futures_util::StreamExt::chain(stream::iter(head), lines);
    let response = Response::builder().content_type(content_type).body(Body::from_bytes_stream(all));
    Ok(with_header(response, header::CONTENT_DISPOSITION, &file))
}

async fn begin(
    ground: &Ground,
    permit: rights::Permit,
    (visit, kind): (&Visit, Kind),
) -> Result<Export, Stop> {
    Ok(Export::begin(ground, permit, &visit.origin, kind).await?)
}

type Under = (Export, Ground, bool);
type Bytes = Result<Vec<u8>, std::io::Error>;

async fn next((mut export, ground, is_csv): Under) -> Option<(Bytes, Under)> {
    let lines = match export.next(ground.db.read()).await {
        Ok(lines) => lines?,
        // The file ends in the middle then, which the browser tells.
        Err(fault) => return Some((Err(std::io::Error::other(fault.to_string())), (export, ground, is_csv))),
    };
    let bytes = if is_csv {
        Ok(lines.iter().map(|it| csv(Some(it))).collect::<String>().into())
    } else {
        json_lines(&lines)
    };
    Some((bytes, (export, ground, is_csv)))
}

fn json_lines(lines: &[Line]) -> Bytes {
    let mut bytes = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut bytes, line)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}
