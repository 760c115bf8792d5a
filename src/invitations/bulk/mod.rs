//! Many people invited at once: a list is judged line by line and kept, then sent by whoever looked at what would come
//! of it. The worker sends it, some hundred lines a write, each write judging its lines once more; so a list that is sent
//! twice, or cut off in the middle, invites nobody twice.

mod deliver;
mod store;
mod verdict;

pub use deliver::{deliver, sweep};
pub use entities::invite_batch::Model as Batch;
pub use entities::invite_line::Model as Line;
pub use store::{Counts, counts, find, lines, recent};
pub use verdict::Verdict;

use super::judge::{Asked, judge};
use super::lines::Written;
use super::{Policy, inviter};
use crate::accounts::Address;
use crate::accounts::profile;
use crate::audit::{self, Entry, Origin};
use crate::fault::Fault;
use crate::ids::{AccountId, InviteBatchId, OrganisationId, OutboxId, TeamId};
use crate::organisations::{self, Organisation, Team};
use crate::outbox;
use crate::rights::{self, Act, Area, Permit, Role, Who};
use crate::store::Ground;
use std::collections::{HashMap, HashSet};

/// Lines of one write: few enough that nobody else waits long for the writer.
const CHUNK: usize = 250;
/// The kind of the outbox row by which a list is sent.
pub const KIND: &str = "invite_batch";
/// Characters of a cell that are kept.
const CELL: usize = 254;

/// A list that somebody wants to send. Organisation, and team and role of lines that name none, are in the permit.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The lines as written.
    pub lines: Vec<Written>,
    /// Application to land on.
    pub client_id: Option<String>,
    /// Personal words.
    pub message: Option<String>,
    /// Language of the e-mails.
    pub language: String,
    /// What the configuration says.
    pub terms: Policy,
}

/// Judges a list and keeps it, so that it can be sent. Nobody is invited by that.
///
/// # Errors
/// When the database is away, or the permit is for something else.
pub async fn check(
    ground: &Ground,
    (permit, who): (Permit, &Who),
    origin: &Origin,
    wanted: Wanted,
) -> Result<Option<Batch>, Fault> {
    let Act::Invite { organisation, team, role } = permit.act() else {
        return Err(Fault::internal("this permit is not for inviting"));
    };
    let conn = ground.db.read();
    let Some(organisation) = organisations::find(conn, organisation).await? else { return Ok(None) };
    let batch = Batch {
        id: InviteBatchId(ground.new_id()),
        organisation_id: organisation.id,
        created_by: origin.actor.to_string(),
        created_at: ground.clock.now(),
        client_id: wanted.client_id,
        message: wanted.message.filter(|words| !words.is_empty()),
        locale: wanted.language,
        days: i32::try_from(wanted.terms.days).unwrap_or(i32::MAX),
        lines: i32::try_from(wanted.lines.len()).unwrap_or(i32::MAX),
        inviter_id: None,
        is_limited: false,
        sent_by: String::new(),
        address: String::new(),
        user_agent: String::new(),
        sent_at: None,
        done_at: None,
    };
    let teams = organisations::teams(conn, organisation.id).await?;
    let mut reading = Reading::new(&batch, (team, role), teams, who);
    let mut lines: Vec<Line> = wanted.lines.into_iter().map(|line| reading.line(line)).collect();
    for chunk in lines.chunks_mut(CHUNK) {
        ask(ground, &organisation, chunk, inviter(origin)).await?;
    }
    // The list itself comes first, so that the sweep finds what a crash leaves; it is sent only when every line is there.
    let (row, now, origin) = (batch.clone(), batch.created_at, origin.clone());
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                let entry = Entry::done("invitation.list_judged", row.id).organisation(row.organisation_id);
                audit::append(tx, now, &origin, entry.with("lines", row.lines)).await?;
                store::insert(tx, row).await
            })
        })
        .await?;
    for chunk in lines.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        ground.db.write(move |tx| Box::pin(async move { store::insert_lines(tx, chunk).await })).await?;
    }
    Ok(Some(batch))
}

/// Notes on lines that are fine so far what stands against them.
async fn ask(
    ground: &Ground,
    organisation: &Organisation,
    lines: &mut [Line],
    inviter: Option<AccountId>,
) -> Result<(), Fault> {
    let mut fine: Vec<&mut Line> =
        lines.iter_mut().filter(|line| line.verdict == Verdict::Ok.name()).collect();
    let asked = fine.iter().map(|line| asked(line, inviter)).collect::<Result<Vec<_>, _>>()?;
    let judged = judge(ground.db.read(), ground.clock.now(), organisation, &asked).await?;
    for (line, against) in fine.iter_mut().zip(judged) {
        if let Some(against) = against {
            Verdict::from(against).name().clone_into(&mut line.verdict);
        }
    }
    Ok(())
}

fn asked(line: &Line, inviter: Option<AccountId>) -> Result<Asked, Fault> {
    let role = Role::parse(&line.role).ok_or_else(|| Fault::internal("a good line without a role"))?;
    Ok(Asked { email_key: line.email_key.clone(), team: line.team_id, role, inviter })
}

