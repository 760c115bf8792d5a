//! Messages: what is and was to be delivered, trying again, and how each message looks.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::Page;
use super::super::shell::Mail;
use super::super::visit::Visit;
use crate::messages::{Letter, Message, Rendered, To};
use crate::outbox::End;
use crate::outbox::directory::{self, Shown};
use crate::rights::{Act, Area};
use crate::themes::Part;
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

const PART: &str = "/admin/messages";

/// The chip of a state.
const fn state(shown: Shown) -> (&'static str, &'static str) {
    match shown {
        Shown::Waiting => ("message-waiting", "wait"),
        Shown::Late => ("message-late", "warn"),
        Shown::Ended(End::Sent) => ("message-sent", "good"),
        Shown::Ended(End::Dropped) => ("message-dropped", "wait"),
        Shown::Ended(End::Dead) => ("message-dead", "bad"),
    }
}

/// GET /admin/messages
pub(super) async fn list(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Messages).await?;
    let (conn, wish) = (visit.app.ground.db.read(), super::paging::wish(&visit)?);
    let wanted = visit.query.get("state").and_then(Shown::parse);
    let page = directory::page(conn, wanted, &wish).await?;
    let next = super::paging::next(&visit, &page);
    let said = match visit.query.get("said") {
        Some("tried") => visit.text("status-message-tried", &[]),
        _ => String::new(),
    };
    let may_try = caller.may(Act::Change(Area::Messages, None));
    let rows: Vec<Value> = page.rows.iter().map(|it| row(&visit, it, may_try)).collect();
    let states: Vec<Value> = Shown::ALL
        .into_iter()
        .map(|it| json!({ "value": it.name(), "label_key": state(it).0, "selected": wanted == Some(it) }))
        .collect();
    let data = json!({
        "rows": rows, "states": states, "filtered": wanted.is_some(), "next_href": next,
        "first_href": if wish.after.is_some() { PART } else { "" }, "previews": previews(&visit),
    });
    super::page(&visit, &caller, (PART, Page::new("admin_messages", data).said(said)))
}

fn row(visit: &Visit, it: &directory::Listed, may_try: bool) -> Value {
    let (times, language) = (&visit.app.desk.times, visit.browser.language.as_str());
    let shown = Shown::of(&it.record);
    let (state_key, state_class) = state(shown);
    json!({
        "id": it.record.id.to_string(),
        "kind": it.kind,
        "state_key": state_key,
        "state_class": state_class,
        "attempts": it.record.attempts,
        "failure": it.record.error.clone().unwrap_or_default(),
        "created_text": times.exact(language, it.record.created_at),
        "next_text": if it.record.end.is_none() { times.exact(language, it.record.at) } else { String::new() },
        "can_try": may_try && shown == Shown::Late,
    })
}

/// POST /admin/messages/ID/try
pub(super) async fn try_now(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Messages).await?;
    let permit = caller.permit(Act::Change(Area::Messages, None), PART)?;
    let id = visit.segment("id").parse().map_err(|_| Stop::NotFound)?;
    visit.app.lifecycle.try_now(permit, &visit.origin, id).await?;
    Ok(answer::go("/admin/messages?said=tried"))
}

/// Each message in each language, with the parts that it has.
fn previews(visit: &Visit) -> Vec<Value> {
    let themes = &visit.app.themes;
    let view = |message: &Message| {
        let name = message.name();
        let languages: Vec<Value> = themes
            .languages()
            .map(|code| {
                let href = format!("{PART}/previews/{name}.{code}");
                json!({ "code": code, "name": themes.text(code, "language-name", &[]), "href": href })
            })
            .collect();
        json!({ "message": name, "languages": languages })
    };
    Message::samples().iter().map(view).collect()
}

/// The sample that a path names: a message and a language, divided by a dot.
fn sample(visit: &Visit) -> Result<(Message, String), Stop> {
    let (name, language) = visit.segment("id").split_once('.').ok_or(Stop::NotFound)?;
    let message = Message::samples().into_iter().find(|it| it.name() == name).ok_or(Stop::NotFound)?;
    let known = visit.app.themes.languages().any(|code| code == language);
    if known { Ok((message, language.to_owned())) } else { Err(Stop::NotFound) }
}

fn rendered(visit: &Visit, (message, language): &(Message, String), to: To) -> Result<Rendered, Stop> {
    let letter = Letter { to, language: language.clone(), message: message.clone() };
    visit.app.desk.render(&letter).map_err(|error| Stop::Fault(crate::fault::Fault::internal(error)))
}

/// GET /admin/messages/previews/NAME.LANGUAGE
pub(super) async fn preview(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller_for(Area::Messages).await?;
    let sample = sample(&visit)?;
    let has = |part| visit.app.themes.has_part(sample.0.name(), part);
    let mail = match has(Part::Text) {
        true => Some(rendered(&visit, &sample, To::Email("ada@example.org".to_owned()))?),
        false => None,
    };
    let sms = match has(Part::Sms) {
        true => rendered(&visit, &sample, To::Phone("+447400123456".to_owned()))?.text,
        false => String::new(),
    };
    let data = json!({
        "message": sample.0.name(),
        "language_name": visit.app.themes.text(&sample.1, "language-name", &[]),
        "subject": mail.as_ref().map_or("", |mail| mail.subject.as_str()),
        "text": mail.as_ref().map_or("", |mail| mail.text.as_str()),
        "html_href": if mail.is_some() { format!("{PART}/previews/{}/html", visit.segment("id")) } else { String::new() },
        "sms": sms,
    });
    super::page(&visit, &caller, (PART, Page::new("admin_preview", data)))
}

/// GET /admin/messages/previews/NAME.LANGUAGE/html: the e-mail as a mail program shows it.
pub(super) async fn html(visit: Arc<Visit>) -> Answer {
    visit.caller_for(Area::Messages).await?;
    let sample = sample(&visit)?;
    if !visit.app.themes.has_part(sample.0.name(), Part::Html) {
        return Err(Stop::NotFound);
    }
    let mail = rendered(&visit, &sample, To::Email("ada@example.org".to_owned()))?;
    let mut response = answer::html(StatusCode::OK, mail.html);
    response.extensions_mut().insert(Mail);
    Ok(response)
}
