//! Making, changing and removing keys: at the first start, by the worker's schedule, and by command. Each is one write
//! that looks again at the rows under a lock, so that of several nodes one does it.

use super::rotation::{self, KeyTimes, SPREAD, Schedule, Standing, Step};
use super::{Keys, SEAL, jose::SigningKey, store};
use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::protocol::client::SigningAlg;
use crate::rights::{Act, Guarded, Permit};
use crate::store::{Ground, Tx};
use std::collections::HashMap;

/// What an operator wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// The next key is published now and signs once everybody can know it.
    Planned,
    /// The next key signs at once.
    Now,
    /// A new key signs at once and every other is removed: tokens that they signed are over.
    RevokeOld,
}

/// What a rotation by command did for one algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rotated {
    /// The algorithm.
    pub alg: SigningAlg,
    /// The key that takes over.
    pub kid: String,
    /// When it signs.
    pub from: Timestamp,
    /// Whether it was published before.
    pub was_there: bool,
    /// The keys that were removed.
    pub removed: Vec<String>,
}

/// Where one key stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The key.
    pub times: KeyTimes,
    /// Its state.
    pub standing: Standing,
}

impl Keys {
    /// Does what the schedule says is due: notes longer token lives, makes next keys, removes old ones.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn rotate(&self, schedule: Schedule) -> Result<(), Fault> {
        let ground = &self.0.ground;
        let now = ground.clock.now();
        let due = rotation::due(&known(store::times(ground.db.read()).await?), now, schedule);
        if due.is_empty() {
            return Ok(());
        }
        let made = make(
            ground,
            due.iter().filter_map(|step| match step {
                Step::Make(alg, _) => Some(*alg),
                Step::NoteLife(_) | Step::Remove(_) => None,
            }),
        )
        .await?;
        ground.db.write(move |tx| Box::pin(async move { work_off(tx, now, schedule, made).await })).await?;
        self.reload().await
    }

    /// Rotates by command.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn rotate_now(
        &self,
        permit: Permit,
        origin: &Origin,
        algs: &[SigningAlg],
        (wish, ahead): (Wish, i64),
    ) -> Result<Vec<Rotated>, Fault> {
        permit.must_be(&[Act::Guarded(Guarded::Keys, None)])?;
        let ground = &self.0.ground;
        let (now, origin, algs) = (ground.clock.now(), origin.clone(), algs.to_vec());
        let mut made = make(ground, algs.iter().copied()).await?;
        let done = ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    store::lock(tx).await?;
                    let keys = known(store::times(tx).await?);
                    let mut done = Vec::new();
                    for alg in algs {
                        if let Some(new) = made.remove(&alg) {
                            let of_alg: Vec<_> = keys.iter().filter(|key| key.alg == alg).cloned().collect();
                            done.push(take_over(tx, (&origin, now), &of_alg, new, (wish, ahead)).await?);
                        }
                    }
                    Ok(done)
                })
            })
            .await?;
        self.reload().await?;
        Ok(done)
    }

    /// Every key and where it stands.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn list(&self) -> Result<Vec<Listed>, Fault> {
        listed(&self.0.ground).await
    }
}

/// Every key of an installation and where it stands; none is made.
///
/// # Errors
/// When the database is away.
pub async fn listed(ground: &Ground) -> Result<Vec<Listed>, Fault> {
    let keys = known(store::times(ground.db.read()).await?);
    let listed = |(times, standing): (&KeyTimes, Standing)| Listed { times: times.clone(), standing };
    Ok(rotation::standings(&keys, ground.clock.now()).into_iter().map(listed).collect())
}

/// A new key, sealed. It has no time yet.
type Row = entities::signing_key::Model;

/// RSA takes long: before the write, and off the threads that serve.
async fn make(
    ground: &Ground,
    algs: impl Iterator<Item = SigningAlg>,
) -> Result<HashMap<SigningAlg, Row>, Fault> {
    let mut made = HashMap::new();
    for alg in algs {
        let key = tokio::task::spawn_blocking(move || SigningKey::generate(alg)).await;
        let (now, key) = (ground.clock.now(), key.map_err(Fault::internal)?.map_err(Fault::internal)?);
        let sealed = ground.ring.seal(SEAL, &key.to_der(), &ground.random);
        let (kid, name) = (key.kid().to_owned(), alg.as_str().to_owned());
        made.insert(alg, Row { kid, alg: name, sealed, created_at: now, active_from: now, token_seconds: 0 });
    }
    Ok(made)
}

