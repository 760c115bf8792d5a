//! Writing a notice: the form with every language, the preview, and publishing, which asks once.

use super::super::super::answer::{self, Answer, Stop};
use super::super::super::frame::{Page, Problem, Question};
use super::super::super::pages::notice_view::{self, Shown};
use super::super::super::visit::Visit;
use super::super::entry::Caller;
use super::{CHANGE, PART, render, seen};
use crate::config::{NoticeText, Texts};
use crate::fault::Fault;
use crate::ids::OrganisationId;
use crate::notices::prose::Unfit;
use crate::notices::{
    Drafted, Kind, LONGEST_GRACE, LONGEST_TEXT, LONGEST_TITLE, New, State, What, Wrong, people,
};
use crate::organisations;
use crate::rights::Reach;
use crate::themes::Arg;
use poem::http::StatusCode;
use serde_json::{Value, json};
use std::sync::Arc;

/// Where a notice is begun: below the others it would look like one.
pub(super) const HREF: &str = "/admin/new-notice";

/// Names of the fields of each language, in the order in which the installation names its languages.
const FIELDS: [(&str, &str); 8] = [
    ("title_0", "text_0"),
    ("title_1", "text_1"),
    ("title_2", "text_2"),
    ("title_3", "text_3"),
    ("title_4", "text_4"),
    ("title_5", "text_5"),
    ("title_6", "text_6"),
    ("title_7", "text_7"),
];

/// What the form has in it.
struct Form {
    /// The notice; `None` of a new one.
    kind: Option<Kind>,
    what: What,
    /// What is typed for the days, which may be no number.
    days: String,
    version: String,
}

/// GET /admin/new-notice
pub(super) async fn new(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller().await?;
    caller.permit(CHANGE, PART)?;
    let what = What { texts: Texts::new(), grace_days: 0 };
    let form = Form { kind: None, what, days: "0".to_owned(), version: String::new() };
    render_form(&visit, &caller, form, (Vec::new(), StatusCode::OK)).await
}

/// POST /admin/new-notice
pub(super) async fn begin(visit: Arc<Visit>) -> Answer {
    let caller = visit.caller().await?;
    let permit = caller.permit(CHANGE, PART)?;
    let what = typed(&visit);
    let (kind, organisation) = match chosen(&visit).await? {
        Ok(chosen) => chosen,
        Err(problem) => {
            let mut problems = vec![problem];
            problems.extend(grace_problem(&visit, &what));
            return render_form(&visit, &caller, form(&visit, None, what), (problems, StatusCode::OK)).await;
        }
    };
    let new = New { kind: kind.clone(), organisation, what: what.clone() };
    let drafted = visit.app.notices.begin(permit, &visit.origin, new).await?;
    answered(&visit, &caller, (kind, true), (what, drafted)).await
}

/// GET /admin/notices/NAME/edit
pub(super) async fn edit(visit: Arc<Visit>) -> Answer {
    let (caller, kind, state) = seen(&visit).await?;
    caller.permit(CHANGE, PART)?;
    let (texts, grace_days) = match (&state.draft, &state.current) {
        (Some(draft), _) => (draft.texts.as_str(), draft.grace_days),
        (None, Some(current)) => (current.texts.as_str(), 0),
        (None, None) => return Err(Stop::NotFound),
    };
    let texts: Texts = serde_json::from_str(texts).map_err(Fault::from)?;
    let (days, version) = (grace_days.to_string(), state.version());
    let form = Form { kind: Some(kind), what: What { texts, grace_days }, days, version };
    render_form(&visit, &caller, form, (Vec::new(), StatusCode::OK)).await
}

/// POST /admin/notices/NAME/edit
pub(super) async fn change(visit: Arc<Visit>) -> Answer {
    let (caller, kind, _) = seen(&visit).await?;
    let permit = caller.permit(CHANGE, PART)?;
    let what = typed(&visit);
    let seen = (kind.clone(), visit.field("version"));
    let drafted = visit.app.notices.change(permit, &visit.origin, seen, what.clone()).await?;
    answered(&visit, &caller, (kind, false), (what, drafted)).await
}

