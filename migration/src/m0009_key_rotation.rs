//! Signing keys take over from each other.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0009_key_rotation", tables(), columns(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    Vec::new()
}

fn columns() -> Vec<TableAlterStatement> {
    // The keys that are there have signed since they were made.
    vec![
        grown("signing_keys", default(time("active_from"), 0_i64)),
        grown("signing_keys", default(time("token_seconds"), 0_i64)),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    Vec::new()
}
