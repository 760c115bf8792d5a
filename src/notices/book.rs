//! Writing notices: a draft, which becomes a version when it is published. Whoever changes or publishes says what was seen:
//! of two people who edit the same draft the second is told, and nobody publishes a text that nobody read.

use super::draft::{Drafted, New, State, What, lacks, tidy, wrong};
use super::{Draft, Kind, Source, Version, put, store};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::config::{Config, Texts};
use crate::fault::Fault;
use crate::ids::{NoticeId, OrganisationId};
use crate::rights::{Act, Area, Permit};
use crate::store::{Conn, Ground, Tx};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The use cases.
#[derive(Clone)]
pub struct Book {
    ground: Ground,
    /// Notices of the configuration by name, each with the place where it is written.
    declared: Arc<BTreeMap<String, (Kind, String, Texts)>>,
    /// The terms that come with Wardgate, where nobody wrote any.
    built_in: Option<Texts>,
    languages: Arc<[String]>,
}

impl Book {
    /// Of an installation that speaks these languages.
    #[must_use]
    pub fn new(ground: Ground, config: &Config, languages: &[String]) -> Self {
        let file = config.file.as_ref().map_or(String::new(), |file| format!(" in {}", file.display()));
        let mut declared = BTreeMap::new();
        let is_built_in = config.has_built_in_terms();
        if !is_built_in {
            let place = format!("[terms]{file}");
            declared.insert(Kind::Terms.name(), (Kind::Terms, place, config.terms.clone()));
        }
        for client in config.clients.iter().filter(|client| !client.disclaimer.is_empty()) {
            let kind = Kind::Disclaimer(client.id.clone());
            let place = format!("[client.disclaimer] of {}{file}", client.id);
            declared.insert(kind.name(), (kind, place, client.disclaimer.clone()));
        }
        let built_in = is_built_in.then(|| config.terms.clone());
        Self { ground, declared: Arc::new(declared), built_in, languages: languages.into() }
    }

    /// Where the configuration writes a notice; `None` of one that is the console's.
    #[must_use]
    pub fn declared(&self, kind: &Kind) -> Option<&str> {
        self.declared.get(&kind.name()).map(|(_, place, _)| place.as_str())
    }

    /// The languages that a version has to be in.
    #[must_use]
    pub fn languages(&self) -> &[String] {
        &self.languages
    }

    /// Puts the texts of the configuration into force; the built-in terms only where there are none yet, so that they
    /// replace nothing that somebody wrote.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn publish_declared(&self) -> Result<(), Fault> {
        for (kind, _, texts) in self.declared.values() {
            super::publish(&self.ground, kind.clone(), texts).await?;
        }
        if let Some(texts) = &self.built_in
            && store::current(self.ground.db.read(), &Kind::Terms).await?.is_none()
        {
            super::publish(&self.ground, Kind::Terms, texts).await?;
        }
        Ok(())
    }

    /// A notice as it stands; `None` where there is no such.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn state(&self, kind: &Kind) -> Result<Option<State>, Fault> {
        let state = read(self.ground.db.read(), kind).await?;
        Ok((state.current.is_some() || state.draft.is_some()).then_some(state))
    }

    /// Begins a notice that there is not yet.
    ///
    /// # Errors
    /// When the database is away, or the permit is for something else.
    pub async fn begin(&self, permit: Permit, origin: &Origin, new: New) -> Result<Drafted, Fault> {
        permit.must_be(&[Act::Change(Area::Notices, None)])?;
        if let Some(no) = self.refuses(&new.kind, Some(&new.what)) {
            return Ok(no);
        }
        let (now, id, origin) = (self.ground.clock.now(), self.ground.new_id(), origin.clone());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let there = read(tx, &new.kind).await?;
                    if there != (State { current: None, draft: None }) {
                        return Ok(Drafted::Taken);
                    }
                    let row = row(NoticeId(id), &new.kind, new.organisation, (&new.what, now))?;
                    start(tx, (&origin, now), row, &new.kind, Drafted::Taken).await
                })
            })
            .await
    }

    /// Changes the draft of a notice that was seen as `seen`; where there is none, begins one of the next version.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn change(
        &self,
        permit: Permit,
        origin: &Origin,
        (kind, seen): (Kind, &str),
        what: What,
    ) -> Result<Drafted, Fault> {
        permit.must_be(&[Act::Change(Area::Notices, None)])?;
        if let Some(no) = self.refuses(&kind, Some(&what)) {
            return Ok(no);
        }
        let (now, id) = (self.ground.clock.now(), self.ground.new_id());
        let (origin, seen) = (origin.clone(), seen.to_owned());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let there = lock(tx, &kind).await?;
                    if there.version() != seen {
                        return Ok(if there.current.is_none() && there.draft.is_none() {
                            Drafted::Gone
                        } else {
                            Drafted::Stale
                        });
                    }
                    let new = row(NoticeId(id), &kind, there.organisation(), (&what, now))?;
                    match there.draft.clone() {
                        Some(old) => {
                            let new = Draft { id: old.id, created_at: old.created_at, ..new };
                            if (&new.texts, new.grace_days) == (&old.texts, old.grace_days) {
                                return Ok(Drafted::Done(Box::new(there)));
                            }
                            store::update_draft(tx, &new).await?;
                            let entry = entry("notice.draft_changed", &kind, &new);
                            audit::append(tx, now, &origin, entry).await?;
                            Ok(Drafted::Done(Box::new(State { draft: Some(new), ..there })))
                        }
                        None => start(tx, (&origin, now), new, &kind, Drafted::Stale).await,
                    }
                })
            })
            .await
    }

    /// Throws away what is being written, as it was seen. A notice that was never published is gone then.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn discard(
        &self,
        permit: Permit,
        origin: &Origin,
        (kind, seen): (Kind, &str),
    ) -> Result<Drafted, Fault> {
        permit.must_be(&[Act::Change(Area::Notices, None)])?;
        let (now, origin, seen) = (self.ground.clock.now(), origin.clone(), seen.to_owned());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let there = lock(tx, &kind).await?;
                    let Some(draft) = there.draft.clone() else { return Ok(Drafted::Gone) };
                    if there.version() != seen || !store::delete_draft(tx, draft.id).await? {
                        return Ok(Drafted::Stale);
                    }
                    audit::append(tx, now, &origin, entry("notice.draft_discarded", &kind, &draft)).await?;
                    Ok(Drafted::Done(Box::new(State { draft: None, ..there })))
                })
            })
            .await
    }

    /// Puts the draft into force, as it was seen: from now on people are asked. It never changes after that.
    ///
    /// # Errors
    /// As `begin`.
    pub async fn publish(
        &self,
        permit: Permit,
        origin: &Origin,
        (kind, seen): (Kind, &str),
    ) -> Result<Drafted, Fault> {
        permit.must_be(&[Act::Change(Area::Notices, None)])?;
        if let Some(no) = self.refuses(&kind, None) {
            return Ok(no);
        }
        let (now, origin, seen) = (self.ground.clock.now(), origin.clone(), seen.to_owned());
        let book = self.clone();
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let there = lock(tx, &kind).await?;
                    let Some(draft) = there.draft.clone() else { return Ok(Drafted::Gone) };
                    if there.version() != seen {
                        return Ok(Drafted::Stale);
                    }
                    let texts: Texts = serde_json::from_str(&draft.texts)?;
                    let mut all = lacks(&book.languages, &texts);
                    let what = What { texts: texts.clone(), grace_days: draft.grace_days };
                    all.extend(wrong(&book.languages, &what));
                    if !all.is_empty() {
                        return Ok(Drafted::Wrong(all));
                    }
                    let hash = super::hash(&draft.texts);
                    if there.current.as_ref().is_some_and(|current| current.text_hash == hash) {
                        return Ok(Drafted::Same);
                    }
                    in_force(tx, (&origin, now), &kind, (draft, texts)).await
                })
            })
            .await
    }

    fn refuses(&self, kind: &Kind, what: Option<&What>) -> Option<Drafted> {
        if let Some(place) = self.declared(kind) {
            return Some(Drafted::Declared(place.to_owned()));
        }
        let wrong = what.map(|what| wrong(&self.languages, what)).unwrap_or_default();
        (!wrong.is_empty()).then_some(Drafted::Wrong(wrong))
    }
}

