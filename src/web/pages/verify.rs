//! Proving the e-mail address: "Check your email", and the mailed link. GET changes nothing.

use super::super::answer::{self, Answer, Stop};
use super::super::cookies::Name;
use super::super::frame::{Page, Problem, Stage};
use super::super::visit::Visit;
use super::flow::At;
use super::sign_in::wait;
use crate::accounts::address::masked;
use crate::accounts::{Account, Password};
use crate::clock::Timestamp;
use crate::journey::{Need, Step};
use crate::lifecycle::{Finished, LinkView, Resent};
use crate::login::PasswordOutcome;
use crate::random::Secret;
use crate::themes::Arg;
use poem::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// Who waits on "Check your email": a person, or somebody who only sees a newcomer's page.
struct Waiting {
    account: Option<Account>,
    email: String,
    verify_by: Timestamp,
}

/// GET /verify-email
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| matches!(step, Step::VerifyEmail { .. })).await?;
    render(&visit, &at, Vec::new(), String::new()).await
}

/// POST /verify-email: the code of the e-mail.
pub(super) async fn submit_code(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| matches!(step, Step::VerifyEmail { .. })).await?;
    let waiting = waiting(&visit, &at).await?;
    let typed = visit.field("code");
    let finished = match &waiting.account {
        Some(account) => visit.app.lifecycle.finish_code(account.id, typed, &visit.origin).await?,
        None => Finished::Wrong,
    };
    let key = match finished {
        Finished::Proved => return Ok(visit.onward(&at.id)),
        Finished::Wrong | Finished::NeedsPassword => "error-code-wrong",
        Finished::Dead => "error-code-spent",
    };
    render(&visit, &at, vec![visit.problem("code", key, &[])], String::new()).await
}

/// POST /verify-email/resend
pub(super) async fn resend(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| matches!(step, Step::VerifyEmail { .. })).await?;
    let resent = match waiting(&visit, &at).await?.account {
        Some(account) => visit.app.lifecycle.resend_link(account, &visit.browser, &visit.origin).await?,
        None => {
            let id = visit.visitor.progress.as_ref().map(|progress| progress.account).ok_or(Stop::Stale)?;
            visit.app.lifecycle.resend_phantom(id).await?
        }
    };
    match resent {
        Resent::Already => Ok(visit.onward(&at.id)),
        Resent::Sent => render(&visit, &at, Vec::new(), visit.text("status-link-sent", &[])).await,
        Resent::Limit(until) => {
            let now = visit.app.ground.clock.now();
            let until = visit.app.desk.times.until(&visit.browser.language, until, now);
            let problem = visit.problem("", "error-send-limit", &[("until", Arg::Text(&until))]);
            render(&visit, &at, vec![problem], String::new()).await
        }
    }
}

async fn waiting(visit: &Visit, at: &At) -> Result<Waiting, Stop> {
    let phantom = visit.visitor.progress.as_ref().and_then(|progress| {
        let verify_by = progress.password_at.plus(visit.app.config.accounts.verify_hours * 3600);
        progress.phantom.clone().map(|email| Waiting { account: None, email, verify_by })
    });
    if let Some(phantom) = phantom {
        return Ok(phantom);
    }
    let account = visit.person(at).await?;
    Ok(Waiting { email: account.email.clone(), verify_by: account.verify_by, account: Some(account) })
}

async fn render(visit: &Visit, at: &At, problems: Vec<Problem>, said: String) -> Answer {
    let waiting = waiting(visit, at).await?;
    let now = visit.app.ground.clock.now();
    let blocked = at.step == Step::VerifyEmail { blocked: true };
    let data = json!({
        "email_masked": masked(&waiting.email),
        "deadline": visit.app.desk.times.until(&visit.browser.language, waiting.verify_by, now),
        "blocked": blocked,
        "sent": !said.is_empty(),
        "resend_wait": 0,
    });
    let page = Page::new("check_email", data)
        .flow(&at.id)
        .stage(Stage::Email)
        .form_action(visit.target_origin(at).await?)
        .said(said)
        .problems(problems);
    visit.page(page)
}

