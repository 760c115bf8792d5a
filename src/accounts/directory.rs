//! Lists of people for the console, the API and the commands: by name, found by the beginning of a name or address.

use super::{Account, Status, profile};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, OrganisationId};
use crate::rights::Reach;
use crate::seal::{hex, unhex};
use crate::store::Conn;
use crate::store::paging::{Page, Wish};
use entities::account::{Column, Entity};
use entities::membership;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _};
use std::collections::HashMap;

/// Words of a search that count: more would only make the query long (A106).
const WORDS: usize = 5;

/// Where an account stands, to choose by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The address is still to be proved.
    Unverified,
    /// The time to prove it ran out.
    Blocked,
    /// The address is proved.
    Verified,
    /// An administrator closed it.
    Disabled,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Unverified, Self::Blocked, Self::Verified, Self::Disabled];

    /// Of an account that stands so.
    #[must_use]
    pub const fn of(status: Status) -> Self {
        match status {
            Status::Verified => Self::Verified,
            Status::Unverified(_) => Self::Unverified,
            Status::Blocked => Self::Blocked,
            Status::Disabled => Self::Disabled,
        }
    }

    /// Its name in addresses, the API and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unverified => "unverified",
            Self::Blocked => "blocked",
            Self::Verified => "verified",
            Self::Disabled => "disabled",
        }
    }

    /// By its name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    fn condition(self, now: Timestamp) -> Condition {
        let open = Condition::all().add(Column::DisabledAt.is_null());
        match self {
            Self::Disabled => Condition::all().add(Column::DisabledAt.is_not_null()),
            Self::Verified => open.add(Column::EmailVerifiedAt.is_not_null()),
            Self::Blocked => open.add(Column::EmailVerifiedAt.is_null()).add(Column::VerifyBy.lt(now)),
            Self::Unverified => open.add(Column::EmailVerifiedAt.is_null()).add(Column::VerifyBy.gte(now)),
        }
    }
}

/// Which people.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// What a name or the address begins with; of several words each.
    pub words: String,
    /// Who stands so.
    pub state: Option<State>,
    /// Who has a place in this organisation.
    pub organisation: Option<OrganisationId>,
}

/// The people that somebody sees, by family and given name.
///
/// # Errors
/// When the database is away.
pub async fn page(
    conn: &impl Conn,
    (reach, now): (&Reach, Timestamp),
    filter: &Filter,
    wish: &Wish,
) -> Result<Page<Account>, Fault> {
    let mut query = Entity::find()
        .filter(found_by(&filter.words))
        .order_by_asc(Column::FamilyKey)
        .order_by_asc(Column::GivenKey)
        .order_by_asc(Column::Id)
        .limit(wish.rows());
    if let Some(state) = filter.state {
        query = query.filter(state.condition(now));
    }
    if let Reach::Within(own) = reach {
        query = query.filter(has_place(own));
    }
    if let Some(organisation) = filter.organisation {
        query = query.filter(has_place(&[organisation]));
    }
    if let Some(after) = wish.after.as_deref().and_then(Key::read) {
        query = query.filter(after.condition());
    }
    Ok(wish.page(query.all(conn).await?, |row| Key::of(row).write()))
}

/// The names of these people.
///
/// # Errors
/// When the database is away.
pub async fn names(
    conn: &impl Conn,
    ids: impl IntoIterator<Item = AccountId>,
) -> Result<HashMap<AccountId, String>, Fault> {
    let query = Entity::find().filter(Column::Id.is_in(ids));
    Ok(query.all(conn).await?.into_iter().map(|row| (row.id, super::full_name(&row))).collect())
}

/// Asked of each row in the order of the list: a list of everybody in a large organisation would be sorted first, which
/// takes four times as long at 100,000 people as looking through all of them for a small one.
fn has_place(organisations: &[OrganisationId]) -> Condition {
    let own = Expr::col((Entity, Column::Id));
    let query = Query::select()
        .expr(Expr::val(1))
        .from(membership::Entity)
        .and_where(membership::Column::OrganisationId.is_in(organisations.iter().copied()))
        .and_where(Expr::col((membership::Entity, membership::Column::AccountId)).eq(own))
        .to_owned();
    Condition::all().add(Expr::exists(query))
}

/// Each word begins a name or the address, or the whole begins one: a family name may have a blank in it.
fn found_by(words: &str) -> Condition {
    // No name has a control character, and PostgreSQL takes no text with a NUL.
    let words: String = words.chars().filter(|c| !c.is_control()).collect();
    let (words, mut each) = (words.trim(), Condition::all());
    for word in words.split_whitespace().take(WORDS) {
        each = each.add(begins(word));
    }
    if words.contains(char::is_whitespace) { Condition::any().add(begins(words)).add(each) } else { each }
}

fn begins(word: &str) -> Condition {
    let name = profile::key(word);
    let mut any = Condition::any();
    for column in [Column::FamilyKey, Column::GivenKey] {
        let range = Condition::all().add(column.gte(name.clone().into_bytes()));
        any = any.add(range.add(column.lt(beyond(name.clone()).into_bytes())));
    }
    let address = word.to_ascii_lowercase();
    let range = Condition::all().add(Column::EmailKey.gte(address.clone()));
    any.add(range.add(Column::EmailKey.lt(beyond(address))))
}

/// The first text that no longer begins so: no name has a letter beyond the last of Unicode.
fn beyond(mut beginning: String) -> String {
    beginning.push(char::MAX);
    beginning
}

/// Where a row stands in the list.
struct Key {
    family: Vec<u8>,
    given: Vec<u8>,
    id: AccountId,
}

impl Key {
    fn of(row: &Account) -> Self {
        Self { family: row.family_key.clone(), given: row.given_key.clone(), id: row.id }
    }

    fn write(&self) -> String {
        format!("{}.{}.{}", hex(&self.family), hex(&self.given), self.id)
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (family, given) = (unhex(parts.next()?)?, unhex(parts.next()?)?);
        Some(Self { family, given, id: parts.next()?.parse().ok()? })
    }

    fn condition(self) -> Condition {
        let namesakes = Condition::all()
            .add(Column::FamilyKey.eq(self.family.clone()))
            .add(Column::GivenKey.eq(self.given.clone()));
        let family = Condition::all()
            .add(Column::FamilyKey.eq(self.family.clone()))
            .add(Column::GivenKey.gt(self.given));
        let later = Condition::any()
            .add(Column::FamilyKey.gt(self.family.clone()))
            .add(family)
            .add(namesakes.add(Column::Id.gt(self.id)));
        // The same once more as one range, which is what an index can begin at.
        Condition::all().add(Column::FamilyKey.gte(self.family)).add(later)
    }
}
