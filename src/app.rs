//! The composition root: builds every part from the configuration. A list of plain structs; the
//! same for `serve`, `worker`, the commands, the demo and the tests.

use crate::accounts::Hasher;
use crate::clients::{self, Clients};
use crate::clock::Clock;
use crate::config::{Config, EphemeralStore, Problem};
use crate::fault::Fault;
use crate::fetch::{Fetch, Reach};
use crate::grants::Grants;
use crate::jobs::{Rotation, Sealing, Worker};
use crate::journey::Journey;
use crate::keys::Keys;
use crate::lifecycle::Lifecycle;
use crate::links::Links;
use crate::login::Login;
use crate::messages::memory::Mailbox;
use crate::messages::{BrandView, Desk};
use crate::notices::Book;
use crate::protocol::metadata::Metadata;
use crate::random::Random;
use crate::seal::KeyRing;
use crate::store::{Db, Ephemeral, Ground};
use crate::themes::Themes;
use secrecy::ExposeSecret as _;
use std::path::Path;
use std::sync::Arc;

/// What comes from outside the configuration; tests bring their own.
#[derive(Clone, Debug)]
pub struct Outside {
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// Where the memory transports put messages.
    pub mailbox: Mailbox,
    /// Whether the inbox page is there.
    pub is_demo: bool,
}

impl Outside {
    /// The real world.
    #[must_use]
    pub fn system() -> Self {
        Self { clock: Clock::System, random: Random::System, mailbox: Mailbox::default(), is_demo: false }
    }
}

/// Every part.
pub struct App {
    /// Settings.
    pub config: Config,
    /// Stores, clock, randomness, key ring.
    pub ground: Ground,
    /// Pages and texts.
    pub themes: Arc<Themes>,
    /// Addresses of pages.
    pub links: Links,
    /// Name and support contact.
    pub brand: BrandView,
    /// Messages.
    pub desk: Arc<Desk>,
    /// Demo and tests read what was sent.
    pub mailbox: Mailbox,
    /// Whether the inbox page is there.
    pub is_demo: bool,
    /// The discovery document, prepared.
    pub discovery: Vec<u8>,
    /// Signing keys.
    pub keys: Keys,
    /// Registered applications.
    pub clients: Clients,
    /// Password hashing.
    pub hasher: Hasher,
    /// Who is at the browser.
    pub login: Login,
    /// Acts over several domains.
    pub lifecycle: Lifecycle,
    /// Notices as they are written.
    pub notices: Book,
    /// The dispatcher.
    pub journey: Journey,
    /// Codes and tokens.
    pub grants: Grants,
}

/// Why an app cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Mistakes in the configuration, all of them.
    #[error("the configuration has mistakes:\n{}", list(.0))]
    Config(Vec<Problem>),
    /// Something outside does not work.
    #[error("{0}")]
    Fault(#[from] Fault),
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("  {problem}")).collect::<Vec<_>>().join("\n")
}

/// Every mistake that can be told without a database.
#[must_use]
pub fn problems(config: &Config) -> Vec<Problem> {
    let mut all = config.problems();
    all.extend(clients::check_config(&config.clients, !config.is_production()));
    if let Err(error) = Themes::load(&config.brand.theme).and_then(|themes| themes.compile_all()) {
        all.push(Problem::new("brand.theme", error.to_string()));
    }
    all
}

/// Opens the stores and makes the key ring if it is not there yet.
///
/// # Errors
/// When a store is away or the key file cannot be read.
pub async fn open_ground(config: &Config, outside: &Outside) -> Result<Ground, StartError> {
    let ring = key_ring(config, &outside.random)?;
    let url = config.database.url.expose_secret();
    let db = Db::open(url, config.database.connections).await.map_err(Fault::from)?;
    let ephemeral = match config.ephemeral.store {
        EphemeralStore::Sql => Ephemeral::Sql(db.clone(), outside.clock.clone()),
        EphemeralStore::Redis => Ephemeral::redis(config.ephemeral.redis_url.expose_secret()).await?,
    };
    let (clock, random) = (outside.clock.clone(), outside.random.clone());
    Ok(Ground { clock, random, ring, db, ephemeral })
}

