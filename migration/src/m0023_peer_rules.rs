//! What holds for inviting into an organisation; and invitations that wait for somebody to approve them.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!(
    "m0023_peer_rules",
    Vec::<TableCreateStatement>::new(),
    columns(),
    Vec::<IndexCreateStatement>::new()
);

fn columns() -> Vec<TableAlterStatement> {
    let table = "organisations";
    vec![
        grown(table, default(count("peer_quota"), 0)),
        grown(table, default(flag("peer_approval"), false)),
        grown(table, default(text("invite_domains"), "")),
        grown(table, default(count("invite_days"), 0)),
        grown(table, default(text("default_role"), "")),
        grown(table, default(text("default_client"), "")),
        grown("invitations", maybe(time("waiting_at"))),
        grown("invitations", maybe(time("declined_at"))),
    ]
}
