//! The team page: invite, see how far each has come, resend, revoke, unblock.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::{Page, Problem, Question};
use super::super::visit::Visit;
use super::team_view::{self, Scope};
use crate::accounts::Address;
use crate::invitations::{self, Changed, Invitation, Invited, New, Policy};
use crate::journey::{Need, Step};
use crate::organisations;
use crate::rights::{self, Act, Permit, Role, Who};
use crate::themes::Arg;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Lines of one form; more come through the command or in parts.
const LINES: usize = 500;

/// GET /team
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let who = lead(&visit).await?;
    let said = match visit.query.get("said") {
        Some("resent") => visit.text("status-invite-resent", &[]),
        Some("revoked") => visit.text("status-invite-revoked", &[]),
        Some("taken") => visit.text("status-invite-taken", &[]),
        Some("approved") => visit.text("status-invite-approved", &[]),
        Some("declined") => visit.text("status-invite-declined", &[]),
        Some("unblocked") => visit.text("status-unblocked", &[]),
        _ => String::new(),
    };
    render(&visit, &who, Outcome { said, ..Outcome::default() }).await
}

/// What the page says after an act.
#[derive(Default)]
struct Outcome {
    said: String,
    report: Vec<Value>,
    problems: Vec<Problem>,
    keep_typed: bool,
}

/// POST /team/invite: one or many addresses, each line reported.
pub(super) async fn invite(visit: Arc<Visit>) -> Answer {
    let who = lead(&visit).await?;
    let scopes = team_view::scopes(&visit, &who).await?;
    let (scope, role) = match choice(&visit, &scopes) {
        Ok(choice) => choice,
        Err(problem) => {
            let outcome = Outcome { problems: vec![problem], keep_typed: true, ..Outcome::default() };
            return render(&visit, &who, outcome).await;
        }
    };
    let act = Act::Invite { organisation: scope.organisation, team: scope.team, role };
    let Some(permit) = rights::may(&who, act) else {
        let problem = visit.problem("role", "report-not-allowed", &[]);
        let outcome = Outcome { problems: vec![problem], keep_typed: true, ..Outcome::default() };
        return render(&visit, &who, outcome).await;
    };
    let (report, said) = invite_lines(&visit, permit).await?;
    if report.is_empty() {
        let problem = visit.problem("addresses", "error-required", &[]);
        let outcome = Outcome { problems: vec![problem], keep_typed: true, ..Outcome::default() };
        return render(&visit, &who, outcome).await;
    }
    render(&visit, &who, Outcome { said, report, ..Outcome::default() }).await
}

async fn invite_lines(visit: &Visit, permit: Permit) -> Result<(Vec<Value>, String), Stop> {
    let (mut report, mut sent, mut waiting, mut seen) = (Vec::new(), 0, 0, BTreeSet::new());
    let lines = visit.field("addresses").split(['\n', ',', ';']).map(str::trim).enumerate();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()).take(LINES) {
        let key = match Address::parse(line) {
            None => "report-invalid",
            Some(address) if !seen.insert(address.key().to_owned()) => "report-duplicate",
            Some(address) => invite_one(visit, permit, address).await?,
        };
        let ok = matches!(key, "report-sent" | "report-waits");
        sent += i64::from(key == "report-sent");
        waiting += i64::from(key == "report-waits");
        let shown: String = line.chars().filter(|c| !c.is_control()).take(254).collect();
        let text = visit.text(key, &[]);
        report.push(json!({ "line": number + 1, "email": shown, "ok": ok, "text": text }));
    }
    let said = match waiting {
        0 => visit.text("status-invites-sent", &[("count", Arg::Number(sent))]),
        _ => visit.text("status-invites-waiting", &[("count", Arg::Number(waiting))]),
    };
    Ok((report, said))
}

