//! Every page in every language, strictly: what a page names is there, and every text that a page or the code names is
//! in each language, and no other.

mod samples;

use crate::source::{files, root, tokens};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use wardgate::accounts::profile::PROFESSIONS;
use wardgate::audit::acts::{self, ACTS};
use wardgate::config::Config;
use wardgate::messages::BrandView;
use wardgate::rights::Role;
use wardgate::themes::Themes;

/// Objects that handlers give to scripts and not to pages.
const NO_PAGES: [&[&str]; 2] = [&["kind", "to", "subject", "text", "html", "sent_at"], &["score", "text"]];

/// Files whose objects are for programs.
const FOR_MACHINES: [&str; 4] = ["src/web/mod.rs", "src/web/oidc.rs", "src/web/health.rs", "src/web/api/"];

/// Beginnings of keys that stand in code as they are.
const KEYS_IN_CODE: [&str; 9] =
    ["error-", "status-", "report-", "problem-", "invite-step-", "step-", "time-", "nav-", "attention-"];

fn themes() -> Themes {
    Themes::load(Path::new("")).unwrap()
}

fn brand() -> Value {
    let config = "[brand]\nname = \"Huma\"\nsupport_email = \"help@example.org\"";
    serde_json::to_value(BrandView::new(&Config::from_toml(config).unwrap().brand)).unwrap()
}

/// Every page in a language: its name and its HTML, with each of its faces in each frame.
fn rendered(themes: &Themes, language: &str) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    for (page, faces) in samples::pages() {
        for mut data in faces {
            for frame in samples::frames(language, &brand()) {
                data["frame"] = frame;
                let html =
                    themes.page(language, page, &data).unwrap_or_else(|error| panic!("{error}: {data}"));
                all.push((page, html));
            }
        }
    }
    all
}