/// GET /verify/TOKEN
pub(super) async fn show_link(visit: Arc<Visit>) -> Answer {
    render_link(&visit, Vec::new()).await
}

/// POST /verify/TOKEN
pub(super) async fn submit_link(visit: Arc<Visit>) -> Answer {
    let token = Secret::presented(visit.segment("token"));
    match visit.app.lifecycle.look_at_link(&token, &visit.browser).await? {
        LinkView::Elsewhere(account) => with_password(&visit, &token, &account).await,
        LinkView::Already => Ok(answer::go("/continue")),
        LinkView::Here(_) | LinkView::Dead => {
            let finished =
                visit.app.lifecycle.finish_link(&token, &visit.browser, None, &visit.origin).await?;
            match finished {
                Finished::Proved => Ok(answer::go("/continue")),
                _ => render_link(&visit, Vec::new()).await,
            }
        }
    }
}

/// Elsewhere it takes the password, by the same path and counters as signing in.
async fn with_password(visit: &Visit, token: &Secret, account: &Account) -> Answer {
    let password = Password::typed(visit.field("password"));
    let outcome = if password.is_bounded() {
        visit.app.login.check_password(&account.email, &password, &visit.origin).await?
    } else {
        PasswordOutcome::Wrong
    };
    let key = match outcome {
        PasswordOutcome::Right(account) => {
            let proved = Some(account.id);
            let finished =
                visit.app.lifecycle.finish_link(token, &visit.browser, proved, &visit.origin).await?;
            if finished != Finished::Proved {
                return render_link(visit, Vec::new()).await;
            }
            let (flow, _) = visit.begin(Need::Home).await?;
            let secret = visit.app.login.begin_progress(account.id, &flow).await?;
            let response = visit.onward(&flow);
            return Ok(answer::set_cookie(
                response,
                Name::Progress,
                secret.text(),
                visit.app.links.is_https(),
            ));
        }
        PasswordOutcome::Wait(until) => return wait(visit, "", until),
        PasswordOutcome::Wrong => "error-credentials",
        PasswordOutcome::Off => "error-password-off",
    };
    render_link(visit, vec![visit.problem("password", key, &[])]).await
}

/// POST /verify/TOKEN/not-me
pub(super) async fn not_me(visit: Arc<Visit>) -> Answer {
    let token = Secret::presented(visit.segment("token"));
    match visit.app.lifecycle.not_me(&token, visit.field("code"), &visit.origin).await? {
        Finished::Proved => visit.page(Page::new("verify_done", json!({ "next_href": "/", "not_me": true }))),
        Finished::Wrong => render_link(&visit, vec![visit.problem("code", "error-code-wrong", &[])]).await,
        Finished::Dead | Finished::NeedsPassword => render_link(&visit, Vec::new()).await,
    }
}

async fn render_link(visit: &Visit, problems: Vec<Problem>) -> Answer {
    let text = visit.segment("token");
    let token = Secret::presented(text);
    let (account, same_browser) = match visit.app.lifecycle.look_at_link(&token, &visit.browser).await? {
        LinkView::Dead => {
            let page = Page::new("link_dead", json!({ "kind": "verify" })).status(StatusCode::GONE);
            return visit.page(page);
        }
        LinkView::Already => {
            let data = json!({ "next_href": "/continue", "not_me": false });
            return visit.page(Page::new("verify_done", data));
        }
        LinkView::Here(account) => (account, true),
        LinkView::Elsewhere(account) => (account, false),
    };
    let data = json!({
        "token": text,
        "same_browser": same_browser,
        "email_masked": masked(&account.email),
    });
    visit.page(Page::new("verify_link", data).stage(Stage::Email).problems(problems))
}
