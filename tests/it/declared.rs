//! `wardgate export` and `wardgate apply`, run as an operator does, on both stores.

use crate::support::stores;
use serde_json::{Value, json};
use std::process::{Command, Output};
use tempfile::TempDir;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NEW_SECRET: &str = "fedcba9876543210fedcba9876543210";

/// An installation that only commands use.
struct Host(TempDir);

impl Host {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let stores = match stores::is_on_postgres() {
            true => stores::postgres(&stores::new_postgres().await),
            false => stores::sqlite(folder.path()),
        };
        let settings = format!(
            r#"
            mode = "production"
            server.issuer = "https://login.example.org"
            brand.support_email = "help@example.org"
            mail.transport = "smtp"
            mail.host = "mail.example.org"
            mail.from = "no-reply@example.org"
            sms.transport = "http"
            sms.http.url = "https://sms.example.org/"
            {stores}
            [[client]]
            id = "configured"
            name = "Configured"
            secret = "{SECRET}"
            redirect_uris = ["https://app.example.org/callback"]
            "#
        );
        std::fs::write(folder.path().join("wardgate.toml"), settings).unwrap();
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_wardgate"))
            .args(["--config", "wardgate.toml"])
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            .output()
            .unwrap()
    }

    fn text(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The lines of JSON that a command prints.
    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.text(&[arguments, &["--json"]].concat());
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// What a file that has mistakes is answered with.
    fn refused(&self, file: &str, options: &[&str]) -> String {
        std::fs::write(self.0.path().join("bad.toml"), file).unwrap();
        let output = self.run(&[&["apply", "-f", "bad.toml"], options].concat());
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    }

    /// Applies a file; gives each line as `what target`.
    fn apply(&self, file: &str, options: &[&str]) -> Vec<String> {
        std::fs::write(self.0.path().join("it.toml"), file).unwrap();
        let lines = self.json(&[&["apply", "-f", "it.toml"], options].concat());
        let short =
            |it: &Value| format!("{} {}", it["what"].as_str().unwrap(), it["target"].as_str().unwrap());
        lines.iter().map(short).collect()
    }

    fn export(&self) -> Value {
        self.json(&["export"]).remove(0)
    }
}

