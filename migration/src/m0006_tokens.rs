//! Refresh tokens, tokens for resource servers, and revoked ones that nothing else would stop.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0006_tokens", tables(), columns(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let refresh_tokens = table(
        "refresh_tokens",
        vec![
            key(bytes("token_hash")),
            uuid("grant_id"),
            time("created_at"),
            time("expires_at"),
            time("ends_at"),
            maybe(time("used_at")),
            maybe(bytes("request_hash")),
            maybe(bytes("next_hash")),
            maybe(ColumnDef::new("answer").blob().take()),
        ],
    );
    let revoked_tokens = table("revoked_tokens", vec![key(bytes("jti_hash")), time("expires_at")]);
    vec![references(refresh_tokens, "refresh_tokens", "grant_id", "grants"), revoked_tokens]
}

fn columns() -> Vec<TableAlterStatement> {
    vec![
        grown("grants", default(flag("offline"), false)),
        grown("grants", default(text("resources"), "")),
        grown("grants", default(time("auth_time"), 0)),
        grown("grants", default(text("amr"), "")),
        grown("access_tokens", default(text("scope"), "")),
        grown("access_tokens", default(text("audience"), "")),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("refresh_tokens", &["grant_id"], false),
        index("refresh_tokens", &["ends_at"], false),
        index("revoked_tokens", &["expires_at"], false),
    ]
}
