//! The list of notices for the console, the API and commands.

use super::{Draft, Kind, Notice};
use crate::fault::Fault;
use crate::ids::{NoticeId, OrganisationId};
use crate::rights::Reach;
use crate::store::Conn;
use crate::store::paging::{Page, Wish};
use entities::{notice, notice_draft};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect as _};
use std::collections::{BTreeMap, HashMap};

/// A notice in a list.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Which.
    pub kind: Kind,
    /// Whose people it is for; `None` for everybody.
    pub organisation: Option<OrganisationId>,
    /// The version in force.
    pub current: Option<Notice>,
    /// The next one.
    pub draft: Option<Draft>,
}

#[derive(Default)]
struct Found {
    organisation: Option<OrganisationId>,
    current: Option<NoticeId>,
    draft: Option<NoticeId>,
}

type Known = (NoticeId, String, String, Option<OrganisationId>);

/// The notices that somebody sees, the terms first, disclaimers last: what is for everybody, and for the own
/// organisations. Reads the names of all, which are as many as applications at most, and the texts of this page.
///
/// # Errors
/// When the database is away.
pub async fn page(conn: &impl Conn, reach: &Reach, wish: &Wish) -> Result<Page<Listed>, Fault> {
    let found = found(conn).await?;
    let seen = |organisation: Option<OrganisationId>| match (reach, organisation) {
        (Reach::All, _) | (_, None) => true,
        (Reach::Within(own), Some(organisation)) => own.contains(&organisation),
    };
    let after = wish.after.as_deref().and_then(Kind::parse);
    let rest = found.into_iter().filter(|(kind, it)| after.as_ref() < Some(kind) && seen(it.organisation));
    let most = usize::try_from(wish.rows()).unwrap_or(usize::MAX);
    let page = wish.page(rest.take(most).collect(), |(kind, _): &(Kind, Found)| kind.name());
    let (mut texts, mut drafts) = texts(conn, &page.rows).await?;
    Ok(page.map(|(kind, it)| Listed {
        kind,
        organisation: it.organisation,
        current: it.current.and_then(|id| texts.remove(&id)),
        draft: it.draft.and_then(|id| drafts.remove(&id)),
    }))
}

async fn found(conn: &impl Conn) -> Result<BTreeMap<Kind, Found>, Fault> {
    use notice::Column;
    let versions = notice::Entity::find().select_only().order_by_asc(Column::Version);
    let versions = versions.columns([Column::Id, Column::Kind, Column::ClientId, Column::OrganisationId]);
    let versions: Vec<Known> = versions.into_tuple().all(conn).await?;
    let mut found: BTreeMap<Kind, Found> = BTreeMap::new();
    for (id, kind, of, organisation) in versions {
        // The newest comes last.
        found.insert(Kind::stored(&kind, &of), Found { organisation, current: Some(id), draft: None });
    }
    use notice_draft::Column as Of;
    let drafts = notice_draft::Entity::find().select_only();
    let drafts = drafts.columns([Of::Id, Of::Kind, Of::ClientId, Of::OrganisationId]);
    let drafts: Vec<Known> = drafts.into_tuple().all(conn).await?;
    for (id, kind, of, organisation) in drafts {
        let it = found.entry(Kind::stored(&kind, &of)).or_default();
        (it.draft, it.organisation) = (Some(id), organisation);
    }
    Ok(found)
}

type Texts = (HashMap<NoticeId, Notice>, HashMap<NoticeId, Draft>);

async fn texts(conn: &impl Conn, rows: &[(Kind, Found)]) -> Result<Texts, Fault> {
    let current = rows.iter().filter_map(|(_, it)| it.current);
    let current = notice::Entity::find().filter(notice::Column::Id.is_in(current)).all(conn).await?;
    let drafts = rows.iter().filter_map(|(_, it)| it.draft);
    let drafts =
        notice_draft::Entity::find().filter(notice_draft::Column::Id.is_in(drafts)).all(conn).await?;
    Ok((
        current.into_iter().map(|row| (row.id, row)).collect(),
        drafts.into_iter().map(|row| (row.id, row)).collect(),
    ))
}
