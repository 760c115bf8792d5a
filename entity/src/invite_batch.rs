//! A list of people who are invited at once.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// A list of people who are invited at once. It is sent line by line, so that a crash loses nothing and sends nothing
/// twice.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invite_batches")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InviteBatchId,
    /// Where the people are invited to.
    pub organisation_id: OrganisationId,
    /// Who wrote the list, as the trail names them.
    pub created_by: String,
    /// When the list was judged.
    pub created_at: Timestamp,
    /// Application to land on.
    pub client_id: Option<String>,
    /// Personal words, plain text.
    pub message: Option<String>,
    /// Language of the e-mails.
    pub locale: String,
    /// Days until a link dies.
    pub days: i32,
    /// How many lines it has.
    pub lines: i32,
    /// Who invites, once it is sent; null for the host and for services.
    pub inviter_id: Option<AccountId>,
    /// Whether the inviter's limit of a day counts.
    pub is_limited: bool,
    /// Who sent it, as the trail names them; empty before.
    pub sent_by: String,
    /// Address of the sender's machine.
    pub address: String,
    /// The sender's browser.
    pub user_agent: String,
    /// When it was sent; the lines follow.
    pub sent_at: Option<Timestamp>,
    /// When the last line was done.
    pub done_at: Option<Timestamp>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
