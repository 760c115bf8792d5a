//! Lists of invitations for the console, the API and the team page: one statement a page, however many rows. It joins
//! tables of other domains by their entities, since what a list is filtered and cut by has to be in the query.

use super::steps::{self, Progress, QUEUED, Step};
use super::{Invitation, State, state};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, InvitationId, OrganisationId, TeamId};
use crate::outbox::End;
use crate::rights::Reach;
use crate::store::Conn;
use crate::store::paging::{Page, Wish, holding};
use entities::invitation::{Column, Entity};
use entities::{account, authenticator, grant, organisation, outbox, team};
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, LikeExpr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect as _, Select,
};

/// A place: an organisation, and a team where it is not the whole of it.
pub type At = (OrganisationId, Option<TeamId>);

/// Whose eyes see the list.
#[derive(Clone, Debug)]
pub enum Sight {
    /// Whoever sees the area.
    Reach(Reach),
    /// Somebody on the team page: the places that are looked after, and of the others what this person sent.
    Own {
        /// Looked after.
        led: Vec<At>,
        /// Where else the person invites.
        within: Vec<At>,
        /// The person.
        me: AccountId,
    },
}

impl Sight {
    fn condition(&self) -> Condition {
        let any = |places: &[At]| places.iter().fold(Condition::any(), |any, place| any.add(within(*place)));
        match self {
            Self::Reach(Reach::All) => Condition::all(),
            Self::Reach(Reach::Within(own)) => {
                Condition::all().add(Column::OrganisationId.is_in(own.iter().copied()))
            }
            Self::Own { led, within, .. } if led.is_empty() && within.is_empty() => nothing(),
            Self::Own { led, within, me } => {
                let sent = Condition::all().add(Column::InviterId.eq(*me)).add(any(within));
                let led = if led.is_empty() { nothing() } else { any(led) };
                Condition::any().add(led).add(sent)
            }
        }
    }
}

/// An empty list of alternatives would stand for everything.
fn nothing() -> Condition {
    Condition::all().add(Column::Id.is_null())
}

fn within((organisation, team): At) -> Condition {
    let place = Condition::all().add(Column::OrganisationId.eq(organisation));
    match team {
        Some(team) => place.add(Column::TeamId.eq(team)),
        None => place,
    }
}

/// Which invitations. Superseded ones are listed only where they are asked for.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Words in the address or the person's name.
    pub words: String,
    /// Where the invitation stands.
    pub state: Option<State>,
    /// How far the person is.
    pub step: Option<Step>,
    /// Into which organisation.
    pub organisation: Option<OrganisationId>,
}

/// An invitation in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The row.
    pub invitation: Invitation,
    /// The organisation's name.
    pub organisation: String,
    /// The team's name, where it names one.
    pub team: Option<String>,
    /// Full name of who invited; none when it was made on the host or by a service.
    pub inviter: Option<String>,
    /// Full name of the person it became, or else as the inviter wrote it.
    pub person: Option<String>,
    /// Where the invitation stands.
    pub state: State,
    /// How far the person is.
    pub step: Step,
    /// Since when: how long it waits.
    pub since: Timestamp,
}

#[derive(FromQueryResult)]
struct Found {
    #[sea_orm(nested)]
    invitation: Invitation,
    organisation_name: String,
    team_name: Option<String>,
    inviter_given: Option<String>,
    inviter_family: Option<String>,
    person_given: Option<String>,
    person_family: Option<String>,
    person_created: Option<Timestamp>,
    person_verified: Option<Timestamp>,
    person_verify_by: Option<Timestamp>,
    person_disabled: Option<Timestamp>,
    mail_state: Option<String>,
    phone_at: Option<Timestamp>,
    used_at: Option<Timestamp>,
}

/// The invitations that somebody sees, newest first.
///
/// # Errors
/// When the database is away.
pub async fn page(
    conn: &impl Conn,
    now: Timestamp,
    sight: &Sight,
    filter: &Filter,
    wish: &Wish,
) -> Result<Page<Listed>, Fault> {
    let mut query = joined().filter(sight.condition()).filter(filter.condition(now));
    if let Some(after) = wish.after.as_deref().and_then(|id| id.parse::<InvitationId>().ok()) {
        query = query.filter(Column::Id.lt(after));
    }
    let query = query.order_by_desc(Column::Id).limit(wish.rows());
    let rows: Vec<Found> = query.into_model().all(conn).await?;
    Ok(wish.page(rows, |row| row.invitation.id.to_string()).map(|row| row.listed(now)))
}

