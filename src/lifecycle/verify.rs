//! Proving an e-mail address (DESIGN 1.3, L1–L3): in the browser that registered one button
//! finishes it; elsewhere it takes the password, or the code typed where the account was made.

use super::{Lifecycle, verify_letters};
use crate::accounts::proof::{self, Guessed};
use crate::accounts::{self, Account, Proof, Purpose, Status};
use crate::audit::{self, Entry, Origin};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{AccountId, OutboxId};
use crate::invitations;
use crate::login::{self, Browser};
use crate::random::Secret;
use crate::seal::same;
use crate::store::Tx;
use crate::store::rates::{self, Limit};

/// Resends of the link (L6).
const PER_MINUTE: Limit = Limit { times: 1, seconds: 60 };
const PER_DAY: Limit = Limit { times: 5, seconds: 24 * 3600 };

/// What a mailed link is worth in this browser. Looking changes nothing.
#[derive(Debug)]
pub enum LinkView {
    /// Unknown, expired, or replaced by a newer one.
    Dead,
    /// The address is proved already.
    Already,
    /// This browser began: one button finishes it.
    Here(Box<Account>),
    /// Another browser: it takes the password.
    Elsewhere(Box<Account>),
}

/// What came of finishing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// The address is proved now, or was already (L3).
    Proved,
    /// The link or code is dead.
    Dead,
    /// The code is wrong, and counted.
    Wrong,
    /// It takes the password here.
    NeedsPassword,
}

/// What came of asking for a new link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resent {
    /// It is on its way; older ones are dead.
    Sent,
    /// Not before this time.
    Limit(Timestamp),
    /// The address is proved: there is nothing to send.
    Already,
}

