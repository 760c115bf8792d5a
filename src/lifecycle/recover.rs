//! A forgotten password: a code by e-mail and a code by text message, then a new password (N13).
//! Asking writes the same rows for any address; only the worker knows whether a message goes out.
//! An account that never had a phone was never signed in: there the e-mail alone is the proof it
//! was made with.

use super::{Lifecycle, verify_letters};
use crate::accounts::proof::{self, Guessed};
use crate::accounts::{self, Account, Address, Password, PasswordProblem, Purpose};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::grants;
use crate::ids::{AccountId, MailProofId, OutboxId};
use crate::login::factor::sms::{Attempt, Purpose as CodePurpose};
use crate::login::{self, Browser, Checked, Sending};
use crate::messages::{Desk, Letter, Message, To, plain_words};
use crate::outbox;
use crate::random::Secret;
use crate::seal::hex;
use crate::store::Ground;
use crate::store::ephemeral::Kind;
use crate::store::rates::{self, Limit};
use serde::{Deserialize, Serialize};

/// Seconds for the whole recovery (L5).
const LIFE: i64 = 30 * 60;
const PER_MINUTE: Limit = Limit { times: 2, seconds: 60 };
const PER_DAY: Limit = Limit { times: 5, seconds: 24 * 3600 };

/// How far a recovery has come. Kept on the server: no step can be reached by asking for it (I3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecoveryState {
    /// The code of the e-mail is asked for.
    Mail,
    /// The code of the text message is asked for.
    Phone,
    /// A new password may be set.
    Ready,
}

/// A recovery in progress, found by a secret handle of this browser.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Recovery {
    /// How far it has come.
    pub state: RecoveryState,
    /// Address as typed, to show.
    pub shown: String,
    proof: MailProofId,
    account: Option<AccountId>,
}

/// What came of a typed code.
#[derive(Debug)]
pub enum CodeChecked {
    /// Right: the next page.
    Next(RecoveryState),
    /// What is wrong with it.
    No(Checked<()>),
}

#[derive(Serialize, Deserialize)]
struct ChangedPayload {
    account: AccountId,
    at: Timestamp,
}