/// One, as in the list.
///
/// # Errors
/// When the database is away.
pub async fn one(conn: &impl Conn, now: Timestamp, id: InvitationId) -> Result<Option<Listed>, Fault> {
    let row: Option<Found> = joined().filter(Column::Id.eq(id)).into_model().one(conn).await?;
    Ok(row.map(|row| row.listed(now)))
}

impl Found {
    fn listed(self, now: Timestamp) -> Listed {
        let person = self.person_created.zip(self.person_verify_by).map(|(created_at, verify_by)| Progress {
            created_at,
            email_verified_at: self.person_verified,
            verify_by,
            disabled_at: self.person_disabled,
            phone_at: self.phone_at,
            used_at: self.used_at,
        });
        let (step, since) = steps::of(&self.invitation, self.mail_state.as_deref(), person.as_ref(), now);
        let name = |given: Option<String>, family: Option<String>| {
            given.zip(family).map(|(given, family)| format!("{given} {family}"))
        };
        let written = (self.invitation.given_name.clone(), self.invitation.family_name.clone());
        Listed {
            state: state(&self.invitation, now),
            organisation: self.organisation_name,
            team: self.team_name,
            inviter: name(self.inviter_given, self.inviter_family),
            person: name(self.person_given, self.person_family).or_else(|| name(written.0, written.1)),
            invitation: self.invitation,
            step,
            since,
        }
    }
}

const INVITER: &str = "inviter";

fn joined() -> Select<Entity> {
    let organisation =
        Entity::belongs_to(organisation::Entity).from(Column::OrganisationId).to(organisation::Column::Id);
    let team = Entity::belongs_to(team::Entity).from(Column::TeamId).to(team::Column::Id);
    let person = Entity::belongs_to(account::Entity).from(Column::AccountId).to(account::Column::Id);
    let inviter = Entity::belongs_to(account::Entity).from(Column::InviterId).to(account::Column::Id);
    let mail = Entity::belongs_to(outbox::Entity).from(Column::MailId).to(outbox::Column::Id);
    let of_inviter = |column: account::Column| Expr::col((Alias::new(INVITER), column));
    Entity::find()
        .join(JoinType::InnerJoin, organisation.into())
        .join(JoinType::LeftJoin, team.into())
        .join(JoinType::LeftJoin, person.into())
        .join_as(JoinType::LeftJoin, inviter.into(), Alias::new(INVITER))
        .join(JoinType::LeftJoin, mail.into())
        .column_as(organisation::Column::Name, "organisation_name")
        .column_as(team::Column::Name, "team_name")
        .expr_as(of_inviter(account::Column::GivenName), "inviter_given")
        .expr_as(of_inviter(account::Column::FamilyName), "inviter_family")
        .column_as(account::Column::GivenName, "person_given")
        .column_as(account::Column::FamilyName, "person_family")
        .column_as(account::Column::CreatedAt, "person_created")
        .column_as(account::Column::EmailVerifiedAt, "person_verified")
        .column_as(account::Column::VerifyBy, "person_verify_by")
        .column_as(account::Column::DisabledAt, "person_disabled")
        .column_as(outbox::Column::State, "mail_state")
        .expr_as(value_of(phone_at()), "phone_at")
        .expr_as(value_of(used_at()), "used_at")
}

fn value_of(query: SelectStatement) -> Expr {
    Expr::SubQuery(None, Box::new(query.into()))
}

/// When the person's phone was proved.
fn phone_at() -> SelectStatement {
    use authenticator::Column as Phone;
    Query::select()
        .expr(Expr::col((authenticator::Entity, Phone::VerifiedAt)).max())
        .from(authenticator::Entity)
        .and_where(Expr::col((authenticator::Entity, Phone::AccountId)).equals((Entity, Column::AccountId)))
        .and_where(Phone::RemovedAt.is_null())
        .to_owned()
}

/// When an application was first let in. A grant without scopes was never used.
fn used_at() -> SelectStatement {
    Query::select()
        .expr(Expr::col((grant::Entity, grant::Column::CreatedAt)).min())
        .from(grant::Entity)
        .and_where(Expr::col((grant::Entity, grant::Column::AccountId)).equals((Entity, Column::AccountId)))
        .and_where(grant::Column::Scope.ne(""))
        .to_owned()
}

