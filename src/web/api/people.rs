//! People: who they are, where they work, where they are signed in; and what admins do about it.

use super::answer::{Found, ListPage, Refusal, tag, version};
use super::caller::{Caller, Token};
use super::people_view::{
    EventView, LogoutView, NewPlaceBody, Person, Row, SessionView, Standing, event, ledger, listed, person,
    session, within,
};
use crate::accounts::{self, directory};
use crate::audit;
use crate::ids::{AccountId, MembershipId, OrganisationId, SessionId, TeamId};
use crate::invitations::Changed;
use crate::lifecycle::{self, Acted, NewPlace, Over};
use crate::organisations::{self, Member};
use crate::rights::{self, Act, Area, Permit, Place, Role};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi, Tags};
use uuid::Uuid;

const LIST: &str = "people";

#[derive(Tags)]
enum Tag {
    /// People, their places and sessions.
    People,
}

/// Done; there is nothing to show.
#[derive(ApiResponse)]
pub(super) enum Gone {
    /// It is so now.
    #[oai(status = 204)]
    Done,
}

/// The calls.
pub(super) struct People;

/// A person whom the caller sees.
struct Met {
    caller: Caller,
    id: AccountId,
    places: Vec<Place>,
    /// The right by which the caller sees the person.
    sight: Permit,
}

impl Met {
    /// Somebody out of reach is not there.
    async fn new(token: Token, id: Uuid) -> Result<Self, Refusal> {
        let (caller, id) = (token.caller(), AccountId(id));
        caller.reach(Area::People)?;
        let members = organisations::members_of(caller.app().ground.db.read(), id).await?;
        let places: Vec<Place> = members.iter().map(Member::place).collect();
        let sight = rights::sight(&caller.who, &places).ok_or_else(Refusal::not_found)?;
        let sight = caller.permit(sight)?;
        Ok(Self { caller, id, places, sight })
    }

    /// The right to change the person.
    fn over(&self) -> Result<Permit, Refusal> {
        self.caller.permit(rights::over(&self.caller.who, &self.places))
    }

    /// The person after an act, or why nothing was done.
    async fn answer(&self, acted: Acted) -> Result<Found<Standing>, Refusal> {
        self.done(acted)?;
        let conn = self.caller.app().ground.db.read();
        let account = accounts::find(conn, self.id).await?.ok_or_else(Refusal::not_found)?;
        let members = organisations::members_of(conn, self.id).await?;
        let reach = self.caller.reach(Area::People)?;
        let version = lifecycle::version(&account, &members);
        let seen: Vec<Member> = members.into_iter().filter(|it| within(&reach, it.organisation.0)).collect();
        let now = self.caller.app().ground.clock.now();
        Ok(Found::Ok(Json(Standing::of(&account, &seen, now)), tag(&version)))
    }

    fn done(&self, acted: Acted) -> Result<(), Refusal> {
        match acted {
            // To ask for what is so already is no mistake.
            Acted::Done | Acted::Already => Ok(()),
            Acted::Stale => Err(Refusal::stale()),
            Acted::Beyond => Err(Refusal::forbidden(Act::Change(Area::People, None))),
            Acted::Gone => Err(Refusal::not_found()),
            Acted::LastAdmin => {
                Err(Refusal::conflict("last-admin", "This is the last admin of the installation."))
            }
            Acted::Yourself => Err(Refusal::conflict("yourself", "You cannot do this to yourself.")),
        }
    }
}

