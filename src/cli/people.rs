//! Organisations, teams, invitations; and how commands find people and places.

use super::organisations as organisations_change;
use super::{Desk, Done, Failed};
use crate::accounts::{self, Account, Address};
use crate::ids::{OrganisationId, TeamId};
use crate::invitations::{self, Invited, New, Policy};
use crate::organisations::{self, Added, Organisation};
use crate::rights::{Act, Area, Permit, Role};
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(super) enum OrganisationCommand {
    /// Add an organisation.
    Add {
        /// Its name.
        name: String,
        /// Clinicians may invite colleagues into their own team.
        #[arg(long)]
        peers_may_invite: bool,
    },
    /// List all.
    List,
    /// Show one, with what holds for inviting into it.
    Show {
        /// Its name.
        name: String,
    },
    /// Change one; what is not named stays.
    Change(organisations_change::ChangeArguments),
}

#[derive(Debug, Subcommand)]
pub(super) enum TeamCommand {
    /// Add a team.
    Add {
        /// Its name.
        name: String,
        /// Name of its organisation.
        #[arg(long)]
        organisation: String,
    },
    /// List the teams of an organisation.
    List {
        /// Name of the organisation.
        #[arg(long)]
        organisation: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum InviteCommand {
    /// Invite somebody.
    Create(InviteArguments),
    #[command(flatten)]
    Act(super::invites::Acts),
}

#[derive(Debug, Args)]
pub(super) struct InviteArguments {
    /// E-mail address.
    #[arg(long)]
    email: String,
    #[command(flatten)]
    what: InviteWhat,
    /// Print the link too, for the first admin before mail works. Whoever has it can use it.
    #[arg(long)]
    print_link: bool,
}

/// What somebody, or everybody on a list, is invited to.
#[derive(Debug, Args)]
pub(super) struct InviteWhat {
    /// Name of the organisation.
    #[arg(long)]
    organisation: String,
    /// Name of the team; in a list, of lines that name none.
    #[arg(long)]
    team: Option<String>,
    /// clinician, team_lead, organisation_admin or admin; in a list, of lines that name none.
    #[arg(long, default_value = "clinician")]
    role: String,
    /// Application to land on.
    #[arg(long)]
    client: Option<String>,
    /// Personal words.
    #[arg(long)]
    message: Option<String>,
    /// Language of the e-mail.
    #[arg(long, default_value = "en")]
    language: String,
}

impl InviteWhat {
    /// The place with the permit of the host, the application, the words and the language, each as it is known here.
    pub(super) async fn read(self, desk: &Desk) -> Result<Read, Failed> {
        let organisation = find_organisation(desk, &self.organisation).await?.id;
        let team = find_team(desk, organisation, self.team.as_deref()).await?;
        let role = Role::parse(&self.role)
            .ok_or_else(|| Failed::Usage(format!("--role: there is no role `{}`", self.role)))?;
        if let Some(client) = &self.client
            && desk.app.clients.find(client).await?.is_none()
        {
            return Err(Failed::Usage(format!("--client: there is no client `{client}`")));
        }
        let settings = &desk.app.config.invitations;
        Ok(Read {
            permit: Desk::permit(Act::Invite { organisation, team, role }),
            client_id: self.client,
            message: self.message,
            language: desk.app.themes.choose([self.language.as_str()]).to_owned(),
            terms: Policy { days: settings.days, per_day: settings.per_day },
        })
    }
}

/// `InviteWhat`, looked up.
pub(super) struct Read {
    pub(super) permit: Permit,
    pub(super) client_id: Option<String>,
    pub(super) message: Option<String>,
    pub(super) language: String,
    pub(super) terms: Policy,
}

pub(super) async fn organisation(desk: &Desk, command: OrganisationCommand) -> Done {
    let ground = &desk.app.ground;
    match command {
        OrganisationCommand::Add { name, peers_may_invite } => {
            let name = named(&name)?;
            let permit = Desk::permit(Act::Change(Area::Organisations, None));
            let added = organisations::add(ground, permit, &Desk::origin(), (name, peers_may_invite)).await?;
            let (id, is_new) = match added {
                Added::New(id) => (id, true),
                Added::Exists(id) => (id, false),
            };
            let sentence = if is_new { format!("added {name}") } else { format!("{name} is there already") };
            desk.tell(&sentence, &json!({ "id": id.to_string(), "name": name, "added": is_new }));
        }
        OrganisationCommand::Show { name } => organisations_change::show(desk, &name).await?,
        OrganisationCommand::Change(arguments) => organisations_change::change(desk, arguments).await?,
        OrganisationCommand::List => {
            for it in organisations::all(ground.db.read()).await? {
                desk.tell(&it.name, &json!({ "id": it.id.to_string(), "name": it.name }));
            }
        }
    }
    Ok(())
}

pub(super) async fn team(desk: &Desk, command: TeamCommand) -> Done {
    let ground = &desk.app.ground;
    match command {
        TeamCommand::Add { name, organisation } => {
            let (name, parent) = (named(&name)?, find_organisation(desk, &organisation).await?);
            let permit = Desk::permit(Act::Change(Area::Organisations, Some(parent.id)));
            let added = organisations::add_team(ground, permit, &Desk::origin(), (parent.id, name)).await?;
            let (id, is_new) = match added {
                Added::New(id) => (id, true),
                Added::Exists(id) => (id, false),
            };
            let sentence = if is_new { format!("added {name}") } else { format!("{name} is there already") };
            desk.tell(&sentence, &json!({ "id": id.to_string(), "name": name, "added": is_new }));
        }
        TeamCommand::List { organisation } => {
            let parent = find_organisation(desk, &organisation).await?;
            for it in organisations::teams(ground.db.read(), parent.id).await? {
                desk.tell(&it.name, &json!({ "id": it.id.to_string(), "name": it.name }));
            }
        }
    }
    Ok(())
}

pub(super) async fn invite(desk: &Desk, command: InviteCommand) -> Done {
    match command {
        InviteCommand::Create(arguments) => create(desk, arguments).await,
        InviteCommand::Act(act) => super::invites::act(desk, act).await,
    }
}

async fn create(desk: &Desk, arguments: InviteArguments) -> Done {
    let address = address("--email", &arguments.email)?;
    let shown = address.shown().to_owned();
    let Read { permit, client_id, message, language, terms } = arguments.what.read(desk).await?;
    let new = New { address, client_id, message, language };
    match invitations::create(&desk.app.ground, permit, terms, &Desk::origin(), new).await? {
        Invited::Sent(id, token) => {
            let link = arguments.print_link.then(|| desk.app.links.invite(&token));
            let sentence = match &link {
                Some(link) => format!("invited {shown}: {link}"),
                None => format!("invited {shown}; the e-mail is on its way"),
            };
            desk.tell(&sentence, &json!({ "id": id.to_string(), "email": shown, "link": link }));
            Ok(())
        }
        Invited::Waits(_) => Err(Failed::Outside(format!("{shown} waits to be approved"))),
        Invited::Domain => {
            Err(Failed::Outside(format!("{shown} is of no domain that the organisation invites")))
        }
        Invited::AlreadyInvited => Err(Failed::Outside(format!("{shown} has an open invitation there"))),
        Invited::AlreadyThere => Err(Failed::Outside(format!("{shown} has that place already"))),
        Invited::UnknownPlace => Err(Failed::Outside("that place is gone".to_owned())),
        Invited::Limit(_) => Err(Failed::Outside("the limit of a day is reached".to_owned())),
    }
}

fn named(name: &str) -> Result<&str, Failed> {
    let name = name.trim();
    let fits = (1..=80).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits { Ok(name) } else { Err(Failed::Usage("a name has 1 to 80 characters".to_owned())) }
}

pub(super) fn address(argument: &str, text: &str) -> Result<Address, Failed> {
    Address::parse(text).ok_or_else(|| Failed::Usage(format!("{argument}: `{text}` is no e-mail address")))
}

pub(super) async fn find_organisation(desk: &Desk, name: &str) -> Result<Organisation, Failed> {
    let found = organisations::by_name(desk.app.ground.db.read(), name).await?;
    found.ok_or_else(|| Failed::Usage(format!("--organisation: there is no organisation `{name}`")))
}

/// The team of a name, where one is named.
pub(super) async fn find_team(
    desk: &Desk,
    organisation: OrganisationId,
    name: Option<&str>,
) -> Result<Option<TeamId>, Failed> {
    let Some(name) = name else { return Ok(None) };
    let teams = organisations::teams(desk.app.ground.db.read(), organisation).await?;
    let team = teams.into_iter().find(|team| team.name == name);
    Ok(Some(team.ok_or_else(|| Failed::Usage(format!("--team: there is no team `{name}`")))?.id))
}

pub(super) async fn find_account(desk: &Desk, email: &str) -> Result<Account, Failed> {
    let address = address("EMAIL", email)?;
    let found = accounts::by_address(desk.app.ground.db.read(), address.key()).await?;
    found.ok_or_else(|| Failed::Usage(format!("there is no account of {email}")))
}
