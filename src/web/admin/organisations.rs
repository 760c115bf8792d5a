//! Organisations and their teams.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::{Page, Problem};
use super::super::visit::Visit;
use super::entry::Caller;
use super::organisation_rules;
use crate::ids::OrganisationId;
use crate::organisations::{self, Added, Change, Edited, LONGEST_NAME, Organisation, directory};
use crate::rights::{self, Act, Area};
use crate::themes::Arg;
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

const PART: &str = "/admin/organisations";

/// GET /admin/organisations
pub(super) async fn list(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Organisations).await?;
    let said = match visit.query.get("said") {
        Some("added") => visit.text("status-organisation-added", &[]),
        _ => String::new(),
    };
    render_list(&visit, &caller, (said, Vec::new())).await
}

async fn render_list(visit: &Visit, caller: &Caller, (said, problems): (String, Vec<Problem>)) -> Answer {
    let words = visit.query.get("q").unwrap_or_default().trim();
    let wish = super::paging::wish(visit)?;
    let reach = rights::reach(caller.who(), Area::Organisations);
    let page = directory::page(visit.app.ground.db.read(), &reach, words, &wish).await?;
    let next = super::paging::next(visit, &page);
    let row = |it: &directory::Listed| {
        json!({
            "href": format!("{PART}/{}", it.organisation.id),
            "name": it.organisation.name,
            "teams": it.teams,
            "people": it.people,
            "peers_may_invite": it.organisation.peers_may_invite,
        })
    };
    let rows: Vec<Value> = page.rows.iter().map(row).collect();
    let data = json!({
        "rows": rows,
        "q": words,
        "next_href": next,
        "first_href": if wish.after.is_some() { PART } else { "" },
        "may_add": caller.may(Act::Change(Area::Organisations, None)),
        "name": visit.field("name"),
    });
    super::page(visit, caller, (PART, Page::new("admin_organisations", data).said(said).problems(problems)))
}

/// POST /admin/organisations
pub(super) async fn add(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller().await?;
    let permit = caller.permit(Act::Change(Area::Organisations, None), PART)?;
    let name = visit.field("name").trim();
    let ground = &visit.app.ground;
    let problem = if organisations::is_name(name) {
        match organisations::add(ground, permit, &visit.origin, (name, false)).await? {
            Added::New(id) => return Ok(answer::go(&format!("{PART}/{id}?said=added"))),
            Added::Exists(_) => visit.problem("name", "error-name-taken", &[]),
        }
    } else {
        bad_name(&visit)
    };
    render_list(&visit, &caller, (String::new(), vec![problem])).await
}

fn bad_name(visit: &Visit) -> Problem {
    let most = i64::try_from(LONGEST_NAME).unwrap_or(i64::MAX);
    visit.problem("name", "error-label", &[("most", Arg::Number(most))])
}

/// GET /admin/organisations/ID
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let (caller, organisation) = seen(&visit).await?;
    let said = match visit.query.get("said") {
        Some("added") => visit.text("status-organisation-added", &[]),
        Some("changed") => visit.text("status-changed", &[]),
        Some("team") => visit.text("status-team-added", &[]),
        _ => String::new(),
    };
    let shown = Shown { said, ..Shown::default() };
    render(&visit, &caller, &organisation, shown).await
}

/// What the page of an organisation says after an act.
#[derive(Default)]
struct Shown {
    said: String,
    problems: Vec<Problem>,
    status: Option<StatusCode>,
    /// What was typed, where it is to be kept.
    typed: Option<Change>,
}

