//! Argon2id in a bounded pool, off the async threads (N5). Memory is kept between hashes and freed
//! when idle; a storm of sign-ins waits in a queue of known length and beyond it is turned away.

use super::password::{self, Password, PasswordProblem};
use crate::config;
use crate::fault::Fault;
use crate::random::Random;
use crate::seal::{KeyRing, same};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as B64;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Semaphore;

const HASH: usize = 32;

/// A stored hash and the id of the pepper's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// `$argon2id$v=19$m=…,t=…,p=1$salt$hash`.
    pub hash: String,
    /// Key id of the pepper.
    pub pepper_id: String,
}

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Right.
    Right,
    /// Right, but hashed with older costs or an older pepper: store it anew.
    RightButOld,
    /// Wrong.
    Wrong,
}

/// The pool. Cheap to clone.
#[derive(Clone)]
pub struct Hasher(Arc<Inner>);

struct Inner {
    cost: Cost,
    ring: KeyRing,
    random: Random,
    workers: Semaphore,
    waiting: AtomicUsize,
    queue: usize,
    memory: Mutex<Vec<Vec<Block>>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Cost {
    memory_kib: u32,
    passes: u32,
}

impl Hasher {
    /// A pool with the configured costs.
    #[must_use]
    pub fn new(settings: &config::Passwords, ring: KeyRing, random: Random) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers = if settings.workers == 0 { cores } else { settings.workers };
        let cost = Cost { memory_kib: settings.memory_kib, passes: settings.passes };
        let inner = Inner {
            cost,
            ring,
            random,
            workers: Semaphore::new(workers),
            waiting: AtomicUsize::new(0),
            queue: settings.queue + workers,
            memory: Mutex::default(),
        };
        Self(Arc::new(inner))
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn hash(&self, password: &Password) -> Result<Stored, Fault> {
        let password = password.clone();
        self.run(move |pool| {
            let pepper_id = pool.ring.current().to_owned();
            let peppered = pool.pepper(&pepper_id, &password)?;
            let salt: [u8; 16] = pool.random.bytes();
            let hash = pool.argon2(&peppered, &salt, pool.cost)?;
            Ok(Stored { hash: print(pool.cost, &salt, &hash), pepper_id })
        })
        .await
    }

    /// Compares a typed password with a stored hash; without one it does the same work and answers
    /// `Wrong`, so that an unknown address costs what a known one costs.
    ///
    /// # Errors
    /// `Busy` when the queue is full; `Internal` when the stored hash is unreadable.
    pub async fn compare(&self, password: &Password, stored: Option<Stored>) -> Result<Verdict, Fault> {
        let password = password.clone();
        self.run(move |pool| {
            let Some(stored) = stored else {
                let peppered = pool.pepper(pool.ring.current(), &password)?;
                pool.argon2(&peppered, &[0; 16], pool.cost)?;
                return Ok(Verdict::Wrong);
            };
            let (cost, salt, hash) =
                parse(&stored.hash).ok_or(Fault::internal("a stored hash is unreadable"))?;
            let peppered = pool.pepper(&stored.pepper_id, &password)?;
            let right = same(&pool.argon2(&peppered, &salt, cost)?, &hash);
            let old = cost != pool.cost || stored.pepper_id != pool.ring.current();
            Ok(match (right, old) {
                (false, _) => Verdict::Wrong,
                (true, true) => Verdict::RightButOld,
                (true, false) => Verdict::Right,
            })
        })
        .await
    }

    /// Judges a new password in the same pool, since the estimator is slow too.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn judge(
        &self,
        password: &Password,
        minimum: usize,
        personal: Vec<String>,
    ) -> Result<Result<(), PasswordProblem>, Fault> {
        let password = password.clone();
        self.run(move |_| {
            let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
            Ok(password::judge(&password, minimum, &personal))
        })
        .await
    }

    /// 0 to 4, in the same pool.
    ///
    /// # Errors
    /// `Busy` when the queue is full.
    pub async fn strength(&self, password: &Password, minimum: usize) -> Result<u8, Fault> {
        let password = password.clone();
        self.run(move |_| Ok(password::strength(&password, minimum, &[]))).await
    }

