//! Acts on one person, who may have several places: how far a right over one organisation reaches. Pure.

use super::{Act, Area, Decision, Guarded, Place, Reach, Role, Who, decide, place_allows, reach};
use crate::ids::OrganisationId;

/// The right by which somebody sees a person who has these places, if any: over the installation, or over an
/// organisation that one of the places is in.
#[must_use]
pub fn sight(who: &Who, places: &[Place]) -> Option<Act> {
    match reach(who, Area::People) {
        Reach::All => Some(Act::See(Area::People, None)),
        Reach::Within(own) => {
            let seen = places.iter().find(|place| own.contains(&place.organisation));
            seen.map(|place| Act::See(Area::People, Some(place.organisation)))
        }
    }
}

/// The right that a change of a person with these places takes, as far as `who` might have it: over the one
/// organisation that every place is in, else over the installation.
#[must_use]
pub fn over(who: &Who, places: &[Place]) -> Act {
    let everywhere = Act::Change(Area::People, None);
    let is_open = |act| !matches!(decide(who, act), Decision::Refused);
    let first = places.first().map(|place| Act::Change(Area::People, Some(place.organisation)));
    match first {
        Some(act) if !is_open(everywhere) && is_open(act) && reaches(act, places) => act,
        _ => everywhere,
    }
}

/// Whether the right to change people reaches a person with these places. Who looks after one organisation changes
/// nobody who works elsewhere too, and nobody whose role is beyond the own one.
#[must_use]
pub fn reaches(act: Act, places: &[Place]) -> bool {
    match act {
        Act::Change(Area::People, None) => true,
        Act::Change(Area::People, Some(own)) => {
            let below =
                |place: &Place| place.organisation == own && Role::OrganisationAdmin.covers(place.role);
            !places.is_empty() && places.iter().all(below)
        }
        _ => false,
    }
}

/// The right to help a person with these places who is stuck: over one of the places, else over the installation.
#[must_use]
pub fn help(who: &Who, places: &[Place]) -> Act {
    let acts =
        places.iter().map(|place| Act::LookAfter { organisation: place.organisation, team: place.team });
    let open = acts.into_iter().find(|act| matches!(decide(who, *act), Decision::Allowed(_)));
    open.unwrap_or_else(|| over(who, places))
}

/// Whether somebody with these places invites only because an organisation lets clinicians: no place of a lead or an
/// admin allows it.
#[must_use]
pub fn invites_as_peer(places: &[Place], act: Act) -> bool {
    !places.iter().any(|place| place.role != Role::Clinician && place_allows(place, act))
}

/// The right that giving or taking a role takes: those of the whole installation are given by its admins alone.
#[must_use]
pub fn role_act(organisation: OrganisationId, role: Role) -> Act {
    let within = Role::OrganisationAdmin.covers(role);
    Act::Guarded(Guarded::Roles, within.then_some(organisation))
}

/// Whether the right to give and take roles reaches this one.
#[must_use]
pub fn gives(act: Act, organisation: OrganisationId, role: Role) -> bool {
    act == Act::Guarded(Guarded::Roles, None) || act == role_act(organisation, role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::AccountId;
    use uuid::Uuid;

    const fn organisation(n: u128) -> OrganisationId {
        OrganisationId(Uuid::from_u128(n))
    }

    const fn place(n: u128, role: Role) -> Place {
        Place { organisation: organisation(n), team: None, role, peers_may_invite: true }
    }

    fn person(role: Role) -> Who {
        Who::Person(AccountId(Uuid::from_u128(9)), vec![place(1, role)])
    }

    #[test]
    fn an_organisation_admin_changes_only_people_of_that_organisation_alone_a103_i43() {
        use Role::{Admin, Auditor, Clinician, OrganisationAdmin, Support, TeamLead};
        let table: [(&[Place], bool, bool); 8] = [
            (&[place(1, Clinician)], true, true),
            (&[place(1, TeamLead), place(1, OrganisationAdmin)], true, true),
            (&[place(1, Clinician), place(2, Clinician)], true, false),
            (&[place(2, Clinician)], false, false),
            (&[place(1, Admin)], true, false),
            (&[place(1, Support)], true, false),
            (&[place(1, Auditor)], true, false),
            (&[], false, false),
        ];
        for (places, seen, changed) in table {
            let who = person(OrganisationAdmin);
            assert_eq!(sight(&who, places).is_some(), seen, "{places:?}");
            let act = over(&who, places);
            let may = matches!(decide(&who, act), Decision::Allowed(_)) && reaches(act, places);
            assert_eq!(may, changed, "{places:?}");
            for (role, sees_all, changes_all) in [
                (Admin, true, true),
                (Auditor, true, false),
                (Support, true, false),
                (Clinician, false, false),
            ] {
                let who = person(role);
                assert_eq!(sight(&who, places).is_some(), sees_all, "{role:?} {places:?}");
                let act = over(&who, places);
                let may = matches!(decide(&who, act), Decision::Allowed(_)) && reaches(act, places);
                assert_eq!(may, changes_all, "{role:?} {places:?}");
            }
        }
    }

    #[test]
    fn nobody_gives_a_role_beyond_the_own_reach() {
        for role in Role::ALL {
            let act = role_act(organisation(1), role);
            let own = !matches!(role, Role::Admin | Role::Support | Role::Auditor);
            let who = person(Role::OrganisationAdmin);
            assert_eq!(!matches!(decide(&who, act), Decision::Refused), own, "{role:?}");
            let elsewhere = role_act(organisation(2), role);
            assert!(matches!(decide(&who, elsewhere), Decision::Refused), "{role:?}");
            assert!(gives(Act::Guarded(Guarded::Roles, None), organisation(1), role));
            assert_eq!(
                gives(Act::Guarded(Guarded::Roles, Some(organisation(1))), organisation(1), role),
                own
            );
            assert!(!gives(Act::Guarded(Guarded::Roles, Some(organisation(2))), organisation(1), role));
            for other in [Role::Clinician, Role::TeamLead, Role::Support, Role::Auditor] {
                assert!(matches!(decide(&person(other), act), Decision::Refused), "{other:?} {role:?}");
            }
        }
    }

    #[test]
    fn support_helps_who_is_stuck_and_changes_nobody() {
        let places = [place(1, Role::Clinician)];
        for (role, helps) in [
            (Role::Support, true),
            (Role::OrganisationAdmin, true),
            (Role::Admin, true),
            (Role::Auditor, false),
            (Role::Clinician, false),
        ] {
            let who = person(role);
            let allowed = matches!(decide(&who, help(&who, &places)), Decision::Allowed(_));
            assert_eq!(allowed, helps, "{role:?}");
        }
    }
}
