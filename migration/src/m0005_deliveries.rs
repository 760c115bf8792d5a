//! The outbox, short-lived state and the audit trail.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0005_deliveries", tables(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let outbox = table(
        "outbox",
        vec![
            id(),
            text("kind"),
            text("about"),
            text("payload"),
            text("state"),
            count("attempts"),
            time("due_at"),
            time("leased_until"),
            maybe(text("error")),
            time("created_at"),
            maybe(time("finished_at")),
        ],
    );
    let ephemeral = table("ephemeral", vec![key(text("key")), text("value"), time("expires_at")]);
    let sequence = ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key().take();
    let audit = table(
        "audit",
        vec![
            sequence,
            time("at"),
            text("actor"),
            text("act"),
            text("target"),
            text("outcome"),
            maybe(text("reason")),
            maybe(uuid("organisation_id")),
            maybe(text("client_id")),
            text("address"),
            text("user_agent"),
            text("detail"),
        ],
    );
    vec![outbox, ephemeral, audit]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("outbox", &["state", "due_at"], false),
        index("outbox", &["about"], false),
        index("ephemeral", &["expires_at"], false),
        index("audit", &["target"], false),
        index("audit", &["at"], false),
    ]
}
