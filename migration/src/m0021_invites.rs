//! Lists of invitations say whether the mail went out, and stay fast when they are long.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0021_invites", Vec::<TableCreateStatement>::new(), columns(), indexes());

fn columns() -> Vec<TableAlterStatement> {
    vec![grown("invitations", maybe(uuid("mail_id")))]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("invitations", &["organisation_id", "id"], false),
        index("invitations", &["inviter_id"], false),
        index("invitations", &["account_id"], false),
    ]
}
