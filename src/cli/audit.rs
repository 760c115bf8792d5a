//! The audit trail.

use super::{Desk, Done, Failed};
use crate::audit::chain::Statement;
use crate::audit::{self, Line, Report, formats};
use crate::fault::Fault;
use crate::keys::audit_key::{AuditKey, AuditVerifier};
use crate::rights::{Act, Area, Guarded};
use clap::{Args, Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// The newest acts, the last one first.
    List(ListArguments),
    /// Check that nothing in the trail was changed, added or taken out; name the first row that does not fit.
    Verify(VerifyArguments),
    /// Write every sealed row, one a line; as JSON with every checkpoint, which can be verified.
    Export {
        /// The file; without it, to the terminal.
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
        /// jsonl can be verified; cef is for log collectors, fhir has AuditEvent resources (R4).
        #[arg(long, default_value = "jsonl")]
        format: Format,
    },
    /// The public key of the checkpoints, as a JWK: keep it apart from the database.
    Key,
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Jsonl,
    Cef,
    Fhir,
}

#[derive(Debug, Args)]
pub(super) struct ListArguments {
    /// Only acts that begin so, e.g. client. or token.issued.
    #[arg(long)]
    act: Option<String>,
    /// Only acts on this target.
    #[arg(long)]
    target: Option<String>,
    /// How many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    last: u64,
}

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  wardgate audit verify --anchor /var/log/wardgate/checkpoints\n  \
    wardgate audit verify trail.jsonl --key audit.jwk")]
pub(super) struct VerifyArguments {
    /// An exported file instead of the database. It needs --key, and nothing of the installation.
    #[arg(requires = "key")]
    file: Option<PathBuf>,
    /// File with the public key, as `wardgate audit key` wrote it; without it, the installation's own.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// File with checkpoints that were kept elsewhere (audit.anchor_file): finds a tail that was cut off.
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
}

pub(super) async fn audit(desk: &Desk, command: AuditCommand) -> Done {
    match command {
        AuditCommand::List(arguments) => list(desk, arguments).await,
        AuditCommand::Verify(arguments) => verify(desk, arguments).await,
        AuditCommand::Export { out, format } => export(desk, out, format).await,
        AuditCommand::Key => {
            println!("{}", AuditKey::open(&desk.app.ground).await?.public_jwk());
            Ok(())
        }
    }
}

async fn list(desk: &Desk, arguments: ListArguments) -> Done {
    let wanted = (arguments.act.as_deref(), arguments.target.as_deref());
    let permit = Desk::permit(Act::See(Area::Audit, None));
    let rows = audit::newest(&desk.app.ground, permit, &Desk::origin(), wanted, arguments.last).await?;
    for row in rows {
        let at = desk.app.desk.times.exact("en", row.at);
        let refused = row.reason.as_ref().map(|reason| format!("  refused: {reason}")).unwrap_or_default();
        let sentence = format!("{at}  {}  {} on {}{refused}", row.actor, row.act, row.target);
        let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
        let value = json!({
            "place": row.place, "at": row.at, "actor": row.actor, "act": row.act, "target": row.target,
            "outcome": row.outcome, "reason": row.reason, "organisation": row.organisation_id,
            "client": row.client_id, "address": row.address, "user_agent": row.user_agent, "detail": detail,
        });
        desk.tell(&sentence, &value);
    }
    Ok(())
}

async fn export(desk: &Desk, out: Option<PathBuf>, format: Format) -> Done {
    let mut sink: Box<dyn Write + Send> = match &out {
        Some(file) => Box::new(BufWriter::new(fs::File::create(file)?)),
        None => Box::new(BufWriter::new(std::io::stdout())),
    };
    let permit = Desk::permit(Act::Guarded(Guarded::Export, None));
    let issuer = desk.app.links.issuer();
    let write = |line: &Line| {
        let text = match (format, line) {
            (Format::Jsonl, line) => serde_json::to_string(line)?,
            (Format::Cef, Line::Row(row)) => formats::cef(row, issuer),
            (Format::Fhir, Line::Row(row)) => formats::fhir(row, issuer).to_string(),
            (Format::Cef | Format::Fhir, Line::Checkpoint { .. }) => return Ok(()),
        };
        writeln!(sink, "{text}").map_err(Fault::internal)
    };
    let lines = audit::export(&desk.app.ground, permit, &Desk::origin(), write).await?;
    sink.flush()?;
    if let Some(file) = out {
        let sentence = format!("{lines} lines written to {}", file.display());
        desk.tell(&sentence, &json!({ "lines": lines, "file": file }));
    }
    Ok(())
}