async fn invite_one(visit: &Visit, permit: Permit, address: Address) -> Result<&'static str, Stop> {
    let client = visit.field("client");
    let known = !client.is_empty() && visit.app.clients.find(client).await?.is_some();
    let new = New {
        address,
        client_id: known.then(|| client.to_owned()),
        message: visit.form.get("message").map(|words| words.chars().take(500).collect()),
        language: visit.browser.language.clone(),
    };
    Ok(match invitations::create(&visit.app.ground, permit, terms(visit), &visit.origin, new).await? {
        Invited::Sent(..) => "report-sent",
        Invited::Waits(_) => "report-waits",
        Invited::Domain => "report-domain",
        Invited::AlreadyInvited => "report-already-invited",
        Invited::AlreadyThere => "report-already-member",
        Invited::UnknownPlace => "report-not-allowed",
        Invited::Limit(_) => "report-limit",
    })
}

fn terms(visit: &Visit) -> Policy {
    let settings = &visit.app.config.invitations;
    Policy { days: settings.days, per_day: settings.per_day }
}

fn choice<'a>(visit: &Visit, scopes: &'a [Scope]) -> Result<(&'a Scope, Role), Problem> {
    let scope = scopes.iter().find(|scope| scope.value() == visit.field("scope"));
    let scope = scope.ok_or_else(|| visit.problem("scope", "error-choose", &[]))?;
    let role = Role::parse(visit.field("role")).ok_or_else(|| visit.problem("role", "error-choose", &[]))?;
    Ok((scope, role))
}

/// POST /team/invitations/ID/resend
pub(super) async fn resend(visit: Arc<Visit>) -> Answer {
    let (invitation, permit) = looked_after(&visit).await?;
    let days = visit.app.config.invitations.days;
    let done = invitations::resend(&visit.app.ground, permit, days, &visit.origin, invitation).await?;
    Ok(back(done, "resent"))
}

/// POST /team/invitations/ID/revoke: asks once, then does it.
pub(super) async fn revoke(visit: Arc<Visit>) -> Answer {
    let (invitation, permit) = looked_after(&visit).await?;
    if visit.query.get("sure") != Some("yes") {
        let text = visit.text("team-revoke-text", &[("email", Arg::Text(&invitation.email))]);
        let question = Question {
            title_key: "team-revoke-title",
            text,
            action: format!("/team/invitations/{}/revoke?sure=yes", invitation.id),
            button_key: "team-revoke-button",
            back_href: "/team",
        };
        return visit.page(Page::confirm(&question).nav(nav()));
    }
    let done = invitations::revoke(&visit.app.ground, permit, &visit.origin, invitation).await?;
    Ok(back(done, "revoked"))
}

/// POST /team/invitations/ID/approve: of a peer's that waits.
pub(super) async fn approve(visit: Arc<Visit>) -> Answer {
    let (invitation, permits) = confirmed(&visit).await?;
    let (ground, days) = (&visit.app.ground, visit.app.config.invitations.days);
    let done = invitations::approve(ground, permits, days, &visit.origin, invitation).await?;
    Ok(back(done, "approved"))
}

/// POST /team/invitations/ID/decline
pub(super) async fn decline(visit: Arc<Visit>) -> Answer {
    let (invitation, (look_after, _)) = confirmed(&visit).await?;
    let done = invitations::decline(&visit.app.ground, look_after, &visit.origin, invitation).await?;
    Ok(back(done, "declined"))
}

/// The invitation of the path, for somebody who looks after its place and could have invited into it.
async fn confirmed(visit: &Visit) -> Result<(Invitation, (Permit, Permit)), Stop> {
    let who = lead(visit).await?;
    let (invitation, _) = looked_after(visit).await?;
    let (organisation, team) = (invitation.organisation_id, invitation.team_id);
    let role = Role::parse(&invitation.role).ok_or(Stop::NotFound)?;
    let look_after = rights::may(&who, Act::LookAfter { organisation, team });
    let invite = rights::may(&who, Act::Invite { organisation, team, role });
    Ok((invitation, look_after.zip(invite).ok_or(Stop::Forbidden)?))
}

