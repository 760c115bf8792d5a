//! `wardgate dev seed`: an installation as large as one ever gets, to try lists, pages and the database with. Its people
//! are made up. The rows are written past the use cases, in bulk: by invitation each would cost an hour of hashing.

use crate::accounts::{Password, Stored, profile};
use crate::app::App;
use crate::audit::Actor;
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::ids::{
    self, AccountId, AuthenticatorId, InvitationId, MembershipId, OrganisationId, SessionId, TeamId,
};
use crate::random::Random;
use crate::rights::Role;
use crate::seal::sha256;
use crate::store::Tx;
use entities::{account, audit, authenticator, invitation, membership, organisation, session, team};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait as _;
use std::sync::Arc;

/// The password of everybody in the crowd.
pub const PASSWORD: &str = "quiet harbour lantern six";

/// How many of each.
#[derive(Clone, Copy, Debug)]
pub struct Crowd {
    /// Organisations, with five teams each.
    pub organisations: u32,
    /// People: each with a place, a phone and an invitation that was accepted; some are signed in, unverified, blocked or
    /// disabled, and one in ten has invited somebody who has not come yet.
    pub people: u32,
    /// Rows of the audit trail, over the last year.
    pub audit_rows: u32,
}

/// Rows in a statement: SQLite takes 32,766 values, and an account has 17.
const STATEMENT: u32 = 500;
/// Rows in a write: nobody else writes meanwhile.
const WRITE: u32 = 10_000;
const TEAMS: u32 = 5;
const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/143.0";
const DAY: i64 = 86_400;

const GIVEN: [&str; 12] =
    ["Ada", "Ben", "Chidi", "Dana", "Emre", "Fiona", "Grace", "Hana", "Imran", "Jonas", "Klára", "Lena"];
const FAMILY: [&str; 14] = [
    "Adeyemi",
    "Byron",
    "Clarke",
    "Demir",
    "Evans",
    "Fischer",
    "García",
    "Huang",
    "Iqbal",
    "Jones",
    "Kowalski",
    "Lindqvist",
    "Moreau",
    "Novák",
];
const ACTS: [&str; 8] = [
    "session.begun",
    "session.begun",
    "session.begun",
    "code.issued",
    "sign_in.password",
    "session.ended",
    "invitation.created",
    "membership.changed",
];

/// Adds the crowd. `tell` hears of each part that is done.
///
/// # Errors
/// When the database is away, or has a crowd already.
pub async fn seed(app: &App, crowd: Crowd, tell: impl Fn(String)) -> Result<(), Fault> {
    let places = Places::make(app, crowd.organisations.max(1)).await?;
    tell(format!("{} organisations, {} teams", places.organisations.len(), places.teams.len()));
    let people = Arc::new(People {
        ids: (0..crowd.people).map(|_| AccountId(app.ground.new_id())).collect(),
        hash: app.hasher.hash(&Password::typed(PASSWORD)).await?,
        places,
        now: app.ground.clock.now(),
        random: app.ground.random.clone(),
    });
    in_bulk(app, crowd.people, &people, Part::People).await?;
    tell(format!("{} people; the password of all is: {PASSWORD}", crowd.people));
    in_bulk(app, crowd.audit_rows, &people, Part::Trail).await?;
    app.worker().seal_audit().await?;
    tell(format!("{} rows of the audit trail, sealed", crowd.audit_rows));
    Ok(())
}

/// What is written in bulk.
#[derive(Clone, Copy)]
enum Part {
    People,
    Trail,
}

/// Writes `count` rows, some thousand at a time.
async fn in_bulk(app: &App, count: u32, people: &Arc<People>, part: Part) -> Result<(), Fault> {
    let mut from = 0;
    while from < count {
        let (to, people) = (count.min(from + WRITE), Arc::clone(people));
        let write = app.ground.db.write(move |tx| {
            Box::pin(async move {
                for start in (from..to).step_by(STATEMENT as usize) {
                    let range = start..to.min(start + STATEMENT);
                    match part {
                        Part::People => people.write(tx, range).await?,
                        Part::Trail => people.write_trail(tx, range).await?,
                    }
                }
                Ok(())
            })
        });
        write.await?;
        from = to;
    }
    Ok(())
}

struct Places {
    organisations: Vec<OrganisationId>,
    /// Five of each organisation, in its order.
    teams: Vec<TeamId>,
}

