//! Who may do what to whom: one pure table. An administrative use case takes the `Permit` that only
//! this module makes, so it cannot be called without having asked.

mod people;
mod role;

pub use people::{gives, help, invites_as_peer, over, reaches, role_act, sight};
pub use role::{Audience, NamedPlace, Place, Role, admits};

use crate::fault::Fault;
use crate::ids::{AccountId, OrganisationId, TeamId};
use std::collections::BTreeSet;

/// Somebody who wants to act.
#[derive(Clone, Debug)]
pub enum Who {
    /// A command on the host: whoever can run it owns the installation already.
    Host,
    /// A signed-in person with all places.
    Person(AccountId, Vec<Place>),
    /// Whoever holds a token of the API or the console.
    Bearer(Bearer),
}

/// What a token lets its holder do: no more than its scopes say, and no more than its person may.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The person and all places; a service has none, and may do what its scopes say.
    pub person: Option<(AccountId, Vec<Place>)>,
    /// What the token was issued for.
    pub scopes: BTreeSet<ApiScope>,
    /// Whether the person has proved both factors within the last minutes.
    pub is_fresh: bool,
}

/// A scope of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiScope {
    /// See what the person may see.
    Read,
    /// Invite, and look after those who were invited.
    Invites,
    /// People, their places and sessions.
    People,
    /// Organisations and teams.
    Organisations,
    /// Applications.
    Clients,
    /// Terms, disclaimers and other notices.
    Notices,
    /// Messages, keys, exports.
    Operations,
    /// For services alone: acts for which a person has to prove both factors again.
    Sensitive,
}

impl ApiScope {
    /// Every scope.
    pub const ALL: [Self; 8] = [
        Self::Read,
        Self::Invites,
        Self::People,
        Self::Organisations,
        Self::Clients,
        Self::Notices,
        Self::Operations,
        Self::Sensitive,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "wardgate:read",
            Self::Invites => "wardgate:invites",
            Self::People => "wardgate:people",
            Self::Organisations => "wardgate:organisations",
            Self::Clients => "wardgate:clients",
            Self::Notices => "wardgate:notices",
            Self::Operations => "wardgate:operations",
            Self::Sensitive => "wardgate:sensitive",
        }
    }

    /// Those in a `scope` value; others are none of the API's business.
    #[must_use]
    pub fn all_in(scope: &str) -> BTreeSet<Self> {
        let named = |word| Self::ALL.into_iter().find(|scope| scope.name() == word);
        scope.split(' ').filter_map(named).collect()
    }
}

/// A part of the installation that is seen or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// People: names, places, sessions, how far they are.
    People,
    /// Invitations.
    Invitations,
    /// Organisations and teams.
    Organisations,
    /// Applications.
    Clients,
    /// Terms, disclaimers and other notices, and who agreed.
    Notices,
    /// What is and was to be delivered.
    Messages,
    /// Signing keys.
    Keys,
    /// The trail.
    Audit,
    /// The configuration.
    Settings,
}

impl Area {
    /// Every area.
    pub const ALL: [Self; 9] = [
        Self::People,
        Self::Invitations,
        Self::Organisations,
        Self::Clients,
        Self::Notices,
        Self::Messages,
        Self::Keys,
        Self::Audit,
        Self::Settings,
    ];
}

/// An act that wants both factors fresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guarded {
    /// Give or take a role.
    Roles,
    /// Make, change or remove an application that holds a secret, or its secret.
    ClientSecrets,
    /// Take data out of the installation.
    Export,
    /// Make, retire or delete keys.
    Keys,
}

impl Guarded {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Roles, Self::ClientSecrets, Self::Export, Self::Keys];
}

/// What is to be done, and where. Without an organisation it is about the whole installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Invite somebody as `role` into an organisation and team.
    Invite {
        /// The organisation.
        organisation: OrganisationId,
        /// The team, if any.
        team: Option<TeamId>,
        /// The role that the invited person will have.
        role: Role,
    },
    /// See and look after the invitations and set-up of people in a team: resend, revoke, unblock.
    LookAfter {
        /// The organisation.
        organisation: OrganisationId,
        /// The team, if any.
        team: Option<TeamId>,
    },
    /// See a part.
    See(Area, Option<OrganisationId>),
    /// Change a part.
    Change(Area, Option<OrganisationId>),
    /// Something that wants both factors fresh.
    Guarded(Guarded, Option<OrganisationId>),
}

impl Act {
    /// The scope that a token needs for it.
    #[must_use]
    pub const fn scope(self) -> ApiScope {
        match self {
            Self::Invite { .. } | Self::LookAfter { .. } | Self::Change(Area::Invitations, _) => {
                ApiScope::Invites
            }
            Self::See(..) => ApiScope::Read,
            Self::Change(Area::People, _) | Self::Guarded(Guarded::Roles, _) => ApiScope::People,
            Self::Change(Area::Organisations, _) => ApiScope::Organisations,
            Self::Change(Area::Clients, _) | Self::Guarded(Guarded::ClientSecrets, _) => ApiScope::Clients,
            Self::Change(Area::Notices, _) => ApiScope::Notices,
            Self::Change(Area::Messages | Area::Keys | Area::Audit | Area::Settings, _)
            | Self::Guarded(Guarded::Export | Guarded::Keys, _) => ApiScope::Operations,
        }
    }

    const fn is_guarded(self) -> bool {
        matches!(self, Self::Guarded(..))
    }
}

