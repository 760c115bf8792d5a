//! `wardgate client add`: the settings of a `[[client]]` as options.

use super::mistakes;
use crate::cli::{Desk, Done, Failed};
use crate::clients::{Added, describe};
use crate::config::ClientConfig;
use crate::rights::{Act, Audience, Guarded};
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

pub(super) const EXAMPLES: &str = "Examples:
  wardgate client add my-app --name \"My app\" --redirect-uri https://app.example.org/callback
  wardgate client add phone --name Phone --public --redirect-uri com.example.phone:/callback
  wardgate client add old-app --name \"Old app\" --profile legacy-library \\
    --redirect-uri https://old.example.org/callback
  wardgate client add nightly --name \"Nightly import\" --grant-type client_credentials \\
    --service-scope rota:read --resource https://rota.example.org";

#[derive(Debug, Args)]
pub(in crate::cli) struct AddArguments {
    /// Its client id.
    id: String,
    /// Name that people read.
    #[arg(long)]
    name: String,
    /// default or legacy-library: what holds where nothing else is said.
    #[arg(long)]
    profile: Option<String>,
    /// It can keep no secret.
    #[arg(long)]
    public: bool,
    /// web, native or browser: where its code runs.
    #[arg(long)]
    application: Option<String>,
    /// It belongs to somebody else: people are asked before it learns of them.
    #[arg(long)]
    third_party: bool,
    /// Who may use it, e.g. organisation=Northshore,team=Cardiology,role=team_lead; may be repeated. Without it,
    /// everybody.
    #[arg(long, value_name = "AUDIENCE", value_parser = str::parse::<Audience>)]
    allow: Vec<Audience>,
    #[command(flatten)]
    addresses: Addresses,
    #[command(flatten)]
    proof: Proof,
    #[command(flatten)]
    grants: Grants,
    #[command(flatten)]
    tokens: Tokens,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Addresses")]
struct Addresses {
    /// Exact redirect URI; may be repeated. Needed unless it signs nobody in.
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Exact URI to return to after sign-out; may be repeated.
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// Where its sign-in can be started.
    #[arg(long, value_name = "URI")]
    initiate_login_uri: Option<String>,
    /// Its front page.
    #[arg(long, value_name = "URI")]
    home_uri: Option<String>,
    /// brand, blue, green, violet, plum, amber or slate: the colour of its own dialogs.
    #[arg(long)]
    colour: Option<String>,
    /// Where it is told that a session ended.
    #[arg(long, value_name = "URI")]
    backchannel_logout_uri: Option<String>,
    /// Origin whose scripts may call the token endpoint; may be repeated.
    #[arg(long)]
    origin: Vec<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "How it proves itself")]
struct Proof {
    /// client_secret_basic, client_secret_post, private_key_jwt or none.
    #[arg(long)]
    auth_method: Option<String>,
    /// File with its public keys, a JWK set.
    #[arg(long, value_name = "FILE")]
    jwks_file: Option<PathBuf>,
    /// Where its public keys are fetched from.
    #[arg(long, value_name = "URI")]
    jwks_uri: Option<String>,
    /// The one algorithm of its assertions.
    #[arg(long, value_name = "ALG")]
    assertion_alg: Option<String>,
    /// issuer or token_endpoint: whom its assertions may be for.
    #[arg(long, value_name = "WHOM")]
    assertion_audience: Option<String>,
    /// required, or_nonce or optional: whether a request must carry a code challenge.
    #[arg(long)]
    pkce: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "What it may have")]
