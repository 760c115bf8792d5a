//! The invitation's link: create an account, ask for a new link, or join with the account there is.

use super::super::answer::{self, Answer, Stop};
use super::super::cookies::Name;
use super::super::frame::{Page, Problem, Stage};
use super::super::visit::Visit;
use super::flow::At;
use crate::accounts::profile::{LONGEST_NAME, PROFESSIONS, ProfileProblem};
use crate::accounts::{self, Password, PasswordProblem, password};
use crate::invitations::{self, Invitation, State};
use crate::journey::{Need, Step};
use crate::lifecycle::{Details, FieldProblem, Joined, Registered};
use crate::notices::{self, Kind};
use crate::organisations;
use crate::random::Secret;
use crate::themes::Arg;
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// GET /invite/TOKEN
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let Some(invitation) = of_link(&visit).await? else { return dead(&visit, None, false).await };
    match stands(&visit, &invitation).await? {
        State::Open => {}
        state => return dead(&visit, Some((&invitation, state)), false).await,
    }
    if visit.visitor.signed_in().is_some_and(|account| account.email_key == invitation.email_key) {
        let (flow, _) = visit.begin(Need::Join(invitation.id)).await?;
        return Ok(visit.onward(&flow));
    }
    render(&visit, &invitation, Vec::new()).await
}

/// POST /invite/TOKEN
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let Some(invitation) = of_link(&visit).await? else { return dead(&visit, None, false).await };
    let token = Secret::presented(visit.segment("token"));
    let who = (&visit.browser, &visit.origin);
    let email = invitation.email.clone();
    let (flow, progress) =
        match visit.app.lifecycle.register(invitation.clone(), &token, details(&visit), who).await? {
            Registered::New(account) => {
                let (flow, _) = visit.begin(Need::Home).await?;
                let progress = visit.app.login.begin_progress(account, &flow).await?;
                (flow, progress)
            }
            Registered::HasAccount => {
                let (flow, _) = visit.begin(Need::Home).await?;
                let progress = visit.app.login.begin_phantom(&email, &flow).await?;
                (flow, progress)
            }
            Registered::Problems(problems) => {
                let problems = problems.into_iter().map(|problem| in_words(&visit, problem)).collect();
                return render(&visit, &invitation, problems).await;
            }
            Registered::Dead(state) => return dead(&visit, Some((&invitation, state)), false).await,
        };
    let response = visit.onward(&flow);
    Ok(answer::set_cookie(response, Name::Progress, progress.text(), visit.app.links.is_https()))
}

/// POST /invite/TOKEN/ask
pub(super) async fn ask(visit: Arc<Visit>) -> Answer {
    let Some(invitation) = of_link(&visit).await? else { return dead(&visit, None, false).await };
    let state = stands(&visit, &invitation).await?;
    if state == State::Open {
        return Ok(answer::go(&format!("/invite/{}", visit.segment("token"))));
    }
    if can_ask(state) {
        invitations::ask_again(&visit.app.ground, &visit.origin, invitation.clone()).await?;
    }
    dead(&visit, Some((&invitation, state)), can_ask(state)).await
}

/// POST /invite/TOKEN/sign-in: who has an account joins with it.
pub(super) async fn sign_in(visit: Arc<Visit>) -> Answer {
    let Some(invitation) = of_link(&visit).await? else { return dead(&visit, None, false).await };
    let (flow, _) = visit.begin(Need::Join(invitation.id)).await?;
    Ok(visit.onward(&flow))
}

/// GET /join
pub(super) async fn show_join(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| step == Step::Join).await?;
    let Some(invitation) = of_need(&visit, &at).await? else { return Err(Stop::Stale) };
    let account = visit.person(&at).await?;
    let state = stands(&visit, &invitation).await?;
    if state != State::Open || account.email_key != invitation.email_key {
        return dead(&visit, Some((&invitation, state)), false).await;
    }
    let (organisation, team) = place(&visit, &invitation).await?;
    let data = json!({
        "organisation": organisation,
        "team": if team.is_empty() { organisation.clone() } else { team },
        "role_key": role_key(&invitation.role),
    });
    visit.page(Page::new("join", data).flow(&at.id).form_action(visit.target_origin(&at).await?))
}

