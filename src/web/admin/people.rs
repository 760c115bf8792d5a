//! People: the list, and one person's page. Acts are in `people_acts`.

use super::super::answer::{Answer, Stop};
use super::super::frame::{Page, Problem};
use super::super::visit::Visit;
use super::entry::Caller;
use super::people_view::{self, Around};
use crate::accounts::Account;
use crate::accounts::directory::{self, Filter, State};
use crate::audit;
use crate::ids::{AccountId, OrganisationId};
use crate::organisations::{self, Member};
use crate::rights::{self, Area, Place};
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const PART: &str = "/admin/people";

/// GET /admin/people
pub(super) async fn list(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::People).await?;
    let wish = super::paging::wish(&visit)?;
    let reach = rights::reach(caller.who(), Area::People);
    let (conn, now) = (visit.app.ground.db.read(), visit.app.ground.clock.now());
    let filter = filter(&visit);
    let page = directory::page(conn, (&reach, now), &filter, &wish).await?;
    let places = organisations::members(conn, page.rows.iter().map(|row| row.id)).await?;
    let choices = organisations::directory::choices(conn, &reach).await?;
    let next = super::paging::next(&visit, &page);
    let row = |account: &Account| {
        let all = places.get(&account.id).map_or(&[][..], Vec::as_slice);
        let seen: Vec<&Member> =
            all.iter().filter(|it| people_view::is_within(&reach, it.organisation.0)).collect();
        people_view::row(&visit, account, &seen)
    };
    let rows: Vec<Value> = page.rows.iter().map(row).collect();
    let option = |id: OrganisationId, name: &str| json!({ "value": id.to_string(), "label": name, "selected": filter.organisation == Some(id) });
    let organisations: Vec<Value> = choices.iter().map(|(it, _)| option(it.id, &it.name)).collect();
    let states = State::ALL.map(|state| {
        let (label_key, _) = people_view::state(state);
        json!({ "value": state.name(), "label_key": label_key, "selected": filter.state == Some(state) })
    });
    let is_filtered = !filter.words.is_empty() || filter.state.is_some() || filter.organisation.is_some();
    let data = json!({
        "rows": rows,
        "q": filter.words,
        "states": states,
        "organisations": organisations,
        "is_filtered": is_filtered,
        "next_href": next,
        "first_href": if wish.after.is_some() { PART } else { "" },
    });
    super::page(&visit, &caller, (PART, Page::new("admin_people", data)))
}

fn filter(visit: &Visit) -> Filter {
    let asked = |name| visit.query.get(name).unwrap_or_default().trim();
    Filter {
        words: asked("q").chars().take(100).collect(),
        state: State::parse(asked("state")),
        organisation: asked("organisation").parse().ok(),
    }
}

/// The person of the path with every place, and who looks. Somebody out of reach looks like nobody.
pub(super) async fn met(visit: &Visit) -> Result<(Caller, AccountId, Vec<Place>), Stop> {
    let caller = visit.caller().await?;
    let id: AccountId = visit.segment("id").parse().map_err(|_| Stop::NotFound)?;
    let members = organisations::members_of(visit.app.ground.db.read(), id).await?;
    let places: Vec<Place> = members.iter().map(Member::place).collect();
    match rights::sight(caller.who(), &places) {
        Some(_) => Ok((caller, id, places)),
        None => Err(Stop::NotFound),
    }
}

/// GET /admin/people/ID
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let said = match visit.query.get("said") {
        Some("unblocked") => visit.text("status-unblocked", &[]),
        Some("disabled") => visit.text("status-disabled", &[]),
        Some("enabled") => visit.text("status-enabled", &[]),
        Some("ended") => visit.text("status-sessions-ended", &[]),
        Some("given") => visit.text("status-place-given", &[]),
        Some("taken") => visit.text("status-place-taken", &[]),
        _ => String::new(),
    };
    render(&visit, said, None).await
}

/// The page of a person, after an act that could not be done where there is a problem.
pub(super) async fn render(visit: &Visit, said: String, wrong: Option<(Problem, StatusCode)>) -> Answer {
    let (caller, id, places) = met(visit).await?;
    let sight = rights::sight(caller.who(), &places).ok_or(Stop::NotFound)?;
    let permit = caller.permit(sight, PART)?;
    let app = &visit.app;
    let dossier = app.lifecycle.person(permit, id, &visit.origin).await?.ok_or(Stop::NotFound)?;
    let (reach, conn) = (rights::reach(caller.who(), Area::People), app.ground.db.read());
    let wish = super::paging::wish(visit)?;
    let history = audit::about(conn, &id.to_string(), &reach, &wish).await?;
    let actors = history.rows.iter().filter_map(|row| row.actor.strip_prefix("account:")?.parse().ok());
    let around = Around {
        next: super::paging::next(visit, &history),
        first: wish.after.is_some(),
        names: directory::names(conn, actors).await?,
        history: history.rows,
        apps: app.grants.applications(id).await?,
        ledger: app.grants.ledger(id).await?,
        choices: organisations::directory::choices(conn, &reach).await?,
        reach,
    };
    let data = people_view::person(visit, &caller, &dossier, &around);
    let mut page = Page::new("admin_person", data).said(said);
    if let Some((problem, status)) = wrong {
        page = page.problems(vec![problem]).status(status);
    }
    super::page(visit, &caller, (PART, page))
}
