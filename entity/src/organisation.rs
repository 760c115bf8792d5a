//! An organisation whose people are invited.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// An organisation whose people are invited.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organisations")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationId,
    /// Name, unique in the installation.
    pub name: String,
    /// Whether clinicians may invite colleagues into their own team.
    pub peers_may_invite: bool,
    /// Addresses that one clinician may invite in a day; 0 for no quota of its own.
    pub peer_quota: i32,
    /// Whether a clinician's invitation waits until it is approved.
    pub peer_approval: bool,
    /// Domains of addresses that may be invited, as A-labels with blanks between; empty for any.
    pub invite_domains: String,
    /// Days until a link dies; 0 for those of the configuration.
    pub invite_days: i32,
    /// Role that forms offer first; empty for none.
    pub default_role: String,
    /// Application to land on, where an invitation names none; empty for none.
    pub default_client: String,
    /// When it was added.
    pub created_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
