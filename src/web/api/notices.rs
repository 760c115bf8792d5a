//! Terms, disclaimers and other notices: what is in force, drafts, and who agreed.

use super::answer::{Emptied, Found, ListPage, Made, Refusal, tag, version};
use super::caller::{Caller, Token};
use super::idempotency::{self, Call};
use super::notices_view::{
    AgreementView, NewNotice, NoticeChange, NoticeRow, NoticeView, problems, row, texts, view,
};
use crate::ids::OrganisationId;
use crate::notices::people::{self, Person};
use crate::notices::{Drafted, Kind, New, State, What, directory};
use crate::organisations;
use crate::rights::{Act, Area, Permit, Reach};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON as _;
use poem_openapi::{OpenApi, Tags};

const LIST: &str = "notices";
const AGREED: &str = "notices/receipts";
const MISSING: &str = "notices/receipts missing";
const CHANGE: Act = Act::Change(Area::Notices, None);

#[derive(Tags)]
enum Tag {
    /// Terms, disclaimers and other notices.
    Notices,
}

/// The calls.
pub(super) struct Notices;

/// The notice of a name, for somebody who may see it. Somebody else's looks like none.
async fn seen(caller: &Caller, name: &str) -> Result<(Kind, State, Reach), Refusal> {
    let reach = caller.reach(Area::Notices)?;
    let kind = Kind::parse(name).ok_or_else(Refusal::not_found)?;
    let state = caller.app().notices.state(&kind).await?.ok_or_else(Refusal::not_found)?;
    match (&reach, state.organisation()) {
        (Reach::Within(own), Some(organisation)) if !own.contains(&organisation) => Err(Refusal::not_found()),
        _ => Ok((kind, state, reach)),
    }
}

/// What is there now, or why not.
fn done(drafted: Drafted) -> Result<State, Refusal> {
    match drafted {
        Drafted::Done(state) => Ok(*state),
        Drafted::Stale => Err(Refusal::stale()),
        Drafted::Taken => Err(Refusal::taken("name")),
        Drafted::Gone => Err(Refusal::not_found()),
        Drafted::Declared(place) => {
            let title = format!("The configuration writes this notice: {place}.");
            Err(Refusal::conflict("configured", &title))
        }
        Drafted::Wrong(wrong) => Err(Refusal::fields(problems(&wrong))),
        Drafted::Same => {
            Err(Refusal::conflict("no-change", "The draft says what the version in force says."))
        }
    }
}

fn found(caller: &Caller, kind: &Kind, state: &State) -> Result<Found<NoticeView>, Refusal> {
    let declared = caller.app().notices.declared(kind).map(str::to_owned);
    Ok(Found::Ok(Json(view(kind, state, declared)?), tag(&state.version())))
}

/// Which notice, and for whom; what a name says has to fit what is asked for.
async fn wanted(caller: &Caller, new: &NewNotice) -> Result<New, Refusal> {
    let rule =
        "must be terms, disclaimer- with the id of an application, or 1 to 40 small letters, digits and -";
    let kind = Kind::parse(&new.name).ok_or_else(|| Refusal::field("name", rule))?;
    if let Some(client) = kind.client() {
        let client = caller.app().clients.find(client).await?;
        client.ok_or_else(|| Refusal::field("name", "names an application that is not there"))?;
    }
    let organisation = new.organisation_id.map(OrganisationId);
    match (&kind, organisation) {
        (_, None) => {}
        (Kind::Notice(_), Some(id)) => {
            let there = organisations::find(caller.app().ground.db.read(), id).await?;
            there.ok_or_else(|| Refusal::field("organisation_id", "is not there"))?;
        }
        _ => {
            return Err(Refusal::field("organisation_id", "is for other notices than terms and disclaimers"));
        }
    }
    let what = What { texts: texts(&new.texts)?, grace_days: new.grace_days };
    Ok(New { kind, organisation, what })
}

async fn begin(caller: Caller, permit: Permit, new: NewNotice) -> Result<Made<NoticeView>, Refusal> {
    let new = wanted(&caller, &new).await?;
    let kind = new.kind.clone();
    let state = done(caller.app().notices.begin(permit, &caller.origin, new).await?)?;
    let place = format!("{}/notices/{}", caller.app().links.api(), kind.name());
    Ok(Made::Created(Json(view(&kind, &state, None)?), tag(&state.version()), place))
}

