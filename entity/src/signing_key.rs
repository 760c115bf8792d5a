//! A signing key, its private part sealed.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A signing key, its private part sealed.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    /// RFC 7638 thumbprint.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// RS256, PS256, ES256 or EdDSA.
    pub alg: String,
    /// Sealed PKCS#8.
    pub sealed: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when it signs, unless it was made later; until the next of its algorithm does.
    pub active_from: Timestamp,
    /// The longest life of any token since it was made, in seconds.
    pub token_seconds: i64,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