/// Builds the app: stores, keys, clients and notices of the configuration.
///
/// # Errors
/// Every mistake of the configuration, or what outside does not work.
pub async fn build(config: Config, outside: Outside) -> Result<Arc<App>, StartError> {
    let mistakes = config.problems();
    if !mistakes.is_empty() {
        return Err(StartError::Config(mistakes));
    }
    let ground = open_ground(&config, &outside).await?;
    let themes = Arc::new(Themes::load(&config.brand.theme).map_err(Fault::internal)?);
    let links = Links::new(&config.server.issuer).map_err(Fault::internal)?;
    let desk = Desk::new(&config, &themes, &links, &outside.mailbox);
    let desk = Arc::new(desk.map_err(|problem| StartError::Config(vec![problem]))?);
    let fetch = Fetch::new(Reach::of(!config.is_production()), outside.clock.clone());
    let clients = Clients::new(ground.clone(), (links.issuer(), &config.brand.name), fetch);
    let mistakes = clients.sync_config(&config.clients, !config.is_production()).await?;
    if !mistakes.is_empty() {
        return Err(StartError::Config(mistakes));
    }
    let languages: Vec<String> = themes.languages().map(str::to_owned).collect();
    let notices = Book::new(ground.clone(), &config, &languages);
    notices.publish_declared().await?;
    let keys = Keys::open(ground.clone()).await?;
    let hasher = Hasher::new(&config.passwords, ground.ring.clone(), ground.random.clone());
    let login = Login::new(ground.clone(), hasher.clone(), config.sign_in.clone(), config.phone.clone());
    let lifecycle = Lifecycle::new(ground.clone(), hasher.clone(), login.clone(), &config);
    let grants = Grants::new(
        ground.clone(),
        keys.clone(),
        (clients.clone(), login.clone()),
        (links.issuer(), config.tokens.clone()),
    );
    let level_seconds = config.sign_in.level_minutes * 60;
    let journey = Journey::new(ground.clone(), login.clone(), grants.clone(), level_seconds);
    let metadata = Metadata::new(links.issuer(), &languages);
    let metadata = if config.registration.dynamic { metadata.with_registration() } else { metadata };
    let discovery = serde_json::to_vec(&metadata).map_err(Fault::from)?;
    Ok(Arc::new(App {
        discovery,
        brand: BrandView::new(&config.brand),
        mailbox: outside.mailbox,
        is_demo: outside.is_demo,
        config,
        ground,
        themes,
        links,
        desk,
        keys,
        clients,
        hasher,
        login,
        lifecycle,
        notices,
        journey,
        grants,
    }))
}

impl App {
    /// The worker over this app's parts.
    #[must_use]
    pub fn worker(&self) -> Worker {
        Worker {
            ground: self.ground.clone(),
            desk: Arc::clone(&self.desk),
            lifecycle: self.lifecycle.clone(),
            hasher: self.hasher.clone(),
            grants: self.grants.clone(),
            keys: self.keys.clone(),
            clients: self.clients.clone(),
            rotation: Rotation::new(&self.config.keys, &self.config.sign_in),
            sealing: Sealing::new(&self.config.audit, self.links.issuer()),
        }
    }
}

/// The key ring as it stands, which makes none; `None` where its file does not exist.
///
/// # Errors
/// What is wrong with it, by its key.
pub fn read_ring(config: &Config) -> Result<Option<KeyRing>, Problem> {
    let text = config.secrets.key.expose_secret();
    if !text.is_empty() {
        return KeyRing::parse(text)
            .map(Some)
            .map_err(|error| Problem::new("secrets.key", error.to_string()));
    }
    let file = &config.secrets.key_file;
    if !file.exists() {
        return Ok(None);
    }
    let wrong = |text: String| Problem::new("secrets.key_file", text);
    let text =
        std::fs::read_to_string(file).map_err(|error| wrong(format!("{}: {error}", file.display())))?;
    KeyRing::parse(&text).map(Some).map_err(|error| wrong(format!("{} {error}", file.display())))
}

fn key_ring(config: &Config, random: &Random) -> Result<KeyRing, StartError> {
    let read = || read_ring(config).map_err(|problem| StartError::Config(vec![problem]));
    if let Some(ring) = read()? {
        return Ok(ring);
    }
    let file = &config.secrets.key_file;
    let wrong = |text: String| StartError::Config(vec![Problem::new("secrets.key_file", text)]);
    if !config.database.is_sqlite() {
        let text = format!("{} does not exist; nodes of one database share one ring", file.display());
        return Err(wrong(text));
    }
    make_key_file(file, random).map_err(|error| wrong(format!("{}: {error}", file.display())))?;
    read()?.ok_or_else(|| wrong(format!("{} went away", file.display())))
}

/// Writes a new ring that only its owner can read, and never over another.
fn make_key_file(file: &Path, random: &Random) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut new = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    new.write_all(KeyRing::generate(random).as_bytes())?;
    new.sync_all()
}
