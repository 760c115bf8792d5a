//! The same on the host: `wardgate user`.

use super::{ADA, NUMBER};
use crate::support::TestApp;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use std::process::{Command, Output};
use tempfile::TempDir;
use wardgate::rights::Role;

/// A host with commands on the stores of an app.
pub(crate) struct Host(TempDir);

impl Host {
    pub(crate) fn of(app: &TestApp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (place, config) = (folder.path().display(), &app.app.config);
        let redis = match config.ephemeral.redis_url.expose_secret() {
            "" => String::new(),
            url => format!("[ephemeral]\nstore = \"redis\"\nredis_url = \"{url}\""),
        };
        let settings = format!(
            r#"
            mode = "development"
            server.issuer = "{}"
            database.url = "{}"
            secrets.key = "{}"
            brand.support_email = "help@example.org"
            [mail]
            transport = "folder"
            folder = "{place}/mail"
            from = "no-reply@example.org"
            [sms]
            transport = "folder"
            folder = "{place}/sms"
            {redis}
            "#,
            app.issuer(),
            config.database.url.expose_secret(),
            config.secrets.key.expose_secret(),
        );
        std::fs::write(folder.path().join("wardgate.toml"), settings).unwrap();
        Self(folder)
    }

    /// What a command about a subject does.
    pub(crate) fn command(&self, subject: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wardgate"));
        command.args(["--config", "wardgate.toml", subject]).args(arguments);
        command.current_dir(self.0.path()).env_clear().output().unwrap()
    }

    /// Any command.
    pub(crate) fn any(&self, arguments: &[&str]) -> Output {
        self.command(arguments[0], &arguments[1..])
    }

    /// A file beside the configuration.
    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.path().join(name), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command("user", arguments)
    }

    /// The lines of JSON that a command prints.
    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        self.lines("user", arguments)
    }

    /// The lines of JSON that a command about a subject prints.
    pub(crate) fn lines(&self, subject: &str, arguments: &[&str]) -> Vec<Value> {
        let output = self.command(subject, &[arguments, &["--json"]].concat());
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The exit code of a command that fails, and what it says.
    fn fails(&self, arguments: &[&str]) -> (i32, String) {
        let output = self.run(arguments);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }
}

/// Commands have the clock of this machine: what they and the app both look at must not run out between the two.
pub(crate) fn at_this_machines_time(app: &TestApp) {
    app.advance(chrono::Utc::now().timestamp() - app.app.ground.clock.now().0);
}

#[tokio::test]
async fn commands_list_show_and_change_people() {
    let app = TestApp::start().await;
    app.person_as("alma@example.org", NUMBER, Role::Admin).await;
    let mut ada = app.person(ADA).await;
    let host = Host::of(&app);
    let list = host.json(&["list", "--search", "ada@"]);
    assert_eq!((list.len(), &list[0]["email"], &list[0]["status"]), (1, &json!(ADA), &json!("verified")));
    assert_eq!(list[0]["places"][0]["team"], "Cardiology");
    assert_eq!(host.json(&["list", "--limit", "1"]).len(), 1);
    assert_eq!(host.json(&["list", "--state", "disabled"]).len(), 0);
    let shown = &host.json(&["show", ADA])[0];
    assert_eq!((&shown["factors"][0]["number"], &shown["phone_proved"]), (&json!("•••• 56"), &json!(true)));
    assert!(!shown.to_string().contains(&ada.phone[4..]), "{shown}");
    let sentence = String::from_utf8(host.run(&["show", ADA]).stdout).unwrap();
    assert!(sentence.contains("clinician in Cardiology, Northshore Hospital"), "{sentence}");
    let place = ["--organisation", "Northshore Hospital", "--team", "Cardiology"];
    let add = [&["place", "add", ADA, "--role", "team_lead"], place.as_slice()].concat();
    assert_eq!(host.json(&add), [json!({ "changed": true })]);
    assert_eq!(host.json(&add), [json!({ "changed": false })], "twice is once");
    assert_eq!(host.json(&["end-sessions", ADA]), [json!({ "changed": true })]);
    assert!(ada.browser.open("/account/apps").await.at.contains("/sign-in"));
    assert_eq!(host.json(&["sessions", ADA]).len(), 0);
    for (act, changed) in [("disable", true), ("disable", false), ("enable", true), ("enable", false)] {
        assert_eq!(host.json(&[act, ADA]), [json!({ "changed": changed })], "{act}");
    }
    let remove = [&["place", "remove", ADA], place.as_slice()].concat();
    assert_eq!(host.json(&remove), [json!({ "changed": true })]);
    assert_eq!(host.json(&remove), [json!({ "changed": false })]);
    assert_eq!(host.json(&["unblock", ADA]), [json!({ "changed": false })]);
    assert_eq!(host.json(&["logouts", ADA]).len(), 0);
    let acts = app.texts("SELECT act FROM audit WHERE actor = 'host' AND act LIKE '%.read'").await;
    assert_eq!(acts, ["person.read"; 3]);
}

#[tokio::test]
async fn commands_refuse_what_cannot_be_and_say_why() {
    let app = TestApp::start().await;
    app.person_as("alma@example.org", NUMBER, Role::Admin).await;
    let host = Host::of(&app);
    let last = "the last admin";
    let place = ["--organisation", "Northshore Hospital", "--team", "Cardiology"];
    let remove = [&["place", "remove", "alma@example.org"], place.as_slice()].concat();
    let less = [&["place", "add", "alma@example.org", "--role", "auditor"], place.as_slice()].concat();
    let table: [(&[&str], i32, &str); 8] = [
        (&["disable", "alma@example.org"], 1, last),
        (&remove, 1, last),
        (&less, 1, last),
        (&["show", "nobody@example.org"], 2, "there is no account"),
        (&["list", "--state", "odd"], 2, "no state `odd`"),
        (&["list", "--organisation", "Nowhere"], 2, "no organisation `Nowhere`"),
        (
            &["place", "add", "alma@example.org", "--organisation", "Northshore Hospital", "--role", "king"],
            2,
            "no role",
        ),
        (
            &["end-sessions", "alma@example.org", "--session", "00000000-0000-0000-0000-000000000000"],
            1,
            "no such thing",
        ),
    ];
    for (arguments, code, words) in table {
        let (got, said) = host.fails(arguments);
        assert_eq!(got, code, "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}
