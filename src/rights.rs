//! Who may do what to whom: a pure table. An administrative use case takes the `Permit` that only
//! this module makes, so it cannot be called without having asked.

use crate::ids::{AccountId, OrganisationId, TeamId};
use serde::{Deserialize, Serialize};

/// A role in an organisation. The order is the reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works with patients.
    Clinician,
    /// Leads one team.
    TeamLead,
    /// Looks after one organisation.
    OrganisationAdmin,
    /// Looks after the whole installation.
    Admin,
}

impl Role {
    /// Every role, least reach first.
    pub const ALL: [Self; 4] = [Self::Clinician, Self::TeamLead, Self::OrganisationAdmin, Self::Admin];

    /// The stored name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Clinician => "clinician",
            Self::TeamLead => "team_lead",
            Self::OrganisationAdmin => "organisation_admin",
            Self::Admin => "admin",
        }
    }

    /// Reads a stored or typed name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// One place of a person: a role in an organisation and, mostly, a team.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The team; roles above team lead need none.
    pub team: Option<TeamId>,
    /// The role there.
    pub role: Role,
    /// Whether this organisation lets clinicians invite into their own team.
    pub peers_may_invite: bool,
}

/// A place by the names of its organisation and team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPlace {
    /// The organisation.
    pub organisation: String,
    /// The team, if any.
    pub team: Option<String>,
    /// The role there.
    pub role: Role,
}

/// Who may use an application: people who have a place like this. What is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Audience {
    /// In this organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// In a team of this name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// With this role, or one of greater reach.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// Whether somebody with these places may use an application. One without audiences is for everybody.
#[must_use]
pub fn admits(audiences: &[Audience], places: &[NamedPlace]) -> bool {
    let fits = |audience: &Audience, place: &NamedPlace| {
        let organisation = audience.organisation.as_ref().is_none_or(|name| *name == place.organisation);
        let team = audience.team.is_none() || audience.team == place.team;
        organisation && team && audience.role.is_none_or(|least| least <= place.role)
    };
    let any_place = |audience: &Audience| places.iter().any(|place| fits(audience, place));
    audiences.is_empty() || audiences.iter().any(any_place)
}

/// Somebody who wants to act.
#[derive(Clone, Debug)]
pub enum Who {
    /// A command on the host: whoever can run it owns the installation already.
    Host,
    /// A signed-in person with all places.
    Person(AccountId, Vec<Place>),
}

/// What is to be done, and where.
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
    /// Add organisations, teams and clients, disable people.
    Administer,
}

/// Proof that an act was allowed. Only `may` makes one.
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
}

/// Whether `who` may do `act`.
#[must_use]
pub fn may(who: &Who, act: Act) -> Option<Permit> {
    let allowed = match who {
        Who::Host => true,
        Who::Person(_, places) => places.iter().any(|place| place_allows(place, act)),
    };
    allowed.then_some(Permit { act })
}

