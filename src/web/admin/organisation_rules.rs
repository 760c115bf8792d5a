//! The part of an organisation's form that says what holds for inviting into it.

use super::super::answer::Stop;
use super::super::frame::Problem;
use super::super::pages::role_key;
use super::super::visit::Visit;
use crate::invitations::rules;
use crate::organisations::InviteRules;
use crate::rights::Role;
use serde_json::{Value, json};

/// What was typed, held to the rules; else as it was typed, with what is wrong.
pub(super) async fn typed(visit: &Visit) -> Result<(InviteRules, Vec<Problem>), Stop> {
    let number = |name| match visit.field(name).trim() {
        "" => 0,
        // What is no number is beyond every bound.
        text => text.parse().unwrap_or(-1),
    };
    let domains = visit.field("invite_domains").split([',', ';']).flat_map(str::split_whitespace);
    let typed = InviteRules {
        peer_quota: number("peer_quota"),
        peer_approval: visit.field("peer_approval") == "yes",
        invite_domains: domains.map(str::to_owned).collect(),
        invite_days: number("invite_days"),
        default_role: Role::parse(visit.field("default_role")),
        default_client: Some(visit.field("default_client").to_owned()).filter(|id| !id.is_empty()),
    };
    let mut wrong: Vec<&'static str> = Vec::new();
    let kept = match rules::read(typed.clone()) {
        Ok(kept) => kept,
        Err(all) => {
            wrong.extend(all.into_iter().map(|(field, _)| field));
            typed
        }
    };
    if !rules::knows_client(visit.app.ground.db.read(), &kept).await? {
        wrong.push("default_client");
    }
    wrong.dedup();
    let in_words = |field: &'static str| {
        let key = match field {
            "peer_quota" => "error-peer-quota",
            "invite_days" => "error-invite-days",
            "invite_domains" => "error-invite-domains",
            _ => "error-choose",
        };
        visit.problem(field, key, &[])
    };
    Ok((kept, wrong.into_iter().map(in_words).collect()))
}

/// What may be chosen as the first role and application.
pub(super) async fn choices(visit: &Visit, rules: &InviteRules) -> Result<(Vec<Value>, Vec<Value>), Stop> {
    let roles = Role::ALL.into_iter().filter(|role| Role::OrganisationAdmin.covers(*role));
    let roles = roles.map(|role| {
        let selected = rules.default_role == Some(role);
        json!({ "value": role.name(), "label_key": role_key(role.name()), "selected": selected })
    });
    let clients = visit.app.clients.list().await?;
    let clients = clients.iter().map(|known| {
        let selected = rules.default_client.as_ref() == Some(&known.id);
        json!({ "value": known.id, "label": known.name, "selected": selected })
    });
    Ok((roles.collect(), clients.collect()))
}

/// The rules in words, for those who may only see them.
pub(super) fn facts(visit: &Visit, rules: &InviteRules) -> Vec<Value> {
    let as_set = visit.text("organisation-as-set", &[]);
    let number = |n: i32| if n == 0 { as_set.clone() } else { n.to_string() };
    let allowed =
        |yes: bool| visit.text(if yes { "organisation-needed" } else { "organisation-not-needed" }, &[]);
    let any = || visit.text("organisation-any", &[]);
    let domains = rules.invite_domains.join(", ");
    let role = rules.default_role.map(|role| visit.text(&role_key(role.name()), &[]));
    let none = || visit.text("organisation-default-none", &[]);
    let fact = |key: &str, value: String| json!({ "label_key": key, "value": value });
    vec![
        fact("organisation-peer-quota", number(rules.peer_quota)),
        fact("organisation-peer-approval", allowed(rules.peer_approval)),
        fact("organisation-domains", if domains.is_empty() { any() } else { domains }),
        fact("organisation-days", number(rules.invite_days)),
        fact("organisation-default-role", role.unwrap_or_else(none)),
        fact("organisation-default-client", rules.default_client.clone().unwrap_or_else(none)),
    ]
}
