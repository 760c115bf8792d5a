//! A token of a person: an access token, or a refresh token, one link of its grant's chain.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A token of a person. Both kinds share a table, so that one statement stores what one answer hands out.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    /// SHA-256 of the token.
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    /// What it came from.
    pub grant_id: GrantId,
    /// Whether it is a refresh token; else it is an access token.
    pub is_refresh: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is dead; a refresh token if it was not used.
    pub expires_at: Timestamp,
    /// From when on nothing hangs on the row: the end of a refresh token's whole chain.
    pub ends_at: Timestamp,
    /// An access token's scopes, separated by blanks. A refresh token has those of its grant.
    pub scope: String,
    /// Whom an access token is for, separated by blanks; none means this provider itself.
    pub audience: String,
    /// When a refresh token was used up.
    pub used_at: Option<Timestamp>,
    /// SHA-256 of the parameters it was used with.
    pub request_hash: Option<Vec<u8>>,
    /// Hash of the token that took its place.
    pub next_hash: Option<Vec<u8>>,
    /// The answer it was used for, sealed under a key that only the token itself gives.
    pub answer: Option<Vec<u8>>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
