//! Who calls: by a token of this resource, at the one gate.

use super::super::admin::{FRESH, paging};
use super::super::visit;
use super::answer::{ListPage, Refusal};
use crate::app::App;
use crate::audit::{Actor, Origin};
use crate::grants::Presented;
use crate::organisations;
use crate::protocol::bearer::BearerToken;
use crate::rights::{self, Act, ApiScope, Area, Bearer as Rights, Decision, Permit, Reach, Who};
use crate::store::paging::{Page, Wish};
use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;
use poem_openapi::types::{ParseFromJSON, ToJSON};
use std::sync::Arc;

/// Rows of a page, where nothing else is asked for, and at most.
const ROWS: (u64, u64) = (50, 200);

/// An access token for this API: of a person by the authorization code grant, or of a service by client credentials,
/// each with `resource` set to this API's address.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", checker = "check", rename = "token")]
pub(super) struct Token(Caller);

/// Whoever calls.
#[derive(Clone)]
pub(super) struct Caller {
    /// For queries that ask who looks.
    pub(super) who: Who,
    /// For the trail.
    pub(super) origin: Origin,
    pub(super) app: Arc<App>,
}

async fn check(request: &Request, bearer: Bearer) -> poem::Result<Caller> {
    let app: Arc<App> = request.data::<Arc<App>>().cloned().ok_or_else(Refusal::no_token)?;
    let header = format!("Bearer {}", bearer.token);
    let token = BearerToken::gather(Some(&header), None).map_err(|_| Refusal::no_token())?;
    let presented = app.grants.presented(&token, &app.links.api()).await.map_err(Refusal::from)?;
    let Some(Presented { client_id, scope, person }) = presented else {
        return Err(Refusal::no_token().into());
    };
    let mut origin = visit::origin(&app, request, person.map(|person| person.account));
    if person.is_none() {
        origin.actor = Actor::Service(client_id);
    }
    let mut rights = Rights { person: None, scopes: ApiScope::all_in(&scope), is_fresh: false };
    if let Some(person) = person {
        let places =
            organisations::places(app.ground.db.read(), person.account).await.map_err(Refusal::from)?;
        rights.is_fresh = app.ground.clock.now().since(person.auth_time) < FRESH;
        rights.person = Some((person.account, places));
    }
    Ok(Caller { who: Who::Bearer(rights), origin, app })
}

impl Token {
    /// Who it is, once it was checked.
    pub(super) fn caller(self) -> Caller {
        self.0
    }
}

impl Caller {
    /// The parts.
    pub(super) fn app(&self) -> &App {
        &self.app
    }

    /// The permit for an act.
    pub(super) fn permit(&self, act: Act) -> Result<Permit, Refusal> {
        match rights::decide(&self.who, act) {
            Decision::Allowed(permit) => Ok(permit),
            Decision::StepUp => Err(Refusal::step_up(FRESH)),
            Decision::Refused => Err(Refusal::forbidden(act)),
        }
    }

    /// Where the caller sees an area: what a list is cut down to.
    pub(super) fn reach(&self, area: Area) -> Result<Reach, Refusal> {
        let reach = rights::reach(&self.who, area);
        if reach == Reach::Within(Vec::new()) {
            Err(Refusal::forbidden(Act::See(area, None)))
        } else {
            Ok(reach)
        }
    }

    /// The page that a call asks for in a list of this name.
    pub(super) fn wish(&self, list: &str, after: Option<&str>, limit: Option<u64>) -> Result<Wish, Refusal> {
        let after = match after {
            None => None,
            Some(cursor) => {
                let key = paging::read(&self.app, list, cursor);
                Some(key.ok_or_else(|| Refusal::bad_request("after is no cursor of this list"))?)
            }
        };
        Ok(Wish { after, most: limit.unwrap_or(ROWS.0).clamp(1, ROWS.1) })
    }

    /// A page of a list of this name as an answer.
    pub(super) fn page<T, U>(&self, list: &str, page: Page<T>, each: impl Fn(T) -> U) -> ListPage<U>
    where
        U: ParseFromJSON + ToJSON + Send + Sync,
    {
        let next = page.next.as_deref().map(|key| paging::write(&self.app, list, key));
        ListPage { items: page.rows.into_iter().map(each).collect(), next }
    }
}
