//! Who agreed to a version and who has not yet, for the console, the API and commands.

use super::{Kind, Notice};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AcceptanceId, AccountId, OrganisationId};
use crate::rights::Reach;
use crate::store::Conn;
use crate::store::paging::{Page, Wish};
use entities::{acceptance, account, membership, notice};
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, PaginatorTrait as _, QueryFilter, QueryOrder,
    QuerySelect as _, RelationDef, Select,
};

/// Somebody whom a version is for.
#[derive(Clone, Debug)]
pub struct Person {
    /// Who.
    pub account: AccountId,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// When and how the person agreed; `None` of who has not yet.
    pub agreed: Option<Agreement>,
    /// Where a list goes on.
    key: String,
}

/// How somebody agreed.
#[derive(Clone, Debug)]
pub struct Agreement {
    /// When.
    pub at: Timestamp,
    /// In which language the text was read.
    pub language: String,
    /// From which address.
    pub address: String,
}

type Row = (AcceptanceId, AccountId, String, String, String, Timestamp, String, String);

/// Who agreed to a version, the first one first.
///
/// # Errors
/// When the database is away.
pub async fn agreed(
    conn: &impl Conn,
    reach: &Reach,
    notice: &Notice,
    wish: &Wish,
) -> Result<Page<Person>, Fault> {
    let mut query = of_agreed(reach, notice)
        .select_only()
        .columns([acceptance::Column::Id, acceptance::Column::AccountId])
        .columns([account::Column::GivenName, account::Column::FamilyName, account::Column::Email])
        .columns([acceptance::Column::AcceptedAt])
        .columns([acceptance::Column::Locale, acceptance::Column::Address])
        .order_by_asc(acceptance::Column::Id)
        .limit(wish.rows());
    if let Some(after) = wish.after.as_deref().and_then(|after| after.parse::<AcceptanceId>().ok()) {
        query = query.filter(acceptance::Column::Id.gt(after));
    }
    let rows: Vec<Row> = query.into_tuple().all(conn).await?;
    let person = |(id, account, given, family, email, at, language, address): Row| Person {
        account,
        name: format!("{given} {family}"),
        email,
        agreed: Some(Agreement { at, language, address }),
        key: id.to_string(),
    };
    Ok(wish.page(rows.into_iter().map(person).collect(), |it: &Person| it.key.clone()))
}

/// Whom a version is for and who has not agreed to it: of a disclaimer those who agreed to a version before, since nobody
/// knows who else will use the application.
///
/// # Errors
/// When the database is away.
pub async fn missing(
    conn: &impl Conn,
    reach: &Reach,
    notice: &Notice,
    wish: &Wish,
) -> Result<Page<Person>, Fault> {
    let mut query = of_missing(reach, notice).order_by_asc(account::Column::Id).limit(wish.rows());
    if let Some(after) = wish.after.as_deref().and_then(|after| after.parse::<AccountId>().ok()) {
        query = query.filter(account::Column::Id.gt(after));
    }
    let person = |row: account::Model| Person {
        account: row.id,
        name: format!("{} {}", row.given_name, row.family_name),
        email: row.email,
        agreed: None,
        key: row.id.to_string(),
    };
    let rows = query.all(conn).await?.into_iter().map(person).collect();
    Ok(wish.page(rows, |it: &Person| it.key.clone()))
}

/// How many agreed to a version, and how many have not.
///
/// # Errors
/// When the database is away.
pub async fn counts(conn: &impl Conn, reach: &Reach, notice: &Notice) -> Result<(u64, u64), Fault> {
    Ok((of_agreed(reach, notice).count(conn).await?, of_missing(reach, notice).count(conn).await?))
}

/// How many people will be asked once a new version is in force.
///
/// # Errors
/// When the database is away.
pub async fn asked(
    conn: &impl Conn,
    kind: &Kind,
    organisation: Option<OrganisationId>,
) -> Result<u64, Fault> {
    Ok(account::Entity::find().filter(audience(kind, organisation)).count(conn).await?)
}

fn of_agreed(reach: &Reach, notice: &Notice) -> Select<acceptance::Entity> {
    let who: RelationDef = acceptance::Entity::belongs_to(account::Entity)
        .from(acceptance::Column::AccountId)
        .to(account::Column::Id)
        .into();
    acceptance::Entity::find()
        .join(JoinType::InnerJoin, who)
        .filter(acceptance::Column::NoticeId.eq(notice.id))
        .filter(within(reach))
}

fn of_missing(reach: &Reach, notice: &Notice) -> Select<account::Entity> {
    let agreed = own_acceptances()
        .and_where(Expr::col((acceptance::Entity, acceptance::Column::NoticeId)).eq(notice.id))
        .to_owned();
    account::Entity::find()
        .filter(audience(&Kind::of(notice), notice.organisation_id))
        .filter(within(reach))
        .filter(Expr::exists(agreed).not())
}

/// Whom a notice is for, of those whose account is open.
fn audience(kind: &Kind, organisation: Option<OrganisationId>) -> Condition {
    let open = Condition::all().add(account::Column::DisabledAt.is_null());
    if let Some(organisation) = organisation {
        return open.add(has_place(&[organisation]));
    }
    let Kind::Disclaimer(client) = kind else { return open };
    let before = own_acceptances()
        .inner_join(
            notice::Entity,
            Expr::col((notice::Entity, notice::Column::Id))
                .equals((acceptance::Entity, acceptance::Column::NoticeId)),
        )
        .and_where(Expr::col((notice::Entity, notice::Column::Kind)).eq("disclaimer"))
        .and_where(Expr::col((notice::Entity, notice::Column::ClientId)).eq(client.as_str()))
        .to_owned();
    open.add(Expr::exists(before))
}

fn own_acceptances() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from(acceptance::Entity)
        .and_where(
            Expr::col((acceptance::Entity, acceptance::Column::AccountId))
                .equals((account::Entity, account::Column::Id)),
        )
        .to_owned()
}

fn within(reach: &Reach) -> Condition {
    match reach {
        Reach::All => Condition::all(),
        Reach::Within(own) => has_place(own),
    }
}

fn has_place(organisations: &[OrganisationId]) -> Condition {
    let places = Query::select()
        .expr(Expr::val(1))
        .from(membership::Entity)
        .and_where(membership::Column::OrganisationId.is_in(organisations.iter().copied()))
        .and_where(
            Expr::col((membership::Entity, membership::Column::AccountId))
                .equals((account::Entity, account::Column::Id)),
        )
        .to_owned();
    Condition::all().add(Expr::exists(places))
}
