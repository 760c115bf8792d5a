//! Invitations: the board, one invitation's page, and the form for a new one. Acts are in `invite_acts`, lists in
//! `invite_lists`.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::{Page, Problem};
use super::super::pages::{role_key, step_words};
use super::super::visit::Visit;
use super::entry::Caller;
use crate::accounts::Address;
use crate::ids::{InvitationId, OrganisationId, TeamId};
use crate::invitations::directory::{self, Filter, Listed, Sight};
use crate::invitations::steps::Step;
use crate::invitations::{self, Invited, New, Policy, State};
use crate::organisations;
use crate::rights::{self, Act, Area, Role};
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

pub(super) const PART: &str = "/admin/invites";

/// GET /admin/invites
pub(super) async fn list(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Invitations).await?;
    let wish = super::paging::wish(&visit)?;
    let reach = rights::reach(caller.who(), Area::Invitations);
    let (conn, now) = (visit.app.ground.db.read(), visit.app.ground.clock.now());
    let filter = filter(&visit);
    let sight = Sight::Reach(reach.clone());
    let page = directory::page(conn, now, &sight, &filter, &wish).await?;
    let choices = organisations::directory::choices(conn, &reach).await?;
    let rows: Vec<Value> = page.rows.iter().map(|row| in_words(&visit, row)).collect();
    let option = |id: OrganisationId, name: &str| json!({ "value": id.to_string(), "label": name, "selected": filter.organisation == Some(id) });
    let organisations: Vec<Value> = choices.iter().map(|(it, _)| option(it.id, &it.name)).collect();
    let states = State::ALL.map(|state| {
        json!({ "value": state.name(), "label_key": state_key(state), "selected": filter.state == Some(state) })
    });
    let steps = Step::ALL.map(|step| {
        let (label_key, _) = step_words(step);
        json!({ "value": step.name(), "label_key": label_key, "selected": filter.step == Some(step) })
    });
    let is_filtered = !filter.words.is_empty()
        || filter.state.is_some()
        || filter.step.is_some()
        || filter.organisation.is_some();
    let may_invite = choices.iter().any(|(it, teams)| {
        let places = teams.iter().map(|team| Some(team.id)).chain([None]);
        places.into_iter().any(|team| may_invite_into(&caller, (it.id, team)))
    });
    let data = json!({
        "rows": rows,
        "q": filter.words,
        "states": states,
        "steps": steps,
        "organisations": organisations,
        "is_filtered": is_filtered,
        "may_invite": may_invite,
        "next_href": super::paging::next(&visit, &page),
        "first_href": if wish.after.is_some() { PART } else { "" },
    });
    super::page(&visit, &caller, (PART, Page::new("admin_invites", data)))
}

fn filter(visit: &Visit) -> Filter {
    let asked = |name| visit.query.get(name).unwrap_or_default().trim();
    Filter {
        words: asked("q").chars().take(100).collect(),
        state: State::parse(asked("state")),
        step: Step::parse(asked("step")),
        organisation: asked("organisation").parse().ok(),
    }
}

const fn state_key(state: State) -> &'static str {
    match state {
        State::Open => "board-state-open",
        State::Accepted => "board-state-accepted",
        State::Expired => "board-state-expired",
        State::Revoked => "board-state-revoked",
        State::Superseded => "board-state-superseded",
        State::Frozen => "invite-step-frozen",
        State::Waiting => "invite-step-waiting",
        State::Declined => "invite-step-declined",
    }
}

/// A row of the board.
fn in_words(visit: &Visit, row: &Listed) -> Value {
    let (language, now) = (visit.browser.language.as_str(), visit.app.ground.clock.now());
    let (step_key, step_class) = step_words(row.step);
    let times = &visit.app.desk.times;
    json!({
        "href": format!("{PART}/{}", row.invitation.id),
        "email": row.invitation.email,
        "name": row.person.as_deref().unwrap_or_default(),
        "place": place(row),
        "role_key": role_key(&row.invitation.role),
        "step_key": step_key,
        "step_class": step_class,
        "since_text": times.ago(language, row.since, now),
        "since_exact": times.exact(language, row.since),
        "inviter": row.inviter.as_deref().unwrap_or_default(),
    })
}

