//! Lists of what was delivered and of the trail stay fast when they are long.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!(
    "m0020_directories",
    Vec::<TableCreateStatement>::new(),
    Vec::<TableAlterStatement>::new(),
    indexes()
);

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("outbox", &["state", "id"], false),
        index("audit", &["act", "id"], false),
        index("audit", &["actor", "id"], false),
        index("audit", &["organisation_id", "id"], false),
    ]
}
