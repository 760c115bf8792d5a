//! Two-step set-up: the mobile number.

use super::super::answer::{Answer, Stop};
use super::super::frame::{Page, Problem, Stage};
use super::super::visit::Visit;
use super::flow::{At, href};
use crate::journey::Step;
use crate::login::PhoneAdded;
use crate::login::factor::phone::{self, PhoneProblem};
use crate::themes::Arg;
use serde_json::{Value, json};
use std::sync::Arc;

/// GET /set-up/phone
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let at = setting_up(&visit).await?;
    render(&visit, &at, ("", visit.app.login.countries().first().map_or("", String::as_str)), Vec::new())
        .await
}

/// POST /set-up/phone
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let at = setting_up(&visit).await?;
    let account = visit.person(&at).await?;
    let (typed, country) = (visit.field("number"), visit.field("country"));
    let key = match phone::parse(typed, country, visit.app.login.countries()) {
        Err(PhoneProblem::Invalid) => "error-phone-invalid",
        Err(PhoneProblem::Country) => "error-phone-country",
        Err(PhoneProblem::Kind) => "error-phone-kind",
        Ok(number) => match visit.app.login.add_phone(account.id, &number, &visit.origin).await? {
            PhoneAdded::Added | PhoneAdded::HasOne => return Ok(visit.onward(&at.id)),
            PhoneAdded::Shared => "error-phone-limit",
        },
    };
    let problem = visit.problem("number", key, &[]);
    render(&visit, &at, (typed, country), vec![problem]).await
}

/// The step, or the code's page of a number that waits for its first code: "use another number".
async fn setting_up(visit: &Visit) -> Result<At, Stop> {
    let at = visit.expect(|step| matches!(step, Step::SetUpPhone | Step::Code)).await?;
    if at.step == Step::Code {
        let account = visit.person(&at).await?;
        if visit.app.login.phone(account.id).await?.is_none_or(|phone| phone.proved) {
            return Err(Stop::Go(href(at.step, &at.id)));
        }
    }
    Ok(at)
}

async fn render(visit: &Visit, at: &At, (number, country): (&str, &str), problems: Vec<Problem>) -> Answer {
    let countries: Vec<Value> = visit
        .app
        .login
        .countries()
        .iter()
        .map(|code| json!({ "code": code, "label": label(visit, code), "selected": code == country }))
        .collect();
    let data = json!({ "number": number, "country": country, "countries": countries });
    let page = Page::new("phone", data)
        .flow(&at.id)
        .stage(Stage::Phone)
        .client(visit.client_name(at).await?)
        .form_action(visit.target_origin(at).await?)
        .problems(problems);
    visit.page(page)
}

/// Country and calling code: "United Kingdom +44".
fn label(visit: &Visit, code: &str) -> String {
    let name = visit.text("country-name", &[("code", Arg::Text(code))]);
    phone::calling_code(code).map_or_else(|| name.clone(), |calling| format!("{name} +{calling}"))
}
