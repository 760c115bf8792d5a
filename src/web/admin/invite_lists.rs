//! Many invitations at once: paste a list, look at what would become of each line, send it, see how far it is.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::{Page, Problem};
use super::super::visit::Visit;
use super::entry::Caller;
use super::invites::{self, PART};
use crate::ids::InviteBatchId;
use crate::invitations::bulk::{self, Batch, Counts, Line, Sent, Verdict, Wanted};
use crate::invitations::lines::{self, MOST, Unreadable};
use crate::rights::{self, Act, Area};
use crate::themes::Arg;
use serde_json::{Value, json};
use std::sync::Arc;

/// Lists that the form names.
const RECENT: u64 = 5;

/// GET /admin/invites/bulk
pub(super) async fn new(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Invitations).await?;
    render_new(&visit, &caller, Vec::new()).await
}

async fn render_new(visit: &Visit, caller: &Caller, problems: Vec<Problem>) -> Answer {
    let [scopes, roles, clients] = invites::choices(visit, caller).await?;
    if scopes.is_empty() {
        return Err(Stop::Forbidden);
    }
    let reach = rights::reach(caller.who(), Area::Invitations);
    let recent = bulk::recent(visit.app.ground.db.read(), &reach, RECENT).await?;
    let (language, now) = (visit.browser.language.as_str(), visit.app.ground.clock.now());
    let row = |it: &Batch| {
        let (state_key, state_class) = state(it);
        json!({
            "href": href(it.id),
            "at_text": visit.app.desk.times.ago(language, it.created_at, now),
            "at_exact": visit.app.desk.times.exact(language, it.created_at),
            "lines": it.lines,
            "state_key": state_key,
            "state_class": state_class,
        })
    };
    let data = json!({
        "list": visit.field("list"),
        "scopes": scopes,
        "roles": roles,
        "clients": clients,
        "message": visit.field("message"),
        "recent": recent.iter().map(row).collect::<Vec<_>>(),
    });
    super::page(visit, caller, (PART, Page::new("admin_invite_bulk", data).problems(problems)))
}

fn href(id: InviteBatchId) -> String {
    format!("{PART}/lists/{id}")
}

const fn state(batch: &Batch) -> (&'static str, &'static str) {
    match (batch.sent_at, batch.done_at) {
        (None, _) => ("list-state-judged", "neutral"),
        (Some(_), None) => ("list-state-sending", "wait"),
        (Some(_), Some(_)) => ("list-state-done", "good"),
    }
}

/// POST /admin/invites/bulk: judges the list; nobody is invited yet.
pub(super) async fn judge(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Invitations).await?;
    let (lines, act) = match (lines::read(visit.field("list")), invites::chosen(&visit)) {
        (Ok(lines), Ok(act)) => (lines, act),
        (lines, act) => {
            let list = lines.err().map(|why| unreadable(&visit, &why));
            return render_new(&visit, &caller, list.into_iter().chain(act.err()).collect()).await;
        }
    };
    if !caller.may(act) {
        let problem = visit.problem("role", "report-not-allowed", &[]);
        return render_new(&visit, &caller, vec![problem]).await;
    }
    let permit = caller.permit(act, PART)?;
    let wanted = Wanted {
        lines,
        client_id: invites::client(&visit).await?,
        message: visit.form.get("message").map(|words| words.chars().take(500).collect()),
        language: visit.browser.language.clone(),
        terms: invites::terms(&visit),
    };
    let ground = &visit.app.ground;
    match bulk::check(ground, (permit, caller.who()), &visit.origin, wanted).await? {
        Some(batch) => Ok(answer::go(&href(batch.id))),
        None => {
            let problem = visit.problem("scope", "error-choose", &[]);
            render_new(&visit, &caller, vec![problem]).await
        }
    }
}

fn unreadable(visit: &Visit, why: &Unreadable) -> Problem {
    let number = |n: usize| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
    match why {
        Unreadable::Empty => visit.problem("list", "error-required", &[]),
        Unreadable::TooLong => visit.problem("list", "error-list-long", &[("max", number(MOST))]),
        Unreadable::Header(column) => {
            visit.problem("list", "error-list-header", &[("column", Arg::Number(i64::from(*column)))])
        }
    }
}

/// The list of the path, for whoever sees the invitations of its organisation.
async fn met(visit: &Visit) -> Result<(Caller, Batch), Stop> {
    let caller = visit.caller().await?;
    let id: InviteBatchId = visit.segment("id").parse().map_err(|_| Stop::NotFound)?;
    let found = bulk::find(visit.app.ground.db.read(), id).await?.ok_or(Stop::NotFound)?;
    if !caller.may(Act::See(Area::Invitations, Some(found.organisation_id))) {
        return Err(Stop::NotFound);
    }
    Ok((caller, found))
}

