//! The colours of applications.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0013_colours", Vec::<TableCreateStatement>::new(), columns(), Vec::<IndexCreateStatement>::new());

fn columns() -> Vec<TableAlterStatement> {
    vec![grown("clients", default(text("colour"), "brand"))]
}
