//! People are found by the beginning of a name: each name as it is compared, with an index.

use crate::columns::*;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;
use sea_orm_migration::sea_orm::prelude::Uuid;

pub(crate) struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0017_search"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
        for column in ["given_key", "family_key"] {
            schema.alter_table(grown("accounts", default(bytes(column), Vec::<u8>::new()))).await?;
        }
        fill(schema).await?;
        if schema.get_database_backend() == DbBackend::Postgres {
            // The beginning of an address is a range only in the order of bytes, which SQLite has already.
            let by_bytes = "ALTER TABLE accounts ALTER COLUMN email_key TYPE text COLLATE \"C\"";
            schema.get_connection().execute_unprepared(by_bytes).await?;
        }
        for index in indexes() {
            schema.create_index(index).await?;
        }
        Ok(())
    }
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        index("accounts", &["family_key", "given_key", "id"], false),
        index("accounts", &["given_key"], false),
        index("memberships", &["organisation_id", "account_id"], false),
    ]
}

/// The keys of the people who are there.
async fn fill(schema: &SchemaManager<'_>) -> Result<(), DbErr> {
    let conn = schema.get_connection();
    let query = Query::select().columns(["id", "given_name", "family_name"]).from("accounts").to_owned();
    for row in conn.query_all(&query).await? {
        let (id, given, family): (Uuid, String, String) =
            (row.try_get("", "id")?, row.try_get("", "given_name")?, row.try_get("", "family_name")?);
        let update = Query::update()
            .table("accounts")
            .value("given_key", key(&given))
            .value("family_key", key(&family))
            .and_where(Expr::col("id").eq(id))
            .to_owned();
        conn.execute(&update).await?;
    }
    Ok(())
}

/// As names were compared when this change was made.
fn key(name: &str) -> Vec<u8> {
    name.to_uppercase().to_lowercase().into_bytes()
}
