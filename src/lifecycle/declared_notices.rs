//! The texts of a file that declares an installation: terms where the configuration has none of its own, disclaimers of its
//! applications, other notices. A text that differs is a new version; none is ever taken away.

use crate::config::{Config, Declared, Problem, Texts};
use crate::fault::Fault;
use crate::ids::OrganisationId;
use crate::notices::{self, Kind, LONGEST_GRACE, Source, Version, directory};
use crate::organisations;
use crate::rights::Reach;
use crate::store::Conn;
use crate::store::paging::Wish;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// More notices than anybody has; applications have one at most.
const ALL: u64 = 100_000;

/// A text that is to be in force.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    kind: Kind,
    organisation: Option<String>,
    texts: Texts,
    grace_days: i32,
}

/// Holds the texts to every rule that needs no database.
pub(super) fn read(file: &Declared, config: &Config) -> Result<Vec<Wanted>, Vec<Problem>> {
    let (mut all, mut problems) = (Vec::new(), Vec::new());
    let plain =
        |kind, texts: &Texts| Wanted { kind, organisation: None, texts: texts.clone(), grace_days: 0 };
    if !file.terms.is_empty() {
        if config.has_built_in_terms() {
            all.push(plain(Kind::Terms, &file.terms));
        } else if file.terms != config.terms {
            problems.push(Problem::new("terms", "differ from the configuration's: change them there"));
        }
    }
    for client in file.clients.iter().filter(|client| !client.disclaimer.is_empty()) {
        all.push(plain(Kind::Disclaimer(client.id.clone()), &client.disclaimer));
    }
    for (at, it) in file.notices.iter().enumerate() {
        let kind = Kind::parse(&it.name).filter(|kind| matches!(kind, Kind::Notice(_)));
        let Some(kind) = kind else {
            let rule = "must have 1 to 40 small letters, digits and -, and begin with a letter; \
                        terms and disclaimers stand elsewhere";
            problems.push(Problem::new(format!("notice[{at}].name"), rule));
            continue;
        };
        if !(0..=LONGEST_GRACE).contains(&it.grace_days) {
            let rule = format!("must be from 0 to {LONGEST_GRACE}");
            problems.push(Problem::new(format!("notice[{at}].grace_days"), rule));
        }
        let (organisation, texts) = (it.organisation.clone(), it.text.clone());
        all.push(Wanted { kind, organisation, texts, grace_days: it.grace_days });
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

/// What differs from what is in force, each with what a plan calls it.
pub(super) async fn compare(
    conn: &impl Conn,
    wanted: &[Wanted],
    organisations: &BTreeMap<String, OrganisationId>,
) -> Result<(Vec<(String, Version)>, Vec<Problem>), Fault> {
    let (mut new, mut problems) = (Vec::new(), Vec::new());
    for it in wanted {
        let target = match &it.kind {
            Kind::Terms => "terms".to_owned(),
            Kind::Disclaimer(client) => format!("disclaimer of client {client}"),
            Kind::Notice(name) => format!("notice {name}"),
        };
        let organisation = it.organisation.as_ref().map(|name| organisations.get(name).copied());
        if organisation == Some(None) {
            problems.push(Problem::new(target, "is for an organisation that is not there"));
            continue;
        }
        let organisation = organisation.flatten();
        let there = notices::current(conn, &it.kind).await?;
        if there.as_ref().is_some_and(|there| there.organisation_id != organisation) {
            problems.push(Problem::new(target, "is for others, and that never changes: take another name"));
            continue;
        }
        if notices::differs(conn, &it.kind, &it.texts).await? {
            let version = Version {
                kind: it.kind.clone(),
                organisation,
                texts: it.texts.clone(),
                grace_days: it.grace_days,
                source: Source::Console,
            };
            new.push((target, version));
        }
    }
    Ok((new, problems))
}

/// The terms in force, where they are not the configuration's.
pub(super) async fn terms(conn: &impl Conn, config: &Config) -> Result<Value, Fault> {
    let current = notices::current(conn, &Kind::Terms).await?;
    match current.filter(|_| config.has_built_in_terms()) {
        Some(current) => Ok(serde_json::from_str(&current.texts)?),
        None => Ok(serde_json::to_value(&config.terms)?),
    }
}

/// The disclaimer of an application.
pub(super) async fn disclaimer(conn: &impl Conn, client: String) -> Result<Option<Value>, Fault> {
    let notice = notices::current(conn, &Kind::Disclaimer(client)).await?;
    Ok(notice.map(|notice| serde_json::from_str(&notice.texts)).transpose()?)
}

/// Every other notice in force; what is being written is nobody's business elsewhere.
pub(super) async fn export(conn: &impl Conn) -> Result<Vec<Value>, Fault> {
    let names: BTreeMap<OrganisationId, String> =
        organisations::all(conn).await?.into_iter().map(|it| (it.id, it.name)).collect();
    let mut all = Vec::new();
    for it in directory::page(conn, &Reach::All, &Wish::first(ALL)).await?.rows {
        let (Kind::Notice(name), Some(current)) = (it.kind, it.current) else { continue };
        let organisation = match it.organisation {
            None => None,
            // Of an organisation that is gone: nobody is asked, and no file can name it.
            Some(id) if !names.contains_key(&id) => continue,
            Some(id) => names.get(&id),
        };
        let texts: Texts = serde_json::from_str(&current.texts)?;
        all.push(json!({
            "name": name, "organisation": organisation, "grace_days": current.grace_days, "text": texts,
        }));
    }
    Ok(all)
}
