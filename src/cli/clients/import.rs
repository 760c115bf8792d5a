//! `wardgate client import`: applications from a file of metadata.

use super::mistakes;
use crate::cli::{Desk, Done, Failed};
use crate::clients::{Imported, named};
use crate::protocol::client::Profile;
use crate::rights::{Act, Guarded};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "The file holds one object of client metadata (RFC 7591 2, OpenID Connect \
Registration 2) or a list of them.
A client_id and client_secret that it brings are kept, others are made.

Examples:
  wardgate client import clients.json
  wardgate client import clients.json --profile legacy-library --json";

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArguments {
    /// JSON file.
    file: PathBuf,
    /// default or legacy-library: what holds where the metadata say nothing.
    #[arg(long, default_value = "default", value_parser = named::<Profile>)]
    profile: Profile,
}

pub(super) async fn import(desk: &Desk, arguments: ImportArguments) -> Done {
    let ImportArguments { file, profile } = arguments;
    let text = std::fs::read(&file)
        .map_err(|error| Failed::Usage(format!("{} cannot be read: {error}", file.display())))?;
    let (permit, development) =
        (Desk::permit(Act::Guarded(Guarded::ClientSecrets, None)), !desk.app.config.is_production());
    let imported = desk.app.clients.import(permit, &Desk::origin(), &text, (profile, development)).await?;
    let clients = match imported {
        Imported::Yes(clients) => clients,
        Imported::Invalid(problems) => return Err(mistakes(&problems)),
    };
    if !desk.json {
        println!("profile {}: {}", profile.as_str(), profile.summary());
    }
    for client in clients {
        let shown = client.secret.as_ref().map(|secret| secret.text());
        let mut sentence = format!("added {}", client.id);
        if let Some(secret) = shown {
            sentence.push_str(&format!("; its secret, shown once: {secret}"));
        }
        if !client.ignored.is_empty() {
            sentence.push_str(&format!("; left out: {}", client.ignored.join(", ")));
        }
        let value = json!({
            "id": client.id,
            "client_secret": shown,
            "profile": profile,
            "ignored": client.ignored,
        });
        desk.tell(&sentence, &value);
    }
    Ok(())
}
