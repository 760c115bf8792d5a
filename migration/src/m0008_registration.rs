//! Applications that register themselves.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0008_registration", tables(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let tokens = table(
        "registration_tokens",
        vec![
            id(),
            bytes("token_hash"),
            text("note"),
            text("profile"),
            text("scope"),
            count("uses_left"),
            time("created_at"),
            time("expires_at"),
            maybe(time("revoked_at")),
        ],
    );
    let registrations = table(
        "client_registrations",
        vec![key(text("client_id")), bytes("token_hash"), text("profile"), text("scope")],
    );
    vec![tokens, registrations]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("registration_tokens", &["token_hash"], true),
        index("registration_tokens", &["expires_at"], false),
    ]
}
