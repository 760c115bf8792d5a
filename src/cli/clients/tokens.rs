//! `wardgate client registration-token`: who may register applications without an operator.

use crate::cli::{Desk, Done, Failed};
use crate::clients::{NewRegistrationToken, named};
use crate::ids::RegistrationTokenId;
use crate::protocol::client::Profile;
use crate::protocol::scope::Scope;
use crate::rights::{Act, Guarded};
use clap::{Args, Subcommand};
use serde_json::json;

const EXAMPLES: &str = "Examples:
  wardgate client registration-token add
  wardgate client registration-token add --uses 20 --expires-days 30 --scope profile --scope email \\
    --scope offline_access --note \"Tablets of ward 4\"";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum TokenCommand {
    /// Make a token, shown once.
    #[command(after_help = EXAMPLES)]
    Add(TokenArguments),
    /// List all.
    List,
    /// Take a token back; applications that came by it stay.
    Revoke {
        /// Its id.
        id: RegistrationTokenId,
    },
}

#[derive(Debug, Args)]
pub(in crate::cli) struct TokenArguments {
    /// Days until it is dead.
    #[arg(long, default_value_t = 7, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=365))]
    expires_days: i64,
    /// How many applications may register with it.
    #[arg(long, default_value_t = 1, value_name = "NUMBER", value_parser = clap::value_parser!(i32).range(1..=1000))]
    uses: i32,
    /// default or legacy-library: their profile.
    #[arg(long, default_value = "default", value_parser = named::<Profile>)]
    profile: Profile,
    /// Scope that they may have at most, beside openid; may be repeated.
    #[arg(long, default_values = ["profile", "email"], value_parser = named::<Scope>)]
    scope: Vec<Scope>,
    /// What it is for.
    #[arg(long, default_value = "")]
    note: String,
}

pub(super) async fn tokens(desk: &Desk, command: TokenCommand) -> Done {
    let permit = Desk::permit(Act::Guarded(Guarded::ClientSecrets, None));
    match command {
        TokenCommand::Add(arguments) => add(desk, arguments).await,
        TokenCommand::List => list(desk).await,
        TokenCommand::Revoke { id } => {
            if !desk.app.clients.revoke_registration_token(permit, &Desk::origin(), id).await? {
                return Err(Failed::Usage(format!("there is no live token {id}")));
            }
            desk.tell(&format!("revoked {id}"), &json!({ "id": id, "revoked": true }));
            Ok(())
        }
    }
}

async fn add(desk: &Desk, arguments: TokenArguments) -> Done {
    let TokenArguments { expires_days, uses, profile, scope, note } = arguments;
    let scopes = scope.into_iter().collect();
    let new = NewRegistrationToken { uses, days: expires_days, profile, scopes, note };
    let permit = Desk::permit(Act::Guarded(Guarded::ClientSecrets, None));
    let (id, token) = desk.app.clients.add_registration_token(permit, &Desk::origin(), new).await?;
    let sentence = format!("added {id}; the token, shown once: {}", token.text());
    desk.tell(&sentence, &json!({ "id": id, "token": token.text() }));
    if !desk.app.config.registration.dynamic {
        eprintln!("wardgate: registration.dynamic is false: nobody can use it until it is true");
    }
    Ok(())
}

async fn list(desk: &Desk) -> Done {
    let now = desk.app.ground.clock.now();
    for it in desk.app.clients.registration_tokens().await? {
        let state = match (it.revoked_at, it.uses_left) {
            (Some(_), _) => "revoked",
            _ if it.expires_at <= now => "expired",
            (None, 0) => "used up",
            (None, _) => "live",
        };
        let sentence =
            format!("{}  {state}  {} left  {}  ({})  {}", it.id, it.uses_left, it.profile, it.scope, it.note);
        let value = json!({
            "id": it.id, "state": state, "uses_left": it.uses_left, "profile": it.profile, "scope": it.scope,
            "note": it.note, "created_at": it.created_at, "expires_at": it.expires_at,
        });
        desk.tell(&sentence, &value);
    }
    Ok(())
}
