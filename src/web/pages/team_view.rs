//! What the team page shows to whom.

use super::super::answer::Stop;
use super::super::visit::Visit;
use super::invite::role_key;
use crate::ids::{OrganisationId, TeamId};
use crate::invitations::directory::{self, Filter, Listed, Sight};
use crate::invitations::steps::Step;
use crate::organisations::{self, InviteRules};
use crate::rights::{self, Act, Place, Reach, Role, Who};
use crate::store::paging::Wish;
use serde_json::{Value, json};

/// Rows on the page.
const ROWS: u64 = 500;

/// A place that somebody may invite into, with the roles.
pub(super) struct Scope {
    pub(super) organisation: OrganisationId,
    pub(super) team: Option<TeamId>,
    label: String,
    roles: Vec<Role>,
    rules: InviteRules,
}

impl Scope {
    /// How the form names it.
    pub(super) fn value(&self) -> String {
        match self.team {
            Some(team) => format!("{}.{team}", self.organisation),
            None => self.organisation.to_string(),
        }
    }
}

/// Whether a place lets its person use the team page at all.
pub(super) fn may_use(place: &Place) -> bool {
    place.role.covers(Role::TeamLead) || place.role == Role::Support || place.peers_may_invite
}

/// Every place that somebody may invite into.
pub(super) async fn scopes(visit: &Visit, who: &Who) -> Result<Vec<Scope>, Stop> {
    let conn = visit.app.ground.db.read();
    let mut scopes = Vec::new();
    for organisation in organisations::all(conn).await? {
        let teams = organisations::teams(conn, organisation.id).await?;
        let places =
            teams.iter().map(|team| (Some(team.id), format!("{} · {}", team.name, organisation.name)));
        for (team, label) in places.chain([(None, organisation.name.clone())]) {
            let may = |role: &Role| {
                rights::may(who, Act::Invite { organisation: organisation.id, team, role: *role }).is_some()
            };
            let roles: Vec<Role> = Role::ALL.into_iter().filter(may).collect();
            if !roles.is_empty() {
                let rules = InviteRules::of(&organisation);
                scopes.push(Scope { organisation: organisation.id, team, label, roles, rules });
            }
        }
    }
    Ok(scopes)
}

/// The people that somebody looks after, and those whom somebody invited.
pub(super) async fn rows(visit: &Visit, who: &Who) -> Result<Vec<Listed>, Stop> {
    let Who::Person(me, places) = who else { return Ok(Vec::new()) };
    let everywhere = places.iter().any(|place| matches!(place.role, Role::Admin | Role::Support));
    let at = |place: &Place| {
        let whole = place.role.covers(Role::OrganisationAdmin);
        (place.organisation, if whole { None } else { place.team })
    };
    let sight = if everywhere {
        Sight::Reach(Reach::All)
    } else {
        let usable = || places.iter().filter(|place| may_use(place));
        let leads = |place: &&Place| {
            let (organisation, team) = at(place);
            rights::may(who, Act::LookAfter { organisation, team }).is_some()
        };
        Sight::Own {
            led: usable().filter(leads).map(at).collect(),
            within: usable().map(at).collect(),
            me: *me,
        }
    };
    let (conn, now) = (visit.app.ground.db.read(), visit.app.ground.clock.now());
    Ok(directory::page(conn, now, &sight, &Filter::default(), &Wish::first(ROWS)).await?.rows)
}

/// The choices of the form.
pub(super) struct Choices {
    pub(super) scopes: Vec<Value>,
    pub(super) roles: Vec<Value>,
    pub(super) clients: Vec<Value>,
}

