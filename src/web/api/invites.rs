//! Invitations: how far each has come, sending one again, taking one back.

use super::answer::{ListPage, Made, Refusal};
use super::caller::{Caller, Token};
use super::idempotency::{self, Call};
use super::invite_acts::{self, NewAddress, NewInvite, NewInviter};
use crate::ids::{InvitationId, OrganisationId};
use crate::invitations::directory::{self, Filter, Listed, Sight};
use crate::invitations::steps::Step;
use crate::invitations::{self, Changed, State};
use crate::rights::{self, Act, Area, Decision};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON as _;
use poem_openapi::{Object, OpenApi, Tags};

const LIST: &str = "invites";

#[derive(Tags)]
enum Tag {
    /// Who was invited, and how far each has come.
    Invites,
}

/// An invitation.
#[derive(Object)]
#[oai(rename = "Invite")]
pub(super) struct View {
    /// Its id. Sending again makes a new one.
    id: uuid::Uuid,
    /// Whom.
    email: String,
    /// Full name, once there is an account.
    #[oai(skip_serializing_if_is_none)]
    person: Option<String>,
    /// Id of the organisation.
    organisation_id: uuid::Uuid,
    /// Its name.
    organisation: String,
    /// Id of the team, where it names one.
    #[oai(skip_serializing_if_is_none)]
    team_id: Option<uuid::Uuid>,
    /// Its name.
    #[oai(skip_serializing_if_is_none)]
    team: Option<String>,
    /// The role that the person will have.
    role: String,
    /// Full name of who invited; not there for the host and for services.
    #[oai(skip_serializing_if_is_none)]
    inviter: Option<String>,
    /// open, accepted, expired, revoked, superseded, frozen, waiting or declined.
    state: String,
    /// How far the person is: queued, sent, undelivered, opened, account, blocked, email, phone, reached, closed,
    /// expired, revoked, superseded, frozen, waiting or declined.
    step: String,
    /// Since when the person is at this step, in seconds since 1970.
    since: i64,
    /// When it was made, in seconds since 1970.
    created_at: i64,
    /// When its link dies, in seconds since 1970.
    expires_at: i64,
}

pub(super) fn view(it: Listed) -> View {
    View {
        id: it.invitation.id.0,
        email: it.invitation.email,
        person: it.person,
        organisation_id: it.invitation.organisation_id.0,
        organisation: it.organisation,
        team_id: it.invitation.team_id.map(|id| id.0),
        team: it.team,
        role: it.invitation.role,
        inviter: it.inviter,
        state: it.state.name().to_owned(),
        step: it.step.name().to_owned(),
        since: it.since.0,
        created_at: it.invitation.created_at.0,
        expires_at: it.invitation.expires_at.0,
    }
}

/// The word of a filter, which has to be one that there is.
pub(super) fn known<T>(
    word: Option<&str>,
    parse: fn(&str) -> Option<T>,
    name: &str,
) -> Result<Option<T>, Refusal> {
    word.map(|word| parse(word).ok_or_else(|| Refusal::bad_request(&format!("{name} is no such word"))))
        .transpose()
}

/// The invitation, for somebody who may see it or look after it. Somebody else's looks like none.
pub(super) async fn seen(caller: &Caller, id: InvitationId) -> Result<(Listed, Act), Refusal> {
    let ground = &caller.app().ground;
    let found = directory::one(ground.db.read(), ground.clock.now(), id).await?;
    let found = found.ok_or_else(Refusal::not_found)?;
    let (organisation, team) = (found.invitation.organisation_id, found.invitation.team_id);
    let look_after = Act::LookAfter { organisation, team };
    let may = |act| !matches!(rights::decide(&caller.who, act), Decision::Refused);
    if may(Act::See(Area::Invitations, Some(organisation))) || may(look_after) {
        Ok((found, look_after))
    } else {
        Err(Refusal::not_found())
    }
}

/// The calls.
pub(super) struct Invites;

