//! `wardgate client show` and `check`: what is registered, and what it means.

use super::unknown;
use crate::cli::{Desk, Done, Failed};
use crate::clients::Report;
use clap::Args;
use serde_json::Value;

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArguments {
    /// Its client id; all without one.
    id: Option<String>,
    /// Fail on warnings too.
    #[arg(long)]
    strict: bool,
}

pub(super) async fn show(desk: &Desk, id: &str) -> Done {
    let client = desk.app.clients.find(id).await?.ok_or_else(|| unknown(id))?;
    let settings = client.settings();
    if desk.json {
        let all: serde_json::Map<_, _> =
            settings.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        println!("{}", Value::Object(all));
        return Ok(());
    }
    for (key, value) in settings.iter().filter(|(_, value)| !value.is_null()) {
        println!("{key} = {value}");
    }
    Ok(())
}

pub(super) async fn check(desk: &Desk, arguments: CheckArguments) -> Done {
    let clients = match &arguments.id {
        Some(id) => vec![(*desk.app.clients.find(id).await?.ok_or_else(|| unknown(id))?).clone()],
        None => desk.app.clients.list().await?,
    };
    let (names, development) = (desk.app.clients.names().await?, !desk.app.config.is_production());
    let (mut warnings, mut problems) = (0, 0);
    for client in &clients {
        let report = desk.app.clients.report(client, &names, development);
        warnings += report.warnings.len();
        problems += report.problems.len();
        desk.tell(&sentences(&report), &serde_json::to_value(&report).unwrap_or_default());
    }
    if problems > 0 || arguments.strict && warnings > 0 {
        return Err(Failed::Outside(format!("{problems} problems, {warnings} warnings")));
    }
    Ok(())
}

fn sentences(report: &Report) -> String {
    let mut lines = vec![report.id.clone()];
    lines.extend(report.may.iter().map(|line| format!("  {line}")));
    lines.extend(report.warnings.iter().map(|line| format!("  warning: {line}")));
    lines.extend(report.problems.iter().map(|line| format!("  problem: {line}")));
    lines.join("\n")
}
