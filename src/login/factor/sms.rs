//! Codes by text message (N7, M1–M5). A code is derived from its challenge's salt when it is sent
//! and when it is checked, so it is stored nowhere and a resend repeats it. It belongs to one
//! sign-in in progress and is of no use in another (A33).

use super::super::counters;
use super::super::throttle::Verdict;
use super::super::{Login, Policy, Session, sessions, sms_subject};
use super::phone::masked;
use super::sms_letters::{CodePayload, tell_phone_added};
pub use super::sms_outcomes::{Challenge, Checked, Phone, PhoneAdded, Purpose, Sending};
use super::sms_store as store;
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, AuthenticatorId, ChallengeId, OutboxId, SessionId};
use crate::outbox::{self, Standing};
use crate::random::Secret;
use crate::seal::{hex, same};
use crate::store::Tx;
use crate::store::rates::{self, Limit};
use entities::challenge;

/// Guesses at one code.
const GUESSES: i32 = 5;
/// Text messages for one code.
const SENDS: i32 = 3;
/// Seconds before the first and the second repeat.
const WAITS: [i64; 2] = [30, 60];
/// Text messages to one person in an hour and in a day (M4).
const PER_HOUR: Limit = Limit { times: 5, seconds: 3600 };
const PER_DAY: Limit = Limit { times: 10, seconds: 24 * 3600 };

/// Whose code, of which sign-in or recovery in progress.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// Whose.
    pub account: AccountId,
    /// For what.
    pub purpose: Purpose,
    /// Hash of the handle of what is in progress.
    pub bound_to: &'a [u8],
}