impl Places {
    async fn make(app: &App, count: u32) -> Result<Self, Fault> {
        let (ground, now) = (&app.ground, app.ground.clock.now());
        let organisations: Vec<_> = (0..count).map(|_| OrganisationId(ground.new_id())).collect();
        let teams: Vec<_> = (0..count * TEAMS).map(|_| TeamId(ground.new_id())).collect();
        let organisation_rows = organisations.iter().zip(1..).map(|(id, n)| organisation::ActiveModel {
            id: Set(*id),
            name: Set(format!("Hospital {n:03}")),
            peers_may_invite: Set(n % 2 == 0),
            created_at: Set(now),
            ..Default::default()
        });
        let team_rows = teams.iter().enumerate().map(|(n, id)| team::ActiveModel {
            id: Set(*id),
            organisation_id: Set(organisations[n / TEAMS as usize]),
            name: Set(format!("Ward {}", n % TEAMS as usize + 1)),
            created_at: Set(now),
        });
        let (organisation_rows, team_rows): (Vec<_>, Vec<_>) =
            (organisation_rows.collect(), team_rows.collect());
        let write = ground.db.write(move |tx| {
            Box::pin(async move {
                organisation::Entity::insert_many(organisation_rows).exec_without_returning(tx).await?;
                for some in team_rows.chunks(STATEMENT as usize) {
                    team::Entity::insert_many(some.to_vec()).exec_without_returning(tx).await?;
                }
                Ok(())
            })
        });
        write.await?;
        Ok(Self { organisations, teams })
    }

    fn of(&self, n: u32) -> (OrganisationId, TeamId) {
        let team = n as usize % self.teams.len();
        (self.organisations[team / TEAMS as usize], self.teams[team])
    }
}

struct People {
    ids: Vec<AccountId>,
    hash: Stored,
    places: Places,
    now: Timestamp,
    random: Random,
}

impl People {
    async fn write(&self, tx: &Tx, range: std::ops::Range<u32>) -> Result<(), Fault> {
        let every = |step: u32| range.clone().filter(move |n| n % step == 0);
        let accounts = range.clone().map(|n| self.account(n));
        account::Entity::insert_many(accounts).exec_without_returning(tx).await?;
        let memberships = range.clone().map(|n| self.membership(n));
        membership::Entity::insert_many(memberships).exec_without_returning(tx).await?;
        let phones = range.clone().map(|n| self.phone(n));
        authenticator::Entity::insert_many(phones).exec_without_returning(tx).await?;
        let accepted = range.clone().map(|n| self.invitation(n, true));
        invitation::Entity::insert_many(accepted).exec_without_returning(tx).await?;
        let open = every(10).map(|n| self.invitation(n, false));
        invitation::Entity::insert_many(open).exec_without_returning(tx).await?;
        let sessions = every(5).map(|n| self.session(n));
        session::Entity::insert_many(sessions).exec_without_returning(tx).await?;
        Ok(())
    }

    async fn write_trail(&self, tx: &Tx, range: std::ops::Range<u32>) -> Result<(), Fault> {
        let rows = range.map(|n| self.entry(n));
        audit::Entity::insert_many(rows).exec_without_returning(tx).await?;
        Ok(())
    }

    fn id(&self) -> uuid::Uuid {
        ids::new(self.now, &self.random)
    }

    /// When the person with this number came: over the last year.
    fn came(&self, n: u32) -> Timestamp {
        self.now.plus(-(i64::from(n) * 7919 % (365 * DAY)))
    }

    fn account(&self, n: u32) -> account::ActiveModel {
        let (given, family) = (GIVEN[n as usize % GIVEN.len()], FAMILY[n as usize / 12 % FAMILY.len()]);
        let (family, email) = (format!("{family} {n}"), email(n));
        let came = self.came(n);
        account::ActiveModel {
            id: Set(self.ids[n as usize]),
            given_key: Set(profile::key(given).into_bytes()),
            family_key: Set(profile::key(&family).into_bytes()),
            given_name: Set(given.to_owned()),
            family_name: Set(family),
            profession: Set(profile::PROFESSIONS[n as usize % profile::PROFESSIONS.len()].to_owned()),
            email_key: Set(email.clone()),
            email: Set(email),
            // One in fifty has not proved the address; of those every second one is blocked by now.
            email_verified_at: Set((n % 50 != 7).then_some(came)),
            verify_by: Set(if n % 100 == 7 { came.plus(DAY) } else { self.now.plus(DAY) }),
            reminders: Set(if n % 100 == 7 { 3 } else { 0 }),
            password_hash: Set(self.hash.hash.clone()),
            pepper_id: Set(self.hash.pepper_id.clone()),
            password_set_at: Set(came),
            disabled_at: Set((n % 97 == 5).then_some(self.now)),
            locale: Set("en".to_owned()),
            landing_client_id: Set(None),
            created_at: Set(came),
        }
    }

