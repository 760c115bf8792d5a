//! What a person let one application do, from one authorization code.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// What a person let one application do, from one authorization code.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: GrantId,
    /// SHA-256 of the code: unique, so that a code is redeemed once whatever the ephemeral store forgets.
    pub code_hash: Vec<u8>,
    /// Who.
    pub account_id: AccountId,
    /// To which application.
    pub client_id: String,
    /// In which session.
    pub session_id: SessionId,
    /// Scopes, separated by blanks.
    pub scope: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Whether it outlives the session.
    pub offline: bool,
    /// Resource servers it is for (RFC 8707), separated by blanks; none means this provider itself.
    pub resources: String,
    /// When the person signed in.
    pub auth_time: Timestamp,
    /// By which methods.
    pub amr: String,
    /// What else of the request counts for its tokens, as JSON: the level's name, claims asked for by name.
    pub kept: String,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
