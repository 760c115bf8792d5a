//! `wardgate demo`: the provider, the sample dashboard and an inbox, with people already there.
//! Nothing in it is special: the people come in by invitations, as everybody does.

pub mod crowd;
#[path = "../../examples/dashboard/mod.rs"]
mod dashboard;
mod seed;

use crate::app::{self, App, Outside, StartError};
use crate::config::Config;
use crate::fault::Fault;
use crate::web;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Client id of the sample dashboard.
const DASHBOARD: &str = "clinician-dashboard";

/// What a demo runs on.
pub struct Demo {
    /// Folder to keep data in; a temporary one otherwise.
    pub data: Option<PathBuf>,
    /// Where the provider listens.
    pub provider: TcpListener,
    /// Where the sample dashboard listens.
    pub dashboard: TcpListener,
}

/// Runs until told to stop.
///
/// # Errors
/// When something cannot start.
pub async fn run(demo: Demo, stop: watch::Receiver<bool>) -> Result<(), StartError> {
    let outside = Outside { is_demo: true, ..Outside::system() };
    let temporary = demo.data.is_none();
    let folder = demo.data.unwrap_or_else(|| {
        let name = format!("wardgate-demo-{}", crate::seal::hex(&outside.random.bytes::<6>()));
        std::env::temp_dir().join(name)
    });
    let secret = outside.random.secret();
    let ports = (port(&demo.provider)?, port(&demo.dashboard)?);
    let config = settings(&folder, ports, secret.text())?;
    let app = app::build(config, outside).await?;
    let seeded = seed::seed(&app).await?;
    let settings = dashboard::Settings {
        issuer: app.links.issuer().to_owned(),
        client_id: DASHBOARD.to_owned(),
        client_secret: Some(secret.text().to_owned()),
        base_url: format!("http://localhost:{}", ports.1),
        brand: app.brand.name.clone(),
        support_email: app.brand.support_email.clone(),
    };
    guide(&app, &seeded, ports.1, &folder);
    serve(&app, (demo.provider, demo.dashboard), settings, stop).await?;
    app.ground.db.close().await;
    if temporary {
        let _ = std::fs::remove_dir_all(&folder);
    }
    Ok(())
}

async fn serve(
    app: &Arc<App>,
    (provider, dashboard): (TcpListener, TcpListener),
    settings: dashboard::Settings,
    stop: watch::Receiver<bool>,
) -> Result<(), Fault> {
    let worker = app.worker();
    let mut dashboard_stop = stop.clone();
    let stopped = async move {
        let _ = dashboard_stop.wait_for(|stop| *stop).await;
    };
    let (served, shown, ()) = tokio::join!(
        web::serve(provider, app, stop.clone()),
        dashboard::serve(dashboard, settings, stopped),
        worker.run(stop),
    );
    served.and(shown).map_err(Fault::internal)
}

fn port(listener: &TcpListener) -> Result<u16, Fault> {
    Ok(listener.local_addr().map_err(Fault::internal)?.port())
}

/// The demo's settings: `config/demo.toml`, with the folder, the ports and a secret of this run.
fn settings(folder: &Path, (port, dashboard): (u16, u16), secret: &str) -> Result<Config, StartError> {
    let folder = folder.display().to_string();
    let text = include_str!("../../config/demo.toml")
        .replace("{folder}", &folder)
        .replace("{port}", &port.to_string())
        .replace("{dashboard_port}", &dashboard.to_string())
        .replace("{secret}", secret);
    Config::from_toml(&text).map_err(|error| StartError::Fault(Fault::Internal(error)))
}

fn guide(app: &App, seeded: &seed::Seeded, dashboard: u16, folder: &Path) {
    let issuer = app.links.issuer();
    println!("\n{} demo — everything stays on this machine\n", app.brand.name);
    println!("  Inbox       {issuer}/demo/inbox      e-mails and text messages arrive here");
    println!("  Dashboard   http://localhost:{dashboard}            the sample app");
    println!("  Team page   {issuer}/team");
    println!("  Console     {issuer}/admin\n");
    for person in &seeded.people {
        println!("  {:10}  {}   password: {}", person.title, person.email, person.password);
    }
    println!("\n  1. Open the inbox and follow “Create account” in the invite to {}.", seeded.invited);
    println!("  2. Fill in the page, then press “Verify email” in the second e-mail.");
    println!("  3. Enter a mobile number, e.g. 07400 123456; the code arrives in the inbox.");
    println!("  4. Read the disclaimer, tick the box, and you are on the dashboard.");
    println!("\n  Data: {}   Stop: ctrl-c\n", folder.display());
}
