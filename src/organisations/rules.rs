//! What holds for inviting into an organisation, as its row keeps it. What the rules mean is asked in `invitations`.

use super::Organisation;
use crate::rights::Role;
use serde_json::{Value, json};

/// What holds for inviting into an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InviteRules {
    /// Addresses that one clinician may invite in a day; 0 for as many as the configuration allows.
    pub peer_quota: i32,
    /// Whether a clinician's invitation waits until somebody who looks after the team approves it.
    pub peer_approval: bool,
    /// Domains that an invited address may have, as A-labels; none for any.
    pub invite_domains: Vec<String>,
    /// Days until a link dies; 0 for those of the configuration.
    pub invite_days: i32,
    /// The role that forms offer first.
    pub default_role: Option<Role>,
    /// The application to land on, where an invitation names none.
    pub default_client: Option<String>,
}

impl InviteRules {
    /// Those of an organisation.
    #[must_use]
    pub fn of(row: &Organisation) -> Self {
        Self {
            peer_quota: row.peer_quota,
            peer_approval: row.peer_approval,
            invite_domains: row.invite_domains.split_whitespace().map(str::to_owned).collect(),
            invite_days: row.invite_days,
            default_role: Role::parse(&row.default_role),
            default_client: Some(row.default_client.clone()).filter(|id| !id.is_empty()),
        }
    }

    /// The organisation with these.
    #[must_use]
    pub fn onto(&self, row: Organisation) -> Organisation {
        Organisation {
            peer_quota: self.peer_quota,
            peer_approval: self.peer_approval,
            invite_domains: self.invite_domains.join(" "),
            invite_days: self.invite_days,
            default_role: self.default_role.map(Role::name).unwrap_or_default().to_owned(),
            default_client: self.default_client.clone().unwrap_or_default(),
            ..row
        }
    }

    /// Each by its name in files, in the API and in the trail.
    #[must_use]
    pub fn named(&self) -> [(&'static str, Value); 6] {
        [
            ("peer_quota", json!(self.peer_quota)),
            ("peer_approval", json!(self.peer_approval)),
            ("invite_domains", json!(self.invite_domains)),
            ("invite_days", json!(self.invite_days)),
            ("default_role", json!(self.default_role)),
            ("default_client", json!(self.default_client)),
        ]
    }

    /// What differs: name, before, after.
    #[must_use]
    pub fn differences(&self, new: &Self) -> Vec<(&'static str, Value, Value)> {
        let pairs = self.named().into_iter().zip(new.named());
        let changed = pairs.filter(|((_, before), (_, after))| before != after);
        changed.map(|((name, before), (_, after))| (name, before, after)).collect()
    }
}
