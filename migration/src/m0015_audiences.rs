//! Who may use which application.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0015_audiences", Vec::<TableCreateStatement>::new(), columns(), Vec::<IndexCreateStatement>::new());

fn columns() -> Vec<TableAlterStatement> {
    vec![grown("clients", default(text("audiences"), "[]"))]
}
