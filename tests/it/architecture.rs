//! Who may name whom: the table of DESIGN 2, checked on every file of the crate and of the sample dashboard. A module
//! or a dependency that the tables below do not know fails too, so that each new one is decided about.

use crate::source::{Named, files, names, root, tokens};
use std::collections::BTreeSet;

/// Open to every module. Each may name only those before it.
const LEAVES: [&str; 13] = [
    "clock", "random", "fault", "ids", "rights", "config", "seal", "store", "outbox", "audit", "fetch",
    "links", "themes",
];

/// Whom a module may name beyond the leaves, `protocol` and itself.
const MODULES: [(&str, &[&str]); 18] = [
    ("protocol", &[]),
    ("keys", &[]),
    ("organisations", &[]),
    ("messages", &[]),
    ("notices", &[]),
    ("clients", &["keys"]),
    ("accounts", &["messages"]),
    ("invitations", &["organisations", "accounts", "clients", "notices", "messages"]),
    ("login", &["accounts", "messages"]),
    ("grants", &["login", "accounts", "organisations", "clients", "keys", "notices"]),
    ("lifecycle", &[ABOVE]),
    ("journey", &[ABOVE]),
    ("jobs", &[ABOVE]),
    ("web", &[ABOVE, "app"]),
    ("app", &[ALL]),
    ("cli", &[ALL]),
    ("demo", &[ALL]),
    ("main", &["cli"]),
];
/// Every domain above in the table.
const ABOVE: &str = "^";
const ALL: &str = "*";
/// They stand alone: the rules of the protocol, and a relying party that knows of us what any other knows.
const ALONE: [&str; 3] = ["protocol", "dashboard", "lib"];

/// What of a domain the worker may call.
const WORK: [&str; 4] = ["deliver", "sweep", "rotate", "seal"];

/// Where a dependency may be named: modules, or files by the start of their path.
const CRATES: [(&str, &str); 43] = [
    ("anyhow", "dashboard"),
    ("argon2", "accounts"),
    ("base64", ALL),
    ("clap", "cli dashboard"),
    ("cookie", "web dashboard"),
    (
        "entities",
        "clock ids store outbox audit keys clients organisations accounts notices invitations login grants \
         demo/crowd",
    ),
    ("figment", "config"),
    ("fluent_bundle", "themes"),
    ("futures_util", ALL),
    ("handlebars", "themes dashboard"),
    ("hyper", "web"),
    ("hyper_util", "web"),
    ("idna", "accounts"),
    ("ipnet", "config web"),
    ("jiff", "clock config themes dashboard"),
    ("josekit", "keys"),
    ("lettre", "messages/email"),
    ("migration", "store"),
    ("openidconnect", "dashboard"),
    ("openssl", "random seal keys clients/tests messages dashboard"),
    ("poem", "web dashboard"),
    ("poem_openapi", "web"),
    ("pulldown_cmark", "notices"),
    ("redis", "store"),
    ("reqwest", "fetch dashboard"),
    ("rlibphonenumber", "login/factor"),
    ("rust_embed", "themes"),
    (
        "sea_orm",
        "fault store outbox audit keys clients organisations accounts notices invitations login grants \
         demo/crowd",
    ),
    ("secrecy", ALL),
    ("serde", ALL),
    ("serde_json", ALL),
    ("thiserror", ALL),
    ("tokio", ALL),
    ("toml", "config"),
    ("tracing", ALL),
    ("tracing_subscriber", "cli messages/captured_log dashboard"),
    ("unic_langid", "themes"),
    ("unicode_normalization", "accounts clients/names"),
    ("unicode_security", "accounts clients/names"),
    ("url", ALL),
    ("uuid", ALL),
    ("zeroize", ALL),
    ("zxcvbn", "accounts"),
];

/// All that a pure function of the protocol needs; its tests also write JSON.
const PROTOCOL: [&str; 5] = ["std::collections", "std::error", "std::fmt", "serde", "url"];
const PROTOCOL_TESTS: &str = "serde_json";

/// A file, what it names against the tables, and why that is right. One that nothing needs fails.
const EXCEPTIONS: [(&str, &str, &str); 0] = [];

/// What a file does against the rules.
#[derive(Debug, PartialEq, Eq)]
struct Complaint {
    line: usize,
    about: String,
    rule: &'static str,
}

/// Reads a file, named as below src/, against the tables.
fn complaints(file: &str, source: &str) -> Vec<Complaint> {
    let (here, module) = (module_path(file), module_of(file));
    let crates: Vec<String> =
        CRATES.iter().map(|(name, _)| *name).chain(["std"]).map(str::to_owned).collect();
    let mut found = Vec::new();
    for Named { line, path, imported, tested } in names(source, &here, &crates) {
        let rule = match path[0].as_str() {
            "crate" => against_modules(module, &path, imported),
            PROTOCOL_TESTS if module == "protocol" && tested => None,
            _ => against_crates(file, module, &path),
        };
        found.extend(rule.map(|rule| Complaint { line, about: path.join("::"), rule }));
    }
    if module == "protocol" {
        let waits =
            tokens(source).into_iter().filter(|token| ["async", "await"].contains(&token.text.as_str()));
        found.extend(waits.map(|token| Complaint { line: token.line, about: token.text, rule: "waits" }));
    }
    found
}

