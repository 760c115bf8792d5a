//! A registered application.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A registered application.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "clients")]
pub struct Model {
    /// The `client_id`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Name that people read.
    pub name: String,
    /// Its protocol policy as JSON.
    pub policy: String,
    /// SHA-256 hashes of its live secrets, a JSON list.
    pub secret_hashes: String,
    /// Where a third party starts its sign-in (OIDC Core 4).
    pub initiate_login_uri: Option<String>,
    /// Its front page.
    pub home_uri: Option<String>,
    /// The colour of its own dialogs.
    pub colour: String,
    /// Who may use it, a JSON list; empty for everybody.
    pub audiences: String,
    /// config, command, console or dynamic: who looks after the row.
    pub source: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
