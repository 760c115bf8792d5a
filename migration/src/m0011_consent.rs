//! What people let applications learn, and what of an authorization request its tokens keep.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0011_consent", tables(), columns(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let consents = table(
        "consents",
        vec![
            key(uuid("id")),
            uuid("account_id"),
            text("client_id"),
            text("scope"),
            time("created_at"),
            maybe(time("revoked_at")),
        ],
    );
    vec![references(consents, "consents", "account_id", "accounts")]
}

fn columns() -> Vec<TableAlterStatement> {
    vec![grown("grants", default(text("kept"), ""))]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![index("consents", &["account_id", "client_id"], true)]
}