/// Makes the first key of an algorithm, unless another node was faster.
pub(super) async fn create(ground: &Ground, alg: SigningAlg) -> Result<(), Fault> {
    let mut made = make(ground, std::iter::once(alg)).await?;
    let now = ground.clock.now();
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::lock(tx).await?;
                let there = known(store::times(tx).await?).iter().any(|key| key.alg == alg);
                match made.remove(&alg).filter(|_| !there) {
                    Some(row) => insert(tx, (&Origin::of(Actor::Host), now), row, now).await,
                    None => Ok(()),
                }
            })
        })
        .await
}

async fn work_off(
    tx: &Tx,
    now: Timestamp,
    schedule: Schedule,
    mut made: HashMap<SigningAlg, Row>,
) -> Result<(), Fault> {
    store::lock(tx).await?;
    let worker = Origin::of(Actor::Worker);
    for step in rotation::due(&known(store::times(tx).await?), now, schedule) {
        match step {
            Step::NoteLife(seconds) => store::note_life(tx, seconds).await?,
            Step::Make(alg, from) => {
                if let Some(row) = made.remove(&alg) {
                    insert(tx, (&worker, now), row, from).await?;
                }
            }
            Step::Remove(kid) => remove(tx, (&worker, now), &kid).await?,
        }
    }
    Ok(())
}

/// One algorithm's change by command. `keys` are its own.
async fn take_over(
    tx: &Tx,
    by: (&Origin, Timestamp),
    keys: &[KeyTimes],
    new: Row,
    (wish, ahead): (Wish, i64),
) -> Result<Rotated, Fault> {
    let now = by.1;
    let alg = SigningAlg::parse(&new.alg).ok_or_else(|| Fault::internal("an algorithm without a name"))?;
    let waiting = rotation::next(keys, alg, now).filter(|_| wish != Wish::RevokeOld);
    let from = match (wish, waiting) {
        (Wish::Planned, Some(next)) => next.active_from,
        (Wish::Planned, None) => now.plus(ahead),
        // A moment, in which the other nodes learn of it.
        (Wish::Now, _) => now.plus(SPREAD),
        // Every moment of waiting is the thief's.
        (Wish::RevokeOld, _) => now,
    };
    let mut done =
        Rotated { alg, kid: new.kid.clone(), from, was_there: waiting.is_some(), removed: Vec::new() };
    match waiting {
        // Applications know it already: better than one that is new to them.
        Some(next) => {
            done.kid.clone_from(&next.kid);
            if wish == Wish::Now {
                store::activate(tx, &next.kid, from).await?;
                let entry = Entry::done("key.brought_forward", &next.kid).with("active_from", from);
                audit::append(tx, now, by.0, entry).await?;
            }
        }
        None => insert(tx, by, new, from).await?,
    }
    if wish == Wish::RevokeOld {
        for old in keys {
            remove(tx, by, &old.kid).await?;
            done.removed.push(old.kid.clone());
        }
    }
    Ok(done)
}

async fn insert(tx: &Tx, by: (&Origin, Timestamp), row: Row, from: Timestamp) -> Result<(), Fault> {
    let entry = Entry::done("key.created", &row.kid).with("alg", &row.alg).with("active_from", from);
    store::insert(tx, Row { active_from: from, ..row }).await?;
    audit::append(tx, by.1, by.0, entry).await
}

async fn remove(tx: &Tx, by: (&Origin, Timestamp), kid: &str) -> Result<(), Fault> {
    store::remove(tx, kid).await?;
    audit::append(tx, by.1, by.0, Entry::done("key.removed", kid)).await
}

/// The keys of this version's algorithms. Those of a newer one, seen while nodes are upgraded one by one, are left to
/// that version.
pub(super) fn known(rows: Vec<store::Times>) -> Vec<KeyTimes> {
    let known = |row: store::Times| {
        let alg = SigningAlg::parse(&row.alg)?;
        let store::Times { kid, created_at, active_from, token_seconds, .. } = row;
        Some(KeyTimes { kid, alg, created_at, active_from, token_seconds })
    };
    rows.into_iter().filter_map(known).collect()
}