/// What somebody may choose from in the form, and what was chosen.
pub(super) async fn choices(visit: &Visit, scopes: &[Scope]) -> Result<Choices, Stop> {
    let chosen = visit.field("scope");
    let shown: Vec<Value> = scopes
        .iter()
        .map(|scope| json!({ "value": scope.value(), "label": scope.label, "selected": scope.value() == chosen }))
        .collect();
    // What the place that is chosen, or stands first, says is offered first.
    let usual = scopes.iter().find(|scope| scope.value() == chosen).or(scopes.first()).map(|it| &it.rules);
    let typed = |name, usual: Option<&str>| match visit.field(name) {
        "" => usual.unwrap_or_default().to_owned(),
        typed => typed.to_owned(),
    };
    let role = typed("role", usual.and_then(|rules| rules.default_role).map(Role::name));
    let roles: Vec<Value> = Role::ALL
        .into_iter()
        .filter(|known| scopes.iter().any(|scope| scope.roles.contains(known)))
        .map(|known| {
            json!({
                "value": known.name(), "label_key": role_key(known.name()), "selected": known.name() == role,
            })
        })
        .collect();
    let client = typed("client", usual.and_then(|rules| rules.default_client.as_deref()));
    let clients: Vec<Value> = visit
        .app
        .clients
        .list()
        .await?
        .iter()
        .map(|known| json!({ "value": known.id, "label": known.name, "selected": known.id == client }))
        .collect();
    Ok(Choices { scopes: shown, roles, clients })
}

/// One row in words.
pub(super) fn in_words(visit: &Visit, who: &Who, row: &Listed) -> Value {
    let (language, now) = (visit.browser.language.as_str(), visit.app.ground.clock.now());
    let (key, class) = step_words(row.step);
    let invitation = &row.invitation;
    let act = Act::LookAfter { organisation: invitation.organisation_id, team: invitation.team_id };
    let looks_after = rights::may(who, act).is_some();
    let open = row.step.is_open();
    let frozen = row.step == Step::Frozen;
    let invite = Role::parse(&invitation.role).map(|role| Act::Invite {
        organisation: invitation.organisation_id,
        team: invitation.team_id,
        role,
    });
    let invites = invite.is_some_and(|act| rights::may(who, act).is_some());
    let times = &visit.app.desk.times;
    json!({
        "id": invitation.id.to_string(),
        "email": invitation.email,
        "name": row.person.clone().unwrap_or_default(),
        "role_key": role_key(&invitation.role),
        "team": row.team.as_ref().unwrap_or(&row.organisation),
        "step_key": key,
        "step_class": class,
        "since_text": times.ago(language, row.since, now),
        "since_exact": times.exact(language, row.since),
        "can_resend": open || (row.step == Step::Expired),
        "can_revoke": open || frozen || (row.step == Step::Waiting && !looks_after),
        "can_approve": row.step == Step::Waiting && looks_after && invites,
        "can_take_over": frozen && looks_after && invites,
        "can_unblock": looks_after && row.step == Step::Blocked,
        "expires_text": if open || frozen { times.until(language, invitation.expires_at, now) } else { String::new() },
    })
}

/// The text and the colour of a step.
pub(in super::super) const fn step_words(step: Step) -> (&'static str, &'static str) {
    match step {
        Step::Queued => ("invite-step-queued", "wait"),
        Step::Closed => ("invite-step-closed", "neutral"),
        Step::Superseded => ("invite-step-superseded", "neutral"),
        Step::Sent => ("invite-step-sent", "wait"),
        Step::Undelivered => ("invite-step-undelivered", "bad"),
        Step::Opened => ("invite-step-opened", "wait"),
        Step::Account => ("invite-step-account", "wait"),
        Step::Blocked => ("invite-step-blocked", "bad"),
        Step::Email => ("invite-step-email", "wait"),
        Step::Phone => ("invite-step-phone", "good"),
        Step::Reached => ("invite-step-reached", "good"),
        Step::Expired => ("invite-step-expired", "warn"),
        Step::Revoked => ("invite-step-revoked", "neutral"),
        Step::Frozen => ("invite-step-frozen", "bad"),
        Step::Waiting => ("invite-step-waiting", "warn"),
        Step::Declined => ("invite-step-declined", "neutral"),
    }
}
