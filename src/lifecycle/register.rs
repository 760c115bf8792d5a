//! An invitation becomes an account: details, password, terms, one write.

use super::{Lifecycle, verify_letters};
use crate::accounts::profile::{self, ProfileProblem};
use crate::accounts::{self, Account, Password, PasswordProblem, Purpose, Stored, proof};
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::{AcceptanceId, AccountId, MembershipId};
use crate::invitations::{self, Invitation, State};
use crate::login::Browser;
use crate::notices::{self, Kind, Notice};
use crate::organisations::{self, Membership};
use crate::random::Secret;
use crate::store::Tx;

/// What a person types. Nothing else of the request counts: address, role and organisation are the
/// invitation's (A6).
#[derive(Clone, Debug)]
pub struct Details {
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Profession.
    pub profession: String,
    /// Password, verbatim.
    pub password: Password,
    /// Whether the terms are ticked, and the version that was shown.
    pub terms: Option<i32>,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    /// Of the given name.
    GivenName(ProfileProblem),
    /// Of the family name.
    FamilyName(ProfileProblem),
    /// Of the profession.
    Profession(ProfileProblem),
    /// Of the password.
    Password(PasswordProblem),
    /// The terms are not ticked.
    Terms,
    /// The terms changed since the page was shown.
    TermsChanged,
}

/// What came of it.
#[derive(Debug)]
pub enum Registered {
    /// The account is there and its address is to be proved.
    New(AccountId),
    /// The address has an account: its owner got the invitation once more. To whoever typed, this
    /// looks the same as `New`.
    HasAccount,
    /// Some fields are wrong; nothing is lost.
    Problems(Vec<FieldProblem>),
    /// The link is dead, or frozen.
    Dead(State),
}

struct Joiner {
    account: Account,
    terms: Notice,
    invitation: Invitation,
}

impl Lifecycle {
    /// Makes an account of an invitation.
    ///
    /// # Errors
    /// When the database is away or the password queue is full.
    pub async fn register(
        &self,
        invitation: Invitation,
        token: &Secret,
        details: Details,
        (browser, origin): (&Browser, &Origin),
    ) -> Result<Registered, Fault> {
        let now = self.ground.clock.now();
        let state = invitations::state(&invitation, now);
        if state != State::Open {
            return Ok(Registered::Dead(state));
        }
        let terms = notices::current(self.ground.db.read(), &Kind::Terms).await?;
        let terms = terms.ok_or_else(|| Fault::internal("no terms are in force"))?;
        let problems = self.problems(&invitation, &details, &terms).await?;
        if !problems.is_empty() {
            self.note_opened(&invitation).await?;
            return Ok(Registered::Problems(problems));
        }
        let stored = self.hasher.hash(&details.password).await?;
        let account = self.new_account(&invitation, details, stored, browser);
        let joiner = Joiner { account, terms, invitation };
        self.write_joiner(joiner, token, browser, origin).await
    }

    async fn problems(
        &self,
        invitation: &Invitation,
        details: &Details,
        terms: &Notice,
    ) -> Result<Vec<FieldProblem>, Fault> {
        let mut all = Vec::new();
        all.extend(profile::name(&details.given_name).err().map(FieldProblem::GivenName));
        all.extend(profile::name(&details.family_name).err().map(FieldProblem::FamilyName));
        all.extend(profile::profession(&details.profession).err().map(FieldProblem::Profession));
        let personal =
            vec![details.given_name.clone(), details.family_name.clone(), invitation.email.clone()];
        let minimum = self.settings.password_minimum;
        let judged = self.hasher.judge(&details.password, minimum, personal).await?;
        all.extend(judged.err().map(FieldProblem::Password));
        match details.terms {
            None => all.push(FieldProblem::Terms),
            Some(version) if version != terms.version => all.push(FieldProblem::TermsChanged),
            Some(_) => {}
        }
        Ok(all)
    }

    async fn note_opened(&self, invitation: &Invitation) -> Result<(), Fault> {
        if invitation.opened_at.is_some() {
            return Ok(());
        }
        let (now, id) = (self.ground.clock.now(), invitation.id);
        self.ground
            .db
            .write(move |tx| Box::pin(async move { invitations::mark_opened(tx, id, now).await }))
            .await
    }