impl Login {
    /// The phone of a person, proved or waiting for its code.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn phone(&self, account: AccountId) -> Result<Option<Phone>, Fault> {
        let row = store::phone(self.ground.db.read(), account).await?;
        Ok(row.map(|row| Phone { id: row.id, number: row.phone, proved: row.verified_at.is_some() }))
    }

    /// Notes a number for set-up; an earlier one that waits for its code is taken off.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn add_phone(
        &self,
        account: AccountId,
        number: &str,
        origin: &Origin,
    ) -> Result<PhoneAdded, Fault> {
        let (now, id) = (self.ground.clock.now(), AuthenticatorId(self.ground.new_id()));
        let (origin, most) = (origin.by(account), self.phones.accounts_per_number);
        let row = entities::authenticator::Model {
            id,
            account_id: account,
            kind: "sms".to_owned(),
            phone: number.to_owned(),
            created_at: now,
            verified_at: None,
            removed_at: None,
        };
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let there = store::phone(tx, account).await?;
                    if there.as_ref().is_some_and(|there| there.verified_at.is_some()) {
                        return Ok(PhoneAdded::HasOne);
                    }
                    if store::others_with(tx, &row.phone, account).await? >= most {
                        return Ok(PhoneAdded::Shared);
                    }
                    if there.is_some_and(|there| there.phone == row.phone) {
                        return Ok(PhoneAdded::Added);
                    }
                    store::remove_pending(tx, account, now).await?;
                    let entry = Entry::done("phone.entered", account).with("number", masked(&row.phone));
                    store::insert_phone(tx, row).await?;
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(PhoneAdded::Added)
                })
            })
            .await
    }

    /// The live code of what is in progress; when there is none, a new one is sent.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn challenge(&self, attempt: Attempt<'_>, origin: &Origin) -> Result<Sending, Fault> {
        let now = self.ground.clock.now();
        let Some(phone) = self.phone(attempt.account).await? else { return Ok(Sending::NoPhone) };
        let newest = self.newest(attempt, &phone).await?;
        if let Some(live) = newest.filter(|row| is_live(row, now)) {
            return Ok(Sending::OnItsWay(view(&live, &phone, now), false));
        }
        let row = challenge::Model {
            id: ChallengeId(self.ground.new_id()),
            account_id: attempt.account,
            authenticator_id: phone.id,
            purpose: attempt.purpose.name().to_owned(),
            bound_to: attempt.bound_to.to_vec(),
            salt: self.ground.random.bytes::<16>().to_vec(),
            created_at: now,
            expires_at: now.plus(self.times.code_minutes * 60),
            guesses: 0,
            sends: 1,
            sent_at: now,
            used_at: None,
        };
        self.send(row, phone, origin, true).await
    }

    /// The newest code of what is in progress, live or not, as the page shows it. Sends nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn shown_challenge(&self, attempt: Attempt<'_>) -> Result<Option<Challenge>, Fault> {
        let now = self.ground.clock.now();
        let Some(phone) = self.phone(attempt.account).await? else { return Ok(None) };
        let newest = self.newest(attempt, &phone).await?;
        Ok(newest.map(|row| {
            let dead = !is_live(&row, now);
            let shown = view(&row, &phone, now);
            // A dead code is replaced by a new one, not repeated: that may be asked for at once.
            if dead { Challenge { resend_wait: 0, sends_left: SENDS, ..shown } } else { shown }
        }))
    }

    /// Sends the live code of what is in progress once more; a dead one is replaced.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn resend(&self, attempt: Attempt<'_>, origin: &Origin) -> Result<Sending, Fault> {
        let now = self.ground.clock.now();
        let Some(phone) = self.phone(attempt.account).await? else { return Ok(Sending::NoPhone) };
        let newest = self.newest(attempt, &phone).await?;
        let Some(live) = newest.filter(|row| is_live(row, now)) else {
            return self.challenge(attempt, origin).await;
        };
        let shown = view(&live, &phone, now);
        if shown.sends_left == 0 || shown.resend_wait > 0 {
            return Ok(Sending::OnItsWay(shown, false));
        }
        self.send(live, phone, origin, false).await
    }

    async fn send(
        &self,
        row: challenge::Model,
        phone: Phone,
        origin: &Origin,
        is_new: bool,
    ) -> Result<Sending, Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.by(row.account_id));
        let per_number = Limit { times: self.phones.per_number_and_day, seconds: 24 * 3600 };
        let number_hash = hex(&self.ground.ring.mac("phone", &[phone.number.as_bytes()]));
        let outbox_id = OutboxId(self.ground.new_id());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let account = row.account_id;
                    let limits = [
                        (format!("sms-hour:{account}"), PER_HOUR),
                        (format!("sms-day:{account}"), PER_DAY),
                        (format!("sms-number:{number_hash}"), per_number),
                    ];
                    for (subject, limit) in limits {
                        if let Some(until) = rates::limit(tx, &subject, limit, now).await? {
                            let entry = Entry::refused("code.sent", account, "limit").with("limit", &subject);
                            audit::append(tx, now, &origin, entry).await?;
                            return Ok(Sending::Limit(until));
                        }
                    }
                    let mut sent = row.clone();
                    if is_new {
                        store::insert(tx, row.clone()).await?;
                    } else if store::count_send(tx, &row, now).await? {
                        (sent.sends, sent.sent_at) = (row.sends + 1, now);
                    } else {
                        return Ok(Sending::OnItsWay(view(&row, &phone, now), false));
                    }
                    let what = ("login_code", row.id.to_string());
                    outbox::queue(tx, outbox_id, now, what, &CodePayload { challenge: row.id }).await?;
                    let entry = Entry::done("code.sent", account).with("number", masked(&phone.number));
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(Sending::OnItsWay(view(&sent, &phone, now), true))
                })
            })
            .await
    }

    /// Whether the gateway took the message.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn standing(&self, challenge: ChallengeId) -> Result<Standing, Fault> {
        outbox::standing(self.ground.db.read(), "login_code", &challenge.to_string()).await
    }

    /// Checks a code that ends a sign-in, and makes the session: count, compare, conclude.
    /// `replaces` is a session that the browser had before.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn check_code(
        &self,
        attempt: Attempt<'_>,
        typed: &str,
        replaces: Option<SessionId>,
        origin: &Origin,
    ) -> Result<Checked<(Session, Secret)>, Fault> {
        let challenge = match self.compare_code(attempt, typed, origin).await? {
            Checked::Right(challenge) => challenge,
            other => return Ok(other.map_never()),
        };
        let (now, origin) = (self.ground.clock.now(), origin.by(attempt.account));
        let (session, secret) = self.new_session(attempt.account, &origin);
        let id = || OutboxId(self.ground.new_id());
        let (notices, event) = ([id(), id()], id());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !Self::spend_code(tx, &challenge, now).await? {
                        return Ok(Checked::Spent);
                    }
                    if store::mark_proved(tx, challenge.authenticator_id, now).await? {
                        store::remove_pending(tx, challenge.account_id, now).await?;
                        tell_phone_added(tx, &challenge, notices, now).await?;
                        let entry = Entry::done("phone.proved", challenge.account_id);
                        audit::append(tx, now, &origin, entry).await?;
                    }
                    if let Some(old) = replaces {
                        sessions::end_session(tx, old, (now, event)).await?;
                    }
                    sessions::insert(tx, session.clone()).await?;
                    let entry = Entry::done("session.begun", session.id).with("amr", &session.amr);
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(Checked::Right((session, secret)))
                })
            })
            .await
    }

    /// Counts a guess in a committed write, then compares. The caller concludes with its own write.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn compare_code(
        &self,
        attempt: Attempt<'_>,
        typed: &str,
        origin: &Origin,
    ) -> Result<Checked<challenge::Model>, Fault> {
        let now = self.ground.clock.now();
        let Some(phone) = self.phone(attempt.account).await? else { return Ok(Checked::Spent) };
        let newest = self.newest(attempt, &phone).await?;
        let Some(row) = newest.filter(|row| row.account_id == attempt.account) else {
            return Ok(Checked::Spent);
        };
        if row.used_at.is_some() || row.guesses >= GUESSES {
            return Ok(Checked::Spent);
        }
        if row.expires_at <= now {
            return Ok(Checked::Expired);
        }
        match self.count_code(&row).await? {
            None => return Ok(Checked::Spent),
            Some(Verdict::Wait(until)) => return Ok(Checked::Wait(until)),
            Some(Verdict::Off) => return Ok(Checked::Off),
            Some(Verdict::Evaluate(_)) => {}
        }
        if same(self.ground.ring.six_digits(&row.salt).as_bytes(), typed.as_bytes()) {
            return Ok(Checked::Right(row));
        }
        let (origin, account) = (origin.by(row.account_id), row.account_id);
        let entry = Entry::refused("sign_in.code", account, "wrong code").with("purpose", &row.purpose);
        self.ground
            .db
            .write(move |tx| Box::pin(async move { audit::append(tx, now, &origin, entry).await }))
            .await?;
        Ok(Checked::Wrong)
    }

    async fn newest(&self, attempt: Attempt<'_>, phone: &Phone) -> Result<Option<challenge::Model>, Fault> {
        store::newest(self.ground.db.read(), (attempt.purpose, attempt.bound_to), phone.id).await
    }

    /// One guess on both counters, in one committed write; `None` when the code has no guesses left.
    async fn count_code(&self, row: &challenge::Model) -> Result<Option<Verdict>, Fault> {
        let (now, id, subject) = (self.ground.clock.now(), row.id, sms_subject(row.account_id));
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let verdict = counters::count_guess(tx, &subject, Policy::Sms, now).await?;
                    let evaluate = matches!(verdict, Verdict::Evaluate(_));
                    if evaluate && !store::count_guess(tx, id, GUESSES, now).await? {
                        return Ok(None);
                    }
                    Ok(Some(verdict))
                })
            })
            .await
    }

    /// Uses a right code up in the write of what it opens, and clears the failures. A phone that was taken off while
    /// its code was on the way opens nothing: somebody else may have set up another one meanwhile.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn spend_code(tx: &Tx, code: &challenge::Model, now: Timestamp) -> Result<bool, Fault> {
        let subject = sms_subject(code.account_id);
        counters::hold(tx, &subject).await?;
        if !store::spend(tx, code.id, now).await? || !store::is_on(tx, code.authenticator_id).await? {
            return Ok(false);
        }
        counters::clear(tx, &subject, now).await?;
        Ok(true)
    }
}

pub(super) fn is_live(row: &challenge::Model, now: Timestamp) -> bool {
    row.used_at.is_none() && row.expires_at > now && row.guesses < GUESSES
}

fn view(row: &challenge::Model, phone: &Phone, now: Timestamp) -> Challenge {
    let wait = usize::try_from(row.sends - 1).ok().and_then(|at| WAITS.get(at)).copied();
    Challenge {
        number_masked: masked(&phone.number),
        resend_wait: wait.map_or(0, |wait| (row.sent_at.plus(wait)).since(now).max(0)),
        sends_left: (SENDS - row.sends).max(0),
        setting_up: !phone.proved,
        id: row.id,
    }
}
