//! Applications.

use super::{Desk, Done, Failed};
use crate::clients::{Added, NewClient, Rotated, named};
use crate::protocol::client::{AuthMethod, ClientPolicy, Pkce, SigningAlg};
use crate::rights::Act;
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Add an application; its secret is shown once.
    Add(AddArguments),
    /// List all.
    List,
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
    /// Remove one that was added by command.
    Remove {
        /// Its client id.
        id: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct AddArguments {
    /// Its client id.
    id: String,
    /// Name that people read.
    #[arg(long)]
    name: String,
    /// Exact redirect URI; may be repeated.
    #[arg(long, required = true)]
    redirect_uri: Vec<String>,
    /// Exact URI to return to after sign-out; may be repeated.
    #[arg(long)]
    post_logout_redirect_uri: Vec<String>,
    /// Where its sign-in can be started.
    #[arg(long)]
    initiate_login_uri: Option<String>,
    /// Its front page.
    #[arg(long)]
    home_uri: Option<String>,
    /// It can keep no secret.
    #[arg(long)]
    public: bool,
    /// required, or_nonce or optional: whether a request must carry a code challenge.
    #[arg(long, default_value = "required", value_parser = named::<Pkce>)]
    pkce: Pkce,
    /// RS256, PS256, ES256 or EdDSA: how its ID tokens are signed.
    #[arg(long, default_value = "RS256", value_parser = named::<SigningAlg>)]
    id_token_alg: SigningAlg,
}

pub(super) async fn client(desk: &Desk, command: ClientCommand) -> Done {
    match command {
        ClientCommand::Add(arguments) => add(desk, arguments).await,
        ClientCommand::List => {
            for it in desk.app.clients.list().await? {
                let sentence = format!("{}  {}  ({})", it.id, it.name, it.source);
                desk.tell(&sentence, &json!({ "id": it.id, "name": it.name, "source": it.source }));
            }
            Ok(())
        }
        ClientCommand::RotateSecret { id, keep_old } => rotate_secret(desk, &id, keep_old).await,
        ClientCommand::Logouts { id, limit } => super::logouts::logouts(desk, &id, limit).await,
        ClientCommand::Remove { id } => {
            let found = desk.app.clients.find(&id).await?;
            if found.is_some_and(|client| client.source == "config") {
                let why = format!("`{id}` stands in the configuration: take it out there, or it comes back");
                return Err(Failed::Usage(why));
            }
            let permit = Desk::permit(Act::Administer);
            if !desk.app.clients.remove(permit, &Desk::origin(), &id).await? {
                return Err(Failed::Usage(format!("there is no client `{id}`")));
            }
            desk.tell(&format!("removed {id}"), &json!({ "id": id, "removed": true }));
            Ok(())
        }
    }
}

async fn rotate_secret(desk: &Desk, id: &str, keep_old: i64) -> Done {
    let (permit, origin) = (Desk::permit(Act::Administer), Desk::origin());
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
        Rotated::Unknown => Err(Failed::Usage(format!("there is no client `{id}`"))),
        Rotated::Configured => Err(Failed::Usage(format!(
            "`{id}` stands in the configuration: write its new secret there, and the old one as old_secret"
        ))),
        Rotated::NoSecret => Err(Failed::Usage(format!("`{id}` proves itself without a secret"))),
    }
}

async fn add(desk: &Desk, arguments: AddArguments) -> Done {
    let policy = ClientPolicy {
        post_logout_redirect_uris: arguments.post_logout_redirect_uri,
        auth_method: if arguments.public { AuthMethod::None } else { AuthMethod::SecretBasic },
        pkce: arguments.pkce,
        id_token_alg: arguments.id_token_alg,
        ..ClientPolicy::new(&arguments.id, arguments.redirect_uri)
    };
    let new = NewClient {
        name: arguments.name,
        policy,
        initiate_login_uri: arguments.initiate_login_uri,
        home_uri: arguments.home_uri,
    };
    let (permit, development) = (Desk::permit(Act::Administer), !desk.app.config.is_production());
    match desk.app.clients.add(permit, &Desk::origin(), new, development).await? {
        Added::Yes(secret) => {
            let shown = secret.as_ref().map(|secret| secret.text());
            let sentence = match shown {
                Some(secret) => format!("added {}; its secret, shown once: {secret}", arguments.id),
                None => format!("added {}, a public client", arguments.id),
            };
            desk.tell(&sentence, &json!({ "id": arguments.id, "client_secret": shown }));
            Ok(())
        }
        Added::Exists => Err(Failed::Usage(format!("there is a client `{}` already", arguments.id))),
        Added::Invalid(problems) => {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Err(Failed::Usage(lines.join("\n")))
        }
    }
}
