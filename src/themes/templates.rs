//! Compiled templates: each at its first use, once for all languages. What templates include is compiled with the first of
//! them, and each language has it beside its own texts, so that `{{t "key"}}` needs no lookup of the language.

use super::assets::Assets;
use super::language::Language;
use super::{Files, ThemeError, helpers, text_of};
use handlebars::{Context, Handlebars, RenderContext, RenderError, Renderable, StringOutput, Template};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Where the parts are that templates include.
const PARTIALS: &str = "partials/";

type Compiled = Result<Template, ThemeError>;

/// The templates of a theme by their path without `.hbs`.
pub(super) struct Templates {
    whole: BTreeMap<String, OnceLock<Compiled>>,
    partials: OnceLock<Result<BTreeMap<String, Template>, ThemeError>>,
}

/// What renders templates in one language.
pub(super) struct Engine {
    html: Handlebars<'static>,
    text: Handlebars<'static>,
}

/// How values are written into a template.
#[derive(Clone, Copy)]
pub(super) enum Escape {
    /// For HTML.
    Html,
    /// Not at all: it is plain text.
    No,
}

impl Templates {
    pub(super) fn of(files: &Files) -> Self {
        let names = files.0.keys().filter_map(|path| path.strip_suffix(".hbs"));
        let whole = names.filter(|name| !name.starts_with(PARTIALS));
        Self {
            whole: whole.map(|name| (name.to_owned(), OnceLock::new())).collect(),
            partials: OnceLock::new(),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.whole.keys().map(String::as_str)
    }

    /// # Errors
    /// When there is none of this name, or it does not compile.
    pub(super) fn get(&self, files: &Files, name: &str) -> Result<&Template, ThemeError> {
        let place = self.whole.get(name).ok_or_else(|| ThemeError(format!("there is no {name}")))?;
        let compiled = place.get_or_init(|| compile(files, &format!("{name}.hbs"), name));
        compiled.as_ref().map_err(Clone::clone)
    }

    /// # Errors
    /// When a part that templates include does not compile.
    pub(super) fn engine(
        &self,
        files: &Files,
        language: &Arc<Language>,
        assets: &Arc<Assets>,
    ) -> Result<Engine, ThemeError> {
        let partials = self.partials.get_or_init(|| partials(files)).as_ref().map_err(Clone::clone)?;
        let mut html = Handlebars::new();
        html.set_strict_mode(true);
        helpers::register(&mut html, language, assets);
        for (name, partial) in partials {
            html.register_template(name, partial.clone());
        }
        let mut text = html.clone();
        text.register_escape_fn(handlebars::no_escape);
        Ok(Engine { html, text })
    }
}

impl Engine {
    /// # Errors
    /// When the template names something that is missing.
    pub(super) fn render(
        &self,
        template: &Template,
        escape: Escape,
        data: &impl Serialize,
    ) -> Result<String, RenderError> {
        let engine = match escape {
            Escape::Html => &self.html,
            Escape::No => &self.text,
        };
        let context = Context::wraps(data)?;
        let mut output = StringOutput::new();
        template.render(engine, &context, &mut RenderContext::new(template.name.as_ref()), &mut output)?;
        Ok(output.into_string()?)
    }
}

fn partials(files: &Files) -> Result<BTreeMap<String, Template>, ThemeError> {
    let mut all = BTreeMap::new();
    for path in files.0.keys() {
        let Some(name) = path.strip_prefix(PARTIALS).and_then(|name| name.strip_suffix(".hbs")) else {
            continue;
        };
        all.insert(name.to_owned(), compile(files, path, name)?);
    }
    Ok(all)
}

fn compile(files: &Files, path: &str, name: &str) -> Compiled {
    let source = files.0.get(path).map(|content| text_of(content)).unwrap_or_default();
    Template::compile_with_name(source, name.to_owned())
        .map_err(|error| ThemeError(format!("{path}: {error}")))
}