impl Lifecycle {
    /// Begins a recovery for whatever address was typed; `None` when the limit of the address is
    /// reached, which says nothing about an account either.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn begin_recovery(
        &self,
        typed: &str,
        browser: &Browser,
        origin: &Origin,
    ) -> Result<Result<Secret, Timestamp>, Fault> {
        let address = Address::parse(typed);
        let (shown, key) = address
            .as_ref()
            .map_or((typed.trim().chars().take(254).collect(), typed.trim().to_lowercase()), |address| {
                (address.shown().to_owned(), address.key().to_owned())
            });
        let account = accounts::by_address(self.ground.db.read(), &key).await?;
        let account = account.filter(|account| account.disabled_at.is_none()).map(|account| account.id);
        let whom =
            proof::For { account, email_key: key.clone(), bound_to: browser.hash.clone(), seconds: LIFE };
        let issued = proof::issue(&self.ground, Purpose::Recover, whom);
        let recovery = Recovery { state: RecoveryState::Mail, shown, proof: issued.row.id, account };
        if let Some(until) = self.write_recovery(issued, &key, origin).await? {
            return Ok(Err(until));
        }
        let handle = self.ground.random.secret();
        self.ground.ephemeral.put(Kind::Recovery, &handle.hash(), &recovery, LIFE).await?;
        Ok(Ok(handle))
    }

    async fn write_recovery(
        &self,
        issued: proof::Issued,
        key: &str,
        origin: &Origin,
    ) -> Result<Option<Timestamp>, Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let subject = hex(&self.ground.ring.mac("address", &[key.as_bytes()])[..16]);
        let letter = verify_letters::prepare(&self.ground, "reset_code", &issued);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for (window, limit) in [("minute", PER_MINUTE), ("day", PER_DAY)] {
                        let subject = format!("recover-{window}:{subject}");
                        if let Some(until) = rates::limit(tx, &subject, limit, now).await? {
                            return Ok(Some(until));
                        }
                    }
                    accounts::insert_proof(tx, issued.row).await?;
                    letter.queue(tx, now).await?;
                    let entry = Entry::done("recovery.begun", format!("address:{subject}"));
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(None)
                })
            })
            .await
    }

    /// The recovery of a handle, if it is still there.
    ///
    /// # Errors
    /// When the store is away.
    pub async fn recovery(&self, handle: &Secret) -> Result<Option<Recovery>, Fault> {
        self.ground.ephemeral.get(Kind::Recovery, &handle.hash()).await
    }

    /// Checks the code of the e-mail.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn recovery_mail_code(
        &self,
        handle: &Secret,
        recovery: Recovery,
        typed: &str,
    ) -> Result<CodeChecked, Fault> {
        let row = accounts::proof_by_id(self.ground.db.read(), recovery.proof).await?;
        let Some(row) = row.filter(|_| recovery.state == RecoveryState::Mail) else {
            return Ok(CodeChecked::No(Checked::Spent));
        };
        let guessed = proof::guess(&self.ground, &row, typed).await?;
        let account = match (guessed, recovery.account) {
            (Guessed::Dead, _) => return Ok(CodeChecked::No(Checked::Spent)),
            (Guessed::Right, Some(account)) => account,
            (Guessed::Wrong | Guessed::Right, _) => return Ok(CodeChecked::No(Checked::Wrong)),
        };
        let has_phone = self.login.phone(account).await?.is_some_and(|phone| phone.proved);
        let state = if has_phone { RecoveryState::Phone } else { RecoveryState::Ready };
        self.move_on(handle, recovery, state).await
    }

    /// The text-message code of a recovery: on its way, or sent now.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn recovery_challenge(
        &self,
        handle: &Secret,
        recovery: &Recovery,
        again: bool,
        origin: &Origin,
    ) -> Result<Sending, Fault> {
        let Some(account) = recovery.account.filter(|_| recovery.state == RecoveryState::Phone) else {
            return Ok(Sending::NoPhone);
        };
        let bound_to = handle.hash();
        let attempt = Attempt { account, purpose: CodePurpose::Recovery, bound_to: &bound_to };
        if again {
            self.login.resend(attempt, origin).await
        } else {
            self.login.challenge(attempt, origin).await
        }
    }

    /// The text-message code of a recovery as its page shows it; sends nothing.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn recovery_shown(
        &self,
        handle: &Secret,
        recovery: &Recovery,
    ) -> Result<Option<login::Challenge>, Fault> {
        let Some(account) = recovery.account else { return Ok(None) };
        let bound_to = handle.hash();
        let attempt = Attempt { account, purpose: CodePurpose::Recovery, bound_to: &bound_to };
        self.login.shown_challenge(attempt).await
    }

    /// Checks the code of the text message.
    ///
    /// # Errors
    /// When a store is away.
    pub async fn recovery_phone_code(
        &self,
        handle: &Secret,
        recovery: Recovery,
        typed: &str,
        origin: &Origin,
    ) -> Result<CodeChecked, Fault> {
        let Some(account) = recovery.account.filter(|_| recovery.state == RecoveryState::Phone) else {
            return Ok(CodeChecked::No(Checked::Spent));
        };
        let bound_to = handle.hash();
        let attempt = Attempt { account, purpose: CodePurpose::Recovery, bound_to: &bound_to };
        let code = match self.login.compare_code(attempt, typed, origin).await? {
            Checked::Right(code) => code,
            other => return Ok(CodeChecked::No(other.map_never())),
        };
        let now = self.ground.clock.now();
        let spent = self
            .ground
            .db
            .write(move |tx| Box::pin(async move { login::Login::spend_code(tx, &code, now).await }))
            .await?;
        if !spent {
            return Ok(CodeChecked::No(Checked::Spent));
        }
        self.move_on(handle, recovery, RecoveryState::Ready).await
    }

    async fn move_on(
        &self,
        handle: &Secret,
        recovery: Recovery,
        state: RecoveryState,
    ) -> Result<CodeChecked, Fault> {
        let moved = Recovery { state, ..recovery };
        let is_there = self.ground.ephemeral.replace(Kind::Recovery, &handle.hash(), &moved).await?;
        Ok(if is_there { CodeChecked::Next(state) } else { CodeChecked::No(Checked::Spent) })
    }

    /// Sets the new password and ends every session. `Ok(Err(..))` says what is wrong with the
    /// password; `Ok(Ok(false))` that the recovery is over.
    ///
    /// # Errors
    /// When a store is away or the password queue is full.
    pub async fn finish_recovery(
        &self,
        handle: &Secret,
        password: &Password,
        origin: &Origin,
    ) -> Result<Result<bool, PasswordProblem>, Fault> {
        let Some(recovery) = self.recovery(handle).await? else { return Ok(Ok(false)) };
        let account = match recovery.account.filter(|_| recovery.state == RecoveryState::Ready) {
            Some(id) => accounts::find(self.ground.db.read(), id).await?,
            None => None,
        };
        let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
            return Ok(Ok(false));
        };
        let personal = vec![account.given_name.clone(), account.family_name.clone(), account.email.clone()];
        let judged = self.hasher.judge(password, self.settings.password_minimum, personal).await?;
        if let Err(problem) = judged {
            return Ok(Err(problem));
        }
        let stored = self.hasher.hash(password).await?;
        // Consume, then change: of two posts of this page one finds the recovery gone.
        if self.ground.ephemeral.take::<Recovery>(Kind::Recovery, &handle.hash()).await?.is_none() {
            return Ok(Ok(false));
        }
        self.write_password(recovery.proof, account, stored, origin).await.map(Ok)
    }

    async fn write_password(
        &self,
        proof: MailProofId,
        account: Account,
        stored: accounts::Stored,
        origin: &Origin,
    ) -> Result<bool, Fault> {
        let (now, origin, mail) =
            (self.ground.clock.now(), origin.by(account.id), OutboxId(self.ground.new_id()));
        let event = OutboxId(self.ground.new_id());
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !accounts::spend_proof(tx, proof, now).await? {
                        return Ok(false);
                    }
                    accounts::set_password(tx, account.id, stored, now).await?;
                    accounts::kill_proofs(tx, Purpose::Recover, account.id, now).await?;
                    login::Login::forget_password_failures(tx, &account, now).await?;
                    let sessions = login::end_all(tx, account.id, (now, event)).await?;
                    grants::end_offline(tx, account.id, now).await?;
                    let payload = ChangedPayload { account: account.id, at: now };
                    outbox::queue(tx, mail, now, ("password_changed", account.id.to_string()), &payload)
                        .await?;
                    let entry =
                        Entry::done("password.recovered", account.id).with("sessions_ended", sessions);
                    audit::append(tx, now, &origin, entry).await?;
                    Ok(true)
                })
            })
            .await
    }
}

