//! Organisations and their teams.

use super::answer::{Found, ListPage, Made, Refusal, tag, version};
use super::caller::{Caller, Token};
use super::idempotency::{self, Call};
use crate::ids::OrganisationId;
use crate::invitations::rules;
use crate::organisations::{
    self, Added, Change, Edited, InviteRules, LONGEST_NAME, Organisation, Team, directory,
};
use crate::rights::{Act, Area, Permit, Role};
use crate::store::Conn;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON as _;
use poem_openapi::{Object, OpenApi, Tags};

const LIST: &str = "organisations";

#[derive(Tags)]
enum Tag {
    /// Organisations and their teams.
    Organisations,
}

/// An organisation.
#[derive(Object)]
#[oai(rename = "Organisation")]
pub(super) struct View {
    /// Its id.
    id: uuid::Uuid,
    /// Its name, unique in the installation.
    name: String,
    /// Whether clinicians may invite colleagues into their own team.
    peers_may_invite: bool,
    /// Addresses that one clinician may invite in a day; 0 for as many as the configuration allows.
    peer_quota: i32,
    /// Whether a clinician's invitation waits until somebody who looks after the team approves it.
    peer_approval: bool,
    /// Domains that an invited address may have, as A-labels; none for any.
    invite_domains: Vec<String>,
    /// Days until a link dies; 0 for those of the configuration.
    invite_days: i32,
    /// The role that forms offer first; empty for none.
    default_role: String,
    /// Application to land on, where an invitation names none; empty for none.
    default_client: String,
    /// When it was added, in seconds since 1970.
    created_at: i64,
}

/// An organisation in a list.
#[derive(Object)]
#[oai(rename = "ListedOrganisation")]
pub(super) struct Row {
    /// Its id.
    id: uuid::Uuid,
    /// Its name.
    name: String,
    /// Whether clinicians may invite colleagues into their own team.
    peers_may_invite: bool,
    /// Its teams.
    teams: u64,
    /// People with a place in it.
    people: u64,
}

/// What an organisation is to be.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewOrganisation {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 80))]
    name: String,
    /// Whether clinicians may invite colleagues into their own team.
    #[oai(default)]
    peers_may_invite: bool,
}

/// What of an organisation is to change; what is not named stays.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct OrganisationChange {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 80), skip_serializing_if_is_none)]
    name: Option<String>,
    /// Whether clinicians may invite colleagues into their own team.
    #[oai(skip_serializing_if_is_none)]
    peers_may_invite: Option<bool>,
    /// Addresses that one clinician may invite in a day; 0 for as many as the configuration allows.
    #[oai(skip_serializing_if_is_none)]
    peer_quota: Option<i32>,
    /// Whether a clinician's invitation waits until somebody who looks after the team approves it.
    #[oai(skip_serializing_if_is_none)]
    peer_approval: Option<bool>,
    /// Domains that an invited address may have; none for any.
    #[oai(validator(max_items = 100), skip_serializing_if_is_none)]
    invite_domains: Option<Vec<String>>,
    /// Days until a link dies; 0 for those of the configuration.
    #[oai(skip_serializing_if_is_none)]
    invite_days: Option<i32>,
    /// The role that forms offer first: clinician, team_lead or organisation_admin; empty for none.
    #[oai(skip_serializing_if_is_none)]
    default_role: Option<String>,
    /// Application to land on, where an invitation names none; empty for none.
    #[oai(skip_serializing_if_is_none)]
    default_client: Option<String>,
}

/// A team.
#[derive(Object)]
#[oai(rename = "Team")]
pub(super) struct TeamView {
    /// Its id.
    id: uuid::Uuid,
    /// Its name, unique in the organisation.
    name: String,
}

/// What a team is to be.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewTeam {
    /// Its name.
    #[oai(validator(min_length = 1, max_length = 80))]
    name: String,
}

fn view(organisation: &Organisation) -> View {
    let rules = InviteRules::of(organisation);
    View {
        peer_quota: rules.peer_quota,
        peer_approval: rules.peer_approval,
        invite_domains: rules.invite_domains,
        invite_days: rules.invite_days,
        default_role: rules.default_role.map(Role::name).unwrap_or_default().to_owned(),
        default_client: rules.default_client.unwrap_or_default(),
        id: organisation.id.0,
        name: organisation.name.clone(),
        peers_may_invite: organisation.peers_may_invite,
        created_at: organisation.created_at.0,
    }
}

fn team_view(team: Team) -> TeamView {
    TeamView { id: team.id.0, name: team.name }
}

/// What of an organisation that is so now is to be.
async fn wanted(conn: &impl Conn, now: &Organisation, change: OrganisationChange) -> Result<Change, Refusal> {
    let old = Change::of(now);
    let default_role = match change.default_role.as_deref() {
        None => old.rules.default_role,
        Some("") => None,
        Some(word) => Some(Role::parse(word).ok_or_else(|| Refusal::field("default_role", "is no role"))?),
    };
    let rules = InviteRules {
        peer_quota: change.peer_quota.unwrap_or(old.rules.peer_quota),
        peer_approval: change.peer_approval.unwrap_or(old.rules.peer_approval),
        invite_domains: change.invite_domains.unwrap_or(old.rules.invite_domains),
        invite_days: change.invite_days.unwrap_or(old.rules.invite_days),
        default_role,
        default_client: change.default_client.or(old.rules.default_client),
    };
    let rules = rules::read(rules).map_err(|wrong| {
        let (field, why) = wrong.into_iter().next().unwrap_or_default();
        Refusal::field(field, &why)
    })?;
    if !rules::knows_client(conn, &rules).await? {
        return Err(Refusal::field("default_client", "is no application"));
    }
    let name = checked(change.name.as_deref().unwrap_or(&old.name))?.to_owned();
    Ok(Change { name, peers_may_invite: change.peers_may_invite.unwrap_or(old.peers_may_invite), rules })
}