#[OpenApi(tag = "Tag::Invites")]
impl Invites {
    /// List the invitations that you see, newest first; those that a newer one replaced only where asked for.
    #[expect(clippy::too_many_arguments, reason = "each is a documented parameter of the call")]
    #[oai(path = "/invites", method = "get")]
    async fn list(
        &self,
        token: Token,
        /// Words in the address or the name.
        #[oai(validator(max_length = 80))]
        q: Query<Option<String>>,
        /// open, accepted, expired, revoked, superseded, frozen, waiting or declined.
        state: Query<Option<String>>,
        /// How far the person is, as in `step` of the answer.
        step: Query<Option<String>>,
        /// Id of an organisation.
        organisation: Query<Option<uuid::Uuid>>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<View>>, Refusal> {
        let caller = token.caller();
        let wish = caller.wish(LIST, after.as_deref(), limit.0)?;
        let sight = Sight::Reach(caller.reach(Area::Invitations)?);
        let filter = Filter {
            words: q.0.unwrap_or_default().trim().to_owned(),
            state: known(state.as_deref(), State::parse, "state")?,
            step: known(step.as_deref(), Step::parse, "step")?,
            organisation: organisation.0.map(OrganisationId),
        };
        let ground = &caller.app().ground;
        let page = directory::page(ground.db.read(), ground.clock.now(), &sight, &filter, &wish).await?;
        Ok(Json(caller.page(LIST, page, view)))
    }

    /// Invite somebody. The e-mail with the link is on its way when this answers.
    #[oai(path = "/invites", method = "post")]
    async fn add(
        &self,
        token: Token,
        /// The same key with the same body gives the same answer again, for 24 hours.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        new: Json<NewInvite>,
    ) -> Result<Made<View>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(new.act())?;
        let call = Call { key: key.0, name: "POST /invites", body: new.0.to_json() };
        idempotency::once(&caller, call, invite_acts::add(caller.clone(), permit, new.0)).await
    }

    /// Read an invitation.
    #[oai(path = "/invites/:id", method = "get")]
    async fn show(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<View>, Refusal> {
        Ok(Json(view(seen(&token.caller(), InvitationId(id.0)).await?.0)))
    }

    /// Send a new link in place of the old one, which dies. Answers with the old invitation as it is now.
    #[oai(path = "/invites/:id/resend", method = "post")]
    async fn resend(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<View>, Refusal> {
        let (caller, id) = (token.caller(), InvitationId(id.0));
        let (found, act) = seen(&caller, id).await?;
        let (permit, app) = (caller.permit(act)?, caller.app());
        let days = app.config.invitations.days;
        let done = invitations::resend(&app.ground, permit, days, &caller.origin, found.invitation).await?;
        after(&caller, id, done).await
    }

    /// Remind a person: a new link in place of the old one, in an e-mail that says so. Answers with the old invitation
    /// as it is now.
    #[oai(path = "/invites/:id/remind", method = "post")]
    async fn remind(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<View>, Refusal> {
        let (caller, id) = (token.caller(), InvitationId(id.0));
        let done = invite_acts::remind(&caller, id).await?;
        after(&caller, id, done).await
    }

    /// Send an invitation to another address, before it is accepted: a new link, and the old one dies. Answers with the
    /// new invitation.
    #[oai(path = "/invites/:id/address", method = "post")]
    async fn readdress(
        &self,
        token: Token,
        id: Path<uuid::Uuid>,
        new: Json<NewAddress>,
    ) -> Result<Json<View>, Refusal> {
        invite_acts::readdress(&token.caller(), InvitationId(id.0), new.0).await
    }

    /// Hand an invitation over to another inviter, who could have invited there. The link stays.
    #[oai(path = "/invites/:id/hand-over", method = "post")]
    async fn hand_over(
        &self,
        token: Token,
        id: Path<uuid::Uuid>,
        new: Json<NewInviter>,
    ) -> Result<Json<View>, Refusal> {
        invite_acts::hand_over(&token.caller(), InvitationId(id.0), new.0).await
    }

    /// Take an invitation back: its link is dead at once.
    #[oai(path = "/invites/:id/revoke", method = "post")]
    async fn revoke(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<View>, Refusal> {
        let (caller, id) = (token.caller(), InvitationId(id.0));
        let (found, act) = seen(&caller, id).await?;
        let permit = caller.permit(act)?;
        let ground = &caller.app().ground;
        let done = invitations::revoke(ground, permit, &caller.origin, found.invitation).await?;
        after(&caller, id, done).await
    }
}

pub(super) async fn after(caller: &Caller, id: InvitationId, done: Changed) -> Result<Json<View>, Refusal> {
    match done {
        Changed::Yes => Ok(Json(view(seen(caller, id).await?.0))),
        Changed::No => Err(Refusal::stale()),
    }
}