fn against_modules(module: &str, path: &[String], imported: bool) -> Option<&'static str> {
    let target = path.get(1)?.as_str();
    if target == module {
        return None;
    }
    if !may_name(module).contains(target) {
        return Some("may not name this module");
    }
    let last = path.last()?;
    let calls = !imported && path.len() > 2 && last.starts_with(char::is_lowercase);
    let works = LEAVES.contains(&target) || WORK.iter().any(|work| last.starts_with(work));
    (module == "jobs" && calls && !works).then_some("calls what is no work of the worker")
}

fn may_name(module: &str) -> BTreeSet<&'static str> {
    if ALONE.contains(&module) {
        return BTreeSet::new();
    }
    if let Some(at) = LEAVES.iter().position(|leaf| *leaf == module) {
        return LEAVES[..at].iter().copied().collect();
    }
    let Some(at) = MODULES.iter().position(|(name, _)| *name == module) else { return BTreeSet::new() };
    let names = |rows: &[(&'static str, &[&str])]| rows.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    let mut may: BTreeSet<&str> = LEAVES.into_iter().chain(["protocol"]).collect();
    for other in MODULES[at].1 {
        match *other {
            ABOVE => may.extend(names(&MODULES[..at])),
            ALL => may.extend(names(&MODULES)),
            name => may.extend([name]),
        }
    }
    may
}

fn against_crates(file: &str, module: &str, path: &[String]) -> Option<&'static str> {
    if module == "protocol" {
        let full = path.join("::");
        let pure = PROTOCOL.iter().any(|known| full == *known || full.starts_with(&format!("{known}::")));
        return (!pure).then_some("needs more than a pure function does");
    }
    let (_, places) = CRATES.iter().find(|(name, _)| *name == path[0])?;
    let within = |place: &str| file.starts_with(&format!("{place}/")) || file == format!("{place}.rs");
    (*places != ALL && !places.split(' ').any(within)).then_some("may not name this crate")
}

/// `web/pages/code.rs` is `web::pages::code`.
fn module_path(file: &str) -> Vec<&str> {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').filter(|name| !["lib", "main"].contains(name)).collect()
}

/// The module at the root that a file belongs to.
fn module_of(file: &str) -> &str {
    file.split(['/', '.']).next().unwrap_or_default()
}

/// The dependencies of Cargo.toml, as code spells them.
fn dependencies() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_")).collect()
}

/// The files that the tables are about. The sample dashboard is one module, whatever builds it.
fn ours() -> Vec<(String, String)> {
    let short = |file: String| match file.strip_prefix("examples/") {
        Some(name) if name.contains('/') => name.to_owned(),
        Some(name) => format!("dashboard/{name}"),
        None => file.trim_start_matches("src/").to_owned(),
    };
    files("rs", &["src", "examples"]).into_iter().map(|(file, source)| (short(file), source)).collect()
}

#[test]
fn every_module_names_only_whom_the_table_allows() {
    let (mut wrong, mut excused) = (Vec::new(), BTreeSet::new());
    for (file, source) in ours() {
        for Complaint { line, about, rule } in complaints(&file, &source) {
            let fits = |(place, what, _): &&(&str, &str, &str)| *place == file && about.starts_with(what);
            match EXCEPTIONS.iter().find(fits) {
                Some(exception) => drop(excused.insert(exception)),
                None => wrong.push(format!("{file}:{line} {rule}: {about}")),
            }
        }
    }
    assert!(wrong.is_empty(), "against the table:\n{}", wrong.join("\n"));
    assert_eq!(excused.len(), EXCEPTIONS.len(), "an exception that nothing needs");
}

#[test]
fn the_tables_know_every_module_and_every_dependency_and_each_is_used() {
    let ours = ours();
    let modules: BTreeSet<&str> = ours.iter().map(|(file, _)| module_of(file)).collect();
    let known = LEAVES.into_iter().chain(MODULES.iter().map(|(name, _)| *name)).chain(ALONE).collect();
    assert_eq!(modules, known);

    let listed: Vec<String> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(dependencies(), listed);
    let crates = dependencies();
    let named: BTreeSet<String> = ours
        .iter()
        .flat_map(|(file, source)| names(source, &module_path(file), &crates))
        .map(|named| named.path[0].clone())
        .collect();
    let unused: Vec<_> = crates.iter().filter(|name| !named.contains(*name)).collect();
    assert!(unused.is_empty(), "dependencies that no file names: {unused:?}");
}

