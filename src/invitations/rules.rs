//! What an organisation says about inviting into it. The rules are pure; `rule` asks them in the write that makes an
//! invitation. Leads and admins are bound by the domains alone; a peer, who invites only because the organisation lets
//! clinicians, by the quota and the approval too.

use super::Invitation;
use crate::accounts;
use crate::clients;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, OrganisationId};
use crate::organisations::{self, InviteRules, Organisation};
use crate::rights::{self, Act, Place, Role};
use crate::store::rates::{self, Limit};
use crate::store::{Conn, Tx};

const DAY: i64 = 24 * 3600;
const MOST_DOMAINS: usize = 100;
const MOST_QUOTA: i32 = 100_000;
const MOST_DAYS: i32 = 60;

/// Rules as somebody wrote them, held to what can be: domains as A-labels, each once.
///
/// # Errors
/// Each mistake by its field.
pub fn read(mut rules: InviteRules) -> Result<InviteRules, Vec<(&'static str, String)>> {
    let mut wrong = Vec::new();
    if !(0..=MOST_QUOTA).contains(&rules.peer_quota) {
        wrong.push(("peer_quota", format!("must be from 0 to {MOST_QUOTA}")));
    }
    if !(0..=MOST_DAYS).contains(&rules.invite_days) {
        wrong.push(("invite_days", format!("must be from 0 to {MOST_DAYS}")));
    }
    if rules.default_role.is_some_and(|role| !Role::OrganisationAdmin.covers(role)) {
        wrong.push(("default_role", "must be clinician, team_lead or organisation_admin".to_owned()));
    }
    let mut domains = Vec::new();
    for text in &rules.invite_domains {
        match accounts::email_domain(text) {
            Some(domain) => domains.push(domain),
            None => {
                let shown: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
                wrong.push(("invite_domains", format!("`{shown}` is no domain of e-mail addresses")));
            }
        }
    }
    domains.sort();
    domains.dedup();
    if domains.len() > MOST_DOMAINS {
        wrong.push(("invite_domains", format!("must be {MOST_DOMAINS} at most")));
    }
    rules.invite_domains = domains;
    rules.default_client = rules.default_client.filter(|id| !id.is_empty());
    if wrong.is_empty() { Ok(rules) } else { Err(wrong) }
}

/// Whether the application that the rules name is there.
///
/// # Errors
/// When the database is away.
pub async fn knows_client(conn: &impl Conn, rules: &InviteRules) -> Result<bool, Fault> {
    match &rules.default_client {
        Some(id) => clients::exists(conn, id).await,
        None => Ok(true),
    }
}

/// Whether an address, as compared, may be invited.
#[must_use]
pub fn admits(rules: &InviteRules, email_key: &str) -> bool {
    let domain = email_key.rsplit_once('@').map_or("", |(_, domain)| domain);
    rules.invite_domains.is_empty() || rules.invite_domains.iter().any(|known| known == domain)
}

/// Counts one more invitation of a person today, in the write that makes it; when as many were made as a day allows:
/// until when.
pub(super) async fn count_day(
    tx: &Tx,
    inviter: AccountId,
    per_day: i32,
    now: Timestamp,
) -> Result<Option<Timestamp>, Fault> {
    let limit = Limit { times: per_day, seconds: DAY };
    rates::limit(tx, &format!("invite-day:{inviter}"), limit, now).await
}

/// What is to be done with a new invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ruled {
    /// It is sent.
    Sent,
    /// It waits for somebody to approve it.
    Waits,
    /// The peer has invited as many as a day allows.
    Limit(Timestamp),
}

/// The rules of a place for what one inviter sends there, read once in a write however much that is.
pub(super) struct Ruling {
    organisation: OrganisationId,
    rules: InviteRules,
    /// The inviter with all places; none for the host and for services.
    inviter: Option<(AccountId, Vec<Place>)>,
    /// The application for those that name none.
    client: Option<String>,
}

impl Ruling {
    pub(super) async fn read(
        tx: &Tx,
        place: &Organisation,
        inviter: Option<AccountId>,
    ) -> Result<Self, Fault> {
        let rules = InviteRules::of(place);
        let client = if knows_client(tx, &rules).await? { rules.default_client.clone() } else { None };
        let inviter = match inviter {
            Some(id) => Some((id, organisations::places(tx, id).await?)),
            None => None,
        };
        Ok(Self { organisation: place.id, rules, inviter, client })
    }

