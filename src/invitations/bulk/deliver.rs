//! What the worker does with a list that was sent.

use super::super::judge::judge;
use super::super::rules::{self, Ruled, Ruling};
use super::super::{Invitation, New, letters, new_row};
use super::{Batch, CHUNK, Line, Verdict, asked, store};
use crate::accounts::Address;
use crate::audit::{self, Actor, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::InviteBatchId;
use crate::organisations;
use crate::rights::{Act, Role};
use crate::store::paging::Wish;
use crate::store::{Ground, Tx};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Seconds for which a list is kept, as long as an invitation that ran out (G3).
const KEEP: i64 = 30 * 24 * 3600;

#[derive(Serialize, Deserialize)]
pub(super) struct Payload {
    pub(super) batch: InviteBatchId,
    /// Addresses that its inviter may invite in a day.
    pub(super) per_day: i32,
}

/// Invites everybody on a list who was not invited yet. It goes on where it was cut off; of two that work on one list
/// each line is one's alone.
///
/// # Errors
/// When the database is away: what was done so far stays done.
pub async fn deliver(ground: &Ground, payload: &str) -> Result<(), Fault> {
    let Payload { batch, per_day } = serde_json::from_str(payload)?;
    let Some(batch) = store::find(ground.db.read(), batch).await?.filter(|it| it.sent_at.is_some()) else {
        return Ok(());
    };
    let most = u64::try_from(CHUNK).unwrap_or(u64::MAX);
    loop {
        let good = Some(Verdict::Ok);
        let chunk = store::lines(ground.db.read(), batch.id, good, &Wish::first(most)).await?.rows;
        let (id, now) = (batch.id, ground.clock.now());
        if chunk.is_empty() {
            return ground
                .db
                .write(move |tx| Box::pin(async move { store::mark_done(tx, id, now).await }))
                .await;
        }
        send(ground, &batch, per_day, chunk).await?;
    }
}

/// A line with the invitation that it becomes.
struct Prepared {
    line: Line,
    row: Invitation,
    letter: letters::Prepared,
}

async fn send(ground: &Ground, batch: &Batch, per_day: i32, lines: Vec<Line>) -> Result<(), Fault> {
    // Sealing takes longer than writing, and holds nobody up here.
    let prepared = lines.into_iter().map(|line| prepare(ground, batch, line));
    let prepared: Vec<Prepared> = prepared.collect::<Result<_, _>>()?;
    let write = Write { batch: batch.clone(), per_day, now: ground.clock.now() };
    ground.db.write(move |tx| Box::pin(async move { write.chunk(tx, prepared).await })).await
}

fn prepare(ground: &Ground, batch: &Batch, line: Line) -> Result<Prepared, Fault> {
    let broken = || Fault::internal("a good line cannot be read");
    let role = Role::parse(&line.role).ok_or_else(broken)?;
    let new = New {
        address: Address::parse(&line.email).ok_or_else(broken)?,
        client_id: batch.client_id.clone(),
        message: batch.message.clone(),
        language: batch.locale.clone(),
    };
    let place = (batch.organisation_id, line.team_id, role);
    let (row, token) = new_row(ground, place, i64::from(batch.days), batch.inviter_id, new);
    let row =
        Invitation { given_name: line.given_name.clone(), family_name: line.family_name.clone(), ..row };
    let letter = letters::prepare(ground, &row, &token);
    Ok(Prepared { line, row, letter })
}

/// What a chunk of lines is written with.
struct Write {
    batch: Batch,
    per_day: i32,
    now: Timestamp,
}

impl Write {
    /// Judges the lines once more and writes those that are still good: invitation, letter, trail and verdict.
    async fn chunk(&self, tx: &Tx, mut all: Vec<Prepared>) -> Result<(), Fault> {
        let (id, now) = (self.batch.id, self.now);
        store::lock(tx, id).await?;
        let organisation = organisations::lock(tx, self.batch.organisation_id).await?;
        let numbers = all.iter().map(|it| it.line.number).collect();
        let good: HashSet<i32> = store::still_good(tx, id, numbers).await?.into_iter().collect();
        all.retain(|it| good.contains(&it.line.number));
        let Some(organisation) = organisation else {
            let numbers = all.iter().map(|it| it.line.number).collect();
            return store::conclude(tx, id, Verdict::UnknownTeam, numbers).await;
        };
        let asked = all.iter().map(|it| asked(&it.line, self.batch.inviter_id));
        let asked = asked.collect::<Result<Vec<_>, _>>()?;
        let judged = judge(tx, now, &organisation, &asked).await?;
        let mut verdicts = Vec::new();
        for against in judged {
            verdicts.push(match against {
                Some(against) => Verdict::from(against),
                None => self.counted(tx).await?,
            });
        }
        let ruling = Ruling::read(tx, &organisation, self.batch.inviter_id).await?;
        for (it, verdict) in all.iter_mut().zip(&mut verdicts) {
            if *verdict == Verdict::Sent {
                *verdict = self.ruled(tx, &ruling, &mut it.row).await?;
            }
        }
        let (mut rows, mut letters, mut entries) = (Vec::new(), Vec::new(), Vec::new());
        let mut concluded = std::collections::BTreeMap::<Verdict, Vec<i32>>::new();
        for (it, verdict) in all.into_iter().zip(verdicts) {
            concluded.entry(verdict).or_default().push(it.line.number);
            match verdict {
                Verdict::Sent => letters.push(it.letter),
                Verdict::Waits => {}
                _ => continue,
            }
            entries.push(created(&it.row, id));
            rows.push(it.row);
        }
        super::super::store::insert_all(tx, rows).await?;
        letters::Prepared::queue_all(&letters, tx, now).await?;
        audit::append_all(tx, now, &origin(&self.batch), entries).await?;
        for (verdict, numbers) in concluded {
            store::conclude(tx, id, verdict, numbers).await?;
        }
        Ok(())
    }

    /// Asks the rules of the place, as for a single invitation.
    async fn ruled(&self, tx: &Tx, ruling: &Ruling, row: &mut Invitation) -> Result<Verdict, Fault> {
        let role = Role::parse(&row.role).ok_or_else(|| Fault::internal("an invitation without a role"))?;
        let act = Act::Invite { organisation: row.organisation_id, team: row.team_id, role };
        Ok(match ruling.rule(tx, self.now, act, row).await? {
            Ruled::Sent => Verdict::Sent,
            Ruled::Waits => Verdict::Waits,
            Ruled::Limit(_) => Verdict::Limit,
        })
    }

    /// Counts one more invitation of a person whose limit of a day counts.
    async fn counted(&self, tx: &Tx) -> Result<Verdict, Fault> {
        let Some(inviter) = self.batch.inviter_id.filter(|_| self.batch.is_limited) else {
            return Ok(Verdict::Sent);
        };
        let until = rules::count_day(tx, inviter, self.per_day, self.now).await?;
        Ok(if until.is_some() { Verdict::Limit } else { Verdict::Sent })
    }
}

fn created(row: &Invitation, batch: InviteBatchId) -> Entry {
    let act = if row.waiting_at.is_some() { "invitation.asked_for" } else { "invitation.created" };
    Entry::done(act, row.id)
        .organisation(row.organisation_id)
        .with("role", &row.role)
        .with("team", row.team_id)
        .with("list", batch)
}

/// Whoever sent the list.
fn origin(batch: &Batch) -> Origin {
    let account = batch.inviter_id.map(Actor::Account);
    let service = || batch.sent_by.strip_prefix("service:").map(|id| Actor::Service(id.to_owned()));
    Origin {
        actor: account.or_else(service).unwrap_or(Actor::Host),
        address: batch.address.clone(),
        user_agent: batch.user_agent.clone(),
    }
}

/// Deletes lists that were made long before `now`.
///
/// # Errors
/// When the database is away.
pub async fn sweep(tx: &Tx, now: Timestamp) -> Result<(), Fault> {
    store::sweep(tx, now.plus(-KEEP)).await
}
