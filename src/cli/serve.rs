//! Long-running commands, and the two that look after a start.

use super::{Done, Failed};
use crate::app::{self, Outside};
use crate::config::Config;
use crate::{demo, web};
use clap::Args;
use std::path::PathBuf;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Arguments of the demo.
#[derive(Debug, Args)]
pub(super) struct DemoArguments {
    /// Folder to keep its data in; a temporary one otherwise.
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Port of the provider.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port of the sample dashboard.
    #[arg(long, default_value_t = 8090)]
    dashboard_port: u16,
}

pub(super) async fn serve(config: Config) -> Done {
    log_to_stderr(config.is_production(), "info");
    let app = app::build(config, Outside::system()).await?;
    let listener = listen(app.config.server.listen).await?;
    tracing::info!(mode = ?app.config.mode, issuer = app.links.issuer(), "wardgate is ready");
    let stop = stop_signal();
    let worker = app.worker();
    let worker = tokio::spawn({
        let stop = stop.clone();
        async move { worker.run(stop).await }
    });
    web::serve(listener, &app, stop).await?;
    let _ = worker.await;
    if let Err(fault) = app.grants.write_counts(true).await {
        tracing::error!(%fault, "how many tokens services got is lost");
    }
    app.ground.db.close().await;
    Ok(())
}

pub(super) async fn worker(config: Config) -> Done {
    log_to_stderr(config.is_production(), "info");
    let app = app::build(config, Outside::system()).await?;
    app.keys.begin();
    app.worker().run(stop_signal()).await;
    app.ground.db.close().await;
    Ok(())
}

pub(super) async fn migrate(config: Config) -> Done {
    let ground = app::open_ground(&config, &Outside::system()).await?;
    println!("the database is up to date");
    ground.db.close().await;
    Ok(())
}

pub(super) fn check(config: &Config) -> Done {
    let problems = app::problems(config);
    if problems.is_empty() {
        println!("the configuration is fine (mode: {:?})", config.mode);
        return Ok(());
    }
    let lines: Vec<String> = problems.iter().map(|problem| format!("  {problem}")).collect();
    Err(Failed::Usage(format!("the configuration has mistakes:\n{}", lines.join("\n"))))
}

pub(super) async fn demo(arguments: DemoArguments) -> Done {
    log_to_stderr(false, "warn");
    let provider = listen(([127, 0, 0, 1], arguments.port).into()).await?;
    let dashboard = listen(([127, 0, 0, 1], arguments.dashboard_port).into()).await?;
    demo::run(demo::Demo { data: arguments.data, provider, dashboard }, stop_signal()).await?;
    Ok(())
}

async fn listen(address: std::net::SocketAddr) -> Result<TcpListener, Failed> {
    TcpListener::bind(address)
        .await
        .map_err(|error| Failed::Outside(format!("cannot listen on {address}: {error}")))
}

/// Turns true at the first ctrl-c or SIGTERM: requests under way then finish.
fn stop_signal() -> watch::Receiver<bool> {
    let (tell, stop) = watch::channel(false);
    tokio::spawn(async move {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).ok();
        let terminated = async {
            match &mut terminate {
                Some(signal) => signal.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminated => {}
        }
        let _ = tell.send(true);
    });
    stop
}

/// Structured lines in production, readable ones otherwise. `RUST_LOG` chooses what.
fn log_to_stderr(json: bool, level: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if json { lines.json().init() } else { lines.init() }
}