/// The notice with what was done, or the form with everything that was typed and why it was not.
async fn answered(
    visit: &Visit,
    caller: &Caller,
    (kind, is_new): (Kind, bool),
    (what, drafted): (What, Drafted),
) -> Answer {
    let (problems, status) = match drafted {
        Drafted::Done(_) | Drafted::Same => {
            return Ok(answer::go(&format!("{PART}/{}?said=saved", kind.name())));
        }
        Drafted::Gone => return Err(Stop::NotFound),
        Drafted::Declared(_) => return Err(Stop::Forbidden),
        Drafted::Taken => (vec![visit.problem("name", "error-name-taken", &[])], StatusCode::OK),
        Drafted::Stale => {
            (vec![visit.problem("", "error-changed-meanwhile", &[])], StatusCode::PRECONDITION_FAILED)
        }
        Drafted::Wrong(wrong) => (wrong.iter().map(|it| in_words(visit, it)).collect(), StatusCode::OK),
    };
    let kind = (!is_new).then_some(kind);
    render_form(visit, caller, form(visit, kind, what), (problems, status)).await
}

fn form(visit: &Visit, kind: Option<Kind>, what: What) -> Form {
    let (days, version) = (visit.field("grace_days").to_owned(), visit.field("version").to_owned());
    Form { kind, what, days, version }
}

/// What is typed; days that are no number are as wrong as too many.
fn typed(visit: &Visit) -> What {
    let text = |(title, text): &(&str, &str)| NoticeText {
        title: visit.field(title).to_owned(),
        text: visit.field(text).to_owned(),
    };
    let languages = visit.app.notices.languages().iter().zip(FIELDS.iter());
    let texts = languages.map(|(code, fields)| (code.clone(), text(fields))).collect();
    What { texts, grace_days: visit.field("grace_days").trim().parse().unwrap_or(-1) }
}

fn grace_problem(visit: &Visit, what: &What) -> Option<Problem> {
    (!(0..=LONGEST_GRACE).contains(&what.grace_days)).then(|| in_words(visit, &Wrong::Grace))
}

/// Which notice the form begins: of an application its disclaimer, else what the name says.
async fn chosen(visit: &Visit) -> Result<Result<(Kind, Option<OrganisationId>), Problem>, Stop> {
    let (choice, name) = (visit.field("audience"), visit.field("name").trim());
    if let Some(client) = choice.strip_prefix("client:") {
        return Ok(match visit.app.clients.find(client).await? {
            Some(_) => Ok((Kind::Disclaimer(client.to_owned()), None)),
            None => Err(visit.problem("audience", "error-choose", &[])),
        });
    }
    let organisation = match choice.strip_prefix("organisation:") {
        None if choice == "everybody" => None,
        Some(id) => match id.parse().ok() {
            Some(id) if organisations::find(visit.app.ground.db.read(), id).await?.is_some() => Some(id),
            _ => return Ok(Err(visit.problem("audience", "error-choose", &[]))),
        },
        None => return Ok(Err(visit.problem("audience", "error-choose", &[]))),
    };
    Ok(match Kind::parse(name) {
        Some(kind @ Kind::Notice(_)) => Ok((kind, organisation)),
        _ => Err(visit.problem("name", "error-notice-name", &[])),
    })
}

/// What is wrong, at its field.
fn in_words(visit: &Visit, wrong: &Wrong) -> Problem {
    let number = |n: usize| Arg::Number(i64::try_from(n).unwrap_or(i64::MAX));
    let fields = |language: &str| {
        let at = visit.app.notices.languages().iter().position(|code| code == language);
        at.and_then(|at| FIELDS.get(at)).copied().unwrap_or(("", ""))
    };
    match wrong {
        Wrong::Language(_) => visit.problem("", "error-choose", &[]),
        Wrong::NoTitle(language) => visit.problem(fields(language).0, "error-required", &[]),
        Wrong::NoText(language) => visit.problem(fields(language).1, "error-required", &[]),
        Wrong::Title(language) => {
            visit.problem(fields(language).0, "error-too-long", &[("max", number(LONGEST_TITLE))])
        }
        Wrong::Long(language) => {
            visit.problem(fields(language).1, "error-too-long", &[("max", number(LONGEST_TEXT))])
        }
        Wrong::Unfit(language, unfit) => {
            let key = match unfit {
                Unfit::Html => "error-notice-html",
                Unfit::Picture => "error-notice-picture",
                Unfit::Address => "error-notice-address",
                Unfit::Form => "error-notice-form",
            };
            visit.problem(fields(language).1, key, &[])
        }
        Wrong::Grace => {
            let most = Arg::Number(i64::from(LONGEST_GRACE));
            visit.problem("grace_days", "error-notice-grace", &[("most", most)])
        }
    }
}

