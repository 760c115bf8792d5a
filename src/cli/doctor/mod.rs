//! `wardgate doctor`: whether an installation is sound, and what to do where it is not. It looks and changes nothing:
//! neither the schema nor a key nor a client, so it may run beside the nodes at any time. `rules` says what each
//! observation means; `stores`, `outside` and `messages` make them.

mod finding;
mod messages;
mod outside;
mod rules;
mod stores;

use super::{Done, Failed};
use crate::app;
use crate::config::Config;
use clap::Args;
use finding::{Finding, Level};

/// Shown by `--help`.
pub(super) const EXAMPLES: &str =
    "Each line is ok, a warning or a problem, with what to do about it. Nothing is \
changed and, without --send-test-…, nobody gets a message.
Exit codes: 0 no problem, 1 a problem (with --strict a warning too), 2 a configuration that cannot be read.

Examples:
  wardgate doctor --config /etc/wardgate/wardgate.toml
  wardgate doctor --strict --json
  wardgate doctor --send-test-mail ada@example.org --send-test-sms +447400123456";

#[derive(Debug, Args)]
pub(super) struct DoctorArguments {
    /// Send an e-mail to this address.
    #[arg(long, value_name = "ADDRESS")]
    send_test_mail: Option<String>,
    /// Send a text message to this number, as +447400123456.
    #[arg(long, value_name = "NUMBER")]
    send_test_sms: Option<String>,
    /// Fail on warnings too.
    #[arg(long)]
    strict: bool,
}

/// Looks at everything, tells it as it goes, and fails where something is wrong.
pub(super) async fn doctor(config: &Config, arguments: DoctorArguments, json: bool) -> Done {
    let mut report = Report { json, warnings: 0, problems: 0 };
    report.tell(configuration(config));
    report.tell(stores::files(config));
    let (findings, ground) = stores::open(config).await;
    report.tell(findings);
    if let Some(ground) = &ground {
        report.tell(stores::rows(config, ground).await);
    }
    let ring = app::read_ring(config).ok().flatten();
    report.tell(outside::issuer(config, ring.as_ref()).await);
    report.tell(messages::mail(config, arguments.send_test_mail.as_deref()).await);
    report.tell(messages::sms(config, arguments.send_test_sms.as_deref()).await);
    if let Some(ground) = ground {
        report.tell(outside::applications(config, &ground).await);
        ground.db.close().await;
    }
    report.end(arguments.strict)
}

/// What was found so far.
struct Report {
    json: bool,
    warnings: usize,
    problems: usize,
}

impl Report {
    fn tell(&mut self, findings: Vec<Finding>) {
        for finding in findings {
            match finding.level {
                Level::Ok => {}
                Level::Warning => self.warnings += 1,
                Level::Problem => self.problems += 1,
            }
            if self.json {
                println!("{}", serde_json::to_value(&finding).unwrap_or_default());
            } else {
                println!("{}", finding.sentence());
            }
        }
    }

    fn end(&self, strict: bool) -> Done {
        let Self { warnings, problems, .. } = self;
        if *problems > 0 || strict && *warnings > 0 {
            return Err(Failed::Outside(format!("{problems} problems, {warnings} warnings")));
        }
        Ok(())
    }
}

/// What `wardgate check` tells.
fn configuration(config: &Config) -> Vec<Finding> {
    let problems = app::problems(config);
    let mut all: Vec<Finding> = problems
        .iter()
        .map(|it| Finding::problem("configuration", it.to_string(), format!("correct {}", it.key)))
        .collect();
    if all.is_empty() {
        all.push(Finding::ok("configuration", format!("no mistake (mode: {:?})", config.mode)));
    }
    if !config.is_production() {
        let text = "mode is development: addresses by http and messages into folders are allowed";
        all.push(Finding::warning("configuration", text, "set mode = \"production\" where people sign in"));
    }
    all
}
