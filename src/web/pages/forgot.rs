//! A forgotten password: a code by e-mail, a code by text message, a new password.

use super::super::answer::{self, Answer, Stop};
use super::super::cookies::Name;
use super::super::frame::{Page, Problem};
use super::super::visit::Visit;
use super::flow::with_flow;
use super::invite::password_in_words;
use super::sign_in::wait;
use crate::accounts::Password;
use crate::lifecycle::{CodeChecked, Recovery, RecoveryState};
use crate::login::factor::phone::tidy_code;
use crate::login::{Challenge, Checked, Sending};
use crate::random::Secret;
use crate::themes::Arg;
use poem::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// GET /forgot
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    visit.page(Page::new("forgot", json!({ "email": "" })).flow(visit.flow_id()))
}

/// POST /forgot: the same answer for every address.
pub(super) async fn begin(visit: Arc<Visit>) -> Answer {
    let email = visit.field("email").to_owned();
    if !email.contains('@') {
        let problem = visit.problem("email", "error-email-invalid", &[]);
        return visit.page(Page::new("forgot", json!({ "email": email })).problems(vec![problem]));
    }
    send(&visit, &email).await
}

/// POST /forgot/resend
pub(super) async fn resend(visit: Arc<Visit>) -> Answer {
    let (_, recovery) = progress(&visit, RecoveryState::Mail).await?;
    send(&visit, &recovery.shown).await
}

async fn send(visit: &Visit, email: &str) -> Answer {
    match visit.app.lifecycle.begin_recovery(email, &visit.browser, &visit.origin).await? {
        Ok(handle) => {
            let response = answer::go(&with_flow("/forgot/code", visit.flow_id()));
            Ok(answer::set_cookie(response, Name::Recovery, handle.text(), visit.app.links.is_https()))
        }
        Err(until) => wait(visit, visit.flow_id(), until),
    }
}

/// GET /forgot/code
pub(super) async fn show_code(visit: Arc<Visit>) -> Answer {
    let (_, recovery) = progress(&visit, RecoveryState::Mail).await?;
    render_code(&visit, &recovery, Vec::new())
}

/// POST /forgot/code
pub(super) async fn submit_code(visit: Arc<Visit>) -> Answer {
    let (handle, recovery) = progress(&visit, RecoveryState::Mail).await?;
    let checked =
        visit.app.lifecycle.recovery_mail_code(&handle, recovery.clone(), visit.field("code")).await?;
    match checked {
        CodeChecked::Next(state) => Ok(answer::go(&page_of(state, visit.flow_id()))),
        CodeChecked::No(checked) => match problem(&visit, &checked) {
            Ok(problem) => render_code(&visit, &recovery, vec![problem]),
            Err(stop) => *stop,
        },
    }
}

fn render_code(visit: &Visit, recovery: &Recovery, problems: Vec<Problem>) -> Answer {
    let data = json!({ "email_masked": recovery.shown });
    visit.page(Page::new("forgot_code", data).flow(visit.flow_id()).problems(problems))
}

/// GET /forgot/sms
pub(super) async fn show_sms(visit: Arc<Visit>) -> Answer {
    let (handle, recovery) = progress(&visit, RecoveryState::Phone).await?;
    let sending = visit.app.lifecycle.recovery_challenge(&handle, &recovery, false, &visit.origin).await?;
    render_sms(&visit, sending, Vec::new(), "")
}

/// POST /forgot/sms/resend
pub(super) async fn resend_sms(visit: Arc<Visit>) -> Answer {
    let (handle, recovery) = progress(&visit, RecoveryState::Phone).await?;
    let sending = visit.app.lifecycle.recovery_challenge(&handle, &recovery, true, &visit.origin).await?;
    render_sms(&visit, sending, Vec::new(), "status-code-sent")
}

/// POST /forgot/sms
pub(super) async fn submit_sms(visit: Arc<Visit>) -> Answer {
    let (handle, recovery) = progress(&visit, RecoveryState::Phone).await?;
    let checked = match tidy_code(visit.field("code")) {
        Some(code) => {
            let lifecycle = &visit.app.lifecycle;
            lifecycle.recovery_phone_code(&handle, recovery.clone(), &code, &visit.origin).await?
        }
        None => CodeChecked::No(Checked::Wrong),
    };
    let checked = match checked {
        CodeChecked::Next(state) => return Ok(answer::go(&page_of(state, visit.flow_id()))),
        CodeChecked::No(checked) => checked,
    };
    let problem = match problem(&visit, &checked) {
        Ok(problem) => problem,
        Err(stop) => return *stop,
    };
    let shown = visit.app.lifecycle.recovery_shown(&handle, &recovery).await?;
    let sending = shown.map_or(Sending::NoPhone, |challenge| Sending::OnItsWay(challenge, false));
    render_sms(&visit, sending, vec![problem], "")
}