    /// Asks in the write that makes an invitation, and fits the row to the rules: how long it lives, where it leads,
    /// whether it waits. The quota is counted in this write, under a lock of its count, so that of any number of
    /// invitations at once no more than it allows are made.
    pub(super) async fn rule(
        &self,
        tx: &Tx,
        now: Timestamp,
        act: Act,
        row: &mut Invitation,
    ) -> Result<Ruled, Fault> {
        let rules = &self.rules;
        let peer = self.inviter.as_ref().filter(|(_, places)| rights::invites_as_peer(places, act));
        if let Some((inviter, _)) = peer.filter(|_| rules.peer_quota > 0) {
            let limit = Limit { times: rules.peer_quota, seconds: DAY };
            let subject = format!("invite-peer:{}:{inviter}", self.organisation);
            if let Some(until) = rates::limit(tx, &subject, limit, now).await? {
                return Ok(Ruled::Limit(until));
            }
        }
        if row.client_id.is_none() {
            row.client_id.clone_from(&self.client);
        }
        live(rules, row, now);
        if peer.is_some() && rules.peer_approval {
            // Nobody ever sees its token: the one that is mailed is made when it is approved.
            (row.waiting_at, row.mail_id) = (Some(now), None);
            return Ok(Ruled::Waits);
        }
        Ok(Ruled::Sent)
    }
}

/// Whether an organisation lets this link out now, and how long it lives: for one that takes the place of another.
pub(super) async fn fit(tx: &Tx, now: Timestamp, row: &mut Invitation) -> Result<bool, Fault> {
    let place = organisations::find(tx, row.organisation_id).await?;
    let Some(rules) = place.as_ref().map(InviteRules::of) else { return Ok(false) };
    live(&rules, row, now);
    Ok(admits(&rules, &row.email_key))
}

fn live(rules: &InviteRules, row: &mut Invitation, now: Timestamp) {
    if rules.invite_days > 0 {
        row.expires_at = now.plus(i64::from(rules.invite_days) * DAY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_admitted_by_its_whole_domain_alone_a11() {
        let rules = |domains: &[&str]| {
            let invite_domains = domains.iter().map(|it| (*it).to_owned()).collect();
            read(InviteRules { invite_domains, ..InviteRules::default() })
        };
        let table: [(&[&str], &str, bool); 8] = [
            (&[], "ada@anything.example", true),
            (&["nhs.example"], "ada@nhs.example", true),
            (&["NHS.Example", "bücher.example"], "ada@xn--bcher-kva.example", true),
            (&["nhs.example"], "ada@evil-nhs.example", false),
            (&["nhs.example"], "ada@sub.nhs.example", false),
            (&["nhs.example"], "ada@nhs.example.evil.example", false),
            (&["nhs.example"], "nhs.example@evil.example", false),
            (&["nhs.example"], "ada", false),
        ];
        for (domains, key, expected) in table {
            assert_eq!(admits(&rules(domains).unwrap(), key), expected, "{domains:?} {key}");
        }
        let kept = rules(&["B.example", "a.EXAMPLE", "b.example"]).unwrap();
        assert_eq!(kept.invite_domains, ["a.example", "b.example"]);
    }

    #[test]
    fn rules_that_cannot_be_are_refused_by_field_a107() {
        let good = InviteRules { peer_quota: 5, invite_days: 60, ..InviteRules::default() };
        let table = [
            (good.clone(), None),
            (InviteRules { peer_quota: -1, ..good.clone() }, Some("peer_quota")),
            (InviteRules { peer_quota: 100_001, ..good.clone() }, Some("peer_quota")),
            (InviteRules { invite_days: 61, ..good.clone() }, Some("invite_days")),
            (InviteRules { default_role: Some(Role::TeamLead), ..good.clone() }, None),
            (InviteRules { default_role: Some(Role::Admin), ..good.clone() }, Some("default_role")),
            (InviteRules { default_role: Some(Role::Support), ..good.clone() }, Some("default_role")),
        ];
        for (rules, expected) in table {
            assert_eq!(read(rules.clone()).err().map(|wrong| wrong[0].0), expected, "{rules:?}");
        }
        for text in [
            "",
            "@a.org",
            "a",
            "a..org",
            "*.org",
            "a.org\r\nb.org",
            "exаmple.org",
            "'; DROP TABLE x",
            "[127.0.0.1]",
        ] {
            let rules = InviteRules { invite_domains: vec![text.to_owned()], ..good.clone() };
            assert_eq!(read(rules).unwrap_err()[0].0, "invite_domains", "{text:?}");
        }
    }
}
