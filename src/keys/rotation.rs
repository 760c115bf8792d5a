//! Which key signs, which are published, and what is to be done next. Pure: keys and the time in, decisions out.
//!
//! ```text
//! made ── next ──▶ active_from ── active ──▶ the next one's active_from ── retiring ──▶ removed
//!        published, signs nothing                    published, signs nothing
//! ```
//! A key is published from when it is made to when it is removed, so every token's key is in the set for the whole of
//! its life, and an application that looks every five minutes has a key before it meets it (R7).

use crate::clock::Timestamp;
use crate::protocol::client::SigningAlg;

/// Seconds for which applications may keep the key set.
pub const CACHE: i64 = 300;
/// Seconds for clocks that differ and for nodes that notice a change late.
const MARGIN: i64 = 300;
/// Seconds in which every node knows of a new key: each looks once a second.
pub(super) const SPREAD: i64 = 5;

/// What is known of a key beside itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTimes {
    /// Its id.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlg,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when it may sign.
    pub active_from: Timestamp,
    /// The longest life of any token since it was made, in seconds.
    pub token_seconds: i64,
}

/// When keys change. Times are seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// For how long a key signs.
    pub rotate: i64,
    /// For how long it is published before.
    pub ahead: i64,
    /// The longest life that a token may have now, or for which its signature is asked about.
    pub token_life: i64,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Published, and signs from then on.
    Next(Timestamp),
    /// Signs since then.
    Active(Timestamp),
    /// Signs no more, and is published until then.
    Retiring(Timestamp),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Make a key of this algorithm that signs from then on.
    Make(SigningAlg, Timestamp),
    /// Tokens may live longer than some key knows.
    NoteLife(i64),
    /// Nothing that the key signed can still be good.
    Remove(String),
}

impl KeyTimes {
    fn begins(&self) -> Timestamp {
        self.active_from.max(self.created_at)
    }

    /// When its last token is over and forgotten, if another signs from `retired` on.
    fn until(&self, retired: Timestamp) -> Timestamp {
        retired.plus(self.token_seconds + CACHE + MARGIN)
    }
}

/// The keys of an algorithm, in the order in which they sign.
fn line(keys: &[KeyTimes], alg: SigningAlg) -> Vec<&KeyTimes> {
    let mut line: Vec<&KeyTimes> = keys.iter().filter(|key| key.alg == alg).collect();
    line.sort_by_key(|key| (key.begins(), key.created_at, &key.kid));
    line
}

/// The place in the line of the key that signs: the last that has begun. Where none has, because the clock went back
/// or every other was removed, the first signs all the same: there is never no key.
fn signing(line: &[&KeyTimes], now: Timestamp) -> usize {
    line.iter().rposition(|key| key.begins() <= now).unwrap_or(0)
}

/// The key of an algorithm that signs.
#[must_use]
pub fn active(keys: &[KeyTimes], alg: SigningAlg, now: Timestamp) -> Option<&KeyTimes> {
    let line = line(keys, alg);
    line.get(signing(&line, now)).copied()
}

/// The key of an algorithm that will sign next, if it is there.
#[must_use]
pub fn next(keys: &[KeyTimes], alg: SigningAlg, now: Timestamp) -> Option<&KeyTimes> {
    let line = line(keys, alg);
    line.get(signing(&line, now) + 1).copied()
}

/// Every key and where it stands, by algorithm, in the order in which they sign.
#[must_use]
pub fn standings(keys: &[KeyTimes], now: Timestamp) -> Vec<(&KeyTimes, Standing)> {
    let mut all = Vec::new();
    for alg in SigningAlg::ALL {
        let line = line(keys, alg);
        let signing = signing(&line, now);
        for (at, key) in line.iter().enumerate() {
            let standing = match line.get(at + 1) {
                Some(after) if at < signing => Standing::Retiring(key.until(after.begins())),
                _ if at == signing => Standing::Active(key.begins()),
                _ => Standing::Next(key.begins()),
            };
            all.push((*key, standing));
        }
    }
    all
}

