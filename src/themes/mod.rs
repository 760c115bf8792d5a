//! Loads, checks and renders a theme: pages, messages, translations, assets. The built-in one is in
//! the binary; a folder overrides it file by file. Only this module uses handlebars.
//!
//! Rendering is strict: a missing variable or translation is an error, found by the tests that render everything.

mod assets;
mod helpers;
mod language;
mod templates;
mod times;

pub use assets::Asset;
pub use language::Arg;
pub use times::Times;

use assets::Assets;
use language::Language;
use rust_embed::RustEmbed;
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use templates::{Engine, Escape, Templates};

#[derive(RustEmbed)]
#[folder = "themes/default"]
struct Builtin;

/// A theme that cannot be loaded or rendered. Says the file.
#[derive(Clone, Debug, thiserror::Error)]
#[error("theme: {0}")]
pub struct ThemeError(pub String);

/// A part of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `subject.txt`
    Subject,
    /// `body.txt`
    Text,
    /// `body.html`
    Html,
    /// `sms.txt`
    Sms,
}

impl Part {
    fn file(self) -> &'static str {
        match self {
            Self::Subject => "subject.txt",
            Self::Text => "body.txt",
            Self::Html => "body.html",
            Self::Sms => "sms.txt",
        }
    }
}

/// A loaded theme.
pub struct Themes {
    files: Files,
    languages: BTreeMap<String, Arc<Language>>,
    engines: BTreeMap<String, OnceLock<Result<Engine, ThemeError>>>,
    templates: Templates,
    assets: Arc<Assets>,
}

impl Themes {
    /// Loads the built-in theme and what `folder` overrides; an empty path overrides nothing.
    ///
    /// # Errors
    /// When a file of the folder, or a translation with it, cannot be read. Templates are compiled at first use, and
    /// without a folder translations are read then too.
    pub fn load(folder: &Path) -> Result<Self, ThemeError> {
        let files = Files::read(folder)?;
        let mut languages = BTreeMap::new();
        for (path, content) in &files.0 {
            let Some(code) = path.strip_prefix("locales/").and_then(|name| name.strip_suffix(".ftl")) else {
                continue;
            };
            let language = Language::new(code, content.clone());
            if !folder.as_os_str().is_empty() {
                language.check()?;
            }
            languages.insert(code.to_owned(), Arc::new(language));
        }
        if !languages.contains_key("en") {
            return Err(ThemeError("locales/en.ftl is missing".into()));
        }
        let engines = languages.keys().map(|code| (code.clone(), OnceLock::new())).collect();
        let (assets, templates) = (Arc::new(Assets::gather(&files)), Templates::of(&files));
        Ok(Self { files, languages, engines, templates, assets })
    }

    /// Language codes, English among them.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The first wish that the theme speaks, else English. `de-AT` is served by `de`.
    #[must_use]
    pub fn choose<'a>(&'a self, wishes: impl IntoIterator<Item = &'a str>) -> &'a str {
        let known = |wish: &str| {
            let base = wish.split(['-', '_']).next().unwrap_or(wish).to_ascii_lowercase();
            self.languages.get_key_value(&base).map(|(code, _)| code.as_str())
        };
        wishes.into_iter().find_map(known).unwrap_or("en")
    }

    /// Renders a page.
    ///
    /// # Errors
    /// When the page is unknown or names something that is missing.
    pub fn page(&self, language: &str, page: &str, data: &impl Serialize) -> Result<String, ThemeError> {
        self.render(language, &format!("pages/{page}"), Escape::Html, data)
    }

    /// Renders a part of a message.
    ///
    /// # Errors
    /// As `page`.
    pub fn message(
        &self,
        language: &str,
        message: &str,
        part: Part,
        data: &impl Serialize,
    ) -> Result<String, ThemeError> {
        let escape = if part == Part::Html { Escape::Html } else { Escape::No };
        self.render(language, &format!("messages/{message}/{}", part.file()), escape, data)
    }

    fn render(
        &self,
        language: &str,
        name: &str,
        escape: Escape,
        data: &impl Serialize,
    ) -> Result<String, ThemeError> {
        let (engine, template) = (self.engine(language)?, self.templates.get(&self.files, name)?);
        let rendered = engine.render(template, escape, data);
        rendered.map_err(|error| ThemeError(format!("{name} in {language}: {error}")))
    }

    /// Whether a message has a part.
    #[must_use]
    pub fn has_part(&self, message: &str, part: Part) -> bool {
        self.files.0.contains_key(&format!("messages/{message}/{}.hbs", part.file()))
    }

    /// A translated text. A missing key gives the key itself, and is logged.
    #[must_use]
    pub fn text(&self, language: &str, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        let texts = self.languages.get(language).or_else(|| self.languages.get("en"));
        texts.and_then(|texts| texts.format(key, args)).unwrap_or_else(|| {
            tracing::error!(key, language, "a translation is missing");
            key.to_owned()
        })
    }

