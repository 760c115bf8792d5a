//! One language of a theme: its Fluent messages.

use super::{ThemeError, text_of};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::borrow::Cow;
use std::sync::OnceLock;
use unic_langid::LanguageIdentifier;

/// An argument of a translated text.
#[derive(Clone, Copy, Debug)]
pub enum Arg<'a> {
    /// Words.
    Text(&'a str),
    /// A count: the translation chooses its plural.
    Number(i64),
}

/// A language. Its texts are parsed when the first of them is asked for: they take ten times the room of their file, and
/// most installations speak one language of the theme's.
pub(super) struct Language {
    code: String,
    source: Cow<'static, [u8]>,
    parsed: OnceLock<Result<Texts, ThemeError>>,
}

struct Texts {
    bundle: FluentBundle<FluentResource>,
    keys: Vec<String>,
}

impl Language {
    pub(super) fn new(code: &str, source: Cow<'static, [u8]>) -> Self {
        Self { code: code.to_owned(), source, parsed: OnceLock::new() }
    }

    /// Parses it now.
    ///
    /// # Errors
    /// When the file is no Fluent, or its name no language code.
    pub(super) fn check(&self) -> Result<(), ThemeError> {
        self.texts().map(|_| ())
    }

    fn texts(&self) -> Result<&Texts, ThemeError> {
        self.parsed.get_or_init(|| Texts::parse(&self.code, &self.source)).as_ref().map_err(Clone::clone)
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.texts().map(|texts| texts.keys.clone()).unwrap_or_default()
    }

    pub(super) fn format(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let mut fluent = FluentArgs::with_capacity(args.len());
        for (name, value) in args {
            let value = match value {
                Arg::Text(text) => FluentValue::from(*text),
                Arg::Number(number) => FluentValue::from(*number),
            };
            fluent.set(*name, value);
        }
        self.format_with(key, &fluent).ok()
    }

    pub(super) fn format_with(&self, key: &str, args: &FluentArgs<'_>) -> Result<String, String> {
        let bundle = &self.texts().map_err(|error| error.to_string())?.bundle;
        let message = bundle.get_message(key).ok_or_else(|| format!("no translation `{key}`"))?;
        let pattern = message.value().ok_or_else(|| format!("translation `{key}` is empty"))?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
        match errors.first() {
            None => Ok(text),
            Some(error) => Err(format!("translation `{key}`: {error}")),
        }
    }
}

impl Texts {
    fn parse(code: &str, source: &[u8]) -> Result<Self, ThemeError> {
        let wrong = |what: String| ThemeError(format!("locales/{code}.ftl: {what}"));
        let id: LanguageIdentifier = code.parse().map_err(|_| wrong("is no language code".into()))?;
        let source = text_of(source).into_owned();
        let keys = source.lines().filter_map(key_of).map(str::to_owned).collect();
        let resource =
            FluentResource::try_new(source).map_err(|(_, errors)| wrong(format!("{:?}", errors.first())))?;
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Isolation marks around values show up as boxes in some mail programs, and break a code's last line.
        bundle.set_use_isolating(false);
        bundle.add_resource(resource).map_err(|errors| wrong(format!("{:?}", errors.first())))?;
        Ok(Self { bundle, keys })
    }
}

fn key_of(line: &str) -> Option<&str> {
    let (key, _) = line.split_once('=')?;
    let key = key.trim_end();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.bytes().all(plain)).then_some(key)
}