fn render_sms(visit: &Visit, sending: Sending, mut problems: Vec<Problem>, said: &str) -> Answer {
    let (challenge, now): (Option<Challenge>, bool) = match sending {
        Sending::OnItsWay(challenge, now) => (Some(challenge), now),
        Sending::NoPhone => (None, false),
        Sending::Limit(until) => {
            let now = visit.app.ground.clock.now();
            let until = visit.app.desk.times.until(&visit.browser.language, until, now);
            problems.push(visit.problem("", "error-send-limit", &[("until", Arg::Text(&until))]));
            (None, false)
        }
    };
    let data = json!({
        "number_masked": challenge.as_ref().map(|it| it.number_masked.as_str()).unwrap_or_default(),
        "resend_wait": challenge.as_ref().map_or(0, |it| it.resend_wait),
        "sends_left": challenge.as_ref().map_or(0, |it| it.sends_left),
    });
    let said = if now && !said.is_empty() { visit.text(said, &[]) } else { String::new() };
    visit.page(Page::new("forgot_sms", data).flow(visit.flow_id()).said(said).problems(problems))
}

/// GET /forgot/password
pub(super) async fn show_password(visit: Arc<Visit>) -> Answer {
    let (_, recovery) = progress(&visit, RecoveryState::Ready).await?;
    render_password(&visit, &recovery, Vec::new())
}

/// POST /forgot/password
pub(super) async fn submit_password(visit: Arc<Visit>) -> Answer {
    let (handle, recovery) = progress(&visit, RecoveryState::Ready).await?;
    let password = Password::typed(visit.field("password"));
    match visit.app.lifecycle.finish_recovery(&handle, &password, &visit.origin).await? {
        Err(problem) => render_password(&visit, &recovery, vec![password_in_words(&visit, problem)]),
        Ok(false) => Err(Stop::Stale),
        Ok(true) => {
            let https = visit.app.links.is_https();
            let to = match visit.flow_id() {
                "" => "/sign-in?said=password-changed".to_owned(),
                flow => format!("/sign-in?said=password-changed&flow={flow}"),
            };
            let response = answer::clear_cookie(answer::go(&to), Name::Recovery, https);
            let response = answer::clear_cookie(response, Name::Progress, https);
            Ok(answer::clear_cookie(response, Name::Session, https))
        }
    }
}

fn render_password(visit: &Visit, recovery: &Recovery, problems: Vec<Problem>) -> Answer {
    let data = json!({ "email": recovery.shown, "minimum": visit.app.lifecycle.password_minimum() });
    visit.page(Page::new("new_password", data).flow(visit.flow_id()).problems(problems))
}

/// The recovery of this browser, if it waits for this page; else the way to the page it waits for.
async fn progress(visit: &Visit, state: RecoveryState) -> Result<(Secret, Recovery), Stop> {
    let start = || Stop::Go(with_flow("/forgot", visit.flow_id()));
    let handle = visit.recovery_secret.clone().ok_or_else(start)?;
    let recovery = visit.app.lifecycle.recovery(&handle).await?.ok_or_else(start)?;
    if recovery.state == state {
        Ok((handle, recovery))
    } else {
        Err(Stop::Go(page_of(recovery.state, visit.flow_id())))
    }
}

fn page_of(state: RecoveryState, flow: &str) -> String {
    let path = match state {
        RecoveryState::Mail => "/forgot/code",
        RecoveryState::Phone => "/forgot/sms",
        RecoveryState::Ready => "/forgot/password",
    };
    with_flow(path, flow)
}

/// A refused code in words, or the answer that takes its place.
fn problem(visit: &Visit, checked: &Checked<()>) -> Result<Problem, Box<Answer>> {
    let key = match checked {
        Checked::Right(()) | Checked::Wrong => "error-code-wrong",
        Checked::Expired => "error-code-expired",
        Checked::Spent => "error-code-spent",
        Checked::Wait(until) => return Err(Box::new(wait(visit, visit.flow_id(), *until))),
        Checked::Off => {
            return Err(Box::new(Err(Stop::Problem(StatusCode::FORBIDDEN, "disabled", String::new()))));
        }
    };
    Ok(visit.problem("code", key, &[]))
}
