//! Reads Rust as far as it takes to tell what a file names: words, `::`, brackets, strings. Comments are no code.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A word, a mark or a string with its quotes, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// A path that a file names, from the root of the crate (`crate::…`) or from another crate (`poem::…`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
    pub(crate) imported: bool,
    /// Whether it stands in a module of tests.
    pub(crate) tested: bool,
}

/// Splits a source into tokens.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let (bytes, mut at, mut line, mut all) = (source.as_bytes(), 0, 1, Vec::new());
    while at < bytes.len() {
        let length = match bytes[at] {
            b'/' if source[at..].starts_with("//") => source[at..].find('\n').unwrap_or(source.len() - at),
            b'/' if source[at..].starts_with("/*") => block_comment(&source[at..]),
            b'"' => {
                let length = string(&source[at..]);
                all.push(Token { line, text: source[at..at + length].to_owned() });
                length
            }
            b'r' | b'b' | b'c' if raw_or_bytes(&source[at..]).is_some() => {
                raw_or_bytes(&source[at..]).unwrap_or(1)
            }
            b'\'' => char_or_lifetime(&source[at..]),
            byte if byte.is_ascii_alphanumeric() || byte == b'_' => {
                let word = |c: char| c.is_alphanumeric() || c == '_';
                let length = source[at..].find(|c| !word(c)).unwrap_or(source.len() - at);
                all.push(Token { line, text: source[at..at + length].to_owned() });
                length
            }
            b':' if source[at..].starts_with("::") => {
                all.push(Token { line, text: "::".to_owned() });
                2
            }
            byte if byte.is_ascii_punctuation() => {
                all.push(Token { line, text: char::from(byte).to_string() });
                1
            }
            _ => source[at..].chars().next().map_or(1, char::len_utf8),
        };
        line += source[at..at + length].matches('\n').count();
        at += length;
    }
    all
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        match text.get(at..at + 2) {
            Some("/*") => (depth, at) = (depth + 1, at + 2),
            Some("*/") if depth == 1 => return at + 2,
            Some("*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    at
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Length of `r"…"`, `r#"…"#`, `b"…"`, `br#"…"#`, `c"…"`; `None` for a word.
fn raw_or_bytes(text: &str) -> Option<usize> {
    let prefix = text.find(|c: char| !"rbc".contains(c)).filter(|length| *length <= 2)?;
    let hashes = text[prefix..].find(|c| c != '#')?;
    let quoted = prefix + hashes;
    if !text[quoted..].starts_with('"') {
        return None;
    }
    if !text[..prefix].contains('r') {
        return (hashes == 0).then(|| quoted + string(&text[quoted..]));
    }
    let end = format!("\"{}", "#".repeat(hashes));
    let length = text[quoted + 1..].find(&end).map_or(text.len(), |at| quoted + 1 + at + end.len());
    Some(length)
}

fn char_or_lifetime(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some(_)) => chars.find(|(_, c)| *c == '\'').map_or(text.len(), |(at, _)| at + 1),
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Every path of a file that leads somewhere: into this crate, from its root, or into one of `crates`.
/// `here` is the file's own module.
pub(crate) fn names(source: &str, here: &[&str], crates: &[String]) -> Vec<Named> {
    let tokens = tokens(source);
    let mut reader = Reader { tokens: &tokens, at: 0, modules: own(here), depth: 0, found: Vec::new() };
    reader.read();
    let mut imports = BTreeMap::new();
    for (named, name) in &reader.found {
        if let (true, Some(path)) = (named.imported, rooted(&named.path, crates)) {
            imports.insert(name.clone(), path);
        }
    }
    let through_import = |path: &[String]| {
        let (first, rest) = path.split_first()?;
        let mut full = imports.get(first)?.clone();
        full.extend_from_slice(rest);
        (!rest.is_empty()).then_some(full)
    };
    let resolve = |named: Named| {
        let path = rooted(&named.path, crates).or_else(|| through_import(&named.path))?;
        Some(Named { path, ..named })
    };
    reader.found.into_iter().filter_map(|(named, _)| resolve(named)).collect()
}

fn own(here: &[&str]) -> Vec<(String, usize)> {
    here.iter().map(|name| ((*name).to_owned(), 0)).collect()
}

fn rooted(path: &[String], crates: &[String]) -> Option<Vec<String>> {
    let first = path.first()?;
    if first == "wardgate" {
        return Some([&["crate".to_owned()], &path[1..]].concat());
    }
    (first == "crate" || crates.contains(first)).then(|| path.to_vec())
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    /// Where we are, each with the depth of braces at which it ends.
    modules: Vec<(String, usize)>,
    depth: usize,
    found: Vec<(Named, String)>,
}

impl Reader<'_> {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| token.text.as_str())
    }

    fn read(&mut self) {
        while self.at < self.tokens.len() {
            match self.text(self.at) {
                "use" => {
                    self.at += 1;
                    self.tree(&[]);
                }
                "mod" if self.text(self.at + 2) == "{" => {
                    self.depth += 1;
                    self.modules.push((self.text(self.at + 1).to_owned(), self.depth));
                    self.at += 3;
                }
                "{" => {
                    self.depth += 1;
                    self.at += 1;
                }
                "}" => {
                    if self.modules.last().is_some_and(|(_, depth)| *depth > 0 && *depth == self.depth) {
                        self.modules.pop();
                    }
                    self.depth = self.depth.saturating_sub(1);
                    self.at += 1;
                }
                text if is_word(text) => self.path(),
                _ => self.at += 1,
            }
        }
    }

    /// `a::b::c` outside of an import; one word alone is no path.
    fn path(&mut self) {
        let (start, mut path) = (self.at, vec![self.text(self.at).to_owned()]);
        self.at += 1;
        while self.text(self.at) == "::" && is_word(self.text(self.at + 1)) {
            path.push(self.text(self.at + 1).to_owned());
            self.at += 2;
        }
        if path.len() > 1 {
            self.push(start, path, String::new(), false);
        }
    }

    /// `a::{b, c::*, d as e}`.
    fn tree(&mut self, prefix: &[String]) {
        let (start, mut path) = (self.at, prefix.to_vec());
        loop {
            match self.text(self.at) {
                "::" => self.at += 1,
                "{" => {
                    self.at += 1;
                    while !matches!(self.text(self.at), "}" | "") {
                        self.tree(&path);
                        self.at += usize::from(self.text(self.at) != "}");
                    }
                    self.at += 1;
                    return;
                }
                "as" => {
                    let name = self.text(self.at + 1).to_owned();
                    self.at += 2;
                    return self.push(start, path, name, true);
                }
                "*" => self.at += 1,
                "self" if path.len() > prefix.len() || !prefix.is_empty() => self.at += 1,
                text if is_word(text) => {
                    path.push(text.to_owned());
                    self.at += 1;
                }
                _ => {
                    let name = path.last().cloned().unwrap_or_default();
                    return self.push(start, path, name, true);
                }
            }
        }
    }

    fn push(&mut self, start: usize, path: Vec<String>, name: String, imported: bool) {
        let line = self.tokens.get(start).map_or(0, |token| token.line);
        let ups = path.iter().take_while(|part| *part == "super").count();
        let tested = self.modules.iter().any(|(name, _)| name == "tests");
        let own = path.first().is_some_and(|first| first == "self") || ups > 0;
        let path = if own {
            let here = self.modules.iter().map(|(name, _)| name.clone());
            let above = here.take(self.modules.len().saturating_sub(ups));
            let below = path.into_iter().skip(ups.max(1));
            std::iter::once("crate".to_owned()).chain(above).chain(below).collect()
        } else {
            path
        };
        self.found.push((Named { line, path, imported, tested }, name));
    }
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file with this ending under some folders of the repository, by its path from there.
pub(crate) fn files(ending: &str, folders: &[&str]) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == ending) {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                all.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    all.sort();
    all
}
