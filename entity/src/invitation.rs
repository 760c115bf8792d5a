//! An invitation and its one link. Its state follows from its times.

use crate::values::*;
use sea_orm::entity::prelude::*;

/// An invitation and its one link. Its state follows from its times.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    /// Primary key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvitationId,
    /// SHA-256 of the link's token.
    pub token_hash: Vec<u8>,
    /// Address as typed by the inviter.
    pub email: String,
    /// Address as compared.
    pub email_key: String,
    /// Where the person is invited to.
    pub organisation_id: OrganisationId,
    /// Team, when the invitation names one.
    pub team_id: Option<TeamId>,
    /// Role the person will have.
    pub role: String,
    /// Application to land on.
    pub client_id: Option<String>,
    /// Who invited; null when it was made on the host.
    pub inviter_id: Option<AccountId>,
    /// Personal words of the inviter, plain text.
    pub message: Option<String>,
    /// Language of the e-mail.
    pub locale: String,
    /// When the invitation was made.
    pub created_at: Timestamp,
    /// From when on the link is dead.
    pub expires_at: Timestamp,
    /// First time a person posted from the link's page.
    pub opened_at: Option<Timestamp>,
    /// When it became an account or a membership.
    pub accepted_at: Option<Timestamp>,
    /// The account it became, or joined.
    pub account_id: Option<AccountId>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When a newer link took its place.
    pub superseded_at: Option<Timestamp>,
    /// When the person asked for a new one.
    pub asked_at: Option<Timestamp>,
    /// The outbox row that carries the link; null for those from before it was noted.
    pub mail_id: Option<OutboxId>,
    /// Given name as the inviter knows it; the person may write another.
    pub given_name: Option<String>,
    /// Family name as the inviter knows it.
    pub family_name: Option<String>,
    /// Since when it waits for somebody else to confirm it, because its inviter may not invite any more.
    pub frozen_at: Option<Timestamp>,
    /// Since when it waits for somebody to approve it; null once it is approved.
    pub waiting_at: Option<Timestamp>,
    /// When it was declined.
    pub declined_at: Option<Timestamp>,
}

/// No relations: queries join where they need to.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
