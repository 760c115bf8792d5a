//! Client assertions that were used.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0007_assertions", tables(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    vec![table("assertions", vec![key(bytes("hash")), time("until")])]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![index("assertions", &["until"], false)]
}
