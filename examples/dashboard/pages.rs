//! The pages: three small templates, one stylesheet, one script; everything escaped by handlebars.

use handlebars::Handlebars;
use poem::http::{StatusCode, header};
use poem::{Response, handler};
use serde_json::{Value, json};

use super::Settings;
use super::patients::{self, Status};
use super::sessions::Session;

/// Templates and the words that are the same on every page.
pub(super) struct Pages {
    templates: Handlebars<'static>,
    brand: String,
    support_email: String,
}

/// A page that says one thing and names one next step.
pub(super) struct Notice {
    pub(super) title: String,
    pub(super) words: Vec<String>,
    pub(super) action: &'static str,
    pub(super) href: &'static str,
    /// What to tell the support.
    pub(super) reference: Option<String>,
}

impl Pages {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut templates = Handlebars::new();
        templates.set_strict_mode(true);
        for (name, text) in [
            ("layout", include_str!("layout.hbs")),
            ("dashboard", include_str!("dashboard.hbs")),
            ("notice", include_str!("notice.hbs")),
        ] {
            templates.register_template_string(name, text).expect("the templates are part of the program");
        }
        Self { templates, brand: settings.brand.clone(), support_email: settings.support_email.clone() }
    }

    pub(super) fn brand(&self) -> &str {
        &self.brand
    }

    /// The list of patients, for the person of this session.
    pub(super) fn dashboard(&self, session: &Session) -> Response {
        let patients = patients::on_monitoring();
        let counts: Vec<Value> = Status::ALL
            .into_iter()
            .map(|status| {
                let number = patients.iter().filter(|patient| patient.status == status).count();
                json!({ "number": number, "words": status.words(), "class": status.class() })
            })
            .collect();
        let rows: Vec<Value> = patients
            .iter()
            .map(|patient| {
                json!({
                    "name": patient.name, "born": patient.born, "condition": patient.condition,
                    "reading": patient.reading, "taken": patient.taken,
                    "words": patient.status.words(), "class": patient.status.class(),
                })
            })
            .collect();
        let page = json!({
            "title": "Patients", "brand": self.brand, "support_email": self.support_email,
            "name": session.person.name, "role": session.person.role, "csrf": session.csrf,
            "last_sign_in": moment(session.person.authenticated_at),
            "total": rows.len(), "counts": counts, "patients": rows,
        });
        self.render(StatusCode::OK, "dashboard", &page)
    }

    /// A page that says one thing and names one next step.
    pub(super) fn notice(&self, status: StatusCode, notice: &Notice) -> Response {
        let page = json!({
            "title": notice.title, "brand": self.brand, "support_email": self.support_email,
            "words": notice.words, "action": notice.action, "href": notice.href, "reference": notice.reference,
        });
        self.render(status, "notice", &page)
    }

    fn render(&self, status: StatusCode, template: &str, page: &Value) -> Response {
        match self.templates.render(template, page) {
            Ok(html) => {
                Response::builder().status(status).content_type("text/html; charset=utf-8").body(html)
            }
            Err(error) => {
                tracing::error!(template, "cannot render: {error}");
                Response::builder().status(StatusCode::INTERNAL_SERVER_ERROR).body("This page is broken.")
            }
        }
    }
}

/// A time for people and for machines; the script puts it into the person's own zone.
fn moment(seconds: i64) -> Value {
    let Ok(time) = jiff::Timestamp::from_second(seconds) else {
        return Value::Null;
    };
    let words = time.strftime("%-d %B %Y at %H:%M UTC").to_string();
    let exact = time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({ "words": words, "exact": exact })
}

#[handler]
pub(super) async fn stylesheet() -> Response {
    asset("text/css; charset=utf-8", include_str!("dashboard.css"))
}

#[handler]
pub(super) async fn script() -> Response {
    asset("text/javascript; charset=utf-8", include_str!("dashboard.js"))
}

#[handler]
pub(super) async fn mark() -> Response {
    asset("image/svg+xml", include_str!("mark.svg"))
}

fn asset(content_type: &str, text: &'static str) -> Response {
    Response::builder()
        .content_type(content_type)
        .header(header::CACHE_CONTROL, "public, max-age=300")
        .body(text)
}
