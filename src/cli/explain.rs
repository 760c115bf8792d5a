//! Why requests of applications were refused.

use super::{Desk, Done, Failed};
use crate::clients::Refusal;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wardgate explain 3f9a01c2b4\n  wardgate explain --client dashboard")]
pub(super) struct ExplainArguments {
    /// What the error page shows, or the header Wardgate-Reference of an answer.
    #[arg(required_unless_present = "client", conflicts_with = "client")]
    reference: Option<String>,
    /// The latest refusals of this application instead.
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// How many of them.
    #[arg(long, default_value_t = 20, requires = "client", value_parser = clap::value_parser!(u64).range(1..=1000))]
    last: u64,
}

pub(super) async fn explain(desk: &Desk, arguments: ExplainArguments) -> Done {
    let clients = &desk.app.clients;
    if let Some(client) = &arguments.client {
        let refusals = clients.refusals(client, arguments.last).await?;
        if refusals.is_empty() {
            desk.tell(&format!("nothing of {client} was refused in the last week"), &json!([]));
        }
        refusals.iter().for_each(|refusal| tell(desk, refusal));
        return Ok(());
    }
    let reference = arguments.reference.unwrap_or_default();
    let Some(refusal) = clients.refusal(&reference).await? else {
        let text = "is no reference that is kept: they are for a week, and of other faults the log tells";
        return Err(Failed::Usage(format!("`{reference}` {text}")));
    };
    tell(desk, &refusal);
    Ok(())
}

fn tell(desk: &Desk, it: &Refusal) {
    let at = desk.app.desk.times.exact("en", it.at);
    let client = if it.client_id.is_empty() { "no client" } else { &it.client_id };
    let sentence =
        format!("{}  {at}  {} {client}: {}. Answered: {}", it.reference, it.endpoint, it.reason, it.error);
    let value = json!({
        "reference": it.reference, "at": it.at, "endpoint": it.endpoint, "client_id": it.client_id,
        "error": it.error, "reason": it.reason,
    });
    desk.tell(&sentence, &value);
}