async fn render(visit: &Visit, caller: &Caller, organisation: &Organisation, shown: Shown) -> Answer {
    let id = organisation.id;
    let teams = organisations::teams(visit.app.ground.db.read(), id).await?;
    let teams: Vec<Value> = teams.iter().map(|team| json!({ "name": team.name })).collect();
    let form = shown.typed.unwrap_or_else(|| Change::of(organisation));
    let (roles, clients) = organisation_rules::choices(visit, &form.rules).await?;
    let typed = |name, value: String| visit.form.get(name).map_or(value, str::to_owned);
    let data = json!({
        "href": format!("{PART}/{id}"),
        "title": organisation.name,
        "name": form.name,
        "peers_may_invite": form.peers_may_invite,
        "peer_quota": typed("peer_quota", form.rules.peer_quota.to_string()),
        "peer_approval": form.rules.peer_approval,
        "invite_domains": typed("invite_domains", form.rules.invite_domains.join("\n")),
        "invite_days": typed("invite_days", form.rules.invite_days.to_string()),
        "roles": roles,
        "clients": clients,
        "facts": organisation_rules::facts(visit, &form.rules),
        "version": organisations::version(organisation),
        "teams": teams,
        "team": visit.field("team"),
        "may_change": caller.may(Act::Change(Area::Organisations, Some(id))),
    });
    let page = Page::new("admin_organisation", data).said(shown.said).problems(shown.problems);
    let page = match shown.status {
        Some(status) => page.status(status),
        None => page,
    };
    super::page(visit, caller, (PART, page))
}

/// POST /admin/organisations/ID
pub(super) async fn change(visit: Arc<Visit>) -> Answer {
    let (caller, organisation) = seen(&visit).await?;
    let id = organisation.id;
    let permit = caller.permit(Act::Change(Area::Organisations, Some(id)), &format!("{PART}/{id}"))?;
    let (rules, mut problems) = organisation_rules::typed(&visit).await?;
    let change = Change {
        name: visit.field("name").trim().to_owned(),
        peers_may_invite: visit.field("peers_may_invite") == "yes",
        rules,
    };
    let typed = Some(change.clone());
    if !organisations::is_name(&change.name) {
        problems.insert(0, bad_name(&visit));
    }
    if !problems.is_empty() {
        let shown = Shown { problems, typed, ..Shown::default() };
        return render(&visit, &caller, &organisation, shown).await;
    }
    let seen = (id, visit.field("version"));
    let shown = match organisations::change(&visit.app.ground, permit, &visit.origin, seen, change).await? {
        Edited::Done(_) => return Ok(answer::go(&format!("{PART}/{id}?said=changed"))),
        Edited::Gone => return Err(Stop::NotFound),
        Edited::Taken => Shown {
            problems: vec![visit.problem("name", "error-name-taken", &[])],
            typed,
            ..Shown::default()
        },
        Edited::Stale => Shown {
            problems: vec![visit.problem("", "error-changed-meanwhile", &[])],
            status: Some(StatusCode::PRECONDITION_FAILED),
            typed,
            ..Shown::default()
        },
    };
    let (caller, organisation) = self::seen(&visit).await?;
    render(&visit, &caller, &organisation, shown).await
}

/// POST /admin/organisations/ID/teams
pub(super) async fn add_team(visit: Arc<Visit>) -> Answer {
    let (caller, organisation) = seen(&visit).await?;
    let id = organisation.id;
    let permit = caller.permit(Act::Change(Area::Organisations, Some(id)), &format!("{PART}/{id}"))?;
    let name = visit.field("team").trim();
    let problem = if organisations::is_name(name) {
        match organisations::add_team(&visit.app.ground, permit, &visit.origin, (id, name)).await? {
            Added::New(_) => return Ok(answer::go(&format!("{PART}/{id}?said=team"))),
            Added::Exists(_) => Problem { field: "team", text: visit.text("error-name-taken", &[]) },
        }
    } else {
        Problem { field: "team", ..bad_name(&visit) }
    };
    let shown = Shown { problems: vec![problem], ..Shown::default() };
    render(&visit, &caller, &organisation, shown).await
}

/// The organisation of the path, for somebody who may see it. Somebody else's looks like none.
async fn seen(visit: &Visit) -> Result<(Caller, Organisation), Stop> {
    let caller = visit.caller().await?;
    let id: OrganisationId = visit.segment("id").parse().map_err(|_| Stop::NotFound)?;
    if !caller.may(Act::See(Area::Organisations, Some(id))) {
        return Err(Stop::NotFound);
    }
    let found = organisations::find(visit.app.ground.db.read(), id).await?;
    Ok((caller, found.ok_or(Stop::NotFound)?))
}
