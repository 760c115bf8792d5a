//! What is done to a person. Each act that takes something away says what will happen and asks once.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::{Page, Question};
use super::super::visit::Visit;
use super::entry::Caller;
use super::people::{self, PART};
use crate::accounts::{self, Account};
use crate::ids::{AccountId, MembershipId, OrganisationId, SessionId, TeamId};
use crate::invitations::Changed;
use crate::lifecycle::{Acted, NewPlace, Over};
use crate::organisations;
use crate::rights::{self, Place, Role};
use crate::themes::Arg;
use poem::http::StatusCode;
use std::sync::Arc;
use url::form_urlencoded::Serializer;

fn href(id: AccountId) -> String {
    format!("{PART}/{id}")
}

/// A field of the form, or, on the way back from the question, of the address.
fn carried<'a>(visit: &'a Visit, name: &str) -> &'a str {
    visit.form.get(name).or_else(|| visit.query.get(name)).unwrap_or_default()
}

/// The version of the person that the page showed. Without one nothing fits.
fn over(visit: &Visit, id: AccountId) -> Over<'_> {
    Over { id, seen: Some(carried(visit, "version")) }
}

/// Asks before something is taken away: title and button of `key`, and what the act goes on with.
fn ask(
    visit: &Visit,
    caller: &Caller,
    (key, name): (&str, &str),
    (title_key, button_key): (&'static str, &'static str),
    carries: &[&str],
) -> Answer {
    let mut query = Serializer::new(String::new());
    query.append_pair("sure", "yes");
    for field in carries {
        query.append_pair(field, carried(visit, field));
    }
    let question = Question {
        title_key,
        text: visit.text(key, &[("name", Arg::Text(name))]),
        action: format!("{}?{}", visit.path, query.finish()),
        button_key,
        back_href: &format!("{PART}/{}", visit.segment("id")),
    };
    super::page(visit, caller, (PART, Page::confirm(&question)))
}

fn is_sure(visit: &Visit) -> bool {
    visit.query.get("sure") == Some("yes")
}

async fn account(visit: &Visit, id: AccountId) -> Result<Account, Stop> {
    accounts::find(visit.app.ground.db.read(), id).await?.ok_or(Stop::NotFound)
}

/// The answer to an act: the person's page, with what was done or why not.
async fn answered(visit: &Visit, id: AccountId, acted: Acted, said: &str) -> Answer {
    let problem = |key| (visit.problem("", key, &[]), StatusCode::CONFLICT);
    let wrong = match acted {
        Acted::Done => return Ok(answer::go(&format!("{}?said={said}", href(id)))),
        Acted::Already => return Ok(answer::go(&href(id))),
        Acted::Beyond => return Err(Stop::Forbidden),
        Acted::Gone => return Err(Stop::NotFound),
        Acted::Stale => (visit.problem("", "error-person-changed", &[]), StatusCode::PRECONDITION_FAILED),
        Acted::LastAdmin => problem("error-last-admin"),
        Acted::Yourself => problem("error-yourself"),
    };
    people::render(visit, String::new(), Some(wrong)).await
}

/// POST /admin/people/ID/unblock: a new deadline and a new mail, never a proof.
pub(super) async fn unblock(visit: Arc<Visit>) -> Answer {
    let (caller, id, places) = people::met(&visit).await?;
    let permit = caller.permit(rights::help(caller.who(), &places), &href(id))?;
    let person = account(&visit, id).await?;
    let acted = match visit.app.lifecycle.unblock(permit, person, &visit.origin).await? {
        Changed::Yes => Acted::Done,
        Changed::No => Acted::Already,
    };
    answered(&visit, id, acted, "unblocked").await
}

/// The right to change this person, for a page that comes back to it.
fn right_over(caller: &Caller, id: AccountId, places: &[Place]) -> Result<rights::Permit, Stop> {
    caller.permit(rights::over(caller.who(), places), &href(id))
}

