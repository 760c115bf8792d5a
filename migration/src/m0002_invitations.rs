//! Invitations, and the notices that people agree to.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0002_invitations", tables(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let invitations = table(
        "invitations",
        vec![
            id(),
            bytes("token_hash"),
            text("email"),
            text("email_key"),
            uuid("organisation_id"),
            maybe(uuid("team_id")),
            text("role"),
            maybe(text("client_id")),
            maybe(uuid("inviter_id")),
            maybe(text("message")),
            text("locale"),
            time("created_at"),
            time("expires_at"),
            maybe(time("opened_at")),
            maybe(time("accepted_at")),
            maybe(uuid("account_id")),
            maybe(time("revoked_at")),
            maybe(time("superseded_at")),
            maybe(time("asked_at")),
        ],
    );
    let notices = table(
        "notices",
        vec![
            id(),
            text("kind"),
            text("client_id"),
            count("version"),
            text("texts"),
            text("text_hash"),
            time("published_at"),
        ],
    );
    let acceptances = table(
        "acceptances",
        vec![
            id(),
            uuid("account_id"),
            uuid("notice_id"),
            count("version"),
            text("text_hash"),
            text("locale"),
            time("accepted_at"),
            text("address"),
        ],
    );
    let acceptances = references(acceptances, "acceptances", "account_id", "accounts");
    vec![
        references(invitations, "invitations", "organisation_id", "organisations"),
        notices,
        references(acceptances, "acceptances", "notice_id", "notices"),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("invitations", &["token_hash"], true),
        index("invitations", &["organisation_id", "created_at"], false),
        index("invitations", &["email_key"], false),
        index("notices", &["kind", "client_id", "version"], true),
        index("acceptances", &["account_id", "notice_id"], true),
    ]
}