/// POST /join
pub(super) async fn join(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| step == Step::Join).await?;
    let account = visit.person(&at).await?;
    if visit.form.get("decline").is_none() {
        let Some(invitation) = of_need(&visit, &at).await? else { return Err(Stop::Stale) };
        let joined = visit.app.lifecycle.join(invitation.clone(), &account, &visit.origin).await?;
        if joined == Joined::No {
            let Some(invitation) = of_need(&visit, &at).await? else { return Err(Stop::Stale) };
            let state = stands(&visit, &invitation).await?;
            return dead(&visit, Some((&invitation, state)), false).await;
        }
    }
    visit.app.journey.change_need(&at.id, at.flow, Need::Home).await?;
    Ok(visit.onward(&at.id))
}

async fn stands(visit: &Visit, invitation: &Invitation) -> Result<State, Stop> {
    let ground = &visit.app.ground;
    Ok(invitations::stands(ground.db.read(), invitation, ground.clock.now()).await?)
}

async fn of_link(visit: &Visit) -> Result<Option<Invitation>, Stop> {
    let token = Secret::presented(visit.segment("token"));
    Ok(invitations::by_token(visit.app.ground.db.read(), token.hash()).await?)
}

async fn of_need(visit: &Visit, at: &At) -> Result<Option<Invitation>, Stop> {
    match at.flow.need {
        Need::Join(id) => Ok(invitations::find(visit.app.ground.db.read(), id).await?),
        _ => Ok(None),
    }
}

/// Exactly the fields that count; everything else in the form is ignored (A6).
fn details(visit: &Visit) -> Details {
    let ticked = visit.field("terms") == "yes";
    Details {
        given_name: visit.field("given_name").to_owned(),
        family_name: visit.field("family_name").to_owned(),
        profession: visit.field("profession").to_owned(),
        password: Password::typed(visit.field("password")),
        terms: ticked.then(|| visit.field("terms_version").parse().unwrap_or(0)),
    }
}

fn in_words(visit: &Visit, problem: FieldProblem) -> Problem {
    let name = |field, problem| match problem {
        ProfileProblem::Required => visit.problem(field, "error-required", &[]),
        ProfileProblem::TooLong => {
            let max = i64::try_from(LONGEST_NAME).unwrap_or(i64::MAX);
            visit.problem(field, "error-too-long", &[("max", Arg::Number(max))])
        }
        ProfileProblem::Name => visit.problem(field, "error-name", &[]),
        ProfileProblem::Choose => visit.problem(field, "error-choose", &[]),
    };
    match problem {
        FieldProblem::GivenName(problem) => name("given_name", problem),
        FieldProblem::FamilyName(problem) => name("family_name", problem),
        FieldProblem::Profession(problem) => name("profession", problem),
        FieldProblem::Password(problem) => password_in_words(visit, problem),
        FieldProblem::Terms => visit.problem("terms", "error-terms", &[]),
        FieldProblem::TermsChanged => visit.problem("terms", "error-terms-changed", &[]),
    }
}

/// What is wrong with a new password, in words.
pub(super) fn password_in_words(visit: &Visit, problem: PasswordProblem) -> Problem {
    let number = |n: usize| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let minimum = visit.app.lifecycle.password_minimum();
    match problem {
        PasswordProblem::Short => {
            visit.problem("password", "error-password-short", &[("min", number(minimum))])
        }
        PasswordProblem::Long => {
            visit.problem("password", "error-password-long", &[("max", number(password::LONGEST))])
        }
        PasswordProblem::Common => visit.problem("password", "error-password-common", &[]),
        PasswordProblem::Personal => visit.problem("password", "error-password-personal", &[]),
        PasswordProblem::Weak => visit.problem("password", "error-password-weak", &[]),
    }
}

