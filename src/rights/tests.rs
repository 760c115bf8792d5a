//! The whole matrix.

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
    use Role::{Admin, Auditor, Clinician, OrganisationAdmin, Support, TeamLead};
    static EVERYONE: [Role; 6] = Role::ALL;
    let everyone = EVERYONE.as_slice();
    type Line = (Role, bool, &'static [Role], &'static [Role], &'static [Role]);
    let table: [Line; 7] = [
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
        (Support, true, &[], &[], &[]),
        (Auditor, true, &[], &[], &[]),
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
        (Role::Support, [true, true, true]),
        (Role::Auditor, [false, false, false]),
    ];
    for (role, wanted) in expected {
        let got = [own, other, elsewhere].map(|act| may(&person(role, true), act).is_some());
        assert_eq!(got, wanted, "{role:?}");
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

/// Where an act is about: the own organisation, another one, the whole installation.
const PLACES: [Option<OrganisationId>; 3] = [Some(organisation(1)), Some(organisation(2)), None];

/// For each role, in `PLACES`: what of which area is seen and changed, and which guarded acts are open.
/// `own` is the first place alone, `all` is all three.
#[test]
fn the_matrix_of_areas_is_exact() {
    use Area::{Audit, Invitations, Messages, Notices, Organisations, People};
    type Line =
        (Role, &'static [Area], &'static [Area], &'static [Area], &'static [Guarded], &'static [Guarded]);
    let everything: &'static [Area] = &Area::ALL;
    let of_an_organisation: &'static [Area] = &[People, Invitations, Organisations, Notices, Audit];
    let changed: &'static [Area] = &[People, Invitations, Organisations];
    // role, seen everywhere, seen in the own organisation, changed there, guarded there, guarded everywhere
    let table: [Line; 6] = [
        (Role::Clinician, &[], &[], &[], &[], &[]),
        (Role::TeamLead, &[], &[], &[], &[], &[]),
        (Role::OrganisationAdmin, &[], of_an_organisation, changed, &[Guarded::Roles], &[]),
        (Role::Admin, everything, everything, everything, &Guarded::ALL, &Guarded::ALL),
        (Role::Support, &[People, Invitations, Messages], &[], &[], &[], &[]),
        (Role::Auditor, everything, everything, &[], &[], &[]),
    ];
    for (role, seen, seen_here, changed, guarded_here, guarded) in table {
        let who = bearer(role, &ApiScope::ALL, true);
        for (at, place) in PLACES.into_iter().enumerate() {
            let own = at == 0;
            for area in Area::ALL {
                let sees = seen.contains(&area) || own && seen_here.contains(&area);
                assert_eq!(may(&who, Act::See(area, place)).is_some(), sees, "{role:?} sees {area:?} {at}");
                let changes = changed.contains(&area) && (own || role == Role::Admin);
                assert_eq!(may(&who, Act::Change(area, place)).is_some(), changes, "{role:?} {area:?} {at}");
            }
            for act in Guarded::ALL {
                let open = guarded.contains(&act) || own && guarded_here.contains(&act);
                assert_eq!(may(&who, Act::Guarded(act, place)).is_some(), open, "{role:?} {act:?} {at}");
            }
        }
    }
}

fn bearer(role: Role, scopes: &[ApiScope], is_fresh: bool) -> Who {
    let Who::Person(id, places) = person(role, true) else { panic!("no person") };
    Who::Bearer(Bearer { person: Some((id, places)), scopes: scopes.iter().copied().collect(), is_fresh })
}

fn every_act() -> Vec<Act> {
    let (organisation, team) = (organisation(1), team(1));
    let mut acts = vec![
        Act::Invite { organisation, team, role: Role::Clinician },
        Act::LookAfter { organisation, team },
    ];
    for area in Area::ALL {
        acts.extend([Act::See(area, None), Act::Change(area, None)]);
    }
    acts.extend(Guarded::ALL.map(|act| Act::Guarded(act, None)));
    acts
}

#[test]
fn a_token_opens_no_more_than_its_scope() {
    for act in every_act() {
        for scope in ApiScope::ALL {
            let open = may(&bearer(Role::Admin, &[scope], true), act).is_some();
            assert_eq!(open, act.scope() == scope, "{act:?} with {scope:?}");
        }
        assert!(may(&bearer(Role::Admin, &[], true), act).is_none());
        let clinician = may(&bearer(Role::Clinician, &ApiScope::ALL, true), act).is_some();
        let as_person = may(&person(Role::Clinician, true), act).is_some();
        assert_eq!(clinician, as_person, "a scope adds no right: {act:?}");
    }
}

#[test]
fn guarded_acts_want_both_factors_fresh_and_of_a_service_the_scope_for_it() {
    for act in every_act() {
        let service = |scopes: &[ApiScope]| {
            let scopes = scopes.iter().copied().collect();
            may(&Who::Bearer(Bearer { person: None, scopes, is_fresh: false }), act).is_some()
        };
        let stale = decide(&bearer(Role::Admin, &ApiScope::ALL, false), act);
        let session = decide(&person(Role::Admin, false), act);
        let nobody = decide(&bearer(Role::Clinician, &ApiScope::ALL, false), act);
        assert_eq!(matches!(stale, Decision::StepUp), act.is_guarded(), "{act:?}");
        assert_eq!(matches!(session, Decision::StepUp), act.is_guarded(), "{act:?}");
        assert!(!matches!(nobody, Decision::StepUp), "who may not is not asked to prove anything: {act:?}");
        assert_eq!(service(&[act.scope()]), !act.is_guarded(), "{act:?}");
        assert!(service(&[act.scope(), ApiScope::Sensitive]), "{act:?}");
        assert!(may(&Who::Host, act).is_some(), "{act:?}");
    }
}

#[test]
fn scopes_are_read_by_name_and_others_are_left_out() {
    let all = ApiScope::ALL.map(ApiScope::name).join(" ");
    assert_eq!(ApiScope::all_in(&all), ApiScope::ALL.into_iter().collect());
    assert_eq!(
        ApiScope::all_in("openid wardgate:staff wardgate:READ wardgate:read"),
        [ApiScope::Read].into()
    );
    assert!(ApiScope::all_in("").is_empty());
}

#[test]
fn lists_are_cut_down_to_what_somebody_sees() {
    let of = |role, area| reach(&bearer(role, &ApiScope::ALL, true), area);
    let own = Reach::Within(vec![organisation(1)]);
    assert_eq!(of(Role::Admin, Area::Keys), Reach::All);
    assert_eq!(of(Role::Auditor, Area::People), Reach::All);
    assert_eq!(of(Role::Support, Area::Keys), Reach::Within(vec![]));
    assert_eq!(of(Role::OrganisationAdmin, Area::People), own);
    assert_eq!(of(Role::OrganisationAdmin, Area::Clients), Reach::Within(vec![]));
    assert_eq!(of(Role::TeamLead, Area::People), Reach::Within(vec![]));
    assert_eq!(reach(&Who::Host, Area::Audit), Reach::All);
    assert_eq!(reach(&bearer(Role::Admin, &[], true), Area::People), Reach::Within(vec![]));
}