/// Proof that an act was allowed. Only `decide` makes one.
#[derive(Clone, Copy, Debug)]
pub struct Permit {
    act: Act,
}

impl Permit {
    /// What was allowed.
    #[must_use]
    pub fn act(&self) -> Act {
        self.act
    }

    /// Stops a use case that was handed a permit for something else.
    ///
    /// # Errors
    /// When the permit is for none of `acts`.
    pub fn must_be(self, acts: &[Act]) -> Result<(), Fault> {
        if acts.contains(&self.act) {
            return Ok(());
        }
        Err(Fault::internal(format!("a permit for {:?} was used for another act", self.act)))
    }
}

/// What the table says.
#[derive(Clone, Copy, Debug)]
pub enum Decision {
    /// Yes.
    Allowed(Permit),
    /// Yes, once the person has proved both factors again.
    StepUp,
    /// No.
    Refused,
}

/// Whether `who` may do `act`, or may after a fresh proof of both factors.
#[must_use]
pub fn decide(who: &Who, act: Act) -> Decision {
    let anywhere = |places: &[Place]| places.iter().any(|place| place_allows(place, act));
    let (allowed, is_fresh) = match who {
        Who::Host => (true, true),
        // A session by itself says nothing of when the factors were proved.
        Who::Person(_, places) => (anywhere(places), false),
        Who::Bearer(Bearer { scopes, .. }) if !scopes.contains(&act.scope()) => (false, false),
        Who::Bearer(Bearer { person: Some((_, places)), is_fresh, .. }) => (anywhere(places), *is_fresh),
        Who::Bearer(Bearer { person: None, scopes, .. }) => {
            let may = !act.is_guarded() || scopes.contains(&ApiScope::Sensitive);
            (may, may)
        }
    };
    match (allowed, act.is_guarded() && !is_fresh) {
        (false, _) => Decision::Refused,
        (true, true) => Decision::StepUp,
        (true, false) => Decision::Allowed(Permit { act }),
    }
}

/// Where somebody sees an area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everywhere.
    All,
    /// In these organisations.
    Within(Vec<OrganisationId>),
}

/// Where `who` sees an area: what lists are cut down to.
#[must_use]
pub fn reach(who: &Who, area: Area) -> Reach {
    if may(who, Act::See(area, None)).is_some() {
        return Reach::All;
    }
    let places = match who {
        Who::Host => return Reach::All,
        Who::Person(_, places) | Who::Bearer(Bearer { person: Some((_, places)), .. }) => places.as_slice(),
        Who::Bearer(Bearer { person: None, .. }) => &[],
    };
    let mut seen: Vec<_> = places.iter().map(|place| place.organisation).collect();
    seen.sort_unstable();
    seen.dedup();
    seen.retain(|organisation| may(who, Act::See(area, Some(*organisation))).is_some());
    Reach::Within(seen)
}

/// Whether `who` may do `act` now.
#[must_use]
pub fn may(who: &Who, act: Act) -> Option<Permit> {
    match decide(who, act) {
        Decision::Allowed(permit) => Some(permit),
        Decision::StepUp | Decision::Refused => None,
    }
}

/// Whether `who` may give an application a scope of the API: none that its own token lacks. What services alone have is
/// given by people.
#[must_use]
pub fn may_give(who: &Who, scope: ApiScope) -> bool {
    match who {
        Who::Host | Who::Person(..) => true,
        Who::Bearer(Bearer { person: Some(_), .. }) if scope == ApiScope::Sensitive => true,
        Who::Bearer(Bearer { scopes, .. }) => scopes.contains(&scope),
    }
}

fn place_allows(place: &Place, act: Act) -> bool {
    let here = |organisation| organisation == Some(place.organisation);
    match (place.role, act) {
        (Role::Admin, _) | (Role::Auditor, Act::See(..)) => true,
        (Role::Support, Act::See(area, _)) => {
            matches!(area, Area::People | Area::Invitations | Area::Messages)
        }
        (Role::Support, Act::LookAfter { .. }) => true,
        (Role::OrganisationAdmin, Act::Invite { organisation, role, .. }) => {
            organisation == place.organisation && place.role.covers(role)
        }
        (Role::OrganisationAdmin, Act::LookAfter { organisation, .. }) => organisation == place.organisation,
        (Role::OrganisationAdmin, Act::See(area, organisation)) => {
            let own = [Area::People, Area::Invitations, Area::Organisations, Area::Notices, Area::Audit];
            here(organisation) && own.contains(&area)
        }
        (Role::OrganisationAdmin, Act::Change(area, organisation)) => {
            here(organisation) && matches!(area, Area::People | Area::Invitations | Area::Organisations)
        }
        (Role::OrganisationAdmin, Act::Guarded(Guarded::Roles, organisation)) => here(organisation),
        (Role::TeamLead, Act::Invite { organisation, team, role }) => {
            is_own_team(place, organisation, team) && place.role.covers(role)
        }
        (Role::TeamLead, Act::LookAfter { organisation, team }) => is_own_team(place, organisation, team),
        (Role::Clinician, Act::Invite { organisation, team, role }) => {
            place.peers_may_invite && role == Role::Clinician && is_own_team(place, organisation, team)
        }
        _ => false,
    }
}

/// A place without a team is no key to things without a team.
fn is_own_team(place: &Place, organisation: OrganisationId, team: Option<TeamId>) -> bool {
    place.organisation == organisation && team.is_some() && place.team == team
}

#[cfg(test)]
mod tests;
