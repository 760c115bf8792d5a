//! A sample relying party: a clinician's dashboard that signs people in with any OpenID provider.
//!
//! ```text
//! cargo run --example clinician_dashboard -- \
//!     --issuer http://localhost:8080 \
//!     --client-id clinician-dashboard --client-secret-file secret.txt \
//!     --listen 127.0.0.1:8090 --base-url http://localhost:8090
//! ```
//!
//! Register it at the provider with these addresses: redirect `BASE/callback`, post-logout redirect
//! `BASE/signed-out`, login initiation `BASE/login`. Read `dashboard/mod.rs` for how it works.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;

mod dashboard;

/// A sample clinician's dashboard that signs people in with OpenID Connect.
#[derive(Parser)]
#[command(name = "clinician_dashboard")]
struct Arguments {
    /// The provider's issuer, exactly as in its discovery document
    #[arg(long, default_value = "http://localhost:8080")]
    issuer: String,
    /// The client identifier that the provider knows this dashboard by
    #[arg(long, default_value = "clinician-dashboard")]
    client_id: String,
    /// A file that holds the client secret; leave it out for a public client
    #[arg(long)]
    client_secret_file: Option<PathBuf>,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// The address that people's browsers use
    #[arg(long, default_value = "http://localhost:8090")]
    base_url: String,
    /// The product's name on every page
    #[arg(long, default_value = "Huma")]
    brand: String,
    /// Whom people write to when they are stuck
    #[arg(long, default_value = "support@huma.com")]
    support_email: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_target(false).init();
    let arguments = Arguments::parse();
    let client_secret = match &arguments.client_secret_file {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Some(text.trim().to_owned())
        }
        None => None,
    };
    let settings = dashboard::Settings {
        issuer: arguments.issuer,
        client_id: arguments.client_id,
        client_secret,
        base_url: arguments.base_url,
        brand: arguments.brand,
        support_email: arguments.support_email,
    };
    let listener = tokio::net::TcpListener::bind(arguments.listen)
        .await
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    tracing::info!("the dashboard is at {}", settings.base_url);
    dashboard::serve(listener, settings, interrupted()).await?;
    Ok(())
}

async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::error!("cannot wait for an interrupt: {error}");
        std::future::pending::<()>().await;
    }
}
