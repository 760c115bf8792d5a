//! What helps to develop and to measure; never for an installation that people use.

use super::{Desk, Done, Failed};
use crate::config::Mode;
use crate::demo::crowd::{self, Crowd};
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum DevCommand {
    /// Add a crowd of made-up people to an installation in development mode, to see how lists and pages do with it.
    #[command(
        after_help = "Example:\n  wardgate dev seed --people 100000 --organisations 200 --audit-rows 1000000"
    )]
    Seed(SeedArguments),
}

#[derive(Debug, Args)]
pub(super) struct SeedArguments {
    /// People; all have the same password.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    people: u32,
    /// Organisations, each with five teams.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=2000))]
    organisations: u32,
    /// Rows of the audit trail.
    #[arg(long, default_value_t = 10_000)]
    audit_rows: u32,
}

pub(super) async fn dev(desk: &Desk, command: DevCommand) -> Done {
    let DevCommand::Seed(arguments) = command;
    if desk.app.config.mode != Mode::Development {
        return Err(Failed::Usage(
            "dev seed works in an installation with mode = \"development\" only".into(),
        ));
    }
    let SeedArguments { people, organisations, audit_rows } = arguments;
    let crowd = Crowd { organisations, people, audit_rows };
    let told = crowd::seed(&desk.app, crowd, |done| desk.tell(&done, &json!({ "done": done }))).await;
    Ok(told?)
}
