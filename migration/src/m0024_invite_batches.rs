//! Lists of people who are invited at once, line by line, and the names that an inviter knows of somebody.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0024_invite_batches", tables(), columns(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let batches = vec![
        id(),
        uuid("organisation_id"),
        text("created_by"),
        time("created_at"),
        maybe(text("client_id")),
        maybe(text("message")),
        text("locale"),
        count("days"),
        count("lines"),
        maybe(uuid("inviter_id")),
        flag("is_limited"),
        text("sent_by"),
        text("address"),
        text("user_agent"),
        maybe(time("sent_at")),
        maybe(time("done_at")),
    ];
    let lines = vec![
        uuid("batch_id"),
        count("number"),
        text("email"),
        text("email_key"),
        maybe(text("given_name")),
        maybe(text("family_name")),
        text("team"),
        maybe(uuid("team_id")),
        text("role"),
        text("verdict"),
        count("place"),
    ];
    let mut lines = table("invite_lines", lines);
    lines.primary_key(Index::create().col("batch_id").col("number"));
    vec![table("invite_batches", batches), lines]
}

fn columns() -> Vec<TableAlterStatement> {
    ["given_name", "family_name"].map(|name| grown("invitations", maybe(text(name)))).into()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("invite_batches", &["created_at"], false),
        index("invite_lines", &["batch_id", "verdict", "number"], false),
    ]
}