/// A house with every kind of thing.
async fn furnished() -> Host {
    let host = Host::new().await;
    host.text(&["organisation", "add", "Northshore \"N\"", "--peers-may-invite"]);
    host.text(&["organisation", "add", "Südhafen"]);
    host.text(&["team", "add", "Cardiology", "--organisation", "Northshore \"N\""]);
    host.text(&["team", "add", "Wards", "--organisation", "Northshore \"N\""]);
    let web = "client add web --name Web --redirect-uri https://app.example.org/cb --colour plum --allow \
        organisation=Südhafen,role=team_lead --acr-alias mfa=urn:wardgate:acr:aal2-restricted --profile legacy-library \
        --backchannel-logout-uri https://app.example.org/ended --access-tokens jwt --resource urn:rota \
        --grant-type authorization_code --grant-type client_credentials --service-scope rota:read";
    host.text(&web.split_whitespace().collect::<Vec<_>>());
    host.text(
        &"client add phone --name Phone --public --redirect-uri org.example.app:/cb --refresh-with-session"
            .split_whitespace()
            .collect::<Vec<_>>(),
    );
    let texts = r###"
        [[notice]]
        name = "radiology"
        organisation = "Südhafen"
        grace_days = 14
        [notice.text.en]
        title = "Radiology"
        text = "## New\n\n- *one*\n- two"
        [terms.en]
        title = "Terms"
        text = "Ours."
    "###;
    assert_eq!(host.apply(texts, &[])[..2], ["add terms", "add notice radiology"]);
    host
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_exported_makes_the_same_of_an_empty_installation_and_changes_nothing_twice() {
    let (old, new) = (furnished().await, Host::new().await);
    let rules = "--peer-quota 5 --peer-approval true --invite-domains HOSPITAL.example,bücher.example --invite-days 3 \
        --default-role clinician --default-client web";
    let mut change = vec!["organisation", "change", "Südhafen"];
    change.extend(rules.split_whitespace());
    let changed = old.json(&change).remove(0);
    assert_eq!(changed["invite_domains"], json!(["hospital.example", "xn--bcher-kva.example"]));
    assert_eq!(old.json(&["organisation", "show", "Südhafen"]).remove(0), changed);
    let file = old.text(&["export"]);
    assert!(!file.contains(SECRET) && !file.contains("configured"), "{file}");
    assert_eq!(old.apply(&file, &[]), [""; 0], "it is in line with itself");

    let expected = [
        "add organisation Northshore \"N\"",
        "add team Northshore \"N\" / Cardiology",
        "add team Northshore \"N\" / Wards",
        "add organisation Südhafen",
        "add client phone",
        "add client web",
        "add terms",
        "add notice radiology",
    ];
    let empty = new.export();
    assert_eq!(new.apply(&file, &["--plan"]), expected);
    assert_eq!(new.export(), empty, "a plan changes nothing");
    std::fs::write(new.0.path().join("file.toml"), &file).unwrap();
    let done = new.json(&["apply", "-f", "file.toml"]);
    let secrets: Vec<usize> =
        done.iter().filter_map(|it| it["client_secret"].as_str().map(str::len)).collect();
    assert_eq!(secrets, [43], "the one application that has a secret got a new one");
    assert_eq!(new.export(), old.export());
    let rows = |host: &Host| {
        let all = host.json(&["audit", "list", "--last", "100"]);
        all.iter().filter(|row| !row["act"].as_str().unwrap().starts_with("audit.")).count()
    };
    let before = rows(&new);
    assert_eq!(new.apply(&file, &["--prune"]), [""; 0]);
    assert_eq!(rows(&new), before, "nothing was changed, and nothing written of it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_difference_is_told_by_field_and_brought_in_line_and_the_rest_only_with_prune() {
    let host = furnished().await;
    let file = r#"
        [[organisation]]
        name = "Northshore \"N\""
        teams = ["Cardiology", "Surgery"]
        [[client]]
        id = "phone"
        name = "Phone"
        public = true
        redirect_uris = ["org.example.app:/cb", "org.example.app:/other"]
        refresh_with_session = true
        [client.disclaimer.en]
        title = "Of the phone"
        text = "It is no doctor."
    "#;
    let steps = [
        "change organisation Northshore \"N\"",
        "add team Northshore \"N\" / Surgery",
        "change client phone",
        "add disclaimer of client phone",
    ];
    let undeclared = [
        "undeclared team Northshore \"N\" / Wards",
        "undeclared organisation Südhafen",
        "undeclared client web",
    ];
    let all: Vec<&str> = steps.iter().chain(&undeclared).copied().collect();
    assert_eq!(host.apply(file, &["--plan"]), all);
    let plan = host.json(&["apply", "-f", "it.toml", "--plan"]);
    let expected = json!({ "redirect_uris": {
        "before": ["org.example.app:/cb"], "after": ["org.example.app:/cb", "org.example.app:/other"],
    } });
    assert_eq!(plan[2]["changed"], expected);
    assert_eq!(plan[0]["changed"], json!({ "peers_may_invite": { "before": true, "after": false } }));
    assert_eq!(host.apply(file, &[]), all);
    assert_eq!(host.apply(file, &[]), undeclared);
    let told = host.text(&["apply", "-f", "it.toml"]);
    assert!(told.contains("? client web is not in the file") && told.contains("nothing to change"), "{told}");

    let invite = "invite create --email ada@example.org --role clinician --organisation Südhafen";
    host.text(&invite.split(' ').collect::<Vec<_>>());
    let why = host.refused(file, &["--prune"]);
    assert!(why.contains("organisation Südhafen: has people or invitations"), "{why}");
    assert_eq!(host.apply(file, &[]), undeclared, "nothing was removed");
    let file = format!("{file}\n[[organisation]]\nname = \"Südhafen\"\n");
    assert_eq!(
        host.apply(&file, &["--prune"]),
        ["remove team Northshore \"N\" / Wards", "remove client web"]
    );
    assert_eq!(host.apply(&file, &["--prune"]), [""; 0]);
    let clients: Vec<Value> = host.json(&["client", "list"]).into_iter().map(|it| it["id"].clone()).collect();
    assert_eq!(clients, ["configured", "phone"], "the configuration's stays its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mistake_anywhere_changes_nothing_and_names_its_key() {
    let host = Host::new().await;
    let good = "[[organisation]]\nname = \"A\"\n[[client]]\nid = \"a\"\nname = \"A\"\nredirect_uris = [\"https://a.example.org/cb\"]\n";
    let table = [
        (
            "[[client]]\nid = \"b\"\nname = \"B\"\nredirect_uris = [\"http://b.example.org/cb\"]\n",
            "client[1].redirect_uris: ",
        ),
        (
            "[[client]]\nid = \"a\"\nname = \"B\"\nredirect_uris = [\"https://b.example.org/cb\"]\n",
            "client[1].id: a is there twice",
        ),
        (
            "[[client]]\nid = \"configured\"\nname = \"B\"\nredirect_uris = [\"https://b.example.org/cb\"]\n",
            "client[1].id: configured stands in the configuration",
        ),
        (
            "[[client]]\nid = \"b\"\nname = \"B\"\npublic = true\nsecret = \"0123456789abcdef0123456789abcdef\"\nredirect_uris = [\"https://b.example.org/cb\"]\n",
            "client[1].secret: ",
        ),
        (
            "[[client]]\nid = \"b\"\nname = \"B\"\nsecret = \"short\"\nredirect_uris = [\"https://b.example.org/cb\"]\n",
            "client[1].secret: ",
        ),
        ("[[organisation]]\nname = \"\"\n", "organisation[1].name: "),
        (
            "[[organisation]]\nname = \"B\"\nteams = [\"T\", \"T\"]\n",
            "organisation[1].teams[1]: T is there twice",
        ),
        ("[[organisation]]\nnaame = \"B\"\n", "line 8: unknown field `naame`"),
        ("[terms.en]\ntitle = \"T\"\ntext = \"T\"\n", "terms: differ"),
        ("[[notice]]\nname = \"terms\"\n[notice.text.en]\ntitle = \"T\"\ntext = \"T\"\n", "notice[0].name: "),
        ("[[notice]]\nname = \"a\"\n[notice.text.de]\ntitle = \"T\"\ntext = \"T\"\n", "notice[0].text.en: "),
        (
            "[[notice]]\nname = \"a\"\norganisation = \"B\"\n[notice.text.en]\ntitle = \"T\"\ntext = \"T\"\n",
            "notice a: is for an organisation that is not there",
        ),
    ];
    // Terms that the configuration writes are its own.
    let settings = host.0.path().join("wardgate.toml");
    let own = "\n[terms.en]\ntitle = \"Own\"\ntext = \"Own.\"\n";
    std::fs::write(&settings, std::fs::read_to_string(&settings).unwrap() + own).unwrap();
    let empty = host.export();
    for (bad, words) in table {
        let why = host.refused(&format!("{good}{bad}"), &[]);
        assert!(why.contains(words) && !why.contains(SECRET), "{words}: {why}");
        assert_eq!(host.export(), empty, "{words}");
    }
    assert_eq!(host.apply(good, &[]), ["add organisation A", "add client a"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_of_the_file_is_taken_once_and_one_that_was_rotated_away_stays_away() {
    let host = Host::new().await;
    std::fs::write(host.0.path().join("secret"), SECRET).unwrap();
    let file = "[[client]]\nid = \"a\"\nname = \"A\"\nsecret_file = \"secret\"\nredirect_uris = [\"https://a.example.org/cb\"]\n";
    std::fs::write(host.0.path().join("it.toml"), file).unwrap();
    let done = host.json(&["apply", "-f", "it.toml"]);
    assert_eq!((&done[0]["what"], &done[0]["client_secret"]), (&json!("add"), &Value::Null));
    assert_eq!(host.apply(file, &[]), [""; 0]);
    host.text(&["client", "rotate-secret", "a", "--keep-old", "0"]);
    assert_eq!(host.apply(file, &[]), [""; 0], "the file is older than the secret");
    std::fs::write(host.0.path().join("secret"), NEW_SECRET).unwrap();
    let done = host.json(&["apply", "-f", "it.toml"]);
    assert_eq!(done[0]["changed"]["secret"], "changed");
    assert!(!done[0].to_string().contains(NEW_SECRET));
    let without = file.replace("secret_file = \"secret\"\n", "");
    assert_eq!(host.apply(&without, &[]), [""; 0], "who says nothing of the secret keeps it");
}