impl Lifecycle {
    /// What a mailed link is worth here.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn look_at_link(&self, token: &Secret, browser: &Browser) -> Result<LinkView, Fault> {
        let Some((proof, account)) = self.proof_of(token).await? else { return Ok(LinkView::Dead) };
        let now = self.ground.clock.now();
        match accounts::status(&account, now) {
            Status::Disabled => Ok(LinkView::Dead),
            Status::Verified => Ok(LinkView::Already),
            _ if !proof::is_live(&proof, now) => Ok(LinkView::Dead),
            _ if same(&proof.bound_to, &browser.hash) => Ok(LinkView::Here(Box::new(account))),
            _ => Ok(LinkView::Elsewhere(Box::new(account))),
        }
    }

    /// Finishes a link: in the browser that began, or for the person whose password was right just now.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn finish_link(
        &self,
        token: &Secret,
        browser: &Browser,
        signed_in: Option<AccountId>,
        origin: &Origin,
    ) -> Result<Finished, Fault> {
        let Some((proof, account)) = self.proof_of(token).await? else { return Ok(Finished::Dead) };
        match accounts::status(&account, self.ground.clock.now()) {
            Status::Verified => return Ok(Finished::Proved),
            Status::Disabled => return Ok(Finished::Dead),
            Status::Unverified(_) | Status::Blocked => {}
        }
        let here = same(&proof.bound_to, &browser.hash);
        if !here && signed_in != Some(account.id) {
            return Ok(Finished::NeedsPassword);
        }
        self.prove(proof, account.id, origin).await
    }

    /// Finishes by the code of the e-mail, typed where the account was made or after its password.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn finish_code(
        &self,
        account: AccountId,
        typed: &str,
        origin: &Origin,
    ) -> Result<Finished, Fault> {
        let newest = accounts::newest_proof(self.ground.db.read(), Purpose::Verify, account).await?;
        let Some(row) = newest else { return Ok(Finished::Dead) };
        match proof::guess(&self.ground, &row, typed).await? {
            Guessed::Right => self.prove(row, account, origin).await,
            Guessed::Wrong => Ok(Finished::Wrong),
            Guessed::Dead => Ok(Finished::Dead),
        }
    }

    async fn prove(&self, proof: Proof, account: AccountId, origin: &Origin) -> Result<Finished, Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.by(account));
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !accounts::spend_proof(tx, proof.id, now).await? {
                        return Ok(Finished::Dead);
                    }
                    if accounts::mark_verified(tx, account, now).await? {
                        audit::append(tx, now, &origin, Entry::done("email.proved", account)).await?;
                    }
                    Ok(Finished::Proved)
                })
            })
            .await
    }

    /// Sends a new link and code; older ones die. The deadline stays (L6).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn resend_link(
        &self,
        account: Account,
        browser: &Browser,
        origin: &Origin,
    ) -> Result<Resent, Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.by(account.id));
        let status = accounts::status(&account, now);
        if matches!(status, Status::Verified | Status::Disabled) {
            return Ok(Resent::Already);
        }
        let kind = if status == Status::Blocked { "blocked" } else { "verify_email" };
        let (issued, letter) = self.new_proof(&account, browser.hash.clone(), kind);
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if let Some(until) = resend_limit(tx, account.id, now).await? {
                        return Ok(Resent::Limit(until));
                    }
                    accounts::insert_proof(tx, issued.row).await?;
                    letter.queue(tx, now).await?;
                    audit::append(tx, now, &origin, Entry::done("email.link_sent", account.id)).await?;
                    Ok(Resent::Sent)
                })
            })
            .await
    }

    /// The same for somebody who sees a newcomer's page without an account behind it: the same limits,
    /// and nothing is sent (A8).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn resend_phantom(&self, id: AccountId) -> Result<Resent, Fault> {
        let now = self.ground.clock.now();
        self.ground
            .db
            .write(move |tx| {
                Box::pin(
                    async move { Ok(resend_limit(tx, id, now).await?.map_or(Resent::Sent, Resent::Limit)) },
                )
            })
            .await
    }

    /// "I did not make this account", by whoever reads the mailbox: closes it and invites the owner
    /// again. It takes the code of the e-mail, so that no scanner does it (L2).
    ///
    /// # Errors
    /// When the database is away.
    pub async fn not_me(&self, token: &Secret, typed: &str, origin: &Origin) -> Result<Finished, Fault> {
        let Some((row, account)) = self.proof_of(token).await? else { return Ok(Finished::Dead) };
        let now = self.ground.clock.now();
        if matches!(accounts::status(&account, now), Status::Verified | Status::Disabled) {
            return Ok(Finished::Dead);
        }
        match proof::guess(&self.ground, &row, typed).await? {
            Guessed::Right => self.close(row, account, origin).await,
            Guessed::Wrong => Ok(Finished::Wrong),
            Guessed::Dead => Ok(Finished::Dead),
        }
    }

    async fn close(&self, row: Proof, account: Account, origin: &Origin) -> Result<Finished, Fault> {
        let (now, origin) = (self.ground.clock.now(), origin.clone());
        let old = invitations::accepted_by(self.ground.db.read(), account.id).await?;
        let inviter = old.as_ref().and_then(|old| old.inviter_id);
        let fresh = old.map(|old| invitations::fresh_copy(&self.ground, &old, self.settings.invitation_days));
        let (mail, event) = (OutboxId(self.ground.new_id()), OutboxId(self.ground.new_id()));
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    if !accounts::spend_proof(tx, row.id, now).await? {
                        return Ok(Finished::Dead);
                    }
                    accounts::close(tx, account.id, now).await?;
                    login::end_all(tx, account.id, (now, event)).await?;
                    invitations::freeze_of(tx, (&origin, now), account.id).await?;
                    if let Some(fresh) = fresh {
                        invitations::invite_again(tx, now, fresh).await?;
                    }
                    if let Some(inviter) = inviter {
                        verify_letters::queue_closed(tx, mail, now, (inviter, &account)).await?;
                    }
                    audit::append(tx, now, &origin, Entry::done("account.closed_by_owner", account.id))
                        .await?;
                    Ok(Finished::Proved)
                })
            })
            .await
    }

    /// A new proof of an account's address and its letter.
    pub(super) fn new_proof(
        &self,
        account: &Account,
        bound_to: Vec<u8>,
        kind: &'static str,
    ) -> (proof::Issued, verify_letters::Prepared) {
        let whom = proof::For {
            account: Some(account.id),
            email_key: account.email_key.clone(),
            bound_to,
            seconds: self.settings.accounts.verify_hours * 3600,
        };
        let issued = proof::issue(&self.ground, Purpose::Verify, whom);
        let letter = verify_letters::prepare(&self.ground, kind, &issued);
        (issued, letter)
    }

    async fn proof_of(&self, token: &Secret) -> Result<Option<(Proof, Account)>, Fault> {
        let conn = self.ground.db.read();
        let Some(row) = accounts::proof_by_token(conn, Purpose::Verify, token.hash()).await? else {
            return Ok(None);
        };
        let account = match row.account_id {
            Some(id) => accounts::find(conn, id).await?,
            None => None,
        };
        Ok(account.map(|account| (row, account)))
    }
}

/// Ends the wait of a person whose block somebody lifted: new deadline, new link, never a proof.
pub(super) async fn give_time(
    tx: &Tx,
    now: Timestamp,
    (account, hours): (AccountId, i64),
    (issued, letter): (proof::Issued, verify_letters::Prepared),
) -> Result<bool, Fault> {
    if !accounts::new_deadline(tx, account, now.plus(hours * 3600)).await? {
        return Ok(false);
    }
    accounts::insert_proof(tx, issued.row).await?;
    letter.queue(tx, now).await?;
    Ok(true)
}

async fn resend_limit(tx: &Tx, account: AccountId, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
    for (window, limit) in [("minute", PER_MINUTE), ("day", PER_DAY)] {
        let until = rates::limit(tx, &format!("verify-{window}:{account}"), limit, now).await?;
        if until.is_some() {
            return Ok(until);
        }
    }
    Ok(None)
}