fn place(row: &Listed) -> String {
    match &row.team {
        Some(team) => format!("{team} · {}", row.organisation),
        None => row.organisation.clone(),
    }
}

/// The invitation of the path, and the act that looks after it. What is out of reach looks like none.
pub(super) async fn met(visit: &Visit) -> Result<(Caller, Listed, Act), Stop> {
    let caller = visit.caller().await?;
    let id: InvitationId = visit.segment("id").parse().map_err(|_| Stop::NotFound)?;
    let (conn, now) = (visit.app.ground.db.read(), visit.app.ground.clock.now());
    let found = directory::one(conn, now, id).await?.ok_or(Stop::NotFound)?;
    let (organisation, team) = (found.invitation.organisation_id, found.invitation.team_id);
    if !caller.may(Act::See(Area::Invitations, Some(organisation))) {
        return Err(Stop::NotFound);
    }
    Ok((caller, found, Act::LookAfter { organisation, team }))
}

/// GET /admin/invites/ID
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let said = match visit.query.get("said") {
        Some("invited") => visit.text("status-invited", &[]),
        Some("resent") => visit.text("status-invite-resent", &[]),
        Some("reminded") => visit.text("status-invite-reminded", &[]),
        Some("revoked") => visit.text("status-invite-revoked", &[]),
        Some("readdressed") => visit.text("status-invite-readdressed", &[]),
        Some("handed") => visit.text("status-invite-handed", &[]),
        _ => String::new(),
    };
    render(&visit, said, None).await
}

/// The page of an invitation, after an act that could not be done where there is a problem.
pub(super) async fn render(visit: &Visit, said: String, wrong: Option<(Problem, StatusCode)>) -> Answer {
    let (caller, found, act) = met(visit).await?;
    let may = caller.may(act);
    let is_open = found.state == State::Open;
    let is_renewable = is_open || found.state == State::Expired;
    let (language, now) = (visit.browser.language.as_str(), visit.app.ground.clock.now());
    let times = &visit.app.desk.times;
    let data = json!({
        "row": in_words(visit, &found),
        "created_text": times.ago(language, found.invitation.created_at, now),
        "created_exact": times.exact(language, found.invitation.created_at),
        "expires_text": if is_open { times.until(language, found.invitation.expires_at, now) } else { String::new() },
        "message": found.invitation.message.as_deref().unwrap_or_default(),
        "can_resend": may && is_renewable,
        "can_remind": may && is_open,
        "can_change": may && is_renewable,
        "can_revoke": may && is_open,
        "new_email": visit.field("email"),
        "new_inviter": visit.field("inviter"),
        "person_href": match found.invitation.account_id {
            Some(id) if caller.sees(Area::People) => format!("{}/{id}", super::people::PART),
            _ => String::new(),
        },
    });
    let mut page = Page::new("admin_invite", data).said(said);
    if let Some((problem, status)) = wrong {
        page = page.problems(vec![problem]).status(status);
    }
    super::page(visit, &caller, (PART, page))
}

/// Whether somebody may invite into a place at all.
fn may_invite_into(caller: &Caller, (organisation, team): (OrganisationId, Option<TeamId>)) -> bool {
    Role::ALL.into_iter().any(|role| caller.may(Act::Invite { organisation, team, role }))
}

/// What the forms for new invitations let choose from: places, roles, applications.
pub(super) async fn choices(visit: &Visit, caller: &Caller) -> Result<[Vec<Value>; 3], Stop> {
    let reach = rights::reach(caller.who(), Area::Invitations);
    let all = organisations::directory::choices(visit.app.ground.db.read(), &reach).await?;
    let option = |value: String, label: String, chosen: &str| {
        let selected = value == chosen;
        json!({ "value": value, "label": label, "selected": selected })
    };
    let (mut scopes, mut roles) = (Vec::new(), Vec::new());
    for (it, teams) in &all {
        let teams = teams.iter().map(|team| (Some(team.id), format!("{} · {}", team.name, it.name)));
        for (team, label) in teams.chain([(None, it.name.clone())]) {
            if may_invite_into(caller, (it.id, team)) {
                let value = team.map_or_else(|| it.id.to_string(), |team| format!("{}.{team}", it.id));
                scopes.push(option(value, label, visit.field("scope")));
            }
        }
    }
    for role in Role::ALL {
        let may = |(it, _): &(organisations::Organisation, _)| {
            caller.may(Act::Invite { organisation: it.id, team: None, role })
        };
        if all.iter().any(may) {
            let (value, label_key) = (role.name(), role_key(role.name()));
            let selected = value == visit.field("role");
            roles.push(json!({ "value": value, "label_key": label_key, "selected": selected }));
        }
    }
    let clients = visit.app.clients.list().await?;
    let clients = clients.iter().map(|it| option(it.id.clone(), it.name.clone(), visit.field("client")));
    Ok([scopes, roles, clients.collect()])
}