async fn render_form(
    visit: &Visit,
    caller: &Caller,
    form: Form,
    (problems, status): (Vec<Problem>, StatusCode),
) -> Answer {
    let languages = visit.app.notices.languages().iter().zip(FIELDS);
    let field = |(code, (title_name, text_name)): (&String, (&str, &str))| {
        let text = form.what.texts.get(code);
        json!({
            "code": code, "language_name": visit.app.themes.text(code, "language-name", &[]),
            "title_name": title_name, "title": text.map_or("", |it| it.title.as_str()),
            "text_name": text_name, "text": text.map_or("", |it| it.text.as_str()),
        })
    };
    let fields: Vec<Value> = languages.map(field).collect();
    let href = form.kind.as_ref().map(|kind| format!("{PART}/{}", kind.name()));
    let data = json!({
        "back_href": href.as_deref().unwrap_or(PART),
        "action": href.as_ref().map_or(HREF.to_owned(), |href| format!("{href}/edit")),
        "is_new": form.kind.is_none(),
        "name": form.kind.as_ref().map_or(visit.field("name").to_owned(), Kind::name),
        "choices": if form.kind.is_none() { choices(visit).await? } else { Vec::new() },
        "fields": fields,
        "grace_days": form.days,
        "version": form.version,
    });
    let page = Page::new("admin_notice_form", data).problems(problems);
    let page = if status == StatusCode::OK { page } else { page.status(status) };
    super::super::page(visit, caller, (PART, page))
}

/// Whom a new notice may be for: everybody, an organisation, or whoever uses an application that has no disclaimer of the
/// configuration.
async fn choices(visit: &Visit) -> Result<Vec<Value>, Stop> {
    let option = |value: String, label: String| {
        let selected = value == visit.field("audience");
        json!({ "value": value, "label": label, "selected": selected })
    };
    let mut all = vec![option("everybody".to_owned(), visit.text("notice-everybody", &[]))];
    let organisations = organisations::directory::choices(visit.app.ground.db.read(), &Reach::All).await?;
    all.extend(organisations.into_iter().map(|(it, _)| {
        let label = visit.text("notice-for-organisation", &[("name", Arg::Text(&it.name))]);
        option(format!("organisation:{}", it.id), label)
    }));
    for client in visit.app.clients.list().await? {
        if visit.app.notices.declared(&Kind::Disclaimer(client.id.clone())).is_none() {
            let label = visit.text("notice-for-client", &[("name", Arg::Text(&client.name))]);
            all.push(option(format!("client:{}", client.id), label));
        }
    }
    Ok(all)
}

/// GET /admin/notices/NAME/preview: the page that people will see, in one of the languages; nothing can be pressed.
pub(super) async fn preview(visit: Arc<Visit>) -> Answer {
    let (_, kind, state) = seen(&visit).await?;
    let texts = state.draft.as_ref().map(|it| &it.texts).or(state.current.as_ref().map(|it| &it.texts));
    let texts: Texts = serde_json::from_str(texts.map_or("{}", String::as_str)).map_err(Fault::from)?;
    let language = visit.query.get("language").unwrap_or(&visit.browser.language);
    if !visit.app.notices.languages().iter().any(|code| code == language) {
        return Err(Stop::NotFound);
    }
    let text = texts.get(language).or_else(|| texts.get("en"));
    let (title, text) = text.map_or(("", ""), |it| (it.title.as_str(), it.text.as_str()));
    let client = match &kind {
        Kind::Disclaimer(client) => visit.app.clients.find(client).await?,
        _ => None,
    };
    let look = client.as_deref().map(|client| (client.name.as_str(), client.colour.as_str()));
    let days = state.draft.as_ref().map_or(0, |it| it.grace_days);
    let until = crate::notices::owed::deadline(visit.app.ground.clock.now(), days);
    let until = if days > 0 { visit.app.desk.times.exact(language, until) } else { String::new() };
    let shown = Shown { until: &until, look, id: (0, ""), is_preview: true };
    visit.page_in(language, Page::new("notice", notice_view::view(&kind, (title, text), shown)))
}