/// What lines are read with.
struct Reading<'a> {
    batch: InviteBatchId,
    organisation: OrganisationId,
    usual: (Option<TeamId>, Role),
    teams: HashMap<String, TeamId>,
    who: &'a Who,
    seen: HashSet<(String, Option<TeamId>)>,
}

impl<'a> Reading<'a> {
    fn new(batch: &Batch, usual: (Option<TeamId>, Role), teams: Vec<Team>, who: &'a Who) -> Self {
        let teams = teams.into_iter().map(|team| (team.name.to_lowercase(), team.id)).collect();
        Self { batch: batch.id, organisation: batch.organisation_id, usual, teams, who, seen: HashSet::new() }
    }

    /// A line and what is wrong with it by itself, the first mistake from the left.
    fn line(&mut self, written: Written) -> Line {
        let at = |column: usize| written.columns[column];
        let [email, given, family, team, role] = written.cells.each_ref().map(|cell| kept(cell));
        let address = Address::parse(&email);
        let place = match (team.is_empty(), self.teams.get(&team.to_lowercase())) {
            (true, _) => Some(self.usual.0),
            (false, found) => found.map(|id| Some(*id)),
        };
        let known = if role.is_empty() { Some(self.usual.1) } else { parse_role(&role) };
        let bad_name = |name: &str| !name.is_empty() && profile::name(name).is_err();
        let (verdict, column) = match (&address, place, known) {
            _ if written.unreadable_at.is_some() => {
                (Verdict::Unreadable, written.unreadable_at.unwrap_or_default())
            }
            (None, ..) => (Verdict::NotAnAddress, at(0)),
            _ if bad_name(&given) => (Verdict::BadName, at(1)),
            _ if bad_name(&family) => (Verdict::BadName, at(2)),
            (_, None, _) => (Verdict::UnknownTeam, at(3)),
            (.., None) => (Verdict::UnknownRole, at(4)),
            (Some(address), Some(team), Some(role)) => (self.placed(address, team, role), 0),
        };
        let name = |text: String| profile::name(&text).ok();
        Line {
            batch_id: self.batch,
            number: written.number,
            email_key: address.as_ref().map(|it| it.key().to_owned()).unwrap_or_default(),
            email: address.map_or(email, |address| address.shown().to_owned()),
            given_name: name(given),
            family_name: name(family),
            team,
            team_id: place.flatten(),
            role: known.map_or(role, |role| role.name().to_owned()),
            verdict: verdict.name().to_owned(),
            place: column,
        }
    }

    fn placed(&mut self, address: &Address, team: Option<TeamId>, role: Role) -> Verdict {
        let act = Act::Invite { organisation: self.organisation, team, role };
        if rights::may(self.who, act).is_none() {
            return Verdict::NotAllowed;
        }
        let is_first = self.seen.insert((address.key().to_owned(), team));
        if is_first { Verdict::Ok } else { Verdict::Duplicate }
    }
}

/// A role by its name, as people write it too: `Team lead`.
fn parse_role(text: &str) -> Option<Role> {
    Role::parse(&text.to_lowercase().replace([' ', '-'], "_"))
}

fn kept(cell: &str) -> String {
    cell.chars().filter(|c| !c.is_control()).take(CELL).collect()
}

/// What came of sending a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is under way.
    Yes,
    /// It was sent before: nothing more happens.
    Already,
    /// The sender may not invite into one of its places.
    NotAllowed,
    /// Not every line is there: it is being judged, or that was cut off.
    Incomplete,
}

/// Sends a list: from here on the worker invites line by line.
///
/// # Errors
/// When the database is away.
pub async fn send(
    ground: &Ground,
    (who, per_day): (&Who, i32),
    origin: &Origin,
    batch: &Batch,
) -> Result<Sent, Fault> {
    let (id, organisation) = (batch.id, batch.organisation_id);
    if counts(ground.db.read(), id).await?.values().sum::<i64>() != i64::from(batch.lines) {
        return Ok(Sent::Incomplete);
    }
    for (team, role) in store::places(ground.db.read(), id).await? {
        let role = Role::parse(&role).ok_or_else(|| Fault::internal("a good line without a role"))?;
        if rights::may(who, Act::Invite { organisation, team, role }).is_none() {
            return Ok(Sent::NotAllowed);
        }
    }
    // Who looks after all invitations of a place anyway has no limit of a day there; peers and leads have.
    let looks_after = rights::may(who, Act::Change(Area::Invitations, Some(organisation))).is_some();
    let (now, origin) = (ground.clock.now(), origin.clone());
    let sender = store::Sender { inviter: inviter(&origin), is_limited: !looks_after };
    ground
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !store::mark_sent(tx, id, now, (&sender, &origin)).await? {
                    return Ok(Sent::Already);
                }
                let (about, payload) = ((KIND, id.to_string()), deliver::Payload { batch: id, per_day });
                outbox::queue_once(tx, OutboxId(id.0), now, about, &payload).await?;
                let entry = Entry::done("invitation.list_sent", id).organisation(organisation);
                audit::append(tx, now, &origin, entry).await?;
                Ok(Sent::Yes)
            })
        })
        .await
}
