//! What somebody owes: pure. A version may have days in which it can be put off; whoever owed the version before owes the
//! new one at once, since a new text pays for no old debt.

use super::Kind;
use crate::clock::Timestamp;
use crate::ids::NoticeId;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// A notice in force that is for somebody, and how that person stands to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The version in force.
    pub id: NoticeId,
    /// Which notice.
    pub kind: Kind,
    /// The number of the version.
    pub version: i32,
    /// When it came into force.
    pub published_at: Timestamp,
    /// Days for which it may be put off.
    pub grace_days: i32,
    /// The newest version that the person agreed to, if any.
    pub agreed: Option<i32>,
}

/// Something to agree to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The version.
    pub id: NoticeId,
    /// Which notice.
    pub kind: Kind,
    /// Until when the person may go on without; `None` when not at all.
    pub until: Option<Timestamp>,
}

/// When a version has to be agreed to.
#[must_use]
pub fn deadline(published_at: Timestamp, grace_days: i32) -> Timestamp {
    published_at.plus(i64::from(grace_days) * DAY)
}

/// What is to be agreed to now, in the order in which it is asked: the terms, other notices, disclaimers.
#[must_use]
pub fn owed(standing: &[Standing], now: Timestamp) -> Vec<Due> {
    let mut due: Vec<Due> = standing.iter().filter_map(|it| owes(it, now)).collect();
    due.sort_by(|a, b| a.kind.cmp(&b.kind));
    due
}

fn owes(it: &Standing, now: Timestamp) -> Option<Due> {
    if it.agreed.is_some_and(|agreed| agreed >= it.version) {
        return None;
    }
    let until = deadline(it.published_at, it.grace_days);
    let owed_before = it.version > 1 && it.agreed.is_none();
    let may_wait = now < until && !owed_before;
    Some(Due { id: it.id, kind: it.kind.clone(), until: may_wait.then_some(until) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const THEN: Timestamp = Timestamp(1_000_000);

    fn standing(version: i32, grace_days: i32, agreed: Option<i32>) -> Standing {
        let id = NoticeId(Uuid::nil());
        Standing { id, kind: Kind::Terms, version, published_at: THEN, grace_days, agreed }
    }

    #[test]
    fn what_is_owed_and_until_when() {
        let fortnight = Some(Some(THEN.plus(14 * DAY)));
        let (nothing, at_once) = (None, Some(None));
        for (version, grace_days, agreed, seconds, expected) in [
            (1, 0, None, 0, at_once),
            (1, 0, Some(1), 0, nothing),
            (2, 0, Some(1), 0, at_once),
            (2, 0, Some(2), 0, nothing),
            // An old node's row of a version that a new one does not know.
            (2, 0, Some(3), 0, nothing),
            (1, 14, None, 0, fortnight),
            (2, 14, Some(1), 0, fortnight),
            (2, 14, Some(1), 14 * DAY - 1, fortnight),
            (2, 14, Some(1), 14 * DAY, at_once),
            (2, 14, Some(1), 30 * DAY, at_once),
            (2, 14, Some(2), 30 * DAY, nothing),
            // The version before was owed already.
            (2, 14, None, 0, at_once),
            // A clock that is behind takes no time away.
            (1, 14, None, -60, fortnight),
        ] {
            let due = owed(&[standing(version, grace_days, agreed)], THEN.plus(seconds));
            let got = due.first().map(|due| due.until);
            assert_eq!(got, expected, "{version} {grace_days} {agreed:?} {seconds}");
        }
    }

    #[test]
    fn the_terms_are_asked_first_and_disclaimers_last() {
        let kinds = [Kind::Disclaimer("a".into()), Kind::Notice("b".into()), Kind::Terms];
        let standing: Vec<Standing> =
            kinds.into_iter().map(|kind| Standing { kind, ..standing(1, 0, None) }).collect();
        let order: Vec<String> = owed(&standing, THEN).iter().map(|due| due.kind.name()).collect();
        assert_eq!(order, ["terms", "b", "disclaimer-a"]);
    }
}
