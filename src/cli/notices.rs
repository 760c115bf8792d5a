//! `wardgate notice`: what the console does about notices, on the host.

use super::{Desk, Done, Failed};
use crate::clock::rfc3339;
use crate::config::Texts;
use crate::fault::Fault;
use crate::notices::directory::{self, Listed};
use crate::notices::people;
use crate::notices::{Drafted, Export, Kind, State, Wrong};
use crate::rights::{Act, Area, Guarded, Reach};
use crate::store::paging::Wish;
use clap::{Args, Subcommand};
use serde_json::{Value, json};

/// Rows read at a time.
const PAGE: u64 = 200;

#[derive(Debug, Subcommand)]
pub(super) enum NoticeCommand {
    /// List the terms, other notices, and disclaimers of applications.
    List,
    /// Show what is in force, what is being written, and how many accepted.
    Show(Named),
    /// Put the draft into force: people are asked from now on, and this version never changes.
    Publish(Named),
    /// Write the receipts of every version, the first one first. It leaves a row in the audit trail.
    Receipts(Named),
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// Its name: `terms`, `disclaimer-` with the id of an application, or another that `list` shows.
    name: String,
}

pub(super) async fn notice(desk: &Desk, command: NoticeCommand) -> Done {
    match command {
        NoticeCommand::List => list(desk).await,
        NoticeCommand::Show(named) => show(desk, &named.name).await,
        NoticeCommand::Publish(named) => publish(desk, &named.name).await,
        NoticeCommand::Receipts(named) => receipts(desk, &named.name).await,
    }
}

async fn found(desk: &Desk, name: &str) -> Result<(Kind, State), Failed> {
    let none = || Failed::Usage(format!("there is no notice {name}"));
    let kind = Kind::parse(name).ok_or_else(none)?;
    let state = desk.app.notices.state(&kind).await?.ok_or_else(none)?;
    Ok((kind, state))
}

async fn list(desk: &Desk) -> Done {
    let mut wish = Wish::first(PAGE);
    loop {
        let page = directory::page(desk.app.ground.db.read(), &Reach::All, &wish).await?;
        for it in &page.rows {
            tell(desk, it);
        }
        match page.next {
            Some(next) => wish.after = Some(next),
            None => return Ok(()),
        }
    }
}

fn tell(desk: &Desk, it: &Listed) {
    let (name, place) = (it.kind.name(), desk.app.notices.declared(&it.kind));
    let in_force = match &it.current {
        Some(it) => format!("version {} since {}", it.version, rfc3339(it.published_at)),
        None => "not in force".to_owned(),
    };
    let draft = if it.draft.is_some() { ", a draft" } else { "" };
    let configured = if place.is_some() { ", written in the configuration" } else { "" };
    let value = json!({
        "name": name, "organisation": it.organisation.map(|id| id.to_string()),
        "version": it.current.as_ref().map(|it| it.version),
        "published_at": it.current.as_ref().map(|it| it.published_at.0),
        "has_draft": it.draft.is_some(), "configured_in": place,
    });
    desk.tell(&format!("{name}  {in_force}{draft}{configured}"), &value);
}

async fn show(desk: &Desk, name: &str) -> Done {
    let (kind, state) = found(desk, name).await?;
    let conn = desk.app.ground.db.read();
    let read = |texts: &str| serde_json::from_str::<Texts>(texts).map_err(Fault::from);
    let (mut lines, mut value) = (vec![name.to_owned()], json!({ "name": name }));
    if let Some(place) = desk.app.notices.declared(&kind) {
        lines.push(format!("  written in the configuration: {place}"));
        value["configured_in"] = place.into();
    }
    if let Some(it) = &state.current {
        let (agreed, missing) = people::counts(conn, &Reach::All, it).await?;
        let since = rfc3339(it.published_at);
        lines.push(format!("  version {} since {since}: {agreed} accepted, {missing} not yet", it.version));
        let texts = read(&it.texts)?;
        lines.extend(in_lines(&texts));
        value["in_force"] = json!({
            "version": it.version, "published_at": it.published_at.0, "grace_days": it.grace_days,
            "source": it.source, "text_hash": it.text_hash, "texts": texts, "accepted": agreed, "missing": missing,
        });
    }
    if let Some(it) = &state.draft {
        lines.push(format!("  draft of {}, {} days to put it off", rfc3339(it.changed_at), it.grace_days));
        let texts = read(&it.texts)?;
        lines.extend(in_lines(&texts));
        value["draft"] =
            json!({ "changed_at": it.changed_at.0, "grace_days": it.grace_days, "texts": texts });
    }
    desk.tell(&lines.join("\n"), &value);
    Ok(())
}

fn in_lines(texts: &Texts) -> impl Iterator<Item = String> {
    texts.iter().map(|(language, text)| format!("    {language}: {}", text.title))
}

async fn publish(desk: &Desk, name: &str) -> Done {
    let (kind, state) = found(desk, name).await?;
    let permit = Desk::permit(Act::Change(Area::Notices, None));
    let asked = people::asked(desk.app.ground.db.read(), &kind, state.organisation()).await?;
    let seen = (kind, state.version());
    match desk.app.notices.publish(permit, &Desk::origin(), (seen.0, &seen.1)).await? {
        Drafted::Done(state) => {
            let version = state.current.map_or(0, |it| it.version);
            let sentence = format!("{name} version {version} is in force; {asked} people will be asked");
            desk.tell(&sentence, &json!({ "name": name, "version": version, "asked": asked }));
            Ok(())
        }
        Drafted::Gone | Drafted::Taken => Err(Failed::Usage(format!("nothing of {name} is being written"))),
        Drafted::Stale => Err(Failed::Outside("somebody else changed it at this moment".to_owned())),
        Drafted::Declared(place) => Err(Failed::Usage(format!("the configuration writes it: {place}"))),
        Drafted::Same => Err(Failed::Usage("the draft says what the version in force says".to_owned())),
        Drafted::Wrong(wrong) => {
            let lines: Vec<String> = wrong.iter().map(in_words).collect();
            Err(Failed::Usage(format!("it was not published:\n{}", lines.join("\n"))))
        }
    }
}

fn in_words(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Language(it) => format!("  {it}: is no language of this installation"),
        Wrong::NoTitle(it) => format!("  {it}: the title is missing"),
        Wrong::NoText(it) => format!("  {it}: the text is missing"),
        Wrong::Title(it) => format!("  {it}: the title is too long or has control characters"),
        Wrong::Long(it) => format!("  {it}: the text is too long or has control characters"),
        Wrong::Unfit(it, unfit) => format!("  {it}: the text has what no text may have: {}", unfit.name()),
        Wrong::Grace => "  too many days to put it off".to_owned(),
    }
}

async fn receipts(desk: &Desk, name: &str) -> Done {
    let (kind, _) = found(desk, name).await?;
    let permit = Desk::permit(Act::Guarded(Guarded::Export, None));
    let ground = &desk.app.ground;
    let mut export = Export::begin(ground, permit, &Desk::origin(), kind).await?;
    while let Some(lines) = export.next(ground.db.read()).await? {
        for it in &lines {
            let at = rfc3339(crate::clock::Timestamp(it.accepted_at));
            let sentence = format!("{at}  version {}  {}  {}", it.version, it.email, it.language);
            let value: Value = serde_json::to_value(it).map_err(Fault::from)?;
            desk.tell(&sentence, &value);
        }
    }
    Ok(())
}