async fn verify(desk: &Desk, arguments: VerifyArguments) -> Done {
    let key = match &arguments.key {
        Some(file) => public_key(file)?,
        None => AuditKey::open(&desk.app.ground).await?.public_jwk(),
    };
    let conn = desk.app.ground.db.read();
    match &arguments.file {
        Some(_) => verify_file(&arguments, desk.json),
        None => {
            let anchors = anchors(arguments.anchor.as_deref())?;
            let verifier = verifier(&key)?;
            let report = audit::verify(conn, &anchors, |text| read(&verifier, text)).await?;
            told(&report, desk.json)
        }
    }
}

/// Verifies an exported file: it needs no installation, so it runs before one is opened.
pub(super) fn verify_file(arguments: &VerifyArguments, as_json: bool) -> Done {
    let (Some(file), Some(key)) = (&arguments.file, &arguments.key) else {
        return Err(Failed::Usage("name the file and --key".to_owned()));
    };
    let verifier = verifier(&public_key(key)?)?;
    let text =
        fs::read_to_string(file).map_err(|error| Failed::Usage(format!("{}: {error}", file.display())))?;
    let lines: Result<Vec<Line>, _> =
        text.lines().filter(|line| !line.is_empty()).map(serde_json::from_str).collect();
    let lines = lines.map_err(|error| Failed::Usage(format!("{}: {error}", file.display())))?;
    let anchors = anchors(arguments.anchor.as_deref())?;
    told(&audit::verify_lines(lines, &anchors, |text| read(&verifier, text)), as_json)
}

impl AuditCommand {
    /// What runs without an installation.
    pub(super) fn offline(&self) -> Option<&VerifyArguments> {
        match self {
            Self::Verify(arguments) if arguments.file.is_some() => Some(arguments),
            _ => None,
        }
    }
}

fn told(report: &Report, as_json: bool) -> Done {
    let broken = report.broken.as_ref().map(|broken| json!({ "place": broken.place, "what": broken.what }));
    let value = json!({
        "sealed": report.sealed, "unsealed": report.unsealed, "checkpoints": report.checkpoints, "broken": broken,
    });
    if as_json {
        println!("{value}");
    }
    if let Some(broken) = &report.broken {
        return Err(Failed::Outside(format!("row {} {}", broken.place, broken.what)));
    }
    if !as_json {
        println!(
            "the trail is whole. Rows: {}; signed checkpoints: {}; rows that wait for their seal: {}",
            report.sealed, report.checkpoints, report.unsealed
        );
    }
    Ok(())
}

fn read(verifier: &AuditVerifier, checkpoint: &str) -> Option<Statement> {
    serde_json::from_value(verifier.read(checkpoint)?).ok()
}

fn verifier(key: &Value) -> Result<AuditVerifier, Failed> {
    let wrong = || Failed::Usage("the key is no Ed25519 public key as a JWK".to_owned());
    AuditVerifier::of(key).ok_or_else(wrong)
}

fn public_key(file: &Path) -> Result<Value, Failed> {
    let text =
        fs::read_to_string(file).map_err(|error| Failed::Usage(format!("{}: {error}", file.display())))?;
    serde_json::from_str(&text).map_err(|error| Failed::Usage(format!("{}: {error}", file.display())))
}

fn anchors(file: Option<&Path>) -> Result<Vec<String>, Failed> {
    let Some(file) = file else { return Ok(Vec::new()) };
    let text =
        fs::read_to_string(file).map_err(|error| Failed::Usage(format!("{}: {error}", file.display())))?;
    Ok(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}
