//! Notices are written in the console too: who looks after each version, for whom it is, and until when it may be put off;
//! and drafts, of which a notice has one at most.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0026_notices", [drafts()], columns(), indexes());

fn drafts() -> TableCreateStatement {
    table(
        "notice_drafts",
        vec![
            id(),
            text("kind"),
            text("client_id"),
            maybe(uuid("organisation_id")),
            text("texts"),
            count("grace_days"),
            time("created_at"),
            time("changed_at"),
        ],
    )
}

fn columns() -> Vec<TableAlterStatement> {
    vec![
        grown("notices", maybe(uuid("organisation_id"))),
        grown("notices", default(count("grace_days"), 0)),
        grown("notices", default(text("source"), "config")),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("notice_drafts", &["kind", "client_id"], true),
        index("acceptances", &["notice_id", "id"], false),
    ]
}