async fn render(visit: &Visit, invitation: &Invitation, problems: Vec<Problem>) -> Answer {
    let (organisation, team) = place(visit, invitation).await?;
    let terms = notices::current(visit.app.ground.db.read(), &Kind::Terms).await?;
    let chosen = visit.field("profession");
    let professions: Vec<Value> = PROFESSIONS
        .iter()
        .map(|value| {
            let label = visit.text(&format!("profession-{value}"), &[]);
            json!({ "value": value, "label": label, "selected": *value == chosen })
        })
        .collect();
    // A tick for terms that changed since is no agreement to the new ones.
    let version = terms.map_or(0, |terms| terms.version);
    let ticked = visit.field("terms") == "yes" && visit.field("terms_version") == version.to_string();
    // What the inviter knows is there to be mended, and a field that was emptied stays so.
    let is_new = visit.method == poem::http::Method::GET;
    let known = (invitation.given_name.as_deref(), invitation.family_name.as_deref());
    let known = if is_new { known } else { (None, None) };
    let data = json!({
        "token": visit.segment("token"),
        "email": invitation.email,
        "organisation": organisation,
        "team": team,
        "inviter": inviter(visit, invitation).await?,
        "given_name": visit.form.get("given_name").or(known.0).unwrap_or_default(),
        "family_name": visit.form.get("family_name").or(known.1).unwrap_or_default(),
        "profession": chosen,
        "professions": professions,
        "terms_accepted": ticked,
        "minimum": visit.app.lifecycle.password_minimum(),
        "terms_version": version,
    });
    visit.page(Page::new("create_account", data).stage(Stage::Account).problems(problems))
}

fn can_ask(state: State) -> bool {
    matches!(state, State::Expired | State::Revoked | State::Superseded | State::Frozen)
}

/// What happened to the link, and the one next step.
async fn dead(visit: &Visit, found: Option<(&Invitation, State)>, asked: bool) -> Answer {
    let gone = match found {
        Some((invitation, State::Revoked)) => {
            invitations::is_gone(visit.app.ground.db.read(), invitation).await?
        }
        _ => false,
    };
    let (organisation, team) = match found {
        Some((invitation, State::Frozen)) => place(visit, invitation).await?,
        _ => <(String, String)>::default(),
    };
    let (reason, ask, status) = match found {
        // One that was never approved never had a link.
        None | Some((_, State::Waiting | State::Declined)) => ("unknown", false, StatusCode::NOT_FOUND),
        Some((_, State::Accepted)) => ("used", false, StatusCode::GONE),
        Some((invitation, state)) => {
            let reason = match state {
                State::Frozen => "frozen",
                State::Revoked if gone => "gone",
                State::Revoked => "revoked",
                State::Superseded => "superseded",
                _ => "expired",
            };
            (reason, can_ask(state) && invitation.asked_at.is_none() && !asked, StatusCode::GONE)
        }
    };
    let asked = asked || found.is_some_and(|(invitation, _)| invitation.asked_at.is_some());
    let status = if asked { StatusCode::OK } else { status };
    let data = json!({
        "token": visit.segment("token"),
        "reason": reason,
        "can_ask": ask,
        "asked": asked,
        "team": if team.is_empty() { &organisation } else { &team },
        "organisation": organisation,
    });
    visit.page(Page::new("invite_dead", data).status(status))
}

async fn place(visit: &Visit, invitation: &Invitation) -> Result<(String, String), Stop> {
    let conn = visit.app.ground.db.read();
    let organisation = organisations::find(conn, invitation.organisation_id).await?;
    let team = match invitation.team_id {
        Some(id) => organisations::find_team(conn, id).await?.map(|team| team.name),
        None => None,
    };
    Ok((organisation.map(|organisation| organisation.name).unwrap_or_default(), team.unwrap_or_default()))
}

async fn inviter(visit: &Visit, invitation: &Invitation) -> Result<String, Stop> {
    let account = match invitation.inviter_id {
        Some(id) => accounts::find(visit.app.ground.db.read(), id).await?,
        None => None,
    };
    Ok(account.map_or_else(|| visit.app.brand.name.clone(), |account| accounts::full_name(&account)))
}

/// The translation key of a stored role.
pub(in super::super) fn role_key(role: &str) -> String {
    format!("role-{}", role.replace('_', "-"))
}