impl Filter {
    fn condition(&self, now: Timestamp) -> Condition {
        let mut all = Condition::all();
        if let Some(organisation) = self.organisation {
            all = all.add(Column::OrganisationId.eq(organisation));
        }
        if !self.words.is_empty() {
            all = all.add(self.holds_words());
        }
        if self.state.is_none() && self.step.is_none() {
            all = all.add(
                Condition::any().add(Column::SupersededAt.is_null()).add(Column::AcceptedAt.is_not_null()),
            );
        }
        if let Some(state) = self.state {
            all = all.add(stands(state, now));
        }
        if let Some(step) = self.step {
            all = all.add(has_come_to(step, now));
        }
        all
    }

    fn holds_words(&self) -> Condition {
        let pattern = holding(&self.words);
        let holds =
            |column: Expr| Expr::expr(Func::lower(column)).like(LikeExpr::new(pattern.clone()).escape('\\'));
        Condition::any()
            .add(holds(Expr::col((Entity, Column::Email))))
            .add(holds(Expr::col((Entity, Column::GivenName))))
            .add(holds(Expr::col((Entity, Column::FamilyName))))
            .add(holds(Expr::col((account::Entity, account::Column::GivenName))))
            .add(holds(Expr::col((account::Entity, account::Column::FamilyName))))
    }
}

/// `state`, as a query.
fn stands(state: State, now: Timestamp) -> Condition {
    let unused = Condition::all().add(Column::AcceptedAt.is_null());
    let kept = unused.clone().add(Column::RevokedAt.is_null());
    let unreplaced = kept.clone().add(Column::SupersededAt.is_null());
    let current = unreplaced.clone().add(Column::DeclinedAt.is_null());
    let alive = current.clone().add(Column::ExpiresAt.gt(now));
    let approved = alive.clone().add(Column::WaitingAt.is_null());
    match state {
        State::Accepted => Condition::all().add(Column::AcceptedAt.is_not_null()),
        State::Revoked => unused.add(Column::RevokedAt.is_not_null()),
        State::Superseded => kept.add(Column::SupersededAt.is_not_null()),
        State::Expired => current.add(Column::ExpiresAt.lte(now)),
        State::Declined => unreplaced.add(Column::DeclinedAt.is_not_null()),
        State::Waiting => alive.add(Column::WaitingAt.is_not_null()),
        State::Frozen => approved.add(Column::FrozenAt.is_not_null()),
        State::Open => approved.add(Column::FrozenAt.is_null()),
    }
}

/// `steps::of`, as a query.
fn has_come_to(step: Step, now: Timestamp) -> Condition {
    let person = Condition::all().add(account::Column::Id.is_not_null());
    let alive = person.clone().add(account::Column::DisabledAt.is_null());
    let unproved = alive.clone().add(account::Column::EmailVerifiedAt.is_null());
    let proved = alive.add(account::Column::EmailVerifiedAt.is_not_null());
    let unused = proved.clone().add(value_of(used_at()).is_null());
    let open = stands(State::Open, now);
    let unopened = open.clone().add(Column::OpenedAt.is_null());
    let mail = outbox::Column::State;
    match step {
        Step::Queued => unopened.add(mail.eq(QUEUED)),
        Step::Undelivered => unopened.add(mail.eq(End::Dead.name())),
        Step::Sent => {
            unopened.add(Condition::any().add(mail.is_null()).add(mail.is_not_in([QUEUED, End::Dead.name()])))
        }
        Step::Opened => open.add(Column::OpenedAt.is_not_null()),
        Step::Account => unproved.add(account::Column::VerifyBy.gte(now)),
        Step::Blocked => unproved.add(account::Column::VerifyBy.lt(now)),
        Step::Email => unused.add(value_of(phone_at()).is_null()),
        Step::Phone => unused.add(value_of(phone_at()).is_not_null()),
        Step::Reached => proved.add(value_of(used_at()).is_not_null()),
        Step::Closed => Condition::any()
            .add(person.add(account::Column::DisabledAt.is_not_null()))
            .add(stands(State::Accepted, now).add(account::Column::Id.is_null())),
        Step::Expired => stands(State::Expired, now),
        Step::Revoked => stands(State::Revoked, now),
        Step::Superseded => stands(State::Superseded, now),
        Step::Frozen => stands(State::Frozen, now),
        Step::Waiting => stands(State::Waiting, now),
        Step::Declined => stands(State::Declined, now),
    }
}
