//! What every page shows around its own content, and how a page is rendered.

use super::answer::{self, Answer, Stop};
use super::cookies::Name;
use super::visit::Visit;
use crate::fault::Fault;
use crate::themes::Arg;
use poem::Response;
use poem::http::StatusCode;
use serde::Serialize;
use serde_json::{Value, json};

/// What is wrong with a field, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Problem {
    /// Its name; empty for the whole form.
    pub(super) field: &'static str,
    /// In the page's language.
    pub(super) text: String,
}

/// The steps of setting up, as the progress line shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Account,
    Email,
    Phone,
    Code,
}

impl Stage {
    fn view(self) -> Value {
        let (number, key) = match self {
            Self::Account => (1, "step-account"),
            Self::Email => (2, "step-email"),
            Self::Phone => (3, "step-phone"),
            Self::Code => (4, "step-code"),
        };
        json!({ "number": number, "of": 4, "key": key })
    }
}

/// What `Page::confirm` asks. What was chosen before stands in the query of `action`.
pub(super) struct Question<'a> {
    pub(super) title_key: &'a str,
    /// In the page's language.
    pub(super) text: String,
    pub(super) action: String,
    pub(super) button_key: &'a str,
    pub(super) back_href: &'a str,
}

/// A page to be rendered: its content and what the frame says.
pub(super) struct Page {
    name: &'static str,
    data: Value,
    status: StatusCode,
    flow: String,
    client: Option<String>,
    stage: Option<Stage>,
    problems: Vec<Problem>,
    said: String,
    nav: Value,
    form_action: Option<String>,
}

impl Page {
    pub(super) fn new(name: &'static str, data: Value) -> Self {
        Self {
            name,
            data,
            status: StatusCode::OK,
            flow: String::new(),
            client: None,
            stage: None,
            problems: Vec::new(),
            said: String::new(),
            nav: json!([]),
            form_action: None,
        }
    }

    /// A question before an act that cannot be taken back: what will happen, the button that does it, and the way back.
    pub(super) fn confirm(question: &Question<'_>) -> Self {
        let Question { title_key, text, action, button_key, back_href } = question;
        let data = json!({
            "title_key": title_key, "text": text, "action": action, "button_key": button_key, "back_href": back_href,
        });
        Self::new("confirm", data)
    }

    /// The page belongs to a parked request.
    pub(super) fn flow(mut self, id: &str) -> Self {
        id.clone_into(&mut self.flow);
        self
    }

    /// The application that asked.
    pub(super) fn client(mut self, name: Option<String>) -> Self {
        self.client = name;
        self
    }

    /// One of the steps of setting up.
    pub(super) fn stage(mut self, stage: Stage) -> Self {
        self.stage = Some(stage);
        self
    }

    /// What is wrong with the form; the status says so too.
    pub(super) fn problems(mut self, problems: Vec<Problem>) -> Self {
        if !problems.is_empty() {
            self.status = StatusCode::UNPROCESSABLE_ENTITY;
            self.problems = problems;
        }
        self
    }

    /// A good or neutral message, already in words.
    pub(super) fn said(mut self, text: String) -> Self {
        self.said = text;
        self
    }

    /// Another status than 200.
    pub(super) fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Links of the console.
    pub(super) fn nav(mut self, nav: Value) -> Self {
        self.nav = nav;
        self
    }

    /// The origin to which a form of this page may lead in the end (DESIGN 3.11).
    pub(super) fn form_action(mut self, origin: Option<String>) -> Self {
        self.form_action = origin;
        self
    }
}

impl Visit {
    /// A text in the page's language.
    pub(super) fn text(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        self.app.themes.text(&self.browser.language, key, args)
    }

    /// A problem of a field by its key.
    pub(super) fn problem(&self, field: &'static str, key: &str, args: &[(&str, Arg<'_>)]) -> Problem {
        Problem { field, text: self.text(key, args) }
    }

    /// Renders a page in its frame.
    pub(super) fn page(&self, page: Page) -> Answer {
        self.page_in(&self.browser.language, page)
    }

    /// The same in another language than the browser's.
    pub(super) fn page_in(&self, language: &str, page: Page) -> Answer {
        let mut data = page.data;
        data["frame"] = json!({
            "lang": language,
            "dir": "ltr",
            "brand": self.app.brand,
            "csrf": self.csrf(),
            "flow": page.flow,
            "languages": self.languages(&page.flow),
            "step": page.stage.map(Stage::view),
            "client": page.client.map(|name| json!({ "name": name })),
            // The page that asks about signing out has the one button for it.
            "signed_in": self.visitor.session.is_some() && page.name != "sign_out",
            "nav": page.nav,
            "problems": page.problems,
            "status": page.said,
        });
        let body = self.app.themes.page(language, page.name, &data);
        let body = body.map_err(|error| Stop::Fault(Fault::internal(error)))?;
        let mut response = answer::html(page.status, body);
        if let Some(origin) = page.form_action {
            response.extensions_mut().insert(FormAction(origin));
        }
        Ok(response)
    }

    /// The cookies that any answer to this visit sets.
    pub(super) fn keep(&self, response: Response) -> Response {
        let https = self.app.links.is_https();
        let mut response = response;
        if self.browser_is_new {
            response = answer::set_cookie(response, Name::Browser, self.browser_secret.text(), https);
        }
        if self.language_chosen {
            response = answer::set_cookie(response, Name::Language, &self.browser.language, https);
        }
        response
    }

    fn languages(&self, flow: &str) -> Value {
        let path = if self.method == poem::http::Method::GET { self.path.as_str() } else { "/continue" };
        let mut languages: Vec<Value> = Vec::new();
        for code in self.app.themes.languages() {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.append_pair("ui_locales", code);
            if !flow.is_empty() {
                query.append_pair("flow", flow);
            }
            let name = self.app.themes.text(code, "language-name", &[]);
            let current = code == self.browser.language;
            let href = format!("{path}?{}", query.finish());
            languages.push(json!({ "code": code, "name": name, "href": href, "current": current }));
        }
        Value::Array(languages)
    }
}

/// An origin for `form-action` of this response's CSP; the shell writes the header.
#[derive(Clone)]
pub(super) struct FormAction(pub(super) String);