fn checked(name: &str) -> Result<&str, Refusal> {
    let name = name.trim();
    if organisations::is_name(name) {
        return Ok(name);
    }
    Err(Refusal::field(
        "name",
        &format!("must have 1 to {LONGEST_NAME} characters and no control characters"),
    ))
}

async fn add(caller: Caller, permit: Permit, new: NewOrganisation) -> Result<Made<View>, Refusal> {
    let (name, ground) = (checked(&new.name)?, &caller.app().ground);
    let wanted = (name, new.peers_may_invite);
    match organisations::add(ground, permit, &caller.origin, wanted).await? {
        Added::Exists(_) => Err(Refusal::taken("name")),
        Added::New(id) => {
            let made = organisations::find(ground.db.read(), id).await?.ok_or_else(Refusal::not_found)?;
            let place = format!("{}/organisations/{id}", caller.app().links.api());
            Ok(Made::Created(Json(view(&made)), tag(&organisations::version(&made)), place))
        }
    }
}

/// The calls.
pub(super) struct Organisations;

#[OpenApi(tag = "Tag::Organisations")]
impl Organisations {
    /// List the organisations that you see.
    #[oai(path = "/organisations", method = "get")]
    async fn list(
        &self,
        token: Token,
        /// Words that the name holds.
        #[oai(validator(max_length = 80))]
        q: Query<Option<String>>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<Row>>, Refusal> {
        let caller = token.caller();
        let wish = caller.wish(LIST, after.as_deref(), limit.0)?;
        let reach = caller.reach(Area::Organisations)?;
        let words = q.0.unwrap_or_default();
        let page = directory::page(caller.app().ground.db.read(), &reach, words.trim(), &wish).await?;
        let row = |it: directory::Listed| Row {
            id: it.organisation.id.0,
            name: it.organisation.name,
            peers_may_invite: it.organisation.peers_may_invite,
            teams: it.teams,
            people: it.people,
        };
        Ok(Json(caller.page(LIST, page, row)))
    }

    /// Add an organisation.
    #[oai(path = "/organisations", method = "post")]
    async fn add(
        &self,
        token: Token,
        /// The same key with the same body gives the same answer again, for 24 hours.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        new: Json<NewOrganisation>,
    ) -> Result<Made<View>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(Act::Change(Area::Organisations, None))?;
        let call = Call { key: key.0, name: "POST /organisations", body: new.0.to_json() };
        idempotency::once(&caller, call, add(caller.clone(), permit, new.0)).await
    }

    /// Read an organisation.
    #[oai(path = "/organisations/:id", method = "get")]
    async fn show(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Found<View>, Refusal> {
        let caller = token.caller();
        let id = OrganisationId(id.0);
        caller.permit(Act::See(Area::Organisations, Some(id)))?;
        let found = organisations::find(caller.app().ground.db.read(), id).await?;
        let found = found.ok_or_else(Refusal::not_found)?;
        Ok(Found::Ok(Json(view(&found)), tag(&organisations::version(&found))))
    }

    /// Change an organisation.
    #[oai(path = "/organisations/:id", method = "patch")]
    async fn change(
        &self,
        token: Token,
        id: Path<uuid::Uuid>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        change: Json<OrganisationChange>,
    ) -> Result<Found<View>, Refusal> {
        let (caller, id) = (token.caller(), OrganisationId(id.0));
        let permit = caller.permit(Act::Change(Area::Organisations, Some(id)))?;
        let seen = version(if_match.as_deref())?;
        let ground = &caller.app().ground;
        let now = organisations::find(ground.db.read(), id).await?.ok_or_else(Refusal::not_found)?;
        let wanted = wanted(ground.db.read(), &now, change.0).await?;
        match organisations::change(ground, permit, &caller.origin, (id, seen), wanted).await? {
            Edited::Done(new) => Ok(Found::Ok(Json(view(&new)), tag(&organisations::version(&new)))),
            Edited::Stale => Err(Refusal::stale()),
            Edited::Taken => Err(Refusal::taken("name")),
            Edited::Gone => Err(Refusal::not_found()),
        }
    }

    /// List the teams of an organisation.
    #[oai(path = "/organisations/:id/teams", method = "get")]
    async fn teams(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<Vec<TeamView>>, Refusal> {
        let (caller, id) = (token.caller(), OrganisationId(id.0));
        caller.permit(Act::See(Area::Organisations, Some(id)))?;
        let conn = caller.app().ground.db.read();
        organisations::find(conn, id).await?.ok_or_else(Refusal::not_found)?;
        Ok(Json(organisations::teams(conn, id).await?.into_iter().map(team_view).collect()))
    }

    /// Add a team to an organisation.
    #[oai(path = "/organisations/:id/teams", method = "post")]
    async fn add_team(
        &self,
        token: Token,
        id: Path<uuid::Uuid>,
        new: Json<NewTeam>,
    ) -> Result<Json<TeamView>, Refusal> {
        let (caller, id) = (token.caller(), OrganisationId(id.0));
        let permit = caller.permit(Act::Change(Area::Organisations, Some(id)))?;
        let (name, ground) = (checked(&new.name)?, &caller.app().ground);
        organisations::find(ground.db.read(), id).await?.ok_or_else(Refusal::not_found)?;
        match organisations::add_team(ground, permit, &caller.origin, (id, name)).await? {
            Added::New(team) => Ok(Json(TeamView { id: team.0, name: name.to_owned() })),
            Added::Exists(_) => Err(Refusal::taken("name")),
        }
    }
}