    /// Gives kept memory back; the worker calls it when nothing is hashed.
    pub fn release(&self) {
        if self.0.waiting.load(Ordering::SeqCst) == 0 {
            self.0.memory.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let inner = Arc::clone(&self.0);
        let _place = Place::take(&inner)?;
        let permit = inner.workers.acquire().await.map_err(Fault::internal)?;
        let pool = Arc::clone(&self.0);
        let done = tokio::task::spawn_blocking(move || work(&pool)).await.map_err(Fault::internal)?;
        drop(permit);
        done
    }
}

/// A place in the queue, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(inner: &'a Inner) -> Result<Self, Fault> {
        let place = Self(&inner.waiting);
        if inner.waiting.fetch_add(1, Ordering::SeqCst) >= inner.queue {
            return Err(Fault::Busy { what: "the password queue", retry_after: 2 });
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Inner {
    fn pepper(&self, key_id: &str, password: &Password) -> Result<[u8; 32], Fault> {
        self.ring
            .mac_with(key_id, "password pepper", &[password.bytes()])
            .ok_or_else(|| Fault::internal(format!("the key ring no longer holds the pepper {key_id}")))
    }

    fn argon2(&self, peppered: &[u8], salt: &[u8], cost: Cost) -> Result<[u8; HASH], Fault> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, Some(HASH)).map_err(Fault::internal)?;
        let blocks = params.block_count();
        let kept = self.memory.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memory =
            kept.filter(|kept| kept.len() == blocks).unwrap_or_else(|| vec![Block::new(); blocks]);
        let mut hash = [0; HASH];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(peppered, salt, &mut hash, &mut memory)
            .map_err(Fault::internal)?;
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
        Ok(hash)
    }
}

fn print(cost: Cost, salt: &[u8], hash: &[u8]) -> String {
    let Cost { memory_kib, passes } = cost;
    format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${}${}", B64.encode(salt), B64.encode(hash))
}

fn parse(text: &str) -> Option<(Cost, Vec<u8>, Vec<u8>)> {
    let rest = text.strip_prefix("$argon2id$v=19$m=")?;
    let (memory_kib, rest) = rest.split_once(",t=")?;
    let (passes, rest) = rest.split_once(",p=1$")?;
    let (salt, hash) = rest.split_once('$')?;
    let cost = Cost { memory_kib: memory_kib.parse().ok()?, passes: passes.parse().ok()? };
    Some((cost, B64.decode(salt).ok()?, B64.decode(hash).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(memory_kib: u32, queue: usize) -> Hasher {
        let settings = config::Passwords { minimum: 12, memory_kib, passes: 1, workers: 1, queue };
        let ring = KeyRing::parse(&KeyRing::generate(&Random::seeded(1))).unwrap();
        Hasher::new(&settings, ring, Random::seeded(2))
    }

    #[tokio::test]
    async fn a_password_is_right_in_either_normal_form_and_old_costs_are_noticed() {
        let (old, new) = (pool(64, 8), pool(128, 8));
        let stored = old.hash(&Password::typed("Zoë has a plan")).await.unwrap();
        let nfd = Password::typed("Zoe\u{308} has a plan");
        assert_eq!(old.compare(&nfd, Some(stored.clone())).await.unwrap(), Verdict::Right);
        assert_eq!(new.compare(&nfd, Some(stored.clone())).await.unwrap(), Verdict::RightButOld);
        let wrong = Password::typed("Zoe has a plan");
        assert_eq!(old.compare(&wrong, Some(stored)).await.unwrap(), Verdict::Wrong);
        assert_eq!(old.compare(&wrong, None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn beyond_the_queue_new_work_is_turned_away_a28() {
        let pool = pool(64, 2);
        let waiting: Vec<_> = (0..50)
            .map(|_| {
                let pool = pool.clone();
                tokio::spawn(async move { pool.hash(&Password::typed("x")).await })
            })
            .collect();
        let mut busy = 0;
        for task in waiting {
            if let Err(fault) = task.await.unwrap() {
                assert_eq!(fault.retry_after(), Some(2));
                busy += 1;
            }
        }
        assert!(busy >= 40, "50 at once into 3 places: {busy} were turned away");
        assert!(pool.hash(&Password::typed("x")).await.is_ok(), "the places are given back");
    }
}
