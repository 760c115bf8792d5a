//! Access tokens and refresh tokens in one table, so that an answer's tokens are stored by one statement.

use crate::columns::*;
use sea_orm_migration::prelude::*;

const MOVES: [&str; 2] = [
    "INSERT INTO tokens (token_hash, grant_id, is_refresh, created_at, expires_at, ends_at, scope, audience) \
     SELECT token_hash, grant_id, FALSE, created_at, expires_at, expires_at, scope, audience FROM access_tokens",
    "INSERT INTO tokens (token_hash, grant_id, is_refresh, created_at, expires_at, ends_at, scope, audience, \
     used_at, request_hash, next_hash, answer) \
     SELECT token_hash, grant_id, TRUE, created_at, expires_at, ends_at, '', '', \
     used_at, request_hash, next_hash, answer FROM refresh_tokens",
];

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0016_one_token_table"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        schema.create_table(tokens()).await?;
        for rows in MOVES {
            schema.get_connection().execute_unprepared(rows).await?;
        }
        for old in ["access_tokens", "refresh_tokens"] {
            schema.drop_table(Table::drop().table(old).take()).await?;
        }
        for column in ["grant_id", "ends_at"] {
            schema.create_index(index("tokens", &[column], false)).await?;
        }
        Ok(())
    }
}

fn tokens() -> TableCreateStatement {
    let tokens = table(
        "tokens",
        vec![
            key(bytes("token_hash")),
            uuid("grant_id"),
            flag("is_refresh"),
            time("created_at"),
            time("expires_at"),
            time("ends_at"),
            text("scope"),
            text("audience"),
            maybe(time("used_at")),
            maybe(bytes("request_hash")),
            maybe(bytes("next_hash")),
            maybe(ColumnDef::new("answer").blob().take()),
        ],
    );
    references(tokens, "tokens", "grant_id", "grants")
}