/// The act that was chosen in a form, or the field to choose in.
pub(super) fn chosen(visit: &Visit) -> Result<Act, Problem> {
    let (organisation, team) = match visit.field("scope").split_once('.') {
        Some((organisation, team)) => (organisation, Some(team)),
        None => (visit.field("scope"), None),
    };
    let wrong = |field| visit.problem(field, "error-choose", &[]);
    let organisation = OrganisationId(organisation.parse().map_err(|_| wrong("scope"))?);
    let team = team.map(|team| team.parse().map(TeamId).map_err(|_| wrong("scope"))).transpose()?;
    let role = Role::parse(visit.field("role")).ok_or_else(|| wrong("role"))?;
    Ok(Act::Invite { organisation, team, role })
}

/// The application that was chosen in a form.
pub(super) async fn client(visit: &Visit) -> Result<Option<String>, Stop> {
    let id = visit.field("client");
    let known = !id.is_empty() && visit.app.clients.find(id).await?.is_some();
    Ok(known.then(|| id.to_owned()))
}

/// What the configuration says about inviting.
pub(super) fn terms(visit: &Visit) -> Policy {
    let settings = &visit.app.config.invitations;
    Policy { days: settings.days, per_day: settings.per_day }
}

/// GET /admin/invites/new
pub(super) async fn new(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Invitations).await?;
    render_new(&visit, &caller, Vec::new()).await
}

async fn render_new(visit: &Visit, caller: &Caller, problems: Vec<Problem>) -> Answer {
    let [scopes, roles, clients] = choices(visit, caller).await?;
    if scopes.is_empty() {
        return Err(Stop::Forbidden);
    }
    let data = json!({
        "email": visit.field("email"),
        "scopes": scopes,
        "roles": roles,
        "clients": clients,
        "message": visit.field("message"),
    });
    super::page(visit, caller, (PART, Page::new("admin_invite_new", data).problems(problems)))
}

/// POST /admin/invites/new
pub(super) async fn add(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Invitations).await?;
    let (address, act) = (Address::parse(visit.field("email")), chosen(&visit));
    let (address, act) = match (address, act) {
        (Some(address), Ok(act)) => (address, act),
        (address, act) => {
            let email = address.is_none().then(|| visit.problem("email", "report-invalid", &[]));
            return render_new(&visit, &caller, email.into_iter().chain(act.err()).collect()).await;
        }
    };
    if !caller.may(act) {
        let problem = visit.problem("role", "report-not-allowed", &[]);
        return render_new(&visit, &caller, vec![problem]).await;
    }
    let permit = caller.permit(act, PART)?;
    let new = New {
        address,
        client_id: client(&visit).await?,
        message: visit.form.get("message").map(|words| words.chars().take(500).collect()),
        language: visit.browser.language.clone(),
    };
    let ground = &visit.app.ground;
    let (field, key) = match invitations::create(ground, permit, terms(&visit), &visit.origin, new).await? {
        Invited::Sent(id, _) => return Ok(answer::go(&format!("{PART}/{id}?said=invited"))),
        Invited::Waits(id) => return Ok(answer::go(&format!("{PART}/{id}"))),
        Invited::Domain => ("email", "report-domain"),
        Invited::AlreadyInvited => ("email", "report-already-invited"),
        Invited::AlreadyThere => ("email", "report-already-member"),
        Invited::UnknownPlace => ("scope", "error-choose"),
        Invited::Limit(_) => ("email", "report-limit"),
    };
    render_new(&visit, &caller, vec![visit.problem(field, key, &[])]).await
}
