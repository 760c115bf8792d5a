//! Applications.

use super::{Desk, Done, Failed};
use crate::clients::{Added, NewClient};
use crate::protocol::client::{AuthMethod, ClientPolicy, SigningAlg};
use crate::rights::Act;
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Add an application; its secret is shown once.
    Add(AddArguments),
    /// List all.
    List,
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
    /// RS256 or ES256.
    #[arg(long, default_value = "RS256")]
    id_token_alg: String,
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

async fn add(desk: &Desk, arguments: AddArguments) -> Done {
    let alg = SigningAlg::parse(&arguments.id_token_alg);
    let id_token_alg =
        alg.ok_or_else(|| Failed::Usage("--id-token-alg: must be RS256 or ES256".to_owned()))?;
    let policy = ClientPolicy {
        post_logout_redirect_uris: arguments.post_logout_redirect_uri,
        auth_method: if arguments.public { AuthMethod::None } else { AuthMethod::SecretBasic },
        id_token_alg,
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
