//! An invitation freezes when its inviter may not invite any more.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!(
    "m0022_frozen_invites",
    Vec::<TableCreateStatement>::new(),
    columns(),
    Vec::<IndexCreateStatement>::new()
);

fn columns() -> Vec<TableAlterStatement> {
    vec![grown("invitations", maybe(time("frozen_at")))]
}
