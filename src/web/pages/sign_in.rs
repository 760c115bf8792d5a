//! E-mail and password.

use super::super::answer::{self, Answer, Stop};
use super::super::cookies::Name;
use super::super::frame::{Page, Problem};
use super::super::visit::Visit;
use super::flow::At;
use crate::accounts::Password;
use crate::clock::Timestamp;
use crate::journey::{Need, Step};
use crate::login::PasswordOutcome;
use crate::protocol::authorize::AuthorizationRequest;
use poem::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// GET /sign-in
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| step == Step::Password).await?;
    let email = hint(&visit, &at).await?;
    let said = match visit.query.get("said") {
        Some("password-changed") => visit.text("status-password-changed", &[]),
        Some("signed-out") => visit.text("status-signed-out", &[]),
        _ => String::new(),
    };
    render(&visit, &at, &email, (Vec::new(), said)).await
}

/// POST /sign-in
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let at = visit.at().await?;
    let email = visit.field("email").to_owned();
    let password = Password::typed(visit.field("password"));
    if !password.is_bounded() {
        return wrong(&visit, &at, &email).await;
    }
    match visit.app.login.check_password(&email, &password, &visit.origin).await? {
        PasswordOutcome::Right(account) => {
            // The handle is made now, so one that was planted before opens nothing (A95).
            let secret = visit.app.login.begin_progress(account.id, &at.id).await?;
            let response = visit.onward(&at.id);
            Ok(answer::set_cookie(response, Name::Progress, secret.text(), visit.app.links.is_https()))
        }
        PasswordOutcome::Wrong => wrong(&visit, &at, &email).await,
        PasswordOutcome::Wait(until) => wait(&visit, &at.id, until),
        PasswordOutcome::Off => {
            let problem = visit.problem("", "error-password-off", &[]);
            render(&visit, &at, &email, (vec![problem], String::new())).await
        }
    }
}

async fn wrong(visit: &Visit, at: &At, email: &str) -> Answer {
    let problem = visit.problem("", "error-credentials", &[]);
    render(visit, at, email, (vec![problem], String::new())).await
}

async fn render(visit: &Visit, at: &At, email: &str, (problems, said): (Vec<Problem>, String)) -> Answer {
    let page = Page::new("sign_in", json!({ "email": email }))
        .flow(&at.id)
        .client(visit.client_name(at).await?)
        .form_action(visit.target_origin(at).await?)
        .said(said)
        .problems(problems);
    visit.page(page)
}

/// The address to offer: what the application hints at, or whom the invitation is for.
async fn hint(visit: &Visit, at: &At) -> Result<String, Stop> {
    match &at.flow.need {
        Need::Authorize(request) => Ok(login_hint(request)),
        Need::Join(id) => {
            let invitation = crate::invitations::find(visit.app.ground.db.read(), *id).await?;
            Ok(invitation.map(|invitation| invitation.email).unwrap_or_default())
        }
        Need::Home | Need::Team | Need::Applications => Ok(String::new()),
    }
}

fn login_hint(request: &AuthorizationRequest) -> String {
    request.login_hint.as_deref().unwrap_or_default().chars().filter(|c| !c.is_control()).take(254).collect()
}

/// Too many wrong tries: until when nothing is compared.
pub(super) fn wait(visit: &Visit, flow: &str, until: Timestamp) -> Answer {
    let now = visit.app.ground.clock.now();
    let text = visit.app.desk.times.until(&visit.browser.language, until, now);
    let data = json!({ "seconds": until.since(now).max(1), "until_text": text });
    visit.page(Page::new("wait", data).flow(flow).status(StatusCode::TOO_MANY_REQUESTS))
}
