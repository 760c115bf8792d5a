//! Looking after invitations on the host: the list, what is done to one, and many at once.

use super::people::{InviteWhat, Read, address, find_account, find_organisation};
use super::{Desk, Done, Failed};
use crate::ids::{InvitationId, InviteBatchId};
use crate::invitations::bulk::{self, Line, Sent, Verdict, Wanted};
use crate::invitations::change::{self, HandedOver, Readdressed};
use crate::invitations::directory::{self, Filter, Listed, Sight};
use crate::invitations::lines::{self, MOST, Unreadable};
use crate::invitations::steps::Step;
use crate::invitations::{self, Changed, Invitation, State};
use crate::rights::{Act, Permit, Reach, Who};
use crate::store::paging::Wish;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

/// Rows of one statement.
const PAGE: u64 = 200;

#[derive(Debug, Subcommand)]
pub(super) enum Acts {
    /// List invitations, newest first, with how far each has come.
    List(ListArguments),
    /// Send a new link in place of the old one, which dies.
    Resend(Which),
    /// The same in an e-mail that says it is a reminder.
    Remind(Which),
    /// Take an invitation back: its link is dead at once.
    Revoke(Which),
    /// Send an invitation to another address, before it is accepted. The old link dies.
    Address {
        #[command(flatten)]
        which: Which,
        /// The new e-mail address.
        email: String,
    },
    /// Hand an invitation over to another inviter, who may invite there too.
    HandOver {
        #[command(flatten)]
        which: Which,
        /// E-mail address of the new inviter's account.
        inviter: String,
    },
    /// Invite many at once: tells what would become of each line, and sends with --send.
    #[command(
        after_help = "FILE is CSV: email, given name, family name, team, role; only the email is needed, a header is \
        optional.\n\nExamples:\n  wardgate invite bulk people.csv --organisation \"Northshore Hospital\"\n  wardgate \
        invite bulk people.csv --organisation \"Northshore Hospital\" --send"
    )]
    Bulk(BulkArguments),
}

#[derive(Debug, Args)]
pub(super) struct Which {
    /// Id of the invitation, as `wardgate invite list` tells it.
    id: uuid::Uuid,
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Words in the address or the name.
    #[arg(long, default_value = "")]
    search: String,
    /// open, accepted, expired, revoked or superseded.
    #[arg(long)]
    state: Option<String>,
    /// How far the person is, as the list tells it: queued, sent, opened, account, email, phone, reached, …
    #[arg(long)]
    step: Option<String>,
    /// Name of an organisation.
    #[arg(long)]
    organisation: Option<String>,
    /// Rows at most.
    #[arg(long, default_value_t = 100)]
    limit: u64,
}

#[derive(Debug, Args)]
pub(super) struct BulkArguments {
    /// The list.
    file: PathBuf,
    #[command(flatten)]
    what: InviteWhat,
    /// Send the lines that are ok; the worker does it.
    #[arg(long)]
    send: bool,
}

pub(super) async fn act(desk: &Desk, act: Acts) -> Done {
    let (ground, days, origin) = (&desk.app.ground, desk.app.config.invitations.days, Desk::origin());
    match act {
        Acts::List(arguments) => list(desk, arguments).await,
        Acts::Bulk(arguments) => bulk(desk, arguments).await,
        Acts::Resend(which) => {
            let (found, permit) = find(desk, &which).await?;
            let done = invitations::resend(ground, permit, days, &origin, found).await?;
            told(desk, done == Changed::Yes, "a new link is on its way")
        }
        Acts::Remind(which) => {
            let (found, permit) = find(desk, &which).await?;
            let done = change::remind(ground, permit, days, &origin, found).await?;
            told(desk, done == Changed::Yes, "a reminder with a new link is on its way")
        }
        Acts::Revoke(which) => {
            let (found, permit) = find(desk, &which).await?;
            let done = invitations::revoke(ground, permit, &origin, found).await?;
            told(desk, done == Changed::Yes, "the link is dead")
        }
        Acts::Address { which, email } => {
            let new = address("EMAIL", &email)?;
            let (found, permit) = find(desk, &which).await?;
            match change::readdress(ground, permit, days, &origin, (found, new)).await? {
                Readdressed::Yes(id) => {
                    let sentence = format!("a new link is on its way to {email}; the invitation is {id} now");
                    desk.tell(&sentence, &json!({ "changed": true, "id": id.to_string() }));
                    Ok(())
                }
                Readdressed::No => told(desk, false, ""),
                Readdressed::Against(why) => Err(Failed::Outside(format!("{email}: {why:?}"))),
            }
        }
        Acts::HandOver { which, inviter } => {
            let to = find_account(desk, &inviter).await?;
            let (found, permit) = find(desk, &which).await?;
            match change::hand_over(ground, permit, &origin, (found, &to)).await? {
                HandedOver::NotAllowed => Err(Failed::Outside(format!("{inviter} may not invite there"))),
                done => told(desk, done == HandedOver::Yes, "the invitation was handed over"),
            }
        }
    }
}

