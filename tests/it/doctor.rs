//! `wardgate doctor`, run as an operator does beside the real program.

use crate::support::stores;
use reqwest::StatusCode;
use serde_json::Value;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The running program; it ends with the test, whatever happens.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

struct House {
    folder: TempDir,
    port: u16,
}

impl House {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let stores = match stores::is_on_postgres() {
            true => {
                let redis = format!("[ephemeral]\nstore = \"redis\"\nredis_url = \"{}\"\n", stores::redis());
                // The ring lies in a file, as it does in an installation.
                let database = stores::postgres(&stores::new_postgres().await);
                let (database, ring) = database.split_once("key = \"").unwrap();
                let file = folder.path().join("wardgate.key");
                std::fs::write(&file, ring.trim().trim_end_matches('"')).unwrap();
                std::fs::set_permissions(&file, PermissionsExt::from_mode(0o600)).unwrap();
                format!("{database}key_file = \"{}\"\n{redis}", file.display())
            }
            false => stores::sqlite(folder.path()),
        };
        let place = folder.path().display();
        let settings = format!(
            r#"
            mode = "development"
            server.listen = "127.0.0.1:{port}"
            server.issuer = "http://127.0.0.1:{port}"
            brand.support_email = "help@example.org"
            mail.transport = "folder"
            mail.folder = "{place}/mail"
            mail.from = "no-reply@example.org"
            sms.transport = "folder"
            sms.folder = "{place}/sms"
            {stores}
            [[client]]
            id = "gone"
            name = "Gone"
            secret = "{SECRET}"
            redirect_uris = ["http://localhost:{}/callback"]
            "#,
            free_port()
        );
        std::fs::write(folder.path().join("wardgate.toml"), settings).unwrap();
        Self { folder, port }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardgate"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command.env("WARDGATE_CONFIG", "wardgate.toml");
        command
    }

    /// Starts the program and waits until it answers and has its keys.
    async fn start(&self) -> Program {
        let program = Program(self.command(&["serve"]).stderr(Stdio::null()).spawn().unwrap());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        for _ in 0..3000 {
            let keys = http.get(format!("http://127.0.0.1:{}/jwks", self.port)).send().await;
            if keys.is_ok_and(|keys| keys.status() == StatusCode::OK) {
                return program;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the program does not start");
    }

    /// The exit code and the findings.
    fn doctor(&self, arguments: &[&str], variables: &[(&str, &str)]) -> (i32, Vec<Value>) {
        let mut command = self.command(&[&["doctor", "--json"], arguments].concat());
        let output = command.envs(variables.iter().copied()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains(SECRET));
        let findings: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for finding in &findings {
            assert_eq!(finding["fix"].is_null(), finding["level"] == "ok", "{finding}");
        }
        (output.status.code().unwrap(), findings)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The worst level of a check.
fn level<'a>(findings: &'a [Value], check: &str) -> &'a str {
    let of = |level: &str| findings.iter().any(|it| it["check"] == check && it["level"] == level);
    ["problem", "warning", "ok"].into_iter().find(|level| of(level)).unwrap_or("none")
}

fn says(findings: &[Value], check: &str, words: &str) {
    let found =
        findings.iter().any(|it| it["check"] == check && it["text"].as_str().unwrap().contains(words));
    assert!(found, "{check}: {words} in {findings:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sound_installation_is_told_so_and_each_fault_by_its_check() {
    let house = House::new().await;
    let program = house.start().await;
    let (code, sound) = house.doctor(&[], &[]);
    for check in ["database", "key-ring", "signing-keys", "outbox", "issuer", "proxy", "cookies", "clock"] {
        assert_eq!(level(&sound, check), "ok", "{check}: {sound:#?}");
    }
    assert_eq!(code, 0, "{sound:#?}");
    says(&sound, "applications", "gone redirect_uris");
    for check in ["configuration", "mail", "sms", "applications"] {
        assert_eq!(level(&sound, check), "warning", "{check}: {sound:#?}");
    }
    assert_eq!(sound.iter().filter(|it| it["check"] == "signing-keys").count(), 4);
    let (code, _) = house.doctor(&["--strict"], &[]);
    assert_eq!(code, 1, "warnings count with --strict");

    let (code, found) =
        house.doctor(&[], &[("WARDGATE_SERVER__ISSUER", &format!("http://localhost:{}", house.port))]);
    says(&found, "issuer", &format!("answers as http://127.0.0.1:{}", house.port));
    assert_eq!(code, 1);

    std::fs::write(house.file("other.key"), "k9:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").unwrap();
    let (code, found) = house.doctor(&[], &[("WARDGATE_SECRETS__KEY_FILE", "other.key")]);
    says(&found, "signing-keys", "does not open");
    says(&found, "proxy", "does not know this key ring");
    assert_eq!(code, 1);

    std::fs::set_permissions(house.file("wardgate.key"), PermissionsExt::from_mode(0o644)).unwrap();
    let (code, found) = house.doctor(&[], &[]);
    assert_eq!((code, level(&found, "key-ring")), (1, "problem"));
    std::fs::set_permissions(house.file("wardgate.key"), PermissionsExt::from_mode(0o600)).unwrap();

    drop(program);
    let (code, found) = house.doctor(&[], &[]);
    assert_eq!((code, level(&found, "issuer"), level(&found, "database")), (1, "problem", "ok"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_a_message_unless_it_is_asked_for() {
    let house = House::new().await;
    let files = |name: &str| match std::fs::read_dir(house.file(name)) {
        Ok(files) => files.count(),
        Err(_) => 0,
    };
    house.doctor(&[], &[]);
    assert_eq!((files("mail"), files("sms")), (0, 0));
    let (_, found) =
        house.doctor(&["--send-test-mail", "ada@example.org", "--send-test-sms", "+447400123456"], &[]);
    assert_eq!((level(&found, "mail"), level(&found, "sms")), ("ok", "ok"), "{found:#?}");
    assert_eq!((files("mail"), files("sms")), (1, 1));
    let (_, found) = house.doctor(&["--send-test-sms", "0740"], &[]);
    says(&found, "sms", "must be written like +447400123456");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_look_makes_neither_database_nor_key_ring_nor_schema() {
    let house = House::new().await;
    let (code, found) = house.doctor(&[], &[]);
    assert_eq!((code, level(&found, "database"), level(&found, "issuer")), (1, "problem", "problem"));
    if stores::is_on_postgres() {
        says(&found, "database", "changes of the schema are missing");
        let (_, again) = house.doctor(&[], &[]);
        says(&again, "database", "changes of the schema are missing");
        return;
    }
    says(&found, "database", "does not exist");
    assert_eq!(level(&found, "key-ring"), "problem");
    assert!(!house.file("wardgate.db").exists() && !house.file("wardgate.key").exists());
}
