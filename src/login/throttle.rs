//! When a guess may be evaluated: pure. Counts are failures in a row on one factor of one person;
//! a guess is counted as a failure before it is evaluated, and a success clears the count (N6).

use crate::clock::Timestamp;

/// Failures so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Count {
    /// In a row.
    pub failures: i32,
    /// Nothing is evaluated before.
    pub wait_until: Timestamp,
}

/// What may happen with one more guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Store this count, then evaluate.
    Evaluate(Count),
    /// Not before this time.
    Wait(Timestamp),
    /// The factor is off until it is bound again.
    Off,
}

/// How a factor is throttled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    /// From the 5th failure on: 30 s, doubling, an hour at most; off at 100.
    Password,
    /// Every 10th failure: 24 hours; off at 100.
    Sms,
}

/// The hard cap of N6.
const OFF_AT: i32 = 100;

impl Policy {
    /// Seconds to wait after so many failures in a row.
    fn wait(self, failures: i32) -> i64 {
        match self {
            Self::Password if failures < 5 => 0,
            Self::Password => {
                let doublings = u32::try_from((failures - 5).min(7)).unwrap_or(0);
                (30_i64 << doublings).min(3600)
            }
            Self::Sms if failures % 10 == 0 => 24 * 3600,
            Self::Sms => 0,
        }
    }
}

/// Decides one more guess.
#[must_use]
pub(super) fn guess(count: Count, policy: Policy, now: Timestamp) -> Verdict {
    if count.failures >= OFF_AT {
        return Verdict::Off;
    }
    if count.wait_until > now {
        return Verdict::Wait(count.wait_until);
    }
    let failures = count.failures + 1;
    let wait = policy.wait(failures);
    let wait_until = if wait == 0 { count.wait_until } else { now.plus(wait) };
    Verdict::Evaluate(Count { failures, wait_until })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);
    const FRESH: Count = Count { failures: 0, wait_until: Timestamp(0) };

    /// Guesses as soon as it is allowed; gives the waits between the guesses.
    fn waits(policy: Policy) -> Vec<i64> {
        let (mut count, mut now, mut waits) = (FRESH, NOW, Vec::new());
        loop {
            match guess(count, policy, now) {
                Verdict::Evaluate(next) => {
                    count = next;
                    waits.push(0);
                }
                Verdict::Wait(until) => {
                    *waits.last_mut().unwrap() = until.since(now);
                    now = until;
                }
                Verdict::Off => return waits,
            }
        }
    }

    #[test]
    fn password_waits_start_at_the_fifth_failure_and_grow_to_an_hour_a23_n6() {
        let waits = waits(Policy::Password);
        assert_eq!(waits.len(), 100, "the factor is off after 100 failures");
        assert_eq!(&waits[..13], &[0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
        assert!(waits[12..99].iter().all(|wait| *wait == 3600));
    }

    #[test]
    fn ten_wrong_codes_lock_for_a_day_and_a_hundred_for_good_a30() {
        let waits = waits(Policy::Sms);
        assert_eq!(waits.len(), 100);
        // After the hundredth there is no wait any more: the factor is off.
        for (at, wait) in waits[..99].iter().enumerate() {
            let expected = if (at + 1) % 10 == 0 { 24 * 3600 } else { 0 };
            assert_eq!(*wait, expected, "after failure {}", at + 1);
        }
    }

    #[test]
    fn a_clock_that_goes_back_does_not_shorten_a_wait_r8() {
        let count = Count { failures: 7, wait_until: NOW };
        assert_eq!(guess(count, Policy::Password, NOW.plus(-7200)), Verdict::Wait(NOW));
    }
}
