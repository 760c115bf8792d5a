//! The audit trail as a chain: each row's place, its digest over everything before it, and signed checkpoints.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0014_audit_chain", tables(), columns(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let place = ColumnDef::new("place").big_integer().not_null().primary_key().take();
    let checkpoints = table("audit_checkpoints", vec![place, time("at"), text("statement")]);
    let slot = ColumnDef::new("slot").integer().not_null().primary_key().take();
    let keys = table("audit_keys", vec![slot, text("kid"), bytes("sealed"), time("created_at")]);
    vec![checkpoints, keys]
}

fn columns() -> Vec<TableAlterStatement> {
    vec![
        grown("audit", maybe(time("place"))),
        grown("audit", maybe(bytes("digest"))),
        grown("audit", maybe(bytes("commitment"))),
        grown("audit", maybe(bytes("salt"))),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![index("audit", &["place"], true)]
}
