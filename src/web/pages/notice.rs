//! Texts to agree to: changed terms, and an application's disclaimer, shown as a dialog.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::{Page, Problem};
use super::super::visit::Visit;
use super::flow::{At, href};
use crate::journey::{Need, Step};
use crate::notices::{self, Kind, Notice, Receipt};
use crate::protocol::error::{ErrorCode, OAuthError};
use serde_json::json;
use std::sync::Arc;

/// GET /notice
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let at = due(&visit).await?;
    let notice = current(&visit, &at).await?;
    render(&visit, &at, &notice, Vec::new()).await
}

/// POST /notice: agrees to exactly the notice that the flow waits for; anything else records nothing (A77).
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let at = due(&visit).await?;
    let notice = current(&visit, &at).await?;
    if visit.form.get("decline").is_some() {
        return decline(&visit, at).await;
    }
    if visit.field("notice_id") != notice.id.to_string() {
        return Ok(answer::go(&href(at.step, &at.id)));
    }
    if visit.field("accept") != "yes" {
        let problem = visit.problem("accept", "error-tick", &[]);
        return render(&visit, &at, &notice, vec![problem]).await;
    }
    let account = visit.person(&at).await?;
    let (language, _) = notices::text(&notice, &visit.browser.language)?;
    let at_time = visit.app.ground.clock.now();
    let receipt =
        Receipt { account: account.id, language, at: at_time, address: visit.origin.address.clone() };
    notices::agree(&visit.app.ground, notice, receipt, &visit.origin).await?;
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

async fn current(visit: &Visit, at: &At) -> Result<Notice, Stop> {
    let kind = match (at.step, at.flow.need.client_id()) {
        (Step::Disclaimer, Some(client)) => Kind::Disclaimer(client.to_owned()),
        _ => Kind::Terms,
    };
    notices::current(visit.app.ground.db.read(), &kind).await?.ok_or(Stop::Stale)
}

async fn render(visit: &Visit, at: &At, notice: &Notice, problems: Vec<Problem>) -> Answer {
    let (_, text) = notices::text(notice, &visit.browser.language)?;
    let client = match at.flow.need.client_id() {
        Some(id) => visit.app.clients.find(id).await?,
        None => None,
    };
    let is_terms = Kind::of(notice) == Kind::Terms;
    // The terms are ours; a disclaimer wears the application's own name and colour.
    let own = client.as_deref().filter(|_| !is_terms);
    let data = json!({
        "kind": if is_terms { "terms" } else { "disclaimer" },
        "title": text.title,
        "paragraphs": notices::paragraphs(&text.text),
        "client_name": own.map_or("", |client| client.name.as_str()),
        "colour_class": own.map(|client| format!("colour-{}", client.colour.as_str())).unwrap_or_default(),
        "version": notice.version,
        "notice_id": notice.id.to_string(),
    });
    let page =
        Page::new("notice", data).flow(&at.id).form_action(visit.target_origin(at).await?).problems(problems);
    visit.page(page)
}
