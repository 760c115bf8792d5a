//! What somebody else's application may learn: asked in plain words, before anything is told.

use super::super::answer::{self, Answer, Stop};
use super::super::frame::Page;
use super::super::visit::Visit;
use super::flow::{At, href};
use crate::accounts;
use crate::clients::Client;
use crate::journey::{Need, Step};
use crate::protocol::authorize::{AuthorizationRequest, Prompt};
use crate::protocol::error::{ErrorCode, OAuthError};
use crate::protocol::scope::{self, Scope};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// GET /consent
pub(super) async fn show(visit: Arc<Visit>) -> Answer {
    let at = due(&visit).await?;
    let (request, client) = asked(&visit, &at).await?;
    let account = visit.person(&at).await?;
    let data = json!({
        "client_name": client.name,
        "address": request.target.origin(),
        "third_party": client.policy.third_party,
        "person": accounts::full_name(&account),
        "email": account.email,
        "account": account.id.to_string(),
        "shown": scope::print(&request.learns(&client.policy)),
        "learns": in_words(&request.learns(&client.policy)),
    });
    let page = Page::new("consent", data)
        .flow(&at.id)
        .client(Some(client.name.clone()))
        .form_action(visit.target_origin(&at).await?);
    visit.page(page)
}

/// POST /consent
pub(super) async fn submit(visit: Arc<Visit>) -> Answer {
    let at = due(&visit).await?;
    let (request, client) = asked(&visit, &at).await?;
    let account = visit.person(&at).await?;
    let shown = scope::print(&request.learns(&client.policy));
    if visit.field("account") != account.id.to_string() || visit.field("shown") != shown {
        // Another person's page, or the application wants something else by now: nobody has answered that yet.
        return Ok(answer::go(&href(at.step, &at.id)));
    }
    if visit.field("answer") != "allow" {
        let error = OAuthError::new(ErrorCode::AccessDenied, "The person did not allow it.");
        visit.app.journey.take(&at.id).await?.ok_or(Stop::Stale)?;
        return visit.deliver(visit.app.grants.refuse(request, &error), request.target.origin());
    }
    visit.app.grants.consent(account.id, request, &visit.origin).await?;
    visit.app.journey.answered(&at.id, at.flow.clone(), Prompt::Consent).await?;
    Ok(visit.onward(&at.id))
}

async fn due(visit: &Visit) -> Result<At, Stop> {
    visit.expect(|step| step == Step::Consent).await
}

async fn asked<'a>(visit: &Visit, at: &'a At) -> Result<(&'a AuthorizationRequest, Arc<Client>), Stop> {
    let Need::Authorize(request) = &at.flow.need else { return Err(Stop::Stale) };
    let client = visit.app.clients.find(&request.client_id).await?.ok_or(Stop::Stale)?;
    Ok((request, client))
}

/// The keys of the sentences that say what scopes open.
pub(super) fn in_words(scopes: &BTreeSet<Scope>) -> Vec<&'static str> {
    let key = |scope: &Scope| match scope {
        Scope::Profile => Some("consent-profile"),
        Scope::Email => Some("consent-email"),
        Scope::Phone => Some("consent-phone"),
        Scope::Staff => Some("consent-staff"),
        Scope::OfflineAccess => Some("consent-offline"),
        Scope::ApiRead => Some("consent-api-read"),
        Scope::ApiInvites
        | Scope::ApiPeople
        | Scope::ApiOrganisations
        | Scope::ApiClients
        | Scope::ApiNotices
        | Scope::ApiOperations => Some("consent-api-act"),
        // That it is the same person as last time; and an address, which nobody has here.
        Scope::Openid | Scope::Address => None,
    };
    let mut keys: Vec<_> = std::iter::once("consent-openid").chain(scopes.iter().filter_map(key)).collect();
    keys.dedup();
    keys
}
