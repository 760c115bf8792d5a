//! Small pages: all set up, the terms, the way in for the uninvited, the strength of a password.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::Page;
use super::super::visit::Visit;
use crate::accounts::Password;
use crate::journey::Step;
use crate::notices::{self, Kind};
use crate::organisations;
use crate::protocol::authorize::Prompt;
use crate::rights::Who;
use poem::http::StatusCode;
use serde_json::json;
use std::sync::Arc;

/// GET /welcome
pub(super) async fn set_up(visit: Arc<Visit>) -> Answer {
    let Some((_, account)) = &visit.visitor.session else { return Err(Stop::Go("/sign-in".into())) };
    let client = match &account.landing_client_id {
        Some(id) => visit.app.clients.find(id).await?,
        None => None,
    };
    let open =
        client.as_ref().and_then(|client| client.initiate_login_uri.as_ref().or(client.home_uri.as_ref()));
    let who = organisations::who(visit.app.ground.db.read(), account.id).await?;
    let leads = matches!(&who, Who::Person(_, places) if places.iter().any(super::team_view::may_use));
    let data = json!({
        "client_name": client.as_ref().filter(|_| open.is_some()).map(|client| client.name.as_str()).unwrap_or_default(),
        "open_href": open.map(String::as_str).unwrap_or_default(),
        "team_href": leads,
    });
    visit.page(Page::new("set_up", data))
}

/// GET /terms
pub(super) async fn terms(visit: Arc<Visit>) -> Answer {
    let terms = notices::current(visit.app.ground.db.read(), &Kind::Terms).await?.ok_or(Stop::NotFound)?;
    let (_, text) = notices::text(&terms, &visit.browser.language)?;
    let data = json!({
        "title": text.title,
        "blocks": super::notice_view::blocks(&text.text),
        "version": terms.version,
    });
    visit.page(Page::new("terms", data))
}

/// GET /access
pub(super) async fn access(visit: Arc<Visit>) -> Answer {
    let flow = if visit.flow_id().is_empty() { None } else { Some(visit.at().await?) };
    let asked = flow.filter(|at| at.step == Step::Register);
    let page = Page::new("access", json!({ "asked": asked.is_some() }));
    visit.page(page.flow(asked.as_ref().map_or("", |at| at.id.as_str())))
}

/// POST /access: who was sent here to make an account has one.
pub(super) async fn has_account(visit: Arc<Visit>) -> Answer {
    let at = visit.expect(|step| step == Step::Register).await?;
    visit.app.journey.answered(&at.id, at.flow, Prompt::Create).await?;
    Ok(visit.onward(&at.id))
}

/// POST /password-strength: a hint while somebody types; never logged, never stored.
pub(super) async fn strength(visit: Arc<Visit>) -> Answer {
    let password = Password::typed(visit.field("password"));
    let minimum = visit.app.lifecycle.password_minimum();
    let score = visit.app.hasher.strength(&password, minimum).await?;
    let text = visit.text(&format!("strength-{score}"), &[]);
    Ok(answer::json(StatusCode::OK, &json!({ "score": score, "text": text })))
}
