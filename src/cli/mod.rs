//! The commands, one file a subject. Exit codes: 0 done, 1 failed, 2 a mistake in the arguments or
//! the configuration.

mod audit;
mod clients;
mod declared;
mod dev;
mod doctor;
mod explain;
mod invites;
mod keys;
mod logouts;
mod notices;
mod organisations;
mod people;
mod serve;
mod user;
mod user_view;

use crate::app::{self, App, Outside, StartError};
use crate::audit::{Actor, Origin};
use crate::config::Config;
use crate::rights::{self, Act, Permit, Who};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// An invite-only OpenID Connect provider for clinical apps.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Examples:\n  wardgate demo\n  wardgate serve --config wardgate.toml\n  \
    wardgate organisation add \"Northshore Hospital\"\n  wardgate invite create --email ada@example.org \
    --organisation \"Northshore Hospital\" --role admin"
)]
struct Arguments {
    /// File with the settings; WARDGATE_SECTION__KEY in the environment overrides it.
    #[arg(long, short, global = true, value_name = "FILE", env = "WARDGATE_CONFIG")]
    config: Option<PathBuf>,
    /// Print results as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the provider, its worker included.
    Serve,
    /// Try everything: provider, sample dashboard and an inbox, with nothing to configure.
    Demo(serve::DemoArguments),
    /// Run the worker alone: deliveries, reminders, key rotation, sweeps.
    Worker,
    /// Bring the database up to date.
    Migrate,
    /// Report every mistake in the configuration.
    Check,
    /// Look at a running installation from inside and outside, with a fix for each finding.
    #[command(after_help = doctor::EXAMPLES)]
    Doctor(doctor::DoctorArguments),
    /// Write organisations, teams and applications as a file for `apply`, without secrets.
    #[command(after_help = declared::EXPORT_EXAMPLES)]
    Export,
    /// Bring organisations, teams and applications in line with a file, all or nothing.
    #[command(after_help = declared::APPLY_EXAMPLES)]
    Apply(declared::ApplyArguments),
    /// Organisations.
    #[command(subcommand)]
    Organisation(people::OrganisationCommand),
    /// Teams.
    #[command(subcommand)]
    Team(people::TeamCommand),
    /// Invitations.
    #[command(subcommand)]
    Invite(people::InviteCommand),
    /// Applications.
    #[command(subcommand)]
    Client(clients::ClientCommand),
    /// The terms, disclaimers and other notices.
    #[command(subcommand)]
    Notice(notices::NoticeCommand),
    /// Signing keys.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// The audit trail: read, verify, export.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Tell why a request of an application was refused.
    Explain(explain::ExplainArguments),
    /// People.
    #[command(subcommand)]
    User(user::UserCommand),
    /// For development and measurements only.
    #[command(subcommand)]
    Dev(dev::DevCommand),
}

/// How a command failed, in words for the terminal.
#[derive(Debug)]
enum Failed {
    /// A mistake in the arguments or the configuration.
    Usage(String),
    /// Something outside did not work.
    Outside(String),
}

impl From<StartError> for Failed {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Config(_) => Self::Usage(error.to_string()),
            StartError::Fault(fault) => Self::Outside(fault.to_string()),
        }
    }
}

impl From<crate::fault::Fault> for Failed {
    fn from(fault: crate::fault::Fault) -> Self {
        Self::Outside(fault.to_string())
    }
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::Outside(error.to_string())
    }
}

type Done = Result<(), Failed>;

/// What a command about data works with.
struct Desk {
    app: Arc<App>,
    json: bool,
}

impl Desk {
    /// The right of whoever can run commands on the host.
    fn permit(act: Act) -> Permit {
        rights::may(&Who::Host, act).expect("the host may do everything")
    }

    fn origin() -> Origin {
        Origin::of(Actor::Host)
    }

    /// One result: a sentence for people, or a line of JSON.
    fn tell(&self, sentence: &str, value: &serde_json::Value) {
        if self.json {
            println!("{value}");
        } else {
            println!("{sentence}");
        }
    }
}

/// Runs the command of the arguments.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("wardgate: the runtime does not start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(command(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed::Usage(why)) => {
            eprintln!("wardgate: {why}");
            ExitCode::from(2)
        }
        Err(Failed::Outside(why)) => {
            eprintln!("wardgate: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn command(arguments: Arguments) -> Done {
    if let Command::Demo(demo) = arguments.command {
        return serve::demo(demo).await;
    }
    if let Command::Audit(command) = &arguments.command
        && let Some(verify) = command.offline()
    {
        return audit::verify_file(verify, arguments.json);
    }
    let config = Config::load(arguments.config.as_deref()).map_err(Failed::Usage)?;
    let command = match arguments.command {
        Command::Serve => return serve::serve(config).await,
        Command::Worker => return serve::worker(config).await,
        Command::Migrate => return serve::migrate(config).await,
        Command::Check => return serve::check(&config),
        Command::Doctor(doctor) => return doctor::doctor(&config, doctor, arguments.json).await,
        other => other,
    };
    let app = app::build(config, Outside::system()).await?;
    let desk = Desk { app, json: arguments.json };
    let done = match command {
        Command::Export => declared::export(&desk).await,
        Command::Apply(arguments) => declared::apply(&desk, arguments).await,
        Command::Organisation(command) => people::organisation(&desk, command).await,
        Command::Team(command) => people::team(&desk, command).await,
        Command::Invite(command) => people::invite(&desk, command).await,
        Command::Client(command) => clients::client(&desk, command).await,
        Command::Notice(command) => notices::notice(&desk, command).await,
        Command::Keys(command) => keys::keys(&desk, command).await,
        Command::Audit(command) => audit::audit(&desk, command).await,
        Command::Explain(arguments) => explain::explain(&desk, arguments).await,
        Command::User(command) => user::user(&desk, command).await,
        Command::Dev(command) => dev::dev(&desk, command).await,
        Command::Serve
        | Command::Demo(_)
        | Command::Worker
        | Command::Migrate
        | Command::Check
        | Command::Doctor(_) => Ok(()),
    };
    desk.app.ground.db.close().await;
    done
}