/// POST /team/invitations/ID/take-over: of a frozen one, by somebody who looks after its place.
pub(super) async fn take_over(visit: Arc<Visit>) -> Answer {
    let (invitation, permits) = confirmed(&visit).await?;
    let done = invitations::take_over(&visit.app.ground, permits, &visit.origin, invitation).await?;
    Ok(back(done, "taken"))
}

/// POST /team/people/ID/unblock: a new deadline and a new mail, never a proof.
pub(super) async fn unblock(visit: Arc<Visit>) -> Answer {
    let (invitation, permit) = looked_after(&visit).await?;
    let account = match invitation.account_id {
        Some(id) => crate::accounts::find(visit.app.ground.db.read(), id).await?,
        None => None,
    };
    let account = account.ok_or(Stop::NotFound)?;
    let done = visit.app.lifecycle.unblock(permit, account, &visit.origin).await?;
    Ok(back(done, "unblocked"))
}

fn back(done: Changed, said: &str) -> poem::Response {
    match done {
        Changed::Yes => answer::go(&format!("/team?said={said}")),
        Changed::No => answer::go("/team"),
    }
}

/// The invitation of the path and the right to look after it. Somebody else's looks like none.
async fn looked_after(visit: &Visit) -> Result<(Invitation, Permit), Stop> {
    let who = lead(visit).await?;
    let id = visit.segment("id").parse().map_err(|_| Stop::NotFound)?;
    let invitation = invitations::find(visit.app.ground.db.read(), id).await?.ok_or(Stop::NotFound)?;
    let (organisation, team) = (invitation.organisation_id, invitation.team_id);
    if let Some(permit) = rights::may(&who, Act::LookAfter { organisation, team }) {
        return Ok((invitation, permit));
    }
    let own = visit.signed_in().is_some() && invitation.inviter_id == visit.signed_in();
    let role = Role::parse(&invitation.role).ok_or(Stop::NotFound)?;
    match rights::may(&who, Act::Invite { organisation, team, role }).filter(|_| own) {
        Some(permit) => Ok((invitation, permit)),
        None => Err(Stop::NotFound),
    }
}

/// Who is signed in and may use this page; else the way to sign in.
async fn lead(visit: &Visit) -> Result<Who, Stop> {
    let account = visit.ready(Need::Team).await?;
    let who = organisations::who(visit.app.ground.db.read(), account).await?;
    match &who {
        Who::Person(_, places) if places.iter().any(team_view::may_use) => Ok(who),
        _ => Err(Stop::Forbidden),
    }
}

fn nav() -> Value {
    json!([{ "href": "/team", "label_key": "nav-team", "current": true }])
}

async fn render(visit: &Visit, who: &Who, outcome: Outcome) -> Answer {
    let scopes = team_view::scopes(visit, who).await?;
    let choices = team_view::choices(visit, &scopes).await?;
    let rows = team_view::rows(visit, who).await?;
    let rows: Vec<Value> = rows.iter().map(|row| team_view::in_words(visit, who, row)).collect();
    let typed = |name| if outcome.keep_typed { visit.field(name) } else { "" };
    let data = json!({
        "scopes": choices.scopes,
        "roles": choices.roles,
        "clients": choices.clients,
        "rows": rows,
        "report": outcome.report,
        "addresses": typed("addresses"),
        "message": typed("message"),
    });
    let page = Page::new("team", data).nav(nav()).said(outcome.said).problems(outcome.problems);
    visit.page(page)
}

impl Visit {
    /// The signed-in person, when nothing is left to do before one of our own pages; else the way
    /// there, with this page as the end of it.
    pub(super) async fn ready(&self, need: Need) -> Result<crate::ids::AccountId, Stop> {
        let session = self.visitor.session.as_ref().map(|(session, _)| session);
        let flow = self.app.journey.flow(need, &self.browser.hash, session);
        let step = self.app.journey.advance("", &flow, &self.visitor).await?;
        match (step, self.signed_in()) {
            (Step::Done, Some(account)) => Ok(account),
            _ => {
                let id = self.app.journey.park(&flow).await?;
                Err(Stop::Go(super::href(step, &id)))
            }
        }
    }
}
