//! What is done to an invitation, and the making of one.

use super::answer::{Made, Refusal, tag};
use super::caller::Caller;
use super::invites::{View, seen, view};
use super::words::RoleView;
use crate::accounts::{self, Address};
use crate::ids::{InvitationId, OrganisationId, TeamId};
use crate::invitations::change::{self, HandedOver, Readdressed};
use crate::invitations::judge::Against;
use crate::invitations::{self, Changed, Invited, New, Policy};
use crate::rights::{Act, Permit};
use poem_openapi::Object;
use poem_openapi::payload::Json;

/// Whom to invite, into which place.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewInvite {
    /// The e-mail address.
    #[oai(validator(max_length = 254))]
    pub(super) email: String,
    /// Id of the organisation.
    pub(super) organisation_id: uuid::Uuid,
    /// Id of the team, where it is for one.
    #[oai(skip_serializing_if_is_none)]
    pub(super) team_id: Option<uuid::Uuid>,
    /// The role that the person will have.
    pub(super) role: RoleView,
    /// Application to land on.
    #[oai(skip_serializing_if_is_none, validator(max_length = 200))]
    pub(super) client_id: Option<String>,
    /// Words of yours for the e-mail. No patient details.
    #[oai(skip_serializing_if_is_none, validator(max_length = 500))]
    pub(super) message: Option<String>,
    /// Language of the e-mail; one that there is not becomes the usual one.
    #[oai(skip_serializing_if_is_none, validator(max_length = 35))]
    pub(super) language: Option<String>,
}

impl NewInvite {
    /// What it takes.
    pub(super) fn act(&self) -> Act {
        Act::Invite {
            organisation: OrganisationId(self.organisation_id),
            team: self.team_id.map(TeamId),
            role: self.role.into(),
        }
    }
}

/// Another address.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewAddress {
    /// The e-mail address.
    #[oai(validator(max_length = 254))]
    pub(super) email: String,
}

/// Another inviter.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewInviter {
    /// E-mail address of the account that is to be the inviter.
    #[oai(validator(max_length = 254))]
    pub(super) inviter: String,
}

/// What the configuration says about inviting.
pub(super) fn terms(caller: &Caller) -> Policy {
    let settings = &caller.app().config.invitations;
    Policy { days: settings.days, per_day: settings.per_day }
}

/// The application of this id, if one is named.
pub(super) async fn known_client(caller: &Caller, id: Option<String>) -> Result<Option<String>, Refusal> {
    match id {
        Some(id) if caller.app().clients.find(&id).await?.is_none() => {
            Err(Refusal::field("client_id", "is no application"))
        }
        id => Ok(id),
    }
}

/// The language of e-mails that is nearest to the wish.
pub(super) fn language(caller: &Caller, wish: Option<&str>) -> String {
    caller.app().themes.choose(wish).to_owned()
}

fn address(text: &str) -> Result<Address, Refusal> {
    Address::parse(text).ok_or_else(|| Refusal::field("email", "is no e-mail address"))
}

fn against(against: Against) -> Refusal {
    match against {
        Against::UnknownTeam => Refusal::field("team_id", "is no team of this organisation"),
        Against::Domain => Refusal::field("email", "is of a domain that the organisation does not invite"),
        Against::AlreadyThere => Refusal::conflict("already-there", "The person has this place already."),
        Against::AlreadyInvited => {
            let title = "This address has an open invitation to the same place.";
            Refusal::conflict("already-invited", title)
        }
    }
}

/// Invites somebody.
pub(super) async fn add(caller: Caller, permit: Permit, new: NewInvite) -> Result<Made<View>, Refusal> {
    let wanted = New {
        address: address(&new.email)?,
        client_id: known_client(&caller, new.client_id).await?,
        message: new.message,
        language: language(&caller, new.language.as_deref()),
    };
    let ground = &caller.app().ground;
    match invitations::create(ground, permit, terms(&caller), &caller.origin, wanted).await? {
        Invited::Sent(id, _) | Invited::Waits(id) => {
            // Whoever may invite there sees what became of it, also without the right to see others.
            let found = invitations::directory::one(ground.db.read(), ground.clock.now(), id).await?;
            let found = found.ok_or_else(Refusal::not_found)?;
            let place = format!("{}/invites/{id}", caller.app().links.api());
            Ok(Made::Created(Json(view(found)), tag(&id.to_string()), place))
        }
        Invited::AlreadyInvited => Err(against(Against::AlreadyInvited)),
        Invited::Domain => Err(against(Against::Domain)),
        Invited::AlreadyThere => Err(against(Against::AlreadyThere)),
        Invited::UnknownPlace => {
            Err(Refusal::field("team_id", "is no team of an organisation that there is"))
        }
        Invited::Limit(until) => {
            let seconds = until.since(ground.clock.now()).max(1);
            Err(Refusal::day_is_full(u32::try_from(seconds).unwrap_or(u32::MAX)))
        }
    }
}

/// Sends it to another address.
pub(super) async fn readdress(
    caller: &Caller,
    id: InvitationId,
    new: NewAddress,
) -> Result<Json<View>, Refusal> {
    let (found, act) = seen(caller, id).await?;
    let (permit, app, address) = (caller.permit(act)?, caller.app(), address(&new.email)?);
    let (days, what) = (app.config.invitations.days, (found.invitation, address));
    match change::readdress(&app.ground, permit, days, &caller.origin, what).await? {
        Readdressed::Yes(new) => Ok(Json(view(seen(caller, new).await?.0))),
        Readdressed::No => Err(Refusal::stale()),
        Readdressed::Against(why) => Err(against(why)),
    }
}

/// Sends a reminder.
pub(super) async fn remind(caller: &Caller, id: InvitationId) -> Result<Changed, Refusal> {
    let (found, act) = seen(caller, id).await?;
    let (permit, app) = (caller.permit(act)?, caller.app());
    let days = app.config.invitations.days;
    Ok(change::remind(&app.ground, permit, days, &caller.origin, found.invitation).await?)
}

/// Makes somebody else the inviter.
pub(super) async fn hand_over(
    caller: &Caller,
    id: InvitationId,
    new: NewInviter,
) -> Result<Json<View>, Refusal> {
    let (found, act) = seen(caller, id).await?;
    let permit = caller.permit(act)?;
    let ground = &caller.app().ground;
    // Whether nobody has this address, or somebody who may not: the caller is told the same.
    let unfit = || Refusal::field("inviter", "is nobody who may invite there");
    let key = Address::parse(&new.inviter).ok_or_else(unfit)?;
    let to = accounts::by_address(ground.db.read(), key.key()).await?.ok_or_else(unfit)?;
    match change::hand_over(ground, permit, &caller.origin, (found.invitation, &to)).await? {
        HandedOver::Yes => Ok(Json(view(seen(caller, id).await?.0))),
        HandedOver::No => Err(Refusal::stale()),
        HandedOver::NotAllowed => Err(unfit()),
    }
}
