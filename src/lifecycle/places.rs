//! Giving and taking places and roles.

use super::Lifecycle;
use super::people::{Acted, Held, Over};
use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, MembershipId, OrganisationId, TeamId};
use crate::invitations;
use crate::organisations::{self, Member, Membership};
use crate::rights::{self, Act, Guarded, Permit, Role};
use crate::store::Tx;

/// A place that somebody is to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewPlace {
    /// In which organisation.
    pub organisation: OrganisationId,
    /// In which of its teams, if any.
    pub team: Option<TeamId>,
    /// With which role. Who has the place gets this role in it.
    pub role: Role,
}

fn is_for_roles(permit: Permit) -> Result<Act, Fault> {
    match permit.act() {
        act @ Act::Guarded(Guarded::Roles, _) => Ok(act),
        act => Err(Fault::internal(format!("a permit for {act:?} was used for another act"))),
    }
}

/// What a change of a place is made with.
struct Write {
    act: Act,
    now: Timestamp,
    origin: Origin,
}

impl Lifecycle {
    /// Gives a person a place, or another role in it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn give_place(
        &self,
        permit: Permit,
        over: Over<'_>,
        new: NewPlace,
        origin: &Origin,
    ) -> Result<Acted, Fault> {
        let write =
            Write { act: is_for_roles(permit)?, now: self.ground.clock.now(), origin: origin.clone() };
        let (id, seen) = (over.id, over.seen.map(str::to_owned));
        let place = MembershipId(self.ground.new_id());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    match Held::take(tx, id, seen.as_deref()).await? {
                        Ok(held) => write.give(tx, &held, (place, new)).await,
                        Err(acted) => Ok(acted),
                    }
                })
            })
            .await
    }

    /// Takes a place from a person.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn take_place(
        &self,
        permit: Permit,
        over: Over<'_>,
        place: MembershipId,
        origin: &Origin,
    ) -> Result<Acted, Fault> {
        let write =
            Write { act: is_for_roles(permit)?, now: self.ground.clock.now(), origin: origin.clone() };
        let (id, seen) = (over.id, over.seen.map(str::to_owned));
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    match Held::take(tx, id, seen.as_deref()).await? {
                        Ok(held) => write.take(tx, &held, place).await,
                        Err(acted) => Ok(acted),
                    }
                })
            })
            .await
    }
}

impl Write {
    async fn give(
        &self,
        tx: &Tx,
        held: &Held,
        (place, new): (MembershipId, NewPlace),
    ) -> Result<Acted, Fault> {
        let here = |member: &Member| member.organisation.0 == new.organisation;
        // Whoever looks after one organisation does not draw others' people into it: for that there are invitations.
        let known = self.act == Act::Guarded(Guarded::Roles, None) || held.members.iter().any(here);
        if !known || !rights::gives(self.act, new.organisation, new.role) {
            return Ok(Acted::Beyond);
        }
        if !is_there(tx, new).await? {
            return Ok(Acted::Gone);
        }
        let same = |member: &&Member| here(member) && member.team.as_ref().map(|(id, _)| *id) == new.team;
        match held.members.iter().find(same) {
            Some(old) if old.role == new.role => Ok(Acted::Already),
            Some(old) => self.change(tx, held, (old, new.role)).await,
            None => self.add(tx, held.account.id, (place, new)).await,
        }
    }

    async fn add(
        &self,
        tx: &Tx,
        account: AccountId,
        (id, new): (MembershipId, NewPlace),
    ) -> Result<Acted, Fault> {
        let row = Membership {
            id,
            account_id: account,
            organisation_id: new.organisation,
            team_id: new.team,
            role: new.role.name().to_owned(),
            created_at: self.now,
        };
        organisations::add_place(tx, row).await?;
        let entry = Entry::done("membership.added", account).organisation(new.organisation);
        let entry = entry.with("role", new.role).with("team", new.team);
        audit::append(tx, self.now, &self.origin, entry).await?;
        Ok(Acted::Done)
    }

    async fn change(&self, tx: &Tx, held: &Held, (old, role): (&Member, Role)) -> Result<Acted, Fault> {
        if let Some(refused) = self.refused(tx, held, (old, Some(role))).await? {
            return Ok(refused);
        }
        organisations::set_role(tx, old.id, role).await?;
        let entry = about("membership.changed", held, old).changed("role", old.role, role);
        audit::append(tx, self.now, &self.origin, entry).await?;
        invitations::freeze_of(tx, (&self.origin, self.now), held.account.id).await?;
        Ok(Acted::Done)
    }

    async fn take(&self, tx: &Tx, held: &Held, place: MembershipId) -> Result<Acted, Fault> {
        let Some(old) = held.members.iter().find(|member| member.id == place) else { return Ok(Acted::Gone) };
        if let Some(refused) = self.refused(tx, held, (old, None)).await? {
            return Ok(refused);
        }
        organisations::remove_place(tx, old.id).await?;
        let entry = about("membership.removed", held, old).with("role", old.role);
        audit::append(tx, self.now, &self.origin, entry).await?;
        invitations::freeze_of(tx, (&self.origin, self.now), held.account.id).await?;
        Ok(Acted::Done)
    }

    /// Why a role may not be taken: it is beyond the right, one's own last key to the console, or the installation's.
    async fn refused(
        &self,
        tx: &Tx,
        held: &Held,
        (old, becomes): (&Member, Option<Role>),
    ) -> Result<Option<Acted>, Fault> {
        if !rights::gives(self.act, old.organisation.0, old.role) {
            return Ok(Some(Acted::Beyond));
        }
        let keeps = |role| becomes.is_some_and(|new| new.covers(role)) || has_another(held, old, role);
        let administers = matches!(old.role, Role::Admin | Role::OrganisationAdmin);
        if administers && self.origin.actor == Actor::Account(held.account.id) && !keeps(old.role) {
            return Ok(Some(Acted::Yourself));
        }
        let last = old.role == Role::Admin && !keeps(Role::Admin) && held.is_last_admin(tx).await?;
        Ok(last.then_some(Acted::LastAdmin))
    }
}

/// Whether a person has a role by another place too: of an organisation's admin in the same one.
fn has_another(held: &Held, old: &Member, role: Role) -> bool {
    let fits = |other: &Member| {
        let reaches = other.role == Role::Admin || other.organisation.0 == old.organisation.0;
        other.id != old.id && reaches && other.role.covers(role)
    };
    held.members.iter().any(fits)
}

async fn is_there(tx: &Tx, new: NewPlace) -> Result<bool, Fault> {
    if organisations::find(tx, new.organisation).await?.is_none() {
        return Ok(false);
    }
    let Some(team) = new.team else { return Ok(true) };
    let found = organisations::find_team(tx, team).await?;
    Ok(found.is_some_and(|team| team.organisation_id == new.organisation))
}

fn about(act: &'static str, held: &Held, old: &Member) -> Entry {
    let entry = Entry::done(act, held.account.id).organisation(old.organisation.0);
    entry.with("team", old.team.as_ref().map(|(id, _)| *id))
}
