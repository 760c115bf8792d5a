//! Short names for the column kinds that the schema uses, and one macro for a change.

use sea_orm_migration::prelude::*;

/// A UUID primary key called `id`.
pub(crate) fn id() -> ColumnDef {
    ColumnDef::new("id").uuid().not_null().primary_key().take()
}

/// A UUID that names a row elsewhere.
pub(crate) fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

/// Text that is always there.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// Seconds since the epoch.
pub(crate) fn time(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

/// A small count.
pub(crate) fn count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().take()
}

/// A hash, a salt or a sealed value.
pub(crate) fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).var_binary(4096).not_null().take()
}

/// Yes or no.
pub(crate) fn flag(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

/// The same column, allowed to be empty.
pub(crate) fn maybe(column: ColumnDef) -> ColumnDef {
    let mut column = column;
    column.null().take()
}

/// The same column as the primary key.
pub(crate) fn key(column: ColumnDef) -> ColumnDef {
    let mut column = column;
    column.primary_key().take()
}

/// A table of these columns.
pub(crate) fn table(name: &'static str, columns: Vec<ColumnDef>) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name);
    for column in columns {
        table.col(column);
    }
    table.take()
}

/// `column` of `table` names a row of `to`.
pub(crate) fn references(
    mut table: TableCreateStatement,
    from: &'static str,
    column: &'static str,
    to: &'static str,
) -> TableCreateStatement {
    let name = format!("fk_{from}_{column}");
    table.foreign_key(ForeignKey::create().name(name).from(from, column).to(to, "id")).take()
}

/// An index called `ix_<table>_<first column>…`.
pub(crate) fn index(table: &'static str, columns: &[&'static str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(format!("ix_{table}_{}", columns.join("_"))).table(table);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    index.take()
}

/// A new column of a table that is there. It needs a default, for the rows that are there.
pub(crate) fn grown(table: &'static str, column: ColumnDef) -> TableAlterStatement {
    Table::alter().table(table).add_column(column).take()
}

/// The same column with a default.
pub(crate) fn default(column: ColumnDef, value: impl Into<Value>) -> ColumnDef {
    let mut column = column;
    column.default(value.into()).take()
}

/// Runs the tables, the new columns, then the indexes, of one change. Each change is one transaction on
/// SQLite too (the library's default is PostgreSQL only), so that a crash leaves none of it.
macro_rules! change {
    ($name:literal, $tables:expr, $indexes:expr) => {
        change!($name, $tables, Vec::<TableAlterStatement>::new(), $indexes);
    };
    ($name:literal, $tables:expr, $columns:expr, $indexes:expr) => {
        pub(crate) struct Migration;

        impl MigrationName for Migration {
            fn name(&self) -> &str {
                $name
            }
        }

        #[async_trait::async_trait]
        impl MigrationTrait for Migration {
            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }

            async fn up(&self, schema: &SchemaManager) -> Result<(), DbErr> {
                for table in $tables {
                    schema.create_table(table).await?;
                }
                for column in $columns {
                    schema.alter_table(column).await?;
                }
                for index in $indexes {
                    schema.create_index(index).await?;
                }
                Ok(())
            }
        }
    };
}
pub(crate) use change;