/// GET /admin/invites/lists/ID
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let said = match visit.query.get("said") {
        Some("sent") => visit.text("status-list-sent", &[]),
        _ => String::new(),
    };
    render(&visit, said, Vec::new()).await
}

async fn render(visit: &Visit, said: String, problems: Vec<Problem>) -> Answer {
    let (caller, batch) = met(visit).await?;
    let (conn, wish) = (visit.app.ground.db.read(), super::paging::wish(visit)?);
    let shown = Verdict::parse(visit.query.get("verdict").unwrap_or_default());
    let counts = bulk::counts(conn, batch.id).await?;
    let page = bulk::lines(conn, batch.id, shown, &wish).await?;
    let good = counts.get(&Verdict::Ok).copied().unwrap_or(0);
    let (state_key, state_class) = state(&batch);
    let organisation = batch.organisation_id;
    // Which places the lines name is asked when it is sent.
    let may_send = batch.sent_at.is_none()
        && good > 0
        && crate::rights::Role::ALL
            .into_iter()
            .any(|role| caller.may(Act::Invite { organisation, team: None, role }));
    let data = json!({
        "href": href(batch.id),
        "state_key": state_key,
        "state_class": state_class,
        "is_sending": batch.sent_at.is_some() && batch.done_at.is_none(),
        "lines": batch.lines,
        "good": good,
        "sent": counts.get(&Verdict::Sent).copied().unwrap_or(0),
        "may_send": may_send,
        "verdicts": verdicts(&counts, shown),
        "rows": page.rows.iter().map(row).collect::<Vec<_>>(),
        "next_href": super::paging::next(visit, &page),
        "first_href": if wish.after.is_some() { href(batch.id) } else { String::new() },
    });
    let page = Page::new("admin_invite_list", data).said(said).problems(problems);
    super::page(visit, &caller, (PART, page))
}

/// What lines came to, to choose from.
fn verdicts(counts: &Counts, shown: Option<Verdict>) -> Vec<Value> {
    let choice = |(verdict, count): (&Verdict, &i64)| {
        let (label_key, _) = words(*verdict);
        json!({
            "value": verdict.name(), "label_key": label_key, "count": count, "selected": shown == Some(*verdict),
        })
    };
    counts.iter().map(choice).collect()
}

fn row(line: &Line) -> Value {
    let verdict = Verdict::parse(&line.verdict).unwrap_or(Verdict::Unreadable);
    let (verdict_key, verdict_class) = words(verdict);
    let names = [&line.given_name, &line.family_name].into_iter().flatten().map(String::as_str);
    json!({
        "number": line.number,
        "column": line.place,
        "email": line.email,
        "name": names.collect::<Vec<_>>().join(" "),
        "team": line.team,
        "verdict_key": verdict_key,
        "verdict_class": verdict_class,
    })
}

/// The text and the colour of a verdict.
const fn words(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Ok => ("verdict-ok", "good"),
        Verdict::Sent => ("verdict-sent", "good"),
        Verdict::Unreadable => ("verdict-unreadable", "bad"),
        Verdict::NotAnAddress => ("verdict-not-an-address", "bad"),
        Verdict::BadName => ("verdict-bad-name", "bad"),
        Verdict::UnknownTeam => ("verdict-unknown-team", "bad"),
        Verdict::UnknownRole => ("verdict-unknown-role", "bad"),
        Verdict::Duplicate => ("verdict-duplicate", "warn"),
        Verdict::Domain => ("verdict-domain", "bad"),
        Verdict::Waits => ("verdict-waits", "good"),
        Verdict::NotAllowed => ("verdict-not-allowed", "bad"),
        Verdict::AlreadyThere => ("verdict-already-there", "neutral"),
        Verdict::AlreadyInvited => ("verdict-already-invited", "neutral"),
        Verdict::Limit => ("verdict-limit", "warn"),
    }
}

/// POST /admin/invites/lists/ID/send
pub(super) async fn send(visit: Arc<Visit>) -> Answer {
    let (caller, batch) = met(&visit).await?;
    let (ground, per_day) = (&visit.app.ground, invites::terms(&visit).per_day);
    match bulk::send(ground, (caller.who(), per_day), &visit.origin, &batch).await? {
        Sent::Yes | Sent::Already => Ok(answer::go(&format!("{}?said=sent", href(batch.id)))),
        Sent::NotAllowed => Err(Stop::Forbidden),
        Sent::Incomplete => {
            let problem = visit.problem("", "error-list-incomplete", &[]);
            render(&visit, String::new(), vec![problem]).await
        }
    }
}
