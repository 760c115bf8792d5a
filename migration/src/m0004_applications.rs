//! Applications, signing keys, grants and access tokens.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0004_applications", tables(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let clients = table(
        "clients",
        vec![
            key(text("id")),
            text("name"),
            text("policy"),
            text("secret_hashes"),
            maybe(text("initiate_login_uri")),
            maybe(text("home_uri")),
            text("source"),
            time("created_at"),
        ],
    );
    let signing_keys =
        table("signing_keys", vec![key(text("kid")), text("alg"), bytes("sealed"), time("created_at")]);
    let grants = table(
        "grants",
        vec![
            id(),
            bytes("code_hash"),
            uuid("account_id"),
            text("client_id"),
            uuid("session_id"),
            text("scope"),
            time("created_at"),
            maybe(time("revoked_at")),
        ],
    );
    let grants = references(grants, "grants", "account_id", "accounts");
    let access_tokens = table(
        "access_tokens",
        vec![key(bytes("token_hash")), uuid("grant_id"), time("created_at"), time("expires_at")],
    );
    vec![
        clients,
        signing_keys,
        references(grants, "grants", "session_id", "sessions"),
        references(access_tokens, "access_tokens", "grant_id", "grants"),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("grants", &["code_hash"], true),
        index("grants", &["account_id", "client_id"], false),
        index("grants", &["session_id"], false),
        index("access_tokens", &["grant_id"], false),
        index("access_tokens", &["expires_at"], false),
    ]
}
