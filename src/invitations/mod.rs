//! Invitations: who may come in, and the one link for it. A link is an opaque secret stored as a
//! hash; its state follows from its row's times. What an accepted invitation becomes is in
//! `lifecycle`; who may invite is asked in `rights`.

mod approval;
mod asked;
pub mod bulk;
pub mod change;
pub mod directory;
mod frozen;
pub mod judge;
mod letters;
pub mod lines;
pub mod rules;
pub mod steps;
mod store;

pub use approval::{approve, decline};
pub use asked::ask_again;
pub use change::resend;
pub use entities::invitation::Model as Invitation;
pub use frozen::{admit, freeze_of, is_gone, stands, take_over};
pub use letters::{Prepared, deliver_asked, deliver_invite};
pub use store::{accept, accepted_by, by_token, find, mark_opened};

use crate::accounts::Address;
use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, InvitationId, OrganisationId, OutboxId, TeamId};
use crate::organisations;
use crate::random::Secret;
use crate::rights::{Act, Permit, Role};
use crate::store::{Ground, Tx};
use judge::{Against, Asked};
use rules::{Ruled, Ruling};

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The link works.
    Open,
    /// It became an account or a membership.
    Accepted,
    /// Its time ran out.
    Expired,
    /// Somebody took it back.
    Revoked,
    /// A newer link took its place.
    Superseded,
    /// Its inviter may not invite any more: it waits for somebody else to confirm it.
    Frozen,
    /// It waits for somebody to approve it: there is no link yet.
    Waiting,
    /// Nobody wanted it: there never was a link.
    Declined,
}

impl State {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Open,
        Self::Accepted,
        Self::Expired,
        Self::Revoked,
        Self::Superseded,
        Self::Frozen,
        Self::Waiting,
        Self::Declined,
    ];

    /// The word in addresses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Superseded => "superseded",
            Self::Frozen => "frozen",
            Self::Waiting => "waiting",
            Self::Declined => "declined",
        }
    }

    /// Reads a word.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// The state of an invitation at a time.
#[must_use]
pub fn state(invitation: &Invitation, now: Timestamp) -> State {
    if invitation.accepted_at.is_some() {
        State::Accepted
    } else if invitation.revoked_at.is_some() {
        State::Revoked
    } else if invitation.superseded_at.is_some() {
        State::Superseded
    } else if invitation.declined_at.is_some() {
        State::Declined
    } else if invitation.expires_at <= now {
        State::Expired
    } else if invitation.waiting_at.is_some() {
        State::Waiting
    } else if invitation.frozen_at.is_some() {
        State::Frozen
    } else {
        State::Open
    }
}

/// What an inviter says. Organisation, team and role are in the permit.
#[derive(Clone, Debug)]
pub struct New {
    /// Whom.
    pub address: Address,
    /// Application to land on.
    pub client_id: Option<String>,
    /// Personal words.
    pub message: Option<String>,
    /// Language of the e-mail.
    pub language: String,
}

/// What came of inviting somebody.
#[derive(Clone, Debug)]
pub enum Invited {
    /// The e-mail is on its way. The secret is for the host's command alone.
    Sent(InvitationId, Secret),
    /// It waits until somebody who looks after the place approves it; nothing was mailed.
    Waits(InvitationId),
    /// The organisation does not invite addresses of this domain.
    Domain,
    /// An open invitation to the same place is there already.
    AlreadyInvited,
    /// The person has this place already.
    AlreadyThere,
    /// There is no such organisation, or no such team in it.
    UnknownPlace,
    /// The inviter has sent as many as a day allows.
    Limit(Timestamp),
}

impl From<Against> for Invited {
    fn from(against: Against) -> Self {
        match against {
            Against::UnknownTeam => Self::UnknownPlace,
            Against::Domain => Self::Domain,
            Against::AlreadyThere => Self::AlreadyThere,
            Against::AlreadyInvited => Self::AlreadyInvited,
        }
    }
}

/// What the configuration says about inviting.
#[derive(Clone, Copy, Debug)]
pub struct Policy {
    /// Days until a link dies.
    pub days: i64,
    /// Addresses one person may invite in a day.
    pub per_day: i32,
}

/// Invites somebody, within the permit.
///
/// # Errors
/// When the database is away, or the permit is for another act.
pub async fn create(
    ground: &Ground,
    permit: Permit,
    terms: Policy,
    origin: &Origin,
    new: New,
) -> Result<Invited, Fault> {
    let Act::Invite { organisation, team, role } = permit.act() else {
        return Err(Fault::internal("this permit is not for inviting"));
    };
    let (mut row, token) = new_row(ground, (organisation, team, role), terms.days, inviter(origin), new);
    let (now, origin) = (ground.clock.now(), origin.clone());
    let (letter, id) = (letters::prepare(ground, &row, &token), row.id);
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                let Some(place) = organisations::lock(tx, organisation).await? else {
                    return Ok(Invited::UnknownPlace);
                };
                let judged = judge::judge(tx, now, &place, &[Asked::of(&row)?]).await?;
                if let Some(against) = judged.into_iter().flatten().next() {
                    return Ok(against.into());
                }
                if let Some(inviter) = row.inviter_id
                    && let Some(until) = rules::count_day(tx, inviter, terms.per_day, now).await?
                {
                    return Ok(Invited::Limit(until));
                }
                let ruling = Ruling::read(tx, &place, row.inviter_id).await?;
                let waits = match ruling.rule(tx, now, permit.act(), &mut row).await? {
                    Ruled::Sent => false,
                    Ruled::Waits => true,
                    Ruled::Limit(until) => return Ok(Invited::Limit(until)),
                };
                let act = if waits { "invitation.asked_for" } else { "invitation.created" };
                let entry = Entry::done(act, id).organisation(organisation).with("role", role.name());
                store::insert(tx, row).await?;
                audit::append(tx, now, &origin, entry.with("team", team)).await?;
                if waits {
                    return Ok(Invited::Waits(id));
                }
                letter.queue(tx, now).await?;
                Ok(Invited::Sent(id, token))
            })
        })
        .await
}