/// Words the e-mail of a recovery; `None` when there is no such account, or it is over.
///
/// # Errors
/// When the database is away or the key of the seal is gone.
pub async fn deliver_reset_code(ground: &Ground, payload: &str) -> Result<Option<Letter>, Fault> {
    let Some((row, _, code)) = verify_letters::open(ground, payload).await? else { return Ok(None) };
    let account = match row.account_id {
        Some(id) => accounts::find(ground.db.read(), id).await?,
        None => None,
    };
    Ok(account.filter(|account| account.disabled_at.is_none()).map(|account| Letter {
        to: To::Email(account.email),
        language: account.locale,
        message: Message::ResetCode { code, minutes: LIFE / 60 },
    }))
}

/// Words the security notice of a changed password.
///
/// # Errors
/// When the database is away.
pub async fn deliver_password_changed(
    ground: &Ground,
    desk: &Desk,
    payload: &str,
) -> Result<Option<Letter>, Fault> {
    let ChangedPayload { account, at } = serde_json::from_str(payload)?;
    let Some(account) = accounts::find(ground.db.read(), account).await? else { return Ok(None) };
    let message = Message::PasswordChanged {
        given_name: plain_words(&account.given_name, 80),
        when_text: desk.times.exact(&account.locale, at),
    };
    Ok(Some(Letter { to: To::Email(account.email), language: account.locale, message }))
}
