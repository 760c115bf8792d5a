//! The ledger of back-channel logout.

use super::{Desk, Done, Failed};
use crate::clock::rfc3339;
use crate::outbox::{End, Record};
use serde_json::json;

pub(super) async fn logouts(desk: &Desk, client: &str, limit: u64) -> Done {
    let Some(found) = desk.app.clients.find(client).await? else {
        return Err(Failed::Usage(format!("there is no client `{client}`")));
    };
    let all = desk.app.grants.logouts(client, limit).await?;
    if all.is_empty() && !desk.json {
        println!(
            "{}",
            match found.policy.backchannel_logout_uri {
                Some(_) => "no session ended in which it was used",
                None => "it has no backchannel_logout_uri: it is not told",
            }
        );
    }
    for it in all {
        tell(desk, &it, None);
    }
    Ok(())
}

/// One call; where calls of several applications are told, with the application.
pub(super) fn tell(desk: &Desk, it: &Record, client: Option<&str>) {
    let tried = if it.attempts == 1 { "1 try".to_owned() } else { format!("{} tries", it.attempts) };
    let why = it.error.as_deref().map(|why| format!(": {why}")).unwrap_or_default();
    let at = rfc3339(it.at);
    let (state, words) = match it.end {
        Some(End::Sent) => ("delivered", format!("delivered {at} after {tried}")),
        Some(End::Dropped) => ("dropped", format!("dropped {at}: the application is gone or has no address")),
        Some(End::Dead) => ("failed", format!("failed {at} after {tried}{why}")),
        None if it.attempts == 0 => ("waiting", "about to be sent".to_owned()),
        None => ("retrying", format!("next try {at} after {tried}{why}")),
    };
    let whose = client.map(|client| format!("{client}  ")).unwrap_or_default();
    let sentence = format!("{}  {whose}{}  {words}", rfc3339(it.created_at), it.id);
    let mut value = json!({
        "id": it.id.to_string(), "state": state, "tries": it.attempts, "queued_at": it.created_at.0,
        "finished_at": it.end.map(|_| it.at.0), "next_try_at": it.end.is_none().then_some(it.at.0),
        "last_error": it.error,
    });
    if let Some(client) = client {
        value["client"] = client.into();
    }
    desk.tell(&sentence, &value);
}
