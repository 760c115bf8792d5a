//! Organisations, teams, accounts and memberships.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0001_people", tables(), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let organisations =
        table("organisations", vec![id(), text("name"), flag("peers_may_invite"), time("created_at")]);
    let teams = table("teams", vec![id(), uuid("organisation_id"), text("name"), time("created_at")]);
    let accounts = table(
        "accounts",
        vec![
            id(),
            text("given_name"),
            text("family_name"),
            text("profession"),
            text("email"),
            text("email_key"),
            maybe(time("email_verified_at")),
            time("verify_by"),
            count("reminders"),
            text("password_hash"),
            text("pepper_id"),
            time("password_set_at"),
            maybe(time("disabled_at")),
            text("locale"),
            maybe(text("landing_client_id")),
            time("created_at"),
        ],
    );
    let memberships = table(
        "memberships",
        vec![
            id(),
            uuid("account_id"),
            uuid("organisation_id"),
            maybe(uuid("team_id")),
            text("role"),
            time("created_at"),
        ],
    );
    let memberships = references(memberships, "memberships", "account_id", "accounts");
    let memberships = references(memberships, "memberships", "organisation_id", "organisations");
    vec![
        organisations,
        references(teams, "teams", "organisation_id", "organisations"),
        accounts,
        references(memberships, "memberships", "team_id", "teams"),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("organisations", &["name"], true),
        index("teams", &["organisation_id", "name"], true),
        index("accounts", &["email_key"], true),
        index("accounts", &["email_verified_at", "created_at"], false),
        index("memberships", &["account_id", "organisation_id", "team_id"], true),
        index("memberships", &["team_id"], false),
    ]
}
