//! `wardgate export` and `wardgate apply`: organisations, teams and applications as a file.

use super::{Desk, Done, Failed};
use crate::config::{Declared, Problem, declared};
use crate::lifecycle::declared::{self as lifecycle, Difference, What};
use crate::rights::{Act, Guarded};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

pub(super) const EXPORT_EXAMPLES: &str =
    "The file holds no secrets. Applications of the configuration and those that \
registered themselves are not in it.

Examples:
  wardgate export > installation.toml
  wardgate --config other.toml apply -f installation.toml --plan";

pub(super) const APPLY_EXAMPLES: &str =
    "The file holds [[organisation]] (name, peers_may_invite, teams) and [[client]] \
with the keys of the configuration.
All of it is done in one write, or nothing where anything is wrong. The same file twice changes nothing.

Examples:
  wardgate apply -f installation.toml --plan
  wardgate apply -f installation.toml
  wardgate apply -f installation.toml --prune --json";

#[derive(Debug, Args)]
pub(super) struct ApplyArguments {
    /// TOML file, as `wardgate export` writes it.
    #[arg(long, short, value_name = "FILE")]
    file: PathBuf,
    /// Show what would be done, and do nothing.
    #[arg(long)]
    plan: bool,
    /// Remove what is not in the file too: applications, and organisations and teams that nobody is in or invited to.
    #[arg(long)]
    prune: bool,
}

pub(super) async fn export(desk: &Desk) -> Done {
    let value = lifecycle::export(&desk.app.ground, &desk.app.config).await?;
    if desk.json {
        println!("{value}");
        return Ok(());
    }
    print!("{}", declared::write(value).map_err(Failed::Outside)?);
    Ok(())
}

pub(super) async fn apply(desk: &Desk, arguments: ApplyArguments) -> Done {
    let ApplyArguments { file, plan, prune } = arguments;
    let shown = file.display();
    let text = std::fs::read_to_string(&file)
        .map_err(|error| Failed::Usage(format!("{shown} cannot be read: {error}")))?;
    let read = Declared::parse(&text).map_err(|error| Failed::Usage(format!("{shown}, {error}")))?;
    let wanted = lifecycle::read(&read, &desk.app.config, prune).map_err(|problems| mistakes(&problems))?;
    let ground = &desk.app.ground;
    let outcome = if plan {
        lifecycle::plan(ground, &wanted).await?
    } else {
        let permit = Desk::permit(Act::Guarded(Guarded::ClientSecrets, None));
        lifecycle::apply(ground, permit, &Desk::origin(), wanted).await?
    };
    tell(desk, &outcome.map_err(|problems| mistakes(&problems))?, plan);
    Ok(())
}

/// Of a plan no secret is told: another one is made when it is done.
fn tell(desk: &Desk, difference: &Difference, plan: bool) {
    for step in &difference.steps {
        let (mark, word) = match step.what {
            What::Add => ("+", "add"),
            What::Change => ("~", "change"),
            What::Remove => ("-", "remove"),
        };
        let secret = step.secret.as_ref().filter(|_| !plan).map(|secret| secret.text());
        let mut sentence = format!("{mark} {}", step.target);
        for (field, values) in &step.changed {
            sentence.push_str(&format!("\n    {field}: {}", change(values)));
        }
        if let Some(secret) = secret {
            sentence.push_str(&format!("\n    its secret, shown once: {secret}"));
        }
        let value = json!({
            "what": word, "target": step.target, "changed": step.changed, "client_secret": secret, "done": !plan,
        });
        desk.tell(&sentence, &value);
    }
    for target in &difference.undeclared {
        let sentence = format!("? {target} is not in the file; --prune removes it");
        desk.tell(&sentence, &json!({ "what": "undeclared", "target": target, "done": false }));
    }
    if difference.steps.is_empty() && !desk.json {
        println!("nothing to change");
    }
}

fn change(values: &Value) -> String {
    match (values.get("before"), values.get("after")) {
        (Some(before), Some(after)) => format!("{before} -> {after}"),
        _ => values.as_str().map_or_else(|| values.to_string(), str::to_owned),
    }
}

/// Every mistake, a line each.
fn mistakes(problems: &[Problem]) -> Failed {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Failed::Usage(format!("nothing was changed:\n{}", lines.join("\n")))
}
