//! Signing keys.

use super::{Desk, Done};
use crate::clients::named;
use crate::clock::{self, Timestamp};
use crate::keys::rotation::{KeyTimes, Standing};
use crate::keys::{Rotated, Wish};
use crate::protocol::client::SigningAlg;
use crate::rights::{Act, Guarded};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// List the published keys: which signs, which is next, which is kept until its last token is over.
    List,
    /// Change keys before the schedule does.
    ///
    /// Without --now the next key is published at once and signs after keys.publish_ahead_minutes, when every
    /// application has fetched it: nobody notices.
    Rotate(RotateArguments),
}

#[derive(Debug, Args)]
pub(super) struct RotateArguments {
    /// RS256, PS256, ES256 or EdDSA; all without it.
    #[arg(long, value_parser = named::<SigningAlg>)]
    alg: Option<SigningAlg>,
    /// The next key signs in five seconds. Applications that keep the key set and do not look again when they meet
    /// a new key refuse its tokens for up to five minutes.
    #[arg(long)]
    now: bool,
    /// For a key that was stolen: a new one signs at once and every other one is removed, so that no signature of
    /// theirs is believed any more. Applications refuse the old tokens when they next fetch the key set.
    #[arg(long, requires = "now")]
    revoke_old: bool,
}

pub(super) async fn keys(desk: &Desk, command: KeysCommand) -> Done {
    let keys = &desk.app.keys;
    keys.ready().await;
    match command {
        KeysCommand::List => {
            for it in keys.list().await? {
                tell(desk, &it.times, it.standing);
            }
        }
        KeysCommand::Rotate(arguments) => {
            let wish = match (arguments.now, arguments.revoke_old) {
                (_, true) => Wish::RevokeOld,
                (true, false) => Wish::Now,
                (false, false) => Wish::Planned,
            };
            let algs = arguments.alg.map_or_else(|| SigningAlg::ALL.to_vec(), |alg| vec![alg]);
            let ahead = desk.app.config.keys.publish_ahead_minutes * 60;
            let permit = Desk::permit(Act::Guarded(Guarded::Keys, None));
            for it in keys.rotate_now(permit, &Desk::origin(), &algs, (wish, ahead)).await? {
                tell_rotated(desk, wish, &it);
            }
        }
    }
    Ok(())
}

fn tell(desk: &Desk, key: &KeyTimes, standing: Standing) {
    let (state, word, at) = match standing {
        Standing::Next(from) => ("next", "signs from", from),
        Standing::Active(since) => ("active", "signs since", since),
        Standing::Retiring(until) => ("retiring", "published until", until),
    };
    let sentence = format!("{:<5}  {}  {state:<8}  {word} {}", key.alg, key.kid, shown(at));
    let time = |name: &str| if state == name { json!(at.0) } else { Value::Null };
    let value = json!({
        "alg": key.alg.as_str(), "kid": key.kid, "state": state, "created_at": key.created_at.0,
        "active_from": if state == "retiring" { json!(key.active_from.max(key.created_at).0) } else { json!(at.0) },
        "remove_at": time("retiring"),
    });
    desk.tell(&sentence, &value);
}

fn tell_rotated(desk: &Desk, wish: Wish, it: &Rotated) {
    let Rotated { alg, kid, from, was_there, removed } = it;
    let when = shown(*from);
    let sentence = match (wish, was_there) {
        (Wish::Planned, true) => format!("{alg}: {kid} is published already and signs from {when}"),
        (Wish::Planned, false) => format!("{alg}: {kid} is published and signs from {when}"),
        (Wish::Now, true) => format!("{alg}: {kid}, which applications know already, signs from {when}"),
        (Wish::Now, false) => format!(
            "{alg}: {kid} signs from {when}; applications that keep the key set may refuse its tokens for up to \
             five minutes"
        ),
        (Wish::RevokeOld, _) => format!(
            "{alg}: {kid} signs; {} removed: their signatures are refused here within a second, and by applications \
             once they fetch the key set again, in five minutes at most",
            match removed.len() {
                1 => "1 key".to_owned(),
                many => format!("{many} keys"),
            }
        ),
    };
    let value = json!({
        "alg": alg.as_str(), "kid": kid, "active_from": from.0, "was_published": was_there, "removed": removed,
    });
    desk.tell(&sentence, &value);
}

fn shown(at: Timestamp) -> String {
    clock::rfc3339(at)
}
