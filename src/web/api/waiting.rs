//! Invitations that wait for somebody: frozen ones are taken over, a peer's are approved or declined.

use super::answer::Refusal;
use super::caller::{Caller, Token};
use super::invites::{View, after, seen};
use crate::ids::InvitationId;
use crate::invitations::{self, Invitation};
use crate::rights::{Act, Permit, Role};
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{OpenApi, Tags};

#[derive(Tags)]
enum Tag {
    /// Who was invited, and how far each has come.
    Invites,
}

/// The invitation, and the rights to look after its place and to invite into it.
async fn held(caller: &Caller, id: InvitationId) -> Result<(Invitation, (Permit, Permit)), Refusal> {
    let (found, look_after) = seen(caller, id).await?;
    let row = found.invitation;
    let role = Role::parse(&row.role).ok_or_else(Refusal::not_found)?;
    let invite = Act::Invite { organisation: row.organisation_id, team: row.team_id, role };
    let permits = (caller.permit(look_after)?, caller.permit(invite)?);
    Ok((row, permits))
}

/// The calls.
pub(super) struct Waiting;

#[OpenApi(tag = "Tag::Invites")]
impl Waiting {
    /// Take a frozen invitation over: you are its inviter, and its link works again.
    #[oai(path = "/invites/:id/take-over", method = "post")]
    async fn take_over(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<View>, Refusal> {
        let (caller, id) = (token.caller(), InvitationId(id.0));
        let (row, permits) = held(&caller, id).await?;
        let done = invitations::take_over(&caller.app().ground, permits, &caller.origin, row).await?;
        after(&caller, id, done).await
    }

    /// Approve an invitation that waits: its e-mail is on its way when this answers.
    #[oai(path = "/invites/:id/approve", method = "post")]
    async fn approve(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<View>, Refusal> {
        let (caller, id) = (token.caller(), InvitationId(id.0));
        let (row, permits) = held(&caller, id).await?;
        let app = caller.app();
        let days = app.config.invitations.days;
        let done = invitations::approve(&app.ground, permits, days, &caller.origin, row).await?;
        after(&caller, id, done).await
    }

    /// Decline an invitation that waits. Who asked for it sees so.
    #[oai(path = "/invites/:id/decline", method = "post")]
    async fn decline(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<View>, Refusal> {
        let (caller, id) = (token.caller(), InvitationId(id.0));
        let (found, look_after) = seen(&caller, id).await?;
        let permit = caller.permit(look_after)?;
        let ground = &caller.app().ground;
        let done = invitations::decline(ground, permit, &caller.origin, found.invitation).await?;
        after(&caller, id, done).await
    }
}
