//! Second factors, codes, counters and sessions.

use crate::columns::*;
use sea_orm_migration::prelude::*;

change!("m0003_sign_in", tables().into_iter().chain(session_tables()), indexes());

fn tables() -> Vec<TableCreateStatement> {
    let authenticators = table(
        "authenticators",
        vec![
            id(),
            uuid("account_id"),
            text("kind"),
            text("phone"),
            time("created_at"),
            maybe(time("verified_at")),
            maybe(time("removed_at")),
        ],
    );
    let challenges = table(
        "challenges",
        vec![
            id(),
            uuid("account_id"),
            uuid("authenticator_id"),
            text("purpose"),
            bytes("bound_to"),
            bytes("salt"),
            time("created_at"),
            time("expires_at"),
            count("guesses"),
            count("sends"),
            time("sent_at"),
            maybe(time("used_at")),
        ],
    );
    let counters = table(
        "counters",
        vec![key(text("subject")), count("failures"), time("since"), time("wait_until"), time("updated_at")],
    );
    let rates = table("rates", vec![key(text("subject")), count("count"), time("ends_at")]);
    vec![
        references(authenticators, "authenticators", "account_id", "accounts"),
        references(challenges, "challenges", "account_id", "accounts"),
        counters,
        rates,
    ]
}

fn session_tables() -> Vec<TableCreateStatement> {
    let sessions = table(
        "sessions",
        vec![
            id(),
            bytes("secret_hash"),
            uuid("account_id"),
            text("amr"),
            time("auth_time"),
            time("seen_at"),
            time("expires_at"),
            maybe(time("ended_at")),
            text("address"),
            text("user_agent"),
        ],
    );
    let mail_proofs = table(
        "mail_proofs",
        vec![
            id(),
            text("purpose"),
            maybe(uuid("account_id")),
            text("email_key"),
            bytes("token_hash"),
            bytes("code_hash"),
            bytes("bound_to"),
            count("guesses"),
            time("created_at"),
            time("expires_at"),
            maybe(time("used_at")),
            maybe(time("superseded_at")),
        ],
    );
    vec![
        references(sessions, "sessions", "account_id", "accounts"),
        references(mail_proofs, "mail_proofs", "account_id", "accounts"),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("authenticators", &["account_id"], false),
        index("authenticators", &["phone"], false),
        index("challenges", &["account_id", "created_at"], false),
        index("challenges", &["expires_at"], false),
        index("rates", &["ends_at"], false),
        index("sessions", &["secret_hash"], true),
        index("sessions", &["account_id"], false),
        index("mail_proofs", &["token_hash"], true),
        index("mail_proofs", &["account_id", "purpose"], false),
        index("mail_proofs", &["email_key", "purpose"], false),
    ]
}
