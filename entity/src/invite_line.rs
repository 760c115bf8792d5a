//! A line of a list of people who are invited at once.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A line of a list of people who are invited at once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invite_lines")]
pub struct Model {
    /// The list.
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: InviteBatchId,
    /// Number of the line in what was written, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// Address as written.
    pub email: String,
    /// Address as compared; empty when it is none.
    pub email_key: String,
    /// Given name, if written.
    pub given_name: Option<String>,
    /// Family name, if written.
    pub family_name: Option<String>,
    /// Team as written.
    pub team: String,
    /// The team that is.
    pub team_id: Option<TeamId>,
    /// Role the person will have, or as written when there is no such role.
    pub role: String,
    /// What became of the line, or would.
    pub verdict: String,
    /// The column that the verdict is about, from 1; 0 for the whole line.
    pub place: i32,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
