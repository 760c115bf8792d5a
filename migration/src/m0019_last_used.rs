//! When an application was last used is one look into an index.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0019_last_used", Vec::<TableCreateStatement>::new(), indexes());

fn indexes() -> Vec<IndexCreateStatement> {
    vec![index("grants", &["client_id", "created_at"], false)]
}