/// POST /admin/notices/NAME/publish: says how many will be asked, and asks once.
pub(super) async fn publish(visit: Arc<Visit>) -> Answer {
    let (caller, kind, state) = seen(&visit).await?;
    let permit = caller.permit(CHANGE, &format!("{PART}/{}", kind.name()))?;
    let Some(draft) = &state.draft else { return Err(Stop::NotFound) };
    let href = format!("{PART}/{}", kind.name());
    if visit.query.get("version").is_some_and(|version| version != state.version()) {
        return stale(&visit, (&caller, &kind, &state)).await;
    }
    if visit.query.get("sure") != Some("yes") {
        let texts: Texts = serde_json::from_str(&draft.texts).map_err(Fault::from)?;
        let lacks = crate::notices::lacks(visit.app.notices.languages(), &texts);
        if !lacks.is_empty() {
            return lacking(&visit, (&caller, &kind, &state), &lacks).await;
        }
        let asked = people::asked(visit.app.ground.db.read(), &kind, state.organisation()).await?;
        let asked = Arg::Number(i64::try_from(asked).unwrap_or(i64::MAX));
        let key = if kind.client().is_some() { "notice-publish-text-client" } else { "notice-publish-text" };
        let question = Question {
            title_key: "notice-publish-title",
            text: visit.text(key, &[("count", asked)]),
            action: format!("{href}/publish?sure=yes&version={}", state.version()),
            button_key: "notice-publish-button",
            back_href: &href,
        };
        return super::super::page(&visit, &caller, (PART, Page::confirm(&question)));
    }
    let seen = (kind.clone(), visit.query.get("version").unwrap_or_default());
    match visit.app.notices.publish(permit, &visit.origin, seen).await? {
        Drafted::Done(_) => Ok(answer::go(&format!("{href}?said=published"))),
        Drafted::Gone | Drafted::Taken => Err(Stop::NotFound),
        Drafted::Declared(_) => Err(Stop::Forbidden),
        Drafted::Wrong(wrong) => lacking(&visit, (&caller, &kind, &state), &wrong).await,
        Drafted::Same => {
            let problem = visit.problem("", "error-notice-same", &[]);
            render(&visit, (&caller, &kind, &state), String::new(), (vec![problem], StatusCode::CONFLICT))
                .await
        }
        Drafted::Stale => stale(&visit, (&caller, &kind, &state)).await,
    }
}

async fn stale(visit: &Visit, notice: (&Caller, &Kind, &State)) -> Answer {
    let problem = visit.problem("", "error-changed-meanwhile", &[]);
    render(visit, notice, String::new(), (vec![problem], StatusCode::PRECONDITION_FAILED)).await
}

/// What keeps a draft from being published, on the page of the notice.
async fn lacking(visit: &Visit, notice: (&Caller, &Kind, &State), wrong: &[Wrong]) -> Answer {
    let mut languages: Vec<&str> = wrong
        .iter()
        .filter_map(|it| match it {
            Wrong::NoTitle(language) | Wrong::NoText(language) => Some(language.as_str()),
            _ => None,
        })
        .collect();
    languages.dedup();
    let name = |code: &&str| visit.app.themes.text(code, "language-name", &[]);
    let names = languages.iter().map(name).collect::<Vec<_>>().join(", ");
    let problem = match names.is_empty() {
        false => visit.problem("", "error-notice-lacks", &[("languages", Arg::Text(&names))]),
        true => wrong.first().map_or_else(
            || visit.problem("", "error-choose", &[]),
            |it| Problem { field: "", ..in_words(visit, it) },
        ),
    };
    render(visit, notice, String::new(), (vec![problem], StatusCode::OK)).await
}

/// POST /admin/notices/NAME/discard
pub(super) async fn discard(visit: Arc<Visit>) -> Answer {
    let (caller, kind, state) = seen(&visit).await?;
    let href = format!("{PART}/{}", kind.name());
    let permit = caller.permit(CHANGE, &href)?;
    if visit.query.get("sure") != Some("yes") {
        let question = Question {
            title_key: "notice-discard-title",
            text: visit.text("notice-discard-text", &[]),
            action: format!("{href}/discard?sure=yes&version={}", state.version()),
            button_key: "notice-discard-button",
            back_href: &href,
        };
        return super::super::page(&visit, &caller, (PART, Page::confirm(&question)));
    }
    let seen = (kind.clone(), visit.query.get("version").unwrap_or_default());
    match visit.app.notices.discard(permit, &visit.origin, seen).await? {
        Drafted::Done(left) if left.current.is_none() => Ok(answer::go(&format!("{PART}?said=discarded"))),
        Drafted::Done(_) => Ok(answer::go(&format!("{href}?said=discarded"))),
        Drafted::Stale => stale(&visit, (&caller, &kind, &state)).await,
        _ => Err(Stop::NotFound),
    }
}
