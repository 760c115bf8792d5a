//! One act, success or refusal, written in its own transaction.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// One act, success or refusal, written in its own transaction.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Sequence of the row; gaps are possible.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who: an account, a client, the host or the worker.
    pub actor: String,
    /// What, e.g. account.created.
    pub act: String,
    /// To what or whom.
    pub target: String,
    /// done or refused.
    pub outcome: String,
    /// Why, for a refusal.
    pub reason: Option<String>,
    /// In which organisation.
    pub organisation_id: Option<OrganisationId>,
    /// For which application.
    pub client_id: Option<String>,
    /// From which address.
    pub address: String,
    /// With which browser.
    pub user_agent: String,
    /// Changed fields without secrets, a JSON object.
    pub detail: String,
    /// Place in the chain; none until the row is sealed.
    pub place: Option<i64>,
    /// SHA-256 over this row and the digest before it.
    pub digest: Option<Vec<u8>>,
    /// SHA-256 over salt, address and browser: what stands in the chain for them.
    pub commitment: Option<Vec<u8>>,
    /// Erased together with address and browser.
    pub salt: Option<Vec<u8>>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