fn place_allows(place: &Place, act: Act) -> bool {
    let inside = |organisation, team: Option<TeamId>| match place.role {
        Role::Admin => true,
        Role::OrganisationAdmin => place.organisation == organisation,
        Role::TeamLead | Role::Clinician => {
            place.organisation == organisation && place.team.is_some() && place.team == team
        }
    };
    match act {
        Act::Invite { organisation, team, role } => {
            let reach = match place.role {
                Role::Admin => true,
                Role::OrganisationAdmin | Role::TeamLead => role <= place.role,
                Role::Clinician => role == Role::Clinician && place.peers_may_invite,
            };
            reach && inside(organisation, team)
        }
        Act::LookAfter { organisation, team } => place.role >= Role::TeamLead && inside(organisation, team),
        Act::Administer => place.role == Role::Admin,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const fn organisation(n: u128) -> OrganisationId {
        OrganisationId(Uuid::from_u128(n))
    }
    const fn team(n: u128) -> Option<TeamId> {
        Some(TeamId(Uuid::from_u128(n)))
    }

    fn person(role: Role, peers_may_invite: bool) -> Who {
        let place = Place { organisation: organisation(1), team: team(1), role, peers_may_invite };
        Who::Person(AccountId(Uuid::from_u128(9)), vec![place])
    }

    /// For each role: which roles may be invited into the own team, another team, another organisation.
    #[test]
    fn the_invite_matrix_is_exact() {
        use Role::{Admin, Clinician, OrganisationAdmin, TeamLead};
        static EVERYONE: [Role; 4] = Role::ALL;
        let everyone = EVERYONE.as_slice();
        type Line = (Role, bool, &'static [Role], &'static [Role], &'static [Role]);
        let table: [Line; 5] = [
            (Clinician, false, &[], &[], &[]),
            (Clinician, true, &[Clinician], &[], &[]),
            (TeamLead, false, &[Clinician, TeamLead], &[], &[]),
            (
                OrganisationAdmin,
                false,
                &[Clinician, TeamLead, OrganisationAdmin],
                &[Clinician, TeamLead, OrganisationAdmin],
                &[],
            ),
            (Admin, false, everyone, everyone, everyone),
        ];
        for (role, peers, own, other_team, elsewhere) in table {
            let who = person(role, peers);
            for invited in Role::ALL {
                for (place, expected) in [
                    ((organisation(1), team(1)), own),
                    ((organisation(1), team(2)), other_team),
                    ((organisation(1), None), other_team),
                    ((organisation(2), team(3)), elsewhere),
                ] {
                    let act = Act::Invite { organisation: place.0, team: place.1, role: invited };
                    let got = may(&who, act).is_some();
                    assert_eq!(got, expected.contains(&invited), "{role:?} peers={peers} {act:?}");
                }
            }
        }
    }

    #[test]
    fn only_leads_look_after_people_and_only_in_their_reach() {
        let own = Act::LookAfter { organisation: organisation(1), team: team(1) };
        let other = Act::LookAfter { organisation: organisation(1), team: team(2) };
        let elsewhere = Act::LookAfter { organisation: organisation(2), team: team(1) };
        let expected = [
            (Role::Clinician, [false, false, false]),
            (Role::TeamLead, [true, false, false]),
            (Role::OrganisationAdmin, [true, true, false]),
            (Role::Admin, [true, true, true]),
        ];
        for (role, wanted) in expected {
            let got = [own, other, elsewhere].map(|act| may(&person(role, true), act).is_some());
            assert_eq!(got, wanted, "{role:?}");
            let administers = may(&person(role, true), Act::Administer).is_some();
            assert_eq!(administers, role == Role::Admin);
        }
    }

    #[test]
    fn a_place_without_a_team_is_no_key_to_things_without_a_team() {
        let place =
            Place { organisation: organisation(1), team: None, role: Role::TeamLead, peers_may_invite: true };
        let who = Who::Person(AccountId(Uuid::from_u128(9)), vec![place]);
        let act = Act::LookAfter { organisation: organisation(1), team: None };
        assert!(may(&who, act).is_none());
    }

    #[test]
    fn an_application_admits_whom_one_of_its_audiences_describes() {
        let place = |organisation: &str, team: Option<&str>, role| NamedPlace {
            organisation: organisation.to_owned(),
            team: team.map(str::to_owned),
            role,
        };
        let audience = |organisation: Option<&str>, team: Option<&str>, role| Audience {
            organisation: organisation.map(str::to_owned),
            team: team.map(str::to_owned),
            role,
        };
        let nurse = vec![place("North", Some("Heart"), Role::Clinician)];
        let lead = vec![place("North", Some("Heart"), Role::TeamLead), place("South", None, Role::Clinician)];
        let table = [
            (vec![], true, true),
            (vec![audience(Some("North"), None, None)], true, true),
            (vec![audience(Some("South"), None, None)], false, true),
            (vec![audience(None, Some("Heart"), None)], true, true),
            (vec![audience(Some("South"), Some("Heart"), None)], false, false),
            (vec![audience(Some("North"), None, Some(Role::TeamLead))], false, true),
            (vec![audience(Some("South"), None, Some(Role::TeamLead))], false, false),
            (
                vec![audience(Some("East"), None, None), audience(None, None, Some(Role::Clinician))],
                true,
                true,
            ),
        ];
        for (audiences, for_nurse, for_lead) in table {
            assert_eq!(admits(&audiences, &nurse), for_nurse, "{audiences:?}");
            assert_eq!(admits(&audiences, &lead), for_lead, "{audiences:?}");
            assert_eq!(admits(&audiences, &[]), audiences.is_empty(), "nobody without a place");
        }
    }
}