    /// An asset by the name in its URL, which holds a hash of its content.
    #[must_use]
    pub fn asset(&self, hashed: &str) -> Option<&Asset> {
        self.assets.get(hashed)
    }

    /// Names of all message files, as `name/part`, for the test that renders each.
    pub fn message_files(&self) -> impl Iterator<Item = &str> {
        self.files.names("messages/")
    }

    /// Keys of each language, for the test that compares them.
    #[must_use]
    pub fn keys(&self, language: &str) -> Vec<String> {
        self.languages.get(language).map(|texts| texts.keys()).unwrap_or_default()
    }

    /// Compiles every template of every language, and looks for translations that an overriding file lacks, as `check`
    /// does.
    ///
    /// # Errors
    /// The first template that does not compile, or the first language with its missing keys.
    pub fn compile_all(&self) -> Result<(), ThemeError> {
        for name in self.templates.names() {
            self.templates.get(&self.files, name)?;
        }
        let builtin = Builtin::get("locales/en.ftl").map(|file| Language::new("en", file.data));
        let wanted = builtin.map(|english| english.keys()).unwrap_or_default();
        for (code, language) in &self.languages {
            language.check()?;
            self.engine(code)?;
            let (known, mut lacks) = (language.keys(), wanted.clone());
            lacks.retain(|key| !known.contains(key));
            if !lacks.is_empty() {
                return Err(ThemeError(format!("locales/{code}.ftl lacks {}", lacks.join(", "))));
            }
        }
        Ok(())
    }

    fn engine(&self, language: &str) -> Result<&Engine, ThemeError> {
        let code = if self.engines.contains_key(language) { language } else { "en" };
        let (texts, assets) = (&self.languages[code], &self.assets);
        let engine = self.engines[code].get_or_init(|| self.templates.engine(&self.files, texts, assets));
        engine.as_ref().map_err(Clone::clone)
    }
}

impl std::fmt::Debug for Themes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Themes").field("languages", &self.languages.keys()).finish_non_exhaustive()
    }
}

/// Every file of the theme by its path, the overriding folder's first.
struct Files(BTreeMap<String, Cow<'static, [u8]>>);

impl Files {
    fn read(folder: &Path) -> Result<Self, ThemeError> {
        let mut files = BTreeMap::new();
        for path in Builtin::iter() {
            if let Some(file) = Builtin::get(&path) {
                files.insert(path.into_owned(), file.data);
            }
        }
        if !folder.as_os_str().is_empty() {
            read_folder(folder, folder, &mut files)
                .map_err(|error| ThemeError(format!("{}: {error}", folder.display())))?;
        }
        Ok(Self(files))
    }

    fn names(&self, prefix: &str) -> impl Iterator<Item = &str> {
        self.0.keys().filter_map(move |path| path.strip_prefix(prefix)?.strip_suffix(".hbs"))
    }
}

fn read_folder(
    root: &Path,
    folder: &Path,
    files: &mut BTreeMap<String, Cow<'static, [u8]>>,
) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read_folder(root, &path, files)?;
        } else if let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str) {
            files.insert(name.to_owned(), std::fs::read(&path)?.into());
        }
    }
    Ok(())
}

fn text_of(content: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn themed(files: &[(&str, &str)]) -> (Themes, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        for (path, content) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        (Themes::load(folder.path()).unwrap(), folder)
    }

    #[test]
    fn a_folder_overrides_file_by_file_and_the_rest_stays() {
        let (themes, _folder) =
            themed(&[("pages/terms.hbs", "mine: {{title}}"), ("assets/new.svg", "<svg/>")]);
        assert_eq!(themes.page("en", "terms", &json!({ "title": "<T>" })).unwrap(), "mine: &lt;T&gt;");
        assert!(themes.page("en", "terms", &json!({})).is_err(), "rendering is strict");
        assert!(themes.assets.url("new.svg").is_some() && themes.assets.url("wardgate.css").is_some());
        themes.compile_all().unwrap();
    }

    #[test]
    fn a_translation_that_lacks_keys_is_named_by_the_check() {
        let english = Builtin::get("locales/en.ftl").unwrap();
        let english = text_of(&english.data);
        let whole = themed(&[("locales/fr.ftl", &english)]).0;
        whole.compile_all().unwrap();
        assert_eq!(whole.choose(["fr-CH", "en"]), "fr");
        let short = english.replace("skip-link = ", "other = ");
        let error = themed(&[("locales/fr.ftl", &short)]).0.compile_all().unwrap_err();
        assert_eq!(error.to_string(), "theme: locales/fr.ftl lacks skip-link");
    }
}