#[test]
fn files_stay_short_and_no_lint_is_switched_off_for_good() {
    let folders = ["src", "examples", "tests/it", "entity", "migration"];
    for (file, source) in files("rs", &folders) {
        assert!(source.lines().count() < 400, "{file} has {} lines", source.lines().count());
        let words: Vec<String> = tokens(&source).into_iter().map(|token| token.text).collect();
        let allows = words.windows(3).any(|three| three[0] == "[" && three[1] == "allow" && three[2] == "(");
        assert!(!allows, "{file} has an allow: an expect, with its reason, says when it is over");
    }
}

/// Everything that the reader has to tell apart, in one file.
const MADE_UP: &str = r###"
//! use crate::web; crate::web::serve in words is no name
use crate::{accounts::{self, Password}, login as door};
use sea_orm::*;
use super::store::find;
/* crate::web::a /* crate::web::b */ crate::web::c */
fn f<'a>(x: &'a str) -> Vec<super::super::keys::Keys> {
    let _ = ("crate::web::d", r#"poem"::e"#, b"poem::f", '"', '\'', b'"', x.url);
    door::factor::deliver_code(..poem::get(), Self::new(), std::fs::read(x));
}
mod tests { use super::super::super::jobs; mod inner { use self::other::Thing; } }
pub(in super::super) fn g() -> wardgate::themes::Themes { accounts::find() }
"###;

#[test]
fn the_reader_finds_each_name_and_no_other() {
    let crates = ["sea_orm", "poem", "std"].map(str::to_owned);
    let found = names(MADE_UP, &["grants", "exchange"], &crates);
    let found: Vec<String> = found.iter().map(|it| format!("{} {}", it.line, it.path.join("::"))).collect();
    let expected = [
        "3 crate::accounts",
        "3 crate::accounts::Password",
        "3 crate::login",
        "4 sea_orm",
        "5 crate::grants::store::find",
        "7 crate::keys::Keys",
        "9 crate::login::factor::deliver_code",
        "9 poem::get",
        "9 std::fs::read",
        "11 crate::jobs",
        "11 crate::grants::exchange::tests::inner::other::Thing",
        "12 crate",
        "12 crate::themes::Themes",
        "12 crate::accounts::find",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_breaks_the_table_is_told_with_its_line() {
    let table = [
        ("clock.rs", "use crate::random::Random;", Some("may not name this module")),
        ("ids.rs", "use crate::random::Random;", None),
        ("seal.rs", "\n\nfn f() { crate::accounts::find() }", Some("may not name this module")),
        ("protocol/pkce.rs", "use crate::clock::Clock;", Some("may not name this module")),
        ("protocol/pkce.rs", "async fn f() {}", Some("waits")),
        ("protocol/pkce.rs", "use std::fs;", Some("needs more than a pure function does")),
        ("protocol/pkce.rs", "use serde_json::Value;", Some("needs more than a pure function does")),
        ("protocol/pkce.rs", "mod tests { use serde_json::Value; }", None),
        ("protocol/pkce/tests.rs", "use serde_json::Value;", None),
        ("protocol/pkce.rs", "use super::scope::Scope; use url::Url; use std::fmt;", None),
        ("clients/mod.rs", "use crate::{accounts, keys};", Some("may not name this module")),
        ("accounts/store.rs", "use super::super::login::Login;", Some("may not name this module")),
        ("grants/mod.rs", "use crate::lifecycle::Lifecycle;", Some("may not name this module")),
        ("lifecycle/mod.rs", "use crate::{grants, invitations, login, protocol, store};", None),
        ("lifecycle/mod.rs", "use crate::journey;", Some("may not name this module")),
        ("journey/mod.rs", "use crate::web::serve;", Some("may not name this module")),
        ("jobs/mod.rs", "use crate::login; fn f() { login::sweep() }", None),
        (
            "jobs/mod.rs",
            "use crate::login; fn f() { login::sign_out() }",
            Some("calls what is no work of the worker"),
        ),
        ("web/pages/team.rs", "use entities::account;", Some("may not name this crate")),
        ("web/pages/team.rs", "fn f() { sea_orm::Database::connect() }", Some("may not name this crate")),
        ("web/pages/team.rs", "use crate::demo;", Some("may not name this module")),
        ("login/mod.rs", "use poem::Request;", Some("may not name this crate")),
        ("fetch/http.rs", "use reqwest::Client;", None),
        ("messages/sms/post.rs", "use reqwest::Client;", Some("may not name this crate")),
        ("dashboard/pages.rs", "use crate::themes::Themes;", Some("may not name this module")),
    ];
    for (file, source, expected) in table {
        let found = complaints(file, source);
        assert_eq!(found.first().map(|complaint| complaint.rule), expected, "{file}: {source}");
        assert!(found.len() <= 1, "{file}: {found:?}");
    }
    assert_eq!(complaints("seal.rs", "\n\nfn f() { crate::accounts::find() }")[0].line, 3);
}
