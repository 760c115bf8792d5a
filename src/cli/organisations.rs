//! What holds for inviting into an organisation, seen and changed on the host.

use super::people::find_organisation;
use super::{Desk, Done, Failed};
use crate::invitations::rules;
use crate::organisations::{self, Change, Edited, InviteRules, Organisation};
use crate::rights::{Act, Area, Role};
use clap::Args;
use serde_json::{Map, Value, json};

#[derive(Debug, Args)]
pub(super) struct ChangeArguments {
    /// Its name.
    name: String,
    /// Another name for it.
    #[arg(long)]
    rename: Option<String>,
    /// Whether clinicians may invite colleagues into their own team.
    #[arg(long)]
    peers_may_invite: Option<bool>,
    /// Addresses that one clinician may invite in a day; 0 for as many as the configuration allows.
    #[arg(long)]
    peer_quota: Option<i32>,
    /// Whether a clinician's invitation waits until somebody who looks after the team approves it.
    #[arg(long)]
    peer_approval: Option<bool>,
    /// Domains of addresses that may be invited, with commas between; empty for any.
    #[arg(long)]
    invite_domains: Option<String>,
    /// Days until a link dies; 0 for those of the configuration.
    #[arg(long)]
    invite_days: Option<i32>,
    /// The role that forms offer first; empty for none.
    #[arg(long)]
    default_role: Option<String>,
    /// Application to land on, where an invitation names none; empty for none.
    #[arg(long)]
    default_client: Option<String>,
}

/// Shows one.
pub(super) async fn show(desk: &Desk, name: &str) -> Done {
    tell(desk, &find_organisation(desk, name).await?);
    Ok(())
}

fn tell(desk: &Desk, it: &Organisation) {
    let rules = InviteRules::of(it).named();
    let lines = rules.iter().map(|(name, value)| format!("\n  {name}: {value}")).collect::<String>();
    let sentence = format!("{}\n  peers_may_invite: {}{lines}", it.name, it.peers_may_invite);
    let mut all = Map::from_iter(rules.map(|(name, value)| (name.to_owned(), value)));
    all.insert("id".to_owned(), json!(it.id.to_string()));
    all.insert("name".to_owned(), json!(it.name));
    all.insert("peers_may_invite".to_owned(), json!(it.peers_may_invite));
    desk.tell(&sentence, &Value::Object(all));
}

/// Changes one; what is not named stays.
pub(super) async fn change(desk: &Desk, arguments: ChangeArguments) -> Done {
    let ground = &desk.app.ground;
    let old = find_organisation(desk, &arguments.name).await?;
    let id = old.id;
    let wanted = wanted(&old, arguments)?;
    if !rules::knows_client(ground.db.read(), &wanted.rules).await? {
        return Err(Failed::Usage("--default-client: there is no such client".to_owned()));
    }
    let permit = Desk::permit(Act::Change(Area::Organisations, Some(id)));
    let seen = organisations::version(&old);
    match organisations::change(ground, permit, &Desk::origin(), (id, &seen), wanted).await? {
        Edited::Done(new) => {
            tell(desk, &new);
            Ok(())
        }
        Edited::Taken => Err(Failed::Usage("--rename: this name is taken".to_owned())),
        Edited::Stale | Edited::Gone => {
            Err(Failed::Outside("somebody else changed it meanwhile: try again".to_owned()))
        }
    }
}

fn wanted(old: &Organisation, arguments: ChangeArguments) -> Result<Change, Failed> {
    let now = Change::of(old);
    let name = arguments.rename.map_or(now.name, |name| name.trim().to_owned());
    if !organisations::is_name(&name) {
        return Err(Failed::Usage("--rename: a name has 1 to 80 characters".to_owned()));
    }
    let words = |text: String| {
        text.split([',', ' ']).filter(|it| !it.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    let default_role = match arguments.default_role.as_deref() {
        None => now.rules.default_role,
        Some("") => None,
        Some(role) => Some(
            Role::parse(role)
                .ok_or_else(|| Failed::Usage(format!("--default-role: there is no role `{role}`")))?,
        ),
    };
    let wanted = InviteRules {
        peer_quota: arguments.peer_quota.unwrap_or(now.rules.peer_quota),
        peer_approval: arguments.peer_approval.unwrap_or(now.rules.peer_approval),
        invite_domains: arguments.invite_domains.map_or(now.rules.invite_domains, words),
        invite_days: arguments.invite_days.unwrap_or(now.rules.invite_days),
        default_role,
        default_client: arguments.default_client.or(now.rules.default_client),
    };
    let rules = rules::read(wanted).map_err(|wrong| {
        let lines: Vec<String> =
            wrong.into_iter().map(|(field, why)| format!("--{} {why}", field.replace('_', "-"))).collect();
        Failed::Usage(lines.join("\n"))
    })?;
    let peers_may_invite = arguments.peers_may_invite.unwrap_or(now.peers_may_invite);
    Ok(Change { name, peers_may_invite, rules })
}