#[OpenApi(tag = "Tag::People")]
impl People {
    /// List the people that you see, by family and given name.
    #[oai(path = "/people", method = "get")]
    #[expect(
        clippy::too_many_arguments,
        reason = "each is a parameter of the call, and the document shows it"
    )]
    async fn list(
        &self,
        token: Token,
        /// What a name or the address begins with; of several words each.
        #[oai(validator(max_length = 100))]
        q: Query<Option<String>>,
        /// Who stands so.
        state: Query<Option<super::words::StateView>>,
        /// Who has a place in this organisation.
        organisation: Query<Option<Uuid>>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<Row>>, Refusal> {
        let caller = token.caller();
        let wish = caller.wish(LIST, after.as_deref(), limit.0)?;
        let reach = caller.reach(Area::People)?;
        let (conn, now) = (caller.app().ground.db.read(), caller.app().ground.clock.now());
        let filter = directory::Filter {
            words: q.0.unwrap_or_default(),
            state: state.0.map(Into::into),
            organisation: organisation.0.map(OrganisationId),
        };
        let page = directory::page(conn, (&reach, now), &filter, &wish).await?;
        let mut places = organisations::members(conn, page.rows.iter().map(|row| row.id)).await?;
        let page = page.map(|account| {
            let members = places.remove(&account.id).unwrap_or_default();
            let seen = members.into_iter().filter(|it| within(&reach, it.organisation.0));
            listed(&account, seen.collect(), now)
        });
        Ok(Json(caller.page(LIST, page, |row| row)))
    }

    /// Read a person. That you read it is in the audit trail.
    #[oai(path = "/people/:id", method = "get")]
    async fn show(&self, token: Token, id: Path<Uuid>) -> Result<Found<Person>, Refusal> {
        let met = Met::new(token, id.0).await?;
        let (app, reach) = (met.caller.app(), met.caller.reach(Area::People)?);
        let dossier = app.lifecycle.person(met.sight, met.id, &met.caller.origin).await?;
        let dossier = dossier.ok_or_else(Refusal::not_found)?;
        let apps = app.grants.applications(met.id).await?;
        let version = lifecycle::version(&dossier.account, &dossier.members);
        let now = app.ground.clock.now();
        Ok(Found::Ok(Json(person(&dossier, &apps, (&reach, now))), tag(&version)))
    }

    /// List what happened to a person, newest first. That you read it is in the audit trail.
    #[oai(path = "/people/:id/history", method = "get")]
    async fn history(
        &self,
        token: Token,
        id: Path<Uuid>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<EventView>>, Refusal> {
        let met = Met::new(token, id.0).await?;
        let list = format!("people/{}/history", met.id);
        let wish = met.caller.wish(&list, after.as_deref(), limit.0)?;
        let (app, reach) = (met.caller.app(), met.caller.reach(Area::People)?);
        let read = app.lifecycle.person(met.sight, met.id, &met.caller.origin).await?;
        read.ok_or_else(Refusal::not_found)?;
        let page = audit::about(app.ground.db.read(), &met.id.to_string(), &reach, &wish).await?;
        Ok(Json(met.caller.page(&list, page, event)))
    }

    /// List where a person is signed in. That you read it is in the audit trail.
    #[oai(path = "/people/:id/sessions", method = "get")]
    async fn sessions(&self, token: Token, id: Path<Uuid>) -> Result<Json<Vec<SessionView>>, Refusal> {
        let met = Met::new(token, id.0).await?;
        let dossier = met.caller.app().lifecycle.person(met.sight, met.id, &met.caller.origin).await?;
        let dossier = dossier.ok_or_else(Refusal::not_found)?;
        Ok(Json(dossier.sessions.iter().map(session).collect()))
    }

    /// List which applications were told, or are still to be told, that a person was signed out.
    #[oai(path = "/people/:id/logouts", method = "get")]
    async fn logouts(&self, token: Token, id: Path<Uuid>) -> Result<Json<LogoutView>, Refusal> {
        let met = Met::new(token, id.0).await?;
        Ok(Json(ledger(&met.caller.app().grants.ledger(met.id).await?)))
    }

    /// Give a person whose time to prove the address ran out a new deadline and a new e-mail. It proves nothing.
    #[oai(path = "/people/:id/unblock", method = "post")]
    async fn unblock(&self, token: Token, id: Path<Uuid>) -> Result<Found<Standing>, Refusal> {
        let met = Met::new(token, id.0).await?;
        let permit = met.caller.permit(rights::help(&met.caller.who, &met.places))?;
        let app = met.caller.app();
        let account = accounts::find(app.ground.db.read(), met.id).await?.ok_or_else(Refusal::not_found)?;
        match app.lifecycle.unblock(permit, account, &met.caller.origin).await? {
            Changed::Yes => met.answer(Acted::Done).await,
            Changed::No => Err(Refusal::conflict("nothing-to-unblock", "There is no address to be proved.")),
        }
    }

    /// Disable a person: signed out of everything at once, and applications are told.
    #[oai(path = "/people/:id/disable", method = "post")]
    async fn disable(
        &self,
        token: Token,
        id: Path<Uuid>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Found<Standing>, Refusal> {
        let met = Met::new(token, id.0).await?;
        let permit = met.over()?;
        let over = Over { id: met.id, seen: Some(version(if_match.as_deref())?) };
        met.answer(met.caller.app().lifecycle.disable(permit, over, &met.caller.origin).await?).await
    }

    /// Enable a person again, who then signs in anew.
    #[oai(path = "/people/:id/enable", method = "post")]
    async fn enable(
        &self,
        token: Token,
        id: Path<Uuid>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Found<Standing>, Refusal> {
        let met = Met::new(token, id.0).await?;
        let permit = met.over()?;
        let over = Over { id: met.id, seen: Some(version(if_match.as_deref())?) };
        met.answer(met.caller.app().lifecycle.enable(permit, over, &met.caller.origin).await?).await
    }

    /// End every session of a person, and what applications may do while the person is away.
    #[oai(path = "/people/:id/sessions", method = "delete")]
    async fn end_all(&self, token: Token, id: Path<Uuid>) -> Result<Gone, Refusal> {
        let met = Met::new(token, id.0).await?;
        let (permit, origin) = (met.over()?, &met.caller.origin);
        met.done(met.caller.app().lifecycle.end_sessions(permit, met.id, None, origin).await?)?;
        Ok(Gone::Done)
    }

    /// End one session of a person.
    #[oai(path = "/people/:id/sessions/:session", method = "delete")]
    async fn end_one(&self, token: Token, id: Path<Uuid>, session: Path<Uuid>) -> Result<Gone, Refusal> {
        let met = Met::new(token, id.0).await?;
        let (permit, origin, one) = (met.over()?, &met.caller.origin, Some(SessionId(session.0)));
        met.done(met.caller.app().lifecycle.end_sessions(permit, met.id, one, origin).await?)?;
        Ok(Gone::Done)
    }

    /// Give a person a place, or another role in it. Both factors have to be proved within the last minutes.
    #[oai(path = "/people/:id/places", method = "post")]
    async fn give(
        &self,
        token: Token,
        id: Path<Uuid>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        place: Json<NewPlaceBody>,
    ) -> Result<Found<Standing>, Refusal> {
        let met = Met::new(token, id.0).await?;
        let role: Role = place.role.into();
        let new =
            NewPlace { organisation: OrganisationId(place.organisation), team: place.team.map(TeamId), role };
        let permit = met.caller.permit(rights::role_act(new.organisation, new.role))?;
        let over = Over { id: met.id, seen: Some(version(if_match.as_deref())?) };
        met.answer(met.caller.app().lifecycle.give_place(permit, over, new, &met.caller.origin).await?).await
    }

    /// Take a place from a person. Both factors have to be proved within the last minutes.
    #[oai(path = "/people/:id/places/:place", method = "delete")]
    async fn take(
        &self,
        token: Token,
        id: Path<Uuid>,
        place: Path<Uuid>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Found<Standing>, Refusal> {
        let (met, place) = (Met::new(token, id.0).await?, MembershipId(place.0));
        let members = organisations::members_of(met.caller.app().ground.db.read(), met.id).await?;
        let member = members.iter().find(|it| it.id == place).ok_or_else(Refusal::not_found)?;
        let permit = met.caller.permit(rights::role_act(member.organisation.0, member.role))?;
        let over = Over { id: met.id, seen: Some(version(if_match.as_deref())?) };
        met.answer(met.caller.app().lifecycle.take_place(permit, over, place, &met.caller.origin).await?)
            .await
    }
}