    fn new_account(
        &self,
        invitation: &Invitation,
        details: Details,
        stored: Stored,
        browser: &Browser,
    ) -> Account {
        let now = self.ground.clock.now();
        let given_name = profile::name(&details.given_name).unwrap_or_default();
        let family_name = profile::name(&details.family_name).unwrap_or_default();
        Account {
            id: AccountId(self.ground.new_id()),
            given_key: profile::key(&given_name).into_bytes(),
            family_key: profile::key(&family_name).into_bytes(),
            given_name,
            family_name,
            profession: details.profession,
            email: invitation.email.clone(),
            email_key: invitation.email_key.clone(),
            email_verified_at: None,
            verify_by: now.plus(self.settings.accounts.verify_hours * 3600),
            reminders: 0,
            password_hash: stored.hash,
            pepper_id: stored.pepper_id,
            password_set_at: now,
            disabled_at: None,
            locale: browser.language.clone(),
            landing_client_id: invitation.client_id.clone(),
            created_at: now,
        }
    }

    async fn write_joiner(
        &self,
        joiner: Joiner,
        token: &Secret,
        browser: &Browser,
        origin: &Origin,
    ) -> Result<Registered, Fault> {
        let now = self.ground.clock.now();
        let (origin, language) = (origin.clone(), browser.language.clone());
        let whom = proof::For {
            account: Some(joiner.account.id),
            email_key: joiner.account.email_key.clone(),
            bound_to: browser.hash.clone(),
            seconds: self.settings.accounts.verify_hours * 3600,
        };
        let proof = proof::issue(&self.ground, Purpose::Verify, whom);
        let letter = verify_letters::prepare(&self.ground, "verify_email", &proof);
        let again = invitations::letter_again(&self.ground, &joiner.invitation, token);
        let ids = (AcceptanceId(self.ground.new_id()), MembershipId(self.ground.new_id()));
        self.ground
            .db
            .write(move |tx| {
                Box::pin(async move {
                    invitations::mark_opened(tx, joiner.invitation.id, now).await?;
                    // Before the address is looked at: whether it has an account is not seen from outside (A8).
                    if let Some(state) = invitations::admit(tx, (&origin, now), &joiner.invitation).await? {
                        return Ok(Registered::Dead(state));
                    }
                    if accounts::by_address(tx, &joiner.account.email_key).await?.is_some() {
                        again.queue(tx, now).await?;
                        let entry = Entry::refused("account.created", joiner.invitation.id, "has account");
                        audit::append(tx, now, &origin, entry).await?;
                        return Ok(Registered::HasAccount);
                    }
                    let id = joiner.account.id;
                    if !invitations::accept(tx, joiner.invitation.id, id, now).await? {
                        let now_is = invitations::find(tx, joiner.invitation.id).await?;
                        let state = now_is.map_or(State::Revoked, |row| invitations::state(&row, now));
                        return Ok(Registered::Dead(state));
                    }
                    joiner.insert(tx, ids, (&language, &origin)).await?;
                    accounts::insert_proof(tx, proof.row).await?;
                    letter.queue(tx, now).await?;
                    Ok(Registered::New(id))
                })
            })
            .await
    }
}

impl Joiner {
    async fn insert(
        &self,
        tx: &Tx,
        (acceptance, membership): (AcceptanceId, MembershipId),
        (language, origin): (&str, &Origin),
    ) -> Result<(), Fault> {
        let (account, now) = (&self.account, self.account.created_at);
        accounts::insert(tx, account.clone()).await?;
        let place = Membership {
            id: membership,
            account_id: account.id,
            organisation_id: self.invitation.organisation_id,
            team_id: self.invitation.team_id,
            role: self.invitation.role.clone(),
            created_at: now,
        };
        organisations::join(tx, place).await?;
        let receipt = notices::Receipt {
            account: account.id,
            language: language.to_owned(),
            at: now,
            address: origin.address.clone(),
        };
        notices::accept(tx, acceptance, &self.terms, receipt).await?;
        let entry = Entry::done("account.created", account.id)
            .organisation(self.invitation.organisation_id)
            .with("invitation", self.invitation.id)
            .with("terms_version", self.terms.version);
        audit::append(tx, now, &origin.by(account.id), entry).await
    }
}