#[test]
fn every_page_renders_in_every_language_with_the_support_contact_and_nothing_inline() {
    let themes = themes();
    let pages: BTreeSet<String> = files("hbs", &["themes/default/pages"])
        .iter()
        .map(|(file, _)| Path::new(file).file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let sampled = samples::pages().into_iter().map(|(page, _)| page.to_owned()).collect();
    assert_eq!(pages, sampled, "each page has a sample");
    for language in themes.languages() {
        for (page, html) in rendered(&themes, language) {
            assert!(html.contains(&format!("<html lang=\"{language}\" dir=\"ltr\">")), "{page}: {html}");
            assert!(html.contains("mailto:help@example.org"), "{page} says who helps: {html}");
            let inline =
                ["<style", "style=\"", "onclick=", "{{", "{ $"].iter().find(|word| html.contains(**word));
            assert_eq!(inline, None, "{page}: {html}");
        }
    }
}

#[test]
fn the_samples_lead_into_every_branch_that_has_a_text() {
    let themes = themes();
    let html: String = rendered(&themes, "en").into_iter().map(|(_, html)| html).collect();
    let seen = unescaped(&html);
    let texts = texts("en");
    for (file, source) in files("hbs", &["themes/default/pages", "themes/default/partials"]) {
        if file.contains("/mail") {
            continue;
        }
        for key in translated(&source) {
            let shown = texts[key].iter().any(|piece| seen.contains(piece.as_str()));
            assert!(shown, "{file}: no sample shows `{key}`");
        }
    }
}

#[test]
fn the_samples_have_the_shape_of_what_the_handlers_give() {
    let mut given = BTreeSet::new();
    for (_, source) in files("rs", &["src/web"])
        .into_iter()
        .filter(|(file, _)| !FOR_MACHINES.iter().any(|machine| file.starts_with(machine)))
    {
        given.extend(objects(&source));
    }
    for scripts in NO_PAGES {
        assert!(given.remove(&set(scripts.iter().copied())), "a handler still gives {scripts:?} to a script");
    }
    let mut sampled = BTreeSet::new();
    for (_, faces) in samples::pages() {
        faces.iter().for_each(|face| shapes(face, &mut sampled));
    }
    for frame in samples::frames("en", &Value::Null) {
        shapes(&frame, &mut sampled);
    }
    // A problem is a struct in the code and no literal.
    assert!(sampled.remove(&set(["field", "text"])));
    let missing: Vec<_> = given.difference(&sampled).collect();
    let made_up: Vec<_> = sampled.difference(&given).collect();
    assert!(missing.is_empty() && made_up.is_empty(), "no sample of {missing:?}, no handler of {made_up:?}");
}

#[test]
fn every_text_that_pages_and_code_name_is_there_and_no_other() {
    let themes = themes();
    let known: BTreeSet<String> = themes.keys("en").into_iter().collect();
    let mut used = families();
    for (_, source) in files("hbs", &["themes/default"]) {
        used.extend(translated(&source).map(str::to_owned));
    }
    for (file, source) in files("rs", &["src"]) {
        let in_words = file.starts_with("src/web") || file.starts_with("src/themes");
        for literal in literals(&source) {
            let is_key = literal
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
                && KEYS_IN_CODE.iter().any(|start| literal.starts_with(start));
            if known.contains(&literal) || (in_words && is_key) {
                used.insert(literal);
            }
        }
    }
    let missing: Vec<_> = used.difference(&known).collect();
    let unused: Vec<_> = known.difference(&used).collect();
    assert!(missing.is_empty() && unused.is_empty(), "not there: {missing:?}; named by nobody: {unused:?}");
}

#[test]
fn every_language_has_each_text_once_with_the_same_values() {
    let themes = themes();
    let english = values("en");
    for language in themes.languages() {
        let keys = themes.keys(language);
        assert_eq!(keys.len(), values(language).len(), "{language} says something twice");
        assert_eq!(values(language), english, "{language} and English name the same texts and values");
    }
}

/// An act is a literal, mostly right where its row is made; where it is not, one that begins like an act is taken for one.
#[test]
fn every_act_of_the_trail_has_words() {
    let subject = |act: &str| act.split_once('.').map(|(subject, _)| subject.to_owned());
    let subjects: BTreeSet<String> = ACTS.iter().filter_map(|act| subject(act)).collect();
    let settings: BTreeSet<&str> = ["client.name", "client.client_id", "client.redirect_uris"].into();
    let is_act = |text: &str| {
        let part = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        text.split_once('.').is_some_and(|(subject, rest)| part(subject) && part(rest))
    };
    let mut used = BTreeSet::new();
    for (file, source) in files("rs", &["src"]).into_iter().filter(|(file, _)| {
        !file.starts_with("src/config") && !file.contains("tests") && file != "src/audit/acts.rs"
    }) {
        let tokens: Vec<String> = tokens(&source).into_iter().map(|token| token.text).collect();
        for (at, token) in tokens.iter().enumerate() {
            let Some(text) = token.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
                continue;
            };
            let made =
                at >= 2 && tokens[at - 1] == "(" && ["done", "refused"].contains(&tokens[at - 2].as_str());
            let like = is_act(text) && subject(text).is_some_and(|it| subjects.contains(&it));
            let tells = file.starts_with("src/audit/") && !made;
            if (made && is_act(text)) || (like && !tells && !settings.contains(text)) {
                used.insert(text.to_owned());
            }
        }
    }
    let known: BTreeSet<String> = ACTS.iter().map(|act| (*act).to_owned()).collect();
    let wordless: Vec<_> = used.difference(&known).collect();
    let unused: Vec<_> = known.difference(&used).collect();
    assert!(wordless.is_empty() && unused.is_empty(), "no words: {wordless:?}; never done: {unused:?}");
}

/// Keys that the code puts together.
fn families() -> BTreeSet<String> {
    let roles = Role::ALL.iter().map(|role| format!("role-{}", role.name().replace('_', "-")));
    let professions = PROFESSIONS.iter().map(|profession| format!("profession-{profession}"));
    let strengths = (0..=4).map(|score| format!("strength-{score}"));
    let acts = ACTS.iter().filter_map(|act| acts::words(act));
    let mut all: BTreeSet<String> = roles.chain(professions).chain(strengths).chain(acts).collect();
    for (_, source) in
        files("rs", &["src/web"]).into_iter().filter(|(file, _)| !file.starts_with("src/web/api/"))
    {
        let words: Vec<String> = tokens(&source).into_iter().map(|token| token.text).collect();
        for five in words.windows(5).filter(|five| five[0] == "StatusCode" && five[3] == ",") {
            if let Some(key) = five[4].strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
                all.extend(["title", "text"].map(|part| format!("problem-{key}-{part}")));
            }
        }
    }
    all
}

