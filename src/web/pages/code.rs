//! 2-step verification: the code of the text message.

use super::super::answer::{self, Answer, Stop};
use super::super::cookies::Name;
use super::super::frame::{Page, Problem, Stage};
use super::super::visit::Visit;
use super::flow::{At, with_flow};
use super::sign_in::wait;
use crate::accounts::Account;
use crate::journey::Step;
use crate::login::factor::phone::tidy_code;
use crate::login::factor::sms::{Attempt, Purpose};
use crate::login::{Challenge, Checked, Sending};
use crate::outbox::Standing;
use crate::themes::Arg;
use poem::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// What a code page shows beside its problems.
struct Shown {
    challenge: Option<Challenge>,
    problems: Vec<Problem>,
    said: String,
}

/// GET /sign-in/code
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| step == Step::Code).await?;
    let account = visit.person(&at).await?;
    let bound_to = bound_to(&visit)?;
    let sending = visit.app.login.challenge(attempt(&account, &bound_to), &visit.origin).await?;
    let shown = shown(&visit, sending, "")?;
    render(&visit, &at, shown).await
}

/// POST /sign-in/code/resend
pub(super) async fn resend(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| step == Step::Code).await?;
    let account = visit.person(&at).await?;
    let bound_to = bound_to(&visit)?;
    let sending = visit.app.login.resend(attempt(&account, &bound_to), &visit.origin).await?;
    let shown = shown(&visit, sending, "status-code-sent")?;
    render(&visit, &at, shown).await
}

/// POST /sign-in/code
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| step == Step::Code).await?;
    let account = visit.person(&at).await?;
    let bound_to = bound_to(&visit)?;
    let attempt = attempt(&account, &bound_to);
    let Some(code) = tidy_code(visit.field("code")) else {
        return refuse(&visit, &at, attempt, "error-code-form").await;
    };
    let beside = visit.stays(&at, &account);
    let current = visit.visitor.session.as_ref().map(|(session, _)| session.id);
    let replaces = if beside { None } else { current };
    let key = match visit.app.login.check_code(attempt, &code, replaces, &visit.origin).await? {
        Checked::Right((_, secret)) => {
            if let Some(progress) = &visit.progress_secret {
                visit.app.login.forget_progress(progress).await?;
            }
            let https = visit.app.links.is_https();
            let response = answer::clear_cookie(visit.onward(&at.id), Name::Progress, https);
            let response = visit.keep_others(response, beside, &account).await?;
            return Ok(answer::set_cookie(response, Name::Session, secret.text(), https));
        }
        Checked::Wrong => "error-code-wrong",
        Checked::Expired => "error-code-expired",
        Checked::Spent => "error-code-spent",
        Checked::Wait(until) => return wait(&visit, &at.id, until),
        Checked::Off => {
            return Err(Stop::Problem(StatusCode::FORBIDDEN, "disabled", String::new()));
        }
    };
    refuse(&visit, &at, attempt, key).await
}

/// POST /sign-in/restart: another account.
pub(super) async fn restart(visit: Arc<Visit>) -> Answer {
    if let Some(progress) = &visit.progress_secret {
        visit.app.login.forget_progress(progress).await?;
    }
    let response = answer::go(&with_flow("/sign-in", visit.flow_id()));
    Ok(answer::clear_cookie(response, Name::Progress, visit.app.links.is_https()))
}

/// The page again, with the code that is on its way; a dead one is not replaced behind somebody's back.
async fn refuse(visit: &Visit, at: &At, attempt: Attempt<'_>, key: &str) -> Answer {
    let challenge = visit.app.login.shown_challenge(attempt).await?;
    let problems = vec![visit.problem("code", key, &[])];
    render(visit, at, Shown { challenge, problems, said: String::new() }).await
}

fn shown(visit: &Visit, sending: Sending, said: &str) -> Result<Shown, Stop> {
    match sending {
        Sending::OnItsWay(challenge, now) => {
            let said = if now && !said.is_empty() { visit.text(said, &[]) } else { String::new() };
            Ok(Shown { challenge: Some(challenge), problems: Vec::new(), said })
        }
        Sending::Limit(until) => {
            let now = visit.app.ground.clock.now();
            let until = visit.app.desk.times.until(&visit.browser.language, until, now);
            let problem = visit.problem("", "error-send-limit", &[("until", Arg::Text(&until))]);
            Ok(Shown { challenge: None, problems: vec![problem], said: String::new() })
        }
        Sending::NoPhone => Err(Stop::Go(with_flow("/continue", visit.flow_id()))),
    }
}

async fn render(visit: &Visit, at: &At, shown: Shown) -> Answer {
    let challenge = shown.challenge.as_ref();
    let standing = match challenge {
        Some(challenge) => visit.app.login.standing(challenge.id).await?,
        None => Standing::OnItsWay,
    };
    let setting_up = challenge.is_some_and(|challenge| challenge.setting_up);
    let data = json!({
        "number_masked": challenge.map(|it| it.number_masked.as_str()).unwrap_or_default(),
        "resend_wait": challenge.map_or(0, |it| it.resend_wait),
        "sends_left": challenge.map_or(0, |it| it.sends_left),
        "delayed": standing == Standing::Late,
        "undelivered": standing == Standing::Undeliverable,
        "setting_up": setting_up,
        "expires_minutes": visit.app.config.sign_in.code_minutes,
    });
    let mut page = Page::new("code", data)
        .flow(&at.id)
        .client(visit.client_name(at).await?)
        .form_action(visit.target_origin(at).await?)
        .said(shown.said)
        .problems(shown.problems);
    if setting_up {
        page = page.stage(Stage::Code);
    }
    visit.page(page)
}

fn attempt<'a>(account: &Account, bound_to: &'a [u8]) -> Attempt<'a> {
    Attempt { account: account.id, purpose: Purpose::SignIn, bound_to }
}

/// A code belongs to one sign-in in progress.
fn bound_to(visit: &Visit) -> Result<Vec<u8>, Stop> {
    visit.progress_secret.as_ref().map(crate::random::Secret::hash).ok_or(Stop::Stale)
}
