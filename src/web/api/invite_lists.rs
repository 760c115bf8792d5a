//! Many invitations at once: a list is judged first, then sent.

use super::answer::{ListPage, Made, Refusal, tag};
use super::caller::{Caller, Token};
use super::idempotency::{self, Call};
use super::invite_acts::{known_client, language, terms};
use super::invites::known;
use super::words::RoleView;
use crate::ids::{InviteBatchId, OrganisationId, TeamId};
use crate::invitations::bulk::{self, Batch, Line, Sent, Verdict, Wanted};
use crate::invitations::lines::{COLUMNS, Written};
use crate::rights::{self, Act, Area, Permit, Role};
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::types::ToJSON as _;
use poem_openapi::{Object, OpenApi, Tags};

const LIST: &str = "invite-lines";

#[derive(Tags)]
enum Tag {
    /// Many invitations at once.
    #[oai(rename = "Lists of invites")]
    Lists,
}

/// Somebody on a list.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewLine {
    /// The e-mail address.
    email: String,
    /// Given name; the person may write another.
    #[oai(skip_serializing_if_is_none)]
    given_name: Option<String>,
    /// Family name.
    #[oai(skip_serializing_if_is_none)]
    family_name: Option<String>,
    /// Name of a team of the organisation; that of the list where there is none.
    #[oai(skip_serializing_if_is_none)]
    team: Option<String>,
    /// A role; that of the list where there is none.
    #[oai(skip_serializing_if_is_none)]
    role: Option<String>,
}

/// A list of people to invite into an organisation.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct NewList {
    /// Id of the organisation.
    organisation_id: uuid::Uuid,
    /// Id of the team of lines that name none.
    #[oai(skip_serializing_if_is_none)]
    team_id: Option<uuid::Uuid>,
    /// The role of lines that name none.
    role: RoleView,
    /// Application to land on.
    #[oai(skip_serializing_if_is_none, validator(max_length = 200))]
    client_id: Option<String>,
    /// Words of yours for the e-mails. No patient details.
    #[oai(skip_serializing_if_is_none, validator(max_length = 500))]
    message: Option<String>,
    /// Language of the e-mails.
    #[oai(skip_serializing_if_is_none, validator(max_length = 35))]
    language: Option<String>,
    /// The people, in their order.
    #[oai(validator(min_items = 1, max_items = 5000))]
    lines: Vec<NewLine>,
}

/// How many lines came to a verdict.
#[derive(Object)]
pub(super) struct Count {
    /// What became of them, or would: ok, sent, unreadable, not_an_address, bad_name, unknown_team, unknown_role,
    /// duplicate, domain, waits, not_allowed, already_there, already_invited or limit.
    verdict: String,
    /// How many.
    lines: i64,
}

/// A list, judged or sent.
#[derive(Object)]
#[oai(rename = "InviteList")]
pub(super) struct ListView {
    /// Its id.
    id: uuid::Uuid,
    /// Id of the organisation.
    organisation_id: uuid::Uuid,
    /// How many lines it has.
    lines: i32,
    /// What became of them, or would.
    counts: Vec<Count>,
    /// When it was judged, in seconds since 1970.
    created_at: i64,
    /// When it was sent; the invitations follow within seconds.
    #[oai(skip_serializing_if_is_none)]
    sent_at: Option<i64>,
    /// When every line was done.
    #[oai(skip_serializing_if_is_none)]
    done_at: Option<i64>,
}

/// A line of a list.
#[derive(Object)]
#[oai(rename = "InviteLine")]
pub(super) struct LineView {
    /// Its number, from 1.
    line: i32,
    /// The address as written.
    email: String,
    /// What became of it, or would.
    verdict: String,
    /// The field that the verdict is about, where it is about one.
    #[oai(skip_serializing_if_is_none)]
    field: Option<String>,
}

async fn view(caller: &Caller, batch: &Batch) -> Result<ListView, Refusal> {
    let counts = bulk::counts(caller.app().ground.db.read(), batch.id).await?;
    let count = |(verdict, lines): (Verdict, i64)| Count { verdict: verdict.name().to_owned(), lines };
    Ok(ListView {
        id: batch.id.0,
        organisation_id: batch.organisation_id.0,
        lines: batch.lines,
        counts: counts.into_iter().map(count).collect(),
        created_at: batch.created_at.0,
        sent_at: batch.sent_at.map(|at| at.0),
        done_at: batch.done_at.map(|at| at.0),
    })
}

fn line_view(line: Line) -> LineView {
    let column = usize::try_from(line.place - 1).ok().and_then(|at| COLUMNS.get(at));
    LineView {
        line: line.number,
        email: line.email,
        verdict: line.verdict,
        field: column.map(|name| (*name).to_owned()),
    }
}

