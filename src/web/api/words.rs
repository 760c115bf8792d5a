//! Closed lists of words that calls take and give.

use crate::accounts::directory::State;
use crate::rights::Role;
use poem_openapi::Enum;

/// Where an account stands.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "PersonState", rename_all = "snake_case")]
pub(super) enum StateView {
    /// The address is still to be proved.
    Unverified,
    /// The time to prove the address ran out.
    Blocked,
    /// The address is proved.
    Verified,
    /// An administrator closed it.
    Disabled,
}

impl From<StateView> for State {
    fn from(state: StateView) -> Self {
        match state {
            StateView::Unverified => Self::Unverified,
            StateView::Blocked => Self::Blocked,
            StateView::Verified => Self::Verified,
            StateView::Disabled => Self::Disabled,
        }
    }
}

impl From<State> for StateView {
    fn from(state: State) -> Self {
        match state {
            State::Unverified => Self::Unverified,
            State::Blocked => Self::Blocked,
            State::Verified => Self::Verified,
            State::Disabled => Self::Disabled,
        }
    }
}

/// A role.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "Role", rename_all = "snake_case")]
pub(super) enum RoleView {
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

impl From<RoleView> for Role {
    fn from(role: RoleView) -> Self {
        match role {
            RoleView::Clinician => Self::Clinician,
            RoleView::TeamLead => Self::TeamLead,
            RoleView::OrganisationAdmin => Self::OrganisationAdmin,
            RoleView::Admin => Self::Admin,
            RoleView::Support => Self::Support,
            RoleView::Auditor => Self::Auditor,
        }
    }
}

impl From<Role> for RoleView {
    fn from(role: Role) -> Self {
        match role {
            Role::Clinician => Self::Clinician,
            Role::TeamLead => Self::TeamLead,
            Role::OrganisationAdmin => Self::OrganisationAdmin,
            Role::Admin => Self::Admin,
            Role::Support => Self::Support,
            Role::Auditor => Self::Auditor,
        }
    }
}