async fn read(conn: &impl Conn, kind: &Kind) -> Result<State, Fault> {
    Ok(State { current: store::current(conn, kind).await?, draft: store::draft(conn, kind).await? })
}

/// The draft first: whoever publishes it at this moment is waited for, and the version is there then.
async fn lock(tx: &Tx, kind: &Kind) -> Result<State, Fault> {
    let draft = store::lock_draft(tx, kind).await?;
    Ok(State { current: store::current(tx, kind).await?, draft })
}

fn row(
    id: NoticeId,
    kind: &Kind,
    organisation_id: Option<OrganisationId>,
    (what, now): (&What, Timestamp),
) -> Result<Draft, Fault> {
    let (kind, of) = kind.columns();
    Ok(Draft {
        id,
        kind: kind.to_owned(),
        client_id: of.to_owned(),
        organisation_id,
        texts: serde_json::to_string(&tidy(&what.texts))?,
        grace_days: what.grace_days,
        created_at: now,
        changed_at: now,
    })
}

fn entry(act: &'static str, kind: &Kind, draft: &Draft) -> Entry {
    let entry = Entry::done(act, draft.id)
        .with("notice", kind.name())
        .with("text_hash", super::hash(&draft.texts))
        .with("grace_days", draft.grace_days);
    let entry = kind.client().map_or(entry.clone(), |client| entry.client(client));
    draft.organisation_id.map_or(entry.clone(), |organisation| entry.organisation(organisation))
}

async fn start(
    tx: &Tx,
    (origin, now): (&Origin, Timestamp),
    row: Draft,
    kind: &Kind,
    taken: Drafted,
) -> Result<Drafted, Fault> {
    let entry = entry("notice.drafted", kind, &row);
    if !store::insert_draft(tx, row).await? {
        return Ok(taken);
    }
    audit::append(tx, now, origin, entry).await?;
    Ok(Drafted::Done(Box::new(read(tx, kind).await?)))
}

async fn in_force(
    tx: &Tx,
    by: (&Origin, Timestamp),
    kind: &Kind,
    (draft, texts): (Draft, Texts),
) -> Result<Drafted, Fault> {
    if !store::delete_draft(tx, draft.id).await? {
        return Ok(Drafted::Stale);
    }
    let version = Version {
        kind: kind.clone(),
        organisation: draft.organisation_id,
        texts,
        grace_days: draft.grace_days,
        source: Source::Console,
    };
    // The draft's id becomes the version's, so the trail follows a text from its first word.
    if !put(tx, by, draft.id, &version).await? {
        return Err(Fault::internal("another node published the same version at this moment"));
    }
    Ok(Drafted::Done(Box::new(read(tx, kind).await?)))
}
