//! What is done to an invitation in the console.

use super::super::answer::{self, Answer};
use super::super::frame::{Page, Question};
use super::super::visit::Visit;
use super::invites::{self, PART};
use crate::accounts::{self, Address};
use crate::ids::InvitationId;
use crate::invitations::change::{self, HandedOver, Readdressed};
use crate::invitations::judge::Against;
use crate::invitations::{self, Changed, Invitation};
use crate::themes::Arg;
use poem::http::StatusCode;
use std::sync::Arc;

fn href(id: InvitationId) -> String {
    format!("{PART}/{id}")
}

/// The page of the invitation, with what was done, or that somebody else was faster.
async fn answered(visit: &Visit, (id, done): (InvitationId, bool), said: &str) -> Answer {
    if done {
        return Ok(answer::go(&format!("{}?said={said}", href(id))));
    }
    let problem = visit.problem("", "error-invite-changed", &[]);
    invites::render(visit, String::new(), Some((problem, StatusCode::PRECONDITION_FAILED))).await
}

/// The page again with what is wrong with a field.
async fn wrong(visit: &Visit, field: &'static str, key: &str) -> Answer {
    let problem = visit.problem(field, key, &[]);
    invites::render(visit, String::new(), Some((problem, StatusCode::UNPROCESSABLE_ENTITY))).await
}

/// After a new link was sent: the page of the invitation that has it.
async fn renewed(visit: &Visit, old: &Invitation, (done, said): (Changed, &str)) -> Answer {
    let new = match done {
        Changed::Yes => change::successor(visit.app.ground.db.read(), old).await?,
        Changed::No => None,
    };
    answered(visit, (new.unwrap_or(old.id), done == Changed::Yes), said).await
}

/// POST /admin/invites/ID/resend
pub(super) async fn resend(visit: Arc<Visit>) -> Answer {
    let (caller, found, act) = invites::met(&visit).await?;
    let (old, days) = (found.invitation, visit.app.config.invitations.days);
    let permit = caller.permit(act, &href(old.id))?;
    let done = invitations::resend(&visit.app.ground, permit, days, &visit.origin, old.clone()).await?;
    renewed(&visit, &old, (done, "resent")).await
}

/// POST /admin/invites/ID/remind
pub(super) async fn remind(visit: Arc<Visit>) -> Answer {
    let (caller, found, act) = invites::met(&visit).await?;
    let (old, days) = (found.invitation, visit.app.config.invitations.days);
    let permit = caller.permit(act, &href(old.id))?;
    let done = change::remind(&visit.app.ground, permit, days, &visit.origin, old.clone()).await?;
    renewed(&visit, &old, (done, "reminded")).await
}

/// POST /admin/invites/ID/revoke: asks once, then does it.
pub(super) async fn revoke(visit: Arc<Visit>) -> Answer {
    let (caller, found, act) = invites::met(&visit).await?;
    let id = found.invitation.id;
    let permit = caller.permit(act, &href(id))?;
    if visit.query.get("sure") != Some("yes") {
        let text = visit.text("team-revoke-text", &[("email", Arg::Text(&found.invitation.email))]);
        let question = Question {
            title_key: "team-revoke-title",
            text,
            action: format!("{}/revoke?sure=yes", href(id)),
            button_key: "team-revoke-button",
            back_href: &href(id),
        };
        return super::page(&visit, &caller, (PART, Page::confirm(&question)));
    }
    let done = invitations::revoke(&visit.app.ground, permit, &visit.origin, found.invitation).await?;
    answered(&visit, (id, done == Changed::Yes), "revoked").await
}

/// POST /admin/invites/ID/address
pub(super) async fn readdress(visit: Arc<Visit>) -> Answer {
    let (caller, found, act) = invites::met(&visit).await?;
    let (id, days) = (found.invitation.id, visit.app.config.invitations.days);
    let permit = caller.permit(act, &href(id))?;
    let Some(address) = Address::parse(visit.field("email")) else {
        return wrong(&visit, "email", "report-invalid").await;
    };
    let what = (found.invitation, address);
    match change::readdress(&visit.app.ground, permit, days, &visit.origin, what).await? {
        Readdressed::Yes(new) => answered(&visit, (new, true), "readdressed").await,
        Readdressed::No => answered(&visit, (id, false), "").await,
        Readdressed::Against(Against::AlreadyThere) => wrong(&visit, "email", "report-already-member").await,
        Readdressed::Against(Against::AlreadyInvited) => {
            wrong(&visit, "email", "report-already-invited").await
        }
        Readdressed::Against(Against::Domain) => wrong(&visit, "email", "report-domain").await,
        Readdressed::Against(Against::UnknownTeam) => wrong(&visit, "email", "report-not-allowed").await,
    }
}

/// POST /admin/invites/ID/hand-over
pub(super) async fn hand_over(visit: Arc<Visit>) -> Answer {
    let (caller, found, act) = invites::met(&visit).await?;
    let id = found.invitation.id;
    let permit = caller.permit(act, &href(id))?;
    let conn = visit.app.ground.db.read();
    let to = match Address::parse(visit.field("inviter")) {
        Some(address) => accounts::by_address(conn, address.key()).await?,
        None => None,
    };
    // Whether nobody has this address, or somebody who may not: it looks the same.
    let Some(to) = to else { return wrong(&visit, "inviter", "error-no-inviter").await };
    let what = (found.invitation, &to);
    match change::hand_over(&visit.app.ground, permit, &visit.origin, what).await? {
        HandedOver::Yes => answered(&visit, (id, true), "handed").await,
        HandedOver::No => answered(&visit, (id, false), "").await,
        HandedOver::NotAllowed => wrong(&visit, "inviter", "error-no-inviter").await,
    }
}
