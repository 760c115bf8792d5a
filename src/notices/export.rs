//! Taking the receipts of a notice out: of every version, the first one first. That somebody did is a row of the trail.

use super::Kind;
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::AcceptanceId;
use crate::rights::{Act, Guarded, Permit};
use crate::store::{Conn, Ground};
use entities::{acceptance, account, notice};
use sea_orm::{ColumnTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect as _, RelationDef};
use serde::Serialize;

/// Receipts read at a time.
const PAGE: u64 = 1000;

/// One receipt.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// The notice.
    pub notice: String,
    /// Its version.
    pub version: i32,
    /// SHA-256 of its texts, lower-case hex.
    pub text_hash: String,
    /// Who agreed.
    pub account: String,
    /// The name today.
    pub name: String,
    /// The address today.
    pub email: String,
    /// In which language the text was read.
    pub language: String,
    /// When, in seconds since 1970.
    pub accepted_at: i64,
    /// From which address.
    pub address: String,
}

/// An export under way, a page at a time.
#[derive(Debug)]
pub struct Export {
    kind: Kind,
    after: Option<AcceptanceId>,
    is_done: bool,
}

impl Export {
    /// Begins one.
    ///
    /// # Errors
    /// When the database is away, or the permit is for something else.
    pub async fn begin(ground: &Ground, permit: Permit, origin: &Origin, kind: Kind) -> Result<Self, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::Export, None)])?;
        let (now, origin) = (ground.clock.now(), origin.clone());
        let entry = Entry::done("notice.receipts_exported", kind.name());
        ground
            .db
            .write(move |tx| Box::pin(async move { audit::append(tx, now, &origin, entry).await }))
            .await?;
        Ok(Self { kind, after: None, is_done: false })
    }

    /// The next receipts; `None` after the last.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn next(&mut self, conn: &impl Conn) -> Result<Option<Vec<Line>>, Fault> {
        if self.is_done {
            return Ok(None);
        }
        let (kind, of) = self.kind.columns();
        let version: RelationDef = acceptance::Entity::belongs_to(notice::Entity)
            .from(acceptance::Column::NoticeId)
            .to(notice::Column::Id)
            .into();
        let who: RelationDef = acceptance::Entity::belongs_to(account::Entity)
            .from(acceptance::Column::AccountId)
            .to(account::Column::Id)
            .into();
        let mut query = acceptance::Entity::find()
            .join(JoinType::InnerJoin, version)
            .join(JoinType::InnerJoin, who)
            .select_also(account::Entity)
            .filter(notice::Column::Kind.eq(kind))
            .filter(notice::Column::ClientId.eq(of))
            .order_by_asc(acceptance::Column::Id)
            .limit(PAGE);
        if let Some(after) = self.after {
            query = query.filter(acceptance::Column::Id.gt(after));
        }
        let rows = query.all(conn).await?;
        self.is_done = u64::try_from(rows.len()).unwrap_or(PAGE) < PAGE;
        self.after = rows.last().map(|(row, _)| row.id).or(self.after);
        Ok(Some(rows.into_iter().filter_map(|(row, who)| Some(self.line(row, &who?))).collect()))
    }

    fn line(&self, row: acceptance::Model, who: &account::Model) -> Line {
        Line {
            notice: self.kind.name(),
            version: row.version,
            text_hash: row.text_hash,
            account: row.account_id.to_string(),
            name: format!("{} {}", who.given_name, who.family_name),
            email: who.email.clone(),
            language: row.locale,
            accepted_at: row.accepted_at.0,
            address: row.address,
        }
    }
}

/// The head of a file of comma-separated values, or one line of it (RFC 4180).
#[must_use]
pub fn csv(line: Option<&Line>) -> String {
    let Some(it) = line else {
        return "notice,version,text_hash,account,name,email,language,accepted_at,address\r\n".to_owned();
    };
    let (version, at) = (it.version.to_string(), it.accepted_at.to_string());
    let fields = [
        &it.notice,
        &version,
        &it.text_hash,
        &it.account,
        &it.name,
        &it.email,
        &it.language,
        &at,
        &it.address,
    ];
    let fields: Vec<String> = fields.into_iter().map(|field| quoted(field)).collect();
    format!("{}\r\n", fields.join(","))
}

/// People choose their names, and a spreadsheet takes what begins so for a formula: an apostrophe makes text of it.
fn quoted(field: &str) -> String {
    let is_formula = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let apostrophe = if is_formula { "'" } else { "" };
    format!("\"{apostrophe}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_formula_and_ends_no_field() {
        for (field, expected) in [
            ("Ada", "\"Ada\""),
            ("O\"Hara, Ada", "\"O\"\"Hara, Ada\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("@a", "\"'@a\""),
            ("-1", "\"'-1\""),
            ("a=b", "\"a=b\""),
        ] {
            assert_eq!(quoted(field), expected);
        }
    }
}