fn written((line, number): (NewLine, i32)) -> Written {
    let text = Option::unwrap_or_default;
    let cells = [line.email, text(line.given_name), text(line.family_name), text(line.team), text(line.role)];
    Written { number, cells, columns: [1, 2, 3, 4, 5], unreadable_at: None }
}

/// The list, for whoever made it or sees the invitations of its organisation.
async fn seen(caller: &Caller, id: uuid::Uuid) -> Result<Batch, Refusal> {
    let found = bulk::find(caller.app().ground.db.read(), InviteBatchId(id)).await?;
    let found = found.ok_or_else(Refusal::not_found)?;
    let see = Act::See(Area::Invitations, Some(found.organisation_id));
    let is_own = found.created_by == caller.origin.actor.to_string();
    if is_own || rights::may(&caller.who, see).is_some() { Ok(found) } else { Err(Refusal::not_found()) }
}

async fn add(caller: Caller, permit: Permit, new: NewList) -> Result<Made<ListView>, Refusal> {
    let wanted = Wanted {
        lines: new.lines.into_iter().zip(1..).map(written).collect(),
        client_id: known_client(&caller, new.client_id).await?,
        message: new.message,
        language: language(&caller, new.language.as_deref()),
        terms: terms(&caller),
    };
    let ground = &caller.app().ground;
    let judged = bulk::check(ground, (permit, &caller.who), &caller.origin, wanted).await?;
    let judged = judged.ok_or_else(|| Refusal::field("organisation_id", "is no organisation"))?;
    let place = format!("{}/invites/bulk/{}", caller.app().links.api(), judged.id);
    Ok(Made::Created(Json(view(&caller, &judged).await?), tag(&judged.id.to_string()), place))
}

/// The calls.
pub(super) struct InviteLists;

#[OpenApi(tag = "Tag::Lists")]
impl InviteLists {
    /// Judge a list of up to 5,000 people. Nobody is invited by that: look at what would become of each line, then send.
    #[oai(path = "/invites/bulk", method = "post")]
    async fn add(
        &self,
        token: Token,
        /// The same key with the same body gives the same answer again, for 24 hours.
        #[oai(name = "Idempotency-Key")]
        key: Header<Option<String>>,
        new: Json<NewList>,
    ) -> Result<Made<ListView>, Refusal> {
        let caller = token.caller();
        let (organisation, team) = (OrganisationId(new.organisation_id), new.team_id.map(TeamId));
        let permit = caller.permit(Act::Invite { organisation, team, role: Role::from(new.role) })?;
        let call = Call { key: key.0, name: "POST /invites/bulk", body: new.0.to_json() };
        idempotency::once(&caller, call, add(caller.clone(), permit, new.0)).await
    }

    /// Read how far a list is.
    #[oai(path = "/invites/bulk/:id", method = "get")]
    async fn show(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<ListView>, Refusal> {
        let caller = token.caller();
        let found = seen(&caller, id.0).await?;
        Ok(Json(view(&caller, &found).await?))
    }

    /// Read what became of each line, or would, in their order.
    #[expect(clippy::too_many_arguments, reason = "each is a documented parameter of the call")]
    #[oai(path = "/invites/bulk/:id/lines", method = "get")]
    async fn lines(
        &self,
        token: Token,
        id: Path<uuid::Uuid>,
        /// Only lines of this verdict.
        verdict: Query<Option<String>>,
        /// Where the page begins: `next` of the one before.
        after: Query<Option<String>>,
        /// Rows at most.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u64>>,
    ) -> Result<Json<ListPage<LineView>>, Refusal> {
        let caller = token.caller();
        let found = seen(&caller, id.0).await?;
        let wish = caller.wish(LIST, after.as_deref(), limit.0)?;
        let verdict = known(verdict.as_deref(), Verdict::parse, "verdict")?;
        let page = bulk::lines(caller.app().ground.db.read(), found.id, verdict, &wish).await?;
        Ok(Json(caller.page(LIST, page, line_view)))
    }

    /// Send a list: every line that is ok is invited, within seconds. Sent again, it sends nothing twice.
    #[oai(path = "/invites/bulk/:id/send", method = "post")]
    async fn send(&self, token: Token, id: Path<uuid::Uuid>) -> Result<Json<ListView>, Refusal> {
        let caller = token.caller();
        let found = seen(&caller, id.0).await?;
        let (ground, per_day) = (&caller.app().ground, terms(&caller).per_day);
        match bulk::send(ground, (&caller.who, per_day), &caller.origin, &found).await? {
            Sent::Yes | Sent::Already => {}
            Sent::NotAllowed => {
                let organisation = found.organisation_id;
                return Err(Refusal::forbidden(Act::LookAfter { organisation, team: None }));
            }
            Sent::Incomplete => return Err(Refusal::under_way()),
        }
        let now = seen(&caller, id.0).await?;
        Ok(Json(view(&caller, &now).await?))
    }
}