fn set<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// The strings of a source, as they stand there.
fn literals(source: &str) -> Vec<String> {
    let strings = tokens(source).into_iter().map(|token| token.text);
    strings.filter_map(|text| Some(text.strip_prefix('"')?.strip_suffix('"')?.to_owned())).collect()
}

/// The names in each JSON object that a source writes: `{ "name": …, "other": … }`. The frame goes into a page from aside.
fn objects(source: &str) -> Vec<BTreeSet<String>> {
    let words: Vec<String> = tokens(source).into_iter().map(|token| token.text).collect();
    let (mut open, mut done): (Vec<Option<BTreeSet<String>>>, Vec<_>) = (Vec::new(), Vec::new());
    for (at, word) in words.iter().enumerate() {
        let names =
            |at: usize| words[at].starts_with('"') && words.get(at + 1).is_some_and(|next| next == ":");
        match word.as_str() {
            "{" => open.push((at + 1 < words.len() && names(at + 1)).then(BTreeSet::new)),
            "(" | "[" => open.push(None),
            "}" | ")" | "]" => done.extend(open.pop().flatten()),
            "\"frame\"" => {}
            name if names(at) && matches!(words[at - 1].as_str(), "{" | ",") => {
                if let Some(Some(object)) = open.last_mut() {
                    object.insert(name.trim_matches('"').to_owned());
                }
            }
            _ => {}
        }
    }
    done
}

/// The names in each object of a sample.
fn shapes(value: &Value, found: &mut BTreeSet<BTreeSet<String>>) {
    match value {
        Value::Object(object) => {
            found.insert(object.keys().cloned().collect());
            object.values().for_each(|value| shapes(value, found));
            found.remove(&BTreeSet::new());
        }
        Value::Array(values) => values.iter().for_each(|value| shapes(value, found)),
        _ => {}
    }
}

/// The keys that a template names: `t "key"` and `…_key="key"`.
fn translated(source: &str) -> impl Iterator<Item = &str> {
    let mut before = "";
    source.split('"').filter(move |piece| {
        let named = ["{{t ", "(t ", "_key="].iter().any(|start| before.ends_with(start));
        before = piece;
        named
    })
}

/// The entries of a language: key and what stands after it.
fn entries(language: &str) -> BTreeMap<String, String> {
    let text =
        std::fs::read_to_string(root().join(format!("themes/default/locales/{language}.ftl"))).unwrap();
    let (mut all, mut last) = (BTreeMap::<String, String>::new(), String::new());
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match line.split_once(" = ").filter(|_| !line.starts_with(' ')) {
            Some((key, value)) => {
                key.clone_into(&mut last);
                all.insert(key.to_owned(), value.to_owned());
            }
            None => all.get_mut(&last).into_iter().for_each(|value| value.extend(["\n", line])),
        }
    }
    all
}

/// The pieces of each text between its values.
fn texts(language: &str) -> BTreeMap<String, Vec<String>> {
    let pieces = |text: &str| {
        let pieces = text.split(['{', '}', '\n', '[', ']']).map(str::trim);
        pieces.filter(|piece| piece.len() > 3 && !piece.starts_with('$')).map(str::to_owned).collect()
    };
    entries(language).iter().map(|(key, text)| (key.clone(), pieces(text))).collect()
}

/// The names of the values in each text.
fn values(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let names = |text: &str| {
        let after = text.split('$').skip(1);
        after.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric()).collect()).collect()
    };
    entries(language).iter().map(|(key, text)| (key.clone(), names(text))).collect()
}

fn unescaped(html: &str) -> String {
    let table =
        [("&quot;", "\""), ("&#x27;", "'"), ("&#x3D;", "="), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    table.iter().fold(html.to_owned(), |text, (from, to)| text.replace(from, to))
}