/// What came of an act on an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Done.
    Yes,
    /// It is accepted, revoked or superseded: nothing to do.
    No,
}

/// Takes an invitation back.
///
/// # Errors
/// When the database is away.
pub async fn revoke(
    ground: &Ground,
    permit: Permit,
    origin: &Origin,
    old: Invitation,
) -> Result<Changed, Fault> {
    permit.must_be(&looking_after(&old))?;
    let (now, origin) = (ground.clock.now(), origin.clone());
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !store::revoke(tx, old.id, now).await? {
                    return Ok(Changed::No);
                }
                let entry = Entry::done("invitation.revoked", old.id).organisation(old.organisation_id);
                audit::append(tx, now, &origin, entry).await?;
                Ok(Changed::Yes)
            })
        })
        .await
}

/// Invites the owner of an address anew, in the write that closed an account somebody else had made.
///
/// # Errors
/// When the database is away.
pub async fn invite_again(
    tx: &Tx,
    now: Timestamp,
    (mut row, letter): (Invitation, letters::Prepared),
) -> Result<(), Fault> {
    rules::fit(tx, now, &mut row).await?;
    store::insert(tx, row).await?;
    letter.queue(tx, now).await
}

/// The row and letter of a fresh invitation to the same place as `old`.
#[must_use]
pub fn fresh_copy(ground: &Ground, old: &Invitation, days: i64) -> (Invitation, letters::Prepared) {
    let (row, token) = renewed(ground, old, days);
    let letter = letters::prepare(ground, &row, &token);
    (row, letter)
}

/// The letter of an open invitation with the link it has.
#[must_use]
pub fn letter_again(ground: &Ground, invitation: &Invitation, token: &Secret) -> letters::Prepared {
    // The row's own mail went out already, and an outbox row is delivered once.
    let again = Invitation { mail_id: None, ..invitation.clone() };
    letters::prepare(ground, &again, token)
}

/// The acts that let somebody look after an invitation: of its place, or as its inviter.
fn looking_after(invitation: &Invitation) -> Vec<Act> {
    let (organisation, team) = (invitation.organisation_id, invitation.team_id);
    frozen::act(invitation).into_iter().chain([Act::LookAfter { organisation, team }]).collect()
}

fn renewed(ground: &Ground, old: &Invitation, days: i64) -> (Invitation, Secret) {
    let (now, token) = (ground.clock.now(), ground.random.secret());
    let row = Invitation {
        id: InvitationId(ground.new_id()),
        token_hash: token.hash(),
        created_at: now,
        expires_at: now.plus(days * 24 * 3600),
        opened_at: None,
        accepted_at: None,
        account_id: None,
        revoked_at: None,
        superseded_at: None,
        asked_at: None,
        mail_id: Some(OutboxId(ground.new_id())),
        frozen_at: None,
        waiting_at: None,
        declined_at: None,
        ..old.clone()
    };
    (row, token)
}

fn new_row(
    ground: &Ground,
    (organisation_id, team_id, role): (OrganisationId, Option<TeamId>, Role),
    days: i64,
    inviter_id: Option<AccountId>,
    new: New,
) -> (Invitation, Secret) {
    let (now, token) = (ground.clock.now(), ground.random.secret());
    let row = Invitation {
        id: InvitationId(ground.new_id()),
        token_hash: token.hash(),
        email: new.address.shown().to_owned(),
        email_key: new.address.key().to_owned(),
        organisation_id,
        team_id,
        role: role.name().to_owned(),
        client_id: new.client_id,
        inviter_id,
        message: new.message.filter(|words| !words.is_empty()),
        locale: new.language,
        created_at: now,
        expires_at: now.plus(days * 24 * 3600),
        opened_at: None,
        accepted_at: None,
        account_id: None,
        revoked_at: None,
        superseded_at: None,
        asked_at: None,
        mail_id: Some(OutboxId(ground.new_id())),
        given_name: None,
        family_name: None,
        frozen_at: None,
        waiting_at: None,
        declined_at: None,
    };
    (row, token)
}

fn inviter(origin: &Origin) -> Option<AccountId> {
    match origin.actor {
        Actor::Account(id) => Some(id),
        _ => None,
    }
}