/// What is due. Asked again inside the write, so that of several nodes one does it.
#[must_use]
pub fn due(keys: &[KeyTimes], now: Timestamp, schedule: Schedule) -> Vec<Step> {
    let mut steps = Vec::new();
    if keys.iter().any(|key| key.token_seconds < schedule.token_life) {
        steps.push(Step::NoteLife(schedule.token_life));
    }
    for alg in SigningAlg::ALL {
        let Some(active) = active(keys, alg, now) else {
            steps.push(Step::Make(alg, now));
            continue;
        };
        let over = active.begins().plus(schedule.rotate);
        if next(keys, alg, now).is_none() && over.plus(-schedule.ahead) <= now {
            steps.push(Step::Make(alg, over.max(now.plus(schedule.ahead))));
        }
    }
    let over = |standing: &Standing| matches!(standing, Standing::Retiring(until) if *until <= now);
    let old = standings(keys, now).into_iter().filter(|(key, standing)| {
        // What it does not know yet is noted first.
        over(standing) && key.token_seconds >= schedule.token_life
    });
    steps.extend(old.map(|(key, _)| Step::Remove(key.kid.clone())));
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use SigningAlg::{EdDsa, Es256, Ps256, Rs256};
    use Standing::{Active, Next, Retiring};

    const DAY: i64 = 24 * 3600;
    const SCHEDULE: Schedule = Schedule { rotate: 90 * DAY, ahead: 3600, token_life: 600 };

    fn key(kid: &str, alg: SigningAlg, created_at: i64, active_from: i64) -> KeyTimes {
        let (created_at, active_from) = (Timestamp(created_at), Timestamp(active_from));
        KeyTimes { kid: kid.to_owned(), alg, created_at, active_from, token_seconds: 600 }
    }

    /// The other algorithms, so new that nothing is due for them.
    fn others() -> [KeyTimes; 3] {
        [Ps256, Es256, EdDsa].map(|alg| key(alg.as_str(), alg, 500 * DAY, 500 * DAY))
    }

    fn told(keys: &[KeyTimes], now: i64) -> Vec<(String, Standing)> {
        let all = standings(keys, Timestamp(now));
        all.into_iter().map(|(key, standing)| (key.kid.clone(), standing)).collect()
    }

    #[test]
    fn the_last_key_that_has_begun_signs_and_there_is_never_none() {
        let (a, b, c) = (key("a", Rs256, 100, 0), key("b", Rs256, 200, 300), key("c", Rs256, 250, 400));
        let table: [(&[&KeyTimes], i64, &str); 10] = [
            (&[&a], 100, "a"),
            (&[&a], 99, "a"),
            (&[&a, &b], 299, "a"),
            (&[&a, &b], 300, "b"),
            (&[&b, &a], 300, "b"),
            (&[&c, &b, &a], 399, "b"),
            (&[&c, &b, &a], 400, "c"),
            (&[&c, &b], 299, "b"),
            (&[&c], 299, "c"),
            (&[&c, &b, &a], -5, "a"),
        ];
        for (at, (keys, now, expected)) in table.into_iter().enumerate() {
            let keys: Vec<KeyTimes> = keys.iter().copied().cloned().collect();
            let signing = active(&keys, Rs256, Timestamp(now)).unwrap();
            assert_eq!(signing.kid, expected, "row {at}");
            assert_eq!(active(&keys, Es256, Timestamp(now)), None, "row {at}");
        }
    }

    #[test]
    fn a_key_is_next_then_active_then_retiring() {
        let keys = [key("a", Rs256, 100, 100), key("b", Rs256, 1000, 4600)];
        let whole = 600 + CACHE + MARGIN;
        let at = |kid: &str, standing| (kid.to_owned(), standing);
        let (one, two) = (Timestamp(100), Timestamp(4600));
        assert_eq!(told(&keys, 4599), [at("a", Active(one)), at("b", Next(two))]);
        assert_eq!(told(&keys, 4600), [at("a", Retiring(two.plus(whole))), at("b", Active(two))]);
        let long = [KeyTimes { token_seconds: DAY, ..keys[0].clone() }, keys[1].clone()];
        assert_eq!(told(&long, 4600)[0].1, Retiring(two.plus(DAY + CACHE + MARGIN)));
    }

    #[test]
    fn each_step_is_due_at_its_time_and_not_before_r7() {
        let begin = 500 * DAY;
        let (over, a) = (begin + 90 * DAY, key("a", Rs256, begin, begin));
        let b = key("b", Rs256, over - 3600, over);
        let make = |from: i64| vec![Step::Make(Rs256, Timestamp(from))];
        let removed = over + 600 + CACHE + MARGIN;
        let table: [(&[&KeyTimes], i64, Vec<Step>); 10] = [
            (&[], begin, make(begin)),
            (&[&a], begin, vec![]),
            (&[&a], over - 3601, vec![]),
            (&[&a], over - 3600, make(over)),
            // The worker was away: the next key is published for as long as always.
            (&[&a], over + 5 * DAY, make(over + 5 * DAY + 3600)),
            (&[&a, &b], over - 3600, vec![]),
            (&[&a, &b], over, vec![]),
            (&[&a, &b], removed - 1, vec![]),
            (&[&a, &b], removed, vec![Step::Remove("a".to_owned())]),
            (&[&b], removed, vec![]),
        ];
        for (at, (keys, now, expected)) in table.into_iter().enumerate() {
            let newer = others().map(|key| KeyTimes { created_at: Timestamp(now), ..key });
            let keys: Vec<KeyTimes> = keys.iter().copied().cloned().chain(newer).collect();
            assert_eq!(due(&keys, Timestamp(now), SCHEDULE), expected, "row {at}");
        }
    }

    #[test]
    fn a_longer_life_is_noted_before_anything_is_removed() {
        let begin = 500 * DAY;
        let mut keys = vec![key("a", Rs256, begin - 2 * DAY, 0), key("b", Rs256, begin - DAY, begin - DAY)];
        keys.extend(others());
        let longer = Schedule { token_life: 3 * DAY, ..SCHEDULE };
        assert_eq!(due(&keys, Timestamp(begin), SCHEDULE), [Step::Remove("a".to_owned())]);
        assert_eq!(due(&keys, Timestamp(begin), longer), [Step::NoteLife(3 * DAY)]);
        for key in &mut keys {
            key.token_seconds = 3 * DAY;
        }
        assert_eq!(due(&keys, Timestamp(begin), longer), []);
        let shorter = due(&keys, Timestamp(begin), SCHEDULE);
        assert_eq!(shorter, [], "a token of the longer life may still be about");
    }
}
