//! Roles and places, and who an application is for.

use crate::ids::{OrganisationId, TeamId};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A role in an organisation.
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
    /// Helps people of the whole installation who are stuck; changes no setting.
    Support,
    /// Sees everything in the whole installation, and changes nothing.
    Auditor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] =
        [Self::Clinician, Self::TeamLead, Self::OrganisationAdmin, Self::Admin, Self::Support, Self::Auditor];

    /// The stored name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clinician => "clinician",
            Self::TeamLead => "team_lead",
            Self::OrganisationAdmin => "organisation_admin",
            Self::Admin => "admin",
            Self::Support => "support",
            Self::Auditor => "auditor",
        }
    }

    /// Reads a stored or typed name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether who has this role has `least` too. The first four form a ladder; support and auditor stand beside it.
    #[must_use]
    pub const fn covers(self, least: Self) -> bool {
        match (self.rung(), least.rung()) {
            (Some(own), Some(least)) => own >= least,
            (None, None) => self as u8 == least as u8,
            _ => false,
        }
    }

    const fn rung(self) -> Option<u8> {
        match self {
            Self::Clinician | Self::TeamLead | Self::OrganisationAdmin | Self::Admin => Some(self as u8),
            Self::Support | Self::Auditor => None,
        }
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
    /// With this role, or one that covers it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// As options and forms write it: `organisation=North,team=Heart,role=team_lead`.
impl fmt::Display for Audience {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = self.role.map(|role| role.name().to_owned());
        let parts = [("organisation", &self.organisation), ("team", &self.team), ("role", &role)];
        let parts = parts.iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_ref()?)));
        f.write_str(&parts.collect::<Vec<_>>().join(","))
    }
}

impl FromStr for Audience {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut audience = Self::default();
        for part in text.split(',') {
            let (name, value) = part.split_once('=').ok_or("write organisation=…,team=…,role=…")?;
            match name.trim() {
                "organisation" => audience.organisation = Some(value.trim().to_owned()),
                "team" => audience.team = Some(value.trim().to_owned()),
                "role" => audience.role = Some(Role::parse(value.trim()).ok_or("there is no such role")?),
                _ => return Err("the parts are organisation, team and role".to_owned()),
            }
        }
        Ok(audience)
    }
}

/// Whether somebody with these places may use an application. One without audiences is for everybody.
#[must_use]
pub fn admits(audiences: &[Audience], places: &[NamedPlace]) -> bool {
    let fits = |audience: &Audience, place: &NamedPlace| {
        let organisation = audience.organisation.as_ref().is_none_or(|name| *name == place.organisation);
        let team = audience.team.is_none() || audience.team == place.team;
        organisation && team && audience.role.is_none_or(|least| place.role.covers(least))
    };
    let any_place = |audience: &Audience| places.iter().any(|place| fits(audience, place));
    audiences.is_empty() || audiences.iter().any(any_place)
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_role_covers_those_below_it_on_the_ladder_and_itself() {
        use Role::{Admin, Auditor, Clinician, OrganisationAdmin, Support, TeamLead};
        let table: [(Role, &[Role]); 6] = [
            (Clinician, &[Clinician]),
            (TeamLead, &[Clinician, TeamLead]),
            (OrganisationAdmin, &[Clinician, TeamLead, OrganisationAdmin]),
            (Admin, &[Clinician, TeamLead, OrganisationAdmin, Admin]),
            (Support, &[Support]),
            (Auditor, &[Auditor]),
        ];
        for (role, expected) in table {
            let covered: Vec<Role> = Role::ALL.into_iter().filter(|least| role.covers(*least)).collect();
            assert_eq!(covered, expected, "{role:?}");
            assert_eq!(Role::parse(role.name()), Some(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.name());
        }
    }
}
