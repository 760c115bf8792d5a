//! Applications.

mod add;
mod import;
mod look;
mod tokens;

use super::{Desk, Done, Failed};
use crate::clients::{Removed, Rotated};
use crate::config::Problem;
use crate::rights::{Act, Guarded};
use clap::Subcommand;
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Add an application; its secret is shown once.
    #[command(after_help = add::EXAMPLES)]
    Add(Box<add::AddArguments>),
    /// Add applications from a JSON file of client metadata (RFC 7591), all or none.
    #[command(after_help = import::EXAMPLES)]
    Import(import::ImportArguments),
    /// List all.
    List,
    /// Show every setting of an application; secrets are not shown.
    Show {
        /// Its client id.
        id: String,
    },
    /// Explain what applications may do, and what of it is weak.
    Check(look::CheckArguments),
    /// Give an application a new secret, shown once; the old one works for a while.
    RotateSecret {
        /// Its client id.
        id: String,
        /// Hours for which the old secret still works.
        #[arg(long, default_value_t = 24, value_name = "HOURS", value_parser = clap::value_parser!(i64).range(0..=2160))]
        keep_old: i64,
    },
    /// What became of telling an application that sessions ended (back-channel logout), newest first.
    Logouts {
        /// Its client id.
        id: String,
        /// How many at most.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1000))]
        limit: u64,
    },
    /// Tokens with which applications register themselves, where `registration.dynamic` is true.
    #[command(subcommand)]
    RegistrationToken(tokens::TokenCommand),
    /// Remove one that was added by hand or registered itself.
    Remove {
        /// Its client id.
        id: String,
    },
}

pub(super) async fn client(desk: &Desk, command: ClientCommand) -> Done {
    match command {
        ClientCommand::Add(arguments) => add::add(desk, *arguments).await,
        ClientCommand::Import(arguments) => import::import(desk, arguments).await,
        ClientCommand::Show { id } => look::show(desk, &id).await,
        ClientCommand::Check(arguments) => look::check(desk, arguments).await,
        ClientCommand::List => {
            for it in desk.app.clients.list().await? {
                let sentence = format!("{}  {}  ({})", it.id, it.name, it.source);
                desk.tell(&sentence, &json!({ "id": it.id, "name": it.name, "source": it.source }));
            }
            Ok(())
        }
        ClientCommand::RegistrationToken(command) => tokens::tokens(desk, command).await,
        ClientCommand::RotateSecret { id, keep_old } => rotate_secret(desk, &id, keep_old).await,
        ClientCommand::Logouts { id, limit } => super::logouts::logouts(desk, &id, limit).await,
        ClientCommand::Remove { id } => {
            let permit = Desk::permit(Act::Guarded(Guarded::ClientSecrets, None));
            match desk.app.clients.remove(permit, &Desk::origin(), &id).await? {
                Removed::Yes => {}
                Removed::Unknown => return Err(unknown(&id)),
                Removed::Configured => {
                    let why =
                        format!("`{id}` stands in the configuration: take it out there, or it comes back");
                    return Err(Failed::Usage(why));
                }
            }
            desk.tell(&format!("removed {id}"), &json!({ "id": id, "removed": true }));
            Ok(())
        }
    }
}

async fn rotate_secret(desk: &Desk, id: &str, keep_old: i64) -> Done {
    let (permit, origin) = (Desk::permit(Act::Guarded(Guarded::ClientSecrets, None)), Desk::origin());
    match desk.app.clients.rotate_secret(permit, &origin, id, keep_old * 3600).await? {
        Rotated::Yes(secret, until) => {
            let old = match keep_old {
                0 => "the old one is over".to_owned(),
                hours => format!("the old one works for {hours} hours more"),
            };
            let sentence = format!("the new secret of {id}, shown once: {}; {old}", secret.text());
            let value = json!({ "id": id, "client_secret": secret.text(), "old_secret_until": until });
            desk.tell(&sentence, &value);
            Ok(())
        }
        Rotated::Unknown => Err(unknown(id)),
        Rotated::Configured => Err(Failed::Usage(format!(
            "`{id}` stands in the configuration: write its new secret there, and the old one as old_secret"
        ))),
        Rotated::NoSecret => Err(Failed::Usage(format!("`{id}` proves itself without a secret"))),
    }
}

/// Every mistake, a line each.
fn mistakes(problems: &[Problem]) -> Failed {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Failed::Usage(lines.join("\n"))
}

fn unknown(id: &str) -> Failed {
    Failed::Usage(format!("there is no client `{id}`"))
}
