//! Several writes in one synced commit, for SQLite, where one transaction writes at a time and the sync costs more than
//! the rows. The first write leads: when it is done, those that came meanwhile join its transaction, each in a
//! savepoint of its own, and all are answered after the one commit. A lone write is a transaction and nothing more.
//!
//! The price: a failed sync fails every write of its group, and a write may wait for up to `LARGEST` others before
//! it is answered. On PostgreSQL commits of several connections share a sync by themselves.

use super::sql::{Tx, Work, immediate};
use crate::fault::Fault;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DbErr, TransactionTrait as _};
use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;

/// Writes of one commit: beyond it the first of them would wait too long.
const LARGEST: usize = 32;
/// How long a write waits for its turn, as for a connection of a pool.
const PATIENCE: Duration = Duration::from_secs(5);

/// The one writer of a SQLite database.
pub(super) struct Group {
    writer: DatabaseConnection,
    patience: Duration,
    queue: Mutex<Queue>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<(u64, Box<dyn Job>)>,
    next_ticket: u64,
    led: bool,
}

impl Group {
    /// Over a pool of one connection.
    pub(super) fn new(writer: DatabaseConnection) -> Arc<Self> {
        Arc::new(Self { writer, patience: PATIENCE, queue: Mutex::default() })
    }

    /// One write: see `Db::write`.
    pub(super) async fn write<T, F>(self: &Arc<Self>, work: F) -> Result<T, Fault>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a Tx) -> Work<'a, T> + Send + 'static,
    {
        let (answer, mut answered) = oneshot::channel();
        let ticket = self.enqueue(Box::new(Write { work: Some(work), outcome: None, answer }));
        let answer = match tokio::time::timeout(self.patience, &mut answered).await {
            Ok(answer) => answer,
            Err(_) if self.withdraw(ticket) => {
                return Err(Fault::Busy { what: "the database's writer", retry_after: 5 });
            }
            Err(_) => answered.await,
        };
        answer.map_err(|_| Fault::internal("a write ended without an answer"))?
    }

    /// Queues a write and sees to it that somebody leads. The leader is a task of its own, so no write is cut short
    /// when the request that asked for it goes away.
    fn enqueue(self: &Arc<Self>, job: Box<dyn Job>) -> u64 {
        let mut queue = self.queue();
        let ticket = queue.next_ticket;
        queue.next_ticket += 1;
        queue.waiting.push_back((ticket, job));
        if !std::mem::replace(&mut queue.led, true) {
            tokio::spawn(Arc::clone(self).lead());
        }
        ticket
    }

    /// Takes back a write that has not begun; whether it had not.
    fn withdraw(&self, ticket: u64) -> bool {
        let mut queue = self.queue();
        let before = queue.waiting.len();
        queue.waiting.retain(|(waiting, _)| *waiting != ticket);
        queue.waiting.len() < before
    }

    async fn lead(self: Arc<Self>) {
        while let Some(first) = self.next_or_stop() {
            // Panics of works are caught where they run; one of the database's driver may not end all writing.
            let _ = AssertUnwindSafe(self.commit_together(first)).catch_unwind().await;
        }
    }

    async fn commit_together(&self, mut first: Box<dyn Job>) {
        let tx = match self.writer.begin_with_options(immediate()).await {
            Ok(tx) => tx,
            // What kept the first from the lock keeps the others from it too.
            Err(error) => return answer_all(self.all_waiting(first), &Err(error)),
        };
        if !first.run(&tx).await {
            return first.answer(tx.rollback().await);
        }
        let mut members = vec![first];
        while members.len() < LARGEST
            && let Some(mut job) = self.next()
        {
            match join(&tx, &mut job).await {
                Ok(true) => members.push(job),
                Ok(false) => job.answer(Ok(())),
                // SQLite ends the whole transaction when the disk is full or fails: nothing of it is there.
                Err(error) => {
                    members.push(job);
                    let _ = tx.rollback().await;
                    return answer_all(members, &Err(error));
                }
            }
        }
        let committed = tx.commit().await;
        answer_all(members, &committed);
    }

    fn next(&self) -> Option<Box<dyn Job>> {
        self.queue().waiting.pop_front().map(|(_, job)| job)
    }

    /// The next write, or nobody leads any more: in one look, so that none is left behind.
    fn next_or_stop(&self) -> Option<Box<dyn Job>> {
        let mut queue = self.queue();
        let next = queue.waiting.pop_front();
        queue.led = next.is_some();
        next.map(|(_, job)| job)
    }

    fn all_waiting(&self, first: Box<dyn Job>) -> Vec<Box<dyn Job>> {
        let waiting = std::mem::take(&mut self.queue().waiting);
        std::iter::once(first).chain(waiting.into_iter().map(|(_, job)| job)).collect()
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a write in a savepoint: whether it was kept, or undone by itself. An error is one of the whole transaction.
async fn join(tx: &Tx, job: &mut Box<dyn Job>) -> Result<bool, DbErr> {
    let savepoint = tx.begin().await?;
    if job.run(&savepoint).await {
        savepoint.commit().await?;
        return Ok(true);
    }
    savepoint.rollback().await?;
    Ok(false)
}

fn answer_all(jobs: Vec<Box<dyn Job>>, committed: &Result<(), DbErr>) {
    jobs.into_iter().for_each(|job| job.answer(committed.clone()));
}

/// A write of any type.
trait Job: Send {
    /// Runs the work and keeps its outcome; whether its changes are to be kept.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool>;

    /// Tells the caller, if it is still there: the work's own failure, or what came of the commit, or the value.
    fn answer(self: Box<Self>, committed: Result<(), DbErr>);
}

struct Write<T, F> {
    work: Option<F>,
    outcome: Option<Result<T, Fault>>,
    answer: oneshot::Sender<Result<T, Fault>>,
}

impl<T, F> Job for Write<T, F>
where
    T: Send + 'static,
    F: for<'a> FnOnce(&'a Tx) -> Work<'a, T> + Send + 'static,
{
    fn run<'a>(&'a mut self, tx: &'a Tx) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let Some(work) = self.work.take() else { return false };
            let ran = AssertUnwindSafe(async { work(tx).await }).catch_unwind().await;
            let outcome = ran.unwrap_or_else(|_| Err(Fault::internal("a write panicked")));
            self.outcome.insert(outcome).is_ok()
        })
    }

    fn answer(self: Box<Self>, committed: Result<(), DbErr>) {
        let outcome = match (self.outcome, committed) {
            (Some(Err(fault)), _) => Err(fault),
            (_, Err(error)) => Err(error.into()),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Fault::internal("a write was answered before it ran")),
        };
        let _ = self.answer.send(outcome);
    }
}

#[cfg(test)]
mod tests;