    fn membership(&self, n: u32) -> membership::ActiveModel {
        let (organisation, team) = self.places.of(n);
        let role = match n % 500 {
            0 => Role::OrganisationAdmin,
            n if n % 50 == 1 => Role::TeamLead,
            _ => Role::Clinician,
        };
        membership::ActiveModel {
            id: Set(MembershipId(self.id())),
            account_id: Set(self.ids[n as usize]),
            organisation_id: Set(organisation),
            team_id: Set((role != Role::OrganisationAdmin).then_some(team)),
            role: Set(role.name().to_owned()),
            created_at: Set(self.came(n)),
        }
    }

    fn phone(&self, n: u32) -> authenticator::ActiveModel {
        authenticator::ActiveModel {
            id: Set(AuthenticatorId(self.id())),
            account_id: Set(self.ids[n as usize]),
            kind: Set("sms".to_owned()),
            phone: Set(format!("+447700{:06}", n % 1_000_000)),
            created_at: Set(self.came(n)),
            verified_at: Set(Some(self.came(n))),
            removed_at: Set(None),
        }
    }

    fn invitation(&self, n: u32, is_accepted: bool) -> invitation::ActiveModel {
        let ((organisation, team), id) = (self.places.of(n), self.id());
        let address = if is_accepted { email(n) } else { format!("open-{}", email(n)) };
        let at = if is_accepted { self.came(n) } else { self.now.plus(-i64::from(n) % (9 * DAY)) };
        let inviter = n - n % 50 + 1;
        invitation::ActiveModel {
            id: Set(InvitationId(id)),
            token_hash: Set(sha256(id.as_bytes()).to_vec()),
            email_key: Set(address.clone()),
            email: Set(address),
            organisation_id: Set(organisation),
            team_id: Set(Some(team)),
            role: Set(Role::Clinician.name().to_owned()),
            client_id: Set(None),
            inviter_id: Set(self.ids.get(inviter as usize).copied()),
            message: Set(None),
            locale: Set("en".to_owned()),
            created_at: Set(at),
            expires_at: Set(at.plus(7 * DAY)),
            opened_at: Set(is_accepted.then_some(at)),
            accepted_at: Set(is_accepted.then_some(at)),
            account_id: Set(is_accepted.then(|| self.ids[n as usize])),
            revoked_at: Set(None),
            superseded_at: Set(None),
            asked_at: Set(None),
            mail_id: Set(None),
            ..Default::default()
        }
    }

    fn session(&self, n: u32) -> session::ActiveModel {
        let id = self.id();
        session::ActiveModel {
            id: Set(SessionId(id)),
            secret_hash: Set(sha256(id.as_bytes()).to_vec()),
            account_id: Set(self.ids[n as usize]),
            amr: Set("pwd sms mfa".to_owned()),
            auth_time: Set(self.now),
            seen_at: Set(self.now),
            expires_at: Set(self.now.plus(DAY / 2)),
            ended_at: Set(n.is_multiple_of(10).then_some(self.now)),
            address: Set(format!("10.{}.{}.7", n % 200, n % 250)),
            user_agent: Set(BROWSER.to_owned()),
        }
    }

    fn entry(&self, n: u32) -> audit::ActiveModel {
        let person = self.ids.get(n as usize * 31 % self.ids.len().max(1));
        let actor = person.map_or(Actor::Host, |id| Actor::Account(*id));
        let act = ACTS[n as usize % ACTS.len()];
        let is_refused = act == "sign_in.password";
        audit::ActiveModel {
            at: Set(self.now.plus(-(i64::from(u32::MAX - n) % (365 * DAY)))),
            actor: Set(actor.to_string()),
            act: Set(act.to_owned()),
            target: Set(person.map(ToString::to_string).unwrap_or_default()),
            outcome: Set(if is_refused { "refused" } else { "done" }.to_owned()),
            reason: Set(is_refused.then(|| "wrong password".to_owned())),
            organisation_id: Set(Some(self.places.of(n).0)),
            client_id: Set(None),
            address: Set(format!("10.{}.{}.7", n % 200, n % 250)),
            user_agent: Set(BROWSER.to_owned()),
            detail: Set("{}".to_owned()),
            ..Default::default()
        }
    }
}

fn email(n: u32) -> String {
    format!("person{n}@crowd.example")
}
