//! Applications.

mod settings;
mod tokens;
mod views;

pub(super) use tokens::RegistrationTokens;

use super::answer::{Emptied, Found, ListPage, Made, Refusal, tag, version};
use super::caller::{Caller, Token};
use super::idempotency::{self, Call};
use crate::clients::{Added, Client, Edited, Removed, Rotated, describe, directory};
use crate::config::Problem;
use crate::protocol::client::ClientPolicy;
use crate::random::Secret;
use crate::rights::{self, Act, ApiScope, Area, Guarded, Permit};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON as _;
use poem_openapi::{OpenApi, Tags};
use settings::ClientSettings;
use std::sync::Arc;
use views::{ClientWithSecret, LogoutView, NewClientBody, NewSecret, RefusalView, Rotation, Row, View};

const LIST: &str = "clients";
const GUARD: Act = Act::Guarded(Guarded::ClientSecrets, None);
const SEE: Act = Act::See(Area::Clients, None);
/// Rows of what happened lately, where nothing else is asked for.
const LATELY: u64 = 50;

#[derive(Tags)]
enum Tag {
    /// Applications, their secrets, and what became of their requests.
    Clients,
}

/// The calls.
pub(super) struct Clients;

#[OpenApi(tag = "Tag::Clients")]
impl Clients {
    /// List the applications.
    #[oai(path = "/clients", method = "get")]
    async fn list_clients(
        &self,
        token: Token,
        /// Words that the name or the id holds.
        #[oai(validator(max_length = 80))]
        q: Query<Option<String>>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<Row>>, Refusal> {
        let caller = token.caller();
        caller.permit(SEE)?;
        let wish = caller.wish(LIST, after.as_deref(), limit.0)?;
        let words = q.0.unwrap_or_default();
        let page = directory::page(caller.app().ground.db.read(), words.trim(), &wish).await?;
        Ok(Json(caller.page(LIST, page, Row::from)))
    }

    /// Make an application. Its secret is in this answer alone.
    #[oai(path = "/clients", method = "post")]
    async fn add_client(
        &self,
        token: Token,
        /// The same key with the same body gives the same answer again, for 24 hours.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        new: Json<NewClientBody>,
    ) -> Result<Made<ClientWithSecret>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(GUARD)?;
        let call = Call { key: key.0, name: "POST /clients", body: new.0.to_json() };
        idempotency::once(&caller, call, add(caller.clone(), permit, new.0)).await
    }

    /// Read an application.
    #[oai(path = "/clients/:id", method = "get")]
    async fn show_client(&self, token: Token, id: Path<String>) -> Result<Found<View>, Refusal> {
        let caller = token.caller();
        caller.permit(SEE)?;
        let client = known(&caller, &id).await?;
        Ok(Found::Ok(Json(view(&caller, &client).await?), tag(&client.version())))
    }

