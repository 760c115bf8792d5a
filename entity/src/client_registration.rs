//! What an application that registered itself manages its registration with.

use sea_orm::entity::prelude::*;

/// What an application that registered itself manages its registration with (RFC 7592).
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_registrations")]
pub struct Model {
    /// The client.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client_id: String,
    /// SHA-256 of its registration access token.
    pub token_hash: Vec<u8>,
    /// The profile that it came by.
    pub profile: String,
    /// The scopes that it may have at most.
    pub scope: String,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
