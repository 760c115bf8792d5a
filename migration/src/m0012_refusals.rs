//! Why requests of applications were refused.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0012_refusals", tables(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let columns = vec![
        key(text("reference")),
        time("at"),
        text("endpoint"),
        text("client_id"),
        text("error"),
        text("reason"),
    ];
    vec![table("refusals", columns)]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![index("refusals", &["client_id", "at"], false), index("refusals", &["at"], false)]
}
