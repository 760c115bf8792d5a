//! Texts to agree to: changed terms, and an application's disclaimer, shown as a dialog.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::{Page, Problem};
use super::super::visit::Visit;
use super::flow::{At, href};
use super::notice_view::{self, Shown};
use crate::journey::{Need, Step};
use crate::notices::{self, Due, Notice, Receipt};
use crate::protocol::error::{ErrorCode, OAuthError};
use std::sync::Arc;

/// GET /notice
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let at = due(&visit).await?;
    let asked = current(&visit, &at).await?;
    render(&visit, &at, &asked, Vec::new()).await
}

/// POST /notice: agrees to exactly the notice that the flow waits for; anything else records nothing (A77).
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let at = due(&visit).await?;
    let asked = current(&visit, &at).await?;
    if visit.form.get("decline").is_some() {
        return decline(&visit, at).await;
    }
    if visit.field("notice_id") != asked.notice.id.to_string() {
        return Ok(answer::go(&href(at.step, &at.id)));
    }
    if visit.form.get("later").is_some() && asked.due.until.is_some() {
        visit.app.journey.put_off(&at.id, at.flow, asked.notice.id).await?;
        return Ok(visit.onward(&at.id));
    }
    if visit.field("accept") != "yes" {
        let problem = visit.problem("accept", "error-tick", &[]);
        return render(&visit, &at, &asked, vec![problem]).await;
    }
    let account = visit.person(&at).await?;
    let (language, _) = notices::text(&asked.notice, &visit.browser.language)?;
    let at_time = visit.app.ground.clock.now();
    let receipt =
        Receipt { account: account.id, language, at: at_time, address: visit.origin.address.clone() };
    notices::agree(&visit.app.ground, asked.notice, receipt, &visit.origin).await?;
    Ok(visit.onward(&at.id))
}

/// Back to the application with the standard error; without one, to the start.
async fn decline(visit: &Visit, at: At) -> Answer {
    let flow = visit.app.journey.take(&at.id).await?.ok_or(Stop::Stale)?;
    match flow.need {
        Need::Authorize(request) => {
            let error = OAuthError::new(ErrorCode::AccessDenied, "the person did not agree");
            visit.deliver(visit.app.grants.refuse(&request, &error), request.target.origin())
        }
        _ => Ok(answer::go("/sign-out")),
    }
}

async fn due(visit: &Visit) -> Result<At, Stop> {
    visit.expect(|step| matches!(step, Step::Terms | Step::Disclaimer)).await
}

/// What the flow waits for.
struct Asked {
    notice: Notice,
    due: Due,
}

/// The first of what is due is what the step is about: disclaimers come last.
async fn current(visit: &Visit, at: &At) -> Result<Asked, Stop> {
    let account = visit.person(at).await?;
    let due = visit.app.journey.due(&at.flow, account.id).await?.into_iter().next().ok_or(Stop::Stale)?;
    let notice = notices::find(visit.app.ground.db.read(), due.id).await?.ok_or(Stop::Stale)?;
    Ok(Asked { notice, due })
}

async fn render(visit: &Visit, at: &At, asked: &Asked, problems: Vec<Problem>) -> Answer {
    let (_, text) = notices::text(&asked.notice, &visit.browser.language)?;
    let client = match at.flow.need.client_id() {
        Some(id) => visit.app.clients.find(id).await?,
        None => None,
    };
    let look = client.as_deref().map(|client| (client.name.as_str(), client.colour.as_str()));
    let until = asked.due.until.map(|until| visit.app.desk.times.exact(&visit.browser.language, until));
    let id = asked.notice.id.to_string();
    let shown = Shown {
        until: until.as_deref().unwrap_or_default(),
        look,
        id: (asked.notice.version, &id),
        is_preview: false,
    };
    let data = notice_view::view(&asked.due.kind, (&text.title, &text.text), shown);
    let page =
        Page::new("notice", data).flow(&at.id).form_action(visit.target_origin(at).await?).problems(problems);
    visit.page(page)
}