#[OpenApi(tag = "Tag::Notices")]
impl Notices {
    /// List the notices that you see: the terms first, disclaimers last.
    #[oai(path = "/notices", method = "get")]
    async fn list(
        &self,
        token: Token,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<NoticeRow>>, Refusal> {
        let caller = token.caller();
        let wish = caller.wish(LIST, after.as_deref(), limit.0)?;
        let reach = caller.reach(Area::Notices)?;
        let page = directory::page(caller.app().ground.db.read(), &reach, &wish).await?;
        Ok(Json(caller.page(LIST, page, |it| {
            let is_configured = caller.app().notices.declared(&it.kind).is_some();
            row(&it, is_configured)
        })))
    }

    /// Begin a notice, as a draft that asks nobody yet.
    #[oai(path = "/notices", method = "post")]
    async fn begin(
        &self,
        token: Token,
        /// The same key with the same body gives the same answer again, for 24 hours.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        new: Json<NewNotice>,
    ) -> Result<Made<NoticeView>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(CHANGE)?;
        let call = Call { key: key.0, name: "POST /notices", body: new.0.to_json() };
        idempotency::once(&caller, call, begin(caller.clone(), permit, new.0)).await
    }

    /// Read a notice: the version in force and the draft of the next.
    #[oai(path = "/notices/:name", method = "get")]
    async fn show(
        &self,
        token: Token,
        /// Its name, e.g. `terms` or `disclaimer-dashboard`.
        name: Path<String>,
    ) -> Result<Found<NoticeView>, Refusal> {
        let caller = token.caller();
        let (kind, state, _) = seen(&caller, &name).await?;
        found(&caller, &kind, &state)
    }

    /// Change the draft of a notice. Where there is none, one of the next version is begun with the texts in force.
    #[oai(path = "/notices/:name/draft", method = "patch")]
    async fn change(
        &self,
        token: Token,
        /// Its name.
        name: Path<String>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        change: Json<NoticeChange>,
    ) -> Result<Found<NoticeView>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(CHANGE)?;
        let seen = version(if_match.as_deref())?;
        let kind = Kind::parse(&name).ok_or_else(Refusal::not_found)?;
        let book = &caller.app().notices;
        let now = book.state(&kind).await?.ok_or_else(Refusal::not_found)?;
        let what = change.0.over(&now)?;
        let state = done(book.change(permit, &caller.origin, (kind.clone(), seen), what).await?)?;
        found(&caller, &kind, &state)
    }

    /// Throw the draft of a notice away. One that was never published is gone then.
    #[oai(path = "/notices/:name/draft", method = "delete")]
    async fn discard(
        &self,
        token: Token,
        /// Its name.
        name: Path<String>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Emptied, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(CHANGE)?;
        let seen = version(if_match.as_deref())?;
        let kind = Kind::parse(&name).ok_or_else(Refusal::not_found)?;
        done(caller.app().notices.discard(permit, &caller.origin, (kind, seen)).await?)?;
        Ok(Emptied::Done)
    }

    /// Publish the draft of a notice: from now on people are asked, and this version never changes.
    #[oai(path = "/notices/:name/publish", method = "post")]
    async fn publish(
        &self,
        token: Token,
        /// Its name.
        name: Path<String>,
        /// The `ETag` that you read.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> Result<Found<NoticeView>, Refusal> {
        let caller = token.caller();
        let permit = caller.permit(CHANGE)?;
        let seen = version(if_match.as_deref())?;
        let kind = Kind::parse(&name).ok_or_else(Refusal::not_found)?;
        let published = caller.app().notices.publish(permit, &caller.origin, (kind.clone(), seen)).await?;
        found(&caller, &kind, &done(published)?)
    }

    /// List who agreed to the version in force, or who has not yet.
    #[oai(path = "/notices/:name/receipts", method = "get")]
    #[expect(clippy::too_many_arguments, reason = "each is a documented parameter of the call")]
    async fn receipts(
        &self,
        token: Token,
        /// Its name.
        name: Path<String>,
        /// Who has not agreed yet. Of a disclaimer: of those who agreed to a version before.
        #[oai(default)]
        missing: Query<bool>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<AgreementView>>, Refusal> {
        let caller = token.caller();
        let (_, state, reach) = seen(&caller, &name).await?;
        let current = state.current.ok_or_else(Refusal::not_found)?;
        let (conn, list) = (caller.app().ground.db.read(), if missing.0 { MISSING } else { AGREED });
        let wish = caller.wish(list, after.as_deref(), limit.0)?;
        let page = match missing.0 {
            true => people::missing(conn, &reach, &current, &wish).await?,
            false => people::agreed(conn, &reach, &current, &wish).await?,
        };
        let each = |it: Person| AgreementView::of(it, current.version);
        Ok(Json(caller.page(list, page, each)))
    }
}
