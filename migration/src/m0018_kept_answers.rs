//! Answers of calls that may be sent twice and count once.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0018_kept_answers", tables(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let columns = vec![
        key(bytes("handle")),
        bytes("body_hash"),
        bytes("mark"),
        maybe(ColumnDef::new("answer").blob().not_null().take()),
        time("ends_at"),
    ];
    vec![table("kept_answers", columns)]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![index("kept_answers", &["ends_at"], false)]
}