struct Grants {
    /// authorization_code, refresh_token or client_credentials; may be repeated.
    #[arg(long)]
    grant_type: Option<Vec<String>>,
    /// Scope that it may ask for; may be repeated.
    #[arg(long)]
    scope: Option<Vec<String>>,
    /// Scope that it may have of its own, without a person; may be repeated.
    #[arg(long, value_name = "SCOPE")]
    service_scope: Vec<String>,
    /// Resource server that it may ask tokens for; may be repeated.
    #[arg(long, value_name = "URI")]
    resource: Vec<String>,
    /// Its own name for a level of authentication, NAME=URN; may be repeated.
    #[arg(long, value_name = "NAME=URN", value_parser = alias)]
    acr_alias: Vec<(String, String)>,
    /// It may ask what any token is worth, as a resource server does.
    #[arg(long)]
    introspects: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Its tokens")]
struct Tokens {
    /// opaque or jwt.
    #[arg(long, value_name = "KIND")]
    access_tokens: Option<String>,
    /// Life of an access token.
    #[arg(long, value_name = "SECONDS")]
    access_token_seconds: Option<u32>,
    /// The signature of its ID tokens, RS256 unless it says so.
    #[arg(long, value_name = "ALG")]
    id_token_alg: Option<String>,
    /// Life of an ID token.
    #[arg(long, value_name = "SECONDS")]
    id_token_seconds: Option<u32>,
    /// true: its ID tokens hold the claims of the scopes too.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    claims_in_id_token: Option<bool>,
    /// true: it gets a refresh token for the length of the session without asking.
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    refresh_with_session: Option<bool>,
    /// false: a refresh token stays the same. Public clients always get new ones.
    #[arg(long, value_name = "BOOL")]
    refresh_rotate: Option<bool>,
    /// An unused refresh token dies after so long.
    #[arg(long, value_name = "SECONDS")]
    refresh_idle_seconds: Option<u32>,
    /// A refresh token dies so long after the person signed in.
    #[arg(long, value_name = "SECONDS")]
    refresh_absolute_seconds: Option<u32>,
}

fn alias(text: &str) -> Result<(String, String), String> {
    let (name, urn) = text.rsplit_once('=').ok_or("write NAME=URN")?;
    Ok((name.to_owned(), urn.to_owned()))
}

impl AddArguments {
    /// As it would stand in a file.
    fn written(self) -> ClientConfig {
        let Self { addresses, proof, grants, tokens, .. } = self;
        ClientConfig {
            id: self.id,
            name: self.name,
            profile: self.profile,
            public: self.public,
            application: self.application,
            third_party: self.third_party,
            allow: self.allow,
            redirect_uris: addresses.redirect_uri,
            post_logout_redirect_uris: addresses.post_logout_redirect_uri,
            initiate_login_uri: addresses.initiate_login_uri,
            home_uri: addresses.home_uri,
            colour: addresses.colour,
            backchannel_logout_uri: addresses.backchannel_logout_uri,
            origins: addresses.origin,
            auth_method: proof.auth_method,
            jwks_file: proof.jwks_file,
            jwks_uri: proof.jwks_uri,
            assertion_alg: proof.assertion_alg,
            assertion_audience: proof.assertion_audience,
            pkce: proof.pkce,
            grant_types: grants.grant_type,
            scopes: grants.scope,
            service_scopes: grants.service_scope,
            resources: grants.resource,
            acr_aliases: BTreeMap::from_iter(grants.acr_alias),
            introspects: grants.introspects,
            access_tokens: tokens.access_tokens,
            access_token_seconds: tokens.access_token_seconds,
            id_token_alg: tokens.id_token_alg,
            id_token_seconds: tokens.id_token_seconds,
            claims_in_id_token: tokens.claims_in_id_token,
            refresh_with_session: tokens.refresh_with_session,
            refresh_rotate: tokens.refresh_rotate,
            refresh_idle_seconds: tokens.refresh_idle_seconds,
            refresh_absolute_seconds: tokens.refresh_absolute_seconds,
            ..ClientConfig::default()
        }
    }
}

pub(super) async fn add(desk: &Desk, arguments: AddArguments) -> Done {
    let (permit, development) =
        (Desk::permit(Act::Guarded(Guarded::ClientSecrets, None)), !desk.app.config.is_production());
    let written = arguments.written();
    let id = written.id.clone();
    let new = describe("client", &written, development).map_err(|problems| mistakes(&problems))?;
    match desk.app.clients.add(permit, &Desk::origin(), new, development).await? {
        Added::Yes(secret) => {
            let shown = secret.as_ref().map(|secret| secret.text());
            let sentence = match shown {
                Some(secret) => format!("added {id}; its secret, shown once: {secret}"),
                None => format!("added {id}, which has no secret"),
            };
            desk.tell(&sentence, &json!({ "id": id, "client_secret": shown }));
            Ok(())
        }
        Added::Exists => Err(Failed::Usage(format!("there is a client `{id}` already"))),
        Added::Invalid(problems) => Err(mistakes(&problems)),
    }
}
