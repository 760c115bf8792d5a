//! `wardgate user`: what the console does about people, on the host.

use super::people::{find_account, find_organisation, find_team};
use super::user_view as view;
use super::{Desk, Done, Failed};
use crate::accounts::directory::{self, Filter, State};
use crate::ids::SessionId;
use crate::invitations::Changed;
use crate::lifecycle::{Acted, Dossier, NewPlace, Over};
use crate::organisations::{self, Member};
use crate::rights::{Act, Area, Guarded, Reach, Role};
use crate::store::paging::Wish;
use clap::{Args, Subcommand};
use serde_json::json;

/// People read at a time.
const PAGE: u64 = 200;

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// List people, by family and given name.
    List(ListArguments),
    /// Show one person: state, places, second factors, what was agreed to. It leaves a row in the audit trail.
    Show(Whom),
    /// Give somebody whose time ran out a new deadline and a new link. It proves nothing.
    Unblock(Whom),
    /// Close an account: out everywhere at once; applications are told.
    Disable(Whom),
    /// Open a closed account again.
    Enable(Whom),
    /// List where a person is signed in. It leaves a row in the audit trail.
    Sessions(Whom),
    /// End every session of a person, or one.
    EndSessions {
        #[command(flatten)]
        whom: Whom,
        /// The id of the one session, as `sessions` shows it.
        #[arg(long, value_name = "ID")]
        session: Option<uuid::Uuid>,
    },
    /// Show which applications were told that a person was signed out, newest first.
    Logouts(Whom),
    /// Places and roles of a person.
    #[command(subcommand)]
    Place(PlaceCommand),
}

#[derive(Debug, Args)]
pub(super) struct Whom {
    /// E-mail address.
    email: String,
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// What a name or the address begins with; of several words each.
    #[arg(long, value_name = "WORDS", default_value = "")]
    search: String,
    /// unverified, blocked, verified or disabled.
    #[arg(long)]
    state: Option<String>,
    /// Name of an organisation.
    #[arg(long)]
    organisation: Option<String>,
    /// How many at most.
    #[arg(long, default_value_t = 1000)]
    limit: u64,
}

#[derive(Debug, Subcommand)]
pub(super) enum PlaceCommand {
    /// Give a person a place, or another role in it.
    Add {
        #[command(flatten)]
        place: PlaceArguments,
        /// clinician, team_lead, organisation_admin, admin, support or auditor.
        #[arg(long, default_value = "clinician")]
        role: String,
    },
    /// Take a place from a person.
    Remove(PlaceArguments),
}

#[derive(Debug, Args)]
pub(super) struct PlaceArguments {
    #[command(flatten)]
    whom: Whom,
    /// Name of the organisation.
    #[arg(long)]
    organisation: String,
    /// Name of the team; without it the place that is in none.
    #[arg(long)]
    team: Option<String>,
}

pub(super) async fn user(desk: &Desk, command: UserCommand) -> Done {
    match command {
        UserCommand::List(arguments) => list(desk, arguments).await,
        UserCommand::Show(whom) => {
            let dossier = read(desk, &whom).await?;
            let apps = desk.app.grants.applications(dossier.account.id).await?;
            let (words, value) = view::person(&dossier, &apps, desk.app.ground.clock.now());
            desk.tell(&words, &value);
            Ok(())
        }
        UserCommand::Unblock(whom) => unblock(desk, &whom).await,
        UserCommand::Disable(whom) => {
            let over = over(desk, &whom).await?;
            let acted = desk.app.lifecycle.disable(everybody(), over, &Desk::origin()).await?;
            told(desk, acted, ("disabled; every session has ended", "was disabled already"))
        }
        UserCommand::Enable(whom) => {
            let over = over(desk, &whom).await?;
            let acted = desk.app.lifecycle.enable(everybody(), over, &Desk::origin()).await?;
            told(desk, acted, ("enabled; the person can sign in", "cannot be enabled, or was not disabled"))
        }
        UserCommand::Sessions(whom) => {
            for session in &read(desk, &whom).await?.sessions {
                let (words, value) = view::session(session);
                desk.tell(&words, &value);
            }
            Ok(())
        }
        UserCommand::EndSessions { whom, session } => {
            let id = over(desk, &whom).await?.id;
            let one = session.map(SessionId);
            let acted = desk.app.lifecycle.end_sessions(everybody(), id, one, &Desk::origin()).await?;
            told(desk, acted, ("ended", "was signed in nowhere"))
        }
        UserCommand::Logouts(whom) => logouts(desk, &whom).await,
        UserCommand::Place(command) => place(desk, command).await,
    }
}

/// The right of the host over everybody.
fn everybody() -> crate::rights::Permit {
    Desk::permit(Act::Change(Area::People, None))
}