async fn find(desk: &Desk, which: &Which) -> Result<(Invitation, Permit), Failed> {
    let found = invitations::find(desk.app.ground.db.read(), InvitationId(which.id)).await?;
    let found = found.ok_or_else(|| Failed::Usage(format!("there is no invitation {}", which.id)))?;
    let (organisation, team) = (found.organisation_id, found.team_id);
    Ok((found, Desk::permit(Act::LookAfter { organisation, team })))
}

fn told(desk: &Desk, changed: bool, done: &str) -> Done {
    let already = "nothing to do: it is accepted, taken back, replaced, or so already";
    desk.tell(if changed { done } else { already }, &json!({ "changed": changed }));
    Ok(())
}

/// A word of an option, which has to be one that there is.
fn word<T>(option: &str, text: Option<&str>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, Failed> {
    let known = |text| parse(text).ok_or_else(|| Failed::Usage(format!("{option}: there is no `{text}`")));
    text.map(known).transpose()
}

async fn list(desk: &Desk, arguments: ListArguments) -> Done {
    let organisation = match &arguments.organisation {
        Some(name) => Some(find_organisation(desk, name).await?.id),
        None => None,
    };
    let filter = Filter {
        words: arguments.search.trim().to_owned(),
        state: word("--state", arguments.state.as_deref(), State::parse)?,
        step: word("--step", arguments.step.as_deref(), Step::parse)?,
        organisation,
    };
    let (conn, now) = (desk.app.ground.db.read(), desk.app.ground.clock.now());
    let (mut left, mut wish) = (arguments.limit, Wish::first(PAGE.min(arguments.limit)));
    while left > 0 {
        wish.most = PAGE.min(left);
        let page = directory::page(conn, now, &Sight::Reach(Reach::All), &filter, &wish).await?;
        for row in &page.rows {
            tell_row(desk, row);
            left -= 1;
        }
        let Some(next) = page.next else { break };
        wish.after = Some(next);
    }
    Ok(())
}

fn tell_row(desk: &Desk, row: &Listed) {
    let (id, email) = (row.invitation.id.to_string(), &row.invitation.email);
    let place = match &row.team {
        Some(team) => format!("{team}, {}", row.organisation),
        None => row.organisation.clone(),
    };
    let sentence = format!("{id}  {email}  {place}  {}  {}", row.invitation.role, row.step.name());
    let value = json!({
        "id": id,
        "email": email,
        "organisation": row.organisation,
        "team": row.team,
        "role": row.invitation.role,
        "inviter": row.inviter,
        "state": row.state.name(),
        "step": row.step.name(),
        "since": row.since.0,
        "expires_at": row.invitation.expires_at.0,
    });
    desk.tell(&sentence, &value);
}

async fn bulk(desk: &Desk, arguments: BulkArguments) -> Done {
    let file = arguments.file.display();
    let text = std::fs::read_to_string(&arguments.file)
        .map_err(|error| Failed::Usage(format!("{file}: {error}")))?;
    let lines = lines::read(&text).map_err(|why| match why {
        Unreadable::Empty => Failed::Usage(format!("{file}: there is nobody in it")),
        Unreadable::TooLong => Failed::Usage(format!("{file}: more than {MOST} lines; split it")),
        Unreadable::Header(column) => Failed::Usage(format!(
            "{file}, line 1, column {column}: there is no such column, or it is there twice"
        )),
    })?;
    let Read { permit, client_id, message, language, terms } = arguments.what.read(desk).await?;
    let wanted = Wanted { lines, client_id, message, language, terms };
    let ground = &desk.app.ground;
    let judged = bulk::check(ground, (permit, &Who::Host), &Desk::origin(), wanted).await?;
    let judged = judged.ok_or_else(|| Failed::Outside("the organisation is gone".to_owned()))?;
    tell_lines(desk, judged.id).await?;
    let sent = match arguments.send {
        true => bulk::send(ground, (&Who::Host, terms.per_day), &Desk::origin(), &judged).await? == Sent::Yes,
        false => false,
    };
    let counts = bulk::counts(ground.db.read(), judged.id).await?;
    let good = counts.get(&Verdict::Ok).copied().unwrap_or(0);
    let sentence = match sent {
        true => format!("{} lines; {good} are sent by the worker", judged.lines),
        false => format!("{} lines; {good} would be sent with --send", judged.lines),
    };
    let counts: serde_json::Map<_, _> =
        counts.into_iter().map(|(verdict, count)| (verdict.name().to_owned(), json!(count))).collect();
    desk.tell(&sentence, &json!({ "id": judged.id.to_string(), "counts": counts, "sent": sent }));
    Ok(())
}

/// Each line with what would become of it; people are told only of those that would not be sent.
async fn tell_lines(desk: &Desk, id: InviteBatchId) -> Done {
    let mut wish = Wish::first(PAGE);
    loop {
        let page = bulk::lines(desk.app.ground.db.read(), id, None, &wish).await?;
        let told = page.rows.iter().filter(|line| desk.json || line.verdict != Verdict::Ok.name());
        for Line { number, place, email, verdict, .. } in told {
            let at = if *place > 0 { format!(", column {place}") } else { String::new() };
            let value = json!({ "line": number, "column": place, "email": email, "verdict": verdict });
            desk.tell(&format!("line {number}{at}: {}: {email}", verdict.replace('_', " ")), &value);
        }
        let Some(next) = page.next else { return Ok(()) };
        wish.after = Some(next);
    }
}