/// POST /admin/people/ID/disable
pub(super) async fn disable(visit: Arc<Visit>) -> Answer {
    let (caller, id, places) = people::met(&visit).await?;
    let permit = right_over(&caller, id, &places)?;
    if !is_sure(&visit) {
        let name = accounts::full_name(&account(&visit, id).await?);
        let words = ("person-disable-title", "person-disable-button");
        return ask(&visit, &caller, ("person-disable-text", &name), words, &["version"]);
    }
    let acted = visit.app.lifecycle.disable(permit, over(&visit, id), &visit.origin).await?;
    answered(&visit, id, acted, "disabled").await
}

/// POST /admin/people/ID/enable
pub(super) async fn enable(visit: Arc<Visit>) -> Answer {
    let (caller, id, places) = people::met(&visit).await?;
    let permit = right_over(&caller, id, &places)?;
    let acted = visit.app.lifecycle.enable(permit, over(&visit, id), &visit.origin).await?;
    answered(&visit, id, acted, "enabled").await
}

/// POST /admin/people/ID/sessions/end: one, or without one all.
pub(super) async fn end_sessions(visit: Arc<Visit>) -> Answer {
    let (caller, id, places) = people::met(&visit).await?;
    let permit = right_over(&caller, id, &places)?;
    let one = match carried(&visit, "session") {
        "" => None,
        session => Some(SessionId(session.parse().map_err(|_| Stop::NotFound)?)),
    };
    if one.is_none() && !is_sure(&visit) {
        let name = accounts::full_name(&account(&visit, id).await?);
        let words = ("person-end-all-title", "person-end-all-button");
        return ask(&visit, &caller, ("person-end-all-text", &name), words, &[]);
    }
    let acted = visit.app.lifecycle.end_sessions(permit, id, one, &visit.origin).await?;
    answered(&visit, id, acted, "ended").await
}

/// POST /admin/people/ID/places/give
pub(super) async fn give_place(visit: Arc<Visit>) -> Answer {
    let (caller, id, _) = people::met(&visit).await?;
    let Some(new) = chosen(&visit) else {
        let problem = visit.problem("scope", "error-choose", &[]);
        return people::render(&visit, String::new(), Some((problem, StatusCode::UNPROCESSABLE_ENTITY)))
            .await;
    };
    let permit = caller.permit(rights::role_act(new.organisation, new.role), &href(id))?;
    let acted = visit.app.lifecycle.give_place(permit, over(&visit, id), new, &visit.origin).await?;
    answered(&visit, id, acted, "given").await
}

fn chosen(visit: &Visit) -> Option<NewPlace> {
    let (organisation, team) = match visit.field("scope").split_once('.') {
        Some((organisation, team)) => (organisation, Some(TeamId(team.parse().ok()?))),
        None => (visit.field("scope"), None),
    };
    let organisation = OrganisationId(organisation.parse().ok()?);
    Some(NewPlace { organisation, team, role: Role::parse(visit.field("role"))? })
}

/// POST /admin/people/ID/places/take
pub(super) async fn take_place(visit: Arc<Visit>) -> Answer {
    let (caller, id, _) = people::met(&visit).await?;
    let place = MembershipId(carried(&visit, "place").parse().map_err(|_| Stop::NotFound)?);
    let members = organisations::members_of(visit.app.ground.db.read(), id).await?;
    let member = members.iter().find(|member| member.id == place).ok_or(Stop::NotFound)?;
    let permit = caller.permit(rights::role_act(member.organisation.0, member.role), &href(id))?;
    if !is_sure(&visit) {
        let team = member.team.as_ref().map_or("", |(_, name)| name.as_str());
        let name = [team, &member.organisation.1].join(" · ");
        let words = ("person-take-title", "person-take-button");
        let name = name.trim_start_matches(" · ");
        return ask(&visit, &caller, ("person-take-text", name), words, &["version", "place"]);
    }
    let acted = visit.app.lifecycle.take_place(permit, over(&visit, id), place, &visit.origin).await?;
    answered(&visit, id, acted, "taken").await
}