async fn over(desk: &Desk, whom: &Whom) -> Result<Over<'static>, Failed> {
    Ok(Over { id: find_account(desk, &whom.email).await?.id, seen: None })
}

async fn read(desk: &Desk, whom: &Whom) -> Result<Dossier, Failed> {
    let account = find_account(desk, &whom.email).await?;
    let right = Desk::permit(Act::See(Area::People, None));
    let dossier = desk.app.lifecycle.person(right, account.id, &Desk::origin()).await?;
    dossier.ok_or_else(|| Failed::Outside("the account is gone".to_owned()))
}

async fn list(desk: &Desk, arguments: ListArguments) -> Done {
    let state = match arguments.state.as_deref() {
        None => None,
        Some(name) => {
            let state = State::parse(name);
            Some(state.ok_or_else(|| Failed::Usage(format!("--state: there is no state `{name}`")))?)
        }
    };
    let organisation = match &arguments.organisation {
        Some(name) => Some(find_organisation(desk, name).await?.id),
        None => None,
    };
    let filter = Filter { words: arguments.search, state, organisation };
    let (conn, now) = (desk.app.ground.db.read(), desk.app.ground.clock.now());
    let (mut left, mut wish) = (arguments.limit, Wish::first(PAGE.min(arguments.limit)));
    while left > 0 {
        wish.most = PAGE.min(left);
        let page = directory::page(conn, (&Reach::All, now), &filter, &wish).await?;
        let places = organisations::members(conn, page.rows.iter().map(|row| row.id)).await?;
        for account in &page.rows {
            let members = places.get(&account.id).map_or(&[][..], Vec::as_slice);
            let (words, value) = view::row(account, members, now);
            desk.tell(&words, &value);
            left -= 1;
        }
        let Some(next) = page.next else { break };
        wish.after = Some(next);
    }
    Ok(())
}

async fn unblock(desk: &Desk, whom: &Whom) -> Done {
    let account = find_account(desk, &whom.email).await?;
    let acted = match desk.app.lifecycle.unblock(everybody(), account, &Desk::origin()).await? {
        Changed::Yes => Acted::Done,
        Changed::No => Acted::Already,
    };
    told(desk, acted, ("a new link is on its way", "the address is proved: there is nothing to unblock"))
}

async fn logouts(desk: &Desk, whom: &Whom) -> Done {
    let ledger = desk.app.grants.ledger(over(desk, whom).await?.id).await?;
    if ledger.is_preparing && !desk.json {
        println!("more applications are about to be told");
    }
    for line in &ledger.lines {
        super::logouts::tell(desk, &line.call, Some(&line.client_id));
    }
    Ok(())
}

async fn place(desk: &Desk, command: PlaceCommand) -> Done {
    let right = Desk::permit(Act::Guarded(Guarded::Roles, None));
    let (acted, words) = match command {
        PlaceCommand::Add { place, role } => {
            let role = Role::parse(&role)
                .ok_or_else(|| Failed::Usage(format!("--role: there is no role `{role}`")))?;
            let organisation = find_organisation(desk, &place.organisation).await?.id;
            let team = find_team(desk, organisation, place.team.as_deref()).await?;
            let (over, new) = (over(desk, &place.whom).await?, NewPlace { organisation, team, role });
            let acted = desk.app.lifecycle.give_place(right, over, new, &Desk::origin()).await?;
            (acted, ("the person has the place", "the person had the place already"))
        }
        PlaceCommand::Remove(place) => {
            let organisation = find_organisation(desk, &place.organisation).await?.id;
            let team = find_team(desk, organisation, place.team.as_deref()).await?;
            let over = over(desk, &place.whom).await?;
            let members = organisations::members_of(desk.app.ground.db.read(), over.id).await?;
            let same = |it: &&Member| {
                it.organisation.0 == organisation && it.team.as_ref().map(|(id, _)| *id) == team
            };
            let Some(member) = members.iter().find(same) else {
                return told(desk, Acted::Already, ("", "the person has no such place"));
            };
            let acted = desk.app.lifecycle.take_place(right, over, member.id, &Desk::origin()).await?;
            (acted, ("the place is gone", "the person has no such place"))
        }
    };
    told(desk, acted, words)
}

/// What came of an act, in words for `Done` and `Already`.
fn told(desk: &Desk, acted: Acted, (done, already): (&str, &str)) -> Done {
    let failed = |why: &str| Err(Failed::Outside(why.to_owned()));
    let (words, changed) = match acted {
        Acted::Done => (done, true),
        Acted::Already => (already, false),
        Acted::LastAdmin => return failed("that is the last admin of the installation"),
        Acted::Gone => return failed("there is no such thing of this person"),
        Acted::Stale | Acted::Beyond | Acted::Yourself => return failed("that cannot be done"),
    };
    desk.tell(words, &json!({ "changed": changed }));
    Ok(())
}
