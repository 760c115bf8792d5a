//! An answer as a person sees it: where the browser stands, the words, the forms.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;

/// An answer of the provider.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    /// Path and query of our own page, or the whole address where the browser left us.
    pub(crate) at: String,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

/// A form with what it holds: hidden fields, prefilled ones, what is chosen.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Page {
    /// The heading.
    pub(crate) fn title(&self) -> String {
        let inside = between(&self.html, "<h1", "</h1>").unwrap_or_default();
        words(inside.split_once('>').map_or("", |(_, text)| text))
    }

    /// Whether the words are on the page.
    pub(crate) fn says(&self, text: &str) -> bool {
        words(&self.html).contains(text)
    }

    /// The form that posts to a path starting like this.
    pub(crate) fn form(&self, action: &str) -> Form {
        let found = self.html.split("<form ").skip(1).find_map(|form| {
            let form = form.split("</form>").next().unwrap_or_default();
            let to = attribute(form, "action")?;
            to.starts_with(action).then(|| Form { action: to, fields: fields(form) })
        });
        found
            .unwrap_or_else(|| panic!("no form to {action} on {} ({}):\n{}", self.at, self.status, self.html))
    }

    /// Whether there is a form that posts to a path starting like this.
    pub(crate) fn has_form(&self, action: &str) -> bool {
        self.html.contains(&format!("action=\"{action}"))
    }
}

impl Form {
    /// The value of a field.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The form with a field filled in.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some(field) => value.clone_into(&mut field.1),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
        self
    }
}

fn fields(form: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    for tag in form.split('<').skip(1) {
        let name = attribute(tag, "name");
        let (Some(name), Some(kind)) = (name, tag.split([' ', '>']).next()) else { continue };
        match kind {
            "input" if matches!(attribute(tag, "type").as_deref(), Some("checkbox")) => {
                if tag.contains(" checked") {
                    fields.push((name, attribute(tag, "value").unwrap_or_default()));
                }
            }
            "input" => fields.push((name, attribute(tag, "value").unwrap_or_default())),
            "textarea" => fields.push((name, unescaped(tag.split_once('>').map_or("", |(_, text)| text)))),
            "select" => {
                let options = form.split_once(tag).map_or("", |(_, rest)| rest);
                let options = options.split("</select>").next().unwrap_or_default();
                let chosen = options.split("<option").skip(1).find(|option| option.contains(" selected"));
                let chosen = chosen.or_else(|| options.split("<option").nth(1));
                fields.push((name, chosen.and_then(|option| attribute(option, "value")).unwrap_or_default()));
            }
            _ => {}
        }
    }
    fields
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let tag = tag.split('>').next().unwrap_or_default();
    between(tag, &format!(" {name}=\""), "\"")
        .or_else(|| tag.strip_prefix(&format!("{name}=\"")).and_then(|rest| rest.split('"').next()))
        .or_else(|| between(tag, &format!("{name}=\""), "\""))
        .map(unescaped)
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(inside, _)| inside)
}

/// Text without its tags, white space folded.
fn words(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, after)| after));
    }
    unescaped(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn unescaped(text: &str) -> String {
    let table =
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x3D;", "="), ("&amp;", "&")];
    table.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