    /// Change an application: what is named is replaced, what is not stays (RFC 7396). One of the configuration is changed
    /// there. If it needs a secret and had none, the new one is in this answer alone.
    #[oai(path = "/clients/:id", method = "patch")]
    async fn change_client(
        &self,
        token: Token,
        id: Path<String>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        change: Json<ClientSettings>,
    ) -> Result<Found<ClientWithSecret>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(GUARD)?;
        let seen = version(if_match.as_deref())?;
        let client = known(&caller, &id).await?;
        let mut written = client.as_written();
        change.0.over(&mut written).map_err(|(field, text)| Refusal::field(&field, &text))?;
        let development = !caller.app().config.is_production();
        let new = describe("client", &written, development).map_err(|all| fields("", &all))?;
        within(&caller, &[&client.policy, &new.policy])?;
        let clients = &caller.app().clients;
        let seen = (client.id.as_str(), seen);
        match clients.change(permit, &caller.origin, seen, (new, development)).await? {
            Edited::Done(client, secret) => {
                let etag = tag(&client.version());
                Ok(Found::Ok(Json(with_secret(&caller, &client, secret.as_ref()).await?), etag))
            }
            Edited::Stale => Err(Refusal::stale()),
            Edited::Gone => Err(Refusal::not_found()),
            Edited::Configured => Err(configured()),
            Edited::SelfManaged => {
                let title =
                    "It registered itself and looks after itself: only allow and colour can be changed.";
                Err(Refusal::conflict("self-managed", title))
            }
            Edited::Invalid(problems) => Err(fields("", &problems)),
        }
    }

    /// Give an application a new secret. It is in this answer alone.
    #[oai(path = "/clients/:id/rotate-secret", method = "post")]
    async fn rotate_client_secret(
        &self,
        token: Token,
        id: Path<String>,
        rotation: Json<Rotation>,
    ) -> Result<Json<NewSecret>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(GUARD)?;
        let client = known(&caller, &id).await?;
        within(&caller, &[&client.policy])?;
        let keep = rotation.keep_old_hours * 3600;
        match caller.app().clients.rotate_secret(permit, &caller.origin, &client.id, keep).await? {
            Rotated::Yes(secret, until) => {
                let client_secret = secret.text().to_owned();
                Ok(Json(NewSecret { client_secret, old_secret_until: until.0 }))
            }
            Rotated::Unknown => Err(Refusal::not_found()),
            Rotated::Configured => Err(configured()),
            Rotated::NoSecret => Err(Refusal::conflict("no-secret", "It proves itself without a secret.")),
        }
    }

    /// Remove an application. Nobody can sign in to it any more, and its tokens stop working.
    #[oai(path = "/clients/:id", method = "delete")]
    async fn remove_client(&self, token: Token, id: Path<String>) -> Result<Emptied, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(GUARD)?;
        match caller.app().clients.remove(permit, &caller.origin, &id).await? {
            Removed::Yes => Ok(Emptied::Done),
            Removed::Unknown => Err(Refusal::not_found()),
            Removed::Configured => Err(configured()),
        }
    }

    /// Why requests of an application were refused lately, the newest first.
    #[oai(path = "/clients/:id/refusals", method = "get")]
    async fn client_refusals(
        &self,
        token: Token,
        id: Path<String>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<Vec<RefusalView>>, Refusal> {
        let caller = token.caller();
        caller.permit(SEE)?;
        let client = known(&caller, &id).await?;
        let all = caller.app().clients.refusals(&client.id, limit.0.unwrap_or(LATELY)).await?;
        Ok(Json(all.into_iter().map(RefusalView::from).collect()))
    }

    /// Whether an application heard of sessions that ended, the newest first.
    #[oai(path = "/clients/:id/logouts", method = "get")]
    async fn client_logouts(
        &self,
        token: Token,
        id: Path<String>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<Vec<LogoutView>>, Refusal> {
        let caller = token.caller();
        caller.permit(SEE)?;
        let client = known(&caller, &id).await?;
        let all = caller.app().grants.logouts(&client.id, limit.0.unwrap_or(LATELY)).await?;
        Ok(Json(all.into_iter().map(LogoutView::from).collect()))
    }
}

async fn add(caller: Caller, permit: Permit, new: NewClientBody) -> Result<Made<ClientWithSecret>, Refusal> {
    let kind = crate::clients::ClientKind::from(new.kind);
    let clients = &caller.app().clients;
    let mut written = kind.usual();
    written.id = new.id.unwrap_or_else(|| clients.new_id());
    let over = new.settings.over(&mut written);
    over.map_err(|(field, text)| Refusal::field(&format!("settings.{field}"), &text))?;
    kind.complete(&mut written);
    let development = !caller.app().config.is_production();
    let new = describe("client", &written, development).map_err(|all| fields("settings.", &all))?;
    within(&caller, &[&new.policy])?;
    match clients.add(permit, &caller.origin, new, development).await? {
        Added::Yes(secret) => {
            let client = known(&caller, &written.id).await?;
            let place = format!("{}/clients/{}", caller.app().links.api(), client.id);
            let made = with_secret(&caller, &client, secret.as_ref()).await?;
            Ok(Made::Created(Json(made), tag(&client.version()), place))
        }
        Added::Exists => Err(Refusal::taken("id")),
        Added::Invalid(problems) => Err(fields("settings.", &problems)),
    }
}

/// Whoever makes an application or holds its secret gives no more of this API than its own token has: else one right would
/// be every right.
fn within(caller: &Caller, policies: &[&ClientPolicy]) -> Result<(), Refusal> {
    let scopes = policies.iter().flat_map(|policy| {
        let own = policy.tokens.service_scopes.iter().map(String::as_str);
        own.chain(policy.scopes.iter().map(|scope| scope.as_str()))
    });
    let wanted: Vec<&str> = scopes.collect();
    let wanted = ApiScope::all_in(&wanted.join(" "));
    match wanted.into_iter().find(|scope| !rights::may_give(&caller.who, *scope)) {
        None => Ok(()),
        Some(scope) => Err(Refusal::may_not_give(scope)),
    }
}

async fn known(caller: &Caller, id: &str) -> Result<Arc<Client>, Refusal> {
    let found = caller.app().clients.find(id).await?;
    found.filter(|client| !client.is_builtin()).ok_or_else(Refusal::not_found)
}

async fn view(caller: &Caller, client: &Client) -> Result<View, Refusal> {
    let app = caller.app();
    let names = app.clients.names().await?;
    Ok(View::of(client, app.clients.report(client, &names, !app.config.is_production())))
}

async fn with_secret(
    caller: &Caller,
    client: &Client,
    secret: Option<&Secret>,
) -> Result<ClientWithSecret, Refusal> {
    let issuer = caller.app().links.issuer().to_owned();
    Ok(ClientWithSecret {
        client: view(caller, client).await?,
        client_secret: secret.map(|secret| secret.text().to_owned()),
        discovery: format!("{issuer}/.well-known/openid-configuration"),
        issuer,
    })
}

fn configured() -> Refusal {
    Refusal::conflict("configured", "It stands in the configuration: change it there.")
}

/// What the rules say, each by its field.
fn fields(before: &str, problems: &[Problem]) -> Refusal {
    let told = problems.iter().map(|problem| {
        let key = problem.key.strip_prefix("client.").unwrap_or(&problem.key);
        let field = if key == "client_id" { "id".to_owned() } else { format!("{before}{key}") };
        (field, problem.text.clone())
    });
    Refusal::fields(told.collect())
}
