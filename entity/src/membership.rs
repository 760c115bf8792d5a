//! A person's role in an organisation and, mostly, one of its teams.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A person's role in an organisation and, mostly, one of its teams.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
    /// The person.
    pub account_id: AccountId,
    /// The organisation.
    pub organisation_id: OrganisationId,
    /// The team, when the role is inside one.
    pub team_id: Option<TeamId>,
    /// One of clinician, team_lead, organisation_admin, admin.
    pub role: String,
    /// When the person joined.
    pub created_at: Timestamp,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
